/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "maintenance-editor"

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "decode.h"
#include "dialogs.h"
#include "editor-layout.h"
#include "editor-row.h"
#include "editor-schedule.h"
#include "errors.h"
#include "maintenance-editor.h"
#include "maintenance-text.h"
#include "maintenance-windows.h"
#include "toast.h"

#define WINDOWS_SHOWN 3

#define TOCSIN_TYPE_MAINTENANCE_EDITOR (tocsin_maintenance_editor_get_type ())
G_DECLARE_FINAL_TYPE (TocsinMaintenanceEditor, tocsin_maintenance_editor, TOCSIN,
                      MAINTENANCE_EDITOR, AdwWindow)

struct _TocsinMaintenanceEditor {
  AdwWindow parent_instance;

  TocsinClient *client;           /* (owned) */
  GCancellable *cancellable;      /* (owned) */
  TocsinMaintenance *maintenance; /* (owned) as it began */
  GPtrArray *rows;                /* (owned) (element-type TocsinEditorRow) */
  GtkWidget *repeat, *preview, *preview_label;
  gboolean is_changed;

  /* of the template */
  GtkWidget *save, *content;
  AdwPreferencesGroup *when, *which;
};

G_DEFINE_FINAL_TYPE (TocsinMaintenanceEditor, tocsin_maintenance_editor, ADW_TYPE_WINDOW)

static TocsinEditorRow *
find_row (TocsinMaintenanceEditor *self, const char *member)
{
  for (guint i = 0; i < self->rows->len; i++)
    if (strcmp (tocsin_editor_row_get_field (self->rows->pdata[i])->name, member) == 0)
      return self->rows->pdata[i];
  return NULL;
}

static TocsinRepeat
get_repeat (TocsinMaintenanceEditor *self)
{
  return adw_combo_row_get_selected (ADW_COMBO_ROW (self->repeat));
}

/* What is written; on error it is as far as it could be read. */
static gboolean
read_rows (TocsinMaintenanceEditor *self, TocsinMaintenance *maintenance, GError **error)
{
  TocsinRepeat repeat = get_repeat (self);
  char *starts;

  for (guint i = 0; i < self->rows->len; i++)
    if (!tocsin_editor_row_store (self->rows->pdata[i], maintenance, error))
      return FALSE;
  starts = tocsin_maintenance_read_start (maintenance->starts);
  g_free (maintenance->starts);
  maintenance->starts = starts;
  if (repeat == TOCSIN_REPEAT_CUSTOM && maintenance->rrule == NULL)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "rrule: is missing");
  if (repeat != TOCSIN_REPEAT_CUSTOM) {
    g_free (maintenance->rrule);
    maintenance->rrule = g_strdup (tocsin_repeat_get_rule (repeat));
  }
  if (repeat == TOCSIN_REPEAT_NEVER)
    g_clear_pointer (&maintenance->except, g_strfreev);
  return TRUE;
}

static gboolean
check (const TocsinMaintenance *maintenance, GError **error)
{
  if (!tocsin_fields_check (&tocsin_maintenance_fields, maintenance, error) ||
      !tocsin_maintenance_check (maintenance, error))
    return FALSE;
  if (!maintenance->all && maintenance->monitors == NULL &&
      (maintenance->tags == NULL || maintenance->tags[0] == NULL))
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "monitors: %s",
                        _ ("Which monitors? Choose some, their tags, or all."));
  return TRUE;
}

static void
update (TocsinMaintenanceEditor *self)
{
  g_autoptr (TocsinMaintenance) maintenance = tocsin_maintenance_copy (self->maintenance);
  g_autofree char *next = NULL;

  read_rows (self, maintenance, NULL);
  tocsin_editor_row_set_shown (find_row (self, "rrule"), get_repeat (self) == TOCSIN_REPEAT_CUSTOM);
  tocsin_editor_row_set_shown (find_row (self, "except"), get_repeat (self) != TOCSIN_REPEAT_NEVER);
  tocsin_editor_row_set_shown (find_row (self, "monitors"), !maintenance->all);
  tocsin_editor_row_set_shown (find_row (self, "tags"), !maintenance->all);
  next = tocsin_maintenance_text_next (maintenance, g_get_real_time (), WINDOWS_SHOWN);
  gtk_label_set_label (GTK_LABEL (self->preview_label), next);
  gtk_widget_set_visible (self->preview, *next != '\0');
}

