/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-jobs"

#include "config.h"

#include "fleet.h"
#include "overdue.h"
#include "pg-pool.h"
#include "ping-batch.h"
#include "retention.h"
#include "support.h"
#include "timetext.h"

#define LIFE_US  (25 * TOCSIN_US_PER_HOUR) /* a fleet's period and grace */
#define LONG_AGO (30 * TOCSIN_US_PER_HOUR)

static TocsinTestPostgres *postgres;

typedef struct {
  TestTeam team;
  TocsinServerConfig config;
  TocsinMonitorCache *cache;
  char **ping_ids; /* (owned) */
  gint64 now_us;
} Field;

static void
field_init (Field *field, guint n_monitors)
{
  test_team_init (&field->team, postgres);
  fleet_add (&field->team, n_monitors);
  field->ping_ids = fleet_get_ping_ids (&field->team);
  field->cache = tocsin_monitor_cache_new ();
  field->now_us = g_get_real_time ();
  field->config = (TocsinServerConfig){ .keep_pings = 1000,
                                        .keep_pings_us = 90 * TOCSIN_US_PER_DAY,
                                        .keep_flips_us = 90 * TOCSIN_US_PER_DAY,
                                        .keep_samples_us = 90 * TOCSIN_US_PER_DAY,
                                        .keep_hours_us = 90 * TOCSIN_US_PER_DAY,
                                        .keep_audit_us = 90 * TOCSIN_US_PER_DAY };
}

static void
field_clear (Field *field)
{
  g_clear_pointer (&field->cache, tocsin_monitor_cache_free);
  g_clear_pointer (&field->ping_ids, g_strfreev);
  test_team_clear (&field->team);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Field, field_clear)

static void
ping (Field *field, guint monitor, TocsinPingKind kind, gint64 at_us)
{
  g_autoptr (TocsinPingTicket) ticket = tocsin_ping_ticket_new ();
  TocsinPingTicket *tickets[] = { ticket };
  TocsinPingBatch batch = { &field->config, field->cache, tickets, 1 };
  g_autoptr (GError) error = NULL;

  ticket->ping_id = g_strdup (field->ping_ids[monitor]);
  ticket->request.method = g_strdup ("GET");
  ticket->request.kind = kind;
  ticket->ping = tocsin_ping_new ();
  ticket->ping->at_us = at_us;
  ticket->ping->scheme = g_strdup ("http");
  ticket->ping->method = g_strdup ("GET");
  tocsin_pg_work_run (field->team.pg, TOCSIN_WORK_WRITE, tocsin_ping_batch_run, &batch, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (ticket->answer.status, ==, 200);
}

static gint64
look_for_overdue (Field *field)
{
  g_autoptr (GError) error = NULL;
  gint64 next_at = -1;

  tocsin_overdue_run (field->team.pg, field->cache, &next_at, &error);
  g_assert_no_error (error);
  return next_at;
}

static void
assert_says (Field *field, const char *sql, const char *wanted)
{
  g_autofree char *said = test_team_ask (&field->team, sql);

  g_test_message ("%s", sql);
  g_assert_cmpstr (said, ==, wanted);
}

/* Flips of the monitor "job-`n`", with the hours that they are ago. */
static void
assert_flips (Field *field, guint n, const char *wanted)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query (
      field->team.pg, &error,
      "SELECT string_agg (old_state || '-' || new_state || '@' ||"
      " ($1::bigint - at) / 3600000000, ' ' ORDER BY at) FROM flips JOIN heartbeats"
      " USING (team_id, monitor_id) WHERE slug = $2",
      PG_INT (field->now_us), PG_TEXT (n == 1 ? "job-1" : "job-2"));

  g_assert_no_error (error);
  g_assert_cmpstr (tocsin_pg_rows_get_text (rows, 0, 0), ==, wanted);
}

/* --- overdue --- */

