/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Asks the desktop's Background portal, by libportal, that the app's sandbox may go on without a
 * window, and, where `at_login`, that the daemon in it is started when the user logs in; where not,
 * it is no longer. The desktop may ask its user. */
void tocsin_background_portal_ask (gboolean at_login, GAsyncReadyCallback callback,
                                   gpointer user_data);

/* Errors are UNAVAILABLE where there is no portal or Tocsin was built without libportal, and
 * G_IO_ERROR_PERMISSION_DENIED where the user or the desktop said no. */
gboolean tocsin_background_portal_ask_finish (GAsyncResult *result, GError **error);

G_END_DECLS
