/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <adwaita.h>

#include "client.h"

G_BEGIN_DECLS

/* Where widgets are tried with what they talk to: a bus and a display of the test's own, a real
 * daemon with an empty history, and a client that is ready. */
typedef struct {
  GTestDBus *bus;       /* (owned) */
  GSubprocess *daemon;  /* (owned) */
  TocsinClient *client; /* (owned) */
} AppTown;

/* FALSE where Xvfb is not installed: it has said that all is skipped. */
gboolean app_town_open (AppTown *town);

/* For main (), after the last test. */
void app_town_close (AppTown *town);

/* --- finding things in a window --- */

typedef gboolean (*AppTownMatches) (GtkWidget *widget, gconstpointer wanted);

/* The first that can be seen, depth first; NULL where there is none. */
GtkWidget *app_town_find (gpointer root, AppTownMatches matches, gconstpointer wanted);

/* A button by its label or its tooltip. */
gboolean app_town_is_button (GtkWidget *widget, gconstpointer wanted);

/* A label that contains it. */
gboolean app_town_has_text (GtkWidget *widget, gconstpointer wanted);

/* Clicks a button, which must be there and sensitive. */
void app_town_click (gpointer root, const char *label);

G_END_DECLS
