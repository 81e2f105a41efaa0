/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "flapping.h"
#include "monitor.h"
#include "quorum.h"
#include "state.h"

G_BEGIN_DECLS

/* The judge: (policy, state, event, now) → (state, actions). It alone decides what a monitor's
 * state is, when an incident opens and closes, and when people are told. It does nothing: its
 * caller stores first and tells then.
 *
 * Inside there is `health` (new, up, degraded, confirming, down), which follows the samples by the
 * table in judge.c. Above it lie covers (paused, maintenance, a parent that is down, nobody looks);
 * the first of them, or else the health, is the state that is shown. Apart from both is `told`:
 * what people were told last. After each event the two are compared, and people are told where they
 * differ and nothing keeps us silent; so down → maintenance → up still says "up", and down →
 * maintenance → down does not say "down" twice. */

typedef enum {
  TOCSIN_COVER_PAUSED = 1 << 0,
  TOCSIN_COVER_MAINTENANCE = 1 << 1,
  TOCSIN_COVER_PARENT = 1 << 2,
  TOCSIN_COVER_SILENT = 1 << 3, /* nobody looks: offline, asleep, the probe is gone */
} TocsinCover;

/* The last samples, for the explanation of a decision. */
#define TOCSIN_JUDGE_REMEMBERED 5

typedef struct {
  gint64 at_us;
  guint8 outcome, code;
} TocsinJudgeMemory;

#define TOCSIN_JUDGE_PROBES (TOCSIN_QUORUM_VOTES - 1) /* besides this machine */

typedef struct {
  guint health;    /* TocsinState, NEW to DOWN */
  gint64 covers;   /* TocsinCover */
  gint64 since_at; /* when the shown state began */
  guint told;      /* TocsinState; NEW: nothing yet */
  gboolean incident_open;
  gint64 incident_at; /* when it began */
  gboolean flapping;
  gint64 history; /* TocsinFlapHistory */
  char *parent;   /* (owned) (nullable) the name of the parent that is down */
  char *silence;  /* (owned) (nullable) why nobody looks */

  TocsinVote local;  /* the only vote there is on a desktop */
  GPtrArray *others; /* (owned) (nullable) (element-type TocsinVote) */
  TocsinJudgeMemory memory[TOCSIN_JUDGE_REMEMBERED]; /* not stored; the newest last */
} TocsinJudge;

/* For the store: everything but `memory`. */
extern const TocsinFields tocsin_judge_fields;

typedef enum {
  TOCSIN_JUDGE_SAMPLE,
  TOCSIN_JUDGE_PAUSE,
  TOCSIN_JUDGE_RESUME,
  TOCSIN_JUDGE_MAINTENANCE_BEGINS,
  TOCSIN_JUDGE_MAINTENANCE_ENDS,
  TOCSIN_JUDGE_PARENT_DOWN,
  TOCSIN_JUDGE_PARENT_UP,
  TOCSIN_JUDGE_SILENT, /* nobody looks from here on; the next conclusive sample ends it */
  TOCSIN_JUDGE_CONFIG, /* the policy changed: the votes are weighed anew */
} TocsinJudgeEventKind;

#define TOCSIN_N_JUDGE_EVENTS (TOCSIN_JUDGE_CONFIG + 1)

typedef struct {
  TocsinJudgeEventKind kind;
  const TocsinSample *sample; /* SAMPLE */
  const char *probe;          /* SAMPLE (nullable) NULL: this machine */
  const char *text;           /* PARENT_DOWN: the parent's name; SILENT: why */
} TocsinJudgeEvent;

typedef enum {
  TOCSIN_ACTION_SAVE = 1 << 0,           /* the state changed in what a restart must not forget */
  TOCSIN_ACTION_OPEN_INCIDENT = 1 << 1,  /* began_at */
  TOCSIN_ACTION_CLOSE_INCIDENT = 1 << 2, /* ended_at */
  TOCSIN_ACTION_KEEP_EVIDENCE = 1 << 3,  /* of this sample */
  TOCSIN_ACTION_RETRY = 1 << 4,          /* check again after the policy's retry_us */
  TOCSIN_ACTION_TELL = 1 << 5,           /* tell people `tell` */
  TOCSIN_ACTION_SHOW = 1 << 6,           /* the shown state changed */
} TocsinJudgeAction;

typedef enum {
  TOCSIN_TELL_DOWN,
  TOCSIN_TELL_DEGRADED,
  TOCSIN_TELL_UP,
  TOCSIN_TELL_FLAPPING,
  TOCSIN_TELL_STEADY, /* no longer flapping; the state is told with it */
} TocsinTell;

typedef struct {
  TocsinState from, to; /* as shown */
  guint actions;        /* TocsinJudgeAction, to be performed in that order */
  gint64 began_at;      /* OPEN_INCIDENT */
  gint64 ended_at;      /* CLOSE_INCIDENT */
  TocsinTell tell;
  TocsinDecision *decision; /* (owned) (nullable) where something was decided */
} TocsinJudgeResult;

void tocsin_judge_policy_init (TocsinJudgePolicy *policy, const TocsinMonitor *monitor);

TocsinJudge *tocsin_judge_new (void);

/* What tocsin_fields_to_json () with tocsin_judge_fields wrote; any JSON: a judge or INVALID. */
TocsinJudge *tocsin_judge_from_json (JsonObject *json, GError **error);
void tocsin_judge_free (TocsinJudge *judge);

/* One event. `result` is filled; clear it. */
void tocsin_judge_step (const TocsinJudgePolicy *policy, TocsinJudge *judge,
                        const TocsinJudgeEvent *event, gint64 now_us, TocsinJudgeResult *result);
void tocsin_judge_result_clear (TocsinJudgeResult *result);

/* As it is shown. */
TocsinState tocsin_judge_get_state (const TocsinJudge *judge);

/* Why it is not watched, for people: "behind router, which is down". (transfer full) (nullable) */
char *tocsin_judge_get_note (const TocsinJudge *judge);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinJudge, tocsin_judge_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TocsinJudgeResult, tocsin_judge_result_clear)

G_END_DECLS
