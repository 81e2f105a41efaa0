/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* A PostgreSQL of the test's own: a new cluster in a folder of its own, reached by a Unix socket
 * alone, that ends with the test, however that ends. Where the test is root's it runs as nobody. */
typedef struct _TocsinTestPostgres TocsinTestPostgres;

/* It answers when this returns. NULL where PostgreSQL is not installed: the test is then
 * skipped. */
TocsinTestPostgres *tocsin_test_postgres_new (void);
void tocsin_test_postgres_free (TocsinTestPostgres *postgres);

/* Of a database that is there from the start and empty; the cluster's. */
const char *tocsin_test_postgres_get_url (TocsinTestPostgres *postgres);

/* Makes another one, empty; its address. (transfer full) */
char *tocsin_test_postgres_make_database (TocsinTestPostgres *postgres);

/* Ends it as its machine would that is switched off (connections are cut, nothing is flushed), and
 * starts it again with all that was committed. */
void tocsin_test_postgres_stop (TocsinTestPostgres *postgres);
void tocsin_test_postgres_start (TocsinTestPostgres *postgres);

/* Waits for the disk with every commit from now on, which it does not for tests. */
void tocsin_test_postgres_make_durable (TocsinTestPostgres *postgres);

/* Its first process, whose children are the connections. */
pid_t tocsin_test_postgres_get_pid (TocsinTestPostgres *postgres);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinTestPostgres, tocsin_test_postgres_free)

G_END_DECLS
