/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "editor-schedule"

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "editor-schedule.h"
#include "schedule.h"
#include "texts.h"
#include "timetext.h"
#include "zone.h"

#define TIMES_SHOWN 5

enum { EVERY, CRON, CALENDAR };

struct _TocsinEditorSchedule {
  GObject parent_instance;

  GtkWidget *choice, *preview; /* (owned) */
  GtkWidget *words, *times;
};

G_DEFINE_FINAL_TYPE (TocsinEditorSchedule, tocsin_editor_schedule, G_TYPE_OBJECT)

enum { SIGNAL_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

static const struct {
  const char *member;
  guint languages; /* bits */
} members[] = {
  { "period", 1u << EVERY },
  { "cron", 1u << CRON },
  { "calendar", 1u << CALENDAR },
  { "tz", 1u << CRON | 1u << CALENDAR },
};

static void
selected_cb (GtkWidget *choice, GParamSpec *pspec, gpointer user_data)
{
  g_signal_emit (user_data, signals[SIGNAL_CHANGED], 0);
}

static void
tocsin_editor_schedule_dispose (GObject *object)
{
  TocsinEditorSchedule *self = TOCSIN_EDITOR_SCHEDULE (object);

  if (self->choice != NULL)
    g_signal_handlers_disconnect_by_data (self->choice, self);
  g_clear_object (&self->choice);
  g_clear_object (&self->preview);
  G_OBJECT_CLASS (tocsin_editor_schedule_parent_class)->dispose (object);
}

static void
tocsin_editor_schedule_class_init (TocsinEditorScheduleClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tocsin_editor_schedule_dispose;
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", TOCSIN_TYPE_EDITOR_SCHEDULE, G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tocsin_editor_schedule_init (TocsinEditorSchedule *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);

  self->words = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->words), 0);
  gtk_label_set_wrap (GTK_LABEL (self->words), TRUE);
  self->times = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->times), 0);
  gtk_label_set_wrap (GTK_LABEL (self->times), TRUE);
  gtk_widget_add_css_class (self->times, "caption");
  gtk_widget_add_css_class (self->times, "dim-label");
  gtk_widget_add_css_class (self->times, "numeric-cell");
  gtk_box_append (GTK_BOX (box), self->words);
  gtk_box_append (GTK_BOX (box), self->times);
  gtk_widget_add_css_class (box, "evidence-fact");
  self->preview = g_object_ref_sink (adw_preferences_row_new ());
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self->preview), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self->preview), FALSE);
  gtk_widget_set_focusable (self->preview, FALSE);
}

TocsinEditorSchedule *
tocsin_editor_schedule_new (const TocsinMonitor *monitor)
{
  TocsinEditorSchedule *self = g_object_new (TOCSIN_TYPE_EDITOR_SCHEDULE, NULL);
  const char *const languages[] = { _ ("Every so often"), _ ("Cron"), _ ("OnCalendar (systemd)"),
                                    NULL };
  g_autoptr (GtkStringList) model = gtk_string_list_new (languages);

  g_return_val_if_fail (monitor != NULL, NULL);

  self->choice = g_object_ref_sink (adw_combo_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->choice), _ ("Schedule"));
  adw_combo_row_set_model (ADW_COMBO_ROW (self->choice), G_LIST_MODEL (model));
  adw_combo_row_set_selected (ADW_COMBO_ROW (self->choice), monitor->cron != NULL       ? CRON
                                                            : monitor->calendar != NULL ? CALENDAR
                                                                                        : EVERY);
  g_signal_connect (self->choice, "notify::selected", G_CALLBACK (selected_cb), self);
  return self;
}

GtkWidget *
tocsin_editor_schedule_get_choice (TocsinEditorSchedule *self)
{
  g_return_val_if_fail (TOCSIN_IS_EDITOR_SCHEDULE (self), NULL);
  return self->choice;
}

GtkWidget *
tocsin_editor_schedule_get_preview (TocsinEditorSchedule *self)
{
  g_return_val_if_fail (TOCSIN_IS_EDITOR_SCHEDULE (self), NULL);
  return self->preview;
}

gboolean
tocsin_editor_schedule_wants (TocsinEditorSchedule *self, const char *member)
{
  guint language;

  g_return_val_if_fail (TOCSIN_IS_EDITOR_SCHEDULE (self) && member != NULL, FALSE);

  language = adw_combo_row_get_selected (ADW_COMBO_ROW (self->choice));
  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    if (strcmp (members[i].member, member) == 0)
      return (members[i].languages & 1u << language) != 0;
  return TRUE;
}

void
tocsin_editor_schedule_apply (TocsinEditorSchedule *self, TocsinMonitor *monitor)
{
  g_return_if_fail (TOCSIN_IS_EDITOR_SCHEDULE (self) && monitor != NULL);

  if (!tocsin_editor_schedule_wants (self, "period"))
    monitor->period_us = -1;
  if (!tocsin_editor_schedule_wants (self, "cron"))
    g_clear_pointer (&monitor->cron, g_free);
  if (!tocsin_editor_schedule_wants (self, "calendar"))
    g_clear_pointer (&monitor->calendar, g_free);
}

gboolean
tocsin_editor_schedule_check (const TocsinMonitor *monitor, GError **error)
{
  g_autoptr (TocsinSchedule) schedule = NULL;
  g_autoptr (GTimeZone) zone = tocsin_zone_new (monitor->tz, error);

  if (zone == NULL) {
    g_prefix_error (error, "tz: ");
    return FALSE;
  }
  if (monitor->period_us < 0 && monitor->cron == NULL && monitor->calendar == NULL)
    return TRUE; /* that is for tocsin_monitor_validate () to say */
  schedule = tocsin_schedule_new_for_monitor (monitor, error);
  return schedule != NULL;
}

void
tocsin_editor_schedule_show (TocsinEditorSchedule *self, const TocsinMonitor *monitor,
                             gint64 now_us)
{
  g_autoptr (TocsinSchedule) schedule = NULL;
  g_autoptr (GString) times = g_string_new (NULL);
  g_autofree char *words = NULL;
  gint64 at_us = now_us;

  g_return_if_fail (TOCSIN_IS_EDITOR_SCHEDULE (self) && monitor != NULL);

  if (monitor->period_us >= 0 || monitor->cron != NULL || monitor->calendar != NULL)
    schedule = tocsin_schedule_new_for_monitor (monitor, NULL);
  gtk_widget_set_visible (self->preview, schedule != NULL);
  if (schedule == NULL)
    return;
  words = tocsin_schedule_to_words (schedule);
  gtk_label_set_label (GTK_LABEL (self->words), words);
  for (guint i = 0; i < TIMES_SHOWN; i++) {
    g_autofree char *text = NULL;

    at_us = tocsin_schedule_next (schedule, at_us);
    if (at_us == 0)
      break;
    text = tocsin_text_time (at_us, now_us, schedule->zone);
    g_string_append_printf (times, "%s%s", times->len > 0 ? " · " : "", text);
  }
  gtk_label_set_label (GTK_LABEL (self->times), times->str);
  /* How often is a span from the last ping on: there are no times before the first. */
  gtk_widget_set_visible (self->times, schedule->kind != TOCSIN_SCHEDULE_EVERY);
}

char *
tocsin_editor_schedule_local_zone (void)
{
  g_autoptr (GTimeZone) local = g_time_zone_new_local ();
  const char *name = g_time_zone_get_identifier (local);
  g_autoptr (GTimeZone) zone = tocsin_zone_new (name, NULL);

  return g_strdup (zone != NULL ? name : "UTC");
}
