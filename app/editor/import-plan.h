/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "monitor.h"

G_BEGIN_DECLS

#define TOCSIN_IMPORT_BYTES (64 * 1024 * 1024)

/* What a file of Export would do, without doing it. */
typedef struct {
  guint n_by_kind[TOCSIN_MONITOR_HEARTBEAT + 1];
  guint n_monitors;
  guint n_replaced; /* of the monitors: those that are there already */
  guint n_maintenance;
  gboolean has_secrets;
} TocsinImportPlan;

/* Whether a monitor of that id is there. */
typedef gboolean (*TocsinImportKnows) (const char *id, gpointer user_data);

/* Reads and checks all of `text`; the error says which record and member. */
gboolean tocsin_import_plan_read (TocsinImportPlan *plan, const char *text, TocsinImportKnows knows,
                                  gpointer user_data, GError **error);

/* "3 monitors: 2 websites …", translated, a line each. (transfer full) */
char *tocsin_import_plan_to_text (const TocsinImportPlan *plan);

G_END_DECLS
