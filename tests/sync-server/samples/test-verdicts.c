/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-verdicts"

#include "config.h"

#include "covers.h"
#include "feed.h"
#include "probe-world.h"
#include "silence.h"
#include "support.h"

static TocsinTestPostgres *postgres;

#define N_PROBES 3

typedef struct {
  ProbeWorld world;
  TestProbe probes[N_PROBES];
  TocsinMonitorCache *cache;
} Fixture;

static void
setup (Fixture *f, gconstpointer data)
{
  static const char *const eu[] = { "eu", NULL };
  static const char *const names[N_PROBES] = { "one", "two", "three" };

  probe_world_init (&f->world, postgres);
  f->cache = tocsin_monitor_cache_new ();
  for (guint i = 0; i < N_PROBES; i++) {
    g_autoptr (JsonObject) answer = NULL;

    test_probe_init (&f->probes[i], &f->world, names[i], i == 0 ? eu : NULL);
    answer = test_probe_greet (&f->world, &f->probes[i]);
  }
}

static void
teardown (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < N_PROBES; i++)
    test_probe_clear (&f->probes[i]);
  tocsin_monitor_cache_free (f->cache);
  probe_world_clear (&f->world);
}

static void
assert_says (Fixture *f, const char *sql, const char *wanted)
{
  g_autofree char *said = test_team_ask (&f->world.team, sql);

  g_test_message ("%s", sql);
  g_assert_cmpstr (said, ==, wanted);
}

static void
assert_state (Fixture *f, const char *monitor, const char *wanted)
{
  g_autofree char *state = probe_world_get_state (&f->world, monitor);

  g_assert_cmpstr (state, ==, wanted);
}

/* All probes see the monitor at the same time; an outcome each. */
static void
see_all (Fixture *f, const char *monitor, gint64 at_us, const TocsinOutcome outcomes[N_PROBES])
{
  for (guint i = 0; i < N_PROBES; i++)
    test_probe_report (&f->world, &f->probes[i], monitor, at_us + i, outcomes[i]);
}

#define OK     TOCSIN_OUTCOME_OK
#define FAILED TOCSIN_OUTCOME_FAILED

static const TocsinOutcome all_good[N_PROBES] = { OK, OK, OK };
static const TocsinOutcome one_lies[N_PROBES] = { OK, FAILED, OK };
static const TocsinOutcome two_fail[N_PROBES] = { FAILED, FAILED, OK };

static void
listen (Fixture *f, gint64 now_us)
{
  g_autoptr (GError) error = NULL;
  guint n;

  tocsin_silent_probes_run (f->world.team.pg, now_us, &n, &error);
  g_assert_no_error (error);
  tocsin_silent_monitors_run (f->world.team.pg, f->cache, now_us, &n, &error);
  g_assert_no_error (error);
  do {
    tocsin_parents_run (f->world.team.pg, f->cache, now_us, &n, &error);
    g_assert_no_error (error);
  } while (n > 0);
  tocsin_maintenance_run (f->world.team.pg, f->cache, now_us, &n, &error);
  g_assert_no_error (error);
}

/* The monitor, as if it had been made long ago. */
static void
make_old (Fixture *f)
{
  test_team_run (&f->world.team, "UPDATE verdicts SET judge = NULL");
}

