/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "api-samples"

#include "config.h"

#include <string.h>

#include "api-monitors.h"
#include "api-span.h"
#include "api.h"
#include "json-writer.h"
#include "lists.h"
#include "run.h"
#include "timetext.h"
#include "uptime.h"
#include "uuid.h"

#define M            TOCSIN_API_MEMBER
#define SAMPLE_BYTES 200 /* about, as JSON */
#define AT_DIGITS    20  /* of a time in a cursor */

static const TocsinMember sample_members[] = {
  M ("at", TIME),
  M ("probe", ID),
  M ("outcome", STRING, .words = &tocsin_outcome_words),
  M ("code", STRING, TOCSIN_MEMBER_NULLABLE, .help = "what went wrong, for machines"),
  M ("latency_ms", NUMBER, TOCSIN_MEMBER_NULLABLE),
  M ("phases_ms", OBJECT, .help = "where the time went: lookup, connect, tls, wait, transfer"),
  M ("reason", STRING, TOCSIN_MEMBER_NULLABLE, .help = "what went wrong, for people"),
};
const TocsinSchema tocsin_sample_schema = TOCSIN_SCHEMA_REPLY ("Sample", sample_members);

/* A sample and who saw it; the probe's id is the rows'. */
typedef struct {
  TocsinPoint point;
  const char *probe_id;
} Seen;

typedef struct {
  const char *team_id, *monitor_id;
  TocsinApiSpan span;
  gint64 before_at;         /* the page before ended with this sample */
  const char *before_probe; /* (nullable) there was none */
  GArray *seen;             /* (owned) of Seen */
  GPtrArray *rows;          /* (owned) what their ids are in */
} Page;

static void
clear_page (Page *page)
{
  g_clear_pointer (&page->seen, g_array_unref);
  g_clear_pointer (&page->rows, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Page, clear_page)

/* Newest first; of those at the same time by probe. */
static int
compare_seen (gconstpointer a, gconstpointer b)
{
  const Seen *x = a, *y = b;

  if (x->point.at_us != y->point.at_us)
    return x->point.at_us > y->point.at_us ? -1 : 1;
  return strcmp (x->probe_id, y->probe_id);
}

static gboolean
is_on_page (const Page *page, const Seen *seen)
{
  const Seen last = { .point.at_us = page->before_at, .probe_id = page->before_probe };

  if (seen->point.at_us < page->span.from_us || seen->point.at_us > page->span.to_us)
    return FALSE;
  return page->before_probe == NULL || compare_seen (&last, seen) < 0;
}

static gboolean
add_run (Page *page, const TocsinPgRows *rows, guint i, GError **error)
{
  g_autoptr (GBytes) run = tocsin_pg_rows_get_bytes (rows, i, 1);
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (TocsinPoint));

  if (!tocsin_run_decode (g_bytes_get_data (run, NULL), g_bytes_get_size (run), points, error))
    return FALSE;
  for (guint k = 0; k < points->len; k++) {
    const Seen seen = { g_array_index (points, TocsinPoint, k),
                        tocsin_pg_rows_get_text (rows, i, 0) };

    if (is_on_page (page, &seen))
      g_array_append_val (page->seen, seen);
  }
  return TRUE;
}

/* No run is of two days. */
static gboolean
add_day (TocsinPg *pg, Page *page, gint64 day, GError **error)
{
  TocsinPgRows *rows = tocsin_pg_query (
      pg, error,
      "SELECT probe_id, run FROM samples WHERE team_id = $1::uuid AND monitor_id = $2::uuid"
      " AND at >= $3 AND at < $4",
      PG_TEXT (page->team_id), PG_TEXT (page->monitor_id), PG_INT (day),
      PG_INT (day + TOCSIN_US_PER_DAY));

  if (rows == NULL)
    return FALSE;
  g_ptr_array_add (page->rows, rows);
  for (guint i = 0; i < tocsin_pg_rows_get_n (rows); i++)
    if (!add_run (page, rows, i, error))
      return FALSE;
  return TRUE;
}

/* Day by day backwards, until there is enough. */
static gboolean
fill (TocsinPg *pg, Page *page, guint n_wanted, GError **error)
{
  gint64 newest = page->before_probe != NULL ? page->before_at : page->span.to_us;
  gint64 day = tocsin_time_floor (newest, TOCSIN_US_PER_DAY);

  for (; day > page->span.from_us - TOCSIN_US_PER_DAY && page->seen->len < n_wanted;
       day -= TOCSIN_US_PER_DAY)
    if (!add_day (pg, page, day, error))
      return FALSE;
  g_array_sort (page->seen, compare_seen);
  return TRUE;
}

/* --- reasons --- */

/* The last reason that a probe had given by then: it is stored where it changed. */
static const char *
find_reason (const TocsinPgRows *reasons, const Seen *seen)
{
  for (guint i = tocsin_pg_rows_get_n (reasons); i > 0; i--)
    if (tocsin_pg_rows_get_int (reasons, i - 1, 0) <= seen->point.at_us &&
        strcmp (tocsin_pg_rows_get_text (reasons, i - 1, 1), seen->probe_id) == 0)
      return tocsin_pg_rows_get_text (reasons, i - 1, 2);
  return NULL;
}

static TocsinPgRows *
load_reasons (TocsinPg *pg, const Page *page, guint n_shown, GError **error)
{
  gint64 newest = n_shown > 0 ? g_array_index (page->seen, Seen, 0).point.at_us : 0;
  gint64 oldest = n_shown > 0 ? g_array_index (page->seen, Seen, n_shown - 1).point.at_us : 1;

  return tocsin_pg_query (
      pg, error,
      "SELECT at, probe_id, reason FROM reasons WHERE team_id = $1::uuid"
      " AND monitor_id = $2::uuid AND at >= $3 AND at <= $4 ORDER BY at, number LIMIT 20000",
      PG_TEXT (page->team_id), PG_TEXT (page->monitor_id),
      PG_INT (tocsin_time_floor (oldest, TOCSIN_US_PER_DAY)), PG_INT (newest));
}

