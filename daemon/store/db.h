/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>
#include <sqlite3.h>

G_BEGIN_DECLS

/* One connection to SQLite, used by one thread. SQL stands as literals where it is used; a
 * statement is prepared once for each literal and leased: `g_autoptr (TocsinStatement)` resets it
 * and forgets its bindings at the end of the scope. */
typedef struct _TocsinDb TocsinDb;
typedef struct _TocsinStatement TocsinStatement;

/* `flags` are SQLITE_OPEN_*. Sets WAL, foreign keys and small caches. */
TocsinDb *tocsin_db_open (const char *path, int flags, GError **error);
void tocsin_db_close (TocsinDb *db);
sqlite3 *tocsin_db_get_handle (TocsinDb *db);

/* Every statement of a script. */
gboolean tocsin_db_run (TocsinDb *db, const char *sql, GError **error);

/* `sql` must be a literal: its address is the key. NULL on error. */
TocsinStatement *tocsin_db_prepare (TocsinDb *db, const char *sql, GError **error);
void tocsin_statement_release (TocsinStatement *statement);
void tocsin_statement_forget (TocsinStatement *statement); /* resets it, and its bindings to NULL */

/* Parameters are numbered from 1, columns from 0. NULL binds NULL. Text and blobs must outlive the
 * steps. */
void tocsin_statement_bind_int (TocsinStatement *statement, int parameter, gint64 value);
void tocsin_statement_bind_text (TocsinStatement *statement, int parameter, const char *text);
void tocsin_statement_bind_blob (TocsinStatement *statement, int parameter, gconstpointer data,
                                 gsize size);
void tocsin_statement_bind_bytes (TocsinStatement *statement, int parameter, GBytes *bytes);

gint64 tocsin_statement_get_int (TocsinStatement *statement, int column);
const char *tocsin_statement_get_text (TocsinStatement *statement, int column); /* until the step */
gconstpointer tocsin_statement_get_blob (TocsinStatement *statement, int column, gsize *size);
GBytes *tocsin_statement_get_bytes (TocsinStatement *statement, int column); /* (nullable) a copy */

/* The next row: 1; no more: 0; an error: -1. */
int tocsin_statement_step (TocsinStatement *statement, GError **error);

/* For statements that answer nothing: steps to the end and resets, so that it can be bound anew. */
gboolean tocsin_statement_execute (TocsinStatement *statement, GError **error);

/* The error of SQLite's last call as ours: NO_SPACE, DAMAGED, BUSY or FAILED. */
gboolean tocsin_db_fail (TocsinDb *db, const char *what, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinDb, tocsin_db_close)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinStatement, tocsin_statement_release)

G_END_DECLS
