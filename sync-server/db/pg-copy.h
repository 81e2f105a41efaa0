/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "pg.h"

G_BEGIN_DECLS

/* COPY … FROM STDIN (FORMAT binary): many rows at once, bytes as they are. Within a transaction; an
 * error anywhere is told at the end. */
typedef struct _TocsinPgCopy TocsinPgCopy;

/* NULL: UNAVAILABLE, or whatever is wrong with `sql`. */
TocsinPgCopy *tocsin_pg_copy_begin (TocsinPg *pg, const char *sql, GError **error);

/* A row and then its values, in order. */
void tocsin_pg_copy_begin_row (TocsinPgCopy *copy, guint n_columns);
void tocsin_pg_copy_put_uuid (TocsinPgCopy *copy, const char *text); /* a valid one */
void tocsin_pg_copy_put_int64 (TocsinPgCopy *copy, gint64 value);
void tocsin_pg_copy_put_int32 (TocsinPgCopy *copy, gint32 value);
void tocsin_pg_copy_put_bytes (TocsinPgCopy *copy, const void *data, gsize size);

/* TRUE: all rows are in. */
gboolean tocsin_pg_copy_end (TocsinPgCopy *copy, GError **error);

/* Before its end: it is broken off, and the transaction with it. */
void tocsin_pg_copy_free (TocsinPgCopy *copy);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinPgCopy, tocsin_pg_copy_free)

G_END_DECLS
