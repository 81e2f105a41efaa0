/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <json-glib/json-glib.h>

#include "team.h"

G_BEGIN_DECLS

/* How a team and its server get on, in words, translated. All (transfer full) but icons and
 * labels. */

/* "In step", "Offline since 14:02"; and what waits: "3 changes wait". */
char *tocsin_sync_state_text (const TocsinTeam *team, gint64 now_us);
const char *tocsin_sync_state_icon (const TocsinTeam *team);

/* "Editor". (transfer none) */
const char *tocsin_sync_role_label (TocsinRole role);

/* The worst of all teams, for a sign that has room for one line. `teams` (element-type
 * TocsinTeam), not empty. */
const TocsinTeam *tocsin_sync_worst (GPtrArray *teams);

/* Whether people should look: it is not in step, and that does not pass by itself. */
gboolean tocsin_sync_is_trouble (const TocsinTeam *team);

/* An entry of the log as a sentence; for a conflict "Ada also changed Check every: theirs was
 * kept". */
char *tocsin_sync_news_text (const TocsinSyncNews *news);
const char *tocsin_sync_news_icon (const TocsinSyncNews *news);

/* Whether both sides changed a member; the other value can then be written in its place. */
gboolean tocsin_sync_news_is_conflict (const TocsinSyncNews *news);

/* The value that was not kept, as JSON; NULL where it is not told. (transfer none) */
const char *tocsin_sync_news_get_other (const TocsinSyncNews *news);

/* "Yours: 1 min · Theirs: 30 s"; NULL where the values are not told. */
char *tocsin_sync_news_values (const TocsinSyncNews *news);

G_END_DECLS
