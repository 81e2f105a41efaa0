/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "incident-detail"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "decode.h"
#include "errors.h"
#include "incident-detail.h"
#include "incident-export.h"
#include "incident-text.h"
#include "incident-timeline.h"
#include "prose-editor.h"
#include "state-look.h"
#include "texts.h"
#include "toast.h"
#include "widget-children.h"

/* What can be written, in this order. */
enum { PROSE_CAUSE, PROSE_RESOLUTION, PROSE_NOTE, N_PROSE };

static const struct {
  TocsinUpdateKind kind;
  const char *title, *hint, *button;
  const char *done;
  gboolean empties;
} prose[N_PROSE] = {
  [PROSE_CAUSE] = { TOCSIN_UPDATE_CAUSE, N_ ("Root Cause"),
                    N_ ("What was it that failed, and why? Markdown is fine."), N_ ("_Save"),
                    N_ ("Root cause saved"), FALSE },
  [PROSE_RESOLUTION] = { TOCSIN_UPDATE_RESOLUTION, N_ ("Resolution"),
                         N_ ("What was done, and what keeps it from happening again?"),
                         N_ ("_Save"), N_ ("Resolution saved"), FALSE },
  [PROSE_NOTE] = { TOCSIN_UPDATE_NOTE, N_ ("Add a Note"),
                   N_ ("What you found or tried, for those who read this later."), N_ ("_Add"),
                   N_ ("Note added"), TRUE },
};

struct _TocsinIncidentDetail {
  GtkWidget parent_instance;

  TocsinClient *client;      /* (owned) */
  char *id;                  /* (owned) (nullable) */
  TocsinIncident *incident;  /* (owned) (nullable) */
  GCancellable *cancellable; /* (owned) of the incident that is asked for */
  GHashTable *drafts;        /* (owned) "id/n" to what was being written */
  gboolean is_pending, is_stale;
  TocsinProseEditor *editors[N_PROSE];
  TocsinIncidentTimeline *timeline;

  /* of the template */
  GtkScrolledWindow *scrolled;
  GtkImage *state;
  GtkLabel *sentence;
  GtkLabel *span;
  GtkLabel *reason;
  GtkLabel *acknowledged;
  GtkWidget *content;
  GtkWidget *acknowledge;
  GtkWidget *show_monitor;
  GtkWidget *prose_box;
  GtkWidget *timeline_box;
};

enum { SIGNAL_LOADED, SIGNAL_GONE, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TocsinIncidentDetail, tocsin_incident_detail, GTK_TYPE_WIDGET)

static void load (TocsinIncidentDetail *self);

/* --- what is shown --- */

static void
set_text (GtkLabel *label, const char *text)
{
  if (g_strcmp0 (gtk_label_get_text (label), text) != 0)
    gtk_label_set_text (label, text);
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL && *text != '\0');
}

