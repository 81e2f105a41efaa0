/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <adwaita.h>

#include "client.h"

G_BEGIN_DECLS

/* What happened between this computer and a team's server, the newest first; a conflict tells both
 * values and can be turned round. */
#define TOCSIN_TYPE_SYNC_HISTORY (tocsin_sync_history_get_type ())
G_DECLARE_FINAL_TYPE (TocsinSyncHistory, tocsin_sync_history, TOCSIN, SYNC_HISTORY, AdwBin)

GtkWidget *tocsin_sync_history_new (TocsinClient *client, const char *team);

G_END_DECLS
