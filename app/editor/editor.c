/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "editor"

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "decode.h"
#include "dialogs.h"
#include "editor-changes.h"
#include "editor-form.h"
#include "editor-start.h"
#include "editor-window.h"
#include "editor.h"
#include "toast.h"
#include "trial.h"

struct _TocsinEditor {
  AdwWindow parent_instance;

  TocsinClient *client;      /* (owned) */
  GCancellable *cancellable; /* (owned) of loading and saving */
  TocsinMonitor *before;     /* (owned) (nullable) as it is in the daemon; NULL: it is new */
  TocsinEditorForm *form;    /* (nullable) */
  gboolean is_changed;

  /* of the template */
  GtkWidget *cancel, *back, *save, *scroller;
  GtkStack *stack;
  AdwStatusPage *problem;
  TocsinEditorStart *start;
  AdwBin *form_place, *trial_place;
  TocsinTrial *trial;
};

G_DEFINE_FINAL_TYPE (TocsinEditor, tocsin_editor, ADW_TYPE_WINDOW)

/* --- pages --- */

static void
show_page (TocsinEditor *self, const char *name)
{
  gboolean is_form = g_str_equal (name, "form");
  /* A heartbeat can't be tried: its job pings us. */
  gboolean can_try = is_form && tocsin_editor_form_find_row (self->form, "timeout") != NULL;

  gtk_stack_set_visible_child_name (self->stack, name);
  gtk_widget_set_visible (self->save, is_form);
  gtk_widget_set_visible (GTK_WIDGET (self->trial_place), can_try);
  if (g_str_equal (name, "start"))
    gtk_widget_grab_focus (GTK_WIDGET (self->start));
}

static void
form_changed_cb (TocsinEditorForm *form, gpointer user_data)
{
  TocsinEditor *self = user_data;

  self->is_changed = TRUE;
}

static void
show_form (TocsinEditor *self, const TocsinMonitor *monitor)
{
  TocsinEditorRow *name;

  tocsin_trial_reset (self->trial);
  self->form =
      TOCSIN_EDITOR_FORM (tocsin_editor_form_new (self->client, monitor, self->before != NULL));
  g_signal_connect_object (self->form, "changed", G_CALLBACK (form_changed_cb), self, 0);
  adw_bin_set_child (self->form_place, GTK_WIDGET (self->form));
  show_page (self, "form");
  name = tocsin_editor_form_find_row (self->form, "name");
  tocsin_editor_row_focus (name);
}

static void
chosen_cb (TocsinEditorStart *start, TocsinMonitor *monitor, gpointer user_data)
{
  TocsinEditor *self = user_data;

  gtk_widget_set_visible (self->back, TRUE);
  gtk_widget_set_visible (self->cancel, FALSE);
  show_form (self, monitor);
}

static void
back_cb (GtkButton *button, gpointer user_data)
{
  TocsinEditor *self = user_data;

  gtk_widget_set_visible (self->back, FALSE);
  gtk_widget_set_visible (self->cancel, TRUE);
  tocsin_trial_reset (self->trial);
  self->is_changed = FALSE;
  show_page (self, "start");
}

/* --- trying --- */

static void
trial_wanted_cb (TocsinTrial *trial, gpointer user_data)
{
  TocsinEditor *self = user_data;
  g_auto (GStrv) removed = NULL;
  g_autoptr (TocsinMonitor) monitor = tocsin_editor_form_get_monitor (self->form, &removed);

  if (monitor != NULL)
    tocsin_trial_run (trial, self->client,
                      tocsin_editor_describe (monitor, (const char *const *) removed),
                      monitor->timeout_us);
}

static void
trial_refused_cb (TocsinTrial *trial, const char *message, gpointer user_data)
{
  TocsinEditor *self = user_data;

  tocsin_editor_form_show_problem (self->form, message);
}

/* --- saving --- */

static void
show_saving (TocsinEditor *self, gboolean saving)
{
  gtk_widget_set_sensitive (self->save, !saving);
}

static void
refuse (TocsinEditor *self, GError *error)
{
  show_saving (self, FALSE);
  if (!tocsin_editor_form_show_problem (self->form, tocsin_client_error_text (error)))
    tocsin_toast_error (GTK_WIDGET (self->stack), error);
}

