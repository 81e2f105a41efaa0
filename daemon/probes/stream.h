/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>
#include <openssl/ssl.h>

#include "certificate.h"

G_BEGIN_DECLS

/* A connected socket, plain or under TLS, that never blocks. */
typedef struct {
  int fd;        /* (owned) < 0: none */
  SSL_CTX *ctx;  /* (owned) (nullable) */
  SSL *ssl;      /* (owned) (nullable) plain without */
  guint32 wants; /* epoll events that the last call waits for */
} TocsinStream;

typedef enum {
  TOCSIN_STREAM_DONE,  /* bytes went over, or the handshake is through */
  TOCSIN_STREAM_AGAIN, /* once `wants` is there */
  TOCSIN_STREAM_CLOSED,
  TOCSIN_STREAM_RESET,
  TOCSIN_STREAM_FAILED, /* TLS: OpenSSL's error queue says why */
} TocsinStreamResult;

void tocsin_stream_init (TocsinStream *stream, int fd /* (transfer full) */);
void tocsin_stream_clear (TocsinStream *stream);

/* Goes over to TLS: sends `server_name` as SNI where it is a name, and for whom the certificate
 * must be. FALSE with an error where that can't be set up. `handshake` must outlive the stream. */
gboolean tocsin_stream_start_tls (TocsinStream *stream, TocsinTls *tls, const char *ca_file,
                                  const char *server_name, TocsinHandshake *handshake,
                                  GError **error);
TocsinStreamResult tocsin_stream_shake_hands (TocsinStream *stream);

TocsinStreamResult tocsin_stream_read (TocsinStream *stream, guint8 *bytes, gsize most, gsize *n);
TocsinStreamResult tocsin_stream_write (TocsinStream *stream, const guint8 *bytes, gsize length,
                                        gsize *n);

G_END_DECLS
