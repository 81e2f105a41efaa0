/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "probe-world"

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "chunk.h"
#include "monitors.h"
#include "probe-world.h"
#include "rollup.h"
#include "run.h"
#include "support.h"
#include "tokens.h"

#define SAMPLES_PATH "/api/v1/probe/samples"

void
probe_world_init (ProbeWorld *world, TocsinTestPostgres *postgres)
{
  *world = (ProbeWorld){ 0 };
  test_team_init (&world->team, postgres);
  test_service_init (&world->service, world->team.url);
}

void
probe_world_clear (ProbeWorld *world)
{
  test_service_clear (&world->service);
  test_team_clear (&world->team);
}

/* --- monitors --- */

static TocsinChange
change_now (ProbeWorld *world)
{
  return (TocsinChange){ .team_id = world->team.team_id,
                         .actor_kind = "system",
                         .actor_name = "test",
                         .key = world->service.config->key,
                         .at_us = g_get_real_time () };
}

static TocsinMonitor *
make_monitor (const char *name, const char *members)
{
  g_autofree char *text = g_strdup_printf (
      "{\"kind\": \"http\", \"name\": \"%s\", \"target\": \"https://shop.example.org/\","
      " \"interval_s\": 60%s%s}",
      name, members != NULL ? ", " : "", members != NULL ? members : "");
  g_autoptr (JsonNode) node = json_from_string (text, NULL);
  g_autoptr (GError) error = NULL;
  TocsinMonitor *monitor = tocsin_monitor_from_json (json_node_get_object (node), &error);

  g_assert_no_error (error);
  return monitor;
}

char *
probe_world_add_monitor (ProbeWorld *world, const char *name, const char *members)
{
  TocsinChange change = change_now (world);
  g_autoptr (TocsinStoredMonitor) stored = g_new0 (TocsinStoredMonitor, 1);
  g_auto (TocsinPgTransaction) transaction = { 0 };
  g_autoptr (GError) error = NULL;

  stored->monitor = make_monitor (name, members);
  stored->project_id = g_strdup (world->team.project_id);
  tocsin_pg_begin (world->team.pg, TOCSIN_PG_WRITE, &transaction, &error);
  g_assert_no_error (error);
  tocsin_monitors_create (world->team.pg, &change, stored, &error);
  g_assert_no_error (error);
  tocsin_pg_commit (&transaction, &error);
  g_assert_no_error (error);
  return g_strdup (stored->monitor->id);
}

void
probe_world_edit_monitor (ProbeWorld *world, const char *id, const char *members)
{
  TocsinChange change = change_now (world);
  g_autoptr (TocsinStoredMonitor) stored = NULL;
  g_autoptr (TocsinMonitor) edited = NULL;
  g_auto (TocsinPgTransaction) transaction = { 0 };
  g_autoptr (GError) error = NULL;

  tocsin_pg_begin (world->team.pg, TOCSIN_PG_WRITE, &transaction, &error);
  stored =
      tocsin_monitors_load (world->team.pg, world->team.team_id, id, TOCSIN_MONITORS_LOCK, &error);
  g_assert_no_error (error);
  edited = make_monitor (stored->monitor->name, members);
  tocsin_monitors_edit (world->team.pg, &change, stored, edited, &error);
  g_assert_no_error (error);
  tocsin_pg_commit (&transaction, &error);
  g_assert_no_error (error);
}

char *
probe_world_get_state (ProbeWorld *world, const char *monitor_id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query (
      world->team.pg, &error, "SELECT state FROM verdicts WHERE monitor_id = $1::uuid",
      PG_TEXT (monitor_id));

  g_assert_no_error (error);
  return g_strdup (tocsin_pg_rows_get_text (rows, 0, 0));
}

/* --- probes --- */

void
test_probe_init (TestProbe *probe, ProbeWorld *world, const char *name, const char *const *labels)
{
  const TocsinActor actor = { .kind = "operator", .at_us = g_get_real_time () };
  g_auto (TocsinPgTransaction) transaction = { 0 };
  g_autoptr (GError) error = NULL;

  *probe = (TestProbe){ .name = g_strdup (name) };
  tocsin_pg_begin (world->team.pg, TOCSIN_PG_WRITE, &transaction, &error);
  probe->id = tocsin_probes_create (world->team.pg, &actor, world->team.team_id, name, labels,
                                    &probe->token, &error);
  g_assert_no_error (error);
  tocsin_pg_commit (&transaction, &error);
  g_assert_no_error (error);
}

