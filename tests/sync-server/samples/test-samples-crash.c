/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-samples-crash"

#include "config.h"

#include <signal.h>

#include "probe-world.h"
#include "server-process.h"
#include "support.h"

/* Two servers on one database, and workers that die in the middle of a batch: whatever happens, a
 * probe that sends until it is answered has each of its samples counted exactly once. */

#define N_PROBES    4
#define N_MONITORS  10
#define BATCHES     25 /* of each probe */
#define BATCH       400
#define KILLS       6
#define PATIENCE_US (60 * G_USEC_PER_SEC)

static TocsinTestPostgres *postgres;

typedef struct {
  ProbeWorld world;
  ServerProcess *servers[2];
  char *urls[2];
  char *monitors[N_MONITORS];
  gint64 begin_us;
  gint n_answered; /* atomic */
} Field;

/* A probe on a thread of its own, as it is on a machine of its own. */
typedef struct {
  Field *field;
  TestProbe probe;
  guint number; /* of the probe */
  GThread *thread;
} Sender;

static ServerProcess *
start_server (const TestTeam *team)
{
  static const char *const environment[] = { "TOCSIN_REQUESTS_A_MINUTE=0", NULL };
  g_autofree char *program =
      g_test_build_filename (G_TEST_BUILT, "..", "sync-server", "tocsin-server", NULL);

  return server_process_new (program, team->url, 2, environment);
}

static GBytes *
make_batch (Sender *sender, guint n)
{
  TocsinBatchItem items[BATCH];

  for (guint i = 0; i < BATCH; i++)
    items[i] = test_probe_see (&sender->probe, sender->field->monitors[i % N_MONITORS],
                               sender->field->begin_us + (n * BATCH + i) * TOCSIN_US_PER_S +
                                   sender->number,
                               i % 50 == 7 ? TOCSIN_OUTCOME_FAILED : TOCSIN_OUTCOME_OK);
  return tocsin_batch_encode (items, BATCH, 0, g_get_real_time ());
}

/* 200, or 0 where nobody answered. */
static guint
post (const char *url, const char *token, GBytes *blob)
{
  g_autoptr (SoupSession) session = soup_session_new ();
  g_autofree char *address = g_strconcat (url, "/api/v1/probe/samples", NULL);
  g_autofree char *bearer = g_strconcat ("Bearer ", token, NULL);
  g_autoptr (SoupMessage) message = soup_message_new ("POST", address);
  g_autoptr (GBytes) answer = NULL;

  soup_message_headers_append (soup_message_get_request_headers (message), "Authorization", bearer);
  soup_message_set_request_body_from_bytes (message, TOCSIN_BATCH_MEDIA_TYPE, blob);
  answer = soup_session_send_and_read (session, message, NULL, NULL);
  return answer != NULL ? soup_message_get_status (message) : 0;
}

static gpointer
send_all (gpointer data)
{
  Sender *sender = data;
  Field *field = sender->field;
  gint64 end_us = g_get_monotonic_time () + PATIENCE_US;
  g_autoptr (GMainContext) context = g_main_context_new ();
  guint tries = sender->number;

  g_main_context_push_thread_default (context);
  for (guint n = 0; n < BATCHES; n++) {
    g_autoptr (GBytes) blob = make_batch (sender, n);

    while (post (field->urls[tries++ % 2], sender->probe.token, blob) != 200)
      g_assert_cmpint (g_get_monotonic_time (), <, end_us);
    /* Now and then an answer is lost, and the batch is sent again. */
    if (n % 7 == 3)
      post (field->urls[tries++ % 2], sender->probe.token, blob);
    g_atomic_int_inc (&field->n_answered);
  }
  g_main_context_pop_thread_default (context);
  return NULL;
}

typedef struct {
  Field *field;
  gint n;
} Progress;

static gboolean
have_answered (gpointer user_data)
{
  Progress *progress = user_data;

  return g_atomic_int_get (&progress->field->n_answered) >= progress->n;
}

