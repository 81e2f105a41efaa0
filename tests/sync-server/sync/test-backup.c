/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-backup"

#include "config.h"

#include <string.h>

#include "epoch.h"
#include "jsontext.h"
#include "pg-pool.h"
#include "record-merge.h"
#include "record-pending.h"
#include "support.h"
#include "sync-world.h"
#include "transfer-team.h"

#define FILE_BYTES ((gsize) 64 * 1024 * 1024)

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

static JsonObject *
operate (SyncWorld *world, const char *token, const char *type, const char *record,
         const char *rest)
{
  g_autofree char *operation = sync_make_operation (type, record, rest);

  return sync_world_sync (world, token, 200, NULL, operation);
}

static char *
make_monitor (SyncWorld *world, const char *name, const char *kind)
{
  char *id = sync_new_id ();
  g_autofree char *rest =
      g_strdup_printf ("\"base\": 0, \"set\": {\"name\": \"%s\", %s, \"project\": \"%s\"}", name,
                       kind, world->team.project_id);
  g_autoptr (JsonObject) answer = operate (world, SYNC_EDITOR, "monitor", id, rest);

  return id;
}

#define HTTP                                                                       \
  "\"kind\": \"http\", \"target\": \"https://example.org/\", \"auth\": \"basic\"," \
  " \"username\": \"u\", \"password\": \"hush\""
#define HEARTBEAT "\"kind\": \"heartbeat\", \"period_s\": 60"

/* The record of this id among the answer's changes; NULL: it is not there. (transfer full) */
static TocsinRecord *
find_record (JsonObject *answer, const char *id)
{
  JsonArray *changes = json_object_get_array_member (answer, "changes");

  for (guint i = 0; i < json_array_get_length (changes); i++) {
    TocsinRecord *record =
        tocsin_record_from_json (json_array_get_object_element (changes, i), NULL);

    g_assert_nonnull (record);
    if (strcmp (record->id, id) == 0)
      return record;
    tocsin_record_free (record);
  }
  return NULL;
}

static const char *
get_name (const TocsinRecord *record)
{
  return json_object_get_string_member (record->body, "name");
}

/* --- export and import --- */

static const guint8 *
get_key (SyncWorld *world)
{
  return world->service.config->key;
}

static JsonObject *
export_team (SyncWorld *world, gboolean with_secrets)
{
  g_autoptr (GError) error = NULL;
  GString *text = tocsin_team_export (world->team.pg, world->team.team_id, with_secrets,
                                      get_key (world), &error);
  JsonObject *json;

  g_assert_no_error (error);
  g_assert_cmpint (strstr (text->str, "hush") != NULL, ==, with_secrets);
  json = tocsin_json_parse_object (text->str, FILE_BYTES, &error);
  g_assert_no_error (error);
  g_string_free (text, TRUE);
  return json;
}

static void
import_team (SyncWorld *world, JsonObject *file, guint n_written, guint n_same, guint n_refused)
{
  const TocsinActor actor = { .kind = "operator", .name = "root", .at_us = g_get_real_time () };
  g_auto (TocsinImport) import = { 0 };
  g_autoptr (GError) error = NULL;

  tocsin_team_import (world->team.pg, &actor, world->team.team_id, file, get_key (world), &import,
                      &error);
  g_assert_no_error (error);
  for (guint i = 0; i < import.refused->len; i++)
    g_test_message ("%s", (char *) g_ptr_array_index (import.refused, i));
  g_assert_cmpuint (import.refused->len, ==, n_refused);
  g_assert_cmpuint (import.n_written, ==, n_written);
  g_assert_cmpuint (import.n_same, ==, n_same);
}

/* Into another server all of it goes, with secrets and with the addresses that jobs ping; twice is
 * once. The other team's projects have the slugs already. */
static void
test_export_is_imported_elsewhere (SyncWorld *world, gconstpointer user_data)
{
  SyncWorld other;
  g_autofree char *http = make_monitor (world, "Shop", HTTP);
  g_autofree char *heartbeat = make_monitor (world, "Job", HEARTBEAT);
  g_autofree char *was = test_team_ask (&world->team, "SELECT ping_id FROM heartbeats");
  g_autofree char *is = NULL;
  g_autoptr (JsonObject) file = NULL, bare = export_team (world, FALSE), answer = NULL;
  g_autoptr (TocsinRecord) record = NULL;

  test_team_run (&world->team, "UPDATE records SET body = body || '{\"slug\": \"moved\", \"name\":"
                               " \"M\"}', name = 'M' WHERE name = 'One';"
                               "DELETE FROM records WHERE name = 'Two'");
  file = export_team (world, TRUE);
  sync_world_init (&other, postgres);
  import_team (&other, file, 3, 0, 0);
  import_team (&other, file, 0, 3, 0);
  answer = sync_world_sync (&other, SYNC_EDITOR, 200, NULL, NULL);
  record = find_record (answer, http);
  g_assert_cmpstr (get_name (record), ==, "Shop");
  g_assert_cmpstr (json_object_get_string_member (record->body, "password"), ==, "hush");
  is = test_team_ask (&other.team, "SELECT ping_id FROM heartbeats");
  g_assert_cmpstr (is, ==, was);
  sync_world_clear (&other);
}

