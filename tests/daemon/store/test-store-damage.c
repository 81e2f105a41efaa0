/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-store-damage"

#include "config.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include "errors.h"
#include "schema.h"
#include "store-fixture.h"
#include "support.h"
#include "timetext.h"

#define PAGE_BYTES 4096

/* How many files of the folder have a name that begins so. */
static guint
count_files (const char *dir, const char *prefix)
{
  g_autoptr (GDir) list = g_dir_open (dir, 0, NULL);
  const char *name;
  guint n = 0;

  while ((name = g_dir_read_name (list)) != NULL)
    n += g_str_has_prefix (name, prefix);
  return n;
}

static guint
count_monitors (StoreFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = tocsin_store_load_monitors (fixture->store, &error);

  g_assert_no_error (error);
  return list->len;
}

/* --- damage --- */

static void
test_file_that_is_no_database_is_set_aside (void)
{
  static const char text[] = "These are not the bytes of a database, whatever it may be called.\n";
  StoreFixture fixture = { 0 };
  g_autofree char *path = NULL, *aside = NULL, *found = NULL;
  const char *begin;

  fixture.dir = tocsin_test_make_dir ();
  path = store_fixture_get_path (&fixture);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  store_fixture_open (&fixture, NULL);

  g_assert_nonnull (fixture.problem);
  g_assert_false (fixture.damaged); /* it is dealt with */
  begin = strstr (fixture.problem, fixture.dir);
  begin = strstr (begin, "tocsin.db.damaged-");
  aside = g_build_filename (fixture.dir, "x", NULL);
  g_free (aside);
  aside = g_strdup_printf ("%s/%.*s", fixture.dir, (int) strcspn (begin, " ;,"), begin);
  g_assert_true (g_file_get_contents (aside, &found, NULL, NULL));
  g_assert_cmpstr (found, ==, text);
  g_assert_cmpuint (count_monitors (&fixture), ==, 0);
  tocsin_monitor_unref (store_fixture_add_monitor (&fixture, 1));
  store_fixture_reopen (&fixture);
  g_assert_cmpuint (count_monitors (&fixture), ==, 1);
  store_fixture_close (&fixture);
}

/* A page of the file that belongs to `table`. */
static void
overwrite_page_of (const char *path, const char *table)
{
  static const guint8 rubbish[PAGE_BYTES] = { [0 ... PAGE_BYTES - 1] = 0xa5 };
  g_autofree char *sql =
      g_strdup_printf ("SELECT rootpage FROM sqlite_schema WHERE name = '%s'", table);
  sqlite3 *db;
  sqlite3_stmt *statement;
  gint64 page;
  int fd;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
  page = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);

  fd = open (path, O_WRONLY | O_CLOEXEC);
  g_assert_cmpint (pwrite (fd, rubbish, sizeof rubbish, (page - 1) * PAGE_BYTES), ==,
                   sizeof rubbish);
  close (fd);
}

static void
fill (StoreFixture *fixture)
{
  g_autoptr (TocsinIncident) incident = tocsin_incident_new ();

  for (guint i = 1; i <= 5; i++) {
    g_autoptr (TocsinMonitor) monitor = store_fixture_add_monitor (fixture, i);

    store_fixture_add_sample (fixture, monitor->id, g_get_real_time (), FALSE);
  }
  incident->id = store_fixture_make_id (100);
  incident->monitor_id = store_fixture_make_id (1);
  incident->began_at = TOCSIN_US_PER_S;
  tocsin_store_save_incident (fixture->store, incident, NULL, NULL);
  tocsin_store_set_setting (fixture->store, "ping-key", "abc", store_fixture_done_cb, fixture);
  store_fixture_finish (fixture);
  store_fixture_flush (fixture);
}

