/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-sync"

#include "config.h"

#include <string.h>

#include "support.h"
#include "sync-world.h"

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

static void
assert_is (JsonObject *answer, const char *array, guint i, const char *name, const char *wanted)
{
  g_autofree char *is = sync_get (answer, array, i, name);

  g_assert_cmpstr (is, ==, wanted);
}

static guint
count (JsonObject *answer, const char *array)
{
  return json_array_get_length (json_object_get_array_member (answer, array));
}

static char *
get_cursor (JsonObject *answer)
{
  return g_strdup (json_object_get_string_member (answer, "cursor"));
}

/* One operation, of one that has nothing yet to one that has `*cursor`, which goes on. */
static JsonObject *
operate (SyncWorld *world, const char *token, char **cursor, const char *type, const char *record,
         const char *rest)
{
  g_autofree char *operation = sync_make_operation (type, record, rest);
  JsonObject *answer =
      sync_world_sync (world, token, 200, cursor != NULL ? *cursor : NULL, operation);

  if (cursor != NULL) {
    g_free (*cursor);
    *cursor = get_cursor (answer);
  }
  return answer;
}

/* A monitor of the first project. (transfer full) its id */
static char *
make_monitor (SyncWorld *world, const char *members)
{
  char *id = sync_new_id ();
  g_autofree char *rest =
      g_strdup_printf ("\"base\": 0, \"set\": {\"kind\": \"http\", \"name\": \"Shop\", \"target\":"
                       " \"https://example.org/\", \"project\": \"%s\"%s}",
                       world->team.project_id, members);
  g_autoptr (JsonObject) answer = operate (world, SYNC_EDITOR, NULL, "monitor", id, rest);

  assert_is (answer, "results", 0, "status", "applied");
  assert_is (answer, "results", 0, "revision", "1");
  return id;
}

/* --- a first sync, and what comes after it --- */

static void
test_first_sync_has_all (SyncWorld *world, gconstpointer user_data)
{
  g_autofree char *id = make_monitor (world, ""), *cursor = NULL, *gone = make_monitor (world, "");
  g_autoptr (JsonObject) deleted =
      operate (world, SYNC_EDITOR, NULL, "monitor", gone, "\"base\": 1, \"delete\": true");
  g_autoptr (JsonObject) first = sync_world_sync (world, SYNC_SECOND, 200, NULL, NULL), next = NULL;

  g_assert_cmpuint (count (first, "changes"), ==, 3); /* with two projects; no tombstone */
  assert_is (first, "changes", 2, "id", id);
  assert_is (first, "changes", 2, "project", world->team.project_id);
  assert_is (first, "changes", 2, "updated_by", "Editor");
  g_assert_cmpuint (count (first, "states"), ==, 1);
  assert_is (first, "states", 0, "monitor", id);
  assert_is (first, "states", 0, "state", "new");
  g_assert_cmpstr (json_object_get_string_member (first, "role"), ==, "editor");
  g_assert_false (json_object_get_boolean_member (first, "more"));
  cursor = get_cursor (first);
  next = sync_world_sync (world, SYNC_SECOND, 200, cursor, NULL);
  g_assert_cmpuint (count (next, "changes"), ==, 0);
  g_assert_cmpstr (json_object_get_string_member (next, "cursor"), ==, cursor);
}

static void
test_pages_lose_nothing (SyncWorld *world, gconstpointer user_data)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *cursor = NULL;
  gboolean more = TRUE;
  guint n_states = 0;

  for (guint i = 0; i < 20; i++)
    g_free (make_monitor (world, ""));
  while (more) {
    g_autofree char *body = g_strdup_printf (
        "{\"client_id\": \"%s\", \"cursor\": %s%s%s, \"limit\": 7}", world->editor_id,
        cursor != NULL ? "\"" : "", cursor != NULL ? cursor : "null", cursor != NULL ? "\"" : "");
    g_autoptr (TestAnswer) answer = sync_world_ask (world, SYNC_EDITOR, "POST", "/sync", body);
    g_autoptr (JsonObject) json = test_answer_get_json (answer);

    g_assert_cmpuint (answer->status, ==, 200);
    g_assert_cmpuint (count (json, "changes") + count (json, "states"), <=, 7);
    for (guint i = 0; i < count (json, "changes"); i++)
      g_assert_true (g_hash_table_add (seen, sync_get (json, "changes", i, "id")));
    n_states += count (json, "states");
    g_free (cursor);
    cursor = get_cursor (json);
    more = json_object_get_boolean_member (json, "more");
  }
  g_assert_cmpuint (g_hash_table_size (seen), ==, 22);
  g_assert_cmpuint (n_states, ==, 20);
}

