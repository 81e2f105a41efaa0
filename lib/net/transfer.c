/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "transfer"

#include "config.h"

#include <signal.h>
#include <sys/epoll.h>

#include "transfer-private.h"

#define IDLE_MOST 256 /* easy handles that are kept for reuse */

struct _TocsinTransfers {
  TocsinReactor *reactor;
  CURLM *multi;           /* (owned) */
  TocsinTimer *timer;     /* (nullable) */
  TocsinTimer *ends;      /* (nullable) set where there may be ends to tell of */
  TocsinSockets *sockets; /* (owned) */
  GPtrArray *idle;        /* of TocsinTransfer, reset */
  GPtrArray *kept;        /* of TocsinTransfer, set up as their profiles' users left them */
  GPtrArray *stalled;     /* of TocsinTransfer; empty but while libcurl runs */
  guint n_taken;
};

static void
tell_ends (TocsinTransfers *self)
{
  CURLMsg *message;
  int n_left;

  while ((message = curl_multi_info_read (self->multi, &n_left)) != NULL) {
    CURLcode result = message->data.result;
    TocsinTransfer *transfer = NULL;

    if (message->msg != CURLMSG_DONE)
      continue;
    curl_easy_getinfo (message->easy_handle, CURLINFO_PRIVATE, (char **) &transfer);
    transfer->under_way = FALSE;
    curl_multi_remove_handle (self->multi, transfer->easy);
    transfer->done (transfer, result, transfer->user_data);
  }
}

/* libcurl before 8.4 forgets to ask to be called again when an address failed and it turned to the
 * next (its issue 11920): the socket of the first is gone, that of the second not yet open, and no
 * timer set. Pausing and going on makes it look at the transfer at once. */
static void
wake_stalled (TocsinTransfers *self)
{
  for (guint i = 0; i < self->stalled->len; i++) {
    CURL *easy = ((TocsinTransfer *) self->stalled->pdata[i])->easy;

    curl_easy_pause (easy, CURLPAUSE_RECV);
    curl_easy_pause (easy, CURLPAUSE_CONT);
  }
  g_ptr_array_set_size (self->stalled, 0);
}

/* Ends are told after all that is ready was read, not one by one in between: the code that reads
 * and the code that judges do not fit the processor's nearest cache together, and what is started
 * anew then starts together. */
static void
ends_cb (gpointer user_data)
{
  TocsinTransfers *self = user_data;

  self->ends = NULL;
  tell_ends (self);
}

static void
act (TocsinTransfers *self, curl_socket_t fd, int flags)
{
  int n_running;

  curl_multi_socket_action (self->multi, fd, flags, &n_running);
  if (self->stalled->len > 0)
    wake_stalled (self);
  if (self->ends == NULL)
    self->ends = tocsin_reactor_timer (self->reactor, 0, ends_cb, self);
}

static void
socket_ready_cb (int fd, guint32 events, gpointer user_data)
{
  TocsinTransfers *self = user_data;
  int flags = 0;

  if ((events & EPOLLIN) != 0)
    flags |= CURL_CSELECT_IN;
  if ((events & EPOLLOUT) != 0)
    flags |= CURL_CSELECT_OUT;
  if ((events & (EPOLLERR | EPOLLHUP)) != 0)
    flags |= CURL_CSELECT_ERR;
  act (self, fd, flags);
}

static void
timer_cb (gpointer user_data)
{
  TocsinTransfers *self = user_data;

  self->timer = NULL;
  act (self, CURL_SOCKET_TIMEOUT, 0);
}

static int
set_timer_cb (CURLM *multi, long timeout_ms, void *user_data)
{
  TocsinTransfers *self = user_data;

  g_clear_pointer (&self->timer, tocsin_timer_remove);
  if (timeout_ms >= 0)
    self->timer = tocsin_reactor_timer (
        self->reactor, timeout_ms == 0 ? 0 : g_get_monotonic_time () + (gint64) timeout_ms * 1000,
        timer_cb, self);
  return 0;
}

static void
note_stalled (TocsinTransfers *self, CURL *easy)
{
  TocsinTransfer *transfer = NULL;

  curl_easy_getinfo (easy, CURLINFO_PRIVATE, (char **) &transfer);
  if (transfer != NULL && transfer->under_way && transfer->stage == TOCSIN_TRANSFER_CONNECT)
    g_ptr_array_add (self->stalled, transfer);
}

static int
wait_for_cb (CURL *easy, curl_socket_t fd, int what, void *user_data, void *socket_data)
{
  TocsinTransfers *self = user_data;
  guint32 events = 0;

  if (what != CURL_POLL_REMOVE)
    events =
        ((what & CURL_POLL_IN) != 0 ? EPOLLIN : 0) | ((what & CURL_POLL_OUT) != 0 ? EPOLLOUT : 0);
  tocsin_sockets_wait_for (self->sockets, fd, events);
  if (what == CURL_POLL_REMOVE)
    note_stalled (self, easy);
  return 0;
}

