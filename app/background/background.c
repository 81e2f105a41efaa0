/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "background"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "autostart-entry.h"
#include "background-portal.h"
#include "background.h"
#include "errors.h"
#include "login-way.h"
#include "user-unit.h"

#define LOGIN_KEY   "start-at-login"
#define RUNS_ON_KEY "run-in-background"

struct _TocsinBackground {
  GObject parent_instance;

  GDBusConnection *connection; /* (owned) (nullable) */
  GSettings *settings;         /* (owned) (nullable) */
  gboolean is_sandboxed;
  char *config_dir; /* (owned) */
  char *program;    /* (owned) */
};

G_DEFINE_FINAL_TYPE (TocsinBackground, tocsin_background, G_TYPE_OBJECT)

TocsinBackgroundPlace
tocsin_background_place_here (void)
{
  TocsinBackgroundPlace place = {
    .is_sandboxed = g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS),
    .config_dir = g_get_user_config_dir (),
    .program = TOCSIN_BINDIR "/tocsind",
  };

  return place;
}

/* A session without a bus has no systemd that could be asked. */
static void
read_unit (TocsinBackground *self, GTask *task, GAsyncReadyCallback callback)
{
  g_autoptr (GTask) none = NULL;

  if (self->connection != NULL) {
    tocsin_user_unit_read (self->connection, g_task_get_cancellable (task), callback, task);
    return;
  }
  none = g_task_new (NULL, NULL, callback, task);
  g_task_return_pointer (none, NULL, NULL);
}

/* --- reading --- */

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  TocsinBackground *self = g_task_get_source_object (task);
  g_autofree char *state = NULL;
  GError *error = NULL;

  if (!tocsin_user_unit_read_finish (result, &state, &error))
    g_task_return_error (task, error);
  else
    g_task_return_int (task, tocsin_login_unit_is_on (state) ||
                                 tocsin_autostart_entry_is_on (self->config_dir));
}

void
tocsin_background_read_login (TocsinBackground *self, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (TOCSIN_IS_BACKGROUND (self));

  task = g_task_new (self, cancellable, callback, user_data);
  if (self->is_sandboxed)
    g_task_return_int (task, self->settings != NULL &&
                                 g_settings_get_boolean (self->settings, LOGIN_KEY));
  else
    read_unit (self, g_steal_pointer (&task), read_cb);
}

gboolean
tocsin_background_read_login_finish (TocsinBackground *self, GAsyncResult *result, gboolean *is_on,
                                     GError **error)
{
  gssize answer;

  g_return_val_if_fail (g_task_is_valid (result, self) && is_on != NULL, FALSE);

  answer = g_task_propagate_int (G_TASK (result), error);
  if (answer < 0)
    return FALSE;
  *is_on = answer != 0;
  return TRUE;
}

/* --- setting; a task's data is what is wanted --- */

static gboolean
wants_on (GTask *task)
{
  return GPOINTER_TO_INT (g_task_get_task_data (task));
}

/* What systemd answers to a change is not what it then does: a unit that is enabled for all users
 * stays so. */
static void
checked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autofree char *state = NULL;
  GError *error = NULL;

  if (!tocsin_user_unit_read_finish (result, &state, &error))
    g_task_return_error (task, error);
  else if (tocsin_login_unit_is_on (state) != wants_on (task))
    g_task_return_new_error (task, TOCSIN_ERROR, TOCSIN_ERROR_FAILED,
                             _ ("systemd still says that tocsind.service is “%s”: that was decided "
                                "for all users of this computer."),
                             state != NULL ? state : "not-found");
  else
    g_task_return_boolean (task, TRUE);
}

static void
unit_set_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  TocsinBackground *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (tocsin_user_unit_set_finish (result, &error))
    read_unit (self, g_steal_pointer (&task), checked_cb);
  else
    g_task_return_error (task, error);
}

/* Of unit and file one is enough, and none must be left when it is to be off. */
static void
got_way_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  TocsinBackground *self = g_task_get_source_object (task);
  g_autofree char *state = NULL;
  GError *error = NULL;
  gboolean by_entry, done;

  if (!tocsin_user_unit_read_finish (result, &state, &error)) {
    g_task_return_error (task, error);
    return;
  }
  by_entry = tocsin_login_way_choose (self->is_sandboxed, state) == TOCSIN_LOGIN_BY_ENTRY;
  if (wants_on (task) && by_entry)
    done = tocsin_autostart_entry_write (self->config_dir, self->program, &error);
  else
    done = tocsin_autostart_entry_remove (self->config_dir, &error);
  if (!done)
    g_task_return_error (task, error);
  else if (by_entry || tocsin_login_unit_is_on (state) == wants_on (task))
    g_task_return_boolean (task, TRUE);
  else
    tocsin_user_unit_set (self->connection, wants_on (task), g_task_get_cancellable (task),
                          unit_set_cb, g_object_ref (task));
}

