/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "events.h"
#include "feed.h"

G_BEGIN_DECLS

/* --- the thread that listens --- */

/* Whom a stream is for. */
typedef struct {
  guint64 number; /* of the stream, given by the hub */
  char *team_id;
  char *user_id;       /* (nullable) none: a probe */
  char *credential_id; /* of the session, the token or the probe */
  gboolean is_of_probe;
  gboolean has_cursor;
  TocsinCursor since; /* where it goes on from; without one: from now on */
} TocsinListenerGuest;

void tocsin_listener_guest_free (TocsinListenerGuest *guest);

typedef enum {
  TOCSIN_TOLD_JOINED, /* `number`: with `text`, from here on it gets the team's */
  TOCSIN_TOLD_TEAM,   /* `team_id`: `text` is for each stream of it */
  TOCSIN_TOLD_BYE,    /* `number`: it may not listen any more */
} TocsinToldKind;

/* What the thread has to say, given away to the hub. */
typedef struct {
  TocsinToldKind kind;
  guint64 number;
  char *team_id;        /* (owned) (nullable) */
  gboolean is_of_probe; /* TEAM: for probes; else for members */
  GBytes *text;         /* (owned) (nullable) */
} TocsinTold;

void tocsin_told_free (TocsinTold *told);

typedef struct _TocsinListener TocsinListener;

/* `tell` is called on the thread and takes what it is given. */
typedef void (*TocsinListenerTell) (TocsinTold *told, gpointer user_data);

TocsinListener *tocsin_listener_new (const char *url, TocsinListenerTell tell, gpointer user_data);
void tocsin_listener_free (TocsinListener *listener);

/* From any thread. `guest` is taken. */
void tocsin_listener_join (TocsinListener *listener, TocsinListenerGuest *guest);
void tocsin_listener_leave (TocsinListener *listener, guint64 number);

/* --- what is said --- */

#define TOCSIN_EVENTS_AT_ONCE 1000 /* more, and it is cheaper to sync anew */

/* All that happened after `since` and up to `*until`, which is the present on return; NULL without
 * an error: nothing. More than are told at once, and a cursor that is of no use, become one
 * `reset`. (transfer full) */
GBytes *tocsin_events_read (TocsinPg *pg, const char *team_id, const TocsinCursor *since,
                            TocsinCursor *until, GError **error);

/* What probes are told: the version of who checks what. NULL without an error: it is `*version`
 * still, which is replaced else. (transfer full) */
GBytes *tocsin_events_read_assignments (TocsinPg *pg, const char *team_id, char **version,
                                        GError **error);

G_END_DECLS
