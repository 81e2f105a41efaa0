/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "store.h"

G_BEGIN_DECLS

/* How long history is kept: the command line's word, else what was set over the bus and lies in the
 * store's settings, else the store's default. */

/* Has the store keep what is wanted; spans of ≤ 0 are not on the command line. */
void tocsin_retention_load (TocsinStore *store, gint64 keep_samples_us, gint64 keep_hours_us);

/* The error says which of the two is wrong, and the limits. */
gboolean tocsin_retention_check (const TocsinStoreOptions *options, GError **error);

/* Keeps it for the next start too; ends with tocsin_store_finish (). They must pass the check. */
void tocsin_retention_set (TocsinStore *store, const TocsinStoreOptions *options,
                           GAsyncReadyCallback callback, gpointer user_data);

G_END_DECLS
