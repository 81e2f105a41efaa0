/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gtk/gtk.h>

#include "client.h"
#include "incident-sorting.h"

G_BEGIN_DECLS

/* Search, open or past, monitor and span: which incidents are wanted.
 *
 * Signals:
 *   changed () */
#define TOCSIN_TYPE_INCIDENTS_FILTER (tocsin_incidents_filter_get_type ())
G_DECLARE_FINAL_TYPE (TocsinIncidentsFilter, tocsin_incidents_filter, TOCSIN, INCIDENTS_FILTER,
                      GtkWidget)

/* `filter` is cleared and set; to be cleared by who called. */
void tocsin_incidents_filter_get (TocsinIncidentsFilter *self, TocsinIncidentFilter *filter);
gboolean tocsin_incidents_filter_is_set (TocsinIncidentsFilter *self);
void tocsin_incidents_filter_clear (TocsinIncidentsFilter *self);

/* Offers the monitors that there are; nothing happens where they are the same. */
void tocsin_incidents_filter_update_monitors (TocsinIncidentsFilter *self, TocsinClient *client);

void tocsin_incidents_filter_search (TocsinIncidentsFilter *self);

G_END_DECLS
