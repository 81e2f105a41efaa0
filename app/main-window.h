/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <adwaita.h>

#include "client.h"

G_BEGIN_DECLS

/* The one window: sidebar and page. Pages and rows talk to it by actions, which they activate with
 * gtk_widget_activate_action ():
 *   win.show-overview, win.show-incidents, win.show-monitor (s), win.show-incident (s), win.back
 *   win.new-monitor, win.edit-monitor (s), win.duplicate-monitor (s), win.delete-monitors (as)
 *   win.check-monitor (s), win.check-all, win.set-paused ((asb))
 *   win.maintenance-for (as): an editor of a new window for these
 *   win.import, win.export, win.preferences, win.about
 * What a person did is answered with app/toast.h. */
#define TOCSIN_TYPE_MAIN_WINDOW (tocsin_main_window_get_type ())
G_DECLARE_FINAL_TYPE (TocsinMainWindow, tocsin_main_window, TOCSIN, MAIN_WINDOW,
                      AdwApplicationWindow)

TocsinMainWindow *tocsin_main_window_new (GtkApplication *application, TocsinClient *client);

G_END_DECLS
