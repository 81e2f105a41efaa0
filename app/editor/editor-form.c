/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "editor-form"

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "editor-changes.h"
#include "editor-form.h"
#include "editor-home.h"
#include "editor-layout.h"
#include "editor-schedule.h"
#include "timetext.h"

struct _TocsinEditorForm {
  AdwBin parent_instance;

  TocsinClient *client;           /* (owned) */
  TocsinMonitor *monitor;         /* (owned) as it began */
  TocsinMonitor *defaults;        /* (owned) of its kind */
  TocsinEditorSchedule *schedule; /* (owned) (nullable) */
  GPtrArray *rows;                /* (owned) (element-type TocsinEditorRow) */
  GPtrArray *folds;               /* (owned) (element-type AdwExpanderRow) a group each, or NULL */
  gboolean is_stored;
};

G_DEFINE_FINAL_TYPE (TocsinEditorForm, tocsin_editor_form, ADW_TYPE_BIN)

enum { SIGNAL_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

TocsinEditorRow *
tocsin_editor_form_find_row (TocsinEditorForm *self, const char *member)
{
  g_return_val_if_fail (TOCSIN_IS_EDITOR_FORM (self) && member != NULL, NULL);

  for (guint i = 0; i < self->rows->len; i++)
    if (strcmp (tocsin_editor_row_get_field (self->rows->pdata[i])->name, member) == 0)
      return self->rows->pdata[i];
  return NULL;
}

/* --- what follows from what is written --- */

/* What is of no use to a monitor that is nobody's but this computer's. */
static gboolean
is_of_teams (const char *member)
{
  static const char *const members[] = { "probes", "confirm", NULL };

  return g_strv_contains (members, member);
}

static gboolean
has_meaning (TocsinEditorForm *self, const TocsinMonitor *monitor, const char *member)
{
  const TocsinEditorCondition *condition = tocsin_editor_find_condition (member);
  const TocsinField *on;

  if (self->schedule != NULL && !tocsin_editor_schedule_wants (self->schedule, member))
    return FALSE;
  if (monitor->team == NULL && is_of_teams (member))
    return FALSE;
  on = condition != NULL ? tocsin_fields_find (&tocsin_monitor_fields, monitor, condition->on)
                         : NULL;
  if (on == NULL)
    return TRUE;
  if (condition->values == 0)
    return !tocsin_editor_is_same (on, monitor, self->defaults);
  /* WORD and BOOL are of one size. */
  return (condition->values & 1u << *TOCSIN_FIELD_AT (guint, monitor, on)) != 0;
}

/* "Accepted statuses, Headers": what is not as it is by default; and whether anything is there. */
static void
describe_fold (TocsinEditorForm *self, const TocsinMonitor *monitor, guint group)
{
  const TocsinEditorGroup *described = &tocsin_editor_groups[group];
  AdwExpanderRow *fold = self->folds->pdata[group];
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean any = FALSE;

  for (guint i = 0; described->members[i] != NULL; i++) {
    TocsinEditorRow *row = tocsin_editor_form_find_row (self, described->members[i]);
    const TocsinField *field;

    if (row == NULL)
      continue;
    field = tocsin_editor_row_get_field (row);
    any |= gtk_widget_get_visible (tocsin_editor_row_get_widget (row));
    if (tocsin_editor_is_same (field, monitor, self->defaults))
      continue;
    g_string_append_printf (
        text, "%s%s", text->len > 0 ? ", " : "",
        _ (tocsin_editor_find_label (&tocsin_monitor_fields, field->name)->label));
  }
  gtk_widget_set_visible (GTK_WIDGET (fold), any);
  adw_expander_row_set_subtitle (fold, text->str);
}

static void
update (TocsinEditorForm *self)
{
  g_autoptr (TocsinMonitor) monitor = tocsin_monitor_copy (self->monitor);

  for (guint i = 0; i < self->rows->len; i++)
    tocsin_editor_row_store (self->rows->pdata[i], monitor, NULL);
  for (guint i = 0; i < self->rows->len; i++)
    tocsin_editor_row_set_shown (
        self->rows->pdata[i],
        has_meaning (self, monitor, tocsin_editor_row_get_field (self->rows->pdata[i])->name));
  for (guint i = 0; i < tocsin_n_editor_groups; i++)
    if (self->folds->pdata[i] != NULL)
      describe_fold (self, monitor, i);
  if (self->schedule == NULL)
    return;
  tocsin_editor_schedule_apply (self->schedule, monitor);
  tocsin_editor_schedule_show (self->schedule, monitor, g_get_real_time ());
}

/* A schedule is told of as it is typed: it is a language of its own. */
static void
check_expression (TocsinEditorForm *self, TocsinEditorRow *row)
{
  const char *member = tocsin_editor_row_get_field (row)->name;
  g_autoptr (TocsinMonitor) monitor = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *sentence = NULL;
  const TocsinField *field;

  if (self->schedule == NULL || tocsin_editor_schedule_wants (self->schedule, member) == FALSE)
    return;
  monitor = tocsin_monitor_copy (self->monitor);
  for (guint i = 0; i < self->rows->len; i++)
    tocsin_editor_row_store (self->rows->pdata[i], monitor, NULL);
  tocsin_editor_schedule_apply (self->schedule, monitor);
  if (tocsin_editor_schedule_check (monitor, &error))
    return;
  field = tocsin_editor_read_problem (&tocsin_monitor_fields, monitor, error->message, &sentence);
  if (field == tocsin_editor_row_get_field (row))
    tocsin_editor_row_set_problem (row, sentence);
}

static void
row_changed_cb (TocsinEditorRow *row, gpointer user_data)
{
  TocsinEditorForm *self = user_data;

  check_expression (self, row);
  update (self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
schedule_changed_cb (TocsinEditorSchedule *schedule, gpointer user_data)
{
  update (user_data);
  g_signal_emit (user_data, signals[SIGNAL_CHANGED], 0);
}

static void
set_team (TocsinEditorForm *self, const char *team)
{
  g_free (self->monitor->team);
  self->monitor->team = g_strdup (team);
  for (guint i = 0; i < self->rows->len; i++)
    tocsin_editor_row_set_team (self->rows->pdata[i], team);
}

static void
home_changed_cb (TocsinEditorHome *home, gpointer user_data)
{
  TocsinEditorForm *self = user_data;

  set_team (self, tocsin_editor_home_get_team (home));
  update (self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/* --- building --- */

static void
label_target (TocsinEditorForm *self)
{
  static const struct {
    const char *label, *hint;
  } labels[] = {
    [TOCSIN_MONITOR_HTTP] = { N_ ("URL"), N_ ("Such as https://example.org/health") },
    [TOCSIN_MONITOR_TCP] = { N_ ("Host and port"), N_ ("Such as db.example.org:5432") },
    [TOCSIN_MONITOR_PING] = { N_ ("Host"), N_ ("A name or an address") },
    [TOCSIN_MONITOR_DNS] = { N_ ("Domain name"), N_ ("Such as example.org") },
  };
  TocsinEditorRow *row = tocsin_editor_form_find_row (self, "target");

  if (row != NULL && self->monitor->kind < G_N_ELEMENTS (labels))
    tocsin_editor_row_set_label (row, _ (labels[self->monitor->kind].label),
                                 labels[self->monitor->kind].hint);
}

/* Where a group's rows go: its own list, or a row of the list of folds that unfolds. */
static void
add_to (GtkWidget *list, GtkWidget *row)
{
  if (ADW_IS_EXPANDER_ROW (list))
    adw_expander_row_add_row (ADW_EXPANDER_ROW (list), row);
  else
    adw_preferences_group_add (ADW_PREFERENCES_GROUP (list), row);
}

static void
add_row (TocsinEditorForm *self, GtkWidget *list, const char *member)
{
  const TocsinField *field = tocsin_fields_find (&tocsin_monitor_fields, self->monitor, member);
  TocsinEditorRow *row;

  if (field == NULL)
    return;
  if (self->schedule != NULL && strcmp (member, "period") == 0)
    add_to (list, tocsin_editor_schedule_get_choice (self->schedule));
  row = tocsin_editor_row_new (&tocsin_monitor_fields, field, self->client, self->is_stored);
  tocsin_editor_row_load (row, self->monitor);
  g_signal_connect (row, "changed", G_CALLBACK (row_changed_cb), self);
  add_to (list, tocsin_editor_row_get_widget (row));
  add_to (list, tocsin_editor_row_get_problem_widget (row));
  g_ptr_array_add (self->rows, row);
  if (self->schedule != NULL && strcmp (member, "tz") == 0)
    add_to (list, tocsin_editor_schedule_get_preview (self->schedule));
}

static void
build (TocsinEditorForm *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  GtkWidget *first = adw_preferences_group_new (), *more = adw_preferences_group_new ();
  GtkWidget *home = tocsin_editor_home_new (self->client, self->monitor->team, self->is_stored);

  g_signal_connect_object (home, "changed", G_CALLBACK (home_changed_cb), self, 0);
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (more), _ ("More"));
  for (guint i = 0; i < tocsin_n_editor_groups; i++) {
    const TocsinEditorGroup *group = &tocsin_editor_groups[i];
    GtkWidget *list = group->title != NULL ? adw_expander_row_new () : first;

    if (group->title != NULL) {
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (list), _ (group->title));
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (more), list);
    }
    g_ptr_array_add (self->folds, group->title != NULL ? list : NULL);
    for (guint j = 0; group->members[j] != NULL; j++)
      add_row (self, list, group->members[j]);
  }
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (first), home);
  gtk_box_append (GTK_BOX (box), first);
  gtk_box_append (GTK_BOX (box), more);
  adw_bin_set_child (ADW_BIN (self), box);
}

/* --- life --- */

static void
tocsin_editor_form_dispose (GObject *object)
{
  TocsinEditorForm *self = TOCSIN_EDITOR_FORM (object);

  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_object (&self->schedule);
  g_clear_pointer (&self->folds, g_ptr_array_unref);
  g_clear_pointer (&self->monitor, tocsin_monitor_unref);
  g_clear_pointer (&self->defaults, tocsin_monitor_unref);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (tocsin_editor_form_parent_class)->dispose (object);
}

static void
tocsin_editor_form_class_init (TocsinEditorFormClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tocsin_editor_form_dispose;
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", TOCSIN_TYPE_EDITOR_FORM, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tocsin_editor_form_init (TocsinEditorForm *self)
{
  self->rows = g_ptr_array_new_with_free_func (g_object_unref);
  self->folds = g_ptr_array_new ();
}

GtkWidget *
tocsin_editor_form_new (TocsinClient *client, const TocsinMonitor *monitor, gboolean is_stored)
{
  TocsinEditorForm *self;

  g_return_val_if_fail (TOCSIN_IS_CLIENT (client) && monitor != NULL, NULL);

  self = g_object_new (TOCSIN_TYPE_EDITOR_FORM, NULL);
  self->client = g_object_ref (client);
  self->monitor = tocsin_monitor_copy (monitor);
  self->defaults = tocsin_monitor_new (monitor->kind);
  self->is_stored = is_stored;
  if (monitor->kind == TOCSIN_MONITOR_HEARTBEAT) {
    self->schedule = tocsin_editor_schedule_new (monitor);
    g_signal_connect_object (self->schedule, "changed", G_CALLBACK (schedule_changed_cb), self, 0);
  }
  build (self);
  label_target (self);
  set_team (self, monitor->team);
  update (self);
  return GTK_WIDGET (self);
}

/* --- the result --- */

gboolean
tocsin_editor_form_show_problem (TocsinEditorForm *self, const char *message)
{
  g_autofree char *sentence = NULL;
  const TocsinField *field;
  TocsinEditorRow *row;

  g_return_val_if_fail (TOCSIN_IS_EDITOR_FORM (self) && message != NULL, FALSE);

  field = tocsin_editor_read_problem (&tocsin_monitor_fields, self->monitor, message, &sentence);
  row = field != NULL ? tocsin_editor_form_find_row (self, field->name) : NULL;
  if (row == NULL)
    return FALSE;
  if (g_str_has_prefix (sentence, "Is missing") || g_str_has_prefix (sentence, "Is empty"))
    tocsin_editor_row_set_problem (row, _ ("This is needed."));
  else
    tocsin_editor_row_set_problem (row, sentence);
  tocsin_editor_row_focus (row);
  return TRUE;
}

/* Whoever checks every five seconds and says nothing of the time-out wants a shorter one. */
static void
fit_timeout (TocsinEditorForm *self, TocsinMonitor *monitor)
{
  if (monitor->timeout_us == self->monitor->timeout_us &&
      monitor->interval_us != self->monitor->interval_us &&
      monitor->timeout_us >= monitor->interval_us)
    monitor->timeout_us = monitor->interval_us * 4 / 5;
}

static gboolean
read_rows (TocsinEditorForm *self, TocsinMonitor *monitor, GError **error)
{
  for (guint i = 0; i < self->rows->len; i++)
    if (!tocsin_editor_row_store (self->rows->pdata[i], monitor, error))
      return FALSE;
  if (self->schedule != NULL) {
    tocsin_editor_schedule_apply (self->schedule, monitor);
    if (!tocsin_editor_schedule_check (monitor, error))
      return FALSE;
  } else {
    fit_timeout (self, monitor);
  }
  return tocsin_monitor_validate (monitor, error);
}

TocsinMonitor *
tocsin_editor_form_get_monitor (TocsinEditorForm *self, char ***removed)
{
  g_autoptr (TocsinMonitor) monitor = NULL;
  g_autoptr (GStrvBuilder) gone = g_strv_builder_new ();
  g_autoptr (GError) error = NULL;

  g_return_val_if_fail (TOCSIN_IS_EDITOR_FORM (self) && removed != NULL, NULL);

  for (guint i = 0; i < self->rows->len; i++)
    tocsin_editor_row_set_problem (self->rows->pdata[i], NULL);
  monitor = tocsin_monitor_copy (self->monitor);
  if (!read_rows (self, monitor, &error)) {
    if (!tocsin_editor_form_show_problem (self, error->message))
      g_warning ("no row for: %s", error->message);
    return NULL;
  }
  for (guint i = 0; i < self->rows->len; i++)
    if (tocsin_editor_row_get_secret_fate (self->rows->pdata[i]) == TOCSIN_SECRET_REMOVED)
      g_strv_builder_add (gone, tocsin_editor_row_get_field (self->rows->pdata[i])->name);
  *removed = g_strv_builder_end (gone);
  return g_steal_pointer (&monitor);
}
