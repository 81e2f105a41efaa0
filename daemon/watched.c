/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "watched"

#include "config.h"

#include "timetext.h"
#include "watched.h"

/* Entries of the ring of recent latencies that are no milliseconds. */
#define RECENT_FAILED  (-1)
#define RECENT_NOTHING (-2)

TocsinWatched *
tocsin_watched_new (TocsinMonitor *monitor)
{
  TocsinWatched *watched = g_new0 (TocsinWatched, 1);

  watched->judge = tocsin_judge_new ();
  watched->ledger = tocsin_ledger_new ();
  watched->cert_told = -1;
  tocsin_watched_set_monitor (watched, monitor);
  return watched;
}

void
tocsin_watched_free (TocsinWatched *watched)
{
  if (watched == NULL)
    return;
  g_assert (watched->beat == NULL && watched->job == NULL && watched->waiting == NULL);
  g_clear_pointer (&watched->heartbeat, tocsin_heartbeat_free);
  g_clear_pointer (&watched->schedule, tocsin_schedule_free);
  g_clear_pointer (&watched->incident, tocsin_incident_free);
  g_clear_pointer (&watched->last, tocsin_sample_free);
  g_clear_pointer (&watched->past, tocsin_sample_free);
  g_clear_pointer (&watched->remote, tocsin_remote_free);
  g_clear_pointer (&watched->ledger, tocsin_ledger_free);
  g_clear_pointer (&watched->judge, tocsin_judge_free);
  g_clear_pointer (&watched->host, g_ref_string_release);
  g_clear_pointer (&watched->monitor, tocsin_monitor_unref);
  g_free (watched);
}

void
tocsin_watched_set_monitor (TocsinWatched *watched, TocsinMonitor *monitor)
{
  g_autofree char *host = NULL;

  g_return_if_fail (watched != NULL && monitor != NULL);

  host = tocsin_monitor_get_host (monitor);
  g_clear_pointer (&watched->monitor, tocsin_monitor_unref);
  watched->monitor = monitor;
  g_clear_pointer (&watched->host, g_ref_string_release);
  watched->host = g_ref_string_new_intern (host);
}

/* Whose word counts: a team's server's, while it can be asked; then this machine's own, where it
 * checks the monitor. */
typedef enum { JUDGE_LOCAL, JUDGE_SERVER, JUDGE_NOBODY } Judge;

static Judge
get_judge (const TocsinWatched *watched)
{
  if (watched->team == NULL)
    return JUDGE_LOCAL;
  if (watched->remote != NULL && !watched->team->away)
    return JUDGE_SERVER;
  return watched->runs_here && watched->judge->local.at_us > 0 ? JUDGE_LOCAL : JUDGE_NOBODY;
}

TocsinState
tocsin_watched_get_state (const TocsinWatched *watched)
{
  g_return_val_if_fail (watched != NULL, TOCSIN_STATE_UNKNOWN);

  switch (get_judge (watched)) {
  case JUDGE_LOCAL:
    return tocsin_judge_get_state (watched->judge);
  case JUDGE_SERVER:
    return watched->remote->state;
  case JUDGE_NOBODY:
    return watched->monitor->paused ? TOCSIN_STATE_PAUSED
           : watched->team->away    ? TOCSIN_STATE_UNKNOWN
                                    : TOCSIN_STATE_NEW;
  }
  g_assert_not_reached ();
}

static gint64
get_since (const TocsinWatched *watched)
{
  switch (get_judge (watched)) {
  case JUDGE_LOCAL:
    return watched->judge->since_at;
  case JUDGE_SERVER:
    return watched->remote->since_at;
  case JUDGE_NOBODY:
    return watched->team->away ? watched->team->away_since : watched->monitor->created_at;
  }
  g_assert_not_reached ();
}

/* Why it is as it is, where that needs a word. */
static char *
get_note (const TocsinWatched *watched)
{
  g_autoptr (GDateTime) at = NULL;
  g_autofree char *since = NULL;

  if (watched->team == NULL)
    return tocsin_judge_get_note (watched->judge);
  if (!watched->team->away)
    return watched->remote != NULL ? g_strdup (watched->remote->note) : NULL;
  /* for people: by the clock on their wall, without fractions */
  at = g_date_time_new_from_unix_local (watched->team->away_since / TOCSIN_US_PER_S);
  since = g_date_time_format (at, "%F %H:%M");
  return g_strdup_printf (
      watched->runs_here ? "the server of %s can’t be reached since %s: as this computer sees it"
                         : "the server of %s can’t be reached since %s",
      watched->team->name, since);
}

gint64
tocsin_watched_get_cut_us (const TocsinWatched *watched)
{
  g_return_val_if_fail (watched != NULL, 0);

  if (watched->monitor->kind == TOCSIN_MONITOR_HEARTBEAT)
    return G_MAXINT64;
  return 2 * watched->monitor->interval_us;
}

const char *
tocsin_watched_get_project (const TocsinWatched *watched)
{
  const char *project, *name;

  g_return_val_if_fail (watched != NULL, NULL);

  project = watched->monitor->project;
  if (watched->team == NULL || project == NULL)
    return project;
  name = g_hash_table_lookup (watched->team->projects, project);
  return name != NULL ? name : project;
}

const char *
tocsin_watched_get_incident_id (const TocsinWatched *watched)
{
  g_return_val_if_fail (watched != NULL, NULL);

  if (watched->team != NULL)
    return watched->remote != NULL ? watched->remote->incident : NULL;
  return watched->incident != NULL ? watched->incident->id : NULL;
}

