/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gtk/gtk.h>

#include "client.h"

G_BEGIN_DECLS

/* The monitors beside the page: search, filter by state and tag, groups, and a selection mode for
 * what is done to several at once.
 *
 * Signals:
 *   picked (id)   a person chose a monitor
 *   marked (n)    so many have a check mark now */
#define TOCSIN_TYPE_SIDEBAR (tocsin_sidebar_get_type ())
G_DECLARE_FINAL_TYPE (TocsinSidebar, tocsin_sidebar, TOCSIN, SIDEBAR, GtkWidget)

/* To be called once, since the template makes the widget. */
void tocsin_sidebar_set_client (TocsinSidebar *self, TocsinClient *client);

/* Shows which monitor the page is of; NULL: none. Does not emit `picked`. */
void tocsin_sidebar_set_current (TocsinSidebar *self, const char *id);

void tocsin_sidebar_search (TocsinSidebar *self);

/* Bit n: TocsinState n; 0: all. */
void tocsin_sidebar_filter_states (TocsinSidebar *self, guint states);

/* The mode where rows have check marks, and the ids of what is marked. (transfer full) */
void tocsin_sidebar_set_selecting (TocsinSidebar *self, gboolean selecting);
gboolean tocsin_sidebar_get_selecting (TocsinSidebar *self);
char **tocsin_sidebar_get_marked (TocsinSidebar *self);

G_END_DECLS
