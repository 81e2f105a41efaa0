/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gtk/gtk.h>

#include "client.h"

G_BEGIN_DECLS

/* All incidents, open and past, and one of them at a time. It keeps itself up to date while it is
 * mapped. Rows and buttons activate win.show-incident (s), win.show-incidents and
 * win.show-monitor (s).
 *
 * Properties:
 *   title (read)   what the window's head says: "Incidents", or the monitor's name */
#define TOCSIN_TYPE_INCIDENTS_PAGE (tocsin_incidents_page_get_type ())
G_DECLARE_FINAL_TYPE (TocsinIncidentsPage, tocsin_incidents_page, TOCSIN, INCIDENTS_PAGE, GtkWidget)

GtkWidget *tocsin_incidents_page_new (TocsinClient *client);

/* Shows one incident by its id or, where that is NULL, the list. */
void tocsin_incidents_page_show (TocsinIncidentsPage *self, const char *incident_id);

/* (nullable) of the incident on show */
const char *tocsin_incidents_page_get_incident (TocsinIncidentsPage *self);

/* Puts the keyboard into the search of the list. */
void tocsin_incidents_page_search (TocsinIncidentsPage *self);

G_END_DECLS
