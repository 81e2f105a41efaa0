/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* tocsind.service of the user's systemd, over its bus interface (org.freedesktop.systemd1(5)). */

/* What systemd says of the unit's file. */
void tocsin_user_unit_read (GDBusConnection *connection, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data);

/* `state` (transfer full) (nullable): NULL where there is no systemd, or it does not know the unit,
 * which is no error. */
gboolean tocsin_user_unit_read_finish (GAsyncResult *result, char **state, GError **error);

/* As `systemctl --user enable` or disable. */
void tocsin_user_unit_set (GDBusConnection *connection, gboolean enabled, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data);
gboolean tocsin_user_unit_set_finish (GAsyncResult *result, GError **error);

G_END_DECLS
