/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-samples"

#include "config.h"

#include "day-end.h"
#include "probe-world.h"
#include "retention.h"
#include "support.h"

static TocsinTestPostgres *postgres;

static void
assert_says (ProbeWorld *world, const char *sql, const char *wanted)
{
  g_autofree char *said = test_team_ask (&world->team, sql);

  g_test_message ("%s", sql);
  g_assert_cmpstr (said, ==, wanted);
}

static gint64
get_acked (JsonObject *answer)
{
  return json_object_get_int_member (answer, "acked");
}

static const char *
get_refusal (JsonObject *answer, guint i)
{
  JsonArray *refused = json_object_get_array_member (answer, "refused");

  if (i >= json_array_get_length (refused))
    return NULL;
  return json_object_get_string_member (json_array_get_object_element (refused, i), "reason");
}

/* A batch that is sent twice counts once, in whatever parts it comes again. */
static void
test_twice (void)
{
  ProbeWorld world;
  TestProbe probe;
  TocsinBatchItem items[100];
  g_autofree char *monitor = NULL;
  gint64 from_us = g_get_real_time () - 2 * TOCSIN_US_PER_HOUR;

  probe_world_init (&world, postgres);
  monitor = probe_world_add_monitor (&world, "shop", NULL);
  test_probe_init (&probe, &world, "one", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (items); i++)
    items[i] = test_probe_see (&probe, monitor, from_us + i * TOCSIN_US_PER_MIN,
                               i % 10 == 3 ? TOCSIN_OUTCOME_FAILED : TOCSIN_OUTCOME_OK);
  for (guint round = 0; round < 3; round++) {
    g_autoptr (JsonObject) all =
        test_probe_send (&world, &probe, items, G_N_ELEMENTS (items), round % 2);
    g_autoptr (JsonObject) part = test_probe_send (&world, &probe, items + 20, 50, 0);

    g_assert_cmpint (get_acked (all), ==, 100);
    g_assert_cmpint (get_acked (part), ==, 100);
    g_assert_null (get_refusal (all, 0));
  }
  assert_says (&world, "SELECT sum (n) FROM samples", "100");
  probe_world_check_rollups (&world);
  test_probe_clear (&probe);
  probe_world_clear (&world);
}

/* What is new is sent first, what waited in any order after it. */
static void
test_out_of_order (void)
{
  ProbeWorld world;
  TestProbe probe;
  TocsinBatchItem items[90];
  g_autofree char *monitor = NULL, *state = NULL;
  gint64 from_us = g_get_real_time () - 90 * TOCSIN_US_PER_MIN;
  /* At the end the outbox had dropped what is still missing. */
  static const struct {
    guint from, n;
    gint64 settled, acked;
  } parts[] = {
    { 80, 10, 0, 0 }, { 20, 20, 0, 0 },  { 0, 10, 0, 10 },  { 30, 40, 0, 10 },
    { 5, 25, 0, 70 }, { 75, 1, 76, 76 }, { 79, 1, 80, 90 },
  };

  probe_world_init (&world, postgres);
  monitor = probe_world_add_monitor (&world, "shop", NULL);
  test_probe_init (&probe, &world, "one", NULL);
  /* It was down for long, and is up again. */
  for (guint i = 0; i < G_N_ELEMENTS (items); i++)
    items[i] = test_probe_see (&probe, monitor, from_us + i * TOCSIN_US_PER_MIN,
                               i < 80 ? TOCSIN_OUTCOME_FAILED : TOCSIN_OUTCOME_OK);
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++) {
    g_autoptr (JsonObject) answer =
        test_probe_send (&world, &probe, items + parts[i].from, parts[i].n, parts[i].settled);

    g_assert_cmpint (get_acked (answer), ==, parts[i].acked);
  }
  state = probe_world_get_state (&world, monitor);
  g_assert_cmpstr (state, ==, "up");
  assert_says (&world, "SELECT sum (n) FROM samples", "82");
  assert_says (&world, "SELECT ranges FROM probe_numbers", "{}");
  assert_says (&world, "SELECT count (*) FROM incidents", "0");
  probe_world_check_rollups (&world);
  test_probe_clear (&probe);
  probe_world_clear (&world);
}

