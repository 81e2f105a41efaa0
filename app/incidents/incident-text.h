/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "incident.h"
#include "state.h"

G_BEGIN_DECLS

/* An incident in words, translated. All that is char * is (transfer full). */

/* "shop has been down for 3 min", "shop was down for 12 min" */
char *tocsin_incident_text_sentence (const TocsinIncident *incident, gint64 now_us);

/* "14:05:33 – 14:17:12", "Sun 22 Nov, 14:05 – 14:17:12", "since Mon 23 Nov, 14:05" */
char *tocsin_incident_text_span (const TocsinIncident *incident, gint64 now_us, GTimeZone *zone);

/* "3 min" */
char *tocsin_incident_text_duration (const TocsinIncident *incident, gint64 now_us);

/* What stands over a step of the timeline, and its shape: "Acknowledged" */
const char *tocsin_update_kind_get_label (TocsinUpdateKind kind);
const char *tocsin_update_kind_get_icon (TocsinUpdateKind kind);

/* The state whose colour a step has; UNKNOWN: none in particular. */
TocsinState tocsin_update_kind_get_look (TocsinUpdateKind kind);

/* Who writes: the user's real name or, where there is none, the login. */
const char *tocsin_incident_get_author (void);

G_END_DECLS
