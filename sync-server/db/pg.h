/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One connection to PostgreSQL, for one thread at a time. Statements are literals, prepared once
 * and cached. A connection that was lost is opened again by the next call outside a transaction. */
typedef struct _TocsinPg TocsinPg;

#define TOCSIN_PG_ERROR (tocsin_pg_error_quark ())

typedef enum {
  TOCSIN_PG_ERROR_UNAVAILABLE, /* no connection, shutting down, out of room: later may work */
  TOCSIN_PG_ERROR_RETRY,       /* serialization failure or deadlock: the transaction, again */
  TOCSIN_PG_ERROR_EXISTS,      /* a unique index has it already; the message names the index */
  TOCSIN_PG_ERROR_REFERENCE,   /* a foreign key points nowhere */
  TOCSIN_PG_ERROR_READ_ONLY,   /* a replica was asked to write */
  TOCSIN_PG_ERROR_FAILED,      /* anything else */
} TocsinPgError;

GQuark tocsin_pg_error_quark (void);

/* `url` is what libpq takes: a URI or "key=value …". Nothing is connected yet. */
TocsinPg *tocsin_pg_new (const char *url);
void tocsin_pg_free (TocsinPg *pg);

/* Before the first connection: it will ask for some rows by their keys alone, out of tables of any
 * size. The plan for an array of keys is made once, not knowing how many they are, and may be to
 * read the whole table each time; from now on it is not. */
void tocsin_pg_look_up_by_index (TocsinPg *pg);

/* Connects where it is not; within 5 s. UNAVAILABLE. */
gboolean tocsin_pg_connect (TocsinPg *pg, GError **error);
void tocsin_pg_disconnect (TocsinPg *pg);

/* The PGconn * within, for what this header does not offer (COPY, pipelines); NULL where it is not
 * connected. It stays the connection's. */
gpointer tocsin_pg_get_raw (TocsinPg *pg);

/* --- parameters --- */

typedef enum {
  TOCSIN_PG_PARAM_TEXT,
  TOCSIN_PG_PARAM_INT,
  TOCSIN_PG_PARAM_BYTES,
} TocsinPgParamKind;

typedef struct {
  TocsinPgParamKind kind;
  const char *text; /* NULL is NULL */
  gint64 number;
  gsize n_bytes; /* of BYTES; INT: 1 is NULL */
} TocsinPgParam;

/* PG_TEXT also gives uuid, jsonb, numeric and arrays in their text form; casts are in the SQL. */
#define PG_TEXT(text_)  ((TocsinPgParam){ TOCSIN_PG_PARAM_TEXT, (text_), 0, 0 })
#define PG_INT(number_) ((TocsinPgParam){ TOCSIN_PG_PARAM_INT, NULL, (gint64) (number_), 0 })
/* NULL unless `is_set`. */
#define PG_INT_IF(is_set_, number_) \
  ((TocsinPgParam){ TOCSIN_PG_PARAM_INT, NULL, (gint64) (number_), (is_set_) ? 0 : 1 })
#define PG_BOOL(bool_) ((TocsinPgParam){ TOCSIN_PG_PARAM_TEXT, (bool_) ? "t" : "f", 0, 0 })
#define PG_BYTES(data_, n_) \
  ((TocsinPgParam){ TOCSIN_PG_PARAM_BYTES, (const char *) (data_), 0, (n_) })
#define PG_NULL ((TocsinPgParam){ TOCSIN_PG_PARAM_TEXT, NULL, 0, 0 })

#define TOCSIN_PG_PARAMS_MOST 40

/* "{\"a\",\"b\"}": an array's text form, for PG_TEXT and $n::text[]. NULL is empty. */
char *tocsin_pg_array (const char *const *items);

/* --- queries --- */

typedef struct _TocsinPgRows TocsinPgRows;

/* `sql` must be a literal: it is cached by its address and text. NULL with TOCSIN_PG_ERROR. */
#define tocsin_pg_query(pg, error, sql, ...)                                             \
  tocsin_pg_query_params ((pg), (error), "" sql, (const TocsinPgParam[]){ __VA_ARGS__ }, \
                          sizeof ((const TocsinPgParam[]){ __VA_ARGS__ }) /              \
                              sizeof (TocsinPgParam))

TocsinPgRows *tocsin_pg_query_params (TocsinPg *pg, GError **error, const char *sql,
                                      const TocsinPgParam *params, gsize n_params);

/* The same where rows are of no interest. `*n_affected` (nullable) is how many were changed. */
#define tocsin_pg_run(pg, error, n_affected, sql, ...)          \
  tocsin_pg_run_params ((pg), (error), (n_affected), "" sql,    \
                        (const TocsinPgParam[]){ __VA_ARGS__ }, \
                        sizeof ((const TocsinPgParam[]){ __VA_ARGS__ }) / sizeof (TocsinPgParam))

gboolean tocsin_pg_run_params (TocsinPg *pg, GError **error, gint64 *n_affected, const char *sql,
                               const TocsinPgParam *params, gsize n_params);

/* Several statements at once, without parameters, not prepared: migrations and BEGIN. */
gboolean tocsin_pg_script (TocsinPg *pg, const char *sql, GError **error);

guint tocsin_pg_rows_get_n (const TocsinPgRows *rows);
gint64 tocsin_pg_rows_get_n_affected (const TocsinPgRows *rows);
gboolean tocsin_pg_rows_is_null (const TocsinPgRows *rows, guint row, guint column);
/* "" where it is NULL; the rows'. */
const char *tocsin_pg_rows_get_text (const TocsinPgRows *rows, guint row, guint column);
/* NULL where it is NULL. */
const char *tocsin_pg_rows_get_text_or_null (const TocsinPgRows *rows, guint row, guint column);
gint64 tocsin_pg_rows_get_int (const TocsinPgRows *rows, guint row, guint column); /* NULL: 0 */
gboolean tocsin_pg_rows_get_bool (const TocsinPgRows *rows, guint row, guint column);
/* A bytea. NULL where it is NULL. (transfer full) */
GBytes *tocsin_pg_rows_get_bytes (const TocsinPgRows *rows, guint row, guint column);
/* A text[]. (transfer full) */
char **tocsin_pg_rows_get_array (const TocsinPgRows *rows, guint row, guint column);
void tocsin_pg_rows_free (TocsinPgRows *rows);

/* --- transactions --- */

typedef enum {
  TOCSIN_PG_READ,  /* one snapshot, refuses to write */
  TOCSIN_PG_WRITE, /* read committed; row locks and unique indexes keep the order */
} TocsinPgMode;

/* A guard: `g_auto (TocsinPgTransaction) t = { 0 };` rolls back where it was not committed. */
typedef struct {
  TocsinPg *pg;
} TocsinPgTransaction;

gboolean tocsin_pg_begin (TocsinPg *pg, TocsinPgMode mode, TocsinPgTransaction *transaction,
                          GError **error);
gboolean tocsin_pg_commit (TocsinPgTransaction *transaction, GError **error);
void tocsin_pg_rollback (TocsinPgTransaction *transaction);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinPg, tocsin_pg_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinPgRows, tocsin_pg_rows_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TocsinPgTransaction, tocsin_pg_rollback)

G_END_DECLS
