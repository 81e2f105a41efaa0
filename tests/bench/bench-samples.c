/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "bench-samples"

#include "config.h"

#include <libsoup/soup.h>
#include <string.h>

#include "batch.h"
#include "bench.h"
#include "chunk.h"
#include "monitors.h"
#include "pg-copy.h"
#include "pg-pool.h"
#include "rollup.h"
#include "server-process.h"
#include "support.h"
#include "test-team.h"
#include "timetext.h"
#include "token.h"
#include "tokens.h"

/* Samples over HTTP into the server as it is released, with a PostgreSQL of its own on the same
 * machine that waits for the disk: 20 probes that send batches, one behind the other. They were
 * away and send 5,000 with a hundred of each monitor; or one of each monitor, as each minute; or
 * all of them check the same monitors. COPY of the same rows into a bare table, in the same run, is
 * the limit. Then 90 days' charts. */

#define PROBES        20u
#define MONITORS      1000u
#define MANY_MONITORS 5000u
#define WORKERS       2u
#define MEASURE_S     10
#define SAMPLES       300000u /* of each probe, made ahead */
#define BEAT_US       (5 * TOCSIN_US_PER_S)
#define COPY_ROWS     1000000u
#define SERIES_ASKED  20

typedef struct {
  char *id, *token;
  GPtrArray *batches; /* of GBytes */
} Probe;

/* How the samples of a batch are spread over monitors. */
typedef struct {
  const char *name;
  guint n_monitors; /* of each probe's batches */
  guint n_samples;  /* of a batch */
  gboolean shared;  /* all probes check the same ones */
  double limit;     /* samples a second */
} Shape;

typedef struct {
  TocsinTestPostgres *postgres;
  TestTeam team;
  ServerProcess *server;
  Probe probes[PROBES];
  GPtrArray *monitors; /* of ids */
  gint64 begin_us;
} Bench;

/* --- the team --- */

static void
add_monitors (Bench *bench, guint n)
{
  TocsinChange change = { .team_id = bench->team.team_id,
                          .actor_kind = "system",
                          .at_us = g_get_real_time () };
  g_auto (TocsinPgTransaction) transaction = { 0 };
  g_autoptr (GError) error = NULL;

  tocsin_pg_begin (bench->team.pg, TOCSIN_PG_WRITE, &transaction, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < n; i++) {
    g_autoptr (TocsinStoredMonitor) stored = g_new0 (TocsinStoredMonitor, 1);

    stored->monitor = tocsin_monitor_new (TOCSIN_MONITOR_HTTP);
    stored->monitor->name = g_strdup_printf ("Shop %u", i);
    stored->monitor->target = g_strdup_printf ("https://shop-%u.example.org/", i);
    stored->project_id = g_strdup (bench->team.project_id);
    tocsin_monitors_create (bench->team.pg, &change, stored, &error);
    g_assert_no_error (error);
    g_ptr_array_add (bench->monitors, g_strdup (stored->monitor->id));
    change.at_us += TOCSIN_US_PER_MS;
  }
  tocsin_pg_commit (&transaction, &error);
  g_assert_no_error (error);
}

static void
add_probes (Bench *bench)
{
  const TocsinActor actor = { .kind = "operator", .at_us = g_get_real_time () };

  for (guint i = 0; i < PROBES; i++) {
    g_autofree char *name = g_strdup_printf ("probe-%u", i);
    g_auto (TocsinPgTransaction) transaction = { 0 };
    g_autoptr (GError) error = NULL;

    tocsin_pg_begin (bench->team.pg, TOCSIN_PG_WRITE, &transaction, &error);
    bench->probes[i].id = tocsin_probes_create (bench->team.pg, &actor, bench->team.team_id, name,
                                                NULL, &bench->probes[i].token, &error);
    g_assert_no_error (error);
    tocsin_pg_commit (&transaction, &error);
    bench->probes[i].batches = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  }
}

/* --- batches --- */