/* --- two who edit the same --- */

static void
test_different_members_merge (SyncWorld *world, gconstpointer user_data)
{
  g_autofree char *id = make_monitor (world, "");
  g_autoptr (JsonObject) editor =
      operate (world, SYNC_EDITOR, NULL, "monitor", id, "\"base\": 1, \"set\": {\"name\": \"A\"}");
  g_autoptr (JsonObject) second = operate (world, SYNC_SECOND, NULL, "monitor", id,
                                           "\"base\": 1, \"set\": {\"interval_s\": 120}");
  g_autofree char *body = sync_get (second, "changes", 2, "body");

  assert_is (editor, "results", 0, "status", "applied");
  assert_is (second, "results", 0, "status", "merged");
  assert_is (second, "results", 0, "revision", "3");
  g_assert_nonnull (strstr (body, "\"name\":\"A\""));
  g_assert_nonnull (strstr (body, "\"interval_s\":120"));
  assert_is (second, "changes", 2, "fields", "{\"name\":2,\"interval_s\":3}");
}

/* The later arrival wins, and both are told, also of a third that syncs later. */
static void
test_same_member_overwrites (SyncWorld *world, gconstpointer user_data)
{
  g_autofree char *id = make_monitor (world, ""), *cursor = NULL, *lost = NULL, *told = NULL;
  g_autoptr (JsonObject) first = sync_world_sync (world, SYNC_EDITOR, 200, NULL, NULL);
  g_autoptr (JsonObject) editor = NULL, second = NULL, later = NULL;

  cursor = get_cursor (first);
  editor = operate (world, SYNC_EDITOR, &cursor, "monitor", id,
                    "\"base\": 1, \"set\": {\"name\": \"Editor’s\"}");
  second = operate (world, SYNC_SECOND, NULL, "monitor", id,
                    "\"base\": 1, \"set\": {\"name\": \"Second’s\"}");
  assert_is (second, "results", 0, "status", "overwrote");
  lost = sync_get (second, "results", 0, "lost");
  g_assert_nonnull (strstr (lost, "Editor’s"));
  g_assert_nonnull (strstr (lost, world->editor_id));
  later = sync_world_sync (world, SYNC_EDITOR, 200, cursor, NULL);
  g_assert_cmpuint (count (later, "changes"), ==, 1);
  assert_is (later, "changes", 0, "updated_by", "Second");
  told = sync_get (later, "changes", 0, "lost");
  g_assert_nonnull (strstr (told, "Editor’s"));
  g_assert_nonnull (strstr (told, "\"by_name\":\"Editor\""));
}

static void
test_secrets_are_told_to_editors_alone (SyncWorld *world, gconstpointer user_data)
{
  g_autofree char *id =
      make_monitor (world, ", \"auth\": \"basic\", \"username\": \"u\", \"password\": \"hush\"");
  g_autoptr (JsonObject) editor = sync_world_sync (world, SYNC_EDITOR, 200, NULL, NULL);
  g_autoptr (JsonObject) viewer = sync_world_sync (world, SYNC_VIEWER, 200, NULL, NULL);
  g_autoptr (JsonObject) first = NULL, second = NULL;
  g_autofree char *of_editor = sync_get (editor, "changes", 2, "body");
  g_autofree char *of_viewer = sync_get (viewer, "changes", 2, "body"), *lost = NULL;
  g_autofree char *kept = NULL;

  g_assert_nonnull (strstr (of_editor, "\"password\":\"hush\""));
  g_assert_null (strstr (of_viewer, "hush"));
  first = operate (world, SYNC_EDITOR, NULL, "monitor", id,
                   "\"base\": 1, \"set\": {\"password\": \"a\"}");
  second = operate (world, SYNC_SECOND, NULL, "monitor", id,
                    "\"base\": 1, \"set\": {\"password\": \"b\"}");
  assert_is (second, "results", 0, "status", "overwrote");
  lost = sync_get (second, "results", 0, "lost");
  g_assert_nonnull (strstr (lost, "\"value\":null"));
  kept = test_team_ask (&world->team, "SELECT string_agg (changes::text || coalesce (lost::text,"
                                      " ''), ' ') FROM record_history");
  g_assert_null (strstr (kept, "hush"));
  g_assert_nonnull (strstr (kept, "\"password\": [null, null]"));
}

