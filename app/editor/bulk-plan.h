/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "state.h"

G_BEGIN_DECLS

/* What is to become of each of several monitors. */
typedef struct {
  int paused;         /* < 0: as it is */
  char **add_tags;    /* (owned) (nullable) */
  char **remove_tags; /* (owned) (nullable) */
  gint64 interval_us; /* < 0: as it is; heartbeats have none */
  char *project;      /* (owned) (nullable): as it is */
} TocsinBulkPlan;

void tocsin_bulk_plan_clear (TocsinBulkPlan *plan);

/* "web, eu" → its words, each once; NULL where there is none. (transfer full) */
char **tocsin_bulk_read_tags (const char *text);

/* What Edit is to be told of the monitor of `status`: `set` (transfer floating) and `unset`
 * (transfer full). FALSE where nothing changes for it; they are touched only otherwise. */
gboolean tocsin_bulk_plan_for (const TocsinBulkPlan *plan, const TocsinStatus *status,
                               GVariant **set, char ***unset);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TocsinBulkPlan, tocsin_bulk_plan_clear)

G_END_DECLS