/* Three probes of which one lies: people see it, nobody is woken. */
static void
test_one_lies (Fixture *f, gconstpointer data)
{
  g_autofree char *monitor =
      probe_world_add_monitor (&f->world, "shop", "\"probes\": [\"all\"], \"failures\": 2");
  gint64 at_us = g_get_real_time () - 20 * TOCSIN_US_PER_MIN;

  make_old (f);
  see_all (f, monitor, at_us, all_good);
  assert_state (f, monitor, "up");
  for (guint i = 1; i <= 5; i++)
    see_all (f, monitor, at_us + i * TOCSIN_US_PER_MIN, one_lies);
  assert_state (f, monitor, "degraded");
  assert_says (f, "SELECT count (*) FROM incidents", "0");
  assert_says (f,
               "SELECT p.name || ' ' || (v.value ->> 'code') FROM verdicts,"
               " jsonb_array_elements (votes) v JOIN probes p ON p.id = (v.value ->> 'probe')::uuid"
               " WHERE (v.value ->> 'failed')::int > 0",
               "two connect_refused");

  /* The liar is right now: two of three say so. */
  for (guint i = 6; i <= 8; i++)
    see_all (f, monitor, at_us + i * TOCSIN_US_PER_MIN, two_fail);
  assert_state (f, monitor, "down");
  assert_says (f, "SELECT count (*) FROM incidents WHERE ended_at = 0", "1");
  assert_says (f, "SELECT new_state FROM flips ORDER BY at DESC LIMIT 1", "down");
  assert_says (f,
               "SELECT count (*) FROM incidents d JOIN verdicts v ON v.incident_id = d.id"
               " JOIN flips p ON p.monitor_id = v.monitor_id AND p.new_state = 'down'"
               " WHERE d.began_at <= p.at AND d.seq > 0",
               "1");
  see_all (f, monitor, at_us + 9 * TOCSIN_US_PER_MIN, all_good);
  assert_state (f, monitor, "up");
  assert_says (f, "SELECT count (*) FROM incidents WHERE ended_at = 0", "0");
  /* Each number of the feed was given once, and none is missing at its end. */
  assert_says (f,
               "SELECT count (*) FROM (SELECT seq FROM verdicts UNION ALL SELECT seq FROM incidents"
               " UNION ALL SELECT seq FROM probes UNION ALL SELECT seq FROM records) s"
               " GROUP BY seq HAVING count (*) > 1 UNION ALL SELECT 0",
               "0");
  assert_says (f, "SELECT t.seq = (SELECT max (seq) FROM verdicts) FROM teams t", "t");
}

/* How many must agree is the monitor's to say, also while it fails. */
static void
test_confirm (Fixture *f, gconstpointer data)
{
  static const char members[] = "\"probes\": [\"all\"], \"failures\": 1";
  g_autofree char *monitor = probe_world_add_monitor (&f->world, "shop", members);
  gint64 at_us = g_get_real_time () - 5 * TOCSIN_US_PER_MIN;

  make_old (f);
  see_all (f, monitor, at_us, all_good);
  see_all (f, monitor, at_us + TOCSIN_US_PER_MIN, one_lies);
  assert_state (f, monitor, "degraded");
  probe_world_edit_monitor (&f->world, monitor,
                            "\"probes\": [\"all\"], \"failures\": 1, \"confirm\": 1");
  see_all (f, monitor, at_us + 2 * TOCSIN_US_PER_MIN, one_lies);
  assert_state (f, monitor, "down");
}

static guint
count_assigned (Fixture *f, guint probe)
{
  g_autoptr (TestAnswer) answer =
      test_probe_ask (&f->world, &f->probes[probe], "GET", "/api/v1/probe/assignments", NULL);
  g_autoptr (JsonObject) json = test_answer_get_json (answer);

  g_assert_cmpuint (answer->status, ==, 200);
  return json_array_get_length (json_object_get_array_member (json, "monitors"));
}

