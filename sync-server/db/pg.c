/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "pg"

#include "config.h"

#include <libpq-fe.h>
#include <string.h>

#include "pg-private.h"
#include "pg.h"

#define CONNECT_TIMEOUT_S "5"

/* Type numbers of PostgreSQL's catalogue, which are fixed. */
#define OID_BYTEA 17
#define OID_INT8  20

struct _TocsinPg {
  char *url;
  PGconn *conn;         /* (owned) (nullable) */
  GHashTable *prepared; /* (owned) SQL → name of the statement */
  gboolean in_transaction;
  gboolean is_broken;   /* whatever libpq says */
  gboolean is_by_index; /* plans look rows up one by one */
};

static gboolean
is_there (const TocsinPg *pg)
{
  return pg->conn != NULL && !pg->is_broken && PQstatus (pg->conn) == CONNECTION_OK;
}

static void
ignore_notice_cb (void *user_data, const PGresult *result)
{
}

gboolean
tocsin_pg_connect (TocsinPg *pg, GError **error)
{
  static const char *const names[] = { "dbname", "connect_timeout", "application_name",
                                       "client_encoding", NULL };
  const char *const values[] = { pg->url, CONNECT_TIMEOUT_S, "tocsin-server", "UTF8", NULL };

  g_return_val_if_fail (pg != NULL, FALSE);

  if (is_there (pg))
    return TRUE;
  tocsin_pg_disconnect (pg);
  pg->conn = PQconnectdbParams (names, values, TRUE);
  if (pg->conn == NULL)
    g_error ("out of memory");
  if (!is_there (pg)) {
    g_autofree char *why = g_strchomp (g_strdup (PQerrorMessage (pg->conn)));

    g_set_error (error, TOCSIN_PG_ERROR, TOCSIN_PG_ERROR_UNAVAILABLE, "the database: %s", why);
    tocsin_pg_disconnect (pg);
    return FALSE;
  }
  PQsetNoticeReceiver (pg->conn, ignore_notice_cb, NULL);
  /* A lock that is not had soon is an error that is tried again, not a queue without an end. */
  return tocsin_pg_script (pg,
                           "SET lock_timeout = '5s'; SET statement_timeout = '30s';"
                           "SET idle_in_transaction_session_timeout = '60s'",
                           error) &&
         (!pg->is_by_index ||
          tocsin_pg_script (pg,
                            "SET enable_seqscan = off; SET enable_hashjoin = off;"
                            "SET enable_mergejoin = off; SET jit = off",
                            error));
}

void
tocsin_pg_disconnect (TocsinPg *pg)
{
  g_return_if_fail (pg != NULL);

  g_clear_pointer (&pg->conn, PQfinish);
  g_hash_table_remove_all (pg->prepared);
  pg->in_transaction = FALSE;
  pg->is_broken = FALSE;
}

void
tocsin_pg_look_up_by_index (TocsinPg *pg)
{
  g_return_if_fail (pg != NULL && pg->conn == NULL);

  pg->is_by_index = TRUE;
}

gpointer
tocsin_pg_get_raw (TocsinPg *pg)
{
  g_return_val_if_fail (pg != NULL, NULL);

  return is_there (pg) ? pg->conn : NULL;
}

/* --- errors --- */

static TocsinPgError
read_error_code (const char *state)
{
  static const struct {
    const char *prefix;
    TocsinPgError code;
  } table[] = {
    { "08", TOCSIN_PG_ERROR_UNAVAILABLE },    /* connection */
    { "53", TOCSIN_PG_ERROR_UNAVAILABLE },    /* out of room: disk, memory, connections */
    { "57P", TOCSIN_PG_ERROR_UNAVAILABLE },   /* shutting down, starting up */
    { "25P03", TOCSIN_PG_ERROR_UNAVAILABLE }, /* sat idle for too long */
    { "40001", TOCSIN_PG_ERROR_RETRY },       { "40P01", TOCSIN_PG_ERROR_RETRY },
    { "55P03", TOCSIN_PG_ERROR_RETRY }, /* lock_timeout */
    { "23505", TOCSIN_PG_ERROR_EXISTS },      { "23503", TOCSIN_PG_ERROR_REFERENCE },
    { "25006", TOCSIN_PG_ERROR_READ_ONLY },
  };

  for (guint i = 0; state != NULL && i < G_N_ELEMENTS (table); i++)
    if (g_str_has_prefix (state, table[i].prefix))
      return table[i].code;
  return TOCSIN_PG_ERROR_FAILED;
}

