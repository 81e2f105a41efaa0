/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Numbers and times as people read them, translated. All (transfer full). */

/* How long: "250 ms", "42 s", "3 min", "1 h 30 min", "2 days 4 h": two units at most. */
char *tocsin_text_span (gint64 span_us);

/* "< 1 ms", "42 ms", "1.2 s"; "—" for < 0 and NAN. */
char *tocsin_text_latency (double latency_us);

/* "99.98 %", never rounded up to 100; "—" for NAN. `share` is 0 to 1. */
char *tocsin_text_share (double share);

/* "14:05:33" of today, else "Mon 23 Nov, 14:05", with the year where it is another; in `zone`,
 * which is nullable: local. "—" for 0. */
char *tocsin_text_time (gint64 at_us, gint64 now_us, GTimeZone *zone);

/* "14:05". */
char *tocsin_text_clock (gint64 at_us, GTimeZone *zone);

/* In full, for tooltips: "Monday, 23 November 2026, 14:05:33 CET". */
char *tocsin_text_time_in_full (gint64 at_us, GTimeZone *zone);

/* A sentence of the daemon's or a server's, which begin with a small letter, with a capital one. */
char *tocsin_text_sentence (const char *text);

/* "in 3 min", "3 min ago", "now". */
char *tocsin_text_distance (gint64 at_us, gint64 now_us);

G_END_DECLS
