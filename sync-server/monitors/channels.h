/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "pg.h"

G_BEGIN_DECLS

/* The channels that a project's monitors may alert by: its own, and those of the whole team.
 * Columns: id, name, kind; by name. */
TocsinPgRows *tocsin_channels_query (TocsinPg *pg, const char *team_id, const char *project_id,
                                     GError **error);

/* Their ids; never NULL without an error. (transfer full) */
char **tocsin_channels_list_ids (TocsinPg *pg, const char *team_id, const char *project_id,
                                 GError **error);

G_END_DECLS