/* A probe that is not heard gives up its monitors, and takes them back when it is. */
static void
test_takeover (Fixture *f, gconstpointer data)
{
  gint64 now_us = g_get_real_time ();
  guint before[N_PROBES], sum = 0;
  g_autoptr (JsonObject) answer = NULL;
  g_autofree char *eu = NULL, *shared = NULL;

  for (guint i = 0; i < 30; i++) {
    G_GNUC_UNUSED g_autofree char *one = probe_world_add_monitor (&f->world, "any", NULL);
  }
  eu = probe_world_add_monitor (&f->world, "eu", "\"probes\": [\"label:eu\"]");
  shared = probe_world_add_monitor (&f->world, "shared", "\"probes\": [\"all\"]");
  for (guint i = 0; i < N_PROBES; i++) {
    before[i] = count_assigned (f, i);
    sum += before[i];
  }
  g_assert_cmpuint (sum, ==, 30 + 1 + N_PROBES);

  test_team_run (&f->world.team,
                 "UPDATE probes SET seen_at = seen_at - 91000000 WHERE name = 'one'");
  listen (f, now_us);
  assert_says (f, "SELECT string_agg (state, ',' ORDER BY name) FROM probes",
               "silent,online,online");
  g_assert_cmpuint (count_assigned (f, 0), ==, 0);
  g_assert_cmpuint (count_assigned (f, 1) + count_assigned (f, 2), ==, 30 + 2);
  answer = test_probe_greet (&f->world, &f->probes[0]);
  for (guint i = 0; i < N_PROBES; i++)
    g_assert_cmpuint (count_assigned (f, i), ==, before[i]);
}

static void
test_version (Fixture *f, gconstpointer data)
{
  g_autofree char *monitor = probe_world_add_monitor (&f->world, "shop", NULL);
  g_autoptr (TestAnswer) first =
      test_probe_ask (&f->world, &f->probes[0], "GET", "/api/v1/probe/assignments", NULL);
  g_autofree char *tag = g_strdup (soup_message_headers_get_one (first->headers, "ETag"));
  g_autofree char *bearer = g_strconcat ("Bearer ", f->probes[0].token, NULL);
  const char *const headers[] = { "Authorization", bearer, "If-None-Match", tag, NULL };
  g_autoptr (TestAnswer) same = NULL;
  g_autoptr (TestAnswer) other = NULL;

  same = test_service_ask (&f->world.service, "GET", "/api/v1/probe/assignments", headers, NULL);
  g_assert_cmpuint (same->status, ==, 304);
  probe_world_edit_monitor (&f->world, monitor, "\"probes\": [\"all\"]");
  other = test_service_ask (&f->world.service, "GET", "/api/v1/probe/assignments", headers, NULL);
  g_assert_cmpuint (other->status, ==, 200);
}

/* A probe gets what it checks with its secrets, and nothing else. */
static void
test_secrets (Fixture *f, gconstpointer data)
{
  g_autofree char *mine =
      probe_world_add_monitor (&f->world, "mine",
                               "\"probes\": [\"label:eu\"], \"auth\": \"basic\","
                               " \"username\": \"u\", \"password\": \"hush\"");
  g_autofree char *others = g_strdup_printf ("\"probes\": [\"%s\"]", f->probes[1].id);
  g_autofree char *other = probe_world_add_monitor (&f->world, "other", others);
  g_autofree char *body = g_strdup_printf ("{\"ids\": [\"%s\", \"%s\"]}", mine, other);
  g_autoptr (TestAnswer) answer =
      test_probe_ask (&f->world, &f->probes[0], "POST", "/api/v1/probe/monitors", body);
  g_autoptr (JsonObject) json = test_answer_get_json (answer);
  JsonArray *monitors = json_object_get_array_member (json, "monitors");
  JsonObject *one;

  g_assert_cmpuint (json_array_get_length (monitors), ==, 1);
  one = json_array_get_object_element (monitors, 0);
  g_assert_cmpstr (json_object_get_string_member (one, "id"), ==, mine);
  g_assert_cmpstr (
      json_object_get_string_member (json_object_get_object_member (one, "body"), "password"), ==,
      "hush");
}