gboolean
tocsin_pg_check_result (TocsinPg *pg, const PGresult *result, GError **error)
{
  ExecStatusType status = result != NULL ? PQresultStatus (result) : PGRES_FATAL_ERROR;
  const char *state = result != NULL ? PQresultErrorField (result, PG_DIAG_SQLSTATE) : NULL;
  const char *index = result != NULL ? PQresultErrorField (result, PG_DIAG_CONSTRAINT_NAME) : NULL;
  TocsinPgError code = read_error_code (state);
  g_autofree char *why = NULL;

  if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || status == PGRES_EMPTY_QUERY)
    return TRUE;
  /* Without a state it is libpq's own. It may have failed to send and not yet have read that the
   * other side is gone, and calls such a connection good. */
  if (state == NULL)
    pg->is_broken = TRUE;
  if (!is_there (pg))
    code = TOCSIN_PG_ERROR_UNAVAILABLE;
  why = g_strchomp (
      g_strdup (result != NULL ? PQresultErrorMessage (result) : PQerrorMessage (pg->conn)));
  if (code == TOCSIN_PG_ERROR_EXISTS && index != NULL)
    g_set_error_literal (error, TOCSIN_PG_ERROR, code, index);
  else
    g_set_error (error, TOCSIN_PG_ERROR, code, "the database: %s",
                 *why != '\0' ? why : "the connection was lost");
  return FALSE;
}

/* --- queries --- */

typedef struct {
  const char *values[TOCSIN_PG_PARAMS_MOST];
  int lengths[TOCSIN_PG_PARAMS_MOST];
  int formats[TOCSIN_PG_PARAMS_MOST];
  Oid types[TOCSIN_PG_PARAMS_MOST];
  gint64 numbers[TOCSIN_PG_PARAMS_MOST]; /* in the network's order */
} Bound;

static void
bind_params (Bound *bound, const TocsinPgParam *params, gsize n_params)
{
  for (gsize i = 0; i < n_params; i++) {
    const TocsinPgParam *param = &params[i];

    bound->values[i] = param->text;
    bound->lengths[i] = 0;
    bound->formats[i] = 0;
    bound->types[i] = 0;
    if (param->kind == TOCSIN_PG_PARAM_INT) {
      bound->numbers[i] = GINT64_TO_BE (param->number);
      bound->values[i] = param->n_bytes == 0 ? (const char *) &bound->numbers[i] : NULL;
      bound->lengths[i] = sizeof (gint64);
      bound->formats[i] = 1;
      bound->types[i] = OID_INT8;
    } else if (param->kind == TOCSIN_PG_PARAM_BYTES) {
      bound->lengths[i] = (int) param->n_bytes;
      bound->formats[i] = 1;
      bound->types[i] = OID_BYTEA;
    }
  }
}

/* The name of the prepared statement, NULL with an error. */
static const char *
prepare (TocsinPg *pg, const char *sql, const Bound *bound, gsize n_params, GError **error)
{
  const char *known = g_hash_table_lookup (pg->prepared, sql);
  g_autofree char *name = NULL;
  PGresult *result;
  gboolean ok;

  if (known != NULL)
    return known;
  name = g_strdup_printf ("s%u", g_hash_table_size (pg->prepared));
  result = PQprepare (pg->conn, name, sql, (int) n_params, bound->types);
  ok = tocsin_pg_check_result (pg, result, error);
  PQclear (result);
  if (!ok)
    return NULL;
  known = name;
  g_hash_table_insert (pg->prepared, (gpointer) sql, g_steal_pointer (&name));
  return known;
}

/* A lost connection is opened again, but never within a transaction, whose start it would lose. */
static gboolean
be_connected (TocsinPg *pg, GError **error)
{
  if (is_there (pg))
    return TRUE;
  if (pg->in_transaction) {
    g_set_error_literal (error, TOCSIN_PG_ERROR, TOCSIN_PG_ERROR_UNAVAILABLE,
                         "the database: the connection was lost");
    return FALSE;
  }
  return tocsin_pg_connect (pg, error);
}