static void
show_times (TocsinIncidentDetail *self)
{
  gint64 now_us = g_get_real_time ();
  g_autofree char *sentence = NULL;
  g_autofree char *span = NULL;
  g_autofree char *ago = NULL;
  g_autofree char *acknowledged = NULL;

  if (self->incident == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  sentence = tocsin_incident_text_sentence (self->incident, now_us);
  span = tocsin_incident_text_span (self->incident, now_us, NULL);
  set_text (self->sentence, sentence);
  set_text (self->span, span);
  if (self->incident->acknowledged_at != 0) {
    ago = tocsin_text_distance (self->incident->acknowledged_at, now_us);
    /* Translators: when: “3 min ago”. */
    acknowledged = g_strdup_printf (_ ("Acknowledged %s"), ago);
  }
  set_text (self->acknowledged, acknowledged);
}

static void
show_incident (TocsinIncidentDetail *self)
{
  const TocsinIncident *incident = self->incident;
  gboolean is_open = incident->ended_at == 0;

  tocsin_state_show (self->state, is_open ? TOCSIN_STATE_DOWN : TOCSIN_STATE_UP);
  set_text (self->reason, incident->reason);
  gtk_widget_set_visible (self->acknowledge, is_open && incident->acknowledged_at == 0);
  gtk_widget_set_visible (self->show_monitor,
                          incident->monitor_id != NULL &&
                              tocsin_client_find (self->client, incident->monitor_id) != NULL);
  tocsin_prose_editor_set_saved (self->editors[PROSE_CAUSE], incident->root_cause);
  tocsin_prose_editor_set_saved (self->editors[PROSE_RESOLUTION], incident->resolution);
  tocsin_incident_timeline_set_incident (self->timeline, incident);
  gtk_widget_set_visible (self->content, TRUE);
  show_times (self);
}

/* --- loading --- */

static void
got_incident_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinIncidentDetail) self = user_data;
  g_autoptr (TocsinIncident) incident = NULL;
  g_autoptr (GVariant) members = NULL;
  g_autoptr (GError) error = NULL;

  if (!tocsin_dbus_tocsin1_call_get_incident_finish (TOCSIN_DBUS_TOCSIN1 (source), &members, result,
                                                     &error)) {
    if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      return;
    self->is_pending = FALSE;
    tocsin_toast_error (GTK_WIDGET (self), error);
    if (g_error_matches (error, TOCSIN_ERROR, TOCSIN_ERROR_NOT_FOUND))
      g_signal_emit (self, signals[SIGNAL_GONE], 0);
    return;
  }
  self->is_pending = FALSE;
  incident = tocsin_decode_object (members, &tocsin_incident_fields);
  if (incident == NULL)
    return;
  g_clear_pointer (&self->incident, tocsin_incident_free);
  self->incident = g_steal_pointer (&incident);
  show_incident (self);
  g_signal_emit (self, signals[SIGNAL_LOADED], 0);
  if (self->is_stale)
    load (self);
}

static void
load (TocsinIncidentDetail *self)
{
  TocsinDbusTocsin1 *proxy = tocsin_client_get_proxy (self->client);

  self->is_stale = self->id != NULL;
  if (self->id == NULL || proxy == NULL || self->is_pending ||
      !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  self->is_stale = FALSE;
  self->is_pending = TRUE;
  tocsin_dbus_tocsin1_call_get_incident (proxy, self->id, self->cancellable, got_incident_cb,
                                         g_object_ref (self));
}

/* --- writing --- */

typedef struct {
  TocsinIncidentDetail *self; /* (owned) */
  char *id;                   /* (owned) of the incident */
  char *text;                 /* (owned) */
  guint n;                    /* of `prose`; N_PROSE: an acknowledgement */
} Write;

static void
free_write (Write *write)
{
  g_object_unref (write->self);
  g_free (write->id);
  g_free (write->text);
  g_free (write);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Write, free_write)

static char *
make_draft_key (const char *id, guint n)
{
  return g_strdup_printf ("%s/%u", id, n);
}

static void
wrote_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Write) write = user_data;
  TocsinIncidentDetail *self = write->self;
  g_autoptr (GError) error = NULL;
  g_autofree char *key = make_draft_key (write->id, write->n);

  if (!tocsin_dbus_tocsin1_call_update_incident_finish (TOCSIN_DBUS_TOCSIN1 (source), result,
                                                        &error)) {
    tocsin_toast_error (GTK_WIDGET (self), error);
    return;
  }
  g_hash_table_remove (self->drafts, key);
  if (write->n < N_PROSE && g_strcmp0 (write->id, self->id) == 0)
    tocsin_prose_editor_set_saved (self->editors[write->n], write->text);
  if (write->n < N_PROSE)
    tocsin_toast (GTK_WIDGET (self), _ (prose[write->n].done));
  load (self);
}

static void
write_update (TocsinIncidentDetail *self, TocsinUpdateKind kind, guint n, const char *text)
{
  TocsinDbusTocsin1 *proxy = tocsin_client_get_proxy (self->client);
  Write *write;

  if (proxy == NULL || self->incident == NULL)
    return;
  write = g_new0 (Write, 1);
  write->self = g_object_ref (self);
  write->id = g_strdup (self->incident->id);
  write->text = g_strdup (text);
  write->n = n;
  tocsin_dbus_tocsin1_call_update_incident (
      proxy, write->id, tocsin_words_get (&tocsin_update_kind_words, kind), text,
      tocsin_incident_get_author (), NULL, wrote_cb, write);
}

