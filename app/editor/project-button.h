/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <adwaita.h>

#include "client.h"

G_BEGIN_DECLS

/* A button beside an entry for a project: it lists those of a team, and writes the one that is
 * picked into the entry, which takes nothing else then. Without a team it is not to be seen. */
#define TOCSIN_TYPE_PROJECT_BUTTON (tocsin_project_button_get_type ())
G_DECLARE_FINAL_TYPE (TocsinProjectButton, tocsin_project_button, TOCSIN, PROJECT_BUTTON, AdwBin)

/* `entry` finds its button as the data “tocsin-project-button”. */
GtkWidget *tocsin_project_button_new (TocsinClient *client /* (nullable) */, GtkEditable *entry);

void tocsin_project_button_set_team (TocsinProjectButton *self, const char *team /* (nullable) */);

G_END_DECLS
