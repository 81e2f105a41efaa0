/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "notice.h"

G_BEGIN_DECLS

/* Which notices become which notification. Pure: time, settings and what is silenced are arguments.
 *
 * Notices wait a second for others. Then each is a notification of its own, or, where more than
 * three of a kind came within ten seconds, all of the last minute are one, and so are those that
 * come in the minute after its first. A recovery replaces what told of the outage. What is silenced
 * waits until it no longer is; what is over by then is never told. */
typedef struct _TocsinDigest TocsinDigest;

#define TOCSIN_DIGEST_GATHER_US (1 * TOCSIN_US_PER_S)
#define TOCSIN_DIGEST_BURST     3
#define TOCSIN_DIGEST_BURST_US  (10 * TOCSIN_US_PER_S)
#define TOCSIN_DIGEST_JOIN_US   (60 * TOCSIN_US_PER_S)

typedef struct {
  guint events;           /* TocsinEvents that are told; 0: none at all */
  gboolean urgent;        /* an outage stays until somebody dismisses it */
  gboolean offline;       /* this computer is */
  gint64 silent_until_us; /* alerts are paused, or it is a quiet hour; 0: neither */
  gint64 (*get_muted_until) (const char *monitor_id, gpointer user_data); /* (nullable) 0: not */
  gpointer user_data;
} TocsinDigestRules;

typedef enum { TOCSIN_URGENCY_LOW, TOCSIN_URGENCY_NORMAL, TOCSIN_URGENCY_CRITICAL } TocsinUrgency;

/* A notification to be shown, in place of the one of the same key where that is there; or to be
 * closed. */
typedef struct {
  guint key; /* > 0 */
  gboolean close;
  char *summary, *body; /* (owned) plain text */
  guint urgency;        /* TocsinUrgency */
  gboolean stays;       /* until it is dismissed */
  gboolean quiet;       /* no sound: what is new is less than what was told */
  gboolean in_place;    /* only where it is still to be seen: by itself it is no news */
  guint kind;           /* TocsinNoticeKind of the worst of it */
  GPtrArray *monitors;  /* (owned) ids that it can mute; one: it opens it */
  GPtrArray *incidents; /* (owned) ids of those that are not over, or that are news */
} TocsinNote;

void tocsin_note_free (TocsinNote *note);

TocsinDigest *tocsin_digest_new (void);
void tocsin_digest_free (TocsinDigest *digest);

void tocsin_digest_take (TocsinDigest *digest, const TocsinNotice *notice);

/* It was told in an earlier life: it is not shown, but its end is told. */
void tocsin_digest_remember (TocsinDigest *digest, const TocsinNotice *notice);

/* The monitor is gone, paused or in maintenance: nothing about it is to be seen any longer.
 * Answers whether something was. */
gboolean tocsin_digest_forget (TocsinDigest *digest, const char *monitor_id);

/* Somebody looks after the incident: it needs no notification. */
void tocsin_digest_acknowledge (TocsinDigest *digest, const char *incident_id);

/* The user, or the server, closed the notification. */
void tocsin_digest_dismiss (TocsinDigest *digest, guint key);

/* What is to be done now: (transfer container) (element-type TocsinNote), in order. `next_us` is
 * when to ask again, 0: not before something happens. */
GPtrArray *tocsin_digest_step (TocsinDigest *digest, const TocsinDigestRules *rules, gint64 now_us,
                               gint64 *next_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinDigest, tocsin_digest_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinNote, tocsin_note_free)

G_END_DECLS
