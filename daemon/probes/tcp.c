/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "tcp"

#include "config.h"

#include <signal.h>
#include <string.h>
#include <sys/epoll.h>

#include "escapes.h"
#include "tcp-private.h"

#define READ_BYTES 4096

/* TRUE: go on with the stage that it left; FALSE: it waits, or the run has ended and is gone. */
typedef gboolean (*Step) (TocsinTcpRun *self);

static gpointer
tcp_open (TocsinProber *prober)
{
  /* OpenSSL writes without MSG_NOSIGNAL, and a peer that went away must not end the program. */
  signal (SIGPIPE, SIG_IGN);
  return tocsin_names_new (prober->reactor);
}

static void
tcp_close (gpointer data)
{
  tocsin_names_free (data);
}

const char *
tocsin_tcp_get_server_name (const TocsinTcpRun *run)
{
  const char *name = run->run.monitor->tls_server_name;

  return name != NULL ? name : run->host;
}

/* The phase that has just ended, and the next one's beginning. */
static void
mark (TocsinTcpRun *self, TocsinPhase phase)
{
  gint64 now_us = g_get_monotonic_time ();

  self->run.sample->phase_us[phase] = now_us - self->stage_us;
  self->stage_us = now_us;
}

static gboolean
end (TocsinTcpRun *self)
{
  tocsin_tcp_collect (self);
  tocsin_run_finish (&self->run);
  return FALSE;
}

static gboolean
end_well (TocsinTcpRun *self)
{
  self->stage = TOCSIN_TCP_DONE;
  self->run.sample->latency_us = tocsin_run_get_elapsed_us (&self->run);
  return end (self);
}

static gboolean
end_broken (TocsinTcpRun *self, TocsinStreamResult result)
{
  tocsin_tcp_fail_broken (self, result);
  return end (self);
}

static gboolean
wait (TocsinTcpRun *self)
{
  tocsin_watch_fd_modify (self->watch, self->stream.wants);
  return FALSE;
}

/* Writes `out`; TRUE once it is all gone, else `*again` says whether to come again. */
static gboolean
write_out (TocsinTcpRun *self, TocsinStreamResult *result)
{
  *result = TOCSIN_STREAM_DONE;
  while (self->out_length > 0) {
    gsize n;

    *result = tocsin_stream_write (&self->stream, self->out, self->out_length, &n);
    if (*result != TOCSIN_STREAM_DONE)
      return FALSE;
    self->out += n;
    self->out_length -= n;
  }
  return TRUE;
}

static gboolean
begin_exchange (TocsinTcpRun *self)
{
  if (self->to_send == NULL && self->expected == NULL)
    return end_well (self);
  if (self->expected != NULL)
    self->received = g_byte_array_new ();
  if (self->to_send != NULL)
    self->out = g_bytes_get_data (self->to_send, &self->out_length);
  self->stage = TOCSIN_TCP_SEND;
  return TRUE;
}

static gboolean
begin_tls (TocsinTcpRun *self)
{
  const TocsinMonitor *monitor = self->run.monitor;
  g_autoptr (GError) error = NULL;

  self->handshake.verify = monitor->tls_verify;
  if (!tocsin_stream_start_tls (&self->stream, self->run.prober->tls, monitor->tls_ca_file,
                                tocsin_tcp_get_server_name (self), &self->handshake, &error)) {
    tocsin_sample_fail (self->run.sample, TOCSIN_CODE_CONFIGURATION,
                        "the check can't run as it is set up: %s", error->message);
    return end (self);
  }
  self->stage = TOCSIN_TCP_TLS;
  return TRUE;
}

static gboolean
refuse_starttls (TocsinTcpRun *self)
{
  tocsin_sample_fail (self->run.sample, TOCSIN_CODE_STARTTLS_REFUSED,
                      "%s does not go over to TLS: %s", self->peer, self->starttls.problem);
  return end (self);
}