static void
changed_cb (TocsinEditorRow *row, gpointer user_data)
{
  TocsinMaintenanceEditor *self = user_data;

  self->is_changed = TRUE;
  update (self);
}

static void
repeat_cb (GtkWidget *combo, GParamSpec *pspec, gpointer user_data)
{
  changed_cb (NULL, user_data);
}

/* --- saving --- */

static gboolean
show_problem (TocsinMaintenanceEditor *self, const char *message)
{
  g_autofree char *sentence = NULL;
  const TocsinField *field = tocsin_editor_read_problem (&tocsin_maintenance_fields,
                                                         self->maintenance, message, &sentence);
  TocsinEditorRow *row = field != NULL ? find_row (self, field->name) : NULL;

  if (row == NULL)
    return FALSE;
  tocsin_editor_row_set_problem (
      row, g_str_has_prefix (sentence, "Is missing") ? _ ("This is needed.") : sentence);
  tocsin_editor_row_focus (row);
  return TRUE;
}

static void
refuse (TocsinMaintenanceEditor *self, GError *error)
{
  if (!show_problem (self, tocsin_client_error_text (error)))
    tocsin_toast_error (self->content, error);
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinMaintenanceEditor) self = user_data;
  g_autoptr (GError) error = NULL;

  if (tocsin_dbus_tocsin1_call_add_maintenance_finish (TOCSIN_DBUS_TOCSIN1 (source), NULL, result,
                                                       &error)) {
    tocsin_dialog_toast (gtk_window_get_transient_for (GTK_WINDOW (self)),
                         self->maintenance->id != NULL ? _ ("Changes saved")
                                                       : _ ("Maintenance planned"));
    gtk_window_destroy (GTK_WINDOW (self));
    return;
  }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  gtk_widget_set_sensitive (self->save, TRUE);
  refuse (self, error);
}

static void
save_cb (GtkButton *button, gpointer user_data)
{
  TocsinMaintenanceEditor *self = user_data;
  TocsinDbusTocsin1 *proxy = tocsin_client_get_proxy (self->client);
  g_autoptr (TocsinMaintenance) maintenance = tocsin_maintenance_copy (self->maintenance);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < self->rows->len; i++)
    tocsin_editor_row_set_problem (self->rows->pdata[i], NULL);
  if (!read_rows (self, maintenance, &error) || !check (maintenance, &error)) {
    refuse (self, error);
    return;
  }
  if (proxy == NULL) {
    tocsin_toast (self->content, _ ("Tocsin’s background service is not running."));
    return;
  }
  gtk_widget_set_sensitive (self->save, FALSE);
  tocsin_dbus_tocsin1_call_add_maintenance (
      proxy, tocsin_fields_to_variant (&tocsin_maintenance_fields, maintenance, 0),
      self->cancellable, saved_cb, g_object_ref (self));
}

/* --- building --- */

static void
add_row (TocsinMaintenanceEditor *self, AdwPreferencesGroup *group, const char *member)
{
  const TocsinField *field =
      tocsin_fields_find (&tocsin_maintenance_fields, self->maintenance, member);
  TocsinEditorRow *row =
      tocsin_editor_row_new (&tocsin_maintenance_fields, field, self->client, FALSE);

  g_ptr_array_add (self->rows, row);
  adw_preferences_group_add (group, tocsin_editor_row_get_widget (row));
  adw_preferences_group_add (group, tocsin_editor_row_get_problem_widget (row));
}

static void
day_cb (GtkCalendar *calendar, gpointer user_data)
{
  TocsinMaintenanceEditor *self = user_data;
  GtkEditable *entry = GTK_EDITABLE (tocsin_editor_row_get_widget (find_row (self, "starts")));
  g_autoptr (GDateTime) day = gtk_calendar_get_date (calendar);
  g_autofree char *date = g_date_time_format (day, "%Y-%m-%d");
  const char *time = strchr (gtk_editable_get_text (entry), ' ');
  g_autofree char *text = g_strconcat (date, time != NULL ? time : " 02:00", NULL);

  gtk_editable_set_text (entry, text);
}

