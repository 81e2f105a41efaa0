/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "cmd-history"

#include "config.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <stdio.h>

#include "command.h"
#include "errors.h"
#include "ping.h"
#include "series.h"
#include "show.h"
#include "timetext.h"
#include "uptime.h"

#define SAMPLES_SHOWN 100
#define POINTS_SHOWN  60

/* --- samples --- */

static const TocsinOption samples_options[] = {
  { "since", '\0', "SPAN", N_ ("Back to so long ago (default: 24h)") },
  { "limit", 'n', "N", N_ ("At most so many (default: 100)") },
  { "json", '\0', NULL, N_ ("Print JSON, with evidence") },
  { NULL },
};

static void
add_sample (TocsinTable *table, const TocsinSample *sample, gint64 now_us)
{
  static const TocsinColor colors[] = { TOCSIN_COLOR_NONE, TOCSIN_COLOR_WARN, TOCSIN_COLOR_BAD,
                                        TOCSIN_COLOR_DIM };
  g_autofree char *at = tocsin_show_time (sample->at_us, now_us);
  g_autofree char *latency = tocsin_show_latency (sample->latency_us);
  const char *why = sample->reason;

  if (why == NULL && sample->code != TOCSIN_CODE_NONE)
    why = tocsin_words_get (&tocsin_code_words, sample->code);
  tocsin_table_add (table, colors[sample->outcome], at,
                    tocsin_words_get (&tocsin_outcome_words, sample->outcome), latency,
                    why != NULL ? why : "", NULL);
}

static int
run_samples (TocsinCall *call, GError **error)
{
  gint64 now_us = g_get_real_time (), since_us;
  g_autoptr (GVariant) variant = NULL;
  g_autoptr (GPtrArray) list = NULL;
  TocsinTable table;
  guint limit;

  if (!tocsin_args_get_span (&call->args, "since", TOCSIN_US_PER_DAY, &since_us, error) ||
      !tocsin_args_get_count (&call->args, "limit", SAMPLES_SHOWN, 10000, &limit, error) ||
      !tocsin_dbus_tocsin1_call_samples_sync (call->daemon, tocsin_args_at (&call->args, 0),
                                              MAX (now_us - since_us, 0), now_us + 1, limit,
                                              &variant, NULL, error) ||
      (list = tocsin_ctl_decode_list (&tocsin_sample_fields, variant, error)) == NULL)
    return TOCSIN_EXIT_DOWN;
  g_ptr_array_set_free_func (list, (GDestroyNotify) tocsin_sample_free);
  if (call->json) {
    tocsin_show_json_list (&tocsin_sample_fields, list);
    return TOCSIN_EXIT_FINE;
  }
  tocsin_table_init (&table);
  for (guint i = 0; i < list->len; i++)
    add_sample (&table, list->pdata[i], now_us);
  tocsin_table_print (&table);
  return TOCSIN_EXIT_FINE;
}

/* --- series --- */

static const TocsinOption series_options[] = {
  { "since", '\0', "SPAN", N_ ("From so long ago until now (default: 24h)") },
  { "points", '\0', "N", N_ ("In so many parts (default: 60, at most 4096)") },
  { "json", '\0', NULL, N_ ("Print JSON") },
  { NULL },
};

static char *
real_latency (double us)
{
  return tocsin_show_latency (isnan (us) ? -1 : (gint64) us);
}

static void
print_series (const TocsinSeries *series, gint64 now_us)
{
  TocsinTable table;

  tocsin_table_init (&table);
  tocsin_table_add (&table, TOCSIN_COLOR_BOLD, _ ("FROM"), _ ("CHECKS"), _ ("FAILED"), _ ("LEAST"),
                    _ ("MEDIAN"), _ ("P95"), _ ("MOST"), NULL);
  for (guint i = 0; i < series->n_points; i++) {
    g_autofree char *at = tocsin_show_time (series->at_us[i], now_us);
    g_autofree char *n = g_strdup_printf ("%u", series->n[i]);
    g_autofree char *failed = g_strdup_printf ("%u", series->n_failed[i]);
    g_autofree char *least = real_latency (series->least_us[i]);
    g_autofree char *median = real_latency (series->p50_us[i]);
    g_autofree char *p95 = real_latency (series->p95_us[i]);
    g_autofree char *most = real_latency (series->most_us[i]);

    tocsin_table_add (&table, series->n_failed[i] > 0 ? TOCSIN_COLOR_BAD : TOCSIN_COLOR_NONE, at, n,
                      failed, least, median, p95, most, NULL);
  }
  tocsin_table_print (&table);
}

