/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gtk/gtk.h>

#include "client.h"

G_BEGIN_DECLS

/* The last ten incidents of one monitor, to be embedded in its page under a heading. A row
 * activates win.show-incident. It keeps itself up to date while it is mapped. */
#define TOCSIN_TYPE_INCIDENT_LIST (tocsin_incident_list_get_type ())
G_DECLARE_FINAL_TYPE (TocsinIncidentList, tocsin_incident_list, TOCSIN, INCIDENT_LIST, GtkWidget)

GtkWidget *tocsin_incident_list_new (TocsinClient *client);

/* NULL: of none. */
void tocsin_incident_list_set_monitor (TocsinIncidentList *self, const char *id);

G_END_DECLS
