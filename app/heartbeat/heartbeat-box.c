/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "heartbeat-box"

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "decode.h"
#include "due-times.h"
#include "heartbeat-box.h"
#include "ping-row.h"
#include "run-bars.h"
#include "snippets.h"
#include "texts.h"
#include "toast.h"
#include "widget-children.h"

#define PINGS_LOADED 200 /* for the chart; rows are fewer */
#define PINGS_SHOWN  10  /* until more are asked for */

struct _TocsinHeartbeatBox {
  GtkWidget parent_instance;

  TocsinClient *client;      /* (owned) */
  TocsinMonitor *monitor;    /* (owned) (nullable) */
  TocsinSchedule *schedule;  /* (owned) (nullable) */
  GPtrArray *pings;          /* (owned) (nullable) (element-type TocsinPing) newest first */
  GCancellable *cancellable; /* (owned) */
  gulong changed_id;
  gboolean is_stale, is_pending;
  guint n_shown; /* rows at most */

  /* of the template */
  GtkLabel *url;
  GtkWidget *copy_url;
  GtkWidget *snippets_group;
  GtkDropDown *language;
  GtkTextView *snippet;
  AdwActionRow *schedule_row;
  GtkWidget *times_row;
  GtkLabel *times[TOCSIN_DUE_TIMES];
  GtkGrid *times_grid;
  GtkWidget *runs_group;
  TocsinRunBars *runs;
  GtkLabel *runs_most;
  GtkListBox *pings_box;
  GtkWidget *more;
};

G_DEFINE_FINAL_TYPE (TocsinHeartbeatBox, tocsin_heartbeat_box, GTK_TYPE_WIDGET)

static void load (TocsinHeartbeatBox *self);

/* --- URL and snippets --- */

/* The daemon says it with the status: it depends on where it listens. "" while it does not. */
static const char *
get_url (TocsinHeartbeatBox *self)
{
  TocsinMonitorItem *item =
      self->monitor != NULL ? tocsin_client_find (self->client, self->monitor->id) : NULL;
  const char *url = item != NULL ? tocsin_monitor_item_get_status (item)->ping_url : NULL;

  return url != NULL ? url : "";
}

static void
show_snippet (TocsinHeartbeatBox *self)
{
  guint language = gtk_drop_down_get_selected (self->language);
  g_autofree char *text = NULL;

  if (self->monitor == NULL || language >= TOCSIN_N_SNIPPETS)
    return;
  text = g_strchomp (tocsin_snippet_to_text (language, self->monitor, get_url (self)));
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->snippet), text, -1);
}

static void
show_url (TocsinHeartbeatBox *self)
{
  const char *url = get_url (self);

  if (*url == '\0')
    url = _ ("Pings are not taken: the service could not listen.");
  if (g_str_equal (gtk_label_get_text (self->url), url))
    return;
  gtk_widget_set_sensitive (self->copy_url, *get_url (self) != '\0');
  gtk_widget_set_visible (self->snippets_group, *get_url (self) != '\0');
  gtk_label_set_text (self->url, url);
  show_snippet (self);
}

static void
copy_url_cb (TocsinHeartbeatBox *self)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), get_url (self));
  tocsin_toast (GTK_WIDGET (self), _ ("Ping URL copied"));
}

static void
copy_snippet_cb (TocsinHeartbeatBox *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->snippet);
  g_autofree char *text = NULL;
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  text = gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
  tocsin_toast (GTK_WIDGET (self), _ ("Snippet copied"));
}

/* --- schedule --- */

static gint64
last_ping_at (TocsinHeartbeatBox *self)
{
  for (guint i = 0; self->pings != NULL && i < self->pings->len; i++) {
    const TocsinPing *ping = self->pings->pdata[i];

    if (ping->kind == TOCSIN_PING_SUCCESS || ping->kind == TOCSIN_PING_FAIL)
      return ping->at_us;
  }
  return 0;
}