static int
run_series (TocsinCall *call, GError **error)
{
  gint64 now_us = g_get_real_time (), since_us;
  g_autoptr (GVariant) variant = NULL;
  g_autoptr (TocsinSeries) series = NULL;
  guint n_points;

  if (!tocsin_args_get_span (&call->args, "since", TOCSIN_US_PER_DAY, &since_us, error) ||
      !tocsin_args_get_count (&call->args, "points", POINTS_SHOWN, TOCSIN_SERIES_POINTS, &n_points,
                              error) ||
      !tocsin_dbus_tocsin1_call_series_sync (call->daemon, tocsin_args_at (&call->args, 0),
                                             MAX (now_us - since_us, 0), now_us, n_points, &variant,
                                             NULL, error) ||
      (series = tocsin_series_from_variant (variant, error)) == NULL)
    return TOCSIN_EXIT_DOWN;
  if (call->json) {
    g_autoptr (JsonObject) json = tocsin_series_to_json (series);
    g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), json);

    tocsin_show_json_node (node);
  } else {
    print_series (series, now_us);
  }
  return TOCSIN_EXIT_FINE;
}

/* --- uptime, why, pings --- */

static const TocsinOption json_option[] = {
  { "json", '\0', NULL, N_ ("Print JSON") },
  { NULL },
};

static int
run_uptime (TocsinCall *call, GError **error)
{
  g_autoptr (GVariant) variant = NULL;
  g_autoptr (TocsinStatus) status = NULL;
  g_autoptr (JsonObject) json = NULL;
  g_autoptr (JsonNode) node = NULL;

  if (!tocsin_dbus_tocsin1_call_status_sync (call->daemon, tocsin_args_at (&call->args, 0),
                                             &variant, NULL, error) ||
      (status = tocsin_ctl_decode (&tocsin_status_fields, variant, error)) == NULL)
    return TOCSIN_EXIT_DOWN;
  if (call->json) {
    json = tocsin_fields_to_json (&tocsin_status_fields, status, 0);
    node = json_node_copy (json_object_get_member (json, "uptime"));
    tocsin_show_json_node (node);
    return TOCSIN_EXIT_FINE;
  }
  for (guint i = 0; i < TOCSIN_N_WINDOWS; i++) {
    g_autofree char *text = tocsin_uptime_to_text (status->uptime[i]);

    g_print ("%-4s %s\n", tocsin_words_get (&tocsin_window_words, i), text);
  }
  return TOCSIN_EXIT_FINE;
}

static const TocsinOption limit_options[] = {
  { "limit", 'n', "N", N_ ("At most so many (default: 20)") },
  { "json", '\0', NULL, N_ ("Print JSON") },
  { NULL },
};

static void
print_decision (const TocsinDecision *decision, gint64 now_us)
{
  g_autofree char *at = tocsin_show_time (decision->at_us, now_us);
  g_autofree char *followed =
      decision->followed != NULL ? g_strjoinv (", ", decision->followed) : g_strdup ("");

  g_print ("%s  %s → %s  %s\n", at, tocsin_words_get (&tocsin_state_words, decision->from),
           tocsin_words_get (&tocsin_state_words, decision->to), decision->sentence);
  g_print ("    %s %s; %s %s\n", _ ("rule"), decision->rule, _ ("followed:"), followed);
  for (guint i = 0; decision->samples != NULL && decision->samples[i] != NULL; i++)
    g_print ("    %s%s%s\n", tocsin_show_begin (TOCSIN_COLOR_DIM), decision->samples[i],
             tocsin_show_end ());
}

static int
run_why (TocsinCall *call, GError **error)
{
  g_autoptr (GVariant) variant = NULL;
  g_autoptr (GPtrArray) list = NULL;
  guint limit;

  if (!tocsin_args_get_count (&call->args, "limit", 20, 100, &limit, error) ||
      !tocsin_dbus_tocsin1_call_why_sync (call->daemon, tocsin_args_at (&call->args, 0), limit,
                                          &variant, NULL, error) ||
      (list = tocsin_ctl_decode_list (&tocsin_decision_fields, variant, error)) == NULL)
    return TOCSIN_EXIT_DOWN;
  g_ptr_array_set_free_func (list, (GDestroyNotify) tocsin_decision_free);
  if (call->json)
    tocsin_show_json_list (&tocsin_decision_fields, list);
  else if (list->len == 0)
    g_print ("%s\n", _ ("Nothing was decided yet."));
  for (guint i = 0; !call->json && i < list->len; i++)
    print_decision (list->pdata[i], g_get_real_time ());
  return TOCSIN_EXIT_FINE;
}