static void
test_records_are_salvaged_from_around_the_damage (void)
{
  StoreFixture fixture = { 0 };
  g_autofree char *path = NULL, *value = NULL;
  g_autoptr (GPtrArray) incidents = NULL;

  store_fixture_open (&fixture, NULL);
  path = store_fixture_get_path (&fixture);
  fill (&fixture);
  g_clear_pointer (&fixture.store, tocsin_store_close);
  overwrite_page_of (path, "monitors");
  store_fixture_open (&fixture, NULL);
  g_assert_nonnull (strstr (fixture.problem, "damaged"));
  g_assert_cmpuint (count_files (fixture.dir, "tocsin.db.damaged-"), >=, 1);
  g_assert_cmpuint (count_monitors (&fixture), ==, 0);
  incidents = tocsin_store_load_open_incidents (fixture.store, NULL);
  g_assert_cmpuint (incidents->len, ==, 1);
  value = tocsin_store_get_setting (fixture.store, "ping-key");
  g_assert_cmpstr (value, ==, "abc");
  store_fixture_close (&fixture);
}

static gboolean
is_damaged (gpointer user_data)
{
  return ((StoreFixture *) user_data)->damaged;
}

/* History can't be looked at before the start, it is too large; so this comes out afterwards. */
static void
test_damaged_history_is_found_after_the_start (void)
{
  StoreFixture fixture = { 0 };
  g_autofree char *path = NULL, *said = NULL, *verdict = NULL, *id = store_fixture_make_id (1);
  g_autoptr (GAsyncResult) result = NULL, checked = NULL;
  g_autoptr (GPtrArray) samples = NULL;
  g_autoptr (GError) error = NULL;

  store_fixture_open (&fixture, NULL);
  path = store_fixture_get_path (&fixture);
  fill (&fixture);
  g_clear_pointer (&fixture.store, tocsin_store_close);
  overwrite_page_of (path, "samples");
  store_fixture_open (&fixture, NULL);
  g_assert_cmpuint (count_monitors (&fixture), ==, 5);
  tocsin_test_wait (NULL, is_damaged, &fixture);

  tocsin_store_set_aside (fixture.store, store_fixture_done_cb, &fixture);
  result = store_fixture_wait (&fixture);
  said = tocsin_store_set_aside_finish (fixture.store, result, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (said, "tocsin.db.damaged-"));
  g_assert_cmpuint (count_monitors (&fixture), ==, 5);

  /* both threads work on the new file */
  store_fixture_add_sample (&fixture, id, TOCSIN_US_PER_S, FALSE);
  store_fixture_flush (&fixture);
  tocsin_store_get_samples (fixture.store, id, 0, G_MAXINT64, 10, store_fixture_done_cb, &fixture);
  samples = store_fixture_list (&fixture);
  g_assert_cmpuint (samples->len, ==, 1);
  tocsin_store_check (fixture.store, store_fixture_done_cb, &fixture);
  checked = store_fixture_wait (&fixture);
  verdict = tocsin_store_check_finish (fixture.store, checked, NULL);
  g_assert_cmpstr (verdict, ==, "ok");
  store_fixture_close (&fixture);
}

/* --- versions --- */

static void
run_sql (const char *path, const char *sql)
{
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
}

static void
test_newer_database_is_refused_and_left_alone (void)
{
  StoreFixture fixture = { 0 };
  g_autofree char *path = NULL, *before = NULL, *after = NULL;
  g_autoptr (GError) error = NULL;
  gsize before_bytes, after_bytes;

  fixture.dir = tocsin_test_make_dir ();
  path = store_fixture_get_path (&fixture);
  run_sql (path, "CREATE TABLE future (x); PRAGMA user_version = 99");
  g_assert_true (g_file_get_contents (path, &before, &before_bytes, NULL));
  g_assert_null (tocsin_store_open (fixture.dir, NULL, &error));
  g_assert_error (error, TOCSIN_ERROR, TOCSIN_ERROR_TOO_NEW);
  g_assert_nonnull (strstr (error->message, "99"));
  g_assert_true (g_file_get_contents (path, &after, &after_bytes, NULL));
  g_assert_cmpmem (before, before_bytes, after, after_bytes);
  g_assert_cmpuint (count_files (fixture.dir, "tocsin.db"), ==, 1);
  g_free (fixture.dir);
}

/* The schema of a database, as SQLite keeps it. */
static char *
read_schema (const char *path)
{
  GString *text = g_string_new (NULL);
  sqlite3 *db;
  sqlite3_stmt *statement;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (db,
                                       "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL"
                                       " ORDER BY name",
                                       -1, &statement, NULL),
                   ==, SQLITE_OK);
  while (sqlite3_step (statement) == SQLITE_ROW)
    g_string_append_printf (text, "%s;\n", (const char *) sqlite3_column_text (statement, 0));
  sqlite3_finalize (statement);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
  return g_string_free (text, FALSE);
}

