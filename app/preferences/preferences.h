/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <adwaita.h>

#include "client.h"

G_BEGIN_DECLS

/* The preferences: running in the background, notifications, history, appearance, accounts.
 * Settings that are this desktop's lie in GSettings and hold at once; how long history is kept, and
 * servers, are the daemon's. `page_name` is the one that shows: "accounts", or NULL for the first. */
void tocsin_preferences_present (GtkWindow *parent, TocsinClient *client,
                                 const char *page_name /* (nullable) */);

/* Follows the appearance that is set for as long as the program runs. */
void tocsin_preferences_follow_appearance (GSettings *settings /* (nullable) */);

/* "22:00"; FALSE where it is no time of a day. Pure. */
gboolean tocsin_clock_time_is_right (const char *text);

G_END_DECLS