static void
test_deadline (void)
{
  g_auto (Field) field = { 0 };
  gint64 next_at;

  field_init (&field, 2);
  g_assert_cmpint (look_for_overdue (&field), ==, 0); /* new ones are never overdue */
  ping (&field, 0, TOCSIN_PING_SUCCESS, field.now_us - LONG_AGO);
  ping (&field, 1, TOCSIN_PING_SUCCESS, field.now_us);
  next_at = look_for_overdue (&field);
  g_assert_cmpint (next_at, >, field.now_us); /* the next period of the first one */
  g_assert_cmpint (next_at, <=, field.now_us + LIFE_US);
  assert_flips (&field, 1, "new-up@30 up-down@5");
  assert_flips (&field, 2, "new-up@0");
  assert_says (&field, "SELECT string_agg (status || state, ' ' ORDER BY slug) FROM heartbeats",
               "downdown upup");
  assert_says (&field,
               "SELECT count (*) FROM incidents i JOIN heartbeats h ON h.incident_id = i.id"
               " WHERE ended_at = 0 AND slug = 'job-1'",
               "1");
  look_for_overdue (&field);
  assert_flips (&field, 1, "new-up@30 up-down@5"); /* once */
}

/* What is looked at before its deadline is put off, and nothing else. */
static void
test_early_look (void)
{
  g_auto (Field) field = { 0 };

  field_init (&field, 1);
  ping (&field, 0, TOCSIN_PING_SUCCESS, field.now_us - LIFE_US + TOCSIN_US_PER_MIN);
  ping (&field, 0, TOCSIN_PING_SUCCESS, field.now_us);
  assert_says (&field, "SELECT look_at < deadline_at FROM heartbeats", "t");
  test_team_run (&field.team, "UPDATE heartbeats SET look_at = 1");
  g_assert_cmpint (look_for_overdue (&field), ==, field.now_us + LIFE_US);
  assert_says (&field, "SELECT look_at = deadline_at FROM heartbeats", "t");
  assert_flips (&field, 1, "new-up@24");
}

/* A row in somebody else's hands is theirs: it is not waited for. */
static void
test_taken_row (void)
{
  g_auto (Field) field = { 0 };
  g_autoptr (TocsinPg) other = NULL;

  field_init (&field, 2);
  ping (&field, 0, TOCSIN_PING_SUCCESS, field.now_us - LONG_AGO);
  ping (&field, 1, TOCSIN_PING_SUCCESS, field.now_us - LONG_AGO);
  other = tocsin_pg_new (field.team.url);
  g_assert_true (tocsin_pg_script (
      other, "BEGIN; SELECT FROM heartbeats WHERE slug = 'job-1' FOR NO KEY UPDATE", NULL));
  g_assert_cmpint (look_for_overdue (&field), >, field.now_us); /* soon, but not at once */
  assert_flips (&field, 1, "new-up@30");
  assert_flips (&field, 2, "new-up@30 up-down@5");
  g_assert_true (tocsin_pg_script (other, "ROLLBACK", NULL));
  look_for_overdue (&field);
  assert_flips (&field, 1, "new-up@30 up-down@5");
}