static void
add_ping (TocsinTable *table, const TocsinPing *ping, gint64 now_us)
{
  g_autofree char *n = g_strdup_printf ("%" G_GINT64_FORMAT, ping->number);
  g_autofree char *at = tocsin_show_time (ping->at_us, now_us);
  g_autofree char *duration = tocsin_show_latency (ping->duration_us);
  g_autofree char *exit_status = ping->exit_status >= 0
                                     ? g_strdup_printf ("%" G_GINT64_FORMAT, ping->exit_status)
                                     : g_strdup ("—");
  g_autofree char *bytes = g_strdup_printf ("%" G_GINT64_FORMAT " B", ping->body_bytes);

  tocsin_table_add (table, ping->kind == TOCSIN_PING_FAIL ? TOCSIN_COLOR_BAD : TOCSIN_COLOR_NONE, n,
                    at, tocsin_words_get (&tocsin_ping_kind_words, ping->kind), exit_status,
                    duration, bytes, ping->remote_address != NULL ? ping->remote_address : "",
                    NULL);
}

static int
run_pings (TocsinCall *call, GError **error)
{
  g_autoptr (GVariant) variant = NULL;
  g_autoptr (GPtrArray) list = NULL;
  TocsinTable table;
  guint limit;

  if (!tocsin_args_get_count (&call->args, "limit", 20, 1000, &limit, error) ||
      !tocsin_dbus_tocsin1_call_pings_sync (call->daemon, tocsin_args_at (&call->args, 0), limit,
                                            &variant, NULL, error) ||
      (list = tocsin_ctl_decode_list (&tocsin_ping_fields, variant, error)) == NULL)
    return TOCSIN_EXIT_DOWN;
  g_ptr_array_set_free_func (list, (GDestroyNotify) tocsin_ping_free);
  if (call->json) {
    tocsin_show_json_list (&tocsin_ping_fields, list);
    return TOCSIN_EXIT_FINE;
  }
  tocsin_table_init (&table);
  tocsin_table_add (&table, TOCSIN_COLOR_BOLD, "N", _ ("AT"), _ ("KIND"), _ ("EXIT"), _ ("RAN"),
                    _ ("BODY"), _ ("FROM"), NULL);
  for (guint i = 0; i < list->len; i++)
    add_ping (&table, list->pdata[i], g_get_real_time ());
  tocsin_table_print (&table);
  return TOCSIN_EXIT_FINE;
}

static int
run_ping_body (TocsinCall *call, GError **error)
{
  g_autoptr (GVariant) variant = NULL;
  g_autoptr (TocsinPing) ping = NULL;
  gint64 number;

  if (!g_ascii_string_to_signed (tocsin_args_at (&call->args, 1), 10, 1, G_MAXINT64, &number,
                                 error))
    return TOCSIN_EXIT_USAGE;
  if (!tocsin_dbus_tocsin1_call_ping_sync (call->daemon, tocsin_args_at (&call->args, 0), number,
                                           &variant, NULL, error) ||
      (ping = tocsin_ctl_decode (&tocsin_ping_fields, variant, error)) == NULL)
    return TOCSIN_EXIT_DOWN;
  if (call->json) {
    tocsin_show_json (&tocsin_ping_fields, ping);
  } else if (ping->body != NULL) {
    gsize size;
    const char *data = g_bytes_get_data (ping->body, &size);

    fwrite (data, 1, size, stdout);
  }
  return TOCSIN_EXIT_FINE;
}

const TocsinCommand tocsin_commands_history[] = {
  { "samples", "ID [--since 24h] [-n N]", N_ ("Single checks, newest first"),
    "Example:\n  tocsinctl samples shop --since 7d -n 1000 --json", samples_options, 0, 1, 1,
    run_samples },
  { "series", "ID [--since 90d] [--points 500]", N_ ("Latencies over time, in equal parts"),
    "Example:\n  tocsinctl series shop --since 90d --points 500 --json", series_options, 0, 1, 1,
    run_series },
  { "uptime", "ID", N_ ("How much of the time it was up"), NULL, json_option, 0, 1, 1, run_uptime },
  { "why", "ID [-n N]", N_ ("The last decisions about a monitor, and what they rest on"), NULL,
    limit_options, 0, 1, 1, run_why },
  { "pings", "ID [-n N]", N_ ("The pings of a heartbeat, newest first"), NULL, limit_options, 0, 1,
    1, run_pings },
  { "ping", "ID N", N_ ("What a job sent with its ping number N"), NULL, json_option, 0, 2, 2,
    run_ping_body },
  { NULL },
};
