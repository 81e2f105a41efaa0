/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-monitors"

#include "config.h"

#include <string.h>

#include "errors.h"
#include "monitors.h"
#include "support.h"
#include "test-team.h"
#include "timetext.h"

#define NOW_US (G_GINT64_CONSTANT (1800000000) * TOCSIN_US_PER_S)

static TocsinTestPostgres *postgres;

static TocsinChange
change_at (const TestTeam *team, gint64 at_us)
{
  return (TocsinChange){
    .team_id = team->team_id, .actor_kind = "system", .actor_name = "test", .at_us = at_us
  };
}

static TocsinStoredMonitor *
make_heartbeat (TestTeam *team, const char *name, const char *slug)
{
  TocsinStoredMonitor *stored = g_new0 (TocsinStoredMonitor, 1);

  stored->monitor = tocsin_monitor_new (TOCSIN_MONITOR_HEARTBEAT);
  stored->monitor->name = g_strdup (name);
  stored->monitor->slug = g_strdup (slug);
  stored->monitor->period_us = TOCSIN_US_PER_DAY;
  stored->project_id = g_strdup (team->project_id);
  return stored;
}

static char *
create (TestTeam *team, const char *name, const char *slug)
{
  g_autoptr (TocsinStoredMonitor) stored = make_heartbeat (team, name, slug);
  TocsinChange change = change_at (team, NOW_US);
  g_auto (TocsinPgTransaction) transaction = { 0 };
  g_autoptr (GError) error = NULL;

  tocsin_pg_begin (team->pg, TOCSIN_PG_WRITE, &transaction, &error);
  tocsin_monitors_create (team->pg, &change, stored, &error);
  g_assert_no_error (error);
  tocsin_pg_commit (&transaction, &error);
  g_assert_no_error (error);
  return g_strdup (stored->monitor->id);
}

static TocsinStoredMonitor *
load (TestTeam *team, const char *id)
{
  g_autoptr (GError) error = NULL;
  TocsinStoredMonitor *stored =
      tocsin_monitors_load (team->pg, team->team_id, id, TOCSIN_MONITORS_LOCK, &error);

  g_assert_no_error (error);
  return stored;
}

static void
assert_says (TestTeam *team, const char *sql, const char *wanted)
{
  g_autofree char *said = test_team_ask (team, sql);

  g_test_message ("%s", sql);
  g_assert_cmpstr (said, ==, wanted);
}

static void
test_create (void)
{
  TestTeam team;
  g_autofree char *id = NULL;
  g_autoptr (TocsinStoredMonitor) stored = NULL;

  test_team_init (&team, postgres);
  id = create (&team, "Backup", "backup");
  stored = load (&team, id);
  g_assert_cmpstr (stored->monitor->name, ==, "Backup");
  g_assert_cmpstr (stored->monitor->slug, ==, "backup");
  g_assert_cmpstr (stored->project_id, ==, team.project_id);
  g_assert_cmpint (stored->monitor->created_at, ==, NOW_US);
  g_assert_cmpint (stored->monitor->revision, ==, 1);
  g_assert_cmpint (stored->seq, ==, 3); /* after two projects */
  g_assert_cmpuint (stored->heartbeat->status, ==, TOCSIN_HEARTBEAT_NEW);
  g_assert_cmpint (stored->heartbeat->deadline_at, ==, 0);
  g_assert_cmpuint (strlen (stored->monitor->ping_id), ==, 36);
  g_assert_cmpint (stored->monitor->ping_id[14], ==, '4');
  g_assert_nonnull (stored->schedule);
  /* the record, and its state */
  assert_says (&team, "SELECT seq FROM teams", "4");
  assert_says (&team, "SELECT count(*) FROM flips", "0");
  assert_says (&team, "SELECT action || ' ' || object_name FROM audit", "monitor.create Backup");
  assert_says (&team, "SELECT body ->> 'name' FROM records WHERE type = 'monitor'", "Backup");
  test_team_clear (&team);
}

