/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "background-portal"

#include "config.h"

#include <glib/gi18n-lib.h>
#ifdef HAVE_LIBPORTAL
#include <libportal/portal.h>
#endif

#include "background-portal.h"
#include "errors.h"

#ifdef HAVE_LIBPORTAL

static void
refuse (GTask *task)
{
  g_task_return_new_error (
      task, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
      _ ("The desktop does not let Tocsin run in the background. Its settings, "
         "under Apps, can allow it."));
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (xdp_portal_request_background_finish (XDP_PORTAL (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else if (error == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    refuse (task);
  else
    g_task_return_new_error (task, TOCSIN_ERROR, TOCSIN_ERROR_UNAVAILABLE,
                             _ ("This desktop can’t be asked to let Tocsin run in the background: "
                                "its Background portal does not answer."));
}

/* No cancellable: libportal 0.6 does not end a request that is cancelled. */
static void
ask (GTask *task, gboolean at_login)
{
  g_autoptr (XdpPortal) portal = xdp_portal_new ();
  g_autoptr (GPtrArray) command = g_ptr_array_new ();
  g_autofree char *reason = g_strdup (_ ("Tocsin watches on when its window is closed."));
  XdpBackgroundFlags flags = at_login ? XDP_BACKGROUND_FLAG_AUTOSTART : XDP_BACKGROUND_FLAG_NONE;

  g_ptr_array_add (command, (gpointer) "tocsind");
  g_ptr_array_add (command, (gpointer) "--bus");
  g_ptr_array_add (command, (gpointer) "session");
  xdp_portal_request_background (portal, NULL, reason, command, flags, NULL, answered_cb, task);
}

#else

static void
ask (GTask *task, gboolean at_login)
{
  g_autoptr (GTask) owned G_GNUC_UNUSED = task;

  g_task_return_new_error (
      task, TOCSIN_ERROR, TOCSIN_ERROR_UNAVAILABLE,
      _ ("This build of Tocsin can’t ask the desktop for it: it was made without "
         "libportal."));
}

#endif

void
tocsin_background_portal_ask (gboolean at_login, GAsyncReadyCallback callback, gpointer user_data)
{
  ask (g_task_new (NULL, NULL, callback, user_data), at_login);
}

gboolean
tocsin_background_portal_ask_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (G_IS_TASK (result), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}
