/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "tcp-failure"

#include "config.h"

#include "escapes.h"
#include "tcp-private.h"
#include "timetext.h"

#define SHOWN 120 /* bytes of what came in a sentence */

static char *
show (const GByteArray *bytes)
{
  return tocsin_escapes_encode (bytes->data, bytes->len, SHOWN);
}

/* "no answer within 10 s: connected to 192.0.2.1:443 after 12 ms, then " (transfer full) */
static char *
tell_connected (TocsinTcpRun *self)
{
  g_autofree char *within = tocsin_span_to_words (self->run.monitor->timeout_us);
  g_autofree char *after = tocsin_span_to_words (self->connected_after_us);

  return g_strdup_printf ("no answer within %s: connected to %s after %s, then", within, self->peer,
                          after);
}

void
tocsin_tcp_fail_mismatch (TocsinTcpRun *run, const char *how)
{
  g_autofree char *came = show (run->received);

  tocsin_sample_fail (run->run.sample, TOCSIN_CODE_BANNER_MISMATCH, "expected “%s”%s, got “%s”",
                      run->run.monitor->expect, how, came);
}

void
tocsin_tcp_fail_broken (TocsinTcpRun *run, TocsinStreamResult result)
{
  const char *did = result == TOCSIN_STREAM_RESET ? "reset" : "closed";

  if (result == TOCSIN_STREAM_FAILED ||
      (run->handshake.wants_own && (run->received == NULL || run->received->len == 0))) {
    /* TLS 1.3: what the server thinks of our certificate comes with the first read. */
    tocsin_handshake_fail (&run->handshake, tocsin_tcp_get_server_name (run), g_get_real_time (),
                           NULL, run->run.sample);
  } else if (run->stage == TOCSIN_TCP_RECEIVE && run->received->len > 0) {
    g_autofree char *how = g_strdup_printf (" before %s %s the connection", run->peer, did);

    tocsin_tcp_fail_mismatch (run, how);
  } else {
    tocsin_sample_fail (run->run.sample, TOCSIN_CODE_CONNECT_RESET,
                        "connected to %s, which then %s the connection %s", run->peer, did,
                        run->stage == TOCSIN_TCP_STARTTLS ? "before TLS" : "without an answer");
  }
}

static void
time_out_connected (TocsinTcpRun *self)
{
  g_autofree char *start = tell_connected (self), *within = NULL, *how = NULL;
  TocsinSample *sample = self->run.sample;

  switch (self->stage) {
  case TOCSIN_TCP_STARTTLS:
  case TOCSIN_TCP_TLS:
    tocsin_sample_fail (sample, TOCSIN_CODE_TIMEOUT_TLS, "%s TLS did not come about", start);
    break;
  case TOCSIN_TCP_SEND:
    tocsin_sample_fail (sample, TOCSIN_CODE_TIMEOUT_TRANSFER, "%s it did not take what we sent",
                        start);
    break;
  case TOCSIN_TCP_LOOKUP:
  case TOCSIN_TCP_CONNECT:
  case TOCSIN_TCP_RECEIVE:
  case TOCSIN_TCP_DONE:
    if (self->received == NULL || self->received->len == 0) {
      tocsin_sample_fail (sample, TOCSIN_CODE_TIMEOUT_RESPONSE, "%s nothing came", start);
      break;
    }
    within = tocsin_span_to_words (self->run.monitor->timeout_us);
    how = g_strdup_printf (" from %s within %s", self->peer, within);
    tocsin_tcp_fail_mismatch (self, how);
  }
}

void
tocsin_tcp_time_out (TocsinTcpRun *run)
{
  g_autofree char *within = tocsin_span_to_words (run->run.monitor->timeout_us), *list = NULL;
  g_auto (GStrv) attempts = NULL;

  if (run->stage == TOCSIN_TCP_LOOKUP) {
    tocsin_sample_fail (run->run.sample, TOCSIN_CODE_TIMEOUT_LOOKUP,
                        "no answer within %s: the name %s was still being looked up", within,
                        run->host);
  } else if (run->stage == TOCSIN_TCP_CONNECT) {
    attempts = tocsin_connector_get_attempts (run->connector);
    list = attempts != NULL ? g_strjoinv ("; ", attempts) : g_strdup (run->run.monitor->target);
    tocsin_sample_fail (run->run.sample, TOCSIN_CODE_TIMEOUT_CONNECT, "no connection within %s: %s",
                        within, list);
  } else {
    time_out_connected (run);
  }
}

void
tocsin_tcp_collect (TocsinTcpRun *run)
{
  TocsinSample *sample = run->run.sample;
  TocsinEvidence *evidence = sample->evidence;

  evidence->remote_address = g_strdup (run->peer);
  if (run->received != NULL)
    evidence->body_bytes = run->received->len;
  if (run->stage >= TOCSIN_TCP_TLS)
    tocsin_handshake_to_evidence (&run->handshake, tocsin_tcp_get_server_name (run),
                                  g_get_real_time (), evidence);
  /* Upside down, a good answer becomes the failure that has to be explained. */
  if (sample->outcome == TOCSIN_OUTCOME_OK && !run->run.monitor->upside_down)
    return;
  if (run->connector != NULL)
    evidence->addresses_tried = tocsin_connector_get_attempts (run->connector);
  if (run->received != NULL && run->received->len > 0)
    evidence->body =
        g_bytes_new (run->received->data, MIN (run->received->len, TOCSIN_EVIDENCE_BODY_BYTES));
}
