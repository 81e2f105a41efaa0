/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-upkeep"

#include "config.h"

#include "chunk.h"
#include "hot-sample.h"
#include "schema.h"
#include "store-private.h"
#include "support.h"
#include "timetext.h"

#define BEGIN_US (G_GINT64_CONSTANT (20000) * TOCSIN_US_PER_DAY)
#define KEY      1
#define CUT_US   (2 * TOCSIN_US_PER_MIN)

static const TocsinStoreOptions options = { 90 * TOCSIN_US_PER_DAY, 400 * TOCSIN_US_PER_DAY };

/* Upkeep is given its time, so months pass in no time here. */
typedef struct {
  char *path;
  TocsinDb *db;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *dir = tocsin_test_make_dir ();
  g_autoptr (GError) error = NULL;

  fixture->path = g_build_filename (dir, "tocsin.db", NULL);
  fixture->db = tocsin_db_open (fixture->path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &error);
  g_assert_no_error (error);
  g_assert_true (tocsin_schema_migrate (fixture->db, &error));
  g_assert_true (tocsin_db_run (fixture->db,
                                "INSERT INTO monitors (key, id, body, cut_us)"
                                " VALUES (1, 'a', '{}', 120000000)",
                                &error));
}

static void
tear_down (Fixture *fixture, gconstpointer user_data)
{
  tocsin_db_close (fixture->db);
  g_free (fixture->path);
}

static void
add_points (Fixture *fixture, const TocsinPoint *points, guint n)
{
  g_assert_true (tocsin_db_run (fixture->db, "BEGIN", NULL));
  for (guint i = 0; i < n; i++) {
    g_autoptr (TocsinStatement) insert = tocsin_db_prepare (
        fixture->db, "INSERT INTO samples (monitor, at, data) VALUES (?1, ?2, ?3)", NULL);
    guint8 data[TOCSIN_HOT_SAMPLE_MOST_BYTES];

    tocsin_statement_bind_int (insert, 1, KEY);
    tocsin_statement_bind_int (insert, 2, points[i].at_us);
    tocsin_statement_bind_blob (insert, 3, data, tocsin_hot_sample_encode (&points[i], data));
    g_assert_true (tocsin_statement_execute (insert, NULL));
  }
  g_assert_true (tocsin_db_run (fixture->db, "COMMIT", NULL));
}

/* A check a minute, some failed, some in maintenance, some of them missing. */
static GArray *
make_points (GRand *rand, gint64 from_us, gint64 to_us)
{
  GArray *points = tocsin_points_new ();

  for (gint64 at_us = from_us; at_us < to_us; at_us += TOCSIN_US_PER_MIN) {
    TocsinPoint point = { .at_us = at_us + g_rand_int_range (rand, 0, 30000000),
                          .latency_us = g_rand_int_range (rand, 1000, 900000),
                          .phase_us = { -1, -1, -1, -1, -1 } };

    if (g_rand_int_range (rand, 0, 20) == 0)
      continue;
    if (g_rand_int_range (rand, 0, 30) == 0) {
      point.outcome = TOCSIN_OUTCOME_FAILED;
      point.code = TOCSIN_CODE_TIMEOUT_CONNECT;
    }
    if (g_rand_int_range (rand, 0, 100) == 0)
      point.flags = TOCSIN_SAMPLE_IN_MAINTENANCE;
    g_array_append_val (points, point);
  }
  return points;
}

static void
keep_up (Fixture *fixture, gint64 now_us)
{
  g_autoptr (GError) error = NULL;
  gboolean more = TRUE;
  gint64 after_key = 0;

  for (guint i = 0; more; i++) {
    g_assert_cmpuint (i, <, 1000);
    g_assert_true (tocsin_upkeep_step (fixture->db, &options, now_us, &after_key, &more, &error));
    g_assert_no_error (error);
  }
  g_assert_cmpint (after_key, ==, 0);
}

static gint64
count (Fixture *fixture, const char *sql)
{
  g_autoptr (TocsinStatement) statement = tocsin_db_prepare (fixture->db, sql, NULL);

  g_assert_cmpint (tocsin_statement_step (statement, NULL), ==, 1);
  return tocsin_statement_get_int (statement, 0);
}

#define COUNT_HOT    "SELECT count (*) FROM samples"
#define COUNT_CHUNKS "SELECT count (*) FROM chunks"
#define COUNT_HOURS  "SELECT count (*) FROM hours"
#define COUNT_DAYS   "SELECT count (*) FROM days"

