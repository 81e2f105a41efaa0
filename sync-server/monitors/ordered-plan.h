/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "pg.h"

G_BEGIN_DECLS

/* Until the end of the transaction rows are read in the order of an index, and joined in it. The
 * planner, which knows neither how wide they are nor how early a list's page ends, would read all
 * of a table and sort. */
gboolean tocsin_pg_plan_in_order (TocsinPg *pg, GError **error);

G_END_DECLS
