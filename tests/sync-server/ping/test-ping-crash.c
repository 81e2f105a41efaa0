/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-ping-crash"

#include "config.h"

#include "exchange.h"
#include "fleet.h"
#include "load.h"
#include "server-process.h"
#include "support.h"

/* Two servers on one database, and what dies while pings come. */

#define MONITORS    20
#define CLIENTS     8
#define CRASHES     5
#define PINGS_APART 300 /* taken between one crash and the next */
#define THOUSAND    1000

static TocsinTestPostgres *postgres;

static const char *const environment[] = { "TOCSIN_PINGS_A_MINUTE=0", "TOCSIN_KEEP_PINGS=1000000",
                                           NULL };

typedef struct {
  TestTeam team;
  ServerProcess *servers[2];
  guint16 ports[2];
  char **ping_ids; /* (owned) */
} Field;

static ServerProcess *
start_server (const TestTeam *team)
{
  g_autofree char *program =
      g_test_build_filename (G_TEST_BUILT, "..", "sync-server", "tocsin-server", NULL);

  return server_process_new (program, team->url, 2, environment);
}

static void
field_init (Field *field, guint n_monitors)
{
  test_team_init (&field->team, postgres);
  if (n_monitors > 0)
    fleet_add (&field->team, n_monitors);
  field->ping_ids = fleet_get_ping_ids (&field->team);
  for (guint i = 0; i < 2; i++) {
    field->servers[i] = start_server (&field->team);
    field->ports[i] = server_process_get_port (field->servers[i]);
  }
}

static void
field_clear (Field *field)
{
  for (guint i = 0; i < 2; i++)
    g_clear_pointer (&field->servers[i], server_process_free);
  test_team_clear (&field->team);
  g_clear_pointer (&field->ping_ids, g_strfreev);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Field, field_clear)

static void
assert_none (Field *field, const char *what, const char *sql)
{
  g_autofree char *n = test_team_ask (&field->team, sql);

  g_test_message ("%s: %s", what, n);
  g_assert_cmpstr (n, ==, "0");
}

/* --- what must hold, whatever died --- */

static void
check_that_none_is_missing (Field *field, const GPtrArray *taken)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new ();
  g_autofree char *array = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (TocsinPgRows) rows = NULL;

  g_ptr_array_extend (items, (GPtrArray *) taken, NULL, NULL);
  g_ptr_array_add (items, NULL);
  array = tocsin_pg_array ((const char *const *) items->pdata);
  rows = tocsin_pg_query (field->team.pg, &error,
                          "SELECT count (*) FROM unnest ($1::text[]) AS t (mark)"
                          " WHERE NOT EXISTS (SELECT FROM pings WHERE user_agent = mark)",
                          PG_TEXT (array));
  g_assert_no_error (error);
  g_assert_cmpint (tocsin_pg_rows_get_int (rows, 0, 0), ==, 0);
}

/* The states that the pings of a monitor led to, one after the other, are its flips. */
#define CHANGES                                                                         \
  "WITH ends AS (SELECT monitor_id, n, kind, lag (kind) OVER (PARTITION BY monitor_id"  \
  "  ORDER BY n) AS before FROM pings WHERE kind IN ('success', 'fail')),"              \
  " wanted AS (SELECT monitor_id, count (*) AS n FROM ends WHERE kind IS DISTINCT FROM" \
  "  before GROUP BY 1),"                                                               \
  " got AS (SELECT monitor_id, count (*) AS n FROM flips GROUP BY 1)"