void
test_probe_clear (TestProbe *probe)
{
  g_free (probe->id);
  g_free (probe->token);
  g_free (probe->name);
}

TocsinBatchItem
test_probe_see (TestProbe *probe, const char *monitor_id, gint64 at_us, TocsinOutcome outcome)
{
  TocsinBatchItem item = {
    .number = ++probe->number,
    .point = { .at_us = at_us + probe->clock_us,
               .latency_us = outcome == TOCSIN_OUTCOME_FAILED ? -1 : 1000 + probe->number % 997,
               .outcome = outcome },
    .reason = outcome == TOCSIN_OUTCOME_FAILED ? "connection refused" : NULL,
  };

  if (outcome == TOCSIN_OUTCOME_FAILED)
    item.point.code = TOCSIN_CODE_CONNECT_REFUSED;
  for (guint p = 0; p < TOCSIN_N_PHASES; p++)
    item.point.phase_us[p] = -1;
  g_strlcpy (item.monitor, monitor_id, sizeof item.monitor);
  return item;
}

typedef struct {
  GBytes *body; /* (owned) */
  gboolean done;
} Flight;

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Flight *flight = user_data;

  flight->body = soup_session_send_and_read_finish (SOUP_SESSION (source), result, NULL);
  flight->done = TRUE;
}

static gboolean
has_landed (gpointer user_data)
{
  return ((Flight *) user_data)->done;
}

guint
test_post_batch (const char *url, const char *token, GBytes *blob, JsonObject **json)
{
  g_autoptr (SoupSession) session = soup_session_new ();
  g_autofree char *address = g_strconcat (url, SAMPLES_PATH, NULL);
  g_autofree char *bearer = g_strconcat ("Bearer ", token, NULL);
  g_autoptr (SoupMessage) message = soup_message_new ("POST", address);
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *text = NULL;
  Flight flight = { 0 };

  soup_message_headers_append (soup_message_get_request_headers (message), "Authorization", bearer);
  soup_message_set_request_body_from_bytes (message, TOCSIN_BATCH_MEDIA_TYPE, blob);
  soup_session_send_and_read_async (session, message, G_PRIORITY_DEFAULT, NULL, answered_cb,
                                    &flight);
  tocsin_test_wait (NULL, has_landed, &flight);
  if (flight.body == NULL)
    return 0;
  text = g_strndup (g_bytes_get_data (flight.body, NULL), g_bytes_get_size (flight.body));
  g_bytes_unref (flight.body);
  node = json_from_string (text, NULL);
  if (json != NULL)
    *json = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_dup_object (node) : NULL;
  return soup_message_get_status (message);
}

JsonObject *
test_probe_send (ProbeWorld *world, TestProbe *probe, const TocsinBatchItem *items, guint n,
                 gint64 settled)
{
  g_autoptr (GBytes) blob =
      tocsin_batch_encode (items, n, settled, g_get_real_time () + probe->clock_us);
  JsonObject *json = NULL;
  guint status = test_post_batch (world->service.url, probe->token, blob, &json);

  g_assert_cmpuint (status, ==, 200);
  g_assert_nonnull (json);
  return json;
}

gint64
test_probe_report (ProbeWorld *world, TestProbe *probe, const char *monitor_id, gint64 at_us,
                   TocsinOutcome outcome)
{
  TocsinBatchItem item = test_probe_see (probe, monitor_id, at_us, outcome);
  g_autoptr (JsonObject) answer = test_probe_send (world, probe, &item, 1, 0);

  return json_object_get_int_member (answer, "acked");
}

TestAnswer *
test_probe_ask (ProbeWorld *world, TestProbe *probe, const char *method, const char *path,
                const char *body)
{
  g_autofree char *bearer = g_strconcat ("Bearer ", probe->token, NULL);
  const char *const headers[] = { "Authorization", bearer, NULL };

  return test_service_ask (&world->service, method, path, headers, body);
}

JsonObject *
test_probe_greet (ProbeWorld *world, TestProbe *probe)
{
  g_autoptr (TestAnswer) answer =
      test_probe_ask (world, probe, "POST", "/api/v1/probe/hello",
                      "{\"version\": \"1.0\", \"monitors\": 3, \"checks_per_s\": 0.5}");

  g_assert_cmpuint (answer->status, ==, 200);
  return test_answer_get_json (answer);
}

