/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Fills a data folder as if a daemon had checked `n_monitors` HTTP monitors every minute for
 * `n_days` days until now: packed days, hours, days, and rows for what is too young to be packed.
 * All monitors have the same figures, so that it takes seconds and not hours. */
gboolean bench_make_history (const char *data_dir, guint n_monitors, guint n_days,
                             const char *target, GError **error);

/* The id of the monitor number `n`, from 1 on. (transfer full) */
char *bench_history_id (guint n);

G_END_DECLS
