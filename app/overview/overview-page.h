/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gtk/gtk.h>

#include "client.h"

G_BEGIN_DECLS

/* How everything stands: counts, open incidents, the last 24 hours, and what is worth a look. */
#define TOCSIN_TYPE_OVERVIEW_PAGE (tocsin_overview_page_get_type ())
G_DECLARE_FINAL_TYPE (TocsinOverviewPage, tocsin_overview_page, TOCSIN, OVERVIEW_PAGE, GtkWidget)

GtkWidget *tocsin_overview_page_new (TocsinClient *client);

G_END_DECLS
