/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gtk/gtk.h>

#include "client.h"

G_BEGIN_DECLS

/* Shows the editor of a monitor: a modal window over `parent`, which a toast of `parent` follows
 * when it is saved. `monitor_id` NULL: a new one, which begins with what is to be watched; with
 * `duplicate` a new one that begins as a copy. It closes itself. */
void tocsin_editor_present (GtkWindow *parent, TocsinClient *client,
                            const char *monitor_id /* (nullable) */, gboolean duplicate);

G_END_DECLS
