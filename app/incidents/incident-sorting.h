/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "incident.h"

G_BEGIN_DECLS

/* The heads of the list of incidents, in its order. */
typedef enum {
  TOCSIN_INCIDENT_GROUP_OPEN,
  TOCSIN_INCIDENT_GROUP_TODAY, /* began in it, and is over */
  TOCSIN_INCIDENT_GROUP_YESTERDAY,
  TOCSIN_INCIDENT_GROUP_THIS_WEEK, /* since Monday, ISO 8601 */
  TOCSIN_INCIDENT_GROUP_EARLIER,
} TocsinIncidentGroup;

/* Days are those of `zone`, which is nullable: local. */
TocsinIncidentGroup tocsin_incident_get_group (const TocsinIncident *incident, gint64 now_us,
                                               GTimeZone *zone);

/* Translated: "Yesterday" */
const char *tocsin_incident_group_get_label (TocsinIncidentGroup group);

typedef enum {
  TOCSIN_INCIDENTS_ALL,
  TOCSIN_INCIDENTS_OPEN,
  TOCSIN_INCIDENTS_PAST,
} TocsinIncidentsWhich;

typedef struct {
  char *text;       /* (owned) (nullable) each of its words must be there, in any case */
  char *monitor_id; /* (owned) (nullable) */
  guint which;      /* TocsinIncidentsWhich */
  gint64 from_us;   /* 0: since ever; what was over before then is left out */
} TocsinIncidentFilter;

void tocsin_incident_filter_clear (TocsinIncidentFilter *filter);

/* Words are looked for in the monitor's name, the reason, the code, root cause, resolution and
 * what people wrote into the timeline. */
gboolean tocsin_incident_filter_matches (const TocsinIncidentFilter *filter,
                                         const TocsinIncident *incident);

/* For g_ptr_array_sort (): open ones first, then the newest first. */
int tocsin_incident_compare (gconstpointer a, gconstpointer b);

G_END_DECLS