/* A calendar beside the day, for those who would rather point. */
static void
add_calendar (TocsinMaintenanceEditor *self)
{
  GtkWidget *button = gtk_menu_button_new (), *popover = gtk_popover_new ();
  GtkWidget *calendar = gtk_calendar_new ();

  gtk_popover_set_child (GTK_POPOVER (popover), calendar);
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), "x-office-calendar-symbolic");
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (button), popover);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _ ("Choose a Day"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Choose a Day"), -1);
  g_signal_connect (calendar, "day-selected", G_CALLBACK (day_cb), self);
  adw_entry_row_add_suffix (
      ADW_ENTRY_ROW (tocsin_editor_row_get_widget (find_row (self, "starts"))), button);
}

static void
add_repeat (TocsinMaintenanceEditor *self)
{
  const char *const words[] = {
    _ ("Never"), _ ("Each day"), _ ("Each week"), _ ("Each month"), _ ("By a rule of its own"), NULL
  };
  g_autoptr (GtkStringList) model = gtk_string_list_new (words);

  self->repeat = adw_combo_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->repeat), _ ("Repeats"));
  adw_combo_row_set_model (ADW_COMBO_ROW (self->repeat), G_LIST_MODEL (model));
  adw_preferences_group_add (self->when, self->repeat);
}

static void
add_preview (TocsinMaintenanceEditor *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2), *title = gtk_label_new (_ ("Next"));

  self->preview = adw_preferences_row_new ();
  self->preview_label = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_widget_add_css_class (title, "caption");
  gtk_widget_add_css_class (title, "dim-label");
  gtk_label_set_xalign (GTK_LABEL (self->preview_label), 0);
  gtk_label_set_wrap (GTK_LABEL (self->preview_label), TRUE);
  gtk_widget_add_css_class (self->preview_label, "numeric-cell");
  gtk_box_append (GTK_BOX (box), title);
  gtk_box_append (GTK_BOX (box), self->preview_label);
  gtk_widget_add_css_class (box, "evidence-fact");
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self->preview), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self->preview), FALSE);
  gtk_widget_set_focusable (self->preview, FALSE);
  adw_preferences_group_add (self->when, self->preview);
}

static void
build (TocsinMaintenanceEditor *self)
{
  static const char *const when[] = { "title", "starts", "duration", "tz" };
  static const char *const which[] = { "all", "monitors", "tags" };

  for (guint i = 0; i < G_N_ELEMENTS (when); i++)
    add_row (self, self->when, when[i]);
  add_calendar (self);
  add_repeat (self);
  add_row (self, self->when, "rrule");
  add_row (self, self->when, "except");
  add_preview (self);
  for (guint i = 0; i < G_N_ELEMENTS (which); i++)
    add_row (self, self->which, which[i]);
}

/* Puts `maintenance` (transfer full) into the rows. */
static void
show_maintenance (TocsinMaintenanceEditor *self, TocsinMaintenance *maintenance)
{
  g_autoptr (TocsinMaintenance) shown = tocsin_maintenance_copy (maintenance);

  g_clear_pointer (&self->maintenance, tocsin_maintenance_free);
  self->maintenance = maintenance;
  g_free (shown->starts);
  shown->starts = tocsin_maintenance_text_start (maintenance->starts);
  if (self->rows->len == 0)
    build (self);
  for (guint i = 0; i < self->rows->len; i++) {
    tocsin_editor_row_load (self->rows->pdata[i], shown);
    g_signal_connect (self->rows->pdata[i], "changed", G_CALLBACK (changed_cb), self);
  }
  adw_combo_row_set_selected (ADW_COMBO_ROW (self->repeat),
                              tocsin_repeat_of_rule (maintenance->rrule));
  g_signal_connect (self->repeat, "notify::selected", G_CALLBACK (repeat_cb), self);
  update (self);
  tocsin_editor_row_focus (find_row (self, "title"));
}

/* From the next full hour on, for an hour. */
static TocsinMaintenance *
make_new (const char *const *monitor_ids)
{
  TocsinMaintenance *maintenance = tocsin_maintenance_new ();
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) next = g_date_time_add_hours (now, 1);

  maintenance->starts = g_date_time_format (next, "%Y-%m-%dT%H:00:00");
  g_free (maintenance->tz);
  maintenance->tz = tocsin_editor_schedule_local_zone ();
  maintenance->monitors = g_strdupv ((char **) monitor_ids);
  return maintenance;
}