static void
login_granted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  TocsinBackground *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (!tocsin_background_portal_ask_finish (result, &error)) {
    g_task_return_error (task, error);
    return;
  }
  if (self->settings != NULL)
    g_settings_set_boolean (self->settings, LOGIN_KEY, wants_on (task));
  g_task_return_boolean (task, TRUE);
}

void
tocsin_background_set_login (TocsinBackground *self, gboolean is_on, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (TOCSIN_IS_BACKGROUND (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_task_data (task, GINT_TO_POINTER (is_on), NULL);
  if (self->is_sandboxed)
    tocsin_background_portal_ask (is_on, login_granted_cb, task);
  else
    read_unit (self, task, got_way_cb);
}

gboolean
tocsin_background_set_login_finish (TocsinBackground *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- without a window --- */

gboolean
tocsin_background_is_sandboxed (TocsinBackground *self)
{
  g_return_val_if_fail (TOCSIN_IS_BACKGROUND (self), FALSE);
  return self->is_sandboxed;
}

gboolean
tocsin_background_runs_on (TocsinBackground *self)
{
  g_return_val_if_fail (TOCSIN_IS_BACKGROUND (self), TRUE);
  return self->settings == NULL || g_settings_get_boolean (self->settings, RUNS_ON_KEY);
}

static void
keep_runs_on (TocsinBackground *self, gboolean runs_on)
{
  if (self->settings != NULL)
    g_settings_set_boolean (self->settings, RUNS_ON_KEY, runs_on);
}

/* A refusal is kept too: the desktop would end the daemon whatever was wished. */
static void
runs_on_granted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  TocsinBackground *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (tocsin_background_portal_ask_finish (result, &error)) {
    keep_runs_on (self, TRUE);
    g_task_return_boolean (task, TRUE);
    return;
  }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    keep_runs_on (self, FALSE);
  g_task_return_error (task, error);
}

void
tocsin_background_set_runs_on (TocsinBackground *self, gboolean runs_on,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (TOCSIN_IS_BACKGROUND (self));

  task = g_task_new (self, NULL, callback, user_data);
  if (runs_on && self->is_sandboxed) {
    gboolean at_login =
        self->settings != NULL && g_settings_get_boolean (self->settings, LOGIN_KEY);

    tocsin_background_portal_ask (at_login, runs_on_granted_cb, g_steal_pointer (&task));
    return;
  }
  keep_runs_on (self, runs_on);
  g_task_return_boolean (task, TRUE);
}

gboolean
tocsin_background_set_runs_on_finish (TocsinBackground *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- life --- */

static void
tocsin_background_finalize (GObject *object)
{
  TocsinBackground *self = TOCSIN_BACKGROUND (object);

  g_clear_object (&self->connection);
  g_clear_object (&self->settings);
  g_free (self->config_dir);
  g_free (self->program);
  G_OBJECT_CLASS (tocsin_background_parent_class)->finalize (object);
}

static void
tocsin_background_class_init (TocsinBackgroundClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tocsin_background_finalize;
}

static void
tocsin_background_init (TocsinBackground *self)
{
}

TocsinBackground *
tocsin_background_new (GDBusConnection *connection, GSettings *settings,
                       const TocsinBackgroundPlace *place)
{
  TocsinBackground *self;

  g_return_val_if_fail (connection == NULL || G_IS_DBUS_CONNECTION (connection), NULL);
  g_return_val_if_fail (settings == NULL || G_IS_SETTINGS (settings), NULL);
  g_return_val_if_fail (place != NULL, NULL);

  self = g_object_new (TOCSIN_TYPE_BACKGROUND, NULL);
  g_set_object (&self->connection, connection);
  g_set_object (&self->settings, settings);
  self->is_sandboxed = place->is_sandboxed;
  self->config_dir = g_strdup (place->config_dir);
  self->program = g_strdup (place->program);
  return self;
}