TocsinPgRows *
tocsin_pg_query_params (TocsinPg *pg, GError **error, const char *sql, const TocsinPgParam *params,
                        gsize n_params)
{
  Bound bound;
  const char *name;
  PGresult *result;

  g_return_val_if_fail (pg != NULL && sql != NULL, NULL);
  g_return_val_if_fail (n_params <= TOCSIN_PG_PARAMS_MOST, NULL);

  if (!be_connected (pg, error))
    return NULL;
  bind_params (&bound, params, n_params);
  name = prepare (pg, sql, &bound, n_params, error);
  if (name == NULL)
    return NULL;
  result = PQexecPrepared (pg->conn, name, (int) n_params, bound.values, bound.lengths,
                           bound.formats, 0);
  if (!tocsin_pg_check_result (pg, result, error)) {
    PQclear (result);
    return NULL;
  }
  return (TocsinPgRows *) result;
}

gboolean
tocsin_pg_run_params (TocsinPg *pg, GError **error, gint64 *n_affected, const char *sql,
                      const TocsinPgParam *params, gsize n_params)
{
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query_params (pg, error, sql, params, n_params);

  if (rows == NULL)
    return FALSE;
  if (n_affected != NULL)
    *n_affected = tocsin_pg_rows_get_n_affected (rows);
  return TRUE;
}

gboolean
tocsin_pg_script (TocsinPg *pg, const char *sql, GError **error)
{
  PGresult *result;
  gboolean ok;

  g_return_val_if_fail (pg != NULL && sql != NULL, FALSE);

  if (!be_connected (pg, error))
    return FALSE;
  result = PQexec (pg->conn, sql);
  ok = tocsin_pg_check_result (pg, result, error);
  PQclear (result);
  return ok;
}

/* --- transactions --- */

gboolean
tocsin_pg_begin (TocsinPg *pg, TocsinPgMode mode, TocsinPgTransaction *transaction, GError **error)
{
  g_return_val_if_fail (pg != NULL && transaction != NULL, FALSE);
  g_return_val_if_fail (!pg->in_transaction, FALSE);

  if (!tocsin_pg_script (
          pg, mode == TOCSIN_PG_READ ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" : "BEGIN",
          error))
    return FALSE;
  pg->in_transaction = TRUE;
  transaction->pg = pg;
  return TRUE;
}

gboolean
tocsin_pg_commit (TocsinPgTransaction *transaction, GError **error)
{
  TocsinPg *pg = g_steal_pointer (&transaction->pg);
  PGresult *result;
  gboolean ok;

  g_return_val_if_fail (pg != NULL, FALSE);

  if (!be_connected (pg, error)) {
    pg->in_transaction = FALSE;
    return FALSE;
  }
  result = PQexec (pg->conn, "COMMIT");
  ok = tocsin_pg_check_result (pg, result, error);
  /* PostgreSQL answers a commit of what has failed with a rollback and no error. */
  if (ok && strcmp (PQcmdStatus (result), "COMMIT") != 0) {
    g_set_error_literal (error, TOCSIN_PG_ERROR, TOCSIN_PG_ERROR_FAILED,
                         "the database: the transaction had failed and was rolled back");
    ok = FALSE;
  }
  PQclear (result);
  pg->in_transaction = FALSE;
  return ok;
}

void
tocsin_pg_rollback (TocsinPgTransaction *transaction)
{
  TocsinPg *pg = g_steal_pointer (&transaction->pg);

  if (pg == NULL)
    return;
  pg->in_transaction = FALSE;
  if (is_there (pg) && !tocsin_pg_script (pg, "ROLLBACK", NULL))
    tocsin_pg_disconnect (pg);
}

/* --- life --- */

TocsinPg *
tocsin_pg_new (const char *url)
{
  TocsinPg *pg = g_new0 (TocsinPg, 1);

  pg->url = g_strdup (url);
  pg->prepared = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  return pg;
}

void
tocsin_pg_free (TocsinPg *pg)
{
  if (pg == NULL)
    return;
  g_clear_pointer (&pg->conn, PQfinish);
  g_hash_table_unref (pg->prepared);
  g_free (pg->url);
  g_free (pg);
}

GQuark
tocsin_pg_error_quark (void)
{
  return g_quark_from_static_string ("tocsin-pg-error-quark");
}