/* Kills a worker, or a whole server, which then comes back. */
static void
kill_something (Field *field, guint i)
{
  ServerProcess *server = field->servers[i % 2];
  g_autoptr (GArray) workers = NULL;

  if (i % 3 == 2) {
    server_process_kill (server);
    server_process_start (server);
    return;
  }
  workers = server_process_get_workers (server);
  if (workers->len > 0)
    kill (g_array_index (workers, pid_t, i % workers->len), SIGKILL);
}

static void
assert_says (Field *field, const char *sql, const char *wanted)
{
  g_autofree char *said = test_team_ask (&field->world.team, sql);

  g_test_message ("%s", sql);
  g_assert_cmpstr (said, ==, wanted);
}

static void
check_all (Field *field)
{
  g_autofree char *all = g_strdup_printf ("%d", N_PROBES * BATCHES * BATCH);
  g_autofree char *each = g_strdup_printf ("%d", BATCHES * BATCH);

  assert_says (field, "SELECT sum (n) FROM samples", all);
  assert_says (field, "SELECT min (contiguous) FROM probe_numbers", each);
  assert_says (field, "SELECT max (contiguous) FROM probe_numbers", each);
  assert_says (field, "SELECT string_agg (DISTINCT ranges::text, '') FROM probe_numbers", "{}");
  for (guint i = 0; i < N_MONITORS; i++) {
    g_autoptr (GArray) points = probe_world_get_points (&field->world, field->monitors[i]);

    for (guint k = 1; k < points->len; k++)
      g_assert_cmpint (g_array_index (points, TocsinPoint, k).at_us, >,
                       g_array_index (points, TocsinPoint, k - 1).at_us);
  }
  probe_world_check_rollups (&field->world);
}

static void
test_kills (void)
{
  Field field = { 0 };
  Sender senders[N_PROBES];

  probe_world_init (&field.world, postgres);
  field.begin_us = g_get_real_time () - TOCSIN_US_PER_DAY;
  for (guint i = 0; i < N_MONITORS; i++)
    field.monitors[i] = probe_world_add_monitor (&field.world, "shop", "\"probes\": [\"all\"]");
  for (guint i = 0; i < 2; i++) {
    field.servers[i] = start_server (&field.world.team);
    field.urls[i] =
        g_strdup_printf ("http://127.0.0.1:%u", server_process_get_port (field.servers[i]));
  }
  for (guint i = 0; i < N_PROBES; i++) {
    g_autofree char *name = g_strdup_printf ("probe-%u", i);

    senders[i] = (Sender){ .field = &field, .number = i };
    test_probe_init (&senders[i].probe, &field.world, name, NULL);
    senders[i].thread = g_thread_new (name, send_all, &senders[i]);
  }
  for (guint i = 0; i < KILLS; i++) {
    Progress progress = { &field, (gint) ((i + 1) * N_PROBES * BATCHES / (KILLS + 1)) };

    tocsin_test_wait (NULL, have_answered, &progress);
    kill_something (&field, i);
  }
  for (guint i = 0; i < N_PROBES; i++)
    g_thread_join (senders[i].thread);
  check_all (&field);
  for (guint i = 0; i < N_PROBES; i++)
    test_probe_clear (&senders[i].probe);
  for (guint i = 0; i < 2; i++) {
    server_process_free (field.servers[i]);
    g_free (field.urls[i]);
  }
  for (guint i = 0; i < N_MONITORS; i++)
    g_free (field.monitors[i]);
  probe_world_clear (&field.world);
}

int
main (int argc, char *argv[])
{
  int status;

  tocsin_test_init (&argc, &argv);
  postgres = tocsin_test_postgres_new ();
  if (postgres == NULL)
    return 77;
  g_test_add_func ("/samples/each-counts-once-whatever-is-killed", test_kills);
  status = g_test_run ();
  tocsin_test_postgres_free (postgres);
  return status;
}