static curl_socket_t
open_socket_cb (void *user_data, curlsocktype purpose, struct curl_sockaddr *address)
{
  TocsinTransfer *transfer = user_data;
  TocsinTransferAttempt *attempt = tocsin_transfer_note_attempt (transfer, address);
  int fd;

  if (!tocsin_address_guard_allows (transfer->guard, &address->addr)) {
    attempt->forbidden = tocsin_address_get_scope (&address->addr);
    return CURL_SOCKET_BAD;
  }
  fd = socket (address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  if (fd >= 0)
    tocsin_sockets_note_open (transfer->transfers->sockets, fd);
  return fd;
}

static int
close_socket_cb (void *user_data, curl_socket_t fd)
{
  tocsin_sockets_close (((TocsinTransfers *) user_data)->sockets, fd);
  return 0;
}

static int
request_cb (void *user_data, char *primary_ip, char *local_ip, int primary_port, int local_port)
{
  TocsinTransfer *transfer = user_data;

  transfer->stage = TOCSIN_TRANSFER_REQUEST;
  curl_easy_getinfo (transfer->easy, CURLINFO_REDIRECT_COUNT, &transfer->redirects_at_request);
  return CURL_PREREQFUNC_OK;
}

static CURLcode
tls_cb (CURL *easy, void *ssl_ctx, void *user_data)
{
  TocsinTransfer *transfer = user_data;

  transfer->stage = TOCSIN_TRANSFER_TLS;
  return transfer->tls != NULL ? transfer->tls (ssl_ctx, transfer->tls_data) : CURLE_OK;
}

static void
set_defaults (TocsinTransfer *transfer)
{
  CURL *easy = transfer->easy;

  curl_easy_setopt (easy, CURLOPT_PRIVATE, transfer);
  curl_easy_setopt (easy, CURLOPT_ERRORBUFFER, transfer->error_text);
  curl_easy_setopt (easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt (easy, CURLOPT_NOPROGRESS, 1L);
  curl_easy_setopt (easy, CURLOPT_PROXY, "");
  curl_easy_setopt (easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt (easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt (easy, CURLOPT_FRESH_CONNECT, 1L);
  curl_easy_setopt (easy, CURLOPT_FORBID_REUSE, 1L);
  curl_easy_setopt (easy, CURLOPT_DNS_CACHE_TIMEOUT, 0L);
  curl_easy_setopt (easy, CURLOPT_SSL_SESSIONID_CACHE, 0L);
  /* A lookup that hangs in the system's resolver must not hold up the thread that cancels it. */
  curl_easy_setopt (easy, CURLOPT_QUICK_EXIT, 1L);
  curl_easy_setopt (easy, CURLOPT_OPENSOCKETFUNCTION, open_socket_cb);
  curl_easy_setopt (easy, CURLOPT_OPENSOCKETDATA, transfer);
  curl_easy_setopt (easy, CURLOPT_CLOSESOCKETFUNCTION, close_socket_cb);
  curl_easy_setopt (easy, CURLOPT_CLOSESOCKETDATA, transfer->transfers);
  curl_easy_setopt (easy, CURLOPT_PREREQFUNCTION, request_cb);
  curl_easy_setopt (easy, CURLOPT_PREREQDATA, transfer);
  curl_easy_setopt (easy, CURLOPT_SSL_CTX_FUNCTION, tls_cb);
  curl_easy_setopt (easy, CURLOPT_SSL_CTX_DATA, transfer);
}

static void
free_transfer (gpointer data)
{
  TocsinTransfer *transfer = data;

  curl_easy_cleanup (transfer->easy);
  g_free (transfer);
}

TocsinTransfers *
tocsin_transfers_new (TocsinReactor *reactor)
{
  static gsize initialised;
  TocsinTransfers *self;

  g_return_val_if_fail (reactor != NULL, NULL);

  if (g_once_init_enter (&initialised)) {
    if (curl_global_init (CURL_GLOBAL_DEFAULT) != CURLE_OK)
      g_error ("libcurl can't be initialised");
    /* OpenSSL writes to sockets whose peer is gone, and libcurl leaves that signal to us. */
    signal (SIGPIPE, SIG_IGN);
    g_once_init_leave (&initialised, 1);
  }
  self = g_new0 (TocsinTransfers, 1);
  self->reactor = reactor;
  self->idle = g_ptr_array_new_with_free_func (free_transfer);
  self->kept = g_ptr_array_new_with_free_func (free_transfer);
  self->stalled = g_ptr_array_new ();
  self->sockets = tocsin_sockets_new (reactor, socket_ready_cb, self);
  self->multi = curl_multi_init ();
  g_assert (self->multi != NULL);
  curl_multi_setopt (self->multi, CURLMOPT_SOCKETFUNCTION, wait_for_cb);
  curl_multi_setopt (self->multi, CURLMOPT_SOCKETDATA, self);
  curl_multi_setopt (self->multi, CURLMOPT_TIMERFUNCTION, set_timer_cb);
  curl_multi_setopt (self->multi, CURLMOPT_TIMERDATA, self);
  curl_multi_setopt (self->multi, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
  return self;
}

void
tocsin_transfers_free (TocsinTransfers *transfers)
{
  if (transfers == NULL)
    return;
  g_assert (transfers->n_taken == 0);
  g_ptr_array_unref (transfers->idle);
  g_ptr_array_unref (transfers->kept);
  g_ptr_array_unref (transfers->stalled);
  curl_multi_setopt (transfers->multi, CURLMOPT_SOCKETFUNCTION, NULL);
  curl_multi_setopt (transfers->multi, CURLMOPT_TIMERFUNCTION, NULL);
  curl_multi_cleanup (transfers->multi);
  g_clear_pointer (&transfers->timer, tocsin_timer_remove);
  g_clear_pointer (&transfers->ends, tocsin_timer_remove);
  tocsin_sockets_free (transfers->sockets);
  g_free (transfers);
}

static TocsinTransfer *
begin (TocsinTransfers *self, TocsinTransfer *transfer)
{
  self->n_taken++;
  transfer->tls = NULL;
  transfer->guard = NULL;
  transfer->stage = TOCSIN_TRANSFER_LOOKUP;
  transfer->redirects_at_request = 0;
  transfer->n_attempts = 0;
  transfer->error_text[0] = '\0';
  return transfer;
}

TocsinTransfer *
tocsin_transfers_take (TocsinTransfers *transfers)
{
  TocsinTransfer *transfer;

  g_return_val_if_fail (transfers != NULL, NULL);

  if (transfers->idle->len > 0) {
    transfer = g_ptr_array_steal_index_fast (transfers->idle, transfers->idle->len - 1);
  } else {
    transfer = g_new0 (TocsinTransfer, 1);
    transfer->transfers = transfers;
    transfer->easy = curl_easy_init ();
    g_assert (transfer->easy != NULL);
  }
  set_defaults (transfer);
  return begin (transfers, transfer);
}

TocsinTransfer *
tocsin_transfers_take_kept (TocsinTransfers *transfers, gconstpointer profile)
{
  g_return_val_if_fail (transfers != NULL, NULL);

  for (guint i = transfers->kept->len; i-- > 0;)
    if (((TocsinTransfer *) transfers->kept->pdata[i])->profile == profile)
      return begin (transfers, g_ptr_array_steal_index_fast (transfers->kept, i));
  return NULL;
}

CURL *
tocsin_transfer_get_easy (TocsinTransfer *transfer)
{
  return transfer->easy;
}

void
tocsin_transfer_set_guard (TocsinTransfer *transfer, const TocsinAddressGuard *guard)
{
  transfer->guard = guard;
}

void
tocsin_transfer_set_tls (TocsinTransfer *transfer, TocsinTransferTls callback, gpointer user_data)
{
  transfer->tls = callback;
  transfer->tls_data = user_data;
}

void
tocsin_transfer_start (TocsinTransfer *transfer, TocsinTransferDone done, gpointer user_data)
{
  g_return_if_fail (transfer != NULL);
  g_return_if_fail (done != NULL);
  g_return_if_fail (!transfer->under_way);

  transfer->done = done;
  transfer->user_data = user_data;
  transfer->under_way = TRUE;
  curl_multi_add_handle (transfer->transfers->multi, transfer->easy);
}

static void
end (TocsinTransfer *transfer)
{
  transfer->transfers->n_taken--;
  if (!transfer->under_way)
    return;
  transfer->under_way = FALSE;
  curl_multi_remove_handle (transfer->transfers->multi, transfer->easy);
}

static void
put_away (TocsinTransfer *transfer, GPtrArray *pool)
{
  if (pool->len < IDLE_MOST)
    g_ptr_array_add (pool, transfer);
  else
    free_transfer (transfer);
}

void
tocsin_transfer_release (TocsinTransfer *transfer)
{
  if (transfer == NULL)
    return;
  end (transfer);
  curl_easy_reset (transfer->easy);
  put_away (transfer, transfer->transfers->idle);
}

void
tocsin_transfer_keep (TocsinTransfer *transfer, gconstpointer profile)
{
  g_return_if_fail (transfer != NULL);

  end (transfer);
  transfer->profile = profile;
  put_away (transfer, transfer->transfers->kept);
}