static void
test_refused (void)
{
  ProbeWorld world;
  TestProbe probe;
  TocsinBatchItem items[5];
  g_autofree char *monitor = NULL;
  g_autoptr (JsonObject) answer = NULL;
  gint64 now_us = g_get_real_time ();

  probe_world_init (&world, postgres);
  monitor = probe_world_add_monitor (&world, "shop", NULL);
  test_probe_init (&probe, &world, "one", NULL);
  items[0] = test_probe_see (&probe, monitor, now_us + 6 * TOCSIN_US_PER_MIN, TOCSIN_OUTCOME_OK);
  items[1] = test_probe_see (&probe, monitor, now_us + 4 * TOCSIN_US_PER_MIN, TOCSIN_OUTCOME_OK);
  items[2] = test_probe_see (&probe, monitor, now_us - 91 * TOCSIN_US_PER_DAY, TOCSIN_OUTCOME_OK);
  items[3] =
      test_probe_see (&probe, "0190abcd-0000-7000-8000-00000000abcd", now_us, TOCSIN_OUTCOME_OK);
  items[4] = test_probe_see (&probe, monitor, G_MININT64, TOCSIN_OUTCOME_OK);
  answer = test_probe_send (&world, &probe, items, G_N_ELEMENTS (items), 0);
  /* They will not be sent again. */
  g_assert_cmpint (get_acked (answer), ==, 5);
  g_assert_cmpstr (get_refusal (answer, 0), ==,
                   "it is from the future: the probe’s clock is wrong");
  g_assert_cmpstr (get_refusal (answer, 1), ==, "it is older than what is kept");
  g_assert_cmpstr (get_refusal (answer, 2), ==, "the team has no such monitor");
  g_assert_cmpstr (get_refusal (answer, 3), ==, "it is older than what is kept");
  assert_says (&world, "SELECT sum (n) FROM samples", "1");
  test_probe_clear (&probe);
  probe_world_clear (&world);
}

/* Another team's monitor is none of ours. */
static void
test_teams_apart (void)
{
  ProbeWorld world;
  TestProbe probe;
  TocsinBatchItem item;
  g_autofree char *monitor = NULL;
  g_autoptr (JsonObject) answer = NULL;

  probe_world_init (&world, postgres);
  monitor = probe_world_add_monitor (&world, "shop", NULL);
  test_probe_init (&probe, &world, "one", NULL);
  test_team_run (&world.team, "INSERT INTO teams (id, name, slug, created_at)"
                              " VALUES ('0190abcd-0000-7000-8000-00000000aaaa', 'U', 'u', 1);"
                              "INSERT INTO probes (team_id, id, name, created_at)"
                              " SELECT '0190abcd-0000-7000-8000-00000000aaaa', id, 'p', 1"
                              " FROM probes;"
                              "UPDATE tokens SET team_id = '0190abcd-0000-7000-8000-00000000aaaa'");
  item = test_probe_see (&probe, monitor, g_get_real_time (), TOCSIN_OUTCOME_FAILED);
  answer = test_probe_send (&world, &probe, &item, 1, 0);
  g_assert_cmpstr (get_refusal (answer, 0), ==, "the team has no such monitor");
  assert_says (&world, "SELECT count (*) FROM samples", "0");
  test_probe_clear (&probe);
  probe_world_clear (&world);
}

/* A clock that is hours off is put right by when the batch was sent. */
static void
test_clock_skew (void)
{
  static const gint64 skews[] = { 7 * TOCSIN_US_PER_HOUR, -7 * TOCSIN_US_PER_HOUR,
                                  400 * TOCSIN_US_PER_DAY };
  gint64 now_us = g_get_real_time ();

  for (guint i = 0; i < G_N_ELEMENTS (skews); i++) {
    ProbeWorld world;
    TestProbe probe;
    g_autofree char *monitor = NULL;
    g_autoptr (GArray) points = NULL;
    gint64 off_us;

    probe_world_init (&world, postgres);
    monitor = probe_world_add_monitor (&world, "shop", NULL);
    test_probe_init (&probe, &world, "one", NULL);
    probe.clock_us = skews[i];
    g_assert_cmpint (test_probe_report (&world, &probe, monitor, now_us, TOCSIN_OUTCOME_OK), ==, 1);
    points = probe_world_get_points (&world, monitor);
    g_assert_cmpuint (points->len, ==, 1);
    off_us = g_array_index (points, TocsinPoint, 0).at_us - now_us;
    g_assert_cmpint (ABS (off_us), <, 30 * TOCSIN_US_PER_S);
    test_probe_clear (&probe);
    probe_world_clear (&world);
  }
}

