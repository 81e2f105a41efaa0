/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "route.h"

G_BEGIN_DECLS

/* Files that pages need, from within the program. Their addresses have the hash of what is in them,
 * so that a browser may keep them for ever. */
typedef enum { TOCSIN_ASSET_STYLE, TOCSIN_ASSET_ICON, TOCSIN_N_ASSETS } TocsinAsset;

/* "/static/style-0123abcd.css"; for the life of the program. */
const char *tocsin_assets_get_path (TocsinAsset asset);

extern const TocsinRoutes tocsin_asset_routes;

G_END_DECLS
