/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gio/gio.h>

#include "tray-view.h"

G_BEGIN_DECLS

/* The menu of the tray item, served as com.canonical.dbusmenu. An item keeps its number while it is
 * what it is, so that a menu that is open does not move under the pointer. */
typedef struct _TocsinDbusMenu TocsinDbusMenu;

#define TOCSIN_DBUS_MENU_PATH "/StatusNotifierItem/Menu"

typedef struct {
  void (*activate) (TocsinMenuAction action, const char *target, gpointer user_data);
  void (*about_to_show) (gpointer user_data); /* spans in labels are old by now */
} TocsinDbusMenuFuncs;

TocsinDbusMenu *tocsin_dbus_menu_new (const TocsinDbusMenuFuncs *funcs, gpointer user_data);
void tocsin_dbus_menu_free (TocsinDbusMenu *menu);

gboolean tocsin_dbus_menu_export (TocsinDbusMenu *menu, GDBusConnection *connection,
                                  GError **error);

/* Shows these; answers whether anything is different. */
gboolean tocsin_dbus_menu_set_items (TocsinDbusMenu *menu, GPtrArray *items /* (transfer full) */);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinDbusMenu, tocsin_dbus_menu_free)

G_END_DECLS