/* Like an http check near by: phases that add up, jitter, a failure now and then. */
static void
fill_point (TocsinPoint *point, GRand *rand, gint64 at_us)
{
  static const gint64 usual_us[TOCSIN_N_PHASES] = { 1200, 8000, 14000, 32000, 900 };

  *point = (TocsinPoint){ .at_us = at_us + g_rand_int_range (rand, 0, 40000) };
  for (guint p = 0; p < TOCSIN_N_PHASES; p++) {
    point->phase_us[p] = usual_us[p] + g_rand_int_range (rand, 0, (gint32) usual_us[p] / 3);
    point->latency_us += point->phase_us[p];
  }
  if (g_rand_int_range (rand, 0, 2000) != 0)
    return;
  point->outcome = TOCSIN_OUTCOME_FAILED;
  point->code = TOCSIN_CODE_TIMEOUT_RESPONSE;
}

static GBytes *
make_batch (Bench *bench, const Shape *shape, guint probe, guint number, gint64 *first_number,
            GRand *rand)
{
  g_autofree TocsinBatchItem *items = g_new0 (TocsinBatchItem, shape->n_samples);
  guint first = shape->shared ? 0 : probe * shape->n_monitors;
  guint a_monitor = shape->n_samples / shape->n_monitors;

  for (guint i = 0; i < shape->n_samples; i++) {
    guint beat = number * a_monitor + i / shape->n_monitors;

    items[i].number = (*first_number)++;
    g_strlcpy (items[i].monitor, g_ptr_array_index (bench->monitors, first + i % shape->n_monitors),
               sizeof items[i].monitor);
    fill_point (&items[i].point, rand, bench->begin_us + beat * BEAT_US + i);
    if (items[i].point.outcome == TOCSIN_OUTCOME_FAILED)
      items[i].reason = "no answer within 10 s";
  }
  return tocsin_batch_encode (items, shape->n_samples, 0, g_get_real_time ());
}

static void
make_batches (Bench *bench, const Shape *shape, gint64 *first_number)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  gint64 next_number = *first_number;

  for (guint i = 0; i < PROBES; i++) {
    next_number = *first_number;
    g_ptr_array_set_size (bench->probes[i].batches, 0);
    for (guint k = 0; k < SAMPLES / shape->n_samples; k++)
      g_ptr_array_add (bench->probes[i].batches,
                       make_batch (bench, shape, i, k, &next_number, rand));
  }
  *first_number = next_number;
}

/* --- sending --- */

typedef struct {
  Bench *bench;
  const Probe *probe;
  SoupSession *session;
  guint next;      /* batch */
  guint n_samples; /* of each */
  gint64 end_us;
  guint64 *n_taken;
  gint64 *slowest_us;
  gint64 sent_us;
  guint *n_flying;
} Sender;

static void send_next (Sender *sender);

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Sender *sender = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body =
      soup_session_send_and_read_finish (SOUP_SESSION (source), result, &error);
  SoupMessage *message = soup_session_get_async_result_message (SOUP_SESSION (source), result);

  g_assert_no_error (error);
  if (soup_message_get_status (message) == 200)
    *sender->n_taken += sender->n_samples;
  else if (soup_message_get_status (message) == 503) /* come again */
    sender->next--;
  else
    g_error ("%u: %.*s", soup_message_get_status (message), (int) g_bytes_get_size (body),
             (const char *) g_bytes_get_data (body, NULL));
  *sender->slowest_us = MAX (*sender->slowest_us, g_get_monotonic_time () - sender->sent_us);
  (*sender->n_flying)--;
  send_next (sender);
}

static void
send_next (Sender *sender)
{
  g_autofree char *url = NULL, *bearer = NULL;
  g_autoptr (SoupMessage) message = NULL;

  if (g_get_monotonic_time () >= sender->end_us || sender->next == sender->probe->batches->len)
    return;
  url = g_strdup_printf ("http://127.0.0.1:%u/api/v1/probe/samples",
                         server_process_get_port (sender->bench->server));
  bearer = g_strconcat ("Bearer ", sender->probe->token, NULL);
  message = soup_message_new ("POST", url);
  soup_message_headers_append (soup_message_get_request_headers (message), "Authorization", bearer);
  soup_message_set_request_body_from_bytes (
      message, TOCSIN_BATCH_MEDIA_TYPE, g_ptr_array_index (sender->probe->batches, sender->next++));
  sender->sent_us = g_get_monotonic_time ();
  (*sender->n_flying)++;
  soup_session_send_and_read_async (sender->session, message, G_PRIORITY_DEFAULT, NULL, sent_cb,
                                    sender);
}