/* --- as JSON --- */

static void
write_ms (TocsinJsonWriter *writer, const char *name, gint64 span_us)
{
  char text[32];

  g_snprintf (text, sizeof text, "%" G_GINT64_FORMAT ".%03d", span_us / TOCSIN_US_PER_MS,
              (int) (span_us % TOCSIN_US_PER_MS));
  tocsin_json_writer_value (writer, name, text);
}

static void
write_seen (TocsinJsonWriter *writer, const Seen *seen, const TocsinPgRows *reasons)
{
  const TocsinPoint *point = &seen->point;

  tocsin_json_writer_begin_object (writer, NULL);
  tocsin_json_writer_time (writer, "at", point->at_us);
  tocsin_json_writer_string (writer, "probe", seen->probe_id);
  tocsin_json_writer_string (writer, "outcome",
                             tocsin_words_get (&tocsin_outcome_words, point->outcome));
  tocsin_json_writer_string (
      writer, "code",
      point->code != TOCSIN_CODE_NONE ? tocsin_words_get (&tocsin_code_words, point->code) : NULL);
  if (point->latency_us >= 0)
    write_ms (writer, "latency_ms", point->latency_us);
  else
    tocsin_json_writer_null (writer, "latency_ms");
  tocsin_json_writer_begin_object (writer, "phases_ms");
  for (guint p = 0; p < TOCSIN_N_PHASES; p++)
    if (point->phase_us[p] >= 0)
      write_ms (writer, tocsin_words_get (&tocsin_phase_words, p), point->phase_us[p]);
  tocsin_json_writer_end_object (writer);
  tocsin_json_writer_string (
      writer, "reason", point->outcome != TOCSIN_OUTCOME_OK ? find_reason (reasons, seen) : NULL);
  tocsin_json_writer_end_object (writer);
}

static void
reply (TocsinCall *call, const TocsinList *list, const Page *page, const TocsinPgRows *reasons)
{
  guint n_shown = MIN (page->seen->len, (guint) list->limit);
  g_autofree char *next = NULL;
  g_auto (TocsinJsonWriter) writer = { 0 };

  tocsin_json_writer_init (&writer, (gsize) SAMPLE_BYTES * (n_shown + 1));
  tocsin_json_writer_begin_object (&writer, NULL);
  tocsin_json_writer_begin_array (&writer, "items");
  for (guint i = 0; i < n_shown; i++)
    write_seen (&writer, &g_array_index (page->seen, Seen, i), reasons);
  tocsin_json_writer_end_array (&writer);
  if (page->seen->len > n_shown) {
    const Seen *last = &g_array_index (page->seen, Seen, n_shown - 1);
    g_autofree char *key =
        g_strdup_printf ("%0*" G_GINT64_FORMAT "%s", AT_DIGITS, last->point.at_us, last->probe_id);

    next = tocsin_list_make_cursor (key);
  }
  tocsin_json_writer_string (&writer, "next", next);
  tocsin_json_writer_end_object (&writer);
  tocsin_call_reply_take (call, 200, "application/json", tocsin_json_writer_take (&writer));
}

static gboolean
read_place (const TocsinList *list, Page *page, GError **error)
{
  g_autofree char *digits = NULL;

  if (list->after == NULL)
    return TRUE;
  digits = g_strndup (list->after, AT_DIGITS);
  if (strlen (list->after) == AT_DIGITS + TOCSIN_UUID_LENGTH &&
      tocsin_uuid_is_valid (list->after + AT_DIGITS) &&
      g_ascii_string_to_signed (digits, 10, 0, G_MAXINT64, &page->before_at, NULL)) {
    page->before_probe = list->after + AT_DIGITS;
    return TRUE;
  }
  return tocsin_http_fail (error, 400, "cursor: the “next” of the page before is wanted");
}

static gboolean
list_samples (TocsinCall *call, TocsinPg *pg, GError **error)
{
  g_auto (TocsinList) list = { 0 };
  g_auto (Page)
      page = { .team_id = tocsin_call_get_param (call, "team"),
               .seen = g_array_new (FALSE, FALSE, sizeof (Seen)),
               .rows = g_ptr_array_new_with_free_func ((GDestroyNotify) tocsin_pg_rows_free) };
  g_autoptr (TocsinPgRows) reasons = NULL;

  page.monitor_id = tocsin_api_find_monitor (call, pg, error);
  if (page.monitor_id == NULL || !tocsin_list_read (call, &list, error) ||
      !tocsin_api_span_read (call, &page.span, error) || !read_place (&list, &page, error) ||
      !fill (pg, &page, (guint) list.limit + 1, error))
    return FALSE;
  reasons = load_reasons (pg, &page, MIN (page.seen->len, (guint) list.limit), error);
  if (reasons == NULL)
    return FALSE;
  reply (call, &list, &page, reasons);
  return TRUE;
}

static const TocsinRoute routes[] = {
  { "GET", TOCSIN_API_MONITORS "/{monitor}/samples", TOCSIN_ACCESS_VIEWER, API, TOCSIN_ROUTE_READ,
    list_samples, .summary = "What probes saw, ?from= to ?to=, newest first", .reply = "[Sample]" },
};

const TocsinRoutes tocsin_api_samples_routes = TOCSIN_ROUTES (routes);
