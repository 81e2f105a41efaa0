/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "bulk-edit"

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "bulk-edit.h"
#include "bulk-plan.h"
#include "dialogs.h"
#include "editor-layout.h"
#include "editor-row.h"
#include "monitor.h"
#include "toast.h"

#define TOCSIN_TYPE_BULK_EDIT (tocsin_bulk_edit_get_type ())
G_DECLARE_FINAL_TYPE (TocsinBulkEdit, tocsin_bulk_edit, TOCSIN, BULK_EDIT, AdwWindow)

struct _TocsinBulkEdit {
  AdwWindow parent_instance;

  TocsinClient *client;      /* (owned) */
  char **ids;                /* (owned) */
  TocsinMonitor *model;      /* (owned) what the rows of members are of */
  TocsinEditorRow *interval; /* (owned) */
  TocsinEditorRow *project;  /* (owned) */
  guint n_calls, n_done, n_failed;
  char *failure; /* (owned) (nullable) the first */

  /* of the template */
  GtkWidget *apply, *progress;
  AdwPreferencesGroup *rows;
  AdwComboRow *paused;
  GtkEditable *add_tags, *remove_tags;
};

G_DEFINE_FINAL_TYPE (TocsinBulkEdit, tocsin_bulk_edit, ADW_TYPE_WINDOW)

/* --- the result --- */

static void
finish (TocsinBulkEdit *self)
{
  guint n_good = self->n_done - self->n_failed;
  g_autofree char *good =
      g_strdup_printf (ngettext ("%u monitor changed", "%u monitors changed", n_good), n_good);
  g_autofree char *text = NULL;

  if (self->n_failed > 0)
    /* Translators: “3 monitors changed, 1 not: …”, and why. */
    text = g_strdup_printf (_ ("%s, %u not: %s"), good, self->n_failed, self->failure);
  tocsin_dialog_toast (gtk_window_get_transient_for (GTK_WINDOW (self)),
                       text != NULL ? text : good);
  gtk_window_destroy (GTK_WINDOW (self));
}

static void
edited_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinBulkEdit) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!tocsin_dbus_tocsin1_call_edit_finish (TOCSIN_DBUS_TOCSIN1 (source), result, &error)) {
    self->n_failed++;
    if (self->failure == NULL)
      self->failure = g_strdup (tocsin_client_error_text (error));
  }
  self->n_done++;
  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->progress),
                                 (double) self->n_done / self->n_calls);
  if (self->n_done == self->n_calls)
    finish (self);
}

static void
run (TocsinBulkEdit *self, TocsinDbusTocsin1 *proxy, const TocsinBulkPlan *plan)
{
  for (guint i = 0; self->ids[i] != NULL; i++) {
    TocsinMonitorItem *item = tocsin_client_find (self->client, self->ids[i]);
    g_auto (GStrv) unset = NULL;
    GVariant *set = NULL;

    if (item == NULL ||
        !tocsin_bulk_plan_for (plan, tocsin_monitor_item_get_status (item), &set, &unset))
      continue;
    self->n_calls++;
    tocsin_dbus_tocsin1_call_edit (proxy, self->ids[i], set, (const char *const *) unset, NULL,
                                   edited_cb, g_object_ref (self));
  }
  gtk_widget_set_visible (self->progress, TRUE);
  gtk_widget_set_sensitive (GTK_WIDGET (self->rows), FALSE);
  gtk_widget_set_sensitive (self->apply, FALSE);
  if (self->n_calls == 0)
    finish (self);
}

/* --- what is written --- */

static gboolean
is_empty (TocsinEditorRow *row)
{
  return *gtk_editable_get_text (GTK_EDITABLE (tocsin_editor_row_get_widget (row))) == '\0';
}

/* What is written in a row of a member; the problem is shown beside it. */
static gboolean
read_row (TocsinBulkEdit *self, TocsinEditorRow *row)
{
  const TocsinField *field = tocsin_editor_row_get_field (row);
  TocsinFields one = { .what = "member",
                       .rows = field,
                       .n_rows = 1,
                       .selector_offset = TOCSIN_FIELDS_NO_SELECTOR,
                       .unknown_offset = TOCSIN_FIELDS_NO_UNKNOWN };
  g_autoptr (GError) error = NULL;
  g_autofree char *sentence = NULL;

  tocsin_editor_row_set_problem (row, NULL);
  if (is_empty (row) || (tocsin_editor_row_store (row, self->model, &error) &&
                         tocsin_fields_check (&one, self->model, &error)))
    return TRUE;
  tocsin_editor_read_problem (&tocsin_monitor_fields, self->model, error->message, &sentence);
  tocsin_editor_row_set_problem (row, sentence);
  tocsin_editor_row_focus (row);
  return FALSE;
}