static void
save_cb (TocsinProseEditor *editor, const char *text, gpointer user_data)
{
  TocsinIncidentDetail *self = user_data;

  for (guint i = 0; i < N_PROSE; i++)
    if (self->editors[i] == editor)
      write_update (self, prose[i].kind, i, text);
}

/* What was being written is kept until the person comes back to it. */
static void
keep_drafts (TocsinIncidentDetail *self)
{
  for (guint i = 0; self->id != NULL && i < N_PROSE; i++) {
    char *draft = tocsin_prose_editor_get_draft (self->editors[i]);

    if (draft != NULL)
      g_hash_table_insert (self->drafts, make_draft_key (self->id, i), draft);
  }
}

static void
reset_editors (TocsinIncidentDetail *self)
{
  for (guint i = 0; i < N_PROSE; i++) {
    g_autofree char *key = self->id != NULL ? make_draft_key (self->id, i) : NULL;

    tocsin_prose_editor_reset (self->editors[i], NULL,
                               key != NULL ? g_hash_table_lookup (self->drafts, key) : NULL);
    if (key != NULL)
      g_hash_table_remove (self->drafts, key);
  }
}

/* --- actions --- */

static void
acknowledge_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  write_update (TOCSIN_INCIDENT_DETAIL (widget), TOCSIN_UPDATE_ACKNOWLEDGED, N_PROSE, "");
}

static void
show_monitor_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TocsinIncidentDetail *self = TOCSIN_INCIDENT_DETAIL (widget);

  if (self->incident != NULL && self->incident->monitor_id != NULL)
    gtk_widget_activate_action (widget, "win.show-monitor", "s", self->incident->monitor_id);
}

static void
copy_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TocsinIncidentDetail *self = TOCSIN_INCIDENT_DETAIL (widget);

  if (self->incident != NULL)
    tocsin_incident_export_copy (widget, self->incident);
}

static void
save_as_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TocsinIncidentDetail *self = TOCSIN_INCIDENT_DETAIL (widget);

  if (self->incident != NULL)
    tocsin_incident_export_save (widget, self->incident);
}

/* What happened while the daemon was away was not told. */
static void
state_changed_cb (TocsinIncidentDetail *self)
{
  if (tocsin_client_get_state (self->client) == TOCSIN_CLIENT_READY)
    load (self);
}

/* --- life --- */

static void
tocsin_incident_detail_map (GtkWidget *widget)
{
  TocsinIncidentDetail *self = TOCSIN_INCIDENT_DETAIL (widget);

  GTK_WIDGET_CLASS (tocsin_incident_detail_parent_class)->map (widget);
  load (self);
  show_times (self);
}

static void
tocsin_incident_detail_dispose (GObject *object)
{
  TocsinIncidentDetail *self = TOCSIN_INCIDENT_DETAIL (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->client != NULL)
    g_signal_handlers_disconnect_by_data (self->client, self);
  g_clear_object (&self->client);
  tocsin_widget_drop_children (GTK_WIDGET (self));
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->incident, tocsin_incident_free);
  g_clear_pointer (&self->drafts, g_hash_table_unref);
  G_OBJECT_CLASS (tocsin_incident_detail_parent_class)->dispose (object);
}

