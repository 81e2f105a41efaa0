/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <adwaita.h>

#include "client.h"
#include "team-lists.h"

G_BEGIN_DECLS

/* A list that the server keeps of a team, read and changed through it: what our role may not do
 * can't be pressed, and says why. */
#define TOCSIN_TYPE_TEAM_SECTION (tocsin_team_section_get_type ())
G_DECLARE_FINAL_TYPE (TocsinTeamSection, tocsin_team_section, TOCSIN, TEAM_SECTION, AdwBin)

GtkWidget *tocsin_team_section_new (TocsinClient *client, const char *account, const char *team,
                                    TocsinTeamList list);

G_END_DECLS