static void
test_slug_is_unique (void)
{
  TestTeam team;
  g_autofree char *id = NULL, *nameless = NULL, *nameless_too = NULL;
  g_autoptr (TocsinStoredMonitor) again = NULL, elsewhere = NULL;
  g_autoptr (GError) error = NULL;
  TocsinChange change;

  test_team_init (&team, postgres);
  change = change_at (&team, NOW_US);
  id = create (&team, "a", "same");
  again = make_heartbeat (&team, "b", "same");
  g_assert_false (tocsin_monitors_create (team.pg, &change, again, &error));
  g_assert_error (error, TOCSIN_ERROR, TOCSIN_ERROR_EXISTS);
  g_clear_error (&error);

  elsewhere = make_heartbeat (&team, "b", "same");
  g_free (elsewhere->project_id);
  elsewhere->project_id = g_strdup (team.other_project_id);
  g_assert_true (tocsin_monitors_create (team.pg, &change, elsewhere, &error));
  g_assert_no_error (error);

  nameless = create (&team, "c", NULL);
  nameless_too = create (&team, "d", "");
  assert_says (&team, "SELECT count(*) FROM heartbeats", "4");
  test_team_clear (&team);
}

static void
test_refusals (void)
{
  TestTeam team;
  g_autoptr (TocsinStoredMonitor) stored = NULL, bad = NULL;
  g_autoptr (GError) error = NULL;
  TocsinChange change;

  test_team_init (&team, postgres);
  change = change_at (&team, NOW_US);
  stored = make_heartbeat (&team, "a", NULL);
  g_free (stored->project_id);
  stored->project_id = g_strdup ("00000000-0000-7000-8000-000000000000");
  g_assert_false (tocsin_monitors_create (team.pg, &change, stored, &error));
  g_assert_error (error, TOCSIN_ERROR, TOCSIN_ERROR_NOT_FOUND);
  g_clear_error (&error);

  bad = make_heartbeat (&team, "a", NULL);
  bad->monitor->period_us = -1;
  g_assert_false (tocsin_monitors_create (team.pg, &change, bad, &error));
  g_assert_error (error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
  g_clear_error (&error);

  g_assert_null (
      tocsin_monitors_load (team.pg, team.team_id, "no uuid", TOCSIN_MONITORS_LOCK, &error));
  g_assert_error (error, TOCSIN_ERROR, TOCSIN_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (
      tocsin_monitors_load (team.pg, team.team_id, team.project_id, TOCSIN_MONITORS_READ, &error));
  g_assert_error (error, TOCSIN_ERROR, TOCSIN_ERROR_NOT_FOUND);
  test_team_clear (&team);
}

/* As if a ping had come an hour ago. */
static void
set_up (TestTeam *team)
{
  g_autofree char *sql =
      g_strdup_printf ("UPDATE heartbeats SET status = 'up', last_ping_at = %" G_GINT64_FORMAT
                       ", deadline_at = %" G_GINT64_FORMAT ", n_pings = 1",
                       NOW_US - TOCSIN_US_PER_HOUR, NOW_US + 24 * TOCSIN_US_PER_HOUR);

  test_team_run (team, sql);
}

static void
test_edit_moves_deadline (void)
{
  static const struct {
    gint64 period_us, grace_us, deadline_us; /* the last from NOW_US on */
  } table[] = {
    { 2 * TOCSIN_US_PER_DAY, TOCSIN_US_PER_HOUR, 48 * TOCSIN_US_PER_HOUR },
    { TOCSIN_US_PER_DAY, 2 * TOCSIN_US_PER_HOUR, 25 * TOCSIN_US_PER_HOUR },
    { TOCSIN_US_PER_MIN, TOCSIN_US_PER_MIN, 0 }, /* overdue by the edit: from now on, not before */
  };
  TestTeam team;
  g_autofree char *id = NULL;

  test_team_init (&team, postgres);
  id = create (&team, "a", NULL);
  set_up (&team);
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++) {
    g_autoptr (TocsinStoredMonitor) stored = load (&team, id), again = NULL;
    g_autoptr (TocsinMonitor) edited = tocsin_monitor_copy (stored->monitor);
    g_autoptr (GError) error = NULL;
    TocsinChange change = change_at (&team, NOW_US);

    edited->period_us = table[i].period_us;
    edited->grace_us = table[i].grace_us;
    tocsin_monitors_edit (team.pg, &change, stored, edited, &error);
    g_assert_no_error (error);
    again = load (&team, id);
    g_assert_cmpint (again->heartbeat->deadline_at, ==, NOW_US + table[i].deadline_us);
    g_assert_cmpint (again->monitor->revision, ==, 2 + (gint64) i);
    g_assert_cmpint (again->seq, ==, 5 + (gint64) i);
  }
  assert_says (&team, "SELECT detail::text FROM audit WHERE detail @> '{\"grace_s\": [7200, 60]}'",
               "{\"grace_s\": [7200, 60], \"period_s\": [86400, 60]}");
  assert_says (&team, "SELECT field_revisions::text FROM records WHERE type = 'monitor'",
               "{\"grace_s\": 4, \"period_s\": 4}");
  test_team_clear (&team);
}

static void
test_empty_edit (void)
{
  TestTeam team;
  g_autofree char *id = NULL;
  g_autoptr (TocsinStoredMonitor) stored = NULL;
  g_autoptr (GError) error = NULL;
  TocsinChange change;

  test_team_init (&team, postgres);
  id = create (&team, "a", NULL);
  change = change_at (&team, NOW_US + 1);
  stored = load (&team, id);
  tocsin_monitors_edit (team.pg, &change, stored, stored->monitor, &error);
  g_assert_no_error (error);
  assert_says (&team, "SELECT seq FROM teams", "4");
  assert_says (&team, "SELECT count(*) FROM audit", "1");
  test_team_clear (&team);
}

static void
set_paused (TestTeam *team, const char *id, gboolean paused, gint64 at_us)
{
  g_autoptr (TocsinStoredMonitor) stored = load (team, id);
  g_autoptr (GError) error = NULL;
  TocsinChange change = change_at (team, at_us);

  tocsin_monitors_set_paused (team->pg, &change, stored, paused, &error);
  g_assert_no_error (error);
}

static void
test_pause (void)
{
  TestTeam team;
  g_autofree char *id = NULL;

  test_team_init (&team, postgres);
  id = create (&team, "a", NULL);
  set_up (&team);
  set_paused (&team, id, TRUE, NOW_US);
  assert_says (&team, "SELECT status || ' ' || state || ' ' || deadline_at FROM heartbeats",
               "paused paused 0");
  assert_says (&team, "SELECT body ->> 'paused' FROM records WHERE type = 'monitor'", "true");
  set_paused (&team, id, TRUE, NOW_US + 1); /* nothing new */
  set_paused (&team, id, FALSE, NOW_US + 2);
  assert_says (&team, "SELECT status || ' ' || state || ' ' || last_ping_at FROM heartbeats",
               "new new 0");
  assert_says (&team,
               "SELECT string_agg (old_state || '>' || new_state, ' ' ORDER BY at) FROM flips",
               "new>paused paused>new");
  assert_says (&team, "SELECT string_agg (action, ' ' ORDER BY at) FROM audit",
               "monitor.create monitor.pause monitor.resume");
  test_team_clear (&team);
}

static void
test_resume_by_ping (void)
{
  TestTeam team;
  g_autofree char *id = NULL;
  g_autoptr (GError) error = NULL;
  TocsinChange change;

  test_team_init (&team, postgres);
  id = create (&team, "a", NULL);
  set_paused (&team, id, TRUE, NOW_US);
  change = change_at (&team, NOW_US + 1);
  tocsin_monitors_resume_record (team.pg, &change, id, &error);
  g_assert_no_error (error);
  assert_says (&team,
               "SELECT (body ->> 'paused') || ' ' || (body ->> 'revision') || ' ' || revision"
               " || ' ' || seq FROM records WHERE type = 'monitor'",
               "false 3 3 7");
  assert_says (&team, "SELECT revision FROM heartbeats", "3");
  test_team_clear (&team);
}

static void
test_delete (void)
{
  TestTeam team;
  g_autofree char *id = NULL, *again = NULL;
  g_autoptr (TocsinStoredMonitor) stored = NULL;
  g_autoptr (GError) error = NULL;
  TocsinChange change;

  test_team_init (&team, postgres);
  id = create (&team, "a", "slug");
  set_paused (&team, id, TRUE, NOW_US);
  test_team_run (&team, "INSERT INTO pings (team_id, monitor_id, n, at, kind, scheme, method)"
                        " SELECT team_id, monitor_id, 1, 1, 'success', 'http', 'GET'"
                        " FROM heartbeats");
  change = change_at (&team, NOW_US);
  stored = load (&team, id);
  tocsin_monitors_delete (team.pg, &change, stored, &error);
  g_assert_no_error (error);
  assert_says (&team,
               "SELECT (SELECT count(*) FROM heartbeats) + (SELECT count(*) FROM pings)"
               " + (SELECT count(*) FROM flips) + (SELECT count(*) FROM checks)",
               "0");
  assert_says (&team, "SELECT revision || ' ' || seq FROM records WHERE deleted_at <> 0", "3 7");
  g_assert_null (tocsin_monitors_load (team.pg, team.team_id, id, TOCSIN_MONITORS_READ, &error));
  g_assert_error (error, TOCSIN_ERROR, TOCSIN_ERROR_NOT_FOUND);
  again = create (&team, "a", "slug");
  test_team_clear (&team);
}

static void
test_secrets (void)
{
  static const guint8 key[32] = { 1, 2, 3 }, other_key[32] = { 3, 2, 1 };
  TestTeam team;
  g_autoptr (TocsinStoredMonitor) stored = g_new0 (TocsinStoredMonitor, 1), again = NULL;
  g_autoptr (TocsinMonitor) edited = NULL;
  g_autoptr (GError) error = NULL;
  TocsinChange change;

  test_team_init (&team, postgres);
  change = change_at (&team, NOW_US);
  stored->monitor = tocsin_monitor_new (TOCSIN_MONITOR_HTTP);
  stored->monitor->name = g_strdup ("shop");
  stored->monitor->target = g_strdup ("https://shop.example.org/");
  stored->monitor->password = g_strdup ("sesame");
  stored->project_id = g_strdup (team.project_id);
  g_assert_false (tocsin_monitors_create (team.pg, &change, stored, &error));
  g_assert_error (error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
  g_clear_error (&error);
  change.key = key;
  tocsin_monitors_create (team.pg, &change, stored, &error);
  g_assert_no_error (error);
  assert_says (&team, "SELECT count(*) FROM records WHERE body::text LIKE '%sesame%'", "0");
  assert_says (&team, "SELECT count(*) FROM audit WHERE detail::text LIKE '%sesame%'", "0");

  again = load (&team, stored->monitor->id);
  g_assert_null (again->monitor->password);
  set_paused (&team, again->monitor->id, TRUE, NOW_US); /* keeps what it can't see */
  tocsin_stored_monitor_free (again);
  again = load (&team, stored->monitor->id);
  g_assert_false (tocsin_monitors_unseal (again, other_key, &error));
  g_assert_error (error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
  g_clear_error (&error);
  tocsin_monitors_unseal (again, key, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (again->monitor->password, ==, "sesame");

  edited = tocsin_monitor_copy (again->monitor);
  g_clear_pointer (&edited->password, g_free);
  tocsin_monitors_edit (team.pg, &change, again, edited, &error);
  g_assert_no_error (error);
  assert_says (&team, "SELECT secrets_sealed IS NULL FROM records WHERE type = 'monitor'", "t");
  test_team_clear (&team);
}

typedef struct {
  TestTeam *team;
  int *ready;
  gboolean created;
  char *id;
} Racer;

static gboolean
find_or_create (TocsinPg *pg, gpointer data, GError **error)
{
  Racer *racer = data;
  TocsinChange change = change_at (racer->team, NOW_US);
  g_autoptr (TocsinStoredMonitor) stored = tocsin_monitors_find_or_create_slug (
      pg, &change, racer->team->project_id, "job", &racer->created, error);

  if (stored == NULL)
    return FALSE;
  g_free (racer->id);
  racer->id = g_strdup (stored->monitor->id);
  return TRUE;
}

#define N_RACERS 8

static gpointer
race (gpointer data)
{
  Racer *racer = data;
  g_autoptr (TocsinPg) pg = tocsin_pg_new (racer->team->url);
  g_autoptr (GError) error = NULL;
  g_auto (TocsinPgTransaction) transaction = { 0 };

  tocsin_pg_connect (pg, &error);
  g_assert_no_error (error);
  g_atomic_int_inc (racer->ready);
  while (g_atomic_int_get (racer->ready) < N_RACERS)
    g_thread_yield ();
  tocsin_pg_begin (pg, TOCSIN_PG_WRITE, &transaction, &error);
  find_or_create (pg, racer, &error);
  g_assert_no_error (error);
  tocsin_pg_commit (&transaction, &error);
  g_assert_no_error (error);
  return NULL;
}

static void
test_race (void)
{
  TestTeam team;
  Racer racers[N_RACERS];
  GThread *threads[N_RACERS];
  int ready = 0, n_created = 0;
  g_autofree char *channel = NULL, *channels = NULL;

  test_team_init (&team, postgres);
  channel = test_team_add_channel (&team, "Mail", "email");
  for (int i = 0; i < N_RACERS; i++) {
    racers[i] = (Racer){ .team = &team, .ready = &ready };
    threads[i] = g_thread_new ("racer", race, &racers[i]);
  }
  for (int i = 0; i < N_RACERS; i++)
    g_thread_join (threads[i]);
  for (int i = 0; i < N_RACERS; i++) {
    n_created += racers[i].created;
    g_assert_cmpstr (racers[i].id, ==, racers[0].id);
  }
  for (int i = 0; i < N_RACERS; i++)
    g_free (racers[i].id);
  g_assert_cmpint (n_created, ==, 1);
  assert_says (&team, "SELECT count(*) FROM heartbeats", "1");
  channels = test_team_ask (&team, "SELECT channels FROM checks");
  g_assert_cmpstr (channels, ==, channel);
  test_team_clear (&team);
}

int
main (int argc, char **argv)
{
  int result;

  tocsin_test_init (&argc, &argv);
  postgres = tocsin_test_postgres_new ();
  if (postgres == NULL) {
    g_print ("1..0 # SKIP PostgreSQL is not installed\n");
    return 0;
  }
  g_test_add_func ("/monitors/a-new-one-has-all-that-is-its-own", test_create);
  g_test_add_func ("/monitors/a-slug-is-there-once-in-a-project", test_slug_is_unique);
  g_test_add_func ("/monitors/what-is-wrong-is-refused", test_refusals);
  g_test_add_func ("/monitors/deadlines-follow-edits", test_edit_moves_deadline);
  g_test_add_func ("/monitors/an-edit-that-changes-nothing-writes-nothing", test_empty_edit);
  g_test_add_func ("/monitors/a-pause-clears-the-deadline-and-resuming-begins-anew", test_pause);
  g_test_add_func ("/monitors/a-ping-that-ends-a-pause-is-in-the-record", test_resume_by_ping);
  g_test_add_func ("/monitors/deletion-leaves-a-tombstone", test_delete);
  g_test_add_func ("/monitors/secrets-are-sealed-and-kept", test_secrets);
  g_test_add_func ("/monitors/eight-at-once-make-one", test_race);
  result = g_test_run ();
  tocsin_test_postgres_free (postgres);
  return result;
}
