/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "incidents-page.h"
#include "main-window.h"
#include "monitor-page.h"
#include "sidebar.h"
#include "sync-sign.h"

G_BEGIN_DECLS

struct _TocsinMainWindow {
  AdwApplicationWindow parent_instance;

  TocsinClient *client; /* (owned) */
  GSettings *settings;  /* (owned) (nullable) where the schema is not installed */

  /* Deleted here and not yet in the daemon, which an undo still brings back. */
  char **deleted;       /* (owned) (nullable) ids */
  AdwToast *undo_toast; /* (unowned) (nullable) */

  /* pages that are made when they are first shown; of the stack */
  TocsinMonitorPage *monitor_page;     /* (nullable) */
  TocsinIncidentsPage *incidents_page; /* (nullable) */

  /* of the template */
  AdwLeaflet *leaflet;
  GtkWidget *sidebar_box;
  GtkWidget *content_box;
  GtkListBox *places;
  TocsinSidebar *sidebar;
  TocsinSyncSign *sync_sign;
  AdwWindowTitle *title;
  GtkButton *back;
  GtkWidget *monitor_buttons;
  GtkRevealer *banner;
  GtkImage *banner_icon;
  GtkLabel *banner_label;
  GtkWidget *unlock;
  GtkStack *stack;
  AdwStatusPage *absent;
  GtkToggleButton *select_button;
};

/* --- main-window.c --- */

void tocsin_main_window_show_place (TocsinMainWindow *self, const char *place);
void tocsin_main_window_show_monitor (TocsinMainWindow *self, const char *id);
void tocsin_main_window_show_incident (TocsinMainWindow *self, const char *id /* (nullable) */);

/* (nullable) of the monitor page, while it is the one that shows */
const char *tocsin_main_window_get_monitor_id (TocsinMainWindow *self);

/* --- main-window-actions.c --- */

void tocsin_main_window_add_actions (TocsinMainWindow *self);

/* --- main-window-monitors.c --- */

void tocsin_main_window_add_monitor_actions (TocsinMainWindow *self);

/* After another page, or another state of its monitor: what can be done now. */
void tocsin_main_window_update_actions (TocsinMainWindow *self);

/* --- main-window-delete.c --- */

/* Hides them, and has the daemon delete them once the toast with its Undo is gone. */
void tocsin_main_window_delete (TocsinMainWindow *self, const char *const *ids);
void tocsin_main_window_undo_delete (TocsinMainWindow *self);

/* Deletes at once what waits for an undo: before another deletion, and when the window closes. */
void tocsin_main_window_commit_delete (TocsinMainWindow *self);

G_END_DECLS
