/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <json-glib/json-glib.h>

#include "audit.h"

G_BEGIN_DECLS

/* A team's records as a file, for another team or another server: projects, monitors, maintenances
 * and incidents. */

/* One JSON object. With secrets, and with the addresses of pings, only where they are asked for.
 * `key` (nullable) opens them. (transfer full) */
GString *tocsin_team_export (TocsinPg *pg, const char *team_id, gboolean with_secrets,
                             const guint8 *key, GError **error);

typedef struct {
  guint n_written; /* made or changed */
  guint n_same;    /* there already, as in the file */
  guint n_incidents;
  GPtrArray *refused; /* (owned) of sentences */
} TocsinImport;

/* Each record in a transaction of its own: one that is refused leaves the others, and what is
 * imported twice is there once. INVALID: it is no such file. */
gboolean tocsin_team_import (TocsinPg *pg, const TocsinActor *actor, const char *team_id,
                             JsonObject *file, const guint8 *key, TocsinImport *import,
                             GError **error);
void tocsin_import_clear (TocsinImport *import);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TocsinImport, tocsin_import_clear)

G_END_DECLS