static TocsinBatchItem
make_random_item (GRand *rand, TestProbe *probe, char *const monitors[3], gint64 now_us)
{
  gint64 at_us = now_us - (gint64) g_rand_double_range (rand, 0, (double) (3 * TOCSIN_US_PER_DAY));
  TocsinBatchItem item = test_probe_see (probe, monitors[g_rand_int_range (rand, 0, 3)], at_us,
                                         (guint) g_rand_int_range (rand, 0, 4));

  if (item.point.outcome == TOCSIN_OUTCOME_OK)
    item.point.latency_us = g_rand_int_range (rand, 0, 1000000);
  return item;
}

/* Whatever comes, in whatever order and how often: rollups are what a recount of the samples says,
 * before and after the days were packed. */
static void
test_rollups (void)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();
  gint64 now_us = g_get_real_time ();
  ProbeWorld world;
  TestProbe probes[2];
  char *monitors[3];
  g_autofree char *n_before = NULL;
  g_autoptr (GError) error = NULL;
  guint n = 1;

  probe_world_init (&world, postgres);
  for (guint i = 0; i < 3; i++)
    monitors[i] = probe_world_add_monitor (&world, "shop", NULL);
  test_probe_init (&probes[0], &world, "one", NULL);
  test_probe_init (&probes[1], &world, "two", NULL);
  for (guint round = 0; round < 40; round++) {
    TestProbe *probe = &probes[g_rand_int_range (rand, 0, 2)];
    guint n_items = (guint) g_rand_int_range (rand, 1, 200);
    g_autofree TocsinBatchItem *items = g_new (TocsinBatchItem, n_items);

    for (guint i = 0; i < n_items; i++)
      items[i] = make_random_item (rand, probe, monitors, now_us);
    for (guint times = 0; times < 2; times++) {
      guint from = (guint) g_rand_int_range (rand, 0, (gint32) n_items);
      G_GNUC_UNUSED g_autoptr (JsonObject) some =
          test_probe_send (&world, probe, items + from, n_items - from, 0);
      G_GNUC_UNUSED g_autoptr (JsonObject) all = test_probe_send (&world, probe, items, n_items, 0);
    }
  }
  probe_world_check_rollups (&world);
  n_before = test_team_ask (&world.team, "SELECT sum (n) FROM samples");
  while (n > 0) {
    tocsin_day_end_run (world.team.pg, now_us + TOCSIN_US_PER_DAY, &n, &error);
    g_assert_no_error (error);
  }
  assert_says (&world, "SELECT sum (n) FROM samples", n_before);
  assert_says (&world,
               "SELECT count (*) FROM (SELECT monitor_id, probe_id, at / 86400000000 AS day,"
               " count (*) AS n FROM samples WHERE at < 86400000000 *"
               " (extract (epoch FROM now ())::bigint / 86400)"
               " GROUP BY 1, 2, 3) d WHERE n > 1",
               "0");
  probe_world_check_rollups (&world);
  for (guint i = 0; i < 3; i++)
    g_free (monitors[i]);
  test_probe_clear (&probes[0]);
  test_probe_clear (&probes[1]);
  probe_world_clear (&world);
}