/* --- what is stored --- */

static int
compare_points (gconstpointer a, gconstpointer b)
{
  const TocsinPoint *x = a, *y = b;

  return (x->at_us > y->at_us) - (x->at_us < y->at_us);
}

GArray *
probe_world_get_points (ProbeWorld *world, const char *monitor_id)
{
  GArray *points = tocsin_points_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query (
      world->team.pg, &error, "SELECT run, n, at, last_at FROM samples WHERE monitor_id = $1::uuid",
      PG_TEXT (monitor_id));

  g_assert_no_error (error);
  for (guint i = 0; i < tocsin_pg_rows_get_n (rows); i++) {
    g_autoptr (GBytes) run = tocsin_pg_rows_get_bytes (rows, i, 0);
    guint before = points->len;

    tocsin_run_decode (g_bytes_get_data (run, NULL), g_bytes_get_size (run), points, &error);
    g_assert_no_error (error);
    g_assert_cmpint (points->len - before, ==, tocsin_pg_rows_get_int (rows, i, 1));
    g_assert_cmpint (g_array_index (points, TocsinPoint, before).at_us, ==,
                     tocsin_pg_rows_get_int (rows, i, 2));
    g_assert_cmpint (g_array_index (points, TocsinPoint, points->len - 1).at_us, ==,
                     tocsin_pg_rows_get_int (rows, i, 3));
  }
  g_array_sort (points, compare_points);
  return points;
}

/* What the samples say of the hour or day; and how many of them there are. */
static guint
recount (const GArray *points, TocsinRollup *rollup)
{
  guint n = 0;

  for (guint i = 0; i < points->len; i++) {
    const TocsinPoint *point = &g_array_index (points, TocsinPoint, i);

    if (!tocsin_rollup_holds (rollup, point->at_us))
      continue;
    tocsin_rollup_add (rollup, point);
    n++;
  }
  return n;
}

static guint
check_rows (const TocsinPgRows *rows, const GArray *points, gint64 span_us)
{
  guint n = 0;

  for (guint i = 0; i < tocsin_pg_rows_get_n (rows); i++) {
    gint64 at_us = tocsin_pg_rows_get_int (rows, i, 0);
    g_autoptr (GBytes) blob = tocsin_pg_rows_get_bytes (rows, i, 1);
    g_auto (TocsinRollup) stored = { 0 };
    g_auto (TocsinRollup) counted = { 0 };
    g_autoptr (GError) error = NULL;

    tocsin_rollup_decode (&stored, at_us, span_us, g_bytes_get_data (blob, NULL),
                          g_bytes_get_size (blob), &error);
    g_assert_no_error (error);
    tocsin_rollup_init (&counted, at_us, span_us);
    n += recount (points, &counted);
    g_assert_true (tocsin_rollup_equal (&stored, &counted));
  }
  return n;
}

static void
check_monitor (ProbeWorld *world, const char *monitor_id)
{
  g_autoptr (GArray) points = probe_world_get_points (world, monitor_id);
  g_autoptr (GError) error = NULL;
  g_autoptr (TocsinPgRows) hours = tocsin_pg_query (
      world->team.pg, &error, "SELECT at, rollup FROM hours WHERE monitor_id = $1::uuid",
      PG_TEXT (monitor_id));
  g_autoptr (TocsinPgRows) days =
      tocsin_pg_query (world->team.pg, &error,
                       "SELECT at, rollup FROM days WHERE monitor_id = $1::uuid"
                       " AND rollup IS NOT NULL",
                       PG_TEXT (monitor_id));

  g_assert_no_error (error);
  g_assert_cmpuint (check_rows (hours, points, TOCSIN_US_PER_HOUR), ==, points->len);
  g_assert_cmpuint (check_rows (days, points, TOCSIN_US_PER_DAY), ==, points->len);
}

void
probe_world_check_rollups (ProbeWorld *world)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TocsinPgRows) rows =
      tocsin_pg_query (world->team.pg, &error, "SELECT monitor_id FROM verdicts");

  g_assert_no_error (error);
  for (guint i = 0; i < tocsin_pg_rows_get_n (rows); i++)
    check_monitor (world, tocsin_pg_rows_get_text (rows, i, 0));
}
