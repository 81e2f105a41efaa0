/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <adwaita.h>

#include "client.h"

G_BEGIN_DECLS

/* A quiet line below the monitors: how the teams and their servers get on. It opens the accounts;
 * nobody sees it who is in no team. */
#define TOCSIN_TYPE_SYNC_SIGN (tocsin_sync_sign_get_type ())
G_DECLARE_FINAL_TYPE (TocsinSyncSign, tocsin_sync_sign, TOCSIN, SYNC_SIGN, AdwBin)

void tocsin_sync_sign_set_client (TocsinSyncSign *self, TocsinClient *client);

G_END_DECLS
