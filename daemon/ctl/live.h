/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "state.h"

G_BEGIN_DECLS

/* The live table as lines of text; what `watch` draws. Pure but for the clock that it is given. */
typedef enum {
  TOCSIN_LIVE_BY_STATE, /* problems first, as the daemon lists them */
  TOCSIN_LIVE_BY_NAME,
  TOCSIN_LIVE_BY_LATENCY, /* slowest first */
  TOCSIN_LIVE_BY_UPTIME,  /* least first */
  TOCSIN_N_LIVE_SORTS,
} TocsinLiveSort;

typedef struct {
  guint columns, rows;
  guint selected, offset;
  TocsinLiveSort sort;
  gboolean held;       /* the view, not the checks */
  gboolean offline;    /* this computer */
  const char *problem; /* (nullable) the daemon's, or that it is gone */
} TocsinLiveView;

void tocsin_live_sort (GPtrArray *statuses, TocsinLiveSort sort);

/* Exactly `rows` lines of at most `columns` columns, and moves `offset` so that the selected row
 * is seen. (transfer container) */
GPtrArray *tocsin_live_render (TocsinLiveView *view, const GPtrArray *statuses, gint64 now_us);

G_END_DECLS
