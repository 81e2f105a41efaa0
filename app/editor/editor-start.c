/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "editor-start"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "editor-layout.h"
#include "editor-schedule.h"
#include "editor-start.h"
#include "guess.h"
#include "timetext.h"

#define N_KINDS (TOCSIN_MONITOR_HEARTBEAT + 1)

struct _TocsinEditorStart {
  AdwBin parent_instance;

  AdwEntryRow *entry;
  AdwPreferencesGroup *kinds;
  GtkWidget *rows[N_KINDS];
  GtkWidget *marks[N_KINDS]; /* at the kind that the text is taken for */
};

G_DEFINE_FINAL_TYPE (TocsinEditorStart, tocsin_editor_start, ADW_TYPE_BIN)

enum { SIGNAL_CHOSEN, N_SIGNALS };
static guint signals[N_SIGNALS];

static const struct {
  const char *icon;
  const char *words;
} looks[N_KINDS] = {
  [TOCSIN_MONITOR_HTTP] = { "network-server-symbolic",
                            N_ ("Status, content and certificate over HTTP") },
  [TOCSIN_MONITOR_TCP] = { "network-wired-symbolic",
                           N_ ("A service that accepts connections, with or without TLS") },
  [TOCSIN_MONITOR_PING] = { "network-transmit-receive-symbolic",
                            N_ ("Whether a host answers, and how fast") },
  [TOCSIN_MONITOR_DNS] = { "network-workgroup-symbolic", N_ ("The records of a domain name") },
  [TOCSIN_MONITOR_HEARTBEAT] = { "alarm-symbolic",
                                 N_ ("A scheduled job that reports when it has run") },
};

static const char *
get_text (TocsinEditorStart *self)
{
  return gtk_editable_get_text (GTK_EDITABLE (self->entry));
}

/* A new job runs by the clock of this computer. */
static void
choose (TocsinEditorStart *self, TocsinMonitor *monitor)
{
  if (monitor->kind == TOCSIN_MONITOR_HEARTBEAT) {
    g_free (monitor->tz);
    monitor->tz = tocsin_editor_schedule_local_zone ();
  }
  g_signal_emit (self, signals[SIGNAL_CHOSEN], 0, monitor);
}

static void
entry_activated_cb (AdwEntryRow *entry, gpointer user_data)
{
  TocsinEditorStart *self = user_data;
  g_autoptr (TocsinMonitor) monitor = tocsin_guess_monitor (get_text (self));

  if (monitor != NULL)
    choose (self, monitor);
}

static void
kind_activated_cb (AdwActionRow *row, gpointer user_data)
{
  TocsinEditorStart *self = user_data;

  for (guint kind = 0; kind < N_KINDS; kind++)
    if (self->rows[kind] == GTK_WIDGET (row)) {
      g_autoptr (TocsinMonitor) monitor = tocsin_guess_monitor_of (kind, get_text (self));

      choose (self, monitor);
      return;
    }
}

static void
text_cb (GtkEditable *editable, gpointer user_data)
{
  TocsinEditorStart *self = user_data;
  g_autoptr (TocsinMonitor) monitor = tocsin_guess_monitor (get_text (self));

  for (guint kind = 0; kind < N_KINDS; kind++) {
    gboolean is_it = monitor != NULL && monitor->kind == kind;
    const char *about = _ (looks[kind].words);
    g_autofree char *guessed = NULL;

    /* Translators: what pasted text is taken for: “Press Enter to watch shop.example.org”. */
    if (is_it)
      guessed = g_strdup_printf (_ ("Press Enter to watch %s"),
                                 monitor->target != NULL ? monitor->target
                                 : monitor->name != NULL ? monitor->name
                                                         : get_text (self));
    adw_action_row_set_subtitle (ADW_ACTION_ROW (self->rows[kind]), is_it ? guessed : about);
    gtk_widget_set_visible (self->marks[kind], is_it);
  }
}

static void
add_kind (TocsinEditorStart *self, guint kind)
{
  GtkWidget *row = adw_action_row_new ();

  self->marks[kind] = gtk_image_new_from_icon_name ("object-select-symbolic");
  gtk_widget_set_visible (self->marks[kind], FALSE);
  gtk_widget_add_css_class (self->marks[kind], "accent");
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row),
                                 tocsin_editor_get_word (&tocsin_monitor_kind_words, kind));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), _ (looks[kind].words));
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 2);
  adw_action_row_set_icon_name (ADW_ACTION_ROW (row), looks[kind].icon);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), self->marks[kind]);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             gtk_image_new_from_icon_name ("go-next-symbolic"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_signal_connect (row, "activated", G_CALLBACK (kind_activated_cb), self);
  adw_preferences_group_add (self->kinds, row);
  self->rows[kind] = row;
}

static gboolean
tocsin_editor_start_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (TOCSIN_EDITOR_START (widget)->entry));
}

static void
tocsin_editor_start_class_init (TocsinEditorStartClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->grab_focus = tocsin_editor_start_grab_focus;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tocsin/Tocsin/ui/editor-start.ui");
  gtk_widget_class_bind_template_child (widget_class, TocsinEditorStart, entry);
  gtk_widget_class_bind_template_child (widget_class, TocsinEditorStart, kinds);
  gtk_widget_class_bind_template_callback (widget_class, entry_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, text_cb);
  signals[SIGNAL_CHOSEN] = g_signal_new ("chosen", TOCSIN_TYPE_EDITOR_START, G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
tocsin_editor_start_init (TocsinEditorStart *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint kind = 0; kind < N_KINDS; kind++)
    add_kind (self, kind);
}

GtkWidget *
tocsin_editor_start_new (void)
{
  return g_object_new (TOCSIN_TYPE_EDITOR_START, NULL);
}

void
tocsin_editor_start_set_text (TocsinEditorStart *self, const char *text)
{
  g_return_if_fail (TOCSIN_IS_EDITOR_START (self) && text != NULL);

  gtk_editable_set_text (GTK_EDITABLE (self->entry), text);
}