static void
show_times (TocsinHeartbeatBox *self)
{
  gint64 times[TOCSIN_DUE_TIMES], now_us = g_get_real_time ();
  guint n = 0;

  if (self->schedule == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  n = tocsin_due_times (self->schedule, last_ping_at (self), now_us, times);
  gtk_widget_set_visible (self->times_row, n > 0);
  for (guint i = 0; i < n; i++) {
    g_autofree char *at = tocsin_text_time (times[i], now_us, self->schedule->zone);
    g_autofree char *distance = tocsin_text_distance (times[i], now_us);
    GtkWidget *label = gtk_grid_get_child_at (self->times_grid, 1, (int) i);

    if (g_strcmp0 (gtk_label_get_text (self->times[i]), at) != 0)
      gtk_label_set_text (self->times[i], at);
    if (g_strcmp0 (gtk_label_get_text (GTK_LABEL (label)), distance) != 0)
      gtk_label_set_text (GTK_LABEL (label), distance);
  }
}

/* Takes `words`. (transfer full) */
static char *
begin_with_capital (char *words)
{
  g_autofree char *owned = words;
  g_autoptr (GString) text = g_string_new (NULL);

  if (*words == '\0')
    return g_steal_pointer (&owned);
  g_string_append_unichar (text, g_unichar_totitle (g_utf8_get_char (words)));
  g_string_append (text, g_utf8_next_char (words));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
show_schedule (TocsinHeartbeatBox *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;
  g_autofree char *grace = NULL;
  g_autofree char *subtitle = NULL;

  g_clear_pointer (&self->schedule, tocsin_schedule_free);
  self->schedule = tocsin_schedule_new_for_monitor (self->monitor, &error);
  if (self->schedule == NULL) {
    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->schedule_row), error->message);
    gtk_widget_set_visible (self->times_row, FALSE);
    return;
  }
  words = begin_with_capital (tocsin_schedule_to_words (self->schedule));
  grace = tocsin_text_span (self->monitor->grace_us);
  /* Translators: a span of time. */
  subtitle = g_strdup_printf (_ ("Down when a ping is %s late"), grace);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->schedule_row), words);
  adw_action_row_set_subtitle (self->schedule_row, subtitle);
  show_times (self);
}

/* --- pings --- */

static void
show_runs (TocsinHeartbeatBox *self)
{
  g_autoptr (GArray) runs = tocsin_runs_from_pings (self->pings);
  g_autofree char *text = NULL;
  g_autofree char *span = NULL;
  gint64 most_us = 0;

  for (guint i = 0; i < runs->len; i++)
    most_us = MAX (most_us, g_array_index (runs, TocsinRun, i).duration_us);
  span = tocsin_text_latency ((double) most_us);
  /* Translators: how long the longest run took. */
  text = g_strdup_printf (_ ("up to %s"), span);
  gtk_label_set_text (self->runs_most, text);
  tocsin_run_bars_set_runs (self->runs, runs);
  gtk_widget_set_visible (self->runs_group, runs->len > 0);
}

static void
clear_pings (TocsinHeartbeatBox *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->pings_box))) != NULL)
    gtk_list_box_remove (self->pings_box, child);
}

static void
add_no_ping (TocsinHeartbeatBox *self)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("No ping yet"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row),
                               _ ("Let the job call the URL above when it is done."));
  gtk_list_box_append (self->pings_box, row);
}

/* Rows that are there stay, since one may be open: new ones come on top. */
static void
show_pings (TocsinHeartbeatBox *self, GPtrArray *old)
{
  gint64 newest = old != NULL && old->len > 0 ? ((TocsinPing *) old->pdata[0])->number : 0;
  guint n_new = 0;
  GtkListBoxRow *last;

  if (newest == 0)
    clear_pings (self);
  while (n_new < MIN (self->pings->len, self->n_shown) &&
         ((TocsinPing *) self->pings->pdata[n_new])->number > newest)
    n_new++;
  for (guint i = n_new; i > 0; i--)
    gtk_list_box_prepend (self->pings_box, tocsin_ping_row_new (self->client, self->monitor->id,
                                                                self->pings->pdata[i - 1]));
  while ((last = gtk_list_box_get_row_at_index (self->pings_box, (int) self->n_shown)) != NULL)
    gtk_list_box_remove (self->pings_box, GTK_WIDGET (last));
  if (self->pings->len == 0)
    add_no_ping (self);
  gtk_widget_set_visible (self->more, self->pings->len > self->n_shown);
}