/* Days are dropped as a whole, and what comes for them after that is refused. */
static void
test_retention (void)
{
  ProbeWorld world;
  TestProbe probe;
  TocsinBatchItem items[3];
  g_autofree char *monitor = NULL;
  g_autoptr (JsonObject) answer = NULL;
  g_autoptr (JsonObject) late = NULL;
  g_autoptr (GError) error = NULL;
  gint64 now_us = g_get_real_time ();
  gboolean more;

  probe_world_init (&world, postgres);
  monitor = probe_world_add_monitor (&world, "shop", NULL);
  test_probe_init (&probe, &world, "one", NULL);
  items[0] = test_probe_see (&probe, monitor, now_us - 80 * TOCSIN_US_PER_DAY, TOCSIN_OUTCOME_OK);
  items[1] =
      test_probe_see (&probe, monitor, now_us - 79 * TOCSIN_US_PER_DAY, TOCSIN_OUTCOME_FAILED);
  items[2] = test_probe_see (&probe, monitor, now_us - 5 * TOCSIN_US_PER_DAY, TOCSIN_OUTCOME_OK);
  answer = test_probe_send (&world, &probe, items, 3, 0);
  g_assert_null (get_refusal (answer, 0));
  assert_says (&world, "SELECT sum (n) FROM samples", "3");
  assert_says (&world, "SELECT reason FROM reasons", "connection refused");

  world.service.config->keep_samples_us = 30 * TOCSIN_US_PER_DAY;
  tocsin_retention_run (world.team.pg, world.service.config, now_us, &more, &error);
  g_assert_no_error (error);
  assert_says (&world, "SELECT sum (n) FROM samples", "1");
  assert_says (&world, "SELECT count (*) FROM reasons", "0");
  assert_says (&world, "SELECT count (*) FROM pg_inherits WHERE inhparent = 'samples'::regclass",
               "1");
  assert_says (&world, "SELECT count (*) FROM days", "3");
  items[0] = test_probe_see (&probe, monitor, now_us - 80 * TOCSIN_US_PER_DAY, TOCSIN_OUTCOME_OK);
  late = test_probe_send (&world, &probe, items, 1, 0);
  g_assert_cmpstr (get_refusal (late, 0), ==, "it is older than what is kept");
  g_assert_cmpint (get_acked (late), ==, 4);
  test_probe_clear (&probe);
  probe_world_clear (&world);
}

static void
test_what_is_no_batch (void)
{
  ProbeWorld world;
  TestProbe probe;
  g_autoptr (GBytes) blob = g_bytes_new_static ("TB\x01nonsense", 11);
  TocsinBatchItem item;
  g_autoptr (GBytes) good = NULL;

  probe_world_init (&world, postgres);
  test_probe_init (&probe, &world, "one", NULL);
  g_assert_cmpuint (test_post_batch (world.service.url, probe.token, blob, NULL), ==, 400);
  item = test_probe_see (&probe, "0190abcd-0000-7000-8000-00000000abcd", 1, TOCSIN_OUTCOME_OK);
  good = tocsin_batch_encode (&item, 1, 0, 1);
  g_assert_cmpuint (test_post_batch (world.service.url, "tocsin_nobody", good, NULL), ==, 401);
  test_team_run (&world.team, "UPDATE tokens SET revoked_at = 1");
  g_assert_cmpuint (test_post_batch (world.service.url, probe.token, good, NULL), ==, 401);
  test_probe_clear (&probe);
  probe_world_clear (&world);
}

int
main (int argc, char *argv[])
{
  int status;

  tocsin_test_init (&argc, &argv);
  postgres = tocsin_test_postgres_new ();
  if (postgres == NULL)
    return 77;
  g_test_add_func ("/samples/a-batch-sent-twice-counts-once", test_twice);
  g_test_add_func ("/samples/what-waited-comes-in-any-order", test_out_of_order);
  g_test_add_func ("/samples/some-are-refused-with-a-reason", test_refused);
  g_test_add_func ("/samples/another-teams-monitor-is-none", test_teams_apart);
  g_test_add_func ("/samples/a-clock-that-is-hours-off-is-put-right", test_clock_skew);
  g_test_add_func ("/samples/rollups-are-what-a-recount-says", test_rollups);
  g_test_add_func ("/samples/old-days-are-dropped-and-refused", test_retention);
  g_test_add_func ("/samples/what-is-no-batch-is-refused", test_what_is_no_batch);
  status = g_test_run ();
  tocsin_test_postgres_free (postgres);
  return status;
}
