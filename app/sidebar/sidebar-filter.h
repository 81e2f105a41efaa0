/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "state.h"

G_BEGIN_DECLS

/* Which monitors the sidebar shows and in which order. Pure. */

typedef struct {
  char *text;   /* (owned) (nullable) words that must all be found in name, target, tags or state */
  guint states; /* bit n: TocsinState n is shown; 0: all are */
  char *tag;    /* (owned) (nullable) */
} TocsinSidebarFilter;

void tocsin_sidebar_filter_clear (TocsinSidebarFilter *filter);

/* Whether anything is filtered at all. */
gboolean tocsin_sidebar_filter_is_set (const TocsinSidebarFilter *filter);

/* `state_label` is the state's translated word. */
gboolean tocsin_sidebar_filter_matches (const TocsinSidebarFilter *filter,
                                        const TocsinStatus *status, const char *state_label);

/* What a monitor is sorted by. `name_key` and `group_key` are g_utf8_collate_key_for_filename () of
 * name and project, case folded. */
typedef struct {
  gboolean is_problem;
  guint rank; /* tocsin_state_rank (); used among problems alone */
  gint64 since;
  const char *group_key; /* (nullable) no project: last */
  const char *name_key;
  const char *id;
} TocsinSidebarKey;

/* Problems first, the worst and then the newest on top; the rest by project and name. */
int tocsin_sidebar_key_compare (const TocsinSidebarKey *a, const TocsinSidebarKey *b);

G_END_DECLS
