/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <adwaita.h>

#include "client.h"

G_BEGIN_DECLS

/* Adds the rows for how long history is kept to `group`, and loads and sets them over the bus. */
void tocsin_retention_rows_add (AdwPreferencesGroup *group, TocsinClient *client);

G_END_DECLS
