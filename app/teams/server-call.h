/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <json-glib/json-glib.h>

#include "client.h"

G_BEGIN_DECLS

/* A request of a server's own API below /api/v1/, through the daemon, as the account's person. */
void tocsin_server_call_async (TocsinClient *client, const char *account, const char *method,
                               const char *path, JsonObject *body /* (nullable) */,
                               GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer user_data);

/* FALSE where the server can't be reached or refuses: `error` has its sentence. `answer` (transfer
 * full) is NULL where there is none. */
gboolean tocsin_server_call_finish (TocsinClient *client, GAsyncResult *result, JsonObject **answer,
                                    GError **error);

G_END_DECLS