/* --- deletions --- */

static void
test_edit_restores (SyncWorld *world, gconstpointer user_data)
{
  g_autofree char *id = make_monitor (world, ""), *body = NULL;
  g_autoptr (JsonObject) gone =
      operate (world, SYNC_EDITOR, NULL, "monitor", id, "\"base\": 1, \"delete\": true");
  g_autoptr (JsonObject) edit =
      operate (world, SYNC_SECOND, NULL, "monitor", id, "\"base\": 1, \"set\": {\"name\": \"B\"}");

  assert_is (gone, "results", 0, "status", "applied");
  assert_is (edit, "results", 0, "status", "restored");
  assert_is (edit, "changes", 2, "deleted", "false");
  body = sync_get (edit, "changes", 2, "body");
  g_assert_nonnull (strstr (body, "\"target\":\"https://example.org/\""));
  g_assert_cmpuint (count (edit, "states"), ==, 1);
}

/* It comes back with the address that its job pings. */
static void
test_heartbeat_is_restored_with_its_address (SyncWorld *world, gconstpointer user_data)
{
  g_autofree char *id = sync_new_id (), *before = NULL, *after = NULL;
  g_autofree char *rest =
      g_strdup_printf ("\"base\": 0, \"set\": {\"kind\": \"heartbeat\", \"name\":"
                       " \"Job\", \"period_s\": 60, \"project\": \"%s\"}",
                       world->team.project_id);
  g_autoptr (JsonObject) made = operate (world, SYNC_EDITOR, NULL, "monitor", id, rest);
  g_autoptr (JsonObject) gone = NULL, back = NULL;

  before = test_team_ask (&world->team, "SELECT ping_id FROM heartbeats");
  gone = operate (world, SYNC_EDITOR, NULL, "monitor", id, "\"base\": 1, \"delete\": true");
  back =
      operate (world, SYNC_EDITOR, NULL, "monitor", id, "\"base\": 2, \"set\": {\"grace_s\": 60}");
  assert_is (back, "results", 0, "status", "restored");
  after = test_team_ask (&world->team, "SELECT ping_id FROM heartbeats");
  g_assert_cmpstr (after, ==, before);
}

static void
test_deletion_on_old_base_loses (SyncWorld *world, gconstpointer user_data)
{
  g_autofree char *id = make_monitor (world, ""), *reason = NULL;
  g_autoptr (JsonObject) edit =
      operate (world, SYNC_EDITOR, NULL, "monitor", id, "\"base\": 1, \"set\": {\"name\": \"A\"}");
  g_autoptr (JsonObject) gone =
      operate (world, SYNC_SECOND, NULL, "monitor", id, "\"base\": 1, \"delete\": true");
  g_autoptr (JsonObject) again = NULL, twice = NULL;

  assert_is (gone, "results", 0, "status", "rejected");
  reason = sync_get (gone, "results", 0, "reason");
  g_assert_nonnull (strstr (reason, "Editor"));
  again = operate (world, SYNC_SECOND, NULL, "monitor", id, "\"base\": 2, \"delete\": true");
  assert_is (again, "results", 0, "status", "applied");
  twice = operate (world, SYNC_EDITOR, NULL, "monitor", id, "\"base\": 2, \"delete\": true");
  assert_is (twice, "results", 0, "status", "applied");
}