/* What nobody reports of is unknown, and says why; the next sample ends that. */
static void
test_silence (Fixture *f, gconstpointer data)
{
  gint64 now_us = g_get_real_time ();
  g_autofree char *monitor = probe_world_add_monitor (&f->world, "shop", NULL);
  g_autofree char *never =
      probe_world_add_monitor (&f->world, "mars", "\"probes\": [\"label:mars\"]");

  test_probe_report (&f->world, &f->probes[0], monitor, now_us, OK);
  listen (f, now_us + 110 * TOCSIN_US_PER_S);
  assert_state (f, monitor, "up");
  assert_state (f, never, "new");
  listen (f, now_us + 130 * TOCSIN_US_PER_S);
  assert_state (f, monitor, "unknown");
  assert_state (f, never, "unknown");
  assert_says (f,
               "SELECT note FROM verdicts v JOIN records r ON r.id = v.monitor_id"
               " WHERE r.name = 'mars'",
               "no probe with the label “mars” is online");
  /* It counts as unknown from when it was silent for too long, not from when somebody looked. */
  assert_says (f,
               "SELECT p.at - (SELECT max (last_at) FROM samples) FROM flips p"
               " JOIN records r ON r.id = p.monitor_id"
               " WHERE r.name = 'shop' AND new_state = 'unknown'",
               "120000000");
  test_probe_report (&f->world, &f->probes[1], monitor, now_us + 4 * TOCSIN_US_PER_MIN, OK);
  assert_state (f, monitor, "up");
}

static void
test_pause (Fixture *f, gconstpointer data)
{
  gint64 now_us = g_get_real_time ();
  g_autofree char *monitor = probe_world_add_monitor (&f->world, "shop", "\"failures\": 1");

  test_probe_report (&f->world, &f->probes[0], monitor, now_us - TOCSIN_US_PER_S, FAILED);
  assert_state (f, monitor, "down");
  probe_world_edit_monitor (&f->world, monitor, "\"failures\": 1, \"paused\": true");
  assert_state (f, monitor, "paused");
  g_assert_cmpuint (count_assigned (f, 0) + count_assigned (f, 1) + count_assigned (f, 2), ==, 0);
  test_probe_report (&f->world, &f->probes[0], monitor, now_us, OK);
  listen (f, now_us + 10 * TOCSIN_US_PER_MIN);
  assert_state (f, monitor, "paused");
  probe_world_edit_monitor (&f->world, monitor, "\"failures\": 1");
  test_probe_report (&f->world, &f->probes[0], monitor, now_us + TOCSIN_US_PER_S, OK);
  assert_state (f, monitor, "up");
  assert_says (f, "SELECT count (*) FROM incidents WHERE ended_at = 0", "0");
}

/* What is behind a router that is down is not down itself. */
static void
test_parents (Fixture *f, gconstpointer data)
{
  gint64 now_us = g_get_real_time () - 2 * TOCSIN_US_PER_MIN;
  g_autofree char *router = probe_world_add_monitor (&f->world, "router", "\"failures\": 1");
  g_autofree char *members = g_strdup_printf ("\"failures\": 2, \"depends_on\": [\"%s\"]", router);
  g_autofree char *shop = probe_world_add_monitor (&f->world, "shop", members);
  gint64 s = TOCSIN_US_PER_S;

  test_probe_report (&f->world, &f->probes[0], router, now_us, OK);
  test_probe_report (&f->world, &f->probes[0], shop, now_us, OK);
  test_probe_report (&f->world, &f->probes[0], router, now_us + s, FAILED);
  test_probe_report (&f->world, &f->probes[0], shop, now_us + s, FAILED);
  listen (f, now_us + 2 * s);
  test_probe_report (&f->world, &f->probes[0], shop, now_us + 3 * s, FAILED);
  assert_state (f, router, "down");
  assert_state (f, shop, "unknown");
  assert_says (f, "SELECT count (*) FROM incidents", "1");
  test_probe_report (&f->world, &f->probes[0], router, now_us + 4 * s, OK);
  test_probe_report (&f->world, &f->probes[0], shop, now_us + 4 * s, OK);
  listen (f, now_us + 5 * s);
  assert_state (f, shop, "up");
  assert_says (f, "SELECT count (*) FROM incidents", "1");
}

