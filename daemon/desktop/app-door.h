/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The way into the app's window: org.freedesktop.Application of org.tocsin.Tocsin, which the bus
 * starts where it is not running. Nobody waits for an answer; what fails is logged. */

/* `action` NULL just opens the window; `target` is the action's parameter, a string (nullable).
 * `token` (nullable) lets the window come to the front. */
void tocsin_app_door_open (GDBusConnection *connection, const char *action, const char *target,
                           const char *token);

/* Asks the app to quit where it is running; `done` is called once it has heard. */
void tocsin_app_door_quit (GDBusConnection *connection, void (*done) (gpointer user_data),
                           gpointer user_data);

G_END_DECLS
