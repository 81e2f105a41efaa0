/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "chart-export"

#include "config.h"

#include <cairo-svg.h>
#include <math.h>

#include "chart-export.h"
#include "errors.h"
#include "jsontext.h"
#include "timetext.h"

#define WIDTH_PX  1200
#define HEIGHT_PX 400
#define SCALE     2

const char *
tocsin_chart_format_get_suffix (TocsinChartFormat format)
{
  static const char *const suffixes[] = { "png", "svg", "csv", "json" };

  g_return_val_if_fail (format < TOCSIN_N_CHART_FORMATS, NULL);
  return suffixes[format];
}

/* --- data --- */

static void
append_ms (GString *csv, double us)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_c (csv, ',');
  if (!isnan (us))
    g_string_append (csv, g_ascii_formatd (buffer, sizeof buffer, "%.3f", us / TOCSIN_US_PER_MS));
}

static void
append_s (GString *csv, gint64 us)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_c (csv, ',');
  g_string_append (csv,
                   g_ascii_formatd (buffer, sizeof buffer, "%.3f", (double) us / TOCSIN_US_PER_S));
}

char *
tocsin_series_to_csv (const TocsinSeries *series)
{
  GString *csv = g_string_new ("at,n,failed,min_ms,mean_ms,max_ms,p10_ms,p50_ms,p95_ms,"
                               "up_s,down_s,uncounted_s\r\n");

  g_return_val_if_fail (series != NULL, g_string_free (csv, FALSE));

  for (guint i = 0; i < series->n_points; i++) {
    const double latencies[] = { series->least_us[i], series->mean_us[i], series->most_us[i],
                                 series->p10_us[i],   series->p50_us[i],  series->p95_us[i] };
    const gint64 spans[] = { series->up_us[i], series->down_us[i], series->uncounted_us[i] };
    g_autofree char *at = tocsin_time_to_text (series->at_us[i]);

    g_string_append_printf (csv, "%s,%u,%u", at, series->n[i], series->n_failed[i]);
    for (guint j = 0; j < G_N_ELEMENTS (latencies); j++)
      append_ms (csv, latencies[j]);
    for (guint j = 0; j < G_N_ELEMENTS (spans); j++)
      append_s (csv, spans[j]);
    g_string_append (csv, "\r\n");
  }
  return g_string_free (csv, FALSE);
}

static GBytes *
export_data (TocsinChart *chart, TocsinChartFormat format, GError **error)
{
  const TocsinSeries *series = tocsin_chart_get_series (chart);
  g_autoptr (JsonObject) object = NULL;
  g_autoptr (JsonNode) node = NULL;
  char *text;

  if (series == NULL) {
    tocsin_fail (error, TOCSIN_ERROR_NOT_FOUND, "there is no data yet");
    return NULL;
  }
  if (format == TOCSIN_CHART_CSV) {
    text = tocsin_series_to_csv (series);
  } else {
    object = tocsin_series_to_json (series);
    node = json_node_init_object (json_node_alloc (), object);
    text = json_to_string (node, TRUE);
  }
  return g_bytes_new_take (text, strlen (text));
}

/* --- pictures --- */

static cairo_status_t
append_cb (void *closure, const guint8 *data, guint size)
{
  g_byte_array_append (closure, data, size);
  return CAIRO_STATUS_SUCCESS;
}

static GBytes *
export_picture (TocsinChart *chart, TocsinChartFormat format, GError **error)
{
  GByteArray *data = g_byte_array_new ();
  gboolean is_svg = format == TOCSIN_CHART_SVG;
  cairo_surface_t *surface =
      is_svg
          ? cairo_svg_surface_create_for_stream (append_cb, data, WIDTH_PX, HEIGHT_PX)
          : cairo_image_surface_create (CAIRO_FORMAT_ARGB32, WIDTH_PX * SCALE, HEIGHT_PX * SCALE);
  cairo_status_t status;
  cairo_t *cr;

  if (!is_svg)
    cairo_surface_set_device_scale (surface, SCALE, SCALE);
  cr = cairo_create (surface);
  tocsin_chart_draw (chart, cr, WIDTH_PX, HEIGHT_PX);
  status = cairo_status (cr);
  cairo_destroy (cr);
  if (is_svg)
    cairo_surface_finish (surface);
  else if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_write_to_png_stream (surface, append_cb, data);
  cairo_surface_destroy (surface);
  if (status != CAIRO_STATUS_SUCCESS) {
    g_byte_array_unref (data);
    tocsin_fail (error, TOCSIN_ERROR_FAILED, "the chart could not be drawn: %s",
                 cairo_status_to_string (status));
    return NULL;
  }
  return g_byte_array_free_to_bytes (data);
}

GBytes *
tocsin_chart_export (TocsinChart *chart, TocsinChartFormat format, GError **error)
{
  g_return_val_if_fail (TOCSIN_IS_CHART (chart) && format < TOCSIN_N_CHART_FORMATS, NULL);

  if (format == TOCSIN_CHART_PNG || format == TOCSIN_CHART_SVG)
    return export_picture (chart, format, error);
  return export_data (chart, format, error);
}