/* --- replays --- */

static void
test_replay_answers_the_same (SyncWorld *world, gconstpointer user_data)
{
  g_autofree char *id = make_monitor (world, ""), *seq = NULL, *seq_after = NULL;
  g_autofree char *operation =
      sync_make_operation ("monitor", id, "\"base\": 1, \"set\": {\"name\": \"A\"}");
  g_autoptr (JsonObject) first = sync_world_sync (world, SYNC_EDITOR, 200, NULL, operation);
  g_autoptr (JsonObject) other = NULL, again = NULL;

  other =
      operate (world, SYNC_SECOND, NULL, "monitor", id, "\"base\": 2, \"set\": {\"name\": \"B\"}");
  seq = test_team_ask (&world->team, "SELECT seq FROM teams");
  again = sync_world_sync (world, SYNC_EDITOR, 200, NULL, operation);
  assert_is (again, "results", 0, "status", "applied");
  assert_is (again, "results", 0, "revision", "2");
  seq_after = test_team_ask (&world->team, "SELECT seq FROM teams");
  g_assert_cmpstr (seq_after, ==, seq);
}

static void
test_rejections_are_kept_too (SyncWorld *world, gconstpointer user_data)
{
  g_autofree char *id = make_monitor (world, "");
  g_autofree char *operation =
      sync_make_operation ("monitor", id, "\"base\": 1, \"set\": {\"interval_s\": 0}");
  g_autoptr (JsonObject) first = sync_world_sync (world, SYNC_EDITOR, 200, NULL, operation);
  g_autoptr (JsonObject) again = sync_world_sync (world, SYNC_EDITOR, 200, NULL, operation);
  g_autofree char *reason = sync_get (first, "results", 0, "reason"), *kept = NULL;

  assert_is (first, "results", 0, "status", "rejected");
  g_assert_nonnull (strstr (reason, "interval"));
  assert_is (again, "results", 0, "reason", reason);
  kept = test_team_ask (&world->team, "SELECT count (*) FROM sync_operations");
  g_assert_cmpstr (kept, ==, "2");
}

/* --- what is refused stands in nobody's way --- */

static const struct {
  const char *type;
  const char *rest;
  const char *reason; /* a part of it */
} refused[] = {
  { "page", "\"base\": 0", "type" },
  { "monitor", "\"base\": 0, \"set\": {\"kind\": \"http\", \"name\": \"n\"}", "project" },
  { "monitor",
    "\"base\": 0, \"set\": {\"kind\": \"http\", \"name\": \"n\", \"target\": \"x:y\","
    " \"project\": \"01900000-0000-7000-8000-00000000dead\"}",
    "target" },
  { "monitor",
    "\"base\": 0, \"set\": {\"kind\": \"http\", \"name\": \"n\", \"target\":"
    " \"https://example.org/\", \"project\": \"01900000-0000-7000-8000-00000000dead\"}",
    "project" },
  { "monitor", "\"base\": 0, \"set\": {\"interval_s\": 60}", "project" },
  { "project", "\"base\": 0, \"set\": {\"name\": \"Third\", \"slug\": \"one\"}", "slug" },
  { "project", "\"base\": 0, \"set\": {\"name\": \"Third\", \"slug\": 3}", "slug" },
  { "maintenance", "\"base\": 0, \"set\": {\"title\": \"t\", \"starts\": \"never\"}", "starts" },
  { "maintenance", "\"base\": 0, \"set\": {\"title\": \"t\"}", "starts" },
  { "incident", "\"base\": 0, \"set\": {\"reason\": \"r\"}", "update" },
  { "incident", "\"base\": 0, \"set\": {\"update\": {\"kind\": \"closed\", \"text\": \"t\"}}",
    "kind" },
  { "incident", "\"base\": 0, \"set\": {\"update\": {\"kind\": \"note\", \"text\": \"t\"}}",
    "no incident" },
  { "monitor", "\"base\": 0, \"set\": [1]", "set" },
};

