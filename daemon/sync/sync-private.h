/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "server-client.h"
#include "sync.h"

G_BEGIN_DECLS

TocsinStore *tocsin_sync_get_store (TocsinSync *self);
TocsinWatch *tocsin_sync_get_watch (TocsinSync *self);
/* Of the account whose team it is, while it is in step; (nullable) the server can't be asked. */
TocsinServerClient *tocsin_sync_get_client (TocsinSync *self, const char *team);

G_END_DECLS