static double
get_workers_cpu_seconds (const Bench *bench)
{
  g_autoptr (GArray) workers = server_process_get_workers (bench->server);
  double seconds = 0;

  for (guint i = 0; i < workers->len; i++)
    seconds += bench_cpu_seconds (g_array_index (workers, pid_t, i));
  return seconds;
}

static void
print (const Shape *shape, const char *what, double value, const char *unit)
{
  g_autofree char *name = g_strdup_printf ("samples.%s.%s", shape->name, what);

  bench_print (name, value, unit);
}

/* Each probe sends its next batch when the one before was answered, as daemons do. */
static double
measure_shape (Bench *bench, const Shape *shape, gint64 *first_number)
{
  Sender senders[PROBES];
  guint64 n_taken = 0;
  gint64 slowest_us = 0, begin_us, took_us;
  guint n_flying = 0;
  double cpu_s, a_second;
  g_autofree char *name = g_strdup_printf ("samples.%s.a-second", shape->name);

  make_batches (bench, shape, first_number);
  cpu_s = get_workers_cpu_seconds (bench);
  begin_us = g_get_monotonic_time ();
  for (guint i = 0; i < PROBES; i++) {
    senders[i] = (Sender){ .bench = bench,
                           .probe = &bench->probes[i],
                           .session = soup_session_new (),
                           .n_samples = shape->n_samples,
                           .end_us = begin_us + MEASURE_S * G_USEC_PER_SEC,
                           .n_taken = &n_taken,
                           .slowest_us = &slowest_us,
                           .n_flying = &n_flying };
    send_next (&senders[i]);
  }
  while (n_flying > 0)
    g_main_context_iteration (NULL, TRUE);
  took_us = g_get_monotonic_time () - begin_us;
  for (guint i = 0; i < PROBES; i++)
    g_object_unref (senders[i].session);
  a_second = (double) n_taken / ((double) took_us / 1e6);
  if (shape->limit > 0)
    bench_print_at_least (name, a_second, "samples/s", shape->limit);
  else
    bench_print (name, a_second, "samples/s");
  print (shape, "workers-cpu", (get_workers_cpu_seconds (bench) - cpu_s) / (double) n_taken * 1e6,
         "µs a sample");
  print (shape, "slowest-answer", (double) slowest_us / 1e3, "ms");
  return a_second;
}

/* --- the limit --- */

/* The same samples as plain rows of a table with a key, in transactions of a batch's size. */
static double
measure_copy (Bench *bench)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  gint64 begin_us;
  g_autoptr (GError) error = NULL;

  test_team_run (&bench->team, "CREATE TABLE bare (monitor_id uuid, probe_id uuid, number bigint,"
                               " at bigint, outcome integer, code integer, latency bigint,"
                               " lookup bigint, connect bigint, tls bigint, wait bigint,"
                               " transfer bigint)");
  begin_us = g_get_monotonic_time ();
  for (guint n = 0; n < COPY_ROWS; n += TOCSIN_BATCH_SAMPLES) {
    g_auto (TocsinPgTransaction) transaction = { 0 };
    g_autoptr (TocsinPgCopy) copy = NULL;

    tocsin_pg_begin (bench->team.pg, TOCSIN_PG_WRITE, &transaction, &error);
    copy = tocsin_pg_copy_begin (bench->team.pg, "COPY bare FROM STDIN (FORMAT binary)", &error);
    g_assert_no_error (error);
    for (guint i = 0; i < TOCSIN_BATCH_SAMPLES; i++) {
      TocsinPoint point;

      fill_point (&point, rand, bench->begin_us + n + i);
      tocsin_pg_copy_begin_row (copy, 12);
      tocsin_pg_copy_put_uuid (copy, g_ptr_array_index (bench->monitors, i % MONITORS));
      tocsin_pg_copy_put_uuid (copy, bench->probes[0].id);
      tocsin_pg_copy_put_int64 (copy, n + i);
      tocsin_pg_copy_put_int64 (copy, point.at_us);
      tocsin_pg_copy_put_int32 (copy, point.outcome);
      tocsin_pg_copy_put_int32 (copy, point.code);
      tocsin_pg_copy_put_int64 (copy, point.latency_us);
      for (guint p = 0; p < TOCSIN_N_PHASES; p++)
        tocsin_pg_copy_put_int64 (copy, point.phase_us[p]);
    }
    tocsin_pg_copy_end (copy, &error);
    g_assert_no_error (error);
    tocsin_pg_commit (&transaction, &error);
    g_assert_no_error (error);
  }
  return COPY_ROWS / ((double) (g_get_monotonic_time () - begin_us) / 1e6);
}