static void
test_refused_one_by_one (SyncWorld *world, gconstpointer user_data)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *operations = NULL, *good = sync_new_id ();
  g_autoptr (JsonObject) answer = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_autofree char *id = sync_new_id ();

    g_ptr_array_add (texts, sync_make_operation (refused[i].type, id, refused[i].rest));
  }
  g_ptr_array_add (texts, sync_make_operation ("project", good,
                                               "\"base\": 0, \"set\": {\"name\": \"Third\","
                                               " \"slug\": \"three\", \"colour\": \"red\"}"));
  g_ptr_array_add (texts, NULL);
  operations = g_strjoinv (",", (char **) texts->pdata);
  answer = sync_world_sync (world, SYNC_EDITOR, 200, NULL, operations);
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_autofree char *reason = sync_get (answer, "results", i, "reason");

    assert_is (answer, "results", i, "status", "rejected");
    g_assert_nonnull (reason);
    g_assert_nonnull (strstr (reason, refused[i].reason));
  }
  assert_is (answer, "results", G_N_ELEMENTS (refused), "status", "applied");
  assert_is (answer, "changes", 2, "id", good);
}

static void
test_viewer_is_refused_and_reads_on (SyncWorld *world, gconstpointer user_data)
{
  g_autofree char *id = make_monitor (world, ""), *kept = NULL;
  g_autoptr (JsonObject) answer =
      operate (world, SYNC_VIEWER, NULL, "monitor", id, "\"base\": 1, \"delete\": true");

  assert_is (answer, "results", 0, "status", "rejected");
  g_assert_cmpuint (count (answer, "changes"), ==, 3);
  g_assert_cmpstr (json_object_get_string_member (answer, "role"), ==, "viewer");
  kept = test_team_ask (&world->team, "SELECT count (*) FROM sync_operations");
  g_assert_cmpstr (kept, ==, "1");
}

/* --- the types --- */

static void
test_monitor_moves (SyncWorld *world, gconstpointer user_data)
{
  g_autofree char *id = make_monitor (world, "");
  g_autofree char *rest =
      g_strdup_printf ("\"base\": 1, \"set\": {\"project\": \"%s\"}", world->team.other_project_id);
  g_autoptr (JsonObject) answer = operate (world, SYNC_EDITOR, NULL, "monitor", id, rest);

  assert_is (answer, "results", 0, "status", "applied");
  assert_is (answer, "changes", 2, "project", world->team.other_project_id);
  assert_is (answer, "changes", 2, "fields", "{\"project\":2}");
}

static void
test_project_with_monitors_stays (SyncWorld *world, gconstpointer user_data)
{
  g_autofree char *id = make_monitor (world, "");
  g_autoptr (JsonObject) answer = operate (world, SYNC_EDITOR, NULL, "project",
                                           world->team.project_id, "\"base\": 1, \"delete\": true");
  g_autoptr (JsonObject) other =
      operate (world, SYNC_EDITOR, NULL, "project", world->team.other_project_id,
               "\"base\": 1, \"delete\": true");

  assert_is (answer, "results", 0, "status", "rejected");
  assert_is (other, "results", 0, "status", "applied");
}

static void
test_maintenance_and_incident (SyncWorld *world, gconstpointer user_data)
{
  g_autofree char *id = sync_new_id (), *monitor = make_monitor (world, "");
  g_autofree char *incident = sync_new_id (), *sql = NULL, *body = NULL;
  g_autoptr (JsonObject) made =
      operate (world, SYNC_EDITOR, NULL, "maintenance", id,
               "\"base\": 0, \"set\": {\"title\": \"Move\", \"all\": true, \"starts\":"
               " \"2026-11-23T02:00:00\", \"tz\": \"UTC\", \"duration_s\": 3600}");
  g_autoptr (JsonObject) noted = NULL;

  assert_is (made, "results", 0, "status", "applied");
  assert_is (made, "changes", 3, "type", "maintenance");
  sql = g_strdup_printf (
      "INSERT INTO incidents (team_id, id, monitor_id, began_at, body, seq)"
      " VALUES ('%s', '%s', '%s', 1, '{\"id\": \"%s\", \"monitor_id\": \"%s\","
      " \"began_at\": \"2026-11-23T02:00:00Z\", \"code\": \"timeout_connect\"}', 1)",
      world->team.team_id, incident, monitor, incident, monitor);
  test_team_run (&world->team, sql);
  noted = operate (
      world, SYNC_EDITOR, NULL, "incident", incident,
      "\"base\": 0, \"set\": {\"update\": {\"kind\": \"root_cause\", \"text\": \"disk\"}}");
  assert_is (noted, "results", 0, "status", "applied");
  g_assert_cmpuint (count (noted, "incidents"), ==, 1);
  assert_is (noted, "incidents", 0, "root_cause", "disk");
  body = sync_get (noted, "incidents", 0, "updates");
  g_assert_nonnull (strstr (body, "\"author\":\"Editor\""));
}

