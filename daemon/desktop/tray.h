/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "alert-pause.h"
#include "watch.h"

G_BEGIN_DECLS

/* The tray: icon and menu, as the watch stands, on a bus connection of its own, since an item goes
 * away only with its connection. */
typedef struct _TocsinTray TocsinTray;

typedef struct {
  /* Whether it is shown, and if not, why: a sentence (nullable). */
  void (*shown_changed) (gboolean shown, const char *problem, gpointer user_data);
  void (*quit) (gpointer user_data);
} TocsinTrayFuncs;

/* Connects by and by to the bus at `address`. */
TocsinTray *tocsin_tray_new (TocsinWatch *watch, TocsinAlertPause *pause, const char *address,
                             const TocsinTrayFuncs *funcs, gpointer user_data);
void tocsin_tray_free (TocsinTray *tray);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinTray, tocsin_tray_free)

G_END_DECLS
