/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "store.h"

/* A store in a folder, and its asynchronous calls made to wait. */
typedef struct {
  char *dir;
  TocsinStore *store;
  GAsyncResult *result; /* of the last call */
  char *problem;        /* what was told last */
  gboolean damaged;
  guint n_problems;
} StoreFixture;

void store_fixture_open (StoreFixture *fixture, const TocsinStoreOptions *options);
void store_fixture_reopen (StoreFixture *fixture);
void store_fixture_close (StoreFixture *fixture);

/* Give these to a call, then wait. */
void store_fixture_done_cb (GObject *source, GAsyncResult *result, gpointer user_data);
GAsyncResult *store_fixture_wait (StoreFixture *fixture);

/* Waits, and the call must have succeeded. */
void store_fixture_finish (StoreFixture *fixture);
/* (transfer full) */
GPtrArray *store_fixture_list (StoreFixture *fixture);

/* An HTTP monitor that is stored; its id is made from `n`. (transfer full) */
TocsinMonitor *store_fixture_add_monitor (StoreFixture *fixture, guint n);

/* An id that is made from `n`. (transfer full) */
char *store_fixture_make_id (guint n);

/* A sample that is told apart by its time. */
void store_fixture_add_sample (StoreFixture *fixture, const char *id, gint64 at_us,
                               gboolean keep_evidence);
void store_fixture_flush (StoreFixture *fixture);

/* (transfer full) the database's path */
char *store_fixture_get_path (StoreFixture *fixture);