/* Everything that is kept, chunks and then rows. */
static GArray *
read_all (Fixture *fixture)
{
  g_autoptr (TocsinStatement) statement =
      tocsin_db_prepare (fixture->db, "SELECT data FROM chunks ORDER BY day", NULL);
  GArray *points = tocsin_points_new ();

  while (tocsin_statement_step (statement, NULL) == 1) {
    gsize size;
    const guint8 *data = tocsin_statement_get_blob (statement, 0, &size);

    g_assert_true (tocsin_chunk_decode (data, size, TOCSIN_CHUNK_ALL, points, NULL));
  }
  g_assert_true (tocsin_hot_samples_read (fixture->db, KEY, 0, G_MAXINT64, points, NULL));
  return points;
}

static void
assert_same (const GArray *a, const GArray *b)
{
  g_assert_cmpuint (a->len, ==, b->len);
  for (guint i = 0; i < a->len; i++) {
    const TocsinPoint *first = &g_array_index (a, TocsinPoint, i);
    const TocsinPoint *second = &g_array_index (b, TocsinPoint, i);

    g_assert_cmpint (first->at_us, ==, second->at_us);
    g_assert_cmpint (first->latency_us, ==, second->latency_us);
    g_assert_cmpuint (first->outcome, ==, second->outcome);
    g_assert_cmpuint (first->code, ==, second->code);
    g_assert_cmpuint (first->flags, ==, second->flags);
  }
}

static void
sum_rollups (Fixture *fixture, const char *sql, gint64 span_us, TocsinRollup *sum)
{
  g_autoptr (TocsinStatement) statement = tocsin_db_prepare (fixture->db, sql, NULL);

  tocsin_rollup_init (sum, BEGIN_US, TOCSIN_US_PER_DAY);
  while (tocsin_statement_step (statement, NULL) == 1) {
    g_auto (TocsinRollup) rollup = { 0 };
    gsize size;
    const guint8 *data = tocsin_statement_get_blob (statement, 1, &size);

    g_assert_true (tocsin_rollup_decode (&rollup, tocsin_statement_get_int (statement, 0), span_us,
                                         data, size, NULL));
    tocsin_rollup_merge (sum, &rollup);
  }
}

#define SUM_HOURS "SELECT at, data FROM hours"
#define SUM_DAYS  "SELECT at, data FROM days"

/* --- tests --- */

static void
test_days_are_packed_and_nothing_is_lost (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();
  g_autoptr (GArray) points = make_points (rand, BEGIN_US, BEGIN_US + 5 * TOCSIN_US_PER_DAY);
  g_autoptr (GArray) kept = NULL;

  add_points (fixture, (const TocsinPoint *) (gpointer) points->data, points->len);
  keep_up (fixture, BEGIN_US + 5 * TOCSIN_US_PER_DAY);
  g_assert_cmpint (count (fixture, COUNT_CHUNKS), ==, 4); /* the fifth is not a day old */
  g_assert_cmpint (count (fixture, COUNT_HOT), <=, 1440);
  g_assert_cmpint (count (fixture, COUNT_HOURS), ==, 5 * 24 - 1); /* the last one may get more */
  g_assert_cmpint (count (fixture, COUNT_DAYS), ==, 4);
  kept = read_all (fixture);
  assert_same (kept, points);
}

/* However often and whenever it is done, the sums are those of one pass over all samples. */
static void
test_sums_do_not_depend_on_when_it_is_done (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();
  gint64 end_us = BEGIN_US + 3 * TOCSIN_US_PER_DAY;
  g_autoptr (GArray) points = make_points (rand, BEGIN_US, end_us);
  g_auto (TocsinRollup) hours = { 0 }, days = { 0 };
  const TocsinPoint *all = (const TocsinPoint *) (gpointer) points->data;
  TocsinUptime time = { 0 };
  guint n_added = 0;

  for (gint64 now_us = BEGIN_US; now_us < end_us + 2 * TOCSIN_US_PER_DAY;
       now_us += g_rand_int_range (rand, 1, 3 * 3600) * TOCSIN_US_PER_S) {
    guint n = n_added;

    while (n < points->len && all[n].at_us < now_us)
      n++;
    add_points (fixture, all + n_added, n - n_added);
    n_added = n;
    keep_up (fixture, now_us);
  }
  g_assert_cmpuint (n_added, ==, points->len);
  keep_up (fixture, end_us + 2 * TOCSIN_US_PER_DAY);

  sum_rollups (fixture, SUM_HOURS, TOCSIN_US_PER_HOUR, &hours);
  sum_rollups (fixture, SUM_DAYS, TOCSIN_US_PER_DAY, &days);
  g_assert_true (tocsin_rollup_equal (&hours, &days));
  g_assert_cmpuint (tocsin_rollup_get_n (&hours), ==, points->len);
  tocsin_uptime_add_points (&time, all, points->len, CUT_US, BEGIN_US,
                            end_us + 2 * TOCSIN_US_PER_DAY);
  g_assert_cmpint (hours.time.up_us, ==, time.up_us);
  g_assert_cmpint (hours.time.down_us, ==, time.down_us);
}