static void
done (TocsinEditor *self, const char *text)
{
  tocsin_dialog_toast (gtk_window_get_transient_for (GTK_WINDOW (self)), text);
  gtk_window_destroy (GTK_WINDOW (self));
}

static void
added_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinEditor) self = user_data;
  g_autofree char *id = NULL;
  g_autoptr (GError) error = NULL;
  GtkWindow *parent;

  if (!tocsin_dbus_tocsin1_call_add_finish (TOCSIN_DBUS_TOCSIN1 (source), &id, result, &error)) {
    if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      refuse (self, error);
    return;
  }
  parent = gtk_window_get_transient_for (GTK_WINDOW (self));
  if (parent != NULL)
    gtk_widget_activate_action (GTK_WIDGET (parent), "win.show-monitor", "s", id);
  done (self, _ ("Monitor added"));
}

static void
edited_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinEditor) self = user_data;
  g_autoptr (GError) error = NULL;

  if (tocsin_dbus_tocsin1_call_edit_finish (TOCSIN_DBUS_TOCSIN1 (source), result, &error))
    done (self, _ ("Changes saved"));
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    refuse (self, error);
}

static void
save_changes (TocsinEditor *self, const TocsinMonitor *monitor, const char *const *removed)
{
  g_auto (GStrv) unset = NULL;
  GVariant *set = NULL;

  if (!tocsin_editor_changes (self->before, monitor, removed, &set, &unset)) {
    gtk_window_destroy (GTK_WINDOW (self));
    return;
  }
  show_saving (self, TRUE);
  tocsin_dbus_tocsin1_call_edit (tocsin_client_get_proxy (self->client), self->before->id, set,
                                 (const char *const *) unset, self->cancellable, edited_cb,
                                 g_object_ref (self));
}

static void
save_cb (GtkButton *button, gpointer user_data)
{
  TocsinEditor *self = user_data;
  g_auto (GStrv) removed = NULL;
  g_autoptr (TocsinMonitor) monitor = tocsin_editor_form_get_monitor (self->form, &removed);

  if (monitor == NULL)
    return;
  if (tocsin_client_get_proxy (self->client) == NULL) {
    tocsin_toast (GTK_WIDGET (self->stack), _ ("Tocsin’s background service is not running."));
    return;
  }
  if (self->before != NULL) {
    save_changes (self, monitor, (const char *const *) removed);
    return;
  }
  show_saving (self, TRUE);
  tocsin_dbus_tocsin1_call_add (tocsin_client_get_proxy (self->client),
                                tocsin_editor_describe (monitor, NULL), self->cancellable, added_cb,
                                g_object_ref (self));
}

/* --- loading --- */

/* What a copy does not share with what it was copied from. */
static void
make_copy (TocsinMonitor *monitor)
{
  g_autofree char *name = g_steal_pointer (&monitor->name);

  /* Translators: the name of a copy of a monitor. */
  monitor->name = g_strdup_printf (_ ("%s (copy)"), name);
  g_clear_pointer (&monitor->id, g_free);
  g_clear_pointer (&monitor->ping_id, g_free);
  g_clear_pointer (&monitor->slug, g_free);
  monitor->created_at = 0;
  monitor->revision = 0;
}

static void
show_load_problem (TocsinEditor *self, const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  adw_status_page_set_description (self->problem, escaped);
  show_page (self, "problem");
}

static void
show_loaded (TocsinEditor *self, GVariant *members, gboolean duplicate)
{
  g_autoptr (TocsinMonitor) monitor = tocsin_decode_monitor (members);

  if (monitor == NULL) {
    show_load_problem (self, _ ("A newer version of Tocsin made this monitor."));
    return;
  }
  if (duplicate)
    make_copy (monitor);
  else
    self->before = tocsin_monitor_ref (monitor);
  show_form (self, monitor);
}

static void
got (TocsinEditor *self, GObject *source, GAsyncResult *result, gboolean duplicate)
{
  g_autoptr (GVariant) members = NULL;
  g_autoptr (GError) error = NULL;

  if (tocsin_dbus_tocsin1_call_get_finish (TOCSIN_DBUS_TOCSIN1 (source), &members, NULL, result,
                                           &error))
    show_loaded (self, members, duplicate);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    show_load_problem (self, tocsin_client_error_text (error));
}

