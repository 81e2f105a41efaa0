/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "point.h"
#include "rollup.h"

G_BEGIN_DECLS

#define TOCSIN_SERIES_POINTS 4096

/* What a chart draws: from..to in n_points equal parts. */
typedef struct {
  gint64 from_us, to_us;
  guint n_points;
  gint64 *at_us;                    /* where each begins */
  guint32 *n;                       /* samples, whatever their outcome */
  guint32 *n_failed;                /* of them */
  double *least_us;                 /* latency; NAN where nothing was measured */
  double *mean_us, *most_us;        /* exact, as is the least */
  double *p10_us, *p50_us, *p95_us; /* within 2 % */
  gint64 *up_us, *down_us, *uncounted_us;
} TocsinSeries;

/* All zero and NAN. */
TocsinSeries *tocsin_series_new (gint64 from_us, gint64 to_us, guint n_points);
void tocsin_series_free (TocsinSeries *series);

/* {from, to, points: [{at, n, failed, min_ms, mean_ms, max_ms, p10_ms, p50_ms, p95_ms, up_s,
 * down_s, uncounted_s}]}; null where nothing was measured. */
JsonObject *tocsin_series_to_json (const TocsinSeries *series);

/* The same back; any JSON is a series or INVALID, which names the member. (transfer full) */
TocsinSeries *tocsin_series_from_json (JsonObject *json, GError **error);

/* `a{sv}`, floating: from and to x; arrays at, up, down, uncounted ax; n, failed au; min, mean,
 * max, p10, p50, p95 ad, in µs, NAN where nothing was measured. */
GVariant *tocsin_series_to_variant (const TocsinSeries *series);
TocsinSeries *tocsin_series_from_variant (GVariant *variant, GError **error);

/* Makes one in one pass. Samples may come in any order, best sorted; those from outside of from..to
 * count only for the time that they reach into it, so give the one before `from` too. `to_us` is no
 * later than now, since the last sample's time runs on until `cut_us`, see uptime.h. */
typedef struct _TocsinSeriesBuilder TocsinSeriesBuilder;

TocsinSeriesBuilder *tocsin_series_builder_new (gint64 from_us, gint64 to_us, guint n_points,
                                                gint64 cut_us);
void tocsin_series_builder_free (TocsinSeriesBuilder *builder);

void tocsin_series_builder_add (TocsinSeriesBuilder *builder, const TocsinPoint *points,
                                gsize n_points);
gboolean tocsin_series_builder_add_chunk (TocsinSeriesBuilder *builder, const guint8 *data,
                                          gsize size, GError **error);

/* For a stretch of time of which no samples are given. Its samples are counted where its middle
 * lies, its times are shared out evenly. */
void tocsin_series_builder_add_rollup (TocsinSeriesBuilder *builder, const TocsinRollup *rollup);

/* The builder is of no more use then, and is freed as ever. (transfer full) */
TocsinSeries *tocsin_series_builder_finish (TocsinSeriesBuilder *builder);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinSeries, tocsin_series_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinSeriesBuilder, tocsin_series_builder_free)

G_END_DECLS