static gboolean
step_starttls (TocsinTcpRun *self)
{
  guint8 bytes[READ_BYTES];
  const char *reply = NULL;
  TocsinStreamResult result;
  gsize n;

  if (write_out (self, &result))
    result = tocsin_stream_read (&self->stream, bytes, sizeof bytes, &n);
  if (result == TOCSIN_STREAM_AGAIN)
    return wait (self);
  if (result != TOCSIN_STREAM_DONE)
    return end_broken (self, result);
  switch (tocsin_starttls_feed (&self->starttls, bytes, n, &reply)) {
  case TOCSIN_STARTTLS_WAIT:
    return TRUE;
  case TOCSIN_STARTTLS_SEND:
    self->out = (const guint8 *) reply;
    self->out_length = strlen (reply);
    return TRUE;
  case TOCSIN_STARTTLS_READY:
    return begin_tls (self);
  case TOCSIN_STARTTLS_REFUSED:
    return refuse_starttls (self);
  }
  g_assert_not_reached ();
}

static gboolean
step_tls (TocsinTcpRun *self)
{
  TocsinStreamResult result = tocsin_stream_shake_hands (&self->stream);

  if (result == TOCSIN_STREAM_AGAIN)
    return wait (self);
  mark (self, TOCSIN_PHASE_TLS);
  if (result == TOCSIN_STREAM_DONE)
    return begin_exchange (self);
  tocsin_handshake_fail (&self->handshake, tocsin_tcp_get_server_name (self), g_get_real_time (),
                         result == TOCSIN_STREAM_RESET ? "the connection was reset" : NULL,
                         self->run.sample);
  return end (self);
}

static gboolean
step_send (TocsinTcpRun *self)
{
  TocsinStreamResult result;

  if (!write_out (self, &result))
    return result == TOCSIN_STREAM_AGAIN ? wait (self) : end_broken (self, result);
  if (self->expected == NULL)
    return end_well (self);
  self->stage = TOCSIN_TCP_RECEIVE;
  return TRUE;
}

/* Whether the expected bytes are there, of which all but the last `n` were looked at before. */
static gboolean
has_come (TocsinTcpRun *self, gsize n)
{
  gsize length, from;
  const guint8 *wanted = g_bytes_get_data (self->expected, &length);

  from = self->received->len - MIN (self->received->len, n + length);
  return memmem (self->received->data + from, self->received->len - from, wanted, length) != NULL;
}

static gboolean
step_receive (TocsinTcpRun *self)
{
  guint8 bytes[READ_BYTES];
  gsize n;
  TocsinStreamResult result = tocsin_stream_read (
      &self->stream, bytes, MIN (sizeof bytes, TOCSIN_TCP_RECEIVE_BYTES - self->received->len), &n);

  if (result == TOCSIN_STREAM_AGAIN)
    return wait (self);
  if (result != TOCSIN_STREAM_DONE)
    return end_broken (self, result);
  if (self->received->len == 0)
    mark (self, TOCSIN_PHASE_WAIT);
  g_byte_array_append (self->received, bytes, (guint) n);
  if (has_come (self, n)) {
    mark (self, TOCSIN_PHASE_TRANSFER);
    return end_well (self);
  }
  if (self->received->len < TOCSIN_TCP_RECEIVE_BYTES)
    return TRUE;
  tocsin_tcp_fail_mismatch (self, " within the first 64 KiB");
  return end (self);
}

static void
go_on (TocsinTcpRun *self)
{
  static const Step steps[] = {
    [TOCSIN_TCP_STARTTLS] = step_starttls,
    [TOCSIN_TCP_TLS] = step_tls,
    [TOCSIN_TCP_SEND] = step_send,
    [TOCSIN_TCP_RECEIVE] = step_receive,
  };

  while (steps[self->stage](self))
    ;
}

static void
socket_cb (int fd, guint32 events, gpointer user_data)
{
  go_on (user_data);
}

