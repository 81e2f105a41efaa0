/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "rollup.h"
#include "state.h"
#include "uptime.h"

G_BEGIN_DECLS

/* The running account of one monitor's uptime: fed sample after sample, it keeps sums a whole hour
 * (the last 25) and a UTC day (the last 91) to the microsecond, and answers for the windows of
 * TocsinWindow without a look at the store. A window begins at a border, so that it is exact: 24h
 * with the hour that holds `now` - 24 h, the others with the day that holds `now` - N days. A
 * ledger is below 1.2 kB. */
typedef struct _TocsinLedger TocsinLedger;

TocsinLedger *tocsin_ledger_new (void);
void tocsin_ledger_free (TocsinLedger *ledger);

/* A sample came: the time before it is the earlier one's, what follows is its own for `cut_us` at
 * most. Time that was counted is never counted again where the clock was set back. FALSE where it
 * was set back by more than a day: then the account started over, and may be seeded anew. */
gboolean tocsin_ledger_add (TocsinLedger *ledger, gint64 at_us, TocsinCounts counts, gint64 cut_us);

/* Nobody looks from here on: paused, or the machine went to sleep. */
void tocsin_ledger_stop (TocsinLedger *ledger, gint64 at_us);

/* Sets the account of one hour or day, by the rollup's span; others are ignored. To be done before
 * the first sample. */
void tocsin_ledger_seed (TocsinLedger *ledger, const TocsinRollup *rollup);

/* Where `window` begins at `now_us`. */
gint64 tocsin_ledger_get_from (TocsinWindow window, gint64 now_us);

/* The account of `window`, from its begin to `now_us`; what is neither up nor down is uncounted. */
void tocsin_ledger_get (const TocsinLedger *ledger, TocsinWindow window, gint64 now_us,
                        TocsinUptime *uptime);

#define TOCSIN_LEDGER_HOURS 24

/* The account of each of the last 24 hours, the oldest first, the last one being the hour that
 * holds `now_us`, as far as it has come. */
void tocsin_ledger_get_hours (const TocsinLedger *ledger, gint64 now_us,
                              TocsinUptime hours[TOCSIN_LEDGER_HOURS]);

/* All windows' shares, as TocsinStatus has them. */
void tocsin_ledger_get_shares (const TocsinLedger *ledger, gint64 now_us,
                               double shares[TOCSIN_N_WINDOWS]);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinLedger, tocsin_ledger_free)

G_END_DECLS
