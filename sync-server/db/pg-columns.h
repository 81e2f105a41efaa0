/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Columns of many rows as PostgreSQL's text form of arrays, for `unnest ($1::bigint[], …)`. */
typedef struct {
  GString *text; /* (owned) */
} TocsinPgColumn;

void tocsin_pg_column_init (TocsinPgColumn *column);
void tocsin_pg_column_add_text (TocsinPgColumn *column, const char *text); /* NULL is NULL */
void tocsin_pg_column_add_int (TocsinPgColumn *column, gint64 number);
void tocsin_pg_column_add_null (TocsinPgColumn *column);
void tocsin_pg_column_add_bytes (TocsinPgColumn *column, GBytes *bytes); /* NULL is NULL */

/* The array, whole; the column's own. Nothing is added after. */
const char *tocsin_pg_column_get (TocsinPgColumn *column);
void tocsin_pg_column_clear (TocsinPgColumn *column);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TocsinPgColumn, tocsin_pg_column_clear)

G_END_DECLS