static void
connected_cb (int fd, gpointer user_data)
{
  TocsinTcpRun *self = user_data;
  const TocsinMonitor *monitor = self->run.monitor;
  gboolean goes_on;

  mark (self, TOCSIN_PHASE_CONNECT);
  if (fd < 0) {
    tocsin_connector_fail (self->connector, monitor->target, self->run.sample);
    end (self);
    return;
  }
  tocsin_stream_init (&self->stream, fd);
  self->peer = tocsin_connector_get_peer (self->connector);
  self->connected_after_us = tocsin_run_get_elapsed_us (&self->run);
  self->watch = tocsin_reactor_watch (self->run.prober->reactor, fd, 0, socket_cb, self);
  if (monitor->tls == TOCSIN_TLS_NONE) {
    goes_on = begin_exchange (self);
  } else if (monitor->tls == TOCSIN_TLS_STRAIGHT) {
    goes_on = begin_tls (self);
  } else {
    tocsin_starttls_start (&self->starttls, monitor->tls);
    self->stage = TOCSIN_TCP_STARTTLS;
    goes_on = TRUE;
  }
  if (goes_on)
    go_on (self);
}

static void
lookup_cb (int status, GArray *addresses, gpointer user_data)
{
  TocsinTcpRun *self = user_data;
  const TocsinMonitor *monitor = self->run.monitor;
  gint64 left_us = monitor->timeout_us - tocsin_run_get_elapsed_us (&self->run);

  self->lookup = NULL;
  mark (self, TOCSIN_PHASE_LOOKUP);
  if (addresses == NULL) {
    tocsin_name_lookup_fail (status, self->host, monitor->family, self->run.sample);
    end (self);
    return;
  }
  self->stage = TOCSIN_TCP_CONNECT;
  self->connector = tocsin_connector_new (self->run.prober->reactor, addresses, MAX (left_us, 0),
                                          connected_cb, self);
}

static gboolean
decode (const char *text, GBytes **bytes, GError **error)
{
  if (text == NULL || *text == '\0')
    return TRUE;
  *bytes = tocsin_escapes_decode (text, error);
  return *bytes != NULL;
}

static void
tcp_start (TocsinRun *run)
{
  TocsinTcpRun *self = (TocsinTcpRun *) run;
  const TocsinMonitor *monitor = run->monitor;
  g_autoptr (GError) error = NULL;
  guint16 port;

  self->stream.fd = -1;
  self->stage_us = run->started_us;
  if (!tocsin_host_port_parse (monitor->target, 0, &self->host, &port, &error) ||
      !decode (monitor->send, &self->to_send, &error) ||
      !decode (monitor->expect, &self->expected, &error)) {
    tocsin_sample_fail (run->sample, TOCSIN_CODE_CONFIGURATION,
                        "the check can't run as it is set up: %s", error->message);
    tocsin_run_finish (run);
    return;
  }
  self->lookup = tocsin_names_look_up (run->prober->shared[TOCSIN_MONITOR_TCP], self->host, port,
                                       monitor->family, lookup_cb, self);
}

static void
tcp_time_out (TocsinRun *run)
{
  TocsinTcpRun *self = (TocsinTcpRun *) run;

  tocsin_tcp_time_out (self);
  tocsin_tcp_collect (self);
}

static void
tcp_stop (TocsinRun *run)
{
  TocsinTcpRun *self = (TocsinTcpRun *) run;

  g_clear_pointer (&self->lookup, tocsin_name_lookup_cancel);
  g_clear_pointer (&self->connector, tocsin_connector_free);
  g_clear_pointer (&self->watch, tocsin_watch_fd_remove);
  tocsin_stream_clear (&self->stream);
  tocsin_starttls_clear (&self->starttls);
  tocsin_handshake_clear (&self->handshake);
  g_clear_pointer (&self->to_send, g_bytes_unref);
  g_clear_pointer (&self->expected, g_bytes_unref);
  g_clear_pointer (&self->received, g_byte_array_unref);
  g_clear_pointer (&self->host, g_free);
  g_clear_pointer (&self->peer, g_free);
}

const TocsinProbe tocsin_tcp_probe = {
  .run_size = sizeof (TocsinTcpRun),
  .open = tcp_open,
  .close = tcp_close,
  .start = tcp_start,
  .time_out = tcp_time_out,
  .stop = tcp_stop,
};
