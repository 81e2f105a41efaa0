/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "point.h"

G_BEGIN_DECLS

/* Fills a data folder as if a daemon had checked `n_monitors` HTTP monitors every minute for
 * `n_days` days until now: packed days, hours, days, and rows for what is too young to be packed.
 * All monitors have the same figures, so that it takes seconds and not hours. */
gboolean bench_make_history (const char *data_dir, guint n_monitors, guint n_days,
                             const char *target, GError **error);

/* Fills `points` from `from_us` on, as bench_fill_points () does; days come in their order. */
typedef void (*BenchFillFunc) (TocsinPoint *points, guint n_points, gint64 from_us, GRand *rand,
                               gpointer user_data);

/* Gives the monitor whose row is `key` in the data folder a past of `n_days` days. Nobody else has
 * the store open. */
gboolean bench_write_past (const char *data_dir, gint64 key, guint n_days, BenchFillFunc fill,
                           gpointer user_data, GError **error);

/* The id of the monitor number `n`, from 1 on. (transfer full) */
char *bench_history_id (guint n);

G_END_DECLS
