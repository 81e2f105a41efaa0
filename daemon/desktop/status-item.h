/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gio/gio.h>

#include "tray-view.h"

G_BEGIN_DECLS

/* The icon in the tray: an org.kde.StatusNotifierItem, registered with the session's watcher, and
 * again each time that there is a new one. It goes away with its connection, which is its own. */
typedef struct _TocsinStatusItem TocsinStatusItem;

#define TOCSIN_STATUS_ITEM_PATH "/StatusNotifierItem"

typedef struct {
  void (*activate) (const char *token /* (nullable) */, gpointer user_data); /* it was clicked */
  void (*check) (gpointer user_data);         /* … with the middle button */
  void (*shown_changed) (gpointer user_data); /* or why it is not */
} TocsinStatusItemFuncs;

/* `menu_path` is where its menu is on `connection`. NULL where it can't be exported. */
TocsinStatusItem *tocsin_status_item_new (GDBusConnection *connection, const char *menu_path,
                                          const TocsinStatusItemFuncs *funcs, gpointer user_data,
                                          GError **error);
void tocsin_status_item_free (TocsinStatusItem *item);

void tocsin_status_item_set_look (TocsinStatusItem *item, TocsinTrayLook look, guint count,
                                  const char *tooltip);

/* NULL where something shows it, else why nothing does, a sentence in the user's language. */
const char *tocsin_status_item_get_problem (TocsinStatusItem *item);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinStatusItem, tocsin_status_item_free)

G_END_DECLS
