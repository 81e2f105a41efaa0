/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-events"

#include "config.h"

#include <string.h>

#include "event-client.h"
#include "events.h"
#include "principal.h"
#include "support.h"

#define PROBE "tocsin_probe"

static TocsinTestPostgres *postgres;

static void
set_up (SyncWorld *world, gconstpointer user_data)
{
  sync_world_init (world, postgres);
}

static void
tear_down (SyncWorld *world, gconstpointer user_data)
{
  sync_world_clear (world);
}

/* One who listens already. */
static EventClient *
listen (SyncWorld *world, const char *token, const char *last_id)
{
  EventClient *client = event_client_new (world, token, last_id);

  event_client_wait_for (client, ": tocsin\n\n");
  return client;
}

static char *
make_project (SyncWorld *world, const char *slug)
{
  char *id = sync_new_id ();
  g_autofree char *rest =
      g_strdup_printf ("\"base\": 0, \"set\": {\"name\": \"P\", \"slug\": \"%s\"}", slug);
  g_autofree char *operation = sync_make_operation ("project", id, rest);
  g_autoptr (JsonObject) answer = sync_world_sync (world, SYNC_EDITOR, 200, NULL, operation);

  return id;
}

static char *
make_monitor (SyncWorld *world)
{
  char *id = sync_new_id ();
  g_autofree char *rest =
      g_strdup_printf ("\"base\": 0, \"set\": {\"kind\": \"http\", \"name\": \"Shop\", \"target\":"
                       " \"https://example.org/\", \"project\": \"%s\"}",
                       world->team.project_id);
  g_autofree char *operation = sync_make_operation ("monitor", id, rest);
  g_autoptr (JsonObject) answer = sync_world_sync (world, SYNC_EDITOR, 200, NULL, operation);

  return id;
}

static guint
count (EventClient *client, const char *part)
{
  guint n = 0;

  for (const char *at = client->text->str; (at = strstr (at, part)) != NULL; at += strlen (part))
    n++;
  return n;
}

static void
test_all_hear_a_change (SyncWorld *world, gconstpointer user_data)
{
  EventClient *clients[10];
  g_autofree char *id = NULL, *wanted = NULL, *cursor = NULL, *last = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (clients); i++)
    clients[i] = listen (world, i % 2 == 0 ? SYNC_SECOND : SYNC_VIEWER, NULL);
  id = make_monitor (world);
  wanted = g_strdup_printf ("event: state\ndata: {\"seq\": 4, \"since\": ");
  for (guint i = 0; i < G_N_ELEMENTS (clients); i++) {
    event_client_wait_for (clients[i], "event: record\n");
    event_client_wait_for (clients[i], wanted);
    event_client_wait_for (clients[i], id);
  }
  cursor = test_team_ask (&world->team, "SELECT epoch || '.' || seq FROM server, teams");
  last = event_client_get_last_id (clients[0]);
  g_assert_cmpstr (last, ==, cursor);
  for (guint i = 0; i < G_N_ELEMENTS (clients); i++)
    event_client_free (clients[i]);
}

/* What a stream tells and what a sync tells go by one cursor. */
static void
test_resumed_by_last_id (SyncWorld *world, gconstpointer user_data)
{
  g_autoptr (EventClient) first = listen (world, SYNC_SECOND, NULL), second = NULL, third = NULL;
  g_autofree char *a = make_project (world, "a"), *b = NULL, *last = NULL, *again = NULL;

  event_client_wait_for (first, a);
  last = event_client_get_last_id (first);
  b = make_project (world, "b");
  second = listen (world, SYNC_SECOND, last);
  event_client_wait_for (second, b);
  g_assert_null (strstr (second->text->str, a));
  g_assert_cmpuint (count (second, "event: "), ==, 1);
  again = event_client_get_last_id (second);
  third = listen (world, SYNC_SECOND, again);
  g_free (make_project (world, "c"));
  event_client_wait_for (third, "event: record");
  g_assert_null (strstr (third->text->str, b));
}

static void
test_unknown_begin_is_reset (SyncWorld *world, gconstpointer user_data)
{
  static const char *const unknown[] = { "01900000-0000-4000-8000-000000000000.2", "nonsense",
                                         "7" };

  for (guint i = 0; i < G_N_ELEMENTS (unknown); i++) {
    g_autoptr (EventClient) client = listen (world, SYNC_SECOND, unknown[i]);
    g_autofree char *cursor =
        test_team_ask (&world->team, "SELECT epoch || '.' || seq FROM server, teams");
    g_autofree char *wanted = g_strdup_printf ("id: %s\nevent: reset\n", cursor);

    event_client_wait_for (client, wanted);
  }
}