/* --- charts --- */

/* Hours and days of 90 days, a sample a minute, as the intake leaves them. */
static void
add_history (Bench *bench, const char *monitor_id)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (2);
  gint64 now_us = g_get_real_time ();
  static const gint64 spans[] = { TOCSIN_US_PER_HOUR, TOCSIN_US_PER_DAY };
  static const char *const statements[] = {
    "INSERT INTO hours (team_id, monitor_id, at, rollup) VALUES ($1::uuid, $2::uuid, $3, $4)"
    " ON CONFLICT DO NOTHING",
    "INSERT INTO days (team_id, monitor_id, at, rollup) VALUES ($1::uuid, $2::uuid, $3, $4)"
    " ON CONFLICT DO NOTHING",
  };
  g_autoptr (GError) error = NULL;

  for (guint k = 0; k < G_N_ELEMENTS (spans); k++)
    for (gint64 at = now_us - 91 * TOCSIN_US_PER_DAY; at < now_us; at += spans[k]) {
      g_auto (TocsinRollup) rollup = { 0 };
      g_autoptr (GBytes) blob = NULL;
      TocsinPoint point;

      tocsin_rollup_init (&rollup, at, spans[k]);
      for (gint64 off = 0; off < spans[k]; off += TOCSIN_US_PER_MIN) {
        fill_point (&point, rand, 0);
        point.at_us = rollup.at_us + off;
        tocsin_rollup_add (&rollup, &point);
      }
      blob = tocsin_rollup_encode (&rollup);
      tocsin_pg_run_params (bench->team.pg, &error, NULL, statements[k],
                            (const TocsinPgParam[]){
                                PG_TEXT (bench->team.team_id), PG_TEXT (monitor_id),
                                PG_INT (rollup.at_us),
                                PG_BYTES (g_bytes_get_data (blob, NULL), g_bytes_get_size (blob)) },
                            4);
      g_assert_no_error (error);
    }
  test_team_run (&bench->team, "ANALYZE hours, days");
}

static void
add_viewer (Bench *bench)
{
  g_autofree char *sql =
      g_strdup_printf ("INSERT INTO users (id, email, name, created_at)"
                       " VALUES ('0190abcd-0000-7000-8000-000000000001', 'v@example.org', 'V', 1);"
                       "INSERT INTO members (team_id, user_id, role, created_at)"
                       " VALUES ('%s', '0190abcd-0000-7000-8000-000000000001', 'viewer', 1);"
                       "INSERT INTO tokens (hash, id, kind, user_id, name, scopes, created_at)"
                       " VALUES (sha256 ('bench'), gen_random_uuid (), 'api',"
                       " '0190abcd-0000-7000-8000-000000000001', 't', '{read}', 1)",
                       bench->team.team_id);

  test_team_run (&bench->team, sql);
}

