/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gio/gio.h>

#include "client.h"
#include "sidebar-filter.h"

G_BEGIN_DECLS

/* Heads a group of the sidebar: “Problems”, or a project. */
#define TOCSIN_TYPE_SIDEBAR_GROUP (tocsin_sidebar_group_get_type ())
G_DECLARE_FINAL_TYPE (TocsinSidebarGroup, tocsin_sidebar_group, TOCSIN, SIDEBAR_GROUP, GObject)

const char *tocsin_sidebar_group_get_title (TocsinSidebarGroup *self);

/* The rows of the sidebar: a GListModel of TocsinMonitorItem, and TocsinSidebarGroup before each
 * group where there is more than one. It tells a change as the one stretch that is not as it was,
 * so that a thousand monitors of which one went down move one row.
 *
 * Signals:
 *   counted ()   after each look, also where no row moved */
#define TOCSIN_TYPE_SIDEBAR_MODEL (tocsin_sidebar_model_get_type ())
G_DECLARE_FINAL_TYPE (TocsinSidebarModel, tocsin_sidebar_model, TOCSIN, SIDEBAR_MODEL, GObject)

TocsinSidebarModel *tocsin_sidebar_model_new (TocsinClient *client);

/* Takes the members over. */
void tocsin_sidebar_model_set_filter (TocsinSidebarModel *self, const TocsinSidebarFilter *filter);
const TocsinSidebarFilter *tocsin_sidebar_model_get_filter (TocsinSidebarModel *self);

/* How many monitors are shown, groups not counted. */
guint tocsin_sidebar_model_count (TocsinSidebarModel *self);

G_END_DECLS
