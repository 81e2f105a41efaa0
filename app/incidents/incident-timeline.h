/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gtk/gtk.h>

#include "incident.h"

G_BEGIN_DECLS

/* The steps of an incident, oldest first, with what was seen at each. */
#define TOCSIN_TYPE_INCIDENT_TIMELINE (tocsin_incident_timeline_get_type ())
G_DECLARE_FINAL_TYPE (TocsinIncidentTimeline, tocsin_incident_timeline, TOCSIN, INCIDENT_TIMELINE,
                      GtkWidget)

GtkWidget *tocsin_incident_timeline_new (void);

/* Shows a copy of the steps. Where they only became more, what is there stays as it is. */
void tocsin_incident_timeline_set_incident (TocsinIncidentTimeline *self,
                                            const TocsinIncident *incident);

G_END_DECLS
