/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <adwaita.h>

#include "background.h"

G_BEGIN_DECLS

/* Adds the switches “Run in the Background” and “Start at Login” to `group`. They show what is so,
 * not what was wished: a change that is refused goes back, and its row says why. */
void tocsin_background_rows_add (AdwPreferencesGroup *group, TocsinBackground *background);

G_END_DECLS