static void
test_what_is_refused_is_told (SyncWorld *world, gconstpointer user_data)
{
  g_autofree char *id = make_monitor (world, "Shop", HTTP);
  g_autoptr (JsonObject) file = export_team (world, TRUE), nothing = json_object_new ();
  g_auto (TocsinImport) import = { 0 };
  g_autoptr (GError) error = NULL;
  SyncWorld other;

  sync_world_init (&other, postgres);
  import_team (&other, file, 0, 0, 3); /* projects without a name, and a monitor without one */
  g_assert_false (tocsin_team_import (other.team.pg, &(TocsinActor){ .kind = "operator" },
                                      other.team.team_id, nothing, NULL, &import, &error));
  g_assert_nonnull (strstr (error->message, "export"));
  sync_world_clear (&other);
}

/* --- a backup that is restored --- */

static G_GNUC_PRINTF (1, 2) void run_command (const char *format, ...)
{
  va_list args;
  g_autofree char *line = NULL;
  const char *argv[] = { "/bin/sh", "-c", NULL, NULL };
  g_autoptr (GError) error = NULL;
  int status;

  va_start (args, format);
  line = g_strdup_vprintf (format, args);
  va_end (args);
  argv[2] = line;
  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL, &status,
                &error);
  g_assert_no_error (error);
  g_assert_true (g_spawn_check_wait_status (status, &error));
}

static gboolean
begin_epoch (TocsinPg *pg, gpointer nothing G_GNUC_UNUSED, GError **error)
{
  return tocsin_feed_begin_epoch (pg, g_get_real_time (), error);
}

/* The same team on a database that was made of a dump. */
static void
restore (SyncWorld *world, SyncWorld *restored, const char *dump)
{
  g_autofree char *url = tocsin_test_postgres_make_database (postgres);
  g_autoptr (GError) error = NULL;

  run_command ("pg_restore --no-owner --dbname='%s' '%s'", url, dump);
  *restored = (SyncWorld){ .team.url = g_strdup (url),
                           .team.pg = tocsin_pg_new (url),
                           .team.team_id = g_strdup (world->team.team_id),
                           .team.project_id = g_strdup (world->team.project_id) };
  tocsin_pg_work_run (restored->team.pg, TOCSIN_WORK_WRITE, begin_epoch, NULL, &error);
  g_assert_no_error (error);
  test_service_init (&restored->service, url);
}

static char *
print_operation (TocsinOperation *operation)
{
  g_autoptr (JsonObject) json = NULL;
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);

  operation->op_id = sync_new_id ();
  json = tocsin_operation_to_json (operation);
  json_node_set_object (node, json);
  return json_to_string (node, FALSE);
}

/* Sends what the backup lost of the record; answers its state after it. */
static TocsinRecord *
rescue (SyncWorld *restored, const TocsinRecord *old, gint64 forked)
{
  g_autoptr (JsonObject) snapshot = sync_world_sync (restored, SYNC_SECOND, 200, NULL, NULL);
  g_autoptr (TocsinRecord) now = find_record (snapshot, old->id);
  g_autoptr (TocsinOperation) operation = tocsin_record_rescue (old, now, forked);
  g_autofree char *text = NULL;
  g_autoptr (JsonObject) answer = NULL;

  if (operation == NULL)
    return g_steal_pointer (&now);
  text = print_operation (operation);
  answer = sync_world_sync (restored, SYNC_SECOND, 200, NULL, text);
  return find_record (answer, old->id);
}

/* Before the backup there is a monitor; after it, it is renamed, and another one is made. Then the
 * backup is restored, and somebody who has not seen that changes the interval there. */
