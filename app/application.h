/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* The process: one client, one window, and the actions of the .desktop file, the tray and the
 * notifications: show-monitor (s), show-incident (s), show-incidents, new-monitor, check-all,
 * preferences, about, quit. */
#define TOCSIN_TYPE_APPLICATION (tocsin_application_get_type ())
G_DECLARE_FINAL_TYPE (TocsinApplication, tocsin_application, TOCSIN, APPLICATION, AdwApplication)

TocsinApplication *tocsin_application_new (void);

G_END_DECLS
