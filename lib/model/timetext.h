/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Times are int64 microseconds since the Unix epoch, UTC; spans are int64 microseconds. As text a
 * time is RFC 3339, a span is "90", "90s", "1h30m", "250ms", "1.5s". */

#define TOCSIN_US_PER_MS   G_GINT64_CONSTANT (1000)
#define TOCSIN_US_PER_S    G_GINT64_CONSTANT (1000000)
#define TOCSIN_US_PER_MIN  (60 * TOCSIN_US_PER_S)
#define TOCSIN_US_PER_HOUR (60 * TOCSIN_US_PER_MIN)
#define TOCSIN_US_PER_DAY  (24 * TOCSIN_US_PER_HOUR)

/* "2026-11-23T04:18:18Z", with as many digits of a second as are needed. (transfer full) */
char *tocsin_time_to_text (gint64 at_us);

/* Reads RFC 3339 with any offset; a bare date is its midnight, UTC; a time without an offset is
 * UTC. */
gboolean tocsin_time_from_text (const char *text, gint64 *at_us, GError **error);

/* The form that `tocsin_span_from_text` reads, as short as is exact: "1h30m". (transfer full) */
char *tocsin_span_to_text (gint64 span_us);

/* For people, two units at most: "3 days", "1 h 30 min", "250 ms". (transfer full) */
char *tocsin_span_to_words (gint64 span_us);

/* Reads a span; a number without a unit is seconds. Units: us, ms, s, m or min, h, d, w. */
gboolean tocsin_span_from_text (const char *text, gint64 *span_us, GError **error);

G_END_DECLS
