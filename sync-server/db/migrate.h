/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "pg.h"

G_BEGIN_DECLS

/* The schema's steps are the files of db/migrations, forward only. A released one is frozen: what
 * is wrong in it is mended by the next. */

/* How many steps this program knows. */
guint tocsin_migrate_get_newest (void);

/* Which the database has taken; 0 for an empty one. */
gboolean tocsin_migrate_read_version (TocsinPg *pg, guint *version, GError **error);

/* Takes the steps that the database lacks, up to `newest` (0: all), each in a transaction, under an
 * advisory lock, so that any number of servers may start at once. A schema of a newer server is
 * refused (TOO_NEW) and left alone. */
gboolean tocsin_migrate (TocsinPg *pg, guint newest, guint *n_taken, GError **error);

/* FALSE with TOO_NEW or INVALID where the schema is not this program's. */
gboolean tocsin_migrate_check (TocsinPg *pg, GError **error);

G_END_DECLS
