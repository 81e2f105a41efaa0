/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "client.h"
#include "team.h"

G_BEGIN_DECLS

/* Writes the value that was not kept, of a conflict about a monitor, in the place of the other: an
 * edit as any. Where there is nothing to be written any more, that is no error. */
void tocsin_take_back_async (TocsinClient *client, const TocsinSyncNews *news,
                             GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data);
gboolean tocsin_take_back_finish (TocsinClient *client, GAsyncResult *result, GError **error);

/* Whether that can be done: of monitors, and of what is no secret. */
gboolean tocsin_take_back_is_possible (const TocsinSyncNews *news);

G_END_DECLS