static void
test_restored_backup_loses_nothing (SyncWorld *world, gconstpointer user_data)
{
  g_autofree char *folder = g_dir_make_tmp ("tocsin-backup-XXXXXX", NULL);
  g_autofree char *dump = g_build_filename (folder, "tocsin.dump", NULL);
  g_autofree char *a = make_monitor (world, "A", HTTP), *b = NULL, *cursor = NULL;
  g_autofree char *untouched = make_monitor (world, "C", HTTP);
  g_autoptr (JsonObject) renamed = NULL, full = NULL, gone = NULL, meanwhile = NULL;
  g_autoptr (TocsinRecord) old_a = NULL, old_b = NULL, old_c = NULL, a_now = NULL, b_now = NULL,
                           c_now = NULL, again = NULL;
  SyncWorld restored;
  gint64 forked;

  run_command ("pg_dump --format=custom --file='%s' '%s'", dump, world->team.url);
  renamed = operate (world, SYNC_EDITOR, "monitor", a, "\"base\": 1, \"set\": {\"name\": \"A2\"}");
  b = make_monitor (world, "B", HTTP);
  full = sync_world_sync (world, SYNC_SECOND, 200, NULL, NULL);
  cursor = g_strdup (json_object_get_string_member (full, "cursor"));
  old_a = find_record (full, a);
  old_b = find_record (full, b);
  old_c = find_record (full, untouched);
  restore (world, &restored, dump);

  gone = sync_world_sync (&restored, SYNC_SECOND, 410, cursor, NULL);
  g_assert_cmpstr (json_object_get_string_member (gone, "code"), ==, "resync_required");
  forked = json_object_get_int_member (gone, "forked");
  g_assert_cmpint (forked, ==, 6); /* two projects, two monitors with a state each */
  meanwhile = operate (&restored, SYNC_EDITOR, "monitor", a,
                       "\"base\": 9000000000000, \"set\": {\"interval_s\": 600}");
  a_now = rescue (&restored, old_a, forked);
  g_assert_cmpstr (get_name (a_now), ==, "A2");
  g_assert_cmpint (json_object_get_int_member (a_now->body, "interval_s"), ==, 600);
  b_now = rescue (&restored, old_b, forked);
  g_assert_cmpstr (get_name (b_now), ==, "B");
  g_assert_cmpstr (json_object_get_string_member (b_now->body, "password"), ==, "hush");
  c_now = rescue (&restored, old_c, forked);
  g_assert_cmpint (c_now->revision, >=, old_c->revision + TOCSIN_RECORD_EPOCH_REVISIONS);
  /* Whoever comes next with the same has nothing to add. */
  again = rescue (&restored, old_a, forked);
  g_assert_cmpint (again->revision, ==, a_now->revision);
  sync_world_clear (&restored);
  run_command ("rm -r '%s'", folder);
}

/* --- what is too old --- */

static void
test_purged_tombstones_need_resync (SyncWorld *world, gconstpointer user_data)
{
  g_autofree char *id = make_monitor (world, "A", HTTP), *cursor = NULL, *kept = NULL;
  g_autoptr (JsonObject) before = sync_world_sync (world, SYNC_EDITOR, 200, NULL, NULL);
  g_autoptr (JsonObject) gone =
      operate (world, SYNC_EDITOR, "monitor", id, "\"base\": 1, \"delete\": true");
  g_autoptr (JsonObject) again = NULL, first = NULL;
  g_autoptr (GError) error = NULL;
  gint64 n = 0;

  cursor = g_strdup (json_object_get_string_member (before, "cursor"));
  tocsin_feed_purge (world->team.pg, 1, &n, &error);
  g_assert_no_error (error);
  g_assert_cmpint (n, ==, 0);
  again = sync_world_sync (world, SYNC_EDITOR, 200, cursor, NULL);
  tocsin_feed_purge (world->team.pg, g_get_real_time () + 1, &n, &error);
  g_assert_no_error (error);
  g_assert_cmpint (n, ==, 1);
  json_object_unref (sync_world_sync (world, SYNC_EDITOR, 410, cursor, NULL));
  first = sync_world_sync (world, SYNC_EDITOR, 200, NULL, NULL);
  kept = test_team_ask (&world->team, "SELECT count (*) FROM records WHERE deleted_at <> 0");
  g_assert_cmpstr (kept, ==, "0");
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *name;
    void (*test) (SyncWorld *world, gconstpointer user_data);
  } tests[] = {
    { "/backup/export-is-imported-elsewhere", test_export_is_imported_elsewhere },
    { "/backup/what-is-refused-is-told", test_what_is_refused_is_told },
    { "/backup/restored-backup-loses-nothing", test_restored_backup_loses_nothing },
    { "/backup/purged-tombstones-need-resync", test_purged_tombstones_need_resync },
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
