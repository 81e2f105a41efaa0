/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "heartbeat.h"
#include "json-writer.h"
#include "state.h"

G_BEGIN_DECLS

/* How a check looks to the clients of the heartbeat management API. Pure. */

/* A row; the texts are somebody else's. */
typedef struct {
  const char *members;    /* what people set: tocsin_check_make_members () */
  const char *ping_id;    /* what the API calls uuid */
  const char *unique_key; /* for those who may only read */
  const char *badge_id;
  const char *channels; /* ids with commas between */
  guint status;         /* TocsinHeartbeatStatus */
  guint state;          /* TocsinState */
  gint64 n_pings;
  gint64 last_ping_at;
  gint64 last_start_at;
  gint64 last_duration_us;
  gint64 deadline_at;
  gint64 period_us; /* < 0: by schedule */
  gint64 grace_us;
  const char *schedule; /* wanted of one with a schedule whose run is open */
  const char *zone;
} TocsinCheckView;

/* To whom it is shown. */
typedef struct {
  guint version; /* 1 to 3 */
  gboolean read_only;
  gint64 now_us;
  char *ping_prefix;  /* (owned) "https://tocsin.example.org/ping/" */
  char *api_prefix;   /* (owned) "https://tocsin.example.org/api/v3/checks/" */
  char *badge_prefix; /* (owned) "https://tocsin.example.org/b/2/" */
} TocsinCheckStyle;

void tocsin_check_style_init (TocsinCheckStyle *style, const char *public_url, guint version,
                              gboolean read_only, gint64 now_us);
void tocsin_check_style_clear (TocsinCheckStyle *style);

/* "new", "up", "grace", "down", "paused", and in version 1 "started". (static) */
const char *tocsin_check_view_get_status (const TocsinCheckView *view, guint version,
                                          gint64 now_us);

/* When the next ping is due; 0: none is. */
gint64 tocsin_check_view_get_next_ping (const TocsinCheckView *view);

/* The whole object, as an item or at the top. */
void tocsin_check_view_write (const TocsinCheckView *view, const TocsinCheckStyle *style,
                              TocsinJsonWriter *writer);

/* About how many bytes one takes. */
#define TOCSIN_CHECK_VIEW_BYTES 1200

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TocsinCheckStyle, tocsin_check_style_clear)

G_END_DECLS
