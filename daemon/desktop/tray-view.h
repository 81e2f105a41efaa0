/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "state.h"

G_BEGIN_DECLS

/* What the tray shows: pure, from how the house stands. */

typedef enum {
  TOCSIN_TRAY_UP,
  TOCSIN_TRAY_DEGRADED,
  TOCSIN_TRAY_DOWN,
  TOCSIN_TRAY_UNKNOWN, /* nobody looks, or there is nothing to look at */
  TOCSIN_TRAY_OFFLINE, /* this computer is */
  TOCSIN_TRAY_PAUSED,  /* alerts, or every monitor */
  TOCSIN_TRAY_N_LOOKS,
} TocsinTrayLook;

typedef struct {
  gint64 n_by_state[TOCSIN_N_STATES];
  gint64 n_monitors;
  gboolean offline;
  gint64 paused_until; /* alerts, µs; 0: they are not */
  GPtrArray *problems; /* (owned) (element-type TocsinStatus) down and degraded, worst first */
} TocsinTrayView;

void tocsin_tray_view_clear (TocsinTrayView *view);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TocsinTrayView, tocsin_tray_view_clear)

/* The worst there is; `count` is of how many monitors, 0 where that says nothing. */
TocsinTrayLook tocsin_tray_view_get_look (const TocsinTrayView *view, guint *count);

/* One line: "2 down, 1 degraded, 9 up". (transfer full) */
char *tocsin_tray_view_describe (const TocsinTrayView *view);

/* --- the menu --- */

typedef enum {
  TOCSIN_MENU_LINE, /* says something, does nothing */
  TOCSIN_MENU_SEPARATOR,
  TOCSIN_MENU_SHOW_MONITOR, /* target: its id */
  TOCSIN_MENU_CHECK_ALL,
  TOCSIN_MENU_PAUSE_HOUR,
  TOCSIN_MENU_PAUSE_TOMORROW,
  TOCSIN_MENU_RESUME,
  TOCSIN_MENU_OPEN,
  TOCSIN_MENU_QUIT,
} TocsinMenuAction;

typedef struct {
  guint action; /* TocsinMenuAction */
  char *target; /* (owned) (nullable) */
  char *label;  /* (owned) (nullable) plain text */
} TocsinMenuItem;

#define TOCSIN_MENU_PROBLEMS 10 /* shown by name */

/* (transfer full) (element-type TocsinMenuItem) from top to bottom. */
GPtrArray *tocsin_tray_menu_new (const TocsinTrayView *view, GTimeZone *zone, gint64 now_us);

/* When alerts that are paused until tomorrow come back: eight in the morning, local; the night
 * before four o'clock still belongs to the day before. */
gint64 tocsin_tray_get_tomorrow (GTimeZone *zone, gint64 now_us);

G_END_DECLS
