/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "chart.h"

G_BEGIN_DECLS

/* What a chart shows as a file. */
typedef enum {
  TOCSIN_CHART_PNG, /* the picture, at twice the pixels */
  TOCSIN_CHART_SVG,
  TOCSIN_CHART_CSV, /* the data: a line a point */
  TOCSIN_CHART_JSON,
  TOCSIN_N_CHART_FORMATS,
} TocsinChartFormat;

/* "png" */
const char *tocsin_chart_format_get_suffix (TocsinChartFormat format);

/* The contents of the file; NULL with an error. */
GBytes *tocsin_chart_export (TocsinChart *chart, TocsinChartFormat format, GError **error);

/* "at,n,failed,min_ms,mean_ms,max_ms,p10_ms,p50_ms,p95_ms,up_s,down_s,uncounted_s", and a line a
 * point; a cell is empty where nothing was measured. RFC 4180. (transfer full) */
char *tocsin_series_to_csv (const TocsinSeries *series);

G_END_DECLS
