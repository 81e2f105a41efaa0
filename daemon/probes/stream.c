/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "stream"

#include "config.h"

#include <errno.h>
#include <openssl/err.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "errors.h"
#include "stream.h"

void
tocsin_stream_init (TocsinStream *stream, int fd)
{
  *stream = (TocsinStream){ .fd = fd };
}

void
tocsin_stream_clear (TocsinStream *stream)
{
  g_clear_pointer (&stream->ssl, SSL_free);
  g_clear_pointer (&stream->ctx, SSL_CTX_free);
  if (stream->fd >= 0)
    close (stream->fd);
  stream->fd = -1;
}

static gboolean
fail_setup (GError **error)
{
  const char *reason = ERR_reason_error_string (ERR_peek_last_error ());

  tocsin_fail (error, TOCSIN_ERROR_FAILED, "TLS can't be set up: %s",
               reason != NULL ? reason : "no reason is known");
  ERR_clear_error ();
  return FALSE;
}

gboolean
tocsin_stream_start_tls (TocsinStream *stream, TocsinTls *tls, const char *ca_file,
                         const char *server_name, TocsinHandshake *handshake, GError **error)
{
  g_return_val_if_fail (stream->ssl == NULL, FALSE);

  ERR_clear_error ();
  stream->ctx = SSL_CTX_new (TLS_client_method ());
  if (stream->ctx == NULL)
    return fail_setup (error);
  /* Many close without saying so under TLS; a check has what it wants by then, or tells. */
  SSL_CTX_set_options (stream->ctx, SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode (stream->ctx,
                    SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  handshake->host = server_name;
  if (!tocsin_tls_arm (tls, stream->ctx, ca_file, handshake, error))
    return FALSE;
  stream->ssl = SSL_new (stream->ctx);
  if (stream->ssl == NULL || SSL_set_fd (stream->ssl, stream->fd) != 1 ||
      (!g_hostname_is_ip_address (server_name) &&
       SSL_set_tlsext_host_name (stream->ssl, server_name) != 1))
    return fail_setup (error);
  SSL_set_connect_state (stream->ssl);
  return TRUE;
}

static TocsinStreamResult
get_ssl_result (TocsinStream *self, int result)
{
  int error_number = errno;

  switch (SSL_get_error (self->ssl, result)) {
  case SSL_ERROR_NONE:
    return TOCSIN_STREAM_DONE;
  case SSL_ERROR_WANT_READ:
    self->wants = EPOLLIN;
    return TOCSIN_STREAM_AGAIN;
  case SSL_ERROR_WANT_WRITE:
    self->wants = EPOLLOUT;
    return TOCSIN_STREAM_AGAIN;
  case SSL_ERROR_ZERO_RETURN:
    return TOCSIN_STREAM_CLOSED;
  case SSL_ERROR_SYSCALL:
    return error_number == 0 ? TOCSIN_STREAM_CLOSED : TOCSIN_STREAM_RESET;
  default:
    return TOCSIN_STREAM_FAILED;
  }
}

/* What OpenSSL is asked reads errno and its error queue, which others may have left full. */
static void
forget_errors (void)
{
  errno = 0;
  ERR_clear_error ();
}

TocsinStreamResult
tocsin_stream_shake_hands (TocsinStream *stream)
{
  forget_errors ();
  return get_ssl_result (stream, SSL_do_handshake (stream->ssl));
}

static TocsinStreamResult
get_plain_result (TocsinStream *self, gssize n, guint32 wants)
{
  if (n > 0)
    return TOCSIN_STREAM_DONE;
  if (n == 0)
    return TOCSIN_STREAM_CLOSED;
  self->wants = wants;
  return errno == EAGAIN || errno == EINTR ? TOCSIN_STREAM_AGAIN : TOCSIN_STREAM_RESET;
}

TocsinStreamResult
tocsin_stream_read (TocsinStream *stream, guint8 *bytes, gsize most, gsize *n)
{
  gssize length;

  *n = 0;
  if (stream->ssl != NULL) {
    forget_errors ();
    return get_ssl_result (stream, SSL_read_ex (stream->ssl, bytes, most, n));
  }
  length = recv (stream->fd, bytes, most, MSG_DONTWAIT);
  *n = (gsize) MAX (length, 0);
  return get_plain_result (stream, length, EPOLLIN);
}

TocsinStreamResult
tocsin_stream_write (TocsinStream *stream, const guint8 *bytes, gsize length, gsize *n)
{
  gssize sent;

  *n = 0;
  if (stream->ssl != NULL) {
    forget_errors ();
    return get_ssl_result (stream, SSL_write_ex (stream->ssl, bytes, length, n));
  }
  sent = send (stream->fd, bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL);
  *n = (gsize) MAX (sent, 0);
  return get_plain_result (stream, sent, EPOLLOUT);
}
