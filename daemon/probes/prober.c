/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "prober"

#include "config.h"

#include "probe-private.h"
#include "timetext.h"

/* By kind; a kind without a row is not checked by going there. */
static const TocsinProbe *const probes[TOCSIN_MONITOR_HEARTBEAT + 1] = {
  [TOCSIN_MONITOR_HTTP] = &tocsin_http_probe, [TOCSIN_MONITOR_TCP] = &tocsin_tcp_probe,
  [TOCSIN_MONITOR_PING] = &tocsin_ping_probe, [TOCSIN_MONITOR_DNS] = &tocsin_dns_probe,
  [TOCSIN_MONITOR_HEARTBEAT] = NULL,
};

/* Failures of the probe and not of the target: upside down does not turn them round. */
static gboolean
is_own_fault (guint code)
{
  static const TocsinCode own[] = { TOCSIN_CODE_CONFIGURATION, TOCSIN_CODE_SECRET_MISSING,
                                    TOCSIN_CODE_INTERNAL, TOCSIN_CODE_PING_NOT_PERMITTED,
                                    TOCSIN_CODE_ADDRESS_FORBIDDEN };

  for (guint i = 0; i < G_N_ELEMENTS (own); i++)
    if (own[i] == code)
      return TRUE;
  return FALSE;
}

static void
turn_round (TocsinSample *sample)
{
  const TocsinEvidence *evidence = sample->evidence;

  if (sample->outcome == TOCSIN_OUTCOME_OK) {
    tocsin_sample_fail (sample, TOCSIN_CODE_UPSIDE_DOWN,
                        "reachable, and it should not be%s%s: upside down is set",
                        evidence->remote_address != NULL ? ": an answer came from " : "",
                        evidence->remote_address != NULL ? evidence->remote_address : "");
  } else if (sample->outcome == TOCSIN_OUTCOME_FAILED && !is_own_fault (sample->code)) {
    sample->outcome = TOCSIN_OUTCOME_OK;
    sample->code = TOCSIN_CODE_NONE;
    g_clear_pointer (&sample->reason, g_free);
  }
}

static void
mark_slow (TocsinSample *sample, gint64 slow_us)
{
  g_autofree char *latency = NULL, *most = NULL;

  if (sample->outcome != TOCSIN_OUTCOME_OK || slow_us < 0 || sample->latency_us <= slow_us)
    return;
  latency = tocsin_span_to_words (sample->latency_us < TOCSIN_US_PER_MS
                                      ? sample->latency_us
                                      : sample->latency_us / TOCSIN_US_PER_MS * TOCSIN_US_PER_MS);
  most = tocsin_span_to_words (slow_us);
  sample->outcome = TOCSIN_OUTCOME_SLOW;
  sample->code = TOCSIN_CODE_SLOW;
  g_free (sample->reason);
  sample->reason = g_strdup_printf ("slow: the answer took %s, more than %s", latency, most);
}

static void
judge (TocsinRun *run)
{
  if (run->monitor->upside_down)
    turn_round (run->sample);
  else
    mark_slow (run->sample, run->monitor->slow_us);
}

static void
free_run (TocsinRun *run)
{
  run->prober->n_runs--;
  tocsin_sample_free (run->sample);
  tocsin_monitor_unref (run->monitor);
  g_free (run);
}

static void
hand_over (TocsinRun *run)
{
  TocsinSample *sample = g_steal_pointer (&run->sample);
  TocsinProbeDone done = run->done;
  gpointer user_data = run->user_data;

  free_run (run);
  done (sample, user_data);
}

static void
hand_over_cb (gpointer user_data)
{
  hand_over (user_data);
}

static void
guard_cb (gpointer user_data)
{
  TocsinRun *run = user_data;

  run->timer = NULL;
  run->probe->time_out (run);
  tocsin_run_finish (run);
}

static void
stop (TocsinRun *run)
{
  g_clear_pointer (&run->timer, tocsin_timer_remove);
  if (run->probe != NULL && !run->finished)
    run->probe->stop (run);
}

void
tocsin_run_finish (TocsinRun *run)
{
  g_return_if_fail (run != NULL);
  g_return_if_fail (!run->finished);

  stop (run);
  run->finished = TRUE;
  judge (run);
  if (run->starting)
    run->timer = tocsin_reactor_timer (run->prober->reactor, 0, hand_over_cb, run);
  else
    hand_over (run);
}

gint64
tocsin_run_get_elapsed_us (const TocsinRun *run)
{
  return g_get_monotonic_time () - run->started_us;
}

TocsinProber *
tocsin_prober_new (GMainContext *context)
{
  TocsinProber *self = g_new0 (TocsinProber, 1);

  self->context = g_main_context_ref (context != NULL ? context : g_main_context_default ());
  self->reactor = tocsin_reactor_new (self->context);
  self->tls = tocsin_tls_new ();
  return self;
}

void
tocsin_prober_free (TocsinProber *prober)
{
  if (prober == NULL)
    return;
  g_assert (prober->n_runs == 0);
  for (guint kind = 0; kind < G_N_ELEMENTS (probes); kind++)
    if (prober->shared[kind] != NULL)
      probes[kind]->close (prober->shared[kind]);
  tocsin_tls_free (prober->tls);
  tocsin_reactor_free (prober->reactor);
  g_main_context_unref (prober->context);
  g_free (prober);
}

TocsinRun *
tocsin_prober_start (TocsinProber *prober, TocsinMonitor *monitor, TocsinProbeDone done,
                     gpointer user_data)
{
  const TocsinProbe *probe;
  TocsinRun *run;

  g_return_val_if_fail (prober != NULL, NULL);
  g_return_val_if_fail (monitor != NULL, NULL);
  g_return_val_if_fail (done != NULL, NULL);

  probe = probes[monitor->kind];
  run = g_malloc0 (probe != NULL ? probe->run_size : sizeof (TocsinRun));
  prober->n_runs++;
  run->prober = prober;
  run->probe = probe;
  run->monitor = tocsin_monitor_ref (monitor);
  run->done = done;
  run->user_data = user_data;
  run->sample = tocsin_sample_new (g_get_real_time (), TOCSIN_OUTCOME_OK);
  run->sample->evidence = tocsin_evidence_new ();
  run->started_us = g_get_monotonic_time ();

  run->starting = TRUE;
  if (probe != NULL) {
    if (probe->open != NULL && prober->shared[monitor->kind] == NULL)
      prober->shared[monitor->kind] = probe->open (prober);
    run->timer = tocsin_reactor_timer (prober->reactor, run->started_us + monitor->timeout_us,
                                       guard_cb, run);
    probe->start (run);
  } else {
    tocsin_sample_fail (run->sample, TOCSIN_CODE_CONFIGURATION,
                        "a monitor of kind %s is not checked from here: its pings are awaited",
                        tocsin_words_get (&tocsin_monitor_kind_words, monitor->kind));
    tocsin_run_finish (run);
  }
  run->starting = FALSE;
  return run;
}

void
tocsin_run_cancel (TocsinRun *run)
{
  if (run == NULL)
    return;
  stop (run);
  free_run (run);
}