/* --- cursors that are of no use --- */

static void
test_resync_is_required (SyncWorld *world, gconstpointer user_data)
{
  g_autofree char *id = make_monitor (world, ""), *cursor = NULL, *seq = NULL;
  g_autofree char *operation =
      sync_make_operation ("monitor", id, "\"base\": 1, \"set\": {\"name\": \"A\"}");
  g_autoptr (JsonObject) first = sync_world_sync (world, SYNC_EDITOR, 200, NULL, NULL);
  g_autoptr (JsonObject) old = NULL, other = NULL, ahead = NULL, wrong = NULL;

  cursor = get_cursor (first);
  test_team_run (&world->team, "UPDATE teams SET min_seq = seq + 1, seq = seq + 2");
  seq = test_team_ask (&world->team, "SELECT seq FROM teams");
  old = sync_world_sync (world, SYNC_EDITOR, 410, cursor, operation);
  g_assert_cmpstr (json_object_get_string_member (old, "code"), ==, "resync_required");
  other = sync_world_sync (world, SYNC_EDITOR, 410, "01900000-0000-4000-8000-000000000000.3", NULL);
  g_assert_cmpint (json_object_get_int_member (other, "forked"), ==, 0);
  wrong = sync_world_sync (world, SYNC_EDITOR, 400, "3", NULL);
  g_free (cursor);
  cursor = test_team_ask (&world->team, "SELECT epoch || '.' || 100000 FROM server");
  ahead = sync_world_sync (world, SYNC_EDITOR, 410, cursor, NULL);
  g_free (cursor);
  cursor = test_team_ask (&world->team, "SELECT max (revision) FROM records");
  g_assert_cmpstr (cursor, ==, "1"); /* the operation was not looked at */
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *name;
    void (*test) (SyncWorld *world, gconstpointer user_data);
  } tests[] = {
    { "/sync/first-sync-has-all", test_first_sync_has_all },
    { "/sync/pages-lose-nothing", test_pages_lose_nothing },
    { "/sync/different-members-merge", test_different_members_merge },
    { "/sync/same-member-overwrites-and-both-are-told", test_same_member_overwrites },
    { "/sync/secrets-are-told-to-editors-alone", test_secrets_are_told_to_editors_alone },
    { "/sync/edit-restores-what-was-deleted", test_edit_restores },
    { "/sync/heartbeat-is-restored-with-its-address", test_heartbeat_is_restored_with_its_address },
    { "/sync/deletion-on-old-base-loses", test_deletion_on_old_base_loses },
    { "/sync/replay-answers-the-same", test_replay_answers_the_same },
    { "/sync/rejections-are-kept-too", test_rejections_are_kept_too },
    { "/sync/refused-stand-in-nobodys-way", test_refused_one_by_one },
    { "/sync/viewer-is-refused-and-reads-on", test_viewer_is_refused_and_reads_on },
    { "/sync/monitor-moves-to-another-project", test_monitor_moves },
    { "/sync/project-with-monitors-stays", test_project_with_monitors_stays },
    { "/sync/maintenance-and-incident", test_maintenance_and_incident },
    { "/sync/resync-is-required", test_resync_is_required },
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
