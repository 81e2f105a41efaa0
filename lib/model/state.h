/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "fields.h"
#include "sample.h"

G_BEGIN_DECLS

/* What a monitor is, as judged. */
typedef enum {
  TOCSIN_STATE_NEW,
  TOCSIN_STATE_UP,
  TOCSIN_STATE_DEGRADED,
  TOCSIN_STATE_CONFIRMING, /* failing, not yet confirmed */
  TOCSIN_STATE_DOWN,
  TOCSIN_STATE_PAUSED,
  TOCSIN_STATE_MAINTENANCE,
  TOCSIN_STATE_UNKNOWN, /* nobody is looking */
} TocsinState;

#define TOCSIN_N_STATES (TOCSIN_STATE_UNKNOWN + 1)

extern const TocsinWords tocsin_state_words;

/* How near the top of a list it belongs: lower is worse. Down, confirming, degraded, unknown, … */
guint tocsin_state_rank (TocsinState state);

/* Whether a person should look: down, confirming or degraded. */
gboolean tocsin_state_is_problem (TocsinState state);

/* Why something was decided: an entry of `tocsinctl why`. */
typedef struct {
  gint64 at_us;
  char *rule;     /* stable key: "failure-confirmed" */
  char *sentence; /* "3 of 3 checks failed, so it is down" */
  guint from;     /* TocsinState that was shown */
  guint to;
  char **samples;  /* (nullable) "2026-11-23T04:18:18Z failed connect_refused", oldest first */
  char **followed; /* (nullable) "state down", "incident opened", "alert down", "no alert: …" */
} TocsinDecision;

extern const TocsinFields tocsin_decision_fields;

TocsinDecision *tocsin_decision_new (void);
TocsinDecision *tocsin_decision_copy (const TocsinDecision *decision);
void tocsin_decision_free (TocsinDecision *decision);

/* The windows that uptime is told for. */
typedef enum {
  TOCSIN_WINDOW_24H,
  TOCSIN_WINDOW_7D,
  TOCSIN_WINDOW_30D,
  TOCSIN_WINDOW_90D,
  TOCSIN_N_WINDOWS,
} TocsinWindow;

extern const TocsinWords tocsin_window_words;
gint64 tocsin_window_get_span_us (TocsinWindow window);

#define TOCSIN_STATUS_RECENT 30

/* A monitor at a glance: what lists, the live view and the app's rows show. */
typedef struct {
  char *id;
  char *name;
  guint kind; /* TocsinMonitorKind */
  char *target;
  guint state;
  gint64 since;                    /* when the state began, µs */
  TocsinSample *last_sample;       /* (owned) (nullable) without evidence */
  double uptime[TOCSIN_N_WINDOWS]; /* 0..1; NAN where nobody looked */
  char **tags;
  char *project;
  char *team;      /* (nullable) its id; NULL: this machine's own */
  char *team_name; /* (nullable) */
  gint64 next_at;  /* of the next check or the ping's deadline; 0: none */
  gboolean flapping;
  char *incident_id;     /* (nullable) the open one */
  char *ping_url;        /* (nullable) heartbeat */
  char *note;            /* (nullable) why it is not watched: "behind router, which is down" */
  gint64 cert_not_after; /* 0: no certificate seen */
  char **recent; /* (nullable) the last samples, oldest first: "42" ms, "x" failed, "-" none */
} TocsinStatus;

extern const TocsinFields tocsin_status_fields;

TocsinStatus *tocsin_status_new (void);
void tocsin_status_free (TocsinStatus *status);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinDecision, tocsin_decision_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinStatus, tocsin_status_free)

G_END_DECLS
