/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "watch-judge"

#include "config.h"

#include "certificate-watch.h"
#include "timetext.h"
#include "watch-private.h"

/* What the judge says is done here, in its order: store first, then tell. */

void
tocsin_watch_tell (TocsinWatch *self, TocsinNotice *notice)
{
  g_log_structured (G_LOG_DOMAIN, G_LOG_LEVEL_MESSAGE, "MONITOR",
                    notice->monitor_id != NULL ? notice->monitor_id : "", "MESSAGE", "%s",
                    notice->text);
  g_signal_emit (self, tocsin_watch_signals[TOCSIN_WATCH_NOTICE], 0, notice);
  tocsin_notice_free (notice);
}

static void
save_incident (TocsinWatch *self, const TocsinIncident *incident)
{
  tocsin_store_save_incident (self->store, incident, NULL, NULL);
  g_signal_emit (self, tocsin_watch_signals[TOCSIN_WATCH_INCIDENT], 0, incident->id);
}

static void
open_incident (TocsinWatch *self, TocsinWatched *watched, const TocsinJudgeResult *result,
               const TocsinSample *sample, gint64 now_us)
{
  TocsinIncident *incident = tocsin_incident_new ();
  const TocsinSample *last = sample != NULL ? sample : watched->last;

  incident->id = tocsin_watch_new_id ();
  incident->monitor_id = g_strdup (watched->monitor->id);
  incident->monitor_name = g_strdup (watched->monitor->name);
  incident->began_at = result->began_at;
  incident->confirmed_at = now_us;
  if (last != NULL && last->outcome == TOCSIN_OUTCOME_FAILED) {
    incident->code = last->code;
    incident->reason = g_strdup (last->reason);
  }
  tocsin_incident_add_update (incident, now_us, TOCSIN_UPDATE_OPENED, incident->reason, NULL, last);
  tocsin_incident_free (watched->incident);
  watched->incident = incident;
  save_incident (self, incident);
}

static void
close_incident (TocsinWatch *self, TocsinWatched *watched, const TocsinJudgeResult *result,
                const TocsinSample *sample, gint64 now_us)
{
  g_autoptr (TocsinIncident) incident = g_steal_pointer (&watched->incident);
  g_autofree char *lasted = NULL, *text = NULL;

  if (incident == NULL)
    return;
  incident->ended_at = MAX (result->ended_at, incident->began_at);
  lasted = tocsin_span_to_words (tocsin_incident_get_duration_us (incident, now_us));
  text = result->decision != NULL
             ? g_strdup_printf ("%s, after %s", result->decision->sentence, lasted)
             : g_strdup_printf ("after %s", lasted);
  tocsin_incident_add_update (incident, now_us, TOCSIN_UPDATE_CLOSED, text, NULL, sample);
  save_incident (self, incident);
}

/* A state change in the middle of an incident belongs to its story. */
static void
update_incident (TocsinWatch *self, TocsinWatched *watched, const TocsinJudgeResult *result,
                 gint64 now_us)
{
  if (watched->incident == NULL || result->decision == NULL || result->to == result->from ||
      (result->actions & TOCSIN_ACTION_OPEN_INCIDENT) != 0)
    return;
  tocsin_incident_add_update (watched->incident, now_us, TOCSIN_UPDATE_STATE,
                              result->decision->sentence, NULL, NULL);
  save_incident (self, watched->incident);
}

void
tocsin_watch_save_judge (TocsinWatch *self, TocsinWatched *watched)
{
  g_autoptr (JsonObject) json = tocsin_fields_to_json (&tocsin_judge_fields, watched->judge, 0);
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), json);
  g_autofree char *text = json_to_string (node, FALSE);

  tocsin_store_save_judge (self->store, watched->monitor->id, text, NULL, NULL);
}

/* Of a team's incident what its server wrote: another probe saw it, and not this machine. */
static const char *
get_reason (const TocsinWatched *watched, const TocsinIncident *incident)
{
  if (watched->team != NULL && incident != NULL)
    return incident->reason;
  return watched->last != NULL ? watched->last->reason : NULL;
}

static char *
describe (const TocsinWatched *watched, TocsinTell tell, const TocsinIncident *incident,
          gint64 now_us)
{
  const char *name = watched->monitor->name;
  const char *reason = get_reason (watched, incident);
  g_autofree char *span = NULL;

  switch (tell) {
  case TOCSIN_TELL_DOWN:
    return g_strdup_printf ("%s is down%s%s", name, reason != NULL ? ": " : "",
                            reason != NULL ? reason : "");
  case TOCSIN_TELL_DEGRADED:
    return g_strdup_printf ("%s is degraded%s%s", name, reason != NULL ? ": " : "",
                            reason != NULL ? reason : "");
  case TOCSIN_TELL_UP:
    if (incident == NULL)
      return g_strdup_printf ("%s is up again", name);
    span = tocsin_span_to_words (tocsin_incident_get_duration_us (incident, now_us));
    return g_strdup_printf ("%s is up again after %s", name, span);
  case TOCSIN_TELL_FLAPPING:
    return g_strdup_printf (
        "%s is flapping: its state changes over and over, so single changes are "
        "not told until it is steady",
        name);
  case TOCSIN_TELL_STEADY:
    return g_strdup_printf ("%s is steady again: %s", name,
                            tocsin_words_get (&tocsin_state_words, watched->judge->health));
  }
  g_assert_not_reached ();
}

