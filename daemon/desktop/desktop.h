/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "tray.h"

G_BEGIN_DECLS

/* What the daemon is on a desktop: a tray icon and notifications, as the settings want them. Bound
 * lazily: where the session has no tray, no notification server or no bus, nothing breaks. */
typedef struct _TocsinDesktop TocsinDesktop;

/* `funcs` are told when the tray is shown or not, and when the user quits from there. */
TocsinDesktop *tocsin_desktop_new (TocsinWatch *watch, TocsinAlertPause *pause,
                                   const TocsinTrayFuncs *funcs, gpointer user_data);
void tocsin_desktop_free (TocsinDesktop *desktop);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinDesktop, tocsin_desktop_free)

G_END_DECLS
