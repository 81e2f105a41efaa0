/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Whether the daemon starts at login, and whether it may go on without a window: read from where it
 * is decided, and set there. That is the desktop's Background portal within a sandbox, else the
 * user's systemd where it knows tocsind.service, else an autostart file (login-way.h). */
#define TOCSIN_TYPE_BACKGROUND (tocsin_background_get_type ())
G_DECLARE_FINAL_TYPE (TocsinBackground, tocsin_background, TOCSIN, BACKGROUND, GObject)

/* Where the app runs. */
typedef struct {
  gboolean is_sandboxed;
  const char *config_dir; /* the user's, where autostart is below */
  const char *program;    /* the daemon's path */
} TocsinBackgroundPlace;

/* Of this process. */
TocsinBackgroundPlace tocsin_background_place_here (void);

/* `connection` (nullable): of the session. `settings` (nullable): NULL is all defaults. */
TocsinBackground *tocsin_background_new (GDBusConnection *connection, GSettings *settings,
                                         const TocsinBackgroundPlace *place);

gboolean tocsin_background_is_sandboxed (TocsinBackground *self);

/* --- at login --- */

void tocsin_background_read_login (TocsinBackground *self, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data);

/* A portal does not tell: there it is what it last granted. */
gboolean tocsin_background_read_login_finish (TocsinBackground *self, GAsyncResult *result,
                                              gboolean *is_on, GError **error);

/* Done only where it is so afterwards. The error's message is for people. */
void tocsin_background_set_login (TocsinBackground *self, gboolean is_on, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data);
gboolean tocsin_background_set_login_finish (TocsinBackground *self, GAsyncResult *result,
                                             GError **error);

/* --- without a window --- */

/* The user's choice. */
gboolean tocsin_background_runs_on (TocsinBackground *self);

/* Sets the choice; the desktop is asked first within a sandbox, and its refusal is the error. */
void tocsin_background_set_runs_on (TocsinBackground *self, gboolean runs_on,
                                    GAsyncReadyCallback callback, gpointer user_data);
gboolean tocsin_background_set_runs_on_finish (TocsinBackground *self, GAsyncResult *result,
                                               GError **error);

G_END_DECLS