/* Each released schema has its fixture for ever, with rows in it. */
static void
test_every_earlier_version_is_brought_up_to_date (gconstpointer user_data)
{
  guint version = GPOINTER_TO_UINT (user_data);
  g_autofree char *name = g_strdup_printf ("store-v%u.sql", version);
  g_autofree char *fixture_path = g_test_build_filename (G_TEST_DIST, "fixtures", name, NULL);
  g_autofree char *sql = NULL, *path = NULL, *fresh_path = NULL, *schema = NULL, *wanted = NULL;
  StoreFixture fixture = { 0 }, fresh = { 0 };
  g_autoptr (GPtrArray) decisions = NULL;
  g_autofree char *id = store_fixture_make_id (1);

  g_assert_true (g_file_get_contents (fixture_path, &sql, NULL, NULL));
  fixture.dir = tocsin_test_make_dir ();
  path = store_fixture_get_path (&fixture);
  run_sql (path, sql);
  store_fixture_open (&fixture, NULL);
  g_assert_null (fixture.problem);
  g_assert_cmpuint (count_monitors (&fixture), ==, 1);
  tocsin_store_get_decisions (fixture.store, id, 10, store_fixture_done_cb, &fixture);
  decisions = store_fixture_list (&fixture);
  g_assert_cmpuint (decisions->len, ==, 1);
  store_fixture_open (&fresh, NULL);
  fresh_path = store_fixture_get_path (&fresh);
  schema = read_schema (path);
  wanted = read_schema (fresh_path);
  g_assert_cmpstr (schema, ==, wanted);
  store_fixture_close (&fresh);
  store_fixture_close (&fixture);
}

/* --- a full disk --- */

typedef struct {
  StoreFixture base;
  char *id;
  gboolean ended;
  GError *error;
} Full;

static void
ping_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Full *full = user_data;

  tocsin_store_add_ping_finish (full->base.store, result, &full->error);
  full->ended = TRUE;
}

static gboolean
has_ended (gpointer user_data)
{
  return ((Full *) user_data)->ended;
}

/* Whether a ping is acknowledged. */
static gboolean
send_ping (Full *full)
{
  g_autoptr (TocsinPing) ping = tocsin_ping_new ();

  full->ended = FALSE;
  g_clear_error (&full->error);
  ping->body = g_bytes_new_take (g_malloc0 (50000), 50000);
  tocsin_store_add_ping (full->base.store, full->id, ping, "{}", ping_cb, full);
  tocsin_test_wait (NULL, has_ended, full);
  return full->error == NULL;
}

static gboolean
is_well (gpointer user_data)
{
  return ((StoreFixture *) user_data)->problem == NULL;
}

static guint
count_samples (StoreFixture *fixture, const char *id)
{
  g_autoptr (GPtrArray) list = NULL;

  tocsin_store_get_samples (fixture->store, id, 0, G_MAXINT64, G_MAXINT, store_fixture_done_cb,
                            fixture);
  list = store_fixture_list (fixture);
  return list->len;
}

/* With no room: pings are refused, samples and incidents wait; with room again they are written,
 * and it is told that all is well. */