static void
test_maintenance (Fixture *f, gconstpointer data)
{
  gint64 now_us = g_get_real_time ();
  g_autofree char *shop = probe_world_add_monitor (&f->world, "shop", "\"tags\": [\"x\"]");
  g_autofree char *other = probe_world_add_monitor (&f->world, "other", NULL);

  test_probe_report (&f->world, &f->probes[0], shop, now_us - TOCSIN_US_PER_S, OK);
  test_probe_report (&f->world, &f->probes[0], other, now_us - TOCSIN_US_PER_S, OK);
  test_team_run (&f->world.team,
                 "INSERT INTO records (team_id, id, type, name, revision, seq, body, created_at,"
                 " updated_at) SELECT id, gen_random_uuid (), 'maintenance', 'm', 1, 1000000,"
                 " jsonb_build_object ('title', 'm', 'tags', '[\"x\"]'::jsonb, 'starts',"
                 "  to_char (now () AT TIME ZONE 'UTC' - interval '1 hour',"
                 "   'YYYY-MM-DD\"T\"HH24:MI:SS'), 'tz', 'UTC', 'duration_s', 7200), 1, 1"
                 " FROM teams");
  listen (f, now_us);
  assert_state (f, shop, "maintenance");
  assert_state (f, other, "up");
  for (guint i = 1; i <= 4; i++)
    test_probe_report (&f->world, &f->probes[0], shop, now_us + i * TOCSIN_US_PER_S, FAILED);
  assert_says (f, "SELECT count (*) FROM incidents", "0");
  test_probe_report (&f->world, &f->probes[0], shop, now_us + 5 * TOCSIN_US_PER_S, OK);
  test_team_run (&f->world.team, "UPDATE records SET deleted_at = 1 WHERE type = 'maintenance'");
  listen (f, now_us + 6 * TOCSIN_US_PER_S);
  assert_state (f, shop, "up");
}

static void
test_acked_numbers (Fixture *f, gconstpointer data)
{
  g_autofree char *monitor = probe_world_add_monitor (&f->world, "shop", NULL);
  g_autoptr (JsonObject) welcome = NULL;

  for (guint i = 0; i < 7; i++)
    test_probe_report (&f->world, &f->probes[0], monitor, g_get_real_time (), OK);
  welcome = test_probe_greet (&f->world, &f->probes[0]);
  g_assert_cmpint (json_object_get_int_member (welcome, "acked"), ==, 7);
  assert_says (f, "SELECT load ->> 'monitors' FROM probes WHERE name = 'one'", "3");
}

int
main (int argc, char *argv[])
{
  static const struct {
    const char *name;
    void (*test) (Fixture *f, gconstpointer data);
  } tests[] = {
    { "/verdicts/one-probe-that-lies-does-not-make-it-down", test_one_lies },
    { "/verdicts/how-many-must-agree-is-the-monitors", test_confirm },
    { "/verdicts/a-silent-probes-monitors-are-taken-over", test_takeover },
    { "/verdicts/assignments-have-a-version", test_version },
    { "/verdicts/a-probe-gets-what-it-checks-with-secrets", test_secrets },
    { "/verdicts/what-nobody-reports-of-is-unknown", test_silence },
    { "/verdicts/a-pause-reaches-the-verdict", test_pause },
    { "/verdicts/what-is-behind-a-router-is-not-down", test_parents },
    { "/verdicts/maintenance-covers", test_maintenance },
    { "/verdicts/hello-tells-where-numbers-go-on", test_acked_numbers },
  };
  int status;

  tocsin_test_init (&argc, &argv);
  postgres = tocsin_test_postgres_new ();
  if (postgres == NULL)
    return 77;
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, Fixture, NULL, setup, tests[i].test, teardown);
  status = g_test_run ();
  tocsin_test_postgres_free (postgres);
  return status;
}
