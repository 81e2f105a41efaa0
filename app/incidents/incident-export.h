/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gtk/gtk.h>

#include "incident.h"

G_BEGIN_DECLS

/* Puts the incident as Markdown on the clipboard of `widget`'s display, and says so in a toast. */
void tocsin_incident_export_copy (GtkWidget *widget, const TocsinIncident *incident);

/* Asks where to, and writes it there; says in a toast that it is done, or why not. */
void tocsin_incident_export_save (GtkWidget *widget, const TocsinIncident *incident);

G_END_DECLS