/* A ping that comes before anybody looked tells of the outage that it ends. */
static void
test_missed_outage (void)
{
  static const struct {
    TocsinPingKind kind;
    const char *flips, *incidents;
  } cases[] = {
    { TOCSIN_PING_SUCCESS, "new-up@30 up-down@5 down-up@0", "1 0" },
    { TOCSIN_PING_FAIL, "new-up@30 up-down@5", "1 1" },
    { TOCSIN_PING_START, "new-up@30 up-down@5", "1 1" },
    { TOCSIN_PING_LOG, "new-up@30", "0 0" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_auto (Field) field = { 0 };

    field_init (&field, 1);
    ping (&field, 0, TOCSIN_PING_SUCCESS, field.now_us - LONG_AGO);
    ping (&field, 0, cases[i].kind, field.now_us);
    assert_flips (&field, 1, cases[i].flips);
    assert_says (&field,
                 "SELECT count (*) || ' ' || count (*) FILTER (WHERE ended_at = 0) FROM incidents",
                 cases[i].incidents);
  }
}

/* --- retention --- */

static gboolean
prune (Field *field)
{
  g_autoptr (GError) error = NULL;
  gboolean more = FALSE;

  tocsin_retention_run (field->team.pg, &field->config, field->now_us, &more, &error);
  g_assert_no_error (error);
  return more;
}

static void
prune_all (Field *field)
{
  guint n_rounds = 0;

  while (prune (field))
    g_assert_cmpuint (++n_rounds, <, 10);
}

#define KEPT                                                                                   \
  "SELECT string_agg (slug || ':' || first || '-' || last || '/' || n || '>' || oldest_ping, " \
  "' ' ORDER BY slug) FROM heartbeats JOIN (SELECT monitor_id, min (n) AS first, max (n) AS"   \
  " last, count (*) AS n FROM pings GROUP BY 1) p USING (monitor_id)"

static void
test_pings_by_number (void)
{
  g_auto (Field) field = { 0 };

  field_init (&field, 2);
  field.config.keep_pings = 10;
  for (gint64 i = 0; i < 25; i++)
    ping (&field, 0, TOCSIN_PING_SUCCESS, field.now_us - 25 + i);
  for (gint64 i = 0; i < 11; i++) /* a tenth too many is not worth it yet */
    ping (&field, 1, TOCSIN_PING_SUCCESS, field.now_us - 25 + i);
  prune_all (&field);
  assert_says (&field, KEPT, "job-1:16-25/10>16 job-2:1-11/11>1");
  ping (&field, 0, TOCSIN_PING_SUCCESS, field.now_us);
  assert_says (&field, KEPT, "job-1:16-26/11>16 job-2:1-11/11>1");
}

static void
test_pings_by_age (void)
{
  g_auto (Field) field = { 0 };

  field_init (&field, 2);
  field.config.keep_pings_us = 10 * TOCSIN_US_PER_HOUR;
  for (gint64 i = 0; i < 250; i++) /* more than one round takes */
    ping (&field, 0, TOCSIN_PING_SUCCESS, field.now_us - 11 * TOCSIN_US_PER_HOUR + i);
  for (gint64 i = 0; i < 5; i++)
    ping (&field, 0, TOCSIN_PING_SUCCESS, field.now_us - 9 * TOCSIN_US_PER_HOUR + i);
  for (gint64 i = 0; i < 3; i++)
    ping (&field, 1, TOCSIN_PING_SUCCESS, field.now_us - 9 * TOCSIN_US_PER_HOUR + i);
  prune_all (&field);
  assert_says (&field, KEPT, "job-1:251-255/5>251 job-2:1-3/3>1");
}

static void
test_old_flips (void)
{
  g_auto (Field) field = { 0 };

  field_init (&field, 1);
  field.config.keep_flips_us = 10 * TOCSIN_US_PER_HOUR;
  ping (&field, 0, TOCSIN_PING_SUCCESS, field.now_us - 11 * TOCSIN_US_PER_HOUR);
  ping (&field, 0, TOCSIN_PING_FAIL, field.now_us - 9 * TOCSIN_US_PER_HOUR);
  prune_all (&field);
  assert_flips (&field, 1, "up-down@9");
}

static void
test_one_prunes (void)
{
  g_auto (Field) field = { 0 };
  g_autoptr (TocsinPg) other = NULL;

  field_init (&field, 1);
  field.config.keep_pings = 1;
  for (gint64 i = 0; i < 5; i++)
    ping (&field, 0, TOCSIN_PING_SUCCESS, field.now_us);
  other = tocsin_pg_new (field.team.url);
  g_assert_true (
      tocsin_pg_script (other, "BEGIN; SELECT pg_advisory_lock (8391710164926575)", NULL));
  g_assert_false (prune (&field));
  assert_says (&field, KEPT, "job-1:1-5/5>1");
  g_assert_true (
      tocsin_pg_script (other, "SELECT pg_advisory_unlock (8391710164926575); COMMIT", NULL));
  prune_all (&field);
  assert_says (&field, KEPT, "job-1:5-5/1>5");
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
  g_test_add_func ("/jobs/what-is-overdue-goes-down-at-its-deadline-once", test_deadline);
  g_test_add_func ("/jobs/a-look-before-the-deadline-puts-it-off", test_early_look);
  g_test_add_func ("/jobs/a-row-that-another-has-taken-is-left", test_taken_row);
  g_test_add_func ("/jobs/a-ping-tells-of-the-outage-that-nobody-saw", test_missed_outage);
  g_test_add_func ("/jobs/a-monitor-keeps-its-last-pings", test_pings_by_number);
  g_test_add_func ("/jobs/old-pings-go", test_pings_by_age);
  g_test_add_func ("/jobs/old-flips-go", test_old_flips);
  g_test_add_func ("/jobs/one-server-at-a-time-prunes", test_one_prunes);
  status = g_test_run ();
  tocsin_test_postgres_free (postgres);
  return status;
}
