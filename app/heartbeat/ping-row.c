/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "ping-row"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "decode.h"
#include "ping-row.h"
#include "state-look.h"
#include "texts.h"

struct _TocsinPingRow {
  AdwExpanderRow parent_instance;

  TocsinClient *client; /* (owned) */
  char *monitor_id;     /* (owned) */
  TocsinPing *ping;     /* (owned) */
  GtkWidget *body;      /* (nullable) a text view, once it was opened */
  gboolean is_open;
};

G_DEFINE_FINAL_TYPE (TocsinPingRow, tocsin_ping_row, ADW_TYPE_EXPANDER_ROW)

/* The word for a kind, and the state whose shape and colour it borrows. */
static const struct {
  const char *label;
  TocsinState look;
} kinds[] = {
  [TOCSIN_PING_SUCCESS] = { N_ ("Success"), TOCSIN_STATE_UP },
  [TOCSIN_PING_START] = { N_ ("Started"), TOCSIN_STATE_CONFIRMING },
  [TOCSIN_PING_FAIL] = { N_ ("Failed"), TOCSIN_STATE_DOWN },
  [TOCSIN_PING_LOG] = { N_ ("Log"), TOCSIN_STATE_NEW },
  [TOCSIN_PING_IGNORED] = { N_ ("Ignored"), TOCSIN_STATE_UNKNOWN },
};

static char *
make_subtitle (const TocsinPing *ping)
{
  g_autofree char *at = tocsin_text_time (ping->at_us, g_get_real_time (), NULL);

  if (ping->remote_address == NULL)
    return g_strdup (at);
  /* Translators: when a ping came, and from which address. */
  return g_strdup_printf (_ ("%s, from %s"), at, ping->remote_address);
}

/* --- what is inside --- */

static void
add_fact (TocsinPingRow *self, const char *label, const char *text)
{
  GtkWidget *row, *value;

  if (text == NULL || *text == '\0')
    return;
  row = adw_action_row_new ();
  value = gtk_label_new (text);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), label);
  gtk_label_set_selectable (GTK_LABEL (value), TRUE);
  gtk_label_set_wrap (GTK_LABEL (value), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (value), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (GTK_LABEL (value), 40);
  gtk_label_set_xalign (GTK_LABEL (value), 1);
  gtk_widget_add_css_class (value, "dim-label");
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), value);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self), row);
}

static void
set_body (TocsinPingRow *self, const char *text)
{
  if (self->body != NULL)
    gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->body)), text, -1);
}

static void
show_body (TocsinPingRow *self, GBytes *bytes)
{
  gsize size = 0;
  const char *data = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;
  g_autofree char *text = data != NULL ? g_utf8_make_valid (data, (gssize) size) : NULL;

  set_body (self, text != NULL ? text : _ ("Its body was not kept."));
}

static void
got_ping_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinPingRow) self = user_data;
  g_autoptr (GVariant) members = NULL;
  g_autoptr (GError) error = NULL;
  TocsinPing *ping;

  if (!tocsin_dbus_tocsin1_call_ping_finish (TOCSIN_DBUS_TOCSIN1 (source), &members, result,
                                             &error)) {
    set_body (self, tocsin_client_error_text (error));
    return;
  }
  ping = tocsin_decode_object (members, &tocsin_ping_fields);
  show_body (self, ping != NULL ? ping->body : NULL);
  g_clear_pointer (&ping, tocsin_ping_free);
}

static void
add_body (TocsinPingRow *self)
{
  TocsinDbusTocsin1 *proxy = tocsin_client_get_proxy (self->client);
  GtkWidget *row = adw_preferences_row_new (), *scrolled = gtk_scrolled_window_new ();

  self->body = gtk_text_view_new ();
  gtk_text_view_set_editable (GTK_TEXT_VIEW (self->body), FALSE);
  gtk_text_view_set_monospace (GTK_TEXT_VIEW (self->body), TRUE);
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (self->body), GTK_WRAP_WORD_CHAR);
  gtk_widget_add_css_class (self->body, "evidence-text");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->body), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Body of the ping"), -1);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scrolled), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scrolled), 320);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), self->body);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), scrolled);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_widget_set_focusable (row, FALSE);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self), row);
  if (proxy != NULL)
    tocsin_dbus_tocsin1_call_ping (proxy, self->monitor_id, self->ping->number, NULL, got_ping_cb,
                                   g_object_ref (self));
}