void
tocsin_watch_tell_of (TocsinWatch *self, TocsinWatched *watched, TocsinTell what,
                      const TocsinIncident *incident, gint64 now_us)
{
  static const TocsinNoticeKind kinds[] = {
    [TOCSIN_TELL_DOWN] = TOCSIN_NOTICE_DOWN,     [TOCSIN_TELL_DEGRADED] = TOCSIN_NOTICE_DEGRADED,
    [TOCSIN_TELL_UP] = TOCSIN_NOTICE_UP,         [TOCSIN_TELL_FLAPPING] = TOCSIN_NOTICE_FLAPPING,
    [TOCSIN_TELL_STEADY] = TOCSIN_NOTICE_STEADY,
  };
  TocsinNotice *notice = tocsin_notice_new (kinds[what], now_us);

  notice->monitor_id = g_strdup (watched->monitor->id);
  notice->monitor_name = g_strdup (watched->monitor->name);
  notice->incident_id = incident != NULL ? g_strdup (incident->id) : NULL;
  if (incident != NULL) {
    notice->began_at = incident->began_at;
    notice->ended_at = incident->ended_at;
  }
  if (watched->team != NULL && incident != NULL)
    notice->code = incident->code;
  else if (watched->last != NULL)
    notice->code = watched->last->code;
  notice->reason = g_strdup (get_reason (watched, incident));
  notice->text = describe (watched, what, incident, now_us);
  tocsin_watch_tell (self, notice);
}

/* A team's incidents are its server's to open and to close, and what it says is told. Only while it
 * can't be reached does this machine tell what it sees itself. */
static guint
judge_of_team (TocsinWatch *self, TocsinWatched *watched, const TocsinJudgeResult *result,
               gint64 now_us)
{
  if ((result->actions & TOCSIN_ACTION_SAVE) != 0)
    tocsin_watch_save_judge (self, watched);
  if (!watched->team->away)
    return result->actions;
  if (result->decision != NULL)
    tocsin_store_add_decision (self->store, watched->monitor->id, result->decision);
  if ((result->actions & TOCSIN_ACTION_TELL) != 0)
    tocsin_watch_tell_of (self, watched, result->tell, NULL, now_us);
  if ((result->actions & TOCSIN_ACTION_SHOW) != 0)
    tocsin_watch_emit_changed (self, watched);
  return result->actions;
}

guint
tocsin_watch_judge (TocsinWatch *self, TocsinWatched *watched, const TocsinJudgeEvent *event,
                    gint64 now_us)
{
  g_auto (TocsinJudgeResult) result = { 0 };
  g_autoptr (TocsinIncident) incident = NULL;
  const TocsinSample *sample = event->kind == TOCSIN_JUDGE_SAMPLE ? event->sample : NULL;
  TocsinJudgePolicy policy;

  tocsin_judge_policy_init (&policy, watched->monitor);
  tocsin_judge_step (&policy, watched->judge, event, now_us, &result);
  if (result.actions == 0 && result.decision == NULL) /* nearly always */
    return 0;

  if (watched->team != NULL)
    return judge_of_team (self, watched, &result, now_us);
  if (result.decision != NULL)
    tocsin_store_add_decision (self->store, watched->monitor->id, result.decision);
  if ((result.actions & TOCSIN_ACTION_SAVE) != 0)
    tocsin_watch_save_judge (self, watched);
  if ((result.actions & TOCSIN_ACTION_OPEN_INCIDENT) != 0)
    open_incident (self, watched, &result, sample, now_us);
  if (watched->incident != NULL)
    incident = tocsin_incident_copy (watched->incident);
  if ((result.actions & TOCSIN_ACTION_CLOSE_INCIDENT) != 0) {
    if (incident != NULL)
      incident->ended_at = result.ended_at;
    close_incident (self, watched, &result, sample, now_us);
  } else {
    update_incident (self, watched, &result, now_us);
  }
  if ((result.actions & TOCSIN_ACTION_TELL) != 0)
    tocsin_watch_tell_of (self, watched, result.tell, incident, now_us);
  if ((result.actions & TOCSIN_ACTION_SHOW) != 0) {
    tocsin_watch_emit_changed (self, watched);
    tocsin_watch_look_at_children (self, watched, now_us);
  }
  return result.actions;
}

void
tocsin_watch_look_at_certificate (TocsinWatch *self, TocsinWatched *watched, gint64 now_us)
{
  g_autofree char *left = NULL;
  TocsinNotice *notice;

  if (!tocsin_certificate_is_news (watched->monitor->tls_warn_days, watched->cert_not_after, now_us,
                                   &watched->cert_told) ||
      watched->in_maintenance || watched->cert_not_after <= now_us)
    return;
  left = tocsin_span_to_words ((watched->cert_not_after - now_us) / TOCSIN_US_PER_HOUR *
                               TOCSIN_US_PER_HOUR);
  notice = tocsin_notice_new (TOCSIN_NOTICE_CERTIFICATE, now_us);
  notice->monitor_id = g_strdup (watched->monitor->id);
  notice->monitor_name = g_strdup (watched->monitor->name);
  notice->ended_at = watched->cert_not_after;
  notice->text = g_strdup_printf ("The certificate of %s ends in %s", watched->monitor->name, left);
  tocsin_watch_tell (self, notice);
}