static void
tocsin_incident_detail_class_init (TocsinIncidentDetailClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  /* A domain that nobody asked for yet is not known to GDBus, which makes errors of it. */
  (void) tocsin_error_quark ();
  G_OBJECT_CLASS (klass)->dispose = tocsin_incident_detail_dispose;
  widget_class->map = tocsin_incident_detail_map;
  signals[SIGNAL_LOADED] = g_signal_new ("loaded", TOCSIN_TYPE_INCIDENT_DETAIL, G_SIGNAL_RUN_LAST,
                                         0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_GONE] = g_signal_new ("gone", TOCSIN_TYPE_INCIDENT_DETAIL, G_SIGNAL_RUN_LAST, 0,
                                       NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_install_action (widget_class, "incident.acknowledge", NULL, acknowledge_cb);
  gtk_widget_class_install_action (widget_class, "incident.show-monitor", NULL, show_monitor_cb);
  gtk_widget_class_install_action (widget_class, "incident.copy-markdown", NULL, copy_cb);
  gtk_widget_class_install_action (widget_class, "incident.save-markdown", NULL, save_as_cb);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tocsin/Tocsin/ui/incident-detail.ui");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_bind_template_child (widget_class, TocsinIncidentDetail, scrolled);
  gtk_widget_class_bind_template_child (widget_class, TocsinIncidentDetail, content);
  gtk_widget_class_bind_template_child (widget_class, TocsinIncidentDetail, state);
  gtk_widget_class_bind_template_child (widget_class, TocsinIncidentDetail, sentence);
  gtk_widget_class_bind_template_child (widget_class, TocsinIncidentDetail, span);
  gtk_widget_class_bind_template_child (widget_class, TocsinIncidentDetail, reason);
  gtk_widget_class_bind_template_child (widget_class, TocsinIncidentDetail, acknowledged);
  gtk_widget_class_bind_template_child (widget_class, TocsinIncidentDetail, acknowledge);
  gtk_widget_class_bind_template_child (widget_class, TocsinIncidentDetail, show_monitor);
  gtk_widget_class_bind_template_child (widget_class, TocsinIncidentDetail, prose_box);
  gtk_widget_class_bind_template_child (widget_class, TocsinIncidentDetail, timeline_box);
}

static void
tocsin_incident_detail_init (TocsinIncidentDetail *self)
{
  self->drafts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  self->timeline = TOCSIN_INCIDENT_TIMELINE (tocsin_incident_timeline_new ());
  gtk_box_append (GTK_BOX (self->timeline_box), GTK_WIDGET (self->timeline));
  for (guint i = 0; i < N_PROSE; i++) {
    GtkWidget *editor = tocsin_prose_editor_new (_ (prose[i].title), _ (prose[i].hint),
                                                 _ (prose[i].button), prose[i].empties);

    self->editors[i] = TOCSIN_PROSE_EDITOR (editor);
    g_signal_connect (editor, "save", G_CALLBACK (save_cb), self);
    gtk_box_append (GTK_BOX (prose[i].empties ? self->timeline_box : self->prose_box), editor);
  }
}

GtkWidget *
tocsin_incident_detail_new (TocsinClient *client)
{
  TocsinIncidentDetail *self;

  g_return_val_if_fail (TOCSIN_IS_CLIENT (client), NULL);

  self = g_object_new (TOCSIN_TYPE_INCIDENT_DETAIL, NULL);
  self->client = g_object_ref (client);
  g_signal_connect_swapped (client, "tick", G_CALLBACK (show_times), self);
  g_signal_connect_swapped (client, "state-changed", G_CALLBACK (state_changed_cb), self);
  g_signal_connect_swapped (client, "incidents-changed", G_CALLBACK (load), self);
  return GTK_WIDGET (self);
}

void
tocsin_incident_detail_set_id (TocsinIncidentDetail *self, const char *id)
{
  g_return_if_fail (TOCSIN_IS_INCIDENT_DETAIL (self));

  if (g_strcmp0 (self->id, id) != 0) {
    keep_drafts (self);
    g_free (self->id);
    self->id = g_strdup (id);
    g_cancellable_cancel (self->cancellable);
    g_object_unref (self->cancellable);
    self->cancellable = g_cancellable_new ();
    self->is_pending = FALSE;
    g_clear_pointer (&self->incident, tocsin_incident_free);
    gtk_widget_set_visible (self->content, FALSE);
    reset_editors (self);
    gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scrolled), 0);
  }
  load (self);
}

const char *
tocsin_incident_detail_get_id (TocsinIncidentDetail *self)
{
  g_return_val_if_fail (TOCSIN_IS_INCIDENT_DETAIL (self), NULL);
  return self->id;
}

const TocsinIncident *
tocsin_incident_detail_get_incident (TocsinIncidentDetail *self)
{
  g_return_val_if_fail (TOCSIN_IS_INCIDENT_DETAIL (self), NULL);
  return self->incident;
}
