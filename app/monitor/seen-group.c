/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "seen-group"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "decode.h"
#include "seen-group.h"
#include "seen-text.h"
#include "state-look.h"

/* A probe's row, made once and filled again each second. */
typedef struct {
  GtkWidget *row;
  GtkImage *image;
} Row;

struct _TocsinSeenGroup {
  AdwBin parent_instance;

  TocsinClient *client;      /* (owned) */
  TocsinMonitor *monitor;    /* (owned) (nullable) */
  GPtrArray *list;           /* (owned) (nullable) (element-type TocsinSeen) */
  GPtrArray *probes;         /* (owned) (nullable) (element-type TocsinProbe) of the team */
  GArray *rows;              /* (owned) (element-type Row) */
  GCancellable *cancellable; /* (owned) */
  AdwPreferencesGroup *group;
};

G_DEFINE_FINAL_TYPE (TocsinSeenGroup, tocsin_seen_group, ADW_TYPE_BIN)

static void
add_row (TocsinSeenGroup *self)
{
  Row row = { adw_action_row_new (), GTK_IMAGE (gtk_image_new ()) };

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row.row), FALSE);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row.row), 1);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row.row), 2);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row.row), GTK_WIDGET (row.image));
  adw_preferences_group_add (self->group, row.row);
  g_array_append_val (self->rows, row);
}

static void
fit_rows (TocsinSeenGroup *self, guint n)
{
  while (self->rows->len < n)
    add_row (self);
  while (self->rows->len > n) {
    adw_preferences_group_remove (self->group,
                                  g_array_index (self->rows, Row, self->rows->len - 1).row);
    g_array_set_size (self->rows, self->rows->len - 1);
  }
}

static void
show_row (TocsinSeenGroup *self, guint i, gint64 now_us)
{
  const Row *row = &g_array_index (self->rows, Row, i);
  const TocsinSeen *seen = self->list->pdata[i];
  g_autofree char *text = tocsin_seen_text (seen, self->monitor, now_us);
  g_autofree char *name = NULL;

  /* Translators: a probe that is the computer in front of one. */
  name = seen->here ? g_strdup_printf (_ ("%s (this computer)"), seen->probe_name)
                    : g_strdup (seen->probe_name);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row->row), name);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row->row), text);
  tocsin_state_show (row->image, tocsin_seen_get_look (seen, self->monitor, now_us));
}

static void
show (TocsinSeenGroup *self)
{
  gint64 now_us = g_get_real_time ();
  g_autofree char *checked_by = NULL;
  g_autofree char *quorum = NULL;
  g_autofree char *text = NULL;

  if (self->list == NULL || self->monitor == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  fit_rows (self, self->list->len);
  for (guint i = 0; i < self->list->len; i++)
    show_row (self, i, now_us);
  quorum = tocsin_seen_quorum_text (self->list, self->monitor, now_us);
  checked_by = tocsin_probes_text (self->monitor->probes, self->probes);
  /* Translators: which probes check a monitor, and what they say together. */
  text = g_strdup_printf (_ ("Checked by: %s. %s"), checked_by, quorum);
  if (g_strcmp0 (adw_preferences_group_get_description (self->group), text) != 0)
    adw_preferences_group_set_description (self->group, text);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  const TocsinSeen *first = *(const TocsinSeen *const *) a;
  const TocsinSeen *second = *(const TocsinSeen *const *) b;

  return g_utf8_collate (first->probe_name, second->probe_name);
}

static void
got_votes_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinSeenGroup) self = user_data;
  g_autoptr (GVariant) votes = NULL;
  g_autoptr (GError) error = NULL;

  if (!tocsin_dbus_tocsin1_call_votes_finish (TOCSIN_DBUS_TOCSIN1 (source), &votes, result,
                                              &error)) {
    g_debug ("no votes: %s", error->message);
    return;
  }
  g_clear_pointer (&self->list, g_ptr_array_unref);
  self->list = tocsin_decode_list (votes, &tocsin_seen_fields, (GDestroyNotify) tocsin_seen_free);
  g_ptr_array_sort (self->list, compare_names);
  show (self);
}

