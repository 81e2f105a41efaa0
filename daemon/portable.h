/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gio/gio.h>

#include "watch.h"

G_BEGIN_DECLS

/* All records as JSON, to move or to keep:
 *
 *   {"tocsin": 1, "monitors": [ … ], "maintenance": [ … ]}
 *
 * with each record's members as lib/model has them. Members that are unknown here are kept. */
#define TOCSIN_PORTABLE_VERSION    1
#define TOCSIN_PORTABLE_MOST_BYTES (64 * 1024 * 1024)

/* Pretty-printed, sorted by name. (transfer full) */
char *tocsin_portable_export (TocsinWatch *watch, gboolean with_secrets);

/* Checks all of it, then adds what is new and replaces what is there already by its id. An error
 * names the record and means that nothing was changed, unless the store failed in the middle. */
void tocsin_portable_import (TocsinWatch *watch, const char *text, GAsyncReadyCallback callback,
                             gpointer user_data);
gboolean tocsin_portable_import_finish (GAsyncResult *result, guint *n_added, guint *n_updated,
                                        GError **error);

G_END_DECLS
