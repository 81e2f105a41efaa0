/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "ledger"

#include "config.h"

#include <string.h>

#include "bytes-private.h"
#include "ledger.h"
#include "timetext.h"

#define N_HOURS 25
#define N_DAYS  91
#define N_KINDS 2 /* up and down */

/* Five thousand of them are held, so every byte counts: an hour's µs need 32 bits, a day's 37, and
 * these are kept in 32 + 8. An hour or day since the epoch has its place at its number modulo the
 * length; `hour_last` and `day_last` are the newest there are, older by the length is gone. */
struct _TocsinLedger {
  gint64 open_at;       /* the last sample … */
  gint64 open_until;    /* … and how far its time reaches at most */
  gint64 counted_until; /* nothing before is counted again */
  gint64 hour_last, day_last;
  guint32 hour_us[N_KINDS][N_HOURS];
  guint32 day_low_us[N_KINDS][N_DAYS];
  guint8 day_high_us[N_KINDS][N_DAYS];
  guint8 open_counts; /* TocsinCounts */
};

G_STATIC_ASSERT (sizeof (struct _TocsinLedger) <= 1200);

/* How a window is summed up: from hours, or from days. */
static const struct {
  gint64 unit_us;
  gint64 n_units;
} windows[TOCSIN_N_WINDOWS] = {
  [TOCSIN_WINDOW_24H] = { TOCSIN_US_PER_HOUR, 24 },
  [TOCSIN_WINDOW_7D] = { TOCSIN_US_PER_DAY, 7 },
  [TOCSIN_WINDOW_30D] = { TOCSIN_US_PER_DAY, 30 },
  [TOCSIN_WINDOW_90D] = { TOCSIN_US_PER_DAY, 90 },
};

/* The hours and days that a time is away from the epoch, down to the earlier one. */
static gint64
unit_of (gint64 at_us, gint64 unit_us)
{
  return tocsin_time_floor (at_us, unit_us) / unit_us;
}

static guint
place_of (gint64 unit, guint length)
{
  gint64 rest = unit % (gint64) length;

  return (guint) (rest < 0 ? rest + length : rest);
}

static void
reset (TocsinLedger *ledger)
{
  memset (ledger, 0, sizeof *ledger);
  ledger->open_at = ledger->open_until = ledger->counted_until = G_MININT64;
  ledger->hour_last = ledger->day_last = G_MININT64;
}

TocsinLedger *
tocsin_ledger_new (void)
{
  TocsinLedger *ledger = g_new (TocsinLedger, 1);

  reset (ledger);
  return ledger;
}

void
tocsin_ledger_free (TocsinLedger *ledger)
{
  g_free (ledger);
}

static gint64
get_hour (const TocsinLedger *ledger, guint kind, guint place)
{
  return ledger->hour_us[kind][place];
}

static void
set_hour (TocsinLedger *ledger, guint kind, guint place, gint64 us)
{
  ledger->hour_us[kind][place] = (guint32) CLAMP (us, 0, TOCSIN_US_PER_HOUR);
}

static gint64
get_day (const TocsinLedger *ledger, guint kind, guint place)
{
  return (gint64) ledger->day_high_us[kind][place] << 32 | ledger->day_low_us[kind][place];
}

static void
set_day (TocsinLedger *ledger, guint kind, guint place, gint64 us)
{
  us = CLAMP (us, 0, TOCSIN_US_PER_DAY);
  ledger->day_low_us[kind][place] = (guint32) us;
  ledger->day_high_us[kind][place] = (guint8) (us >> 32);
}

/* The two rings, which differ in nothing else. */
typedef struct {
  gint64 unit_us;
  guint length;
  gsize last_offset;
  gint64 (*get) (const TocsinLedger *ledger, guint kind, guint place);
  void (*set) (TocsinLedger *ledger, guint kind, guint place, gint64 us);
} Ring;

static const Ring rings[] = {
  { TOCSIN_US_PER_HOUR, N_HOURS, G_STRUCT_OFFSET (TocsinLedger, hour_last), get_hour, set_hour },
  { TOCSIN_US_PER_DAY, N_DAYS, G_STRUCT_OFFSET (TocsinLedger, day_last), get_day, set_day },
};

