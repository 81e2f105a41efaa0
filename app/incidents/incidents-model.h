/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gio/gio.h>

#include "client.h"
#include "incident-sorting.h"

G_BEGIN_DECLS

/* A row of the list: an incident, or the head of a group. The item of an incident stays the same
 * until the incident changes. */
#define TOCSIN_TYPE_INCIDENT_ITEM (tocsin_incident_item_get_type ())
G_DECLARE_FINAL_TYPE (TocsinIncidentItem, tocsin_incident_item, TOCSIN, INCIDENT_ITEM, GObject)

/* (transfer none) (nullable): NULL for a head */
const TocsinIncident *tocsin_incident_item_get_incident (TocsinIncidentItem *self);
TocsinIncidentGroup tocsin_incident_item_get_group (TocsinIncidentItem *self);

/* The incidents of all monitors as rows (element-type TocsinIncidentItem): filtered, sorted, with a
 * head before each group.
 *
 * Signals:
 *   loaded ()       there is an answer of the daemon
 *   failed (text)   there is none */
#define TOCSIN_TYPE_INCIDENTS_MODEL (tocsin_incidents_model_get_type ())
G_DECLARE_FINAL_TYPE (TocsinIncidentsModel, tocsin_incidents_model, TOCSIN, INCIDENTS_MODEL,
                      GObject)

TocsinIncidentsModel *tocsin_incidents_model_new (TocsinClient *client);

/* Asks the daemon again; once more after an answer that is under way. */
void tocsin_incidents_model_load (TocsinIncidentsModel *self);

/* Sorts again what is there, since days pass. */
void tocsin_incidents_model_refresh (TocsinIncidentsModel *self);

/* Takes what `filter` owns. Another `from_us` wants a load, too. */
void tocsin_incidents_model_set_filter (TocsinIncidentsModel *self, TocsinIncidentFilter *filter);

/* How many are shown, and how many there are without the filter. */
guint tocsin_incidents_model_count (TocsinIncidentsModel *self);
guint tocsin_incidents_model_count_all (TocsinIncidentsModel *self);

gboolean tocsin_incidents_model_is_loaded (TocsinIncidentsModel *self);

/* Whether the daemon has more of them than were asked for; load_more asks for more. */
gboolean tocsin_incidents_model_has_more (TocsinIncidentsModel *self);
void tocsin_incidents_model_load_more (TocsinIncidentsModel *self);

G_END_DECLS
