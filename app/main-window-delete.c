/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "main-window-delete"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "main-window-private.h"
#include "toast.h"

#define UNDO_S 10

static void
removed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinMainWindow) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!tocsin_dbus_tocsin1_call_remove_finish (TOCSIN_DBUS_TOCSIN1 (source), result, &error))
    tocsin_toast_error (GTK_WIDGET (self->stack), error);
}

static void
set_hidden (TocsinMainWindow *self, const char *const *ids, gboolean hidden)
{
  for (guint i = 0; ids[i] != NULL; i++)
    tocsin_client_hide (self->client, ids[i], hidden);
}

void
tocsin_main_window_commit_delete (TocsinMainWindow *self)
{
  g_auto (GStrv) ids = g_steal_pointer (&self->deleted);

  if (self->undo_toast != NULL) {
    AdwToast *toast = g_steal_pointer (&self->undo_toast);

    g_signal_handlers_disconnect_by_data (toast, self);
    adw_toast_dismiss (toast);
  }
  for (guint i = 0; ids != NULL && ids[i] != NULL; i++)
    tocsin_dbus_tocsin1_call_remove (tocsin_client_get_proxy (self->client), ids[i], NULL,
                                     removed_cb, g_object_ref (self));
}

void
tocsin_main_window_undo_delete (TocsinMainWindow *self)
{
  g_auto (GStrv) ids = g_steal_pointer (&self->deleted);

  if (ids == NULL)
    return;
  set_hidden (self, (const char *const *) ids, FALSE);
  if (self->undo_toast != NULL) {
    AdwToast *toast = g_steal_pointer (&self->undo_toast);

    g_signal_handlers_disconnect_by_data (toast, self);
    adw_toast_dismiss (toast);
  }
  if (ids[0] != NULL && ids[1] == NULL)
    tocsin_main_window_show_monitor (self, ids[0]);
}

static void
dismissed_cb (AdwToast *toast, gpointer user_data)
{
  TocsinMainWindow *self = user_data;

  self->undo_toast = NULL;
  tocsin_main_window_commit_delete (self);
}

static void
undo_clicked_cb (AdwToast *toast, gpointer user_data)
{
  tocsin_main_window_undo_delete (user_data);
}

static char *
make_text (TocsinMainWindow *self, const char *const *ids)
{
  guint n = g_strv_length ((char **) ids);
  TocsinMonitorItem *item = tocsin_client_find (self->client, ids[0]);

  if (n == 1 && item != NULL)
    return g_strdup_printf (_ ("“%s” deleted"), tocsin_monitor_item_get_name (item));
  return g_strdup_printf (ngettext ("%u monitor deleted", "%u monitors deleted", n), n);
}

void
tocsin_main_window_delete (TocsinMainWindow *self, const char *const *ids)
{
  g_autofree char *text = NULL;
  const char *shown = tocsin_main_window_get_monitor_id (self);

  if (ids[0] == NULL)
    return;
  tocsin_main_window_commit_delete (self);
  text = make_text (self, ids);
  set_hidden (self, ids, TRUE);
  if (shown != NULL && g_strv_contains (ids, shown))
    tocsin_main_window_show_place (self, "overview");
  self->deleted = g_strdupv ((char **) ids);
  self->undo_toast = tocsin_toast_with_button (GTK_WIDGET (self->stack), text, _ ("Undo"), UNDO_S);
  g_signal_connect (self->undo_toast, "button-clicked", G_CALLBACK (undo_clicked_cb), self);
  g_signal_connect (self->undo_toast, "dismissed", G_CALLBACK (dismissed_cb), self);
}
