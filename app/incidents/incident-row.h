/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gtk/gtk.h>

#include "incidents-model.h"

G_BEGIN_DECLS

/* A recycled row of the list of incidents: one of them, or a group's head. */
#define TOCSIN_TYPE_INCIDENT_ROW (tocsin_incident_row_get_type ())
G_DECLARE_FINAL_TYPE (TocsinIncidentRow, tocsin_incident_row, TOCSIN, INCIDENT_ROW, GtkWidget)

GtkWidget *tocsin_incident_row_new (TocsinClient *client);

/* NULL: nothing, until it is used again. */
void tocsin_incident_row_bind (TocsinIncidentRow *self, TocsinIncidentItem *item);

G_END_DECLS
