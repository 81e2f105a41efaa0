/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "retention"

#include "config.h"

#include "errors.h"
#include "retention.h"
#include "timetext.h"

#define LEAST_US TOCSIN_US_PER_DAY
#define MOST_US  (3653 * TOCSIN_US_PER_DAY)

/* One setting, so that a change is one write: "90d 400d". */
#define SETTING "retention"

gboolean
tocsin_retention_check (const TocsinStoreOptions *options, GError **error)
{
  g_return_val_if_fail (options != NULL, FALSE);

  if (options->keep_samples_us < LEAST_US || options->keep_samples_us > MOST_US)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "keep_samples: samples are kept for a day to ten years");
  if (options->keep_hours_us < options->keep_samples_us || options->keep_hours_us > MOST_US)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "keep_hours: hourly figures are kept for as long as samples, to ten years");
  return TRUE;
}

static gboolean
read_setting (TocsinStore *store, TocsinStoreOptions *options)
{
  g_autofree char *text = tocsin_store_get_setting (store, SETTING);
  g_auto (GStrv) spans = text != NULL ? g_strsplit (text, " ", -1) : NULL;
  TocsinStoreOptions read;

  if (spans == NULL || g_strv_length (spans) != 2 ||
      !tocsin_span_from_text (spans[0], &read.keep_samples_us, NULL) ||
      !tocsin_span_from_text (spans[1], &read.keep_hours_us, NULL) ||
      !tocsin_retention_check (&read, NULL))
    return FALSE;
  *options = read;
  return TRUE;
}

void
tocsin_retention_load (TocsinStore *store, gint64 keep_samples_us, gint64 keep_hours_us)
{
  TocsinStoreOptions options = { TOCSIN_STORE_KEEP_SAMPLES_US, TOCSIN_STORE_KEEP_HOURS_US };

  read_setting (store, &options);
  if (keep_samples_us > 0)
    options.keep_samples_us = keep_samples_us;
  if (keep_hours_us > 0)
    options.keep_hours_us = keep_hours_us;
  tocsin_store_set_options (store, &options);
}

void
tocsin_retention_set (TocsinStore *store, const TocsinStoreOptions *options,
                      GAsyncReadyCallback callback, gpointer user_data)
{
  g_autofree char *samples = NULL;
  g_autofree char *hours = NULL;
  g_autofree char *text = NULL;

  g_return_if_fail (tocsin_retention_check (options, NULL));

  samples = tocsin_span_to_text (options->keep_samples_us);
  hours = tocsin_span_to_text (options->keep_hours_us);
  text = g_strdup_printf ("%s %s", samples, hours);
  tocsin_store_set_options (store, options);
  tocsin_store_set_setting (store, SETTING, text, callback, user_data);
}