static void
measure_series (Bench *bench)
{
  const char *monitor_id = g_ptr_array_index (bench->monitors, 0);
  g_autofree char *from = tocsin_time_to_text (g_get_real_time () - 90 * TOCSIN_US_PER_DAY);
  g_autofree char *url = g_strdup_printf (
      "http://127.0.0.1:%u/api/v1/teams/%s/monitors/%s/series?from=%s&points=1000",
      server_process_get_port (bench->server), bench->team.team_id, monitor_id, from);
  g_autoptr (SoupSession) session = soup_session_new ();
  gint64 best_us = G_MAXINT64;

  add_history (bench, monitor_id);
  add_viewer (bench);
  for (guint i = 0; i < SERIES_ASKED; i++) {
    g_autoptr (SoupMessage) message = soup_message_new ("GET", url);
    g_autoptr (GBytes) body = NULL;
    g_autoptr (GError) error = NULL;
    gint64 begin_us = g_get_monotonic_time ();

    soup_message_headers_append (soup_message_get_request_headers (message), "Authorization",
                                 "Bearer bench");
    body = soup_session_send_and_read (session, message, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (soup_message_get_status (message), ==, 200);
    best_us = MIN (best_us, g_get_monotonic_time () - begin_us);
  }
  bench_print_at_most ("samples.series-90-days", (double) best_us / 1e3, "ms", 30);
}

/* What a sample costs on the disk. */
static void
print_size (Bench *bench)
{
  g_autofree char *bytes = test_team_ask (
      &bench->team, "SELECT (SELECT sum (pg_total_relation_size (inhrelid)) FROM pg_inherits"
                    " WHERE inhparent = 'samples'::regclass) / sum (n)::numeric FROM samples");

  bench_print ("samples.bytes-before-packing", g_ascii_strtod (bytes, NULL), "bytes a sample");
}

int
main (int argc, char **argv)
{
  static const char *const environment[] = { "TOCSIN_REQUESTS_A_MINUTE=0", NULL };
  static const Shape shapes[] = {
    { "long-runs", MONITORS / PROBES, TOCSIN_BATCH_SAMPLES, FALSE, 100000 },
    { "one-each", MANY_MONITORS / PROBES, MANY_MONITORS / PROBES, FALSE, 0 },
    { "all-by-all", MONITORS, MONITORS, TRUE, 0 },
  };
  g_autofree char *folder = g_path_get_dirname (argv[0]);
  g_autofree char *program =
      g_build_filename (folder, "..", "..", "sync-server", "tocsin-server", NULL);
  Bench bench = { 0 };
  double figures[G_N_ELEMENTS (shapes)], copy;
  gint64 first_number = 1;

  tocsin_test_init (&argc, &argv);
  bench.postgres = tocsin_test_postgres_new ();
  if (bench.postgres == NULL)
    g_error ("PostgreSQL is not installed");
  tocsin_test_postgres_make_durable (bench.postgres);
  test_team_init (&bench.team, bench.postgres);
  bench.monitors = g_ptr_array_new_with_free_func (g_free);
  bench.begin_us = g_get_real_time () - 2 * TOCSIN_US_PER_DAY;
  add_monitors (&bench, MANY_MONITORS);
  add_probes (&bench);
  test_team_run (&bench.team, "VACUUM ANALYZE");
  bench.server = server_process_new (program, bench.team.url, WORKERS, environment);
  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    figures[i] = measure_shape (&bench, &shapes[i], &first_number);
  copy = measure_copy (&bench);
  bench_print ("samples.copy-bare", copy, "rows/s");
  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    print (&shapes[i], "of-copy", figures[i] / copy, "times");
  print_size (&bench);
  measure_series (&bench);
  server_process_free (bench.server);
  for (guint i = 0; i < PROBES; i++) {
    g_free (bench.probes[i].id);
    g_free (bench.probes[i].token);
    g_ptr_array_unref (bench.probes[i].batches);
  }
  g_ptr_array_unref (bench.monitors);
  test_team_clear (&bench.team);
  tocsin_test_postgres_free (bench.postgres);
  return 0;
}
