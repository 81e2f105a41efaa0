/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How often, in memory: the generic cell rate algorithm, one number a key. For one thread. */
typedef struct _TocsinLimits TocsinLimits;

/* `a_minute` on average (0: any number), and as many as `burst` at once. */
TocsinLimits *tocsin_limits_new (gint64 a_minute, gint64 burst);
void tocsin_limits_free (TocsinLimits *limits);

/* Whether one more is within the limit; else `retry_after_us` is how long to wait. */
gboolean tocsin_limits_take (TocsinLimits *limits, const char *key, gint64 now_us,
                             gint64 *retry_after_us);

/* The algorithm itself, for limits that are stored: `tat_us`, the theoretical arrival time, moves
 * on where it is allowed. */
gboolean tocsin_gcra_take (gint64 *tat_us, gint64 now_us, gint64 period_us, gint64 burst,
                           gint64 *retry_after_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinLimits, tocsin_limits_free)

G_END_DECLS