static void
got_windows_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinMaintenanceEditor) self = user_data;
  g_autofree char *id = g_object_steal_data (G_OBJECT (self), "maintenance-id");
  g_autoptr (GVariant) list = NULL;
  g_autoptr (GPtrArray) windows = NULL;
  g_autoptr (GError) error = NULL;

  if (!tocsin_dbus_tocsin1_call_maintenance_finish (TOCSIN_DBUS_TOCSIN1 (source), &list, result,
                                                    &error)) {
    tocsin_toast_error (self->content, error);
    return;
  }
  windows = tocsin_decode_list (list, &tocsin_maintenance_fields,
                                (GDestroyNotify) tocsin_maintenance_free);
  for (guint i = 0; i < windows->len; i++)
    if (g_strcmp0 (((TocsinMaintenance *) windows->pdata[i])->id, id) == 0) {
      gtk_widget_set_sensitive (self->save, TRUE);
      show_maintenance (self, tocsin_maintenance_copy (windows->pdata[i]));
      return;
    }
  tocsin_toast (self->content, _ ("There is no such maintenance any more."));
}

/* --- life --- */

static gboolean
tocsin_maintenance_editor_close_request (GtkWindow *window)
{
  if (!TOCSIN_MAINTENANCE_EDITOR (window)->is_changed)
    return GTK_WINDOW_CLASS (tocsin_maintenance_editor_parent_class)->close_request (window);
  tocsin_dialog_ask_discard (window);
  return TRUE;
}

static void
tocsin_maintenance_editor_dispose (GObject *object)
{
  TocsinMaintenanceEditor *self = TOCSIN_MAINTENANCE_EDITOR (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->maintenance, tocsin_maintenance_free);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (tocsin_maintenance_editor_parent_class)->dispose (object);
}

static void
tocsin_maintenance_editor_class_init (TocsinMaintenanceEditorClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tocsin_maintenance_editor_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = tocsin_maintenance_editor_close_request;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tocsin/Tocsin/ui/maintenance-editor.ui");
  gtk_widget_class_bind_template_child (widget_class, TocsinMaintenanceEditor, save);
  gtk_widget_class_bind_template_child (widget_class, TocsinMaintenanceEditor, content);
  gtk_widget_class_bind_template_child (widget_class, TocsinMaintenanceEditor, when);
  gtk_widget_class_bind_template_child (widget_class, TocsinMaintenanceEditor, which);
  gtk_widget_class_bind_template_callback (widget_class, save_cb);
}

static void
tocsin_maintenance_editor_init (TocsinMaintenanceEditor *self)
{
  self->cancellable = g_cancellable_new ();
  self->rows = g_ptr_array_new_with_free_func (g_object_unref);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_window_set_default_widget (GTK_WINDOW (self), self->save);
}

void
tocsin_maintenance_editor_present (GtkWindow *parent, TocsinClient *client,
                                   const char *const *monitor_ids, const char *maintenance_id)
{
  TocsinMaintenanceEditor *self;
  TocsinDbusTocsin1 *proxy;

  g_return_if_fail (TOCSIN_IS_CLIENT (client));

  self =
      g_object_new (TOCSIN_TYPE_MAINTENANCE_EDITOR, "transient-for", parent, "title",
                    maintenance_id != NULL ? _ ("Edit Maintenance") : _ ("New Maintenance"), NULL);
  gtk_button_set_label (GTK_BUTTON (self->save), maintenance_id != NULL ? _ ("_Save") : _ ("_Add"));
  self->client = g_object_ref (client);
  proxy = tocsin_client_get_proxy (client);
  if (maintenance_id == NULL) {
    show_maintenance (self, make_new (monitor_ids));
  } else {
    gtk_widget_set_sensitive (self->save, FALSE);
    g_object_set_data_full (G_OBJECT (self), "maintenance-id", g_strdup (maintenance_id), g_free);
    if (proxy != NULL)
      tocsin_dbus_tocsin1_call_maintenance (proxy, self->cancellable, got_windows_cb,
                                            g_object_ref (self));
  }
  gtk_window_present (GTK_WINDOW (self));
}