static void
apply_cb (GtkButton *button, gpointer user_data)
{
  TocsinBulkEdit *self = user_data;
  TocsinDbusTocsin1 *proxy = tocsin_client_get_proxy (self->client);
  g_auto (TocsinBulkPlan) plan = { .paused = -1, .interval_us = -1 };
  guint paused = adw_combo_row_get_selected (self->paused);

  if (!read_row (self, self->interval) || !read_row (self, self->project))
    return;
  if (proxy == NULL) {
    tocsin_toast (GTK_WIDGET (self->rows), _ ("Tocsin’s background service is not running."));
    return;
  }
  if (paused > 0)
    plan.paused = paused == 1;
  plan.add_tags = tocsin_bulk_read_tags (gtk_editable_get_text (self->add_tags));
  plan.remove_tags = tocsin_bulk_read_tags (gtk_editable_get_text (self->remove_tags));
  if (!is_empty (self->interval))
    plan.interval_us = self->model->interval_us;
  if (!is_empty (self->project))
    plan.project = g_strdup (self->model->project);
  run (self, proxy, &plan);
}

/* --- life --- */

static TocsinEditorRow *
add_row (TocsinBulkEdit *self, const char *member)
{
  TocsinEditorRow *row = tocsin_editor_row_new (
      &tocsin_monitor_fields, tocsin_fields_find (&tocsin_monitor_fields, self->model, member),
      NULL, FALSE);

  adw_preferences_group_add (self->rows, tocsin_editor_row_get_widget (row));
  adw_preferences_group_add (self->rows, tocsin_editor_row_get_problem_widget (row));
  return row;
}

static void
tocsin_bulk_edit_dispose (GObject *object)
{
  TocsinBulkEdit *self = TOCSIN_BULK_EDIT (object);

  g_clear_object (&self->interval);
  g_clear_object (&self->project);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (tocsin_bulk_edit_parent_class)->dispose (object);
}

static void
tocsin_bulk_edit_finalize (GObject *object)
{
  TocsinBulkEdit *self = TOCSIN_BULK_EDIT (object);

  g_strfreev (self->ids);
  g_free (self->failure);
  tocsin_monitor_unref (self->model);
  G_OBJECT_CLASS (tocsin_bulk_edit_parent_class)->finalize (object);
}

static void
tocsin_bulk_edit_class_init (TocsinBulkEditClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tocsin_bulk_edit_dispose;
  G_OBJECT_CLASS (klass)->finalize = tocsin_bulk_edit_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/tocsin/Tocsin/ui/bulk-edit.ui");
  gtk_widget_class_bind_template_child (widget_class, TocsinBulkEdit, apply);
  gtk_widget_class_bind_template_child (widget_class, TocsinBulkEdit, progress);
  gtk_widget_class_bind_template_child (widget_class, TocsinBulkEdit, rows);
  gtk_widget_class_bind_template_child (widget_class, TocsinBulkEdit, paused);
  gtk_widget_class_bind_template_child (widget_class, TocsinBulkEdit, add_tags);
  gtk_widget_class_bind_template_child (widget_class, TocsinBulkEdit, remove_tags);
  gtk_widget_class_bind_template_callback (widget_class, apply_cb);
}

static void
tocsin_bulk_edit_init (TocsinBulkEdit *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->model = tocsin_monitor_new (TOCSIN_MONITOR_PING);
  self->interval = add_row (self, "interval");
  self->project = add_row (self, "project");
}

void
tocsin_bulk_edit_present (GtkWindow *parent, TocsinClient *client, const char *const *ids)
{
  TocsinBulkEdit *self;
  g_autofree char *title = NULL;
  guint n;

  g_return_if_fail (TOCSIN_IS_CLIENT (client) && ids != NULL);

  n = g_strv_length ((char **) ids);
  title = g_strdup_printf (ngettext ("Change %u Monitor", "Change %u Monitors", n), n);
  self = g_object_new (TOCSIN_TYPE_BULK_EDIT, "transient-for", parent, "title", title, NULL);
  self->client = g_object_ref (client);
  self->ids = g_strdupv ((char **) ids);
  gtk_window_present (GTK_WINDOW (self));
}