static gint64
ring_last (const Ring *ring, const TocsinLedger *ledger)
{
  return G_STRUCT_MEMBER (gint64, ledger, ring->last_offset);
}

/* The oldest unit that is still known. */
static gint64
ring_first (const Ring *ring, const TocsinLedger *ledger)
{
  gint64 last = ring_last (ring, ledger);

  return last == G_MININT64 ? G_MAXINT64 : last - (gint64) ring->length + 1;
}

/* Makes room up to `unit`: what came to be forgotten is zero. */
static void
ring_turn (const Ring *ring, TocsinLedger *ledger, gint64 unit)
{
  gint64 last = ring_last (ring, ledger);
  gint64 first_new;

  if (unit <= last)
    return;
  first_new = MAX (last == G_MININT64 ? last : last + 1, unit - (gint64) ring->length + 1);
  for (gint64 i = first_new; i <= unit; i++)
    for (guint kind = 0; kind < N_KINDS; kind++)
      ring->set (ledger, kind, place_of (i, ring->length), 0);
  G_STRUCT_MEMBER (gint64, ledger, ring->last_offset) = unit;
}

static void
ring_add (const Ring *ring, TocsinLedger *ledger, guint kind, gint64 from_us, gint64 to_us)
{
  gint64 unit;

  ring_turn (ring, ledger, unit_of (to_us - 1, ring->unit_us));
  from_us = MAX (from_us, ring_first (ring, ledger) * ring->unit_us);
  for (unit = unit_of (from_us, ring->unit_us); from_us < to_us; unit++) {
    guint place = place_of (unit, ring->length);
    gint64 end = MIN (to_us, (unit + 1) * ring->unit_us);

    ring->set (ledger, kind, place, ring->get (ledger, kind, place) + end - from_us);
    from_us = end;
  }
}

/* Closes the time of the last sample at `at_us`. */
static void
close_open (TocsinLedger *ledger, gint64 at_us)
{
  gint64 from = MAX (ledger->open_at, ledger->counted_until);
  gint64 to = MIN (at_us, ledger->open_until);

  if (ledger->open_counts != TOCSIN_COUNTS_NOT && from < to)
    for (guint i = 0; i < G_N_ELEMENTS (rings); i++)
      ring_add (&rings[i], ledger, ledger->open_counts - 1u, from, to);
  ledger->counted_until = MAX (ledger->counted_until, at_us);
}

gboolean
tocsin_ledger_add (TocsinLedger *ledger, gint64 at_us, TocsinCounts counts, gint64 cut_us)
{
  gboolean went_on = TRUE;

  g_return_val_if_fail (ledger != NULL, FALSE);
  g_return_val_if_fail (ABS (at_us / 4) < G_MAXINT64 / 8, FALSE);

  if (tocsin_add_capped (at_us, TOCSIN_US_PER_DAY) < ledger->counted_until) {
    reset (ledger);
    went_on = FALSE;
  }
  close_open (ledger, at_us);
  ledger->open_at = at_us;
  ledger->open_until = tocsin_counts_end (at_us, G_MAXINT64, cut_us);
  ledger->open_counts = (guint8) counts;
  return went_on;
}

void
tocsin_ledger_stop (TocsinLedger *ledger, gint64 at_us)
{
  g_return_if_fail (ledger != NULL);

  close_open (ledger, at_us);
  ledger->open_counts = TOCSIN_COUNTS_NOT;
}

void
tocsin_ledger_seed (TocsinLedger *ledger, const TocsinRollup *rollup)
{
  g_return_if_fail (ledger != NULL);
  g_return_if_fail (rollup != NULL);

  for (guint i = 0; i < G_N_ELEMENTS (rings); i++) {
    gint64 unit = unit_of (rollup->at_us, rings[i].unit_us);
    guint place = place_of (unit, rings[i].length);

    if (rollup->span_us != rings[i].unit_us)
      continue;
    ring_turn (&rings[i], ledger, unit);
    if (unit < ring_first (&rings[i], ledger))
      continue;
    rings[i].set (ledger, TOCSIN_COUNTS_UP - 1, place, rollup->time.up_us);
    rings[i].set (ledger, TOCSIN_COUNTS_DOWN - 1, place, rollup->time.down_us);
  }
}