static void
check_all (Field *field, const LoadResult *result)
{
  static const struct {
    const char *what, *sql;
  } checks[] = {
    { "monitors with a gap or a wrong count",
      "SELECT count (*) FROM heartbeats h LEFT JOIN (SELECT monitor_id, count (*) AS n, max (n) AS"
      " last, min (n) AS first FROM pings GROUP BY 1) p USING (monitor_id)"
      " WHERE h.n_pings <> p.n OR h.n_pings <> p.last OR p.first <> 1 OR p.n IS NULL" },
    { "pings that are there twice", "SELECT count (*) - count (DISTINCT user_agent) FROM pings" },
    { "pings out of order, but for notes, from which nothing is reckoned",
      "SELECT count (*) FROM (SELECT at < lag (at) OVER (PARTITION BY monitor_id ORDER BY n) AS"
      " back FROM pings WHERE kind <> 'log') p WHERE back" },
    { "monitors with a flip too many or too few",
      CHANGES " SELECT count (*) FROM wanted FULL JOIN got USING (monitor_id)"
              " WHERE wanted.n IS DISTINCT FROM got.n" },
    { "flips that changed nothing", "SELECT count (*) FROM flips WHERE old_state = new_state" },
    { "monitors whose state is not their last ping's",
      "SELECT count (*) FROM heartbeats h WHERE state <> (SELECT CASE kind WHEN 'fail' THEN 'down'"
      " ELSE 'up' END FROM pings p WHERE p.monitor_id = h.monitor_id AND kind IN ('success',"
      " 'fail') ORDER BY n DESC LIMIT 1)" },
    { "incidents that are open beside another",
      "SELECT count (*) FROM (SELECT monitor_id FROM incidents WHERE ended_at = 0"
      " GROUP BY 1 HAVING count (*) > 1) i" },
    { "monitors that do not know their incident",
      "SELECT count (*) FROM heartbeats h WHERE incident_id IS DISTINCT FROM (SELECT id FROM"
      " incidents i WHERE i.monitor_id = h.monitor_id AND ended_at = 0)" },
  };

  g_assert_cmpuint (result->n_odd, ==, 0);
  check_that_none_is_missing (field, result->taken);
  for (guint i = 0; i < G_N_ELEMENTS (checks); i++)
    assert_none (field, checks[i].what, checks[i].sql);
}

/* --- crashes --- */

typedef struct {
  Load *load;
  guint n_taken, n_told_later;
} Progress;

static gboolean
has_taken (gpointer user_data)
{
  const Progress *wanted = user_data;

  return load_get_n_taken (wanted->load) >= wanted->n_taken &&
         load_get_n_told_later (wanted->load) >= wanted->n_told_later;
}

static void
wait_for_more (Load *load, guint n_taken, guint n_told_later)
{
  Progress wanted = { load, load_get_n_taken (load) + n_taken,
                      load_get_n_told_later (load) + n_told_later };

  tocsin_test_wait (NULL, has_taken, &wanted);
}

static void
test_server_dies (void)
{
  g_auto (Field) field = { 0 };
  g_auto (LoadResult) result = { 0 };
  Load *load;

  field_init (&field, MONITORS);
  load = load_start (field.ping_ids, field.ports, 2, CLIENTS);
  for (guint i = 0; i < CRASHES; i++) {
    wait_for_more (load, PINGS_APART, 0);
    server_process_kill (field.servers[i % 2]);
    wait_for_more (load, PINGS_APART, 0);
    server_process_start (field.servers[i % 2]);
  }
  wait_for_more (load, PINGS_APART, 0);
  load_stop (load, &result);
  g_assert_cmpuint (result.n_cut, >, 0); /* or none of them died under load */
  check_all (&field, &result);
}

static void
test_worker_dies (void)
{
  g_auto (Field) field = { 0 };
  g_auto (LoadResult) result = { 0 };
  Load *load;

  field_init (&field, MONITORS);
  load = load_start (field.ping_ids, field.ports, 1, CLIENTS);
  for (guint i = 0; i < CRASHES; i++) {
    g_autoptr (GArray) workers = server_process_get_workers (field.servers[0]);

    wait_for_more (load, PINGS_APART, 0);
    kill (g_array_index (workers, pid_t, 0), SIGKILL);
  }
  wait_for_more (load, PINGS_APART, 0);
  load_stop (load, &result);
  g_assert_cmpuint (result.n_cut, >, 0);
  check_all (&field, &result);
}

static void
test_database_dies (void)
{
  g_auto (Field) field = { 0 };
  g_auto (LoadResult) result = { 0 };
  Load *load;

  field_init (&field, MONITORS);
  load = load_start (field.ping_ids, field.ports, 2, CLIENTS);
  for (guint i = 0; i < CRASHES; i++) {
    wait_for_more (load, PINGS_APART, 0);
    tocsin_test_postgres_stop (postgres);
    wait_for_more (load, 0, CLIENTS);
    tocsin_test_postgres_start (postgres);
  }
  tocsin_pg_disconnect (field.team.pg);
  wait_for_more (load, PINGS_APART, 0);
  load_stop (load, &result);
  g_assert_cmpuint (result.n_cut, ==, 0); /* each was answered */
  check_all (&field, &result);
}

/* --- overdue --- */

static gboolean
are_down (gpointer user_data)
{
  Field *field = user_data;
  g_autofree char *n =
      test_team_ask (&field->team, "SELECT count (*) FROM heartbeats WHERE state <> 'down'");

  return g_str_equal (n, "0");
}

static void
ping_each (Field *field)
{
  g_autoptr (GString) reply = g_string_new (NULL);

  for (guint i = 0; field->ping_ids[i] != NULL; i++) {
    g_autofree char *request =
        g_strdup_printf ("GET /ping/%s HTTP/1.0\r\n\r\n", field->ping_ids[i]);

    g_assert_cmpuint (exchange_once (field->ports[i % 2], request, reply), ==, 200);
  }
}

