/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "attempts"

#include "config.h"

#include "attempts.h"
#include "proxies.h"
#include "timetext.h"

#define FREE_OF_ACCOUNT 4
#define FREE_OF_ADDRESS 20
#define DOUBLINGS_MOST  10
#define WAIT_MOST_US    (15 * TOCSIN_US_PER_MIN)

gint64
tocsin_attempts_get_wait_us (gint64 n, gboolean is_address)
{
  gint64 over = n - (is_address ? FREE_OF_ADDRESS : FREE_OF_ACCOUNT);

  if (over < 0)
    return 0;
  return MIN (TOCSIN_US_PER_S << MIN (over, DOUBLINGS_MOST), WAIT_MOST_US);
}

/* (transfer full) (nullable) */
static char *
make_key (const TocsinAttempt *attempt, gboolean is_address)
{
  g_autofree char *account = NULL;

  if (is_address)
    return tocsin_proxies_make_limit_key (attempt->address, NULL);
  account = attempt->account != NULL ? g_ascii_strdown (attempt->account, 256) : NULL;
  return account != NULL ? g_strconcat ("u:", account, NULL) : NULL;
}

static gboolean
look_at (TocsinPg *pg, const TocsinAttempt *attempt, gboolean is_address, gint64 *wait_us,
         GError **error)
{
  g_autofree char *key = make_key (attempt, is_address);
  g_autoptr (TocsinPgRows) rows = NULL;
  gint64 n, failed_at;

  if (key == NULL)
    return TRUE;
  rows = tocsin_pg_query (pg, error,
                          "INSERT INTO attempts (key) VALUES ($1)"
                          " ON CONFLICT (key) DO UPDATE SET key = excluded.key"
                          " RETURNING failures, failed_at",
                          PG_TEXT (key));
  if (rows == NULL)
    return FALSE;
  n = tocsin_pg_rows_get_int (rows, 0, 0);
  failed_at = tocsin_pg_rows_get_int (rows, 0, 1);
  if (attempt->now_us - failed_at < TOCSIN_ATTEMPTS_KEPT_US)
    *wait_us =
        MAX (*wait_us, failed_at + tocsin_attempts_get_wait_us (n, is_address) - attempt->now_us);
  return TRUE;
}

gboolean
tocsin_attempt_begin (TocsinPg *pg, const TocsinAttempt *attempt, gint64 *wait_us, GError **error)
{
  *wait_us = 0;
  return look_at (pg, attempt, TRUE, wait_us, error) &&
         look_at (pg, attempt, FALSE, wait_us, error);
}

static gboolean
count (TocsinPg *pg, const TocsinAttempt *attempt, gboolean is_address, GError **error)
{
  g_autofree char *key = make_key (attempt, is_address);

  return key == NULL ||
         tocsin_pg_run (pg, error, NULL,
                        "UPDATE attempts SET failures ="
                        " CASE WHEN $2 - failed_at < $3 THEN failures + 1 ELSE 1 END,"
                        " failed_at = $2 WHERE key = $1",
                        PG_TEXT (key), PG_INT (attempt->now_us), PG_INT (TOCSIN_ATTEMPTS_KEPT_US));
}

gboolean
tocsin_attempt_failed (TocsinPg *pg, const TocsinAttempt *attempt, GError **error)
{
  return count (pg, attempt, TRUE, error) && count (pg, attempt, FALSE, error);
}

gboolean
tocsin_attempt_succeeded (TocsinPg *pg, const TocsinAttempt *attempt, GError **error)
{
  g_autofree char *key = make_key (attempt, FALSE);

  return key == NULL ||
         tocsin_pg_run (pg, error, NULL, "DELETE FROM attempts WHERE key = $1", PG_TEXT (key));
}
