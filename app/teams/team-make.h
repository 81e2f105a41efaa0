/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <adwaita.h>

#include "client.h"
#include "team-lists.h"

G_BEGIN_DECLS

typedef void (*TocsinTeamMade) (gpointer object);

/* Asks for what a new item of a list wants, makes it, calls `made` with `object` (while that lives)
 * and shows, once, what the server tells of it: a link, a token, lines to paste. */
void tocsin_team_make_present (GtkWindow *parent, TocsinClient *client, const char *account,
                               const char *team, TocsinTeamList list, TocsinRole role,
                               TocsinTeamMade made, GObject *object);

/* A drop-down of the roles from viewer to `most`; the first is TOCSIN_ROLE_VIEWER. (floating) */
GtkWidget *tocsin_team_make_role_drop (TocsinRole most);

G_END_DECLS