static void
show_more_cb (TocsinHeartbeatBox *self)
{
  self->n_shown = PINGS_LOADED;
  show_pings (self, NULL);
}

static void
got_pings_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinHeartbeatBox) self = user_data;
  g_autoptr (GPtrArray) old = NULL;
  g_autoptr (GVariant) list = NULL;
  g_autoptr (GError) error = NULL;

  if (!tocsin_dbus_tocsin1_call_pings_finish (TOCSIN_DBUS_TOCSIN1 (source), &list, result,
                                              &error)) {
    if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      return;
    self->is_pending = FALSE;
    tocsin_toast_error (GTK_WIDGET (self), error);
    return;
  }
  self->is_pending = FALSE;
  old = g_steal_pointer (&self->pings);
  self->pings = tocsin_decode_list (list, &tocsin_ping_fields, (GDestroyNotify) tocsin_ping_free);
  show_pings (self, old);
  show_runs (self);
  show_times (self);
  if (self->is_stale)
    load (self);
}

static void
load (TocsinHeartbeatBox *self)
{
  TocsinDbusTocsin1 *proxy = tocsin_client_get_proxy (self->client);

  self->is_stale = self->monitor != NULL;
  if (self->monitor == NULL || proxy == NULL || self->is_pending ||
      !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  self->is_stale = FALSE;
  self->is_pending = TRUE;
  tocsin_dbus_tocsin1_call_pings (proxy, self->monitor->id, PINGS_LOADED, self->cancellable,
                                  got_pings_cb, g_object_ref (self));
}

static void
changed_cb (TocsinHeartbeatBox *self)
{
  show_url (self);
  load (self);
}

/* --- life --- */

static void
tocsin_heartbeat_box_map (GtkWidget *widget)
{
  TocsinHeartbeatBox *self = TOCSIN_HEARTBEAT_BOX (widget);

  GTK_WIDGET_CLASS (tocsin_heartbeat_box_parent_class)->map (widget);
  show_times (self);
  if (self->is_stale)
    load (self);
}

static void
tocsin_heartbeat_box_dispose (GObject *object)
{
  TocsinHeartbeatBox *self = TOCSIN_HEARTBEAT_BOX (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->client != NULL)
    g_signal_handlers_disconnect_by_data (self->client, self);
  g_clear_object (&self->client);
  tocsin_widget_drop_children (GTK_WIDGET (self));
  g_clear_pointer (&self->monitor, tocsin_monitor_unref);
  g_clear_pointer (&self->schedule, tocsin_schedule_free);
  g_clear_pointer (&self->pings, g_ptr_array_unref);
  G_OBJECT_CLASS (tocsin_heartbeat_box_parent_class)->dispose (object);
}

static void
tocsin_heartbeat_box_class_init (TocsinHeartbeatBoxClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tocsin_heartbeat_box_dispose;
  widget_class->map = tocsin_heartbeat_box_map;
  g_type_ensure (TOCSIN_TYPE_RUN_BARS);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tocsin/Tocsin/ui/heartbeat-box.ui");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_bind_template_child (widget_class, TocsinHeartbeatBox, url);
  gtk_widget_class_bind_template_child (widget_class, TocsinHeartbeatBox, copy_url);
  gtk_widget_class_bind_template_child (widget_class, TocsinHeartbeatBox, snippets_group);
  gtk_widget_class_bind_template_child (widget_class, TocsinHeartbeatBox, language);
  gtk_widget_class_bind_template_child (widget_class, TocsinHeartbeatBox, snippet);
  gtk_widget_class_bind_template_child (widget_class, TocsinHeartbeatBox, schedule_row);
  gtk_widget_class_bind_template_child (widget_class, TocsinHeartbeatBox, times_row);
  gtk_widget_class_bind_template_child (widget_class, TocsinHeartbeatBox, times_grid);
  gtk_widget_class_bind_template_child (widget_class, TocsinHeartbeatBox, runs_group);
  gtk_widget_class_bind_template_child (widget_class, TocsinHeartbeatBox, runs);
  gtk_widget_class_bind_template_child (widget_class, TocsinHeartbeatBox, runs_most);
  gtk_widget_class_bind_template_child (widget_class, TocsinHeartbeatBox, pings_box);
  gtk_widget_class_bind_template_child (widget_class, TocsinHeartbeatBox, more);
  gtk_widget_class_bind_template_callback (widget_class, show_more_cb);
  gtk_widget_class_bind_template_callback (widget_class, copy_url_cb);
  gtk_widget_class_bind_template_callback (widget_class, copy_snippet_cb);
  gtk_widget_class_bind_template_callback (widget_class, show_snippet);
}

static void
tocsin_heartbeat_box_init (TocsinHeartbeatBox *self)
{
  g_autoptr (GtkStringList) languages = gtk_string_list_new (NULL);

  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < TOCSIN_N_SNIPPETS; i++)
    gtk_string_list_append (languages, tocsin_snippet_get_label (i));
  gtk_drop_down_set_model (self->language, G_LIST_MODEL (languages));
  for (guint i = 0; i < TOCSIN_DUE_TIMES; i++) {
    GtkWidget *distance = gtk_label_new (NULL);

    self->times[i] = GTK_LABEL (gtk_label_new (NULL));
    gtk_label_set_xalign (self->times[i], 0);
    gtk_widget_set_hexpand (GTK_WIDGET (self->times[i]), TRUE);
    gtk_label_set_xalign (GTK_LABEL (distance), 1);
    gtk_widget_add_css_class (distance, "dim-label");
    gtk_grid_attach (self->times_grid, GTK_WIDGET (self->times[i]), 0, (int) i, 1, 1);
    gtk_grid_attach (self->times_grid, distance, 1, (int) i, 1, 1);
  }
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
tocsin_heartbeat_box_new (TocsinClient *client)
{
  TocsinHeartbeatBox *self;

  g_return_val_if_fail (TOCSIN_IS_CLIENT (client), NULL);

  self = g_object_new (TOCSIN_TYPE_HEARTBEAT_BOX, NULL);
  self->client = g_object_ref (client);
  g_signal_connect_swapped (client, "tick", G_CALLBACK (show_times), self);
  return GTK_WIDGET (self);
}

static void
drop_monitor (TocsinHeartbeatBox *self)
{
  g_clear_signal_handler (&self->changed_id, self->client);
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  self->is_pending = FALSE;
  self->n_shown = PINGS_SHOWN;
  g_clear_pointer (&self->pings, g_ptr_array_unref);
  clear_pings (self);
  gtk_widget_set_visible (self->runs_group, FALSE);
}

void
tocsin_heartbeat_box_set_monitor (TocsinHeartbeatBox *self, TocsinMonitor *monitor)
{
  gboolean is_other;

  g_return_if_fail (TOCSIN_IS_HEARTBEAT_BOX (self));

  if (monitor != NULL && monitor->kind != TOCSIN_MONITOR_HEARTBEAT)
    monitor = NULL;
  is_other =
      self->monitor == NULL || monitor == NULL || g_strcmp0 (self->monitor->id, monitor->id) != 0;
  if (is_other)
    drop_monitor (self);
  if (monitor != NULL)
    tocsin_monitor_ref (monitor);
  g_clear_pointer (&self->monitor, tocsin_monitor_unref);
  self->monitor = monitor;
  gtk_widget_set_visible (GTK_WIDGET (self), monitor != NULL);
  if (monitor == NULL)
    return;
  if (is_other) {
    g_autofree char *signal = g_strdup_printf ("monitor-changed::%s", monitor->id);

    self->changed_id =
        g_signal_connect_swapped (self->client, signal, G_CALLBACK (changed_cb), self);
  }
  show_url (self);
  show_snippet (self);
  show_schedule (self);
  load (self);
}
