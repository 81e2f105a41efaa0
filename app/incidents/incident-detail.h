/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gtk/gtk.h>

#include "client.h"
#include "incident.h"

G_BEGIN_DECLS

/* One incident: what happened, who is at it, root cause, resolution and the timeline. It is loaded
 * and kept up to date while it is mapped.
 *
 * Signals:
 *   loaded ()   the incident is another one now, or has changed
 *   gone ()     there is none with that id */
#define TOCSIN_TYPE_INCIDENT_DETAIL (tocsin_incident_detail_get_type ())
G_DECLARE_FINAL_TYPE (TocsinIncidentDetail, tocsin_incident_detail, TOCSIN, INCIDENT_DETAIL,
                      GtkWidget)

GtkWidget *tocsin_incident_detail_new (TocsinClient *client);

/* NULL: none. What was being written is there again when its incident is. */
void tocsin_incident_detail_set_id (TocsinIncidentDetail *self, const char *id);
const char *tocsin_incident_detail_get_id (TocsinIncidentDetail *self); /* (nullable) */

/* (nullable) before it is loaded */
const TocsinIncident *tocsin_incident_detail_get_incident (TocsinIncidentDetail *self);

G_END_DECLS
