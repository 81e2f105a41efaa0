/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "sync-history"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "decode.h"
#include "dialogs.h"
#include "sync-history.h"
#include "sync-text.h"
#include "take-back.h"
#include "texts.h"

#define NEWS_MOST 40

struct _TocsinSyncHistory {
  AdwBin parent_instance;

  TocsinClient *client;      /* (owned) */
  char *team;                /* (owned) */
  GCancellable *cancellable; /* (owned) */
  GPtrArray *news;           /* (owned) (nullable) (element-type TocsinSyncNews) */
  GPtrArray *rows;           /* (owned) (element-type GtkWidget) */
  AdwPreferencesGroup *group;
};

G_DEFINE_FINAL_TYPE (TocsinSyncHistory, tocsin_sync_history, ADW_TYPE_BIN)

static GtkWindow *
get_window (TocsinSyncHistory *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  return GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL;
}

static void
taken_back_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinSyncHistory) self = user_data;
  g_autoptr (GError) error = NULL;

  if (tocsin_take_back_finish (TOCSIN_CLIENT (source), result, &error))
    tocsin_dialog_toast (get_window (self), _ ("Changed"));
  else
    tocsin_dialog_toast_error (get_window (self), error);
}

static void
take_back_cb (GtkButton *button, gpointer user_data)
{
  TocsinSyncHistory *self = user_data;
  guint i = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "tocsin-row"));

  if (self->news == NULL || i >= self->news->len)
    return;
  gtk_widget_set_sensitive (GTK_WIDGET (button), FALSE);
  tocsin_take_back_async (self->client, self->news->pdata[i], self->cancellable, taken_back_cb,
                          g_object_ref (self));
}

static void
add_take_back (TocsinSyncHistory *self, GtkWidget *row, const TocsinSyncNews *news, guint i)
{
  gboolean lost = g_strcmp0 (news->kind, "lost") == 0;
  GtkWidget *button = gtk_button_new_with_mnemonic (lost ? _ ("Use _Mine") : _ ("Use _Theirs"));

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_object_set_data (G_OBJECT (button), "tocsin-row", GUINT_TO_POINTER (i));
  g_signal_connect_object (button, "clicked", G_CALLBACK (take_back_cb), self, 0);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
}

static void
add_news (TocsinSyncHistory *self, guint i)
{
  const TocsinSyncNews *news = self->news->pdata[i];
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *text = tocsin_sync_news_text (news);
  g_autofree char *time = tocsin_text_time (news->at, g_get_real_time (), NULL);
  g_autofree char *values = tocsin_sync_news_values (news);
  g_autofree char *below =
      values != NULL ? g_strdup_printf ("%s\n%s", time, values) : g_strdup (time);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), text);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), below);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  adw_action_row_set_icon_name (ADW_ACTION_ROW (row), tocsin_sync_news_icon (news));
  if (tocsin_take_back_is_possible (news))
    add_take_back (self, row, news, i);
  adw_preferences_group_add (self->group, row);
  g_ptr_array_add (self->rows, row);
}

static gboolean
is_same (GPtrArray *a, GPtrArray *b)
{
  if (a == NULL || a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++)
    if (!tocsin_fields_equal (&tocsin_sync_news_fields, a->pdata[i], b->pdata[i]))
      return FALSE;
  return TRUE;
}

static void
got_log_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinSyncHistory) self = user_data;
  g_autoptr (GVariant) entries = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) news = NULL;

  if (!tocsin_dbus_tocsin1_call_sync_log_finish (TOCSIN_DBUS_TOCSIN1 (source), &entries, result,
                                                 &error)) {
    g_debug ("no log: %s", error->message);
    return;
  }
  news = tocsin_decode_list (entries, &tocsin_sync_news_fields,
                             (GDestroyNotify) tocsin_sync_news_free);
  if (is_same (self->news, news))
    return;
  g_clear_pointer (&self->news, g_ptr_array_unref);
  self->news = g_steal_pointer (&news);
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->group, self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
  for (guint i = 0; i < self->news->len; i++)
    add_news (self, i);
  gtk_widget_set_visible (GTK_WIDGET (self), self->news->len > 0);
}

static void
load (TocsinSyncHistory *self)
{
  TocsinDbusTocsin1 *proxy = tocsin_client_get_proxy (self->client);

  if (proxy != NULL)
    tocsin_dbus_tocsin1_call_sync_log (proxy, self->team, NEWS_MOST, self->cancellable, got_log_cb,
                                       g_object_ref (self));
}

static void
tocsin_sync_history_dispose (GObject *object)
{
  TocsinSyncHistory *self = TOCSIN_SYNC_HISTORY (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->news, g_ptr_array_unref);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->team, g_free);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (tocsin_sync_history_parent_class)->dispose (object);
}

static void
tocsin_sync_history_class_init (TocsinSyncHistoryClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tocsin_sync_history_dispose;
}

static void
tocsin_sync_history_init (TocsinSyncHistory *self)
{
  self->cancellable = g_cancellable_new ();
  self->rows = g_ptr_array_new ();
  self->group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  adw_preferences_group_set_title (self->group, _ ("What Happened"));
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->group));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
tocsin_sync_history_new (TocsinClient *client, const char *team)
{
  TocsinSyncHistory *self;

  g_return_val_if_fail (TOCSIN_IS_CLIENT (client) && team != NULL, NULL);

  self = g_object_new (TOCSIN_TYPE_SYNC_HISTORY, NULL);
  self->client = g_object_ref (client);
  self->team = g_strdup (team);
  g_signal_connect_object (client, "sync-changed", G_CALLBACK (load), self, G_CONNECT_SWAPPED);
  load (self);
  return GTK_WIDGET (self);
}