static gint32
get_recent_ms (const TocsinSample *sample)
{
  if (sample->outcome == TOCSIN_OUTCOME_FAILED)
    return RECENT_FAILED;
  if (sample->outcome == TOCSIN_OUTCOME_INCONCLUSIVE || sample->latency_us < 0)
    return RECENT_NOTHING;
  return (gint32) MIN ((sample->latency_us + TOCSIN_US_PER_MS / 2) / TOCSIN_US_PER_MS, G_MAXINT32);
}

void
tocsin_watched_note_sample (TocsinWatched *watched, TocsinSample *sample)
{
  g_return_if_fail (watched != NULL && sample != NULL);

  tocsin_ledger_add (watched->ledger, sample->at_us,
                     tocsin_counts_of (sample->outcome, sample->flags),
                     tocsin_watched_get_cut_us (watched));
  watched->recent_ms[watched->recent_at] = get_recent_ms (sample);
  watched->recent_at = (guint8) ((watched->recent_at + 1) % TOCSIN_STATUS_RECENT);
  watched->n_recent = (guint8) MIN (watched->n_recent + 1, TOCSIN_STATUS_RECENT);
  if (sample->evidence != NULL && sample->evidence->certificate != NULL)
    watched->cert_not_after = sample->evidence->certificate->not_after;
  tocsin_sample_free (watched->last);
  watched->last = sample;
  g_clear_pointer (&watched->past, tocsin_sample_free);
}

void
tocsin_watched_seed (TocsinWatched *watched, GPtrArray *samples)
{
  guint n;

  g_return_if_fail (watched != NULL && samples != NULL);

  n = MIN (samples->len, (guint) TOCSIN_STATUS_RECENT - watched->n_recent);
  for (guint i = 0; i < n; i++) {
    guint at = (watched->recent_at + 2 * TOCSIN_STATUS_RECENT - watched->n_recent - 1) %
               TOCSIN_STATUS_RECENT;

    watched->recent_ms[at] = get_recent_ms (samples->pdata[i]);
    watched->n_recent++;
  }
  if (watched->last == NULL && samples->len > 0) {
    g_clear_pointer (&watched->past, tocsin_sample_free);
    watched->past = tocsin_sample_copy (samples->pdata[0]);
  }
}

const TocsinSample *
tocsin_watched_get_last (const TocsinWatched *watched)
{
  g_return_val_if_fail (watched != NULL, NULL);

  return watched->last != NULL ? watched->last : watched->past;
}

static char **
get_recent (const TocsinWatched *watched)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < watched->n_recent; i++) {
    guint at =
        (watched->recent_at + TOCSIN_STATUS_RECENT - watched->n_recent + i) % TOCSIN_STATUS_RECENT;
    gint32 ms = watched->recent_ms[at];
    char text[16];

    g_snprintf (text, sizeof text, "%d", ms);
    g_strv_builder_add (builder, ms == RECENT_FAILED ? "x" : ms == RECENT_NOTHING ? "-" : text);
  }
  return g_strv_builder_end (builder);
}

static TocsinSample *
copy_without_evidence (const TocsinSample *sample)
{
  TocsinSample *copy;

  if (sample == NULL)
    return NULL;
  copy = tocsin_sample_new (sample->at_us, sample->outcome);
  copy->code = sample->code;
  copy->flags = sample->flags;
  copy->latency_us = sample->latency_us;
  for (guint i = 0; i < TOCSIN_N_PHASES; i++)
    copy->phase_us[i] = sample->phase_us[i];
  copy->reason = g_strdup (sample->reason);
  return copy;
}

/* Of the next check or, for a heartbeat, the deadline; wall time. */
static gint64
get_next_at (const TocsinWatched *watched, gint64 now_us)
{
  if (watched->heartbeat != NULL)
    return watched->heartbeat->deadline_at;
  if (watched->beat == NULL)
    return 0;
  return now_us + MAX (0, tocsin_beat_get_due (watched->beat) - g_get_monotonic_time ());
}

static char *
get_ping_url (const TocsinMonitor *monitor, const char *ping_base)
{
  if (monitor->kind != TOCSIN_MONITOR_HEARTBEAT || monitor->ping_id == NULL || ping_base == NULL)
    return NULL;
  return g_strconcat (ping_base, "/ping/", monitor->ping_id, NULL);
}

TocsinStatus *
tocsin_watched_get_status (const TocsinWatched *watched, const char *ping_base, gint64 now_us)
{
  const TocsinMonitor *monitor;
  TocsinStatus *status;

  g_return_val_if_fail (watched != NULL, NULL);

  monitor = watched->monitor;
  status = tocsin_status_new ();
  status->id = g_strdup (monitor->id);
  status->name = g_strdup (monitor->name);
  status->kind = monitor->kind;
  status->target = g_strdup (monitor->target);
  status->state = tocsin_watched_get_state (watched);
  status->since = get_since (watched);
  status->last_sample = copy_without_evidence (tocsin_watched_get_last (watched));
  tocsin_ledger_get_shares (watched->ledger, now_us, status->uptime);
  status->tags = g_strdupv (monitor->tags);
  status->project = g_strdup (tocsin_watched_get_project (watched));
  if (watched->team != NULL) {
    status->team = g_strdup (watched->team->id);
    status->team_name = g_strdup (watched->team->name);
  }
  status->next_at = get_next_at (watched, now_us);
  status->flapping = watched->judge->flapping;
  status->incident_id = g_strdup (tocsin_watched_get_incident_id (watched));
  status->ping_url =
      get_ping_url (monitor, watched->team != NULL ? watched->team->ping_base : ping_base);
  status->note = get_note (watched);
  status->cert_not_after = watched->cert_not_after;
  status->recent = get_recent (watched);
  return status;
}
