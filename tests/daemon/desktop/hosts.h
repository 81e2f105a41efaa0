/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gio/gio.h>

#include "alert-pause.h"
#include "bus.h"
#include "desktop.h"

G_BEGIN_DECLS

/* A desktop session for tests: an X server without a screen, a session bus, and what a test starts
 * in it. Once a program, before anything speaks D-Bus. */
void tocsin_test_session_start (void);
void tocsin_test_session_stop (void);

/* Whether a program is there; else the test is skipped. */
gboolean tocsin_test_has_program (const char *program);
GSubprocess *tocsin_test_host_start (const char *const *argv);
void tocsin_test_host_stop (GSubprocess **host);
void tocsin_test_wait_for_name (GDBusConnection *connection, const char *name, gboolean owned);

/* The daemon, but its main, in this process, with a store and checks of its own; and something that
 * stands where the app is and writes down what it is asked for. */
typedef struct {
  TocsinStore *store;
  TocsinWatch *watch;
  TocsinAlertPause *pause;
  TocsinBus *bus;
  TocsinDesktop *desktop;
  GDBusConnection *client; /* (owned) another program's */
  GPtrArray *asked;        /* (owned) (element-type char *) "show-monitor ID", "open", "quit" */
  guint app_object_id, app_name_id;

  gboolean is_told, is_shown; /* of the tray */
  char *problem;              /* (owned) (nullable) */
  gboolean has_quit;
} TocsinTestTown;

void tocsin_test_town_open (TocsinTestTown *town);
void tocsin_test_town_close (TocsinTestTown *town);

/* Waits until the app was asked for this, and forgets all of it. */
void tocsin_test_town_wait_asked (TocsinTestTown *town, const char *what);

/* A TCP monitor of 127.0.0.1:`port` that one failure brings down. (transfer full) its id */
char *tocsin_test_town_add (TocsinTestTown *town, const char *name, guint16 port);
void tocsin_test_town_wait_state (TocsinTestTown *town, const char *id, TocsinState state);

/* Calls a method as another program, and waits. (transfer full) */
GVariant *tocsin_test_town_call (TocsinTestTown *town, const char *name, const char *path,
                                 const char *interface, const char *method, GVariant *parameters);

G_END_DECLS