gint64
tocsin_ledger_get_from (TocsinWindow window, gint64 now_us)
{
  g_return_val_if_fail ((guint) window < TOCSIN_N_WINDOWS, now_us);

  return tocsin_time_floor (now_us, windows[window].unit_us) -
         windows[window].n_units * windows[window].unit_us;
}

static gint64
ring_sum (const Ring *ring, const TocsinLedger *ledger, guint kind, gint64 from_us, gint64 now_us)
{
  gint64 first = MAX (unit_of (from_us, ring->unit_us), ring_first (ring, ledger));
  gint64 last = MIN (unit_of (now_us, ring->unit_us), ring_last (ring, ledger));
  gint64 sum = 0;

  for (gint64 unit = first; unit <= last; unit++)
    sum += ring->get (ledger, kind, place_of (unit, ring->length));
  return sum;
}

void
tocsin_ledger_get (const TocsinLedger *ledger, TocsinWindow window, gint64 now_us,
                   TocsinUptime *uptime)
{
  const Ring *ring;
  gint64 from, open_from, open_to;

  g_return_if_fail (ledger != NULL);
  g_return_if_fail ((guint) window < TOCSIN_N_WINDOWS);
  g_return_if_fail (uptime != NULL);

  ring = &rings[windows[window].unit_us == TOCSIN_US_PER_DAY];
  from = tocsin_ledger_get_from (window, now_us);
  uptime->up_us = ring_sum (ring, ledger, TOCSIN_COUNTS_UP - 1, from, now_us);
  uptime->down_us = ring_sum (ring, ledger, TOCSIN_COUNTS_DOWN - 1, from, now_us);
  open_from = MAX (from, MAX (ledger->open_at, ledger->counted_until));
  open_to = MIN (now_us, ledger->open_until);
  if (ledger->open_counts != TOCSIN_COUNTS_NOT && open_from < open_to)
    tocsin_uptime_add (uptime, ledger->open_counts, open_to - open_from);
  uptime->uncounted_us = MAX (0, now_us - from - uptime->up_us - uptime->down_us);
}

void
tocsin_ledger_get_hours (const TocsinLedger *ledger, gint64 now_us,
                         TocsinUptime hours[TOCSIN_LEDGER_HOURS])
{
  gint64 first_us = tocsin_time_floor (now_us, TOCSIN_US_PER_HOUR) -
                    (TOCSIN_LEDGER_HOURS - 1) * TOCSIN_US_PER_HOUR;

  g_return_if_fail (ledger != NULL && hours != NULL);

  for (guint i = 0; i < TOCSIN_LEDGER_HOURS; i++) {
    gint64 from = first_us + i * TOCSIN_US_PER_HOUR;
    gint64 to = MIN (from + TOCSIN_US_PER_HOUR, now_us);
    gint64 open_from = MAX (from, MAX (ledger->open_at, ledger->counted_until));
    gint64 open_to = MIN (to, ledger->open_until);

    hours[i] = (TocsinUptime){
      .up_us = ring_sum (&rings[0], ledger, TOCSIN_COUNTS_UP - 1, from, from),
      .down_us = ring_sum (&rings[0], ledger, TOCSIN_COUNTS_DOWN - 1, from, from),
    };
    if (ledger->open_counts != TOCSIN_COUNTS_NOT && open_from < open_to)
      tocsin_uptime_add (&hours[i], ledger->open_counts, open_to - open_from);
    hours[i].uncounted_us = MAX (0, to - from - hours[i].up_us - hours[i].down_us);
  }
}

void
tocsin_ledger_get_shares (const TocsinLedger *ledger, gint64 now_us,
                          double shares[TOCSIN_N_WINDOWS])
{
  for (guint i = 0; i < TOCSIN_N_WINDOWS; i++) {
    TocsinUptime uptime = { 0 };

    tocsin_ledger_get (ledger, i, now_us, &uptime);
    shares[i] = tocsin_uptime_get_share (&uptime);
  }
}
