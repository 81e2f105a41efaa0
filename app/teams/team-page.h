/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <adwaita.h>

#include "client.h"

G_BEGIN_DECLS

/* A team as this computer sees it: how it and its server get on, whether checks are run here for
 * it, its probes, and what happened. A subpage of an AdwPreferencesWindow, with a way back. */
#define TOCSIN_TYPE_TEAM_PAGE (tocsin_team_page_get_type ())
G_DECLARE_FINAL_TYPE (TocsinTeamPage, tocsin_team_page, TOCSIN, TEAM_PAGE, AdwBin)

GtkWidget *tocsin_team_page_new (TocsinClient *client, const char *account, const char *team);

G_END_DECLS