static void
test_too_much_is_reset (SyncWorld *world, gconstpointer user_data)
{
  g_autofree char *cursor =
      test_team_ask (&world->team, "SELECT epoch || '.' || seq FROM server, teams");
  g_autoptr (EventClient) client = NULL;

  test_team_run (&world->team, "WITH t AS (UPDATE teams SET seq = seq + 1001 RETURNING id, seq)"
                               " INSERT INTO probes (team_id, id, name, created_at, seq)"
                               " SELECT t.id, gen_random_uuid (), 'p' || i, 1, seq - 1001 + i"
                               " FROM t, generate_series (1, 1001) AS i");
  client = listen (world, SYNC_SECOND, cursor);
  event_client_wait_for (client, "event: reset\n");
  g_assert_cmpuint (count (client, "event: "), ==, 1);
}

/* Each way to lose what one had. */
static const char *const losses[] = {
  "DELETE FROM members WHERE user_id = (SELECT id FROM users WHERE name = 'Second')",
  "UPDATE tokens SET revoked_at = 1 WHERE user_id = (SELECT id FROM users WHERE name = 'Second')",
  "UPDATE users SET disabled_at = 1 WHERE name = 'Second'",
};

static void
test_bye_when_role_is_gone (SyncWorld *world, gconstpointer user_data)
{
  for (guint i = 0; i < G_N_ELEMENTS (losses); i++) {
    SyncWorld own;
    EventClient *second, *viewer;
    g_autofree char *id = NULL;

    sync_world_init (&own, postgres);
    second = listen (&own, SYNC_SECOND, NULL);
    viewer = listen (&own, SYNC_VIEWER, NULL);
    test_team_run (&own.team, losses[i]);
    event_client_wait_for (second, "event: bye\n");
    event_client_wait_for_end (second);
    id = make_project (&own, "a");
    event_client_wait_for (viewer, id);
    g_assert_null (strstr (second->text->str, id));
    event_client_free (second);
    event_client_free (viewer);
    sync_world_clear (&own);
  }
}

/* A probe hears only when others are assigned to it, and the present at once. */
static void
test_probe_hears_of_assignments (SyncWorld *world, gconstpointer user_data)
{
  g_autoptr (EventClient) client = NULL;
  g_autofree char *id = NULL;
  guint8 hash[TOCSIN_HASH_BYTES];
  g_autoptr (GError) error = NULL;

  tocsin_hash_secret (PROBE, hash);
  tocsin_pg_run (world->team.pg, &error, NULL,
                 "WITH p AS (INSERT INTO probes (team_id, id, name, created_at, state) VALUES"
                 " ($1::uuid, gen_random_uuid (), 'p', 1, 'online') RETURNING team_id, id)"
                 " INSERT INTO tokens (hash, id, kind, team_id, probe_id, name, scopes, created_at)"
                 " SELECT $2, gen_random_uuid (), 'probe', team_id, id, 'p', '{}', 1 FROM p",
                 PG_TEXT (world->team.team_id), PG_BYTES (hash, sizeof hash));
  g_assert_no_error (error);
  client = event_client_new_at (world, PROBE, "/api/v1/probe/events", NULL);
  event_client_wait_for (client, "event: assignments\ndata: {\"version\": \"0.0\"}\n\n");
  id = make_monitor (world);
  event_client_wait_for (client, "data: {\"version\": \"3.0\"}\n\n");
  g_assert_null (strstr (client->text->str, id));
  test_team_run (&world->team, "UPDATE tokens SET revoked_at = 1 WHERE kind = 'probe'");
  event_client_wait_for_end (client);
  g_assert_nonnull (strstr (client->text->str, "event: bye\n"));
}

static gboolean
is_idle (gpointer user_data)
{
  return tocsin_http_server_get_n_busy (user_data) == 0;
}

static void
test_drain_does_not_wait_for_streams (SyncWorld *world, gconstpointer user_data)
{
  g_autoptr (EventClient) client = listen (world, SYNC_SECOND, NULL);

  tocsin_test_wait (NULL, is_idle, world->service.http);
  tocsin_http_server_drain (world->service.http);
  tocsin_events_drain (world->service.worker.events);
  event_client_wait_for (client, "event: bye\n");
  event_client_wait_for_end (client);
}

