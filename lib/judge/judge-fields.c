/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "judge-fields"

#include "config.h"

#include "errors.h"
#include "judge-private.h"

/* What the store keeps of a judge. */

#define NAMED(name_, member, k, ...)                                                               \
  {                                                                                                \
    .name = name_, .kind = TOCSIN_FIELD_##k, .offset = G_STRUCT_OFFSET (TYPE, member), __VA_ARGS__ \
  }
#define FIELD(member, k, ...) NAMED (#member, member, k, __VA_ARGS__)
#define SPARSE                .flags = TOCSIN_FIELD_SPARSE

#define TYPE TocsinVote
static const TocsinField vote_rows[] = {
  FIELD (probe, STRING),
  FIELD (at_us, TIME),
  FIELD (n_failed, INT, SPARSE, .least = 0, .most = G_MAXINT32),
  FIELD (n_good, INT, SPARSE, .least = 0, .most = G_MAXINT32),
  FIELD (n_slow, INT, SPARSE, .least = 0, .most = G_MAXINT32),
  FIELD (first_failed_at, TIME),
  FIELD (first_good_at, TIME),
};
#undef TYPE

const TocsinFields tocsin_vote_fields = {
  .what = "vote",
  .size = sizeof (TocsinVote),
  .rows = vote_rows,
  .n_rows = G_N_ELEMENTS (vote_rows),
  .selector_offset = TOCSIN_FIELDS_NO_SELECTOR,
  .unknown_offset = TOCSIN_FIELDS_NO_UNKNOWN,
};

#define HISTORY_MOST ((G_GINT64_CONSTANT (1) << (2 * TOCSIN_FLAPPING_STATES)) - 1)

#define TYPE TocsinJudge
static const TocsinField judge_rows[] = {
  FIELD (health, WORD, .words = &tocsin_state_words),
  FIELD (covers, INT, SPARSE, .least = 0, .most = 15),
  NAMED ("since", since_at, TIME),
  FIELD (told, WORD, .words = &tocsin_state_words),
  FIELD (incident_open, BOOL, SPARSE),
  NAMED ("incident", incident_at, TIME),
  FIELD (flapping, BOOL, SPARSE),
  FIELD (history, INT, SPARSE, .least = 0, .most = HISTORY_MOST),
  FIELD (parent, STRING),
  FIELD (silence, STRING),
  NAMED ("local_at", local.at_us, TIME),
  NAMED ("local_failed", local.n_failed, INT, SPARSE, .least = 0, .most = G_MAXINT32),
  NAMED ("local_good", local.n_good, INT, SPARSE, .least = 0, .most = G_MAXINT32),
  NAMED ("local_slow", local.n_slow, INT, SPARSE, .least = 0, .most = G_MAXINT32),
  NAMED ("local_first_failed", local.first_failed_at, TIME),
  NAMED ("local_first_good", local.first_good_at, TIME),
  FIELD (others, OBJECTS, .table = &tocsin_vote_fields, .most = TOCSIN_JUDGE_PROBES),
};
#undef TYPE

const TocsinFields tocsin_judge_fields = {
  .what = "judge",
  .size = sizeof (TocsinJudge),
  .rows = judge_rows,
  .n_rows = G_N_ELEMENTS (judge_rows),
  .selector_offset = TOCSIN_FIELDS_NO_SELECTOR,
  .unknown_offset = TOCSIN_FIELDS_NO_UNKNOWN,
};

TocsinJudge *
tocsin_judge_new (void)
{
  return tocsin_fields_new (&tocsin_judge_fields);
}

void
tocsin_judge_free (TocsinJudge *judge)
{
  tocsin_fields_free (&tocsin_judge_fields, judge);
}

TocsinJudge *
tocsin_judge_from_json (JsonObject *json, GError **error)
{
  g_autoptr (TocsinJudge) judge = tocsin_judge_new ();

  g_return_val_if_fail (json != NULL, NULL);

  if (!tocsin_fields_from_json (&tocsin_judge_fields, judge, json, 0, error) ||
      !tocsin_fields_check (&tocsin_judge_fields, judge, error))
    return NULL;
  if (judge->health > TOCSIN_STATE_DOWN || judge->told > TOCSIN_STATE_DOWN ||
      judge->told == TOCSIN_STATE_CONFIRMING) {
    tocsin_fail (error, TOCSIN_ERROR_INVALID, "health: no state that follows from samples");
    return NULL;
  }
  return g_steal_pointer (&judge);
}
