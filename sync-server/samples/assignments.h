/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "pg.h"

G_BEGIN_DECLS

/* Who checks what, as lib/judge/assignment.h says it of the team's monitors and the probes that are
 * online. Nothing of it is stored. */

/* Changes whenever the answer may. (transfer full) */
char *tocsin_assignments_get_version (TocsinPg *pg, const char *team_id, GError **error);

typedef struct {
  char id[37];
  gint64 revision;
} TocsinAssigned;

/* The monitors that the probe checks, by rising id. (element-type TocsinAssigned) (transfer
 * full) */
GArray *tocsin_assignments_list (TocsinPg *pg, const char *team_id, const char *probe_id,
                                 GError **error);

/* Why nobody checks a monitor whose member `probes` is `wanted` (nullable); `*why` (transfer full)
 * is NULL where somebody does. */
gboolean tocsin_assignments_explain (TocsinPg *pg, const char *team_id, const char *const *wanted,
                                     char **why, GError **error);

G_END_DECLS
