/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Time zones over GTimeZone. A wall time is what the clock on the wall shows, as µs since the epoch
 * as if it were UTC; an instant is µs since the epoch, UTC. */

#define TOCSIN_ZONE_NAME_BYTES 64

typedef enum {
  TOCSIN_WALL_ONCE,  /* one instant has this wall time */
  TOCSIN_WALL_NEVER, /* it falls in a gap: the clock was put forward over it */
  TOCSIN_WALL_TWICE, /* it falls in an overlap: the clock was put back */
} TocsinWallKind;

/* The zone of an IANA name ("Europe/Berlin", "UTC"). NULL with an error where the system has none
 * of that name; offsets and POSIX rules are refused. */
GTimeZone *tocsin_zone_new (const char *name, GError **error);

/* What the zone is ahead of UTC at an instant. */
gint64 tocsin_zone_offset_at (GTimeZone *zone, gint64 at_us);

gint64 tocsin_zone_to_wall (GTimeZone *zone, gint64 at_us);

/* The instant of a wall time: the first one of an overlap; the end of the gap, which is the first
 * real instant after it. */
TocsinWallKind tocsin_zone_from_wall (GTimeZone *zone, gint64 wall_us, gint64 *at_us);

/* The first instant in (after_us, until_us] with another offset than at `after_us`, or 0. Meant for
 * spans of a few days: a change that is undone in between is not seen. */
gint64 tocsin_zone_next_change (GTimeZone *zone, gint64 after_us, gint64 until_us);

/* The latest wall time that has been shown up to `at_us`: the wall time itself, or in the second
 * pass of an overlap the last µs of its first pass. */
gint64 tocsin_zone_latest_wall (GTimeZone *zone, gint64 at_us);

/* A date of the proleptic Gregorian calendar and a time of day. */
typedef struct {
  int year;
  int month;      /* 1..12 */
  int day;        /* 1..31 */
  gint64 time_us; /* of the day */
} TocsinCivil;

TocsinCivil tocsin_civil_from_wall (gint64 wall_us);
gint64 tocsin_civil_to_wall (int year, int month, int day, gint64 time_us);
int tocsin_civil_days_in_month (int year, int month);
/* 0 is Sunday. */
int tocsin_civil_weekday (int year, int month, int day);

G_END_DECLS
