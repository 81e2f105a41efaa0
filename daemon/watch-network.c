/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "watch-network"

#include "config.h"

#include "own-network.h"
#include "timetext.h"
#include "watch-private.h"

/* What the daemon does about its own network: it feeds lib/judge/own-network.h, asks the references
 * when it is told to, and makes failures inconclusive while we may be the ones who are offline. */

static TocsinConnectivity
read_connectivity (GNetworkMonitor *network)
{
  if (g_network_monitor_get_connectivity (network) == G_NETWORK_CONNECTIVITY_PORTAL)
    return TOCSIN_CONNECTIVITY_PORTAL;
  return g_network_monitor_get_network_available (network) ? TOCSIN_CONNECTIVITY_SOME
                                                           : TOCSIN_CONNECTIVITY_NONE;
}

static void
tell_offline (TocsinWatch *self, gboolean offline, gint64 now_us)
{
  const char *why = tocsin_network_explain (self->own, now_us);
  TocsinNotice *notice;

  if (self->offline == offline)
    return;
  self->offline = offline;
  notice = tocsin_notice_new (offline ? TOCSIN_NOTICE_OFFLINE : TOCSIN_NOTICE_ONLINE, now_us);
  notice->text = offline ? g_strdup_printf ("Nobody is looking: %s; failures are not believed "
                                            "until it is back",
                                            why != NULL ? why : "this computer is offline")
                         : g_strdup ("This computer is online again");
  tocsin_watch_tell (self, notice);
  g_signal_emit (self, tocsin_watch_signals[TOCSIN_WATCH_PROBLEM], 0);
}

static void
answered_cb (guint n_good, guint n_asked, gpointer user_data)
{
  TocsinWatch *self = user_data;
  gint64 now_us = g_get_real_time ();

  tocsin_network_note_references (self->own, n_good, n_asked, now_us);
  tell_offline (self, tocsin_network_judge (self->own, now_us) == TOCSIN_NETWORK_OFFLINE, now_us);
}

static TocsinNetworkVerdict
look (TocsinWatch *self, gint64 now_us)
{
  TocsinNetworkVerdict verdict = tocsin_network_judge (self->own, now_us);

  if (verdict == TOCSIN_NETWORK_SUSPECT)
    tocsin_references_ask (self->references, answered_cb, self);
  else
    tell_offline (self, verdict == TOCSIN_NETWORK_OFFLINE, now_us);
  return verdict;
}

void
tocsin_watch_doubt (TocsinWatch *self, const TocsinWatched *watched, TocsinSample *sample)
{
  gint64 now_us = g_get_real_time ();
  TocsinNetworkVerdict verdict;
  g_autofree char *seen = NULL;

  if (sample->outcome == TOCSIN_OUTCOME_INCONCLUSIVE ||
      tocsin_network_is_local_host (watched->host) || watched->monitor->upside_down)
    return;
  tocsin_network_note_sample (self->own, watched->host, tocsin_outcome_is_good (sample->outcome),
                              now_us);
  verdict = look (self, now_us);
  if (verdict == TOCSIN_NETWORK_ONLINE || sample->outcome != TOCSIN_OUTCOME_FAILED)
    return;
  seen = g_steal_pointer (&sample->reason);
  sample->outcome = TOCSIN_OUTCOME_INCONCLUSIVE;
  sample->code = TOCSIN_CODE_OFFLINE;
  sample->reason = g_strdup_printf ("%s (%s)", tocsin_network_explain (self->own, now_us),
                                    seen != NULL ? seen : "the check failed");
}

/* --- what the system tells --- */

static void
network_changed_cb (GNetworkMonitor *network, gboolean available, gpointer user_data)
{
  TocsinWatch *self = user_data;
  gint64 now_us = g_get_real_time ();

  tocsin_network_note_connectivity (self->own, read_connectivity (network), now_us);
  look (self, now_us);
}

/* Nobody looks while the machine sleeps. */
static void
suspending_cb (TocsinSleepWatch *sleep, gpointer user_data)
{
  TocsinWatch *self = user_data;
  TocsinJudgeEvent event = { .kind = TOCSIN_JUDGE_SILENT, .text = "this computer is asleep" };
  gint64 now_us = g_get_real_time ();
  GHashTableIter iter;
  gpointer value;

  tocsin_scheduler_set_held (self->scheduler, TRUE);
  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    TocsinWatched *watched = value;

    if (watched->monitor->paused)
      continue;
    tocsin_ledger_stop (watched->ledger, now_us);
    tocsin_watch_judge (self, watched, &event, now_us);
  }
  tocsin_store_flush (self->store, NULL, NULL);
}

static gboolean
grace_over_cb (gpointer user_data)
{
  TocsinWatch *self = user_data;

  self->grace_id = 0;
  look (self, g_get_real_time ());
  return G_SOURCE_REMOVE;
}

static void
resumed_cb (TocsinSleepWatch *sleep, gint64 asleep_us, gpointer user_data)
{
  TocsinWatch *self = user_data;
  gint64 now_us = g_get_real_time ();

  tocsin_network_note_wake (self->own, now_us);
  tocsin_references_ask (self->references, answered_cb, self);
  tocsin_scheduler_set_held (self->scheduler, FALSE);
  tocsin_watch_look_at_maintenance (self);
  g_clear_handle_id (&self->grace_id, g_source_remove);
  self->grace_id =
      g_timeout_add ((guint) (TOCSIN_NETWORK_GRACE_US / TOCSIN_US_PER_MS) + 1, grace_over_cb, self);
}

static void
clock_jumped_cb (TocsinSleepWatch *sleep, gint64 by_us, gpointer user_data)
{
  g_message ("the clock was set by %" G_GINT64_FORMAT " s; beats go on, records have the new time",
             by_us / TOCSIN_US_PER_S);
  tocsin_watch_look_at_maintenance (user_data);
}

void
tocsin_watch_network_start (TocsinWatch *self)
{
  self->own = g_new0 (TocsinNetworkState, 1);
  self->network = g_network_monitor_get_default ();
  self->own->connectivity = read_connectivity (self->network);
  self->sleep = tocsin_sleep_watch_new ();
  g_signal_connect (self->network, "network-changed", G_CALLBACK (network_changed_cb), self);
  g_signal_connect (self->sleep, "suspending", G_CALLBACK (suspending_cb), self);
  g_signal_connect (self->sleep, "resumed", G_CALLBACK (resumed_cb), self);
  g_signal_connect (self->sleep, "clock-jumped", G_CALLBACK (clock_jumped_cb), self);
}

void
tocsin_watch_network_stop (TocsinWatch *self)
{
  if (self->network != NULL)
    g_signal_handlers_disconnect_by_data (self->network, self);
  self->network = NULL;
  if (self->sleep != NULL)
    g_signal_handlers_disconnect_by_data (self->sleep, self);
  g_clear_object (&self->sleep);
  g_clear_handle_id (&self->grace_id, g_source_remove);
  g_clear_pointer (&self->own, g_free);
}