/* Each went down once, at its deadline, and has one incident of that. */
static void
check_outages (Field *field)
{
  assert_none (field, "monitors without one outage",
               "SELECT count (*) FROM heartbeats h WHERE"
               " (SELECT count (*) FROM flips f WHERE f.monitor_id = h.monitor_id AND"
               "  new_state = 'down') <> 1 OR (SELECT count (*) FROM incidents i"
               "  WHERE i.monitor_id = h.monitor_id AND ended_at = 0) <> 1");
}

static void
test_thousand_overdue (void)
{
  g_auto (Field) field = { 0 };

  field_init (&field, THOUSAND);
  ping_each (&field);
  fleet_make_due (&field.team, g_get_real_time () + G_USEC_PER_SEC);
  tocsin_test_wait (NULL, are_down, &field);
  check_outages (&field);
}

static void
test_overdue_while_stopped (void)
{
  gint64 deadline_at = g_get_real_time () - 60 * G_USEC_PER_SEC;
  g_auto (Field) field = { 0 };
  g_autofree char *at = NULL, *wanted = g_strdup_printf ("%" G_GINT64_FORMAT, deadline_at);

  field_init (&field, MONITORS);
  ping_each (&field);
  for (guint i = 0; i < 2; i++)
    g_assert_cmpint (server_process_stop (field.servers[i]), ==, 0);
  fleet_make_due (&field.team, deadline_at);
  for (guint i = 0; i < 2; i++)
    server_process_start (field.servers[i]);
  tocsin_test_wait (NULL, are_down, &field);
  check_outages (&field);
  at = test_team_ask (&field.team, "SELECT string_agg (DISTINCT at::text, ' ') FROM flips"
                                   " WHERE new_state = 'down'");
  g_assert_cmpstr (at, ==, wanted);
}

/* --- create=1 --- */

typedef struct {
  guint16 port;
  guint status;
} Creation;

static gpointer
create (gpointer data)
{
  static const char request[] =
      "GET /ping/" TEST_KEY_PING "/made-by-many?create=1 HTTP/1.0\r\n\r\n";
  Creation *creation = data;
  g_autoptr (GString) reply = g_string_new (NULL);

  creation->status = exchange_once (creation->port, request, reply);
  return NULL;
}

static void
test_many_create_one (void)
{
  g_auto (Field) field = { 0 };
  Creation creations[16];
  GThread *threads[G_N_ELEMENTS (creations)];
  g_autofree char *found = NULL;
  guint n_created = 0, n_ok = 0;

  field_init (&field, 0);
  for (guint i = 0; i < G_N_ELEMENTS (creations); i++) {
    creations[i] = (Creation){ field.ports[i % 2], 0 };
    threads[i] = g_thread_new ("create", create, &creations[i]);
  }
  for (guint i = 0; i < G_N_ELEMENTS (creations); i++) {
    g_thread_join (threads[i]);
    n_created += creations[i].status == 201;
    n_ok += creations[i].status == 200;
  }
  g_assert_cmpuint (n_created, ==, 1);
  g_assert_cmpuint (n_ok, ==, G_N_ELEMENTS (creations) - 1);
  found = test_team_ask (&field.team, "SELECT count (*) || ' ' || max (slug) || ' ' ||"
                                      " max (n_pings) FROM heartbeats");
  g_assert_cmpstr (found, ==, "1 made-by-many 16");
}

int
main (int argc, char **argv)
{
  int status;

  tocsin_test_init (&argc, &argv);
  postgres = tocsin_test_postgres_new ();
  if (postgres == NULL) {
    g_print ("1..0 # SKIP PostgreSQL is not installed\n");
    return 0;
  }
  g_test_add_func ("/ping-crash/a-server-that-dies-loses-no-ping", test_server_dies);
  g_test_add_func ("/ping-crash/a-worker-that-dies-loses-no-ping", test_worker_dies);
  g_test_add_func ("/ping-crash/a-database-that-dies-loses-no-ping", test_database_dies);
  g_test_add_func ("/ping-crash/a-thousand-overdue-go-down-once-each", test_thousand_overdue);
  g_test_add_func ("/ping-crash/what-is-overdue-while-stopped-goes-down-at-its-deadline",
                   test_overdue_while_stopped);
  g_test_add_func ("/ping-crash/pings-that-create-one-slug-make-one-monitor", test_many_create_one);
  status = g_test_run ();
  tocsin_test_postgres_free (postgres);
  return status;
}