static void
test_doing_it_again_changes_nothing (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();
  g_autoptr (GArray) points = make_points (rand, BEGIN_US, BEGIN_US + 3 * TOCSIN_US_PER_DAY);
  g_auto (TocsinRollup) before = { 0 }, after = { 0 };
  gint64 now_us = BEGIN_US + 3 * TOCSIN_US_PER_DAY;
  g_autoptr (GArray) kept = NULL;
  int changes;

  add_points (fixture, (const TocsinPoint *) (gpointer) points->data, points->len);
  keep_up (fixture, now_us);
  sum_rollups (fixture, SUM_HOURS, TOCSIN_US_PER_HOUR, &before);
  changes = sqlite3_total_changes (tocsin_db_get_handle (fixture->db));
  keep_up (fixture, now_us);
  g_assert_cmpint (sqlite3_total_changes (tocsin_db_get_handle (fixture->db)), ==, changes);
  sum_rollups (fixture, SUM_HOURS, TOCSIN_US_PER_HOUR, &after);
  g_assert_true (tocsin_rollup_equal (&before, &after));
  kept = read_all (fixture);
  assert_same (kept, points);
}

#define MANY 130 /* more than a few */

static void
test_each_of_many_has_its_turn_once (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GError) error = NULL;
  gboolean more = TRUE;
  gint64 after_key = 0;
  guint n_steps = 0;
  int changes;

  g_assert_true (tocsin_db_run (fixture->db, "DELETE FROM monitors", &error));
  for (guint i = 1; i <= MANY; i++) {
    g_autofree char *sql = g_strdup_printf (
        "INSERT INTO monitors (key, id, body, cut_us) VALUES (%u, 'm%u', '{}', 120000000)", i, i);

    g_assert_true (tocsin_db_run (fixture->db, sql, &error));
  }
  changes = sqlite3_total_changes (tocsin_db_get_handle (fixture->db));
  for (; more; n_steps++) {
    g_assert_cmpuint (n_steps, <, MANY);
    g_assert_true (tocsin_upkeep_step (fixture->db, &options, BEGIN_US, &after_key, &more, &error));
  }
  g_assert_cmpuint (n_steps, >, 2);
  g_assert_cmpint (sqlite3_total_changes (tocsin_db_get_handle (fixture->db)) - changes, ==, MANY);
  g_assert_cmpint (count (fixture, "SELECT count (*) FROM monitors WHERE rolled_at = 0"), ==, 0);
}

static void
test_old_samples_go_then_hours_and_days_stay (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();
  g_autoptr (GArray) points = make_points (rand, BEGIN_US, BEGIN_US + 2 * TOCSIN_US_PER_DAY);
  TocsinPoint last = { .at_us = BEGIN_US + 3 * TOCSIN_US_PER_DAY,
                       .latency_us = 1,
                       .phase_us = { -1, -1, -1, -1, -1 } };
  static const struct {
    gint64 days;
    gboolean chunks, hours;
  } steps[] = {
    { 89, TRUE, TRUE },    { 95, FALSE, TRUE },    { 399, FALSE, TRUE },
    { 410, FALSE, FALSE }, { 4000, FALSE, FALSE },
  };

  add_points (fixture, (const TocsinPoint *) (gpointer) points->data, points->len);
  add_points (fixture, &last, 1); /* the newest row stays */
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++) {
    keep_up (fixture, BEGIN_US + steps[i].days * TOCSIN_US_PER_DAY);
    g_assert_cmpint (count (fixture, COUNT_CHUNKS) > 0, ==, steps[i].chunks);
    g_assert_cmpint (count (fixture, COUNT_HOURS) > 0, ==, steps[i].hours);
    g_assert_cmpint (count (fixture, COUNT_DAYS), >=, 2);
    g_assert_cmpint (count (fixture, COUNT_HOT), ==, 1);
  }
}

#define ADD(name, function) g_test_add ("/upkeep/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);

  ADD ("days-are-packed-and-nothing-is-lost", test_days_are_packed_and_nothing_is_lost);
  ADD ("sums-do-not-depend-on-when-it-is-done", test_sums_do_not_depend_on_when_it_is_done);
  ADD ("doing-it-again-changes-nothing", test_doing_it_again_changes_nothing);
  ADD ("each-of-many-has-its-turn-once", test_each_of_many_has_its_turn_once);
  ADD ("old-samples-go-then-hours-and-days-stay", test_old_samples_go_then_hours_and_days_stay);
  return g_test_run ();
}