static void
got_original_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinEditor) self = user_data;

  got (self, source, result, FALSE);
}

static void
got_model_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinEditor) self = user_data;

  got (self, source, result, TRUE);
}

static void
load (TocsinEditor *self, const char *monitor_id, gboolean duplicate)
{
  TocsinDbusTocsin1 *proxy = tocsin_client_get_proxy (self->client);

  if (monitor_id == NULL) {
    show_page (self, "start");
    return;
  }
  if (proxy == NULL) {
    show_load_problem (self, _ ("Tocsin’s background service is not running."));
    return;
  }
  show_page (self, "loading");
  tocsin_dbus_tocsin1_call_get (proxy, monitor_id, self->cancellable,
                                duplicate ? got_model_cb : got_original_cb, g_object_ref (self));
}

/* --- life --- */

static gboolean
tocsin_editor_close_request (GtkWindow *window)
{
  TocsinEditor *self = TOCSIN_EDITOR (window);

  if (!self->is_changed)
    return GTK_WINDOW_CLASS (tocsin_editor_parent_class)->close_request (window);
  tocsin_dialog_ask_discard (window);
  return TRUE;
}

static void
tocsin_editor_dispose (GObject *object)
{
  TocsinEditor *self = TOCSIN_EDITOR (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->before, tocsin_monitor_unref);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (tocsin_editor_parent_class)->dispose (object);
}

static void
tocsin_editor_class_init (TocsinEditorClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tocsin_editor_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = tocsin_editor_close_request;
  g_type_ensure (TOCSIN_TYPE_EDITOR_START);
  g_type_ensure (TOCSIN_TYPE_TRIAL);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/tocsin/Tocsin/ui/editor.ui");
  gtk_widget_class_bind_template_child (widget_class, TocsinEditor, cancel);
  gtk_widget_class_bind_template_child (widget_class, TocsinEditor, back);
  gtk_widget_class_bind_template_child (widget_class, TocsinEditor, save);
  gtk_widget_class_bind_template_child (widget_class, TocsinEditor, scroller);
  gtk_widget_class_bind_template_child (widget_class, TocsinEditor, stack);
  gtk_widget_class_bind_template_child (widget_class, TocsinEditor, problem);
  gtk_widget_class_bind_template_child (widget_class, TocsinEditor, start);
  gtk_widget_class_bind_template_child (widget_class, TocsinEditor, form_place);
  gtk_widget_class_bind_template_child (widget_class, TocsinEditor, trial_place);
  gtk_widget_class_bind_template_child (widget_class, TocsinEditor, trial);
  gtk_widget_class_bind_template_callback (widget_class, back_cb);
  gtk_widget_class_bind_template_callback (widget_class, save_cb);
  gtk_widget_class_bind_template_callback (widget_class, chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, trial_wanted_cb);
  gtk_widget_class_bind_template_callback (widget_class, trial_refused_cb);
}

static void
tocsin_editor_init (TocsinEditor *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  adw_bin_set_child (self->trial_place, tocsin_trial_get_bar (self->trial));
  gtk_window_set_default_widget (GTK_WINDOW (self), self->save);
}

TocsinEditor *
tocsin_editor_new (GtkWindow *parent, TocsinClient *client, const char *monitor_id,
                   gboolean duplicate)
{
  gboolean is_new = monitor_id == NULL || duplicate;
  TocsinEditor *self;

  g_return_val_if_fail (TOCSIN_IS_CLIENT (client), NULL);

  self = g_object_new (TOCSIN_TYPE_EDITOR, "transient-for", parent, "title",
                       is_new ? _ ("New Monitor") : _ ("Edit Monitor"), NULL);
  gtk_button_set_label (GTK_BUTTON (self->save), is_new ? _ ("_Add") : _ ("_Save"));
  self->client = g_object_ref (client);
  load (self, monitor_id, duplicate);
  return self;
}

TocsinEditorForm *
tocsin_editor_get_form (TocsinEditor *self)
{
  g_return_val_if_fail (TOCSIN_IS_EDITOR (self), NULL);
  return self->form;
}

void
tocsin_editor_present (GtkWindow *parent, TocsinClient *client, const char *monitor_id,
                       gboolean duplicate)
{
  gtk_window_present (GTK_WINDOW (tocsin_editor_new (parent, client, monitor_id, duplicate)));
}