static void
live_through (Full *full, void (*take_room) (Full *), void (*give_room) (Full *))
{
  StoreFixture *fixture = &full->base;
  g_autoptr (TocsinMonitor) monitor = store_fixture_add_monitor (fixture, 1);
  g_autoptr (TocsinIncident) incident = tocsin_incident_new ();
  g_autoptr (GPtrArray) incidents = NULL, pings = NULL;
  gint64 at_us = g_get_real_time () - TOCSIN_US_PER_MIN;
  guint n_acknowledged = 0;

  full->id = monitor->id;
  for (guint i = 0; i < 100; i++)
    store_fixture_add_sample (fixture, full->id, at_us + i, FALSE);
  store_fixture_flush (fixture);

  take_room (full);
  while (send_ping (full))
    g_assert_cmpuint (++n_acknowledged, <, 10000);
  g_assert_error (full->error, TOCSIN_ERROR, TOCSIN_ERROR_NO_SPACE);
  g_assert_nonnull (fixture->problem);
  g_assert_false (fixture->damaged);

  for (guint i = 100; i < 3000; i++)
    store_fixture_add_sample (fixture, full->id, at_us + i, FALSE);
  incident->id = store_fixture_make_id (9);
  incident->monitor_id = g_strdup (full->id);
  tocsin_store_save_incident (fixture->store, incident, NULL, NULL);
  g_assert_false (send_ping (full));
  g_assert_cmpuint (count_samples (fixture, full->id), ==, 100);

  give_room (full);
  tocsin_test_wait (NULL, is_well, fixture);
  store_fixture_flush (fixture);
  g_assert_cmpuint (count_samples (fixture, full->id), ==, 3000);
  g_assert_true (send_ping (full));
  incidents = tocsin_store_load_open_incidents (fixture->store, NULL);
  g_assert_cmpuint (incidents->len, ==, 1);
  tocsin_store_get_pings (fixture->store, full->id, 10000, store_fixture_done_cb, fixture);
  pings = store_fixture_list (fixture);
  g_assert_cmpuint (pings->len, ==, MIN (n_acknowledged + 1, TOCSIN_STORE_PINGS));
  store_fixture_close (fixture);
}

static void
limit_files (Full *full)
{
  struct rlimit limit = { 1024 * 1024, RLIM_INFINITY };

  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
}

static void
unlimit_files (Full *full)
{
  struct rlimit limit = { RLIM_INFINITY, RLIM_INFINITY };

  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
}

static void
test_file_that_may_not_grow_is_survived (void)
{
  Full full = { 0 };
  struct rlimit limit;

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  if (limit.rlim_max != RLIM_INFINITY) {
    g_test_skip ("files are limited already");
    return;
  }
  signal (SIGXFSZ, SIG_IGN);
  store_fixture_open (&full.base, NULL);
  live_through (&full, limit_files, unlimit_files);
  g_clear_error (&full.error);
}

static void
fill_disk (Full *full)
{
  g_autofree char *path = g_build_filename (full->base.dir, "filler", NULL);
  static const guint8 block[65536];
  int fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

  while (write (fd, block, sizeof block) == (ssize_t) sizeof block)
    ;
  close (fd);
}

static void
empty_disk (Full *full)
{
  g_autofree char *path = g_build_filename (full->base.dir, "filler", NULL);

  g_assert_cmpint (g_unlink (path), ==, 0);
}

static void
test_full_disk_is_survived (void)
{
  Full full = { 0 };
  g_autofree char *dir = tocsin_test_make_dir ();

  if (geteuid () != 0 || mount ("none", dir, "tmpfs", 0, "size=8m") != 0) {
    g_test_skip ("a small disk needs root");
    return;
  }
  full.base.dir = g_strdup (dir);
  store_fixture_open (&full.base, NULL);
  live_through (&full, fill_disk, empty_disk);
  g_clear_error (&full.error);
  g_assert_cmpint (umount (dir), ==, 0);
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);

  g_test_add_func ("/store/file-that-is-no-database-is-set-aside",
                   test_file_that_is_no_database_is_set_aside);
  g_test_add_func ("/store/records-are-salvaged-from-around-the-damage",
                   test_records_are_salvaged_from_around_the_damage);
  g_test_add_func ("/store/damaged-history-is-found-after-the-start",
                   test_damaged_history_is_found_after_the_start);
  g_test_add_func ("/store/newer-database-is-refused-and-left-alone",
                   test_newer_database_is_refused_and_left_alone);
  for (guint version = 1; version <= TOCSIN_SCHEMA_VERSION; version++) {
    g_autofree char *name = g_strdup_printf ("/store/version-%u-is-brought-up-to-date", version);

    g_test_add_data_func (name, GUINT_TO_POINTER (version),
                          test_every_earlier_version_is_brought_up_to_date);
  }
  g_test_add_func ("/store/file-that-may-not-grow-is-survived",
                   test_file_that_may_not_grow_is_survived);
  g_test_add_func ("/store/full-disk-is-survived", test_full_disk_is_survived);
  return g_test_run ();
}
