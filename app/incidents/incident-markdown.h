/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "incident.h"

G_BEGIN_DECLS

/* The incident as a Markdown (CommonMark) document: a table of facts, root cause and resolution as
 * they were written, the timeline with what was seen. Times are in `zone`, which is nullable:
 * local; an open one is told as of `now_us`. What machines said is escaped or in code blocks; what
 * people wrote is their Markdown and stands as it is. (transfer full) */
char *tocsin_incident_to_markdown (const TocsinIncident *incident, gint64 now_us, GTimeZone *zone);

/* A name for its file: "incident-shop-2026-11-23.md". (transfer full) */
char *tocsin_incident_make_file_name (const TocsinIncident *incident, GTimeZone *zone);

G_END_DECLS