static void
got_probes_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinSeenGroup) self = user_data;
  g_autoptr (GVariant) probes = NULL;
  g_autoptr (GError) error = NULL;

  if (!tocsin_dbus_tocsin1_call_probes_finish (TOCSIN_DBUS_TOCSIN1 (source), &probes, result,
                                               &error)) {
    g_debug ("no probes: %s", error->message);
    return;
  }
  g_clear_pointer (&self->probes, g_ptr_array_unref);
  self->probes =
      tocsin_decode_list (probes, &tocsin_probe_fields, (GDestroyNotify) tocsin_probe_free);
  show (self);
}

static void
load (TocsinSeenGroup *self)
{
  TocsinDbusTocsin1 *proxy = tocsin_client_get_proxy (self->client);

  if (proxy == NULL || self->monitor == NULL)
    return;
  tocsin_dbus_tocsin1_call_votes (proxy, self->monitor->id, self->cancellable, got_votes_cb,
                                  g_object_ref (self));
  tocsin_dbus_tocsin1_call_probes (proxy, self->monitor->team, self->cancellable, got_probes_cb,
                                   g_object_ref (self));
}

static void
monitor_changed_cb (TocsinClient *client, const char *id, gpointer user_data)
{
  TocsinSeenGroup *self = user_data;

  if (self->monitor != NULL && g_strcmp0 (self->monitor->id, id) == 0)
    load (self);
}

static void
tocsin_seen_group_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (tocsin_seen_group_parent_class)->map (widget);
  show (TOCSIN_SEEN_GROUP (widget));
}

static void
forget (TocsinSeenGroup *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->list, g_ptr_array_unref);
  g_clear_pointer (&self->probes, g_ptr_array_unref);
  g_clear_pointer (&self->monitor, tocsin_monitor_unref);
}

static void
tocsin_seen_group_dispose (GObject *object)
{
  TocsinSeenGroup *self = TOCSIN_SEEN_GROUP (object);

  forget (self);
  g_clear_pointer (&self->rows, g_array_unref);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (tocsin_seen_group_parent_class)->dispose (object);
}

static void
tocsin_seen_group_class_init (TocsinSeenGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tocsin_seen_group_dispose;
  GTK_WIDGET_CLASS (klass)->map = tocsin_seen_group_map;
}

static void
tocsin_seen_group_init (TocsinSeenGroup *self)
{
  self->rows = g_array_new (FALSE, FALSE, sizeof (Row));
  self->group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  adw_preferences_group_set_title (self->group, _ ("Seen by Probes"));
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->group));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
tocsin_seen_group_new (TocsinClient *client)
{
  TocsinSeenGroup *self;

  g_return_val_if_fail (TOCSIN_IS_CLIENT (client), NULL);

  self = g_object_new (TOCSIN_TYPE_SEEN_GROUP, NULL);
  self->client = g_object_ref (client);
  g_signal_connect_object (client, "monitor-changed", G_CALLBACK (monitor_changed_cb), self, 0);
  g_signal_connect_object (client, "sync-changed", G_CALLBACK (load), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (client, "tick", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

void
tocsin_seen_group_set_monitor (TocsinSeenGroup *self, TocsinMonitor *monitor)
{
  gboolean is_checked;

  g_return_if_fail (TOCSIN_IS_SEEN_GROUP (self));

  is_checked =
      monitor != NULL && monitor->team != NULL && monitor->kind != TOCSIN_MONITOR_HEARTBEAT;
  if (!is_checked || self->monitor == NULL || g_strcmp0 (self->monitor->id, monitor->id) != 0)
    fit_rows (self, 0); /* nothing of another monitor's stays to be seen */
  forget (self);
  gtk_widget_set_visible (GTK_WIDGET (self), is_checked);
  if (!is_checked)
    return;
  self->cancellable = g_cancellable_new ();
  self->monitor = tocsin_monitor_ref (monitor);
  load (self);
}
