/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "user-unit"

#include "config.h"

#include "user-unit.h"

#define UNIT       "tocsind.service"
#define TIMEOUT_MS 10000

/* systemd is never started by a call: where it is the session's manager it runs. */
static void
call (GDBusConnection *connection, const char *method, GVariant *arguments,
      const GVariantType *answer, GTask *task, GAsyncReadyCallback callback)
{
  g_dbus_connection_call (connection, "org.freedesktop.systemd1", "/org/freedesktop/systemd1",
                          "org.freedesktop.systemd1.Manager", method, arguments, answer,
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, TIMEOUT_MS,
                          g_task_get_cancellable (task), callback, task);
}

static void
fail (GTask *task, GError *error)
{
  g_dbus_error_strip_remote_error (error);
  g_task_return_error (task, error);
}

/* --- reading --- */

/* Nobody answers to systemd's name, or it has no such file. */
static gboolean
means_none (const GError *error)
{
  static const GDBusError codes[] = { G_DBUS_ERROR_SERVICE_UNKNOWN, G_DBUS_ERROR_NAME_HAS_NO_OWNER,
                                      G_DBUS_ERROR_FILE_NOT_FOUND };
  g_autofree char *name = g_dbus_error_get_remote_error (error);

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (g_error_matches (error, G_DBUS_ERROR, codes[i]))
      return TRUE;
  return g_strcmp0 (name, "org.freedesktop.systemd1.NoSuchUnit") == 0;
}

static void
got_state_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GVariant) answer =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  char *state = NULL;

  if (answer != NULL) {
    g_variant_get (answer, "(s)", &state);
    g_task_return_pointer (task, state, g_free);
  } else if (means_none (error)) {
    g_error_free (error);
    g_task_return_pointer (task, NULL, NULL);
  } else {
    fail (task, error);
  }
}

void
tocsin_user_unit_read (GDBusConnection *connection, GCancellable *cancellable,
                       GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (G_IS_DBUS_CONNECTION (connection));

  call (connection, "GetUnitFileState", g_variant_new ("(s)", UNIT), G_VARIANT_TYPE ("(s)"),
        g_task_new (connection, cancellable, callback, user_data), got_state_cb);
}

gboolean
tocsin_user_unit_read_finish (GAsyncResult *result, char **state, GError **error)
{
  g_autofree char *answer = NULL;
  GError *local = NULL;

  g_return_val_if_fail (G_IS_TASK (result) && state != NULL, FALSE);

  answer = g_task_propagate_pointer (G_TASK (result), &local);
  if (local != NULL) {
    g_propagate_error (error, local);
    return FALSE;
  }
  *state = g_steal_pointer (&answer);
  return TRUE;
}

/* --- setting --- */

static void
reloaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GVariant) answer =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (answer != NULL)
    g_task_return_boolean (task, TRUE);
  else
    fail (task, error);
}

static void
set_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GVariant) answer =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (answer != NULL)
    call (G_DBUS_CONNECTION (source), "Reload", NULL, NULL, g_steal_pointer (&task), reloaded_cb);
  else
    fail (task, error);
}

void
tocsin_user_unit_set (GDBusConnection *connection, gboolean enabled, GCancellable *cancellable,
                      GAsyncReadyCallback callback, gpointer user_data)
{
  const char *const units[] = { UNIT, NULL };
  GTask *task;

  g_return_if_fail (G_IS_DBUS_CONNECTION (connection));

  task = g_task_new (connection, cancellable, callback, user_data);
  /* for ever, not for this run; and no link of another package is replaced */
  if (enabled)
    call (connection, "EnableUnitFiles", g_variant_new ("(^asbb)", units, FALSE, FALSE),
          G_VARIANT_TYPE ("(ba(sss))"), task, set_cb);
  else
    call (connection, "DisableUnitFiles", g_variant_new ("(^asb)", units, FALSE),
          G_VARIANT_TYPE ("(a(sss))"), task, set_cb);
}

gboolean
tocsin_user_unit_set_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (G_IS_TASK (result), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}
