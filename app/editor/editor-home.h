/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <adwaita.h>

#include "client.h"

G_BEGIN_DECLS

/* A row that says where a monitor lives: on this computer alone, or with a team. What is there
 * already stays where it is.
 *
 * Signals:
 *   changed () */
#define TOCSIN_TYPE_EDITOR_HOME (tocsin_editor_home_get_type ())
G_DECLARE_FINAL_TYPE (TocsinEditorHome, tocsin_editor_home, TOCSIN, EDITOR_HOME, AdwComboRow)

/* Not to be seen where nobody is in a team. */
GtkWidget *tocsin_editor_home_new (TocsinClient *client, const char *team /* (nullable) */,
                                   gboolean is_stored);

/* The team's id; NULL: this computer. (transfer none) */
const char *tocsin_editor_home_get_team (TocsinEditorHome *self);

G_END_DECLS
