/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gio/gio.h>

#include "pg.h"

G_BEGIN_DECLS

/* A few threads that each own one connection, fed by a queue. Work is plain blocking code; its end
 * is told on the main context that asked. */
#define TOCSIN_TYPE_PG_POOL (tocsin_pg_pool_get_type ())
G_DECLARE_FINAL_TYPE (TocsinPgPool, tocsin_pg_pool, TOCSIN, PG_POOL, GObject)

/* Slow work (a password's hash, a request to another server) has threads of its own, so that it
 * holds up nobody else; their number is also how much of it runs at once. */
typedef enum { TOCSIN_LANE_FAST, TOCSIN_LANE_SLOW, TOCSIN_N_LANES } TocsinLane;

#define TOCSIN_PG_QUEUE_MOST 1024 /* that wait in a lane; more get BUSY at once */

/* Runs on one of the pool's threads. It may be run again from the start after a deadlock or a
 * serialization failure, with nothing of the first time in the database. */
typedef gboolean (*TocsinPgWork) (TocsinPg *pg, gpointer data, GError **error);

/* How work sees the database: in a transaction, committed where it answers TRUE, or on the bare
 * connection, where it makes its own. */
typedef enum { TOCSIN_WORK_READ, TOCSIN_WORK_WRITE, TOCSIN_WORK_BARE } TocsinWorkMode;

TocsinPgPool *tocsin_pg_pool_new (const char *url, guint n_fast, guint n_slow);

/* `data` must live until `callback`. Work does not keep the pool alive: its last reference waits
 * for what is under way, and callbacks may come after it. BUSY (TOCSIN_ERROR), TOCSIN_PG_ERROR or
 * the work's own. */
void tocsin_pg_pool_run_async (TocsinPgPool *self, TocsinLane lane, TocsinWorkMode mode,
                               TocsinPgWork work, gpointer data, GAsyncReadyCallback callback,
                               gpointer user_data);
gboolean tocsin_pg_pool_run_finish (GAsyncResult *result, GError **error);

/* The same, on the calling thread and the connection given: for the command line and jobs. */
gboolean tocsin_pg_work_run (TocsinPg *pg, TocsinWorkMode mode, TocsinPgWork work, gpointer data,
                             GError **error);

/* Work that waits, in all lanes. */
guint tocsin_pg_pool_get_n_waiting (TocsinPgPool *self);

G_END_DECLS