static gboolean
is_reading_over (gpointer user_data)
{
  return ((EventClient *) user_data)->has_ended;
}

/* One that does not read is let go; the others hear on. */
static void
test_slow_client_is_let_go (SyncWorld *world, gconstpointer user_data)
{
  g_autoptr (EventClient) quick = listen (world, SYNC_VIEWER, NULL);
  g_autoptr (GSocketClient) connector = g_socket_client_new ();
  g_autoptr (GSocketConnection) slow =
      g_socket_client_connect_to_uri (connector, world->service.url, 80, NULL, NULL);
  g_autofree char *request = g_strdup_printf ("GET /api/v1/teams/%s/events HTTP/1.1\r\nHost: x\r\n"
                                              "Authorization: Bearer " SYNC_SECOND "\r\n\r\n",
                                              world->team.team_id);
  g_autofree char *id = make_monitor (world), *after = NULL;
  EventClient drain = { .text = g_string_new (NULL), .cancellable = g_cancellable_new () };

  g_assert_true (g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (slow)),
                                            request, strlen (request), NULL, NULL, NULL));
  for (guint i = 0; i < 60; i++) {
    g_autofree char *sql = g_strdup_printf (
        "WITH t AS (UPDATE teams SET seq = seq + 1 RETURNING id, seq)"
        " UPDATE verdicts v SET seq = t.seq, note = 'n%u' || repeat ('x', 300000) FROM t"
        " WHERE v.team_id = t.id; SELECT pg_notify ('tocsin_team', id::text) FROM teams",
        i);
    g_autofree char *part = g_strdup_printf ("\"note\": \"n%uxxx", i);

    test_team_run (&world->team, sql);
    event_client_wait_for (quick, part);
  }
  event_client_wait_for (quick, id);
  g_assert_false (quick->has_ended);
  drain.input = g_object_ref (g_io_stream_get_input_stream (G_IO_STREAM (slow)));
  while (!drain.has_ended) {
    gssize n = g_input_stream_read (drain.input, drain.buffer, sizeof drain.buffer, NULL, NULL);

    drain.has_ended = n <= 0;
  }
  g_assert_true (is_reading_over (&drain));
  g_object_unref (drain.input);
  g_object_unref (drain.cancellable);
  g_string_free (drain.text, TRUE);
}

/* After the database was away, nothing of what happened meanwhile is missing. */
static void
test_lost_connection_loses_nothing (SyncWorld *world, gconstpointer user_data)
{
  g_autoptr (EventClient) client = listen (world, SYNC_SECOND, NULL);
  g_autofree char *id = NULL;

  test_team_run (&world->team,
                 "SELECT pg_terminate_backend (pid) FROM pg_stat_activity WHERE pid <>"
                 " pg_backend_pid () AND datname = current_database ();"
                 "WITH t AS (UPDATE teams SET seq = seq + 1 RETURNING id, seq)"
                 " INSERT INTO probes (team_id, id, name, created_at, seq)"
                 " SELECT id, gen_random_uuid (), 'unheard-of', 1, seq FROM t");
  event_client_wait_for (client, "unheard-of");
  id = make_project (world, "a");
  event_client_wait_for (client, id);
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *name;
    void (*test) (SyncWorld *world, gconstpointer user_data);
  } tests[] = {
    { "/events/all-hear-a-change", test_all_hear_a_change },
    { "/events/resumed-by-last-id", test_resumed_by_last_id },
    { "/events/unknown-begin-is-reset", test_unknown_begin_is_reset },
    { "/events/too-much-is-reset", test_too_much_is_reset },
    { "/events/bye-when-role-is-gone", test_bye_when_role_is_gone },
    { "/events/probe-hears-of-assignments", test_probe_hears_of_assignments },
    { "/events/drain-does-not-wait-for-streams", test_drain_does_not_wait_for_streams },
    { "/events/slow-client-is-let-go", test_slow_client_is_let_go },
    { "/events/lost-connection-loses-nothing", test_lost_connection_loses_nothing },
  };
  int result;

  tocsin_test_init (&argc, &argv);
  postgres = tocsin_test_postgres_new ();
  for (guint i = 0; postgres != NULL && i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, SyncWorld, NULL, set_up, tests[i].test, tear_down);
  result = g_test_run ();
  tocsin_test_postgres_free (postgres);
  return result;
}
