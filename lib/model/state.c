/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "state"

#include "config.h"

#include "monitor.h"
#include "state.h"
#include "timetext.h"

static const char *const states[] = { "new",  "up",     "degraded",    "confirming",
                                      "down", "paused", "maintenance", "unknown" };
const TocsinWords tocsin_state_words = TOCSIN_WORDS ("state", states);
G_STATIC_ASSERT (G_N_ELEMENTS (states) == TOCSIN_N_STATES);

static const char *const windows[] = { "24h", "7d", "30d", "90d" };
const TocsinWords tocsin_window_words = TOCSIN_WORDS ("window", windows);
G_STATIC_ASSERT (G_N_ELEMENTS (windows) == TOCSIN_N_WINDOWS);

guint
tocsin_state_rank (TocsinState state)
{
  static const guint ranks[TOCSIN_N_STATES] = {
    [TOCSIN_STATE_DOWN] = 0,    [TOCSIN_STATE_CONFIRMING] = 1, [TOCSIN_STATE_DEGRADED] = 2,
    [TOCSIN_STATE_UNKNOWN] = 3, [TOCSIN_STATE_NEW] = 4,        [TOCSIN_STATE_MAINTENANCE] = 5,
    [TOCSIN_STATE_UP] = 6,      [TOCSIN_STATE_PAUSED] = 7,
  };

  g_return_val_if_fail ((guint) state < TOCSIN_N_STATES, 0);
  return ranks[state];
}

gboolean
tocsin_state_is_problem (TocsinState state)
{
  return tocsin_state_rank (state) <= 2;
}

gint64
tocsin_window_get_span_us (TocsinWindow window)
{
  static const gint64 days[TOCSIN_N_WINDOWS] = { 1, 7, 30, 90 };

  g_return_val_if_fail ((guint) window < TOCSIN_N_WINDOWS, 0);
  return days[window] * TOCSIN_US_PER_DAY;
}

#define NAMED(name_, member, k, ...)                                                               \
  {                                                                                                \
    .name = name_, .kind = TOCSIN_FIELD_##k, .offset = G_STRUCT_OFFSET (TYPE, member), __VA_ARGS__ \
  }
#define FIELD(member, k, ...) NAMED (#member, member, k, __VA_ARGS__)

#define TYPE TocsinDecision
static const TocsinField decision_rows[] = {
  NAMED ("at", at_us, TIME, .flags = TOCSIN_FIELD_REQUIRED),
  FIELD (rule, STRING),
  FIELD (sentence, STRING),
  FIELD (from, WORD, .words = &tocsin_state_words),
  FIELD (to, WORD, .words = &tocsin_state_words),
  FIELD (samples, STRINGS),
  FIELD (followed, STRINGS),
};
#undef TYPE

const TocsinFields tocsin_decision_fields = {
  .what = "decision",
  .size = sizeof (TocsinDecision),
  .rows = decision_rows,
  .n_rows = G_N_ELEMENTS (decision_rows),
  .selector_offset = TOCSIN_FIELDS_NO_SELECTOR,
  .unknown_offset = TOCSIN_FIELDS_NO_UNKNOWN,
};

#define TYPE TocsinStatus
static const TocsinField status_rows[] = {
  FIELD (id, STRING),
  FIELD (name, STRING),
  FIELD (kind, WORD, .words = &tocsin_monitor_kind_words),
  FIELD (target, STRING, .flags = TOCSIN_FIELD_NULLABLE),
  FIELD (state, WORD, .words = &tocsin_state_words),
  FIELD (since, TIME, .flags = TOCSIN_FIELD_NULLABLE),
  FIELD (last_sample, OBJECT, .table = &tocsin_sample_fields, .flags = TOCSIN_FIELD_NULLABLE),
  FIELD (uptime, REALS, .words = &tocsin_window_words),
  FIELD (tags, STRINGS, .flags = TOCSIN_FIELD_NULLABLE),
  FIELD (project, STRING, .flags = TOCSIN_FIELD_NULLABLE),
  FIELD (team, STRING),
  FIELD (team_name, STRING),
  FIELD (next_at, TIME, .flags = TOCSIN_FIELD_NULLABLE),
  FIELD (flapping, BOOL),
  FIELD (incident_id, STRING, .flags = TOCSIN_FIELD_NULLABLE),
  FIELD (ping_url, STRING),
  FIELD (note, STRING),
  FIELD (cert_not_after, TIME),
  FIELD (recent, STRINGS),
};
#undef TYPE

const TocsinFields tocsin_status_fields = {
  .what = "status",
  .size = sizeof (TocsinStatus),
  .rows = status_rows,
  .n_rows = G_N_ELEMENTS (status_rows),
  .selector_offset = TOCSIN_FIELDS_NO_SELECTOR,
  .unknown_offset = TOCSIN_FIELDS_NO_UNKNOWN,
};

TocsinDecision *
tocsin_decision_new (void)
{
  return tocsin_fields_new (&tocsin_decision_fields);
}

TocsinDecision *
tocsin_decision_copy (const TocsinDecision *decision)
{
  return tocsin_fields_copy (&tocsin_decision_fields, decision);
}

void
tocsin_decision_free (TocsinDecision *decision)
{
  tocsin_fields_free (&tocsin_decision_fields, decision);
}

TocsinStatus *
tocsin_status_new (void)
{
  return tocsin_fields_new (&tocsin_status_fields);
}

void
tocsin_status_free (TocsinStatus *status)
{
  tocsin_fields_free (&tocsin_status_fields, status);
}