static void
expanded_cb (TocsinPingRow *self)
{
  const TocsinPing *ping = self->ping;
  g_autofree char *number = NULL;
  g_autofree char *request = NULL;
  g_autofree char *in_full = NULL;
  g_autofree char *exit_status = NULL;

  if (self->is_open || !adw_expander_row_get_expanded (ADW_EXPANDER_ROW (self)))
    return;
  self->is_open = TRUE;
  number = g_strdup_printf ("%" G_GINT64_FORMAT, ping->number);
  in_full = tocsin_text_time_in_full (ping->at_us, NULL);
  request = g_strjoin (" ", ping->method != NULL ? ping->method : "",
                       ping->scheme != NULL ? ping->scheme : "", NULL);
  if (ping->exit_status >= 0)
    exit_status = g_strdup_printf ("%" G_GINT64_FORMAT, ping->exit_status);
  add_fact (self, _ ("Number"), number);
  add_fact (self, _ ("Time"), in_full);
  add_fact (self, _ ("Exit status"), exit_status);
  add_fact (self, _ ("Request"), request);
  add_fact (self, _ ("Program"), ping->user_agent);
  add_fact (self, _ ("Run"), ping->rid);
  if (ping->body_bytes > 0)
    add_body (self);
}

/* --- life --- */

static void
tocsin_ping_row_finalize (GObject *object)
{
  TocsinPingRow *self = TOCSIN_PING_ROW (object);

  g_object_unref (self->client);
  g_free (self->monitor_id);
  tocsin_ping_free (self->ping);
  G_OBJECT_CLASS (tocsin_ping_row_parent_class)->finalize (object);
}

static void
tocsin_ping_row_dispose (GObject *object)
{
  TOCSIN_PING_ROW (object)->body = NULL;
  G_OBJECT_CLASS (tocsin_ping_row_parent_class)->dispose (object);
}

static void
tocsin_ping_row_class_init (TocsinPingRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tocsin_ping_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = tocsin_ping_row_finalize;
}

static void
tocsin_ping_row_init (TocsinPingRow *self)
{
}

GtkWidget *
tocsin_ping_row_new (TocsinClient *client, const char *monitor_id, const TocsinPing *ping)
{
  TocsinPingRow *self;
  GtkWidget *image = gtk_image_new ();
  g_autofree char *subtitle = NULL;

  g_return_val_if_fail (TOCSIN_IS_CLIENT (client) && monitor_id != NULL && ping != NULL, NULL);
  g_return_val_if_fail (ping->kind < G_N_ELEMENTS (kinds), NULL);

  self = g_object_new (TOCSIN_TYPE_PING_ROW, "use-markup", FALSE, NULL);
  self->client = g_object_ref (client);
  self->monitor_id = g_strdup (monitor_id);
  self->ping = tocsin_ping_copy (ping);
  subtitle = make_subtitle (ping);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), _ (kinds[ping->kind].label));
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (self), subtitle);
  tocsin_state_show (GTK_IMAGE (image), kinds[ping->kind].look);
  adw_expander_row_add_prefix (ADW_EXPANDER_ROW (self), image);
  if (ping->duration_us >= 0) {
    g_autofree char *duration = tocsin_text_latency ((double) ping->duration_us);
    GtkWidget *label = gtk_label_new (duration);

    gtk_widget_add_css_class (label, "numeric");
    adw_expander_row_add_action (ADW_EXPANDER_ROW (self), label);
  }
  g_signal_connect (self, "notify::expanded", G_CALLBACK (expanded_cb), NULL);
  return GTK_WIDGET (self);
}
