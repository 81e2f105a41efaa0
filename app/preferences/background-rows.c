/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "background-rows"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "background-rows.h"

typedef struct {
  const char *subtitle;
  AdwActionRow *row;
  GtkSwitch *button;
  GtkWidget *warning; /* beside the switch, while the subtitle is an error */
} Choice;

/* The two rows; a reference is held by the first switch and by each call that is under way. */
typedef struct {
  TocsinBackground *background; /* (owned) */
  Choice run;
  Choice login;
  gboolean is_closed;  /* the widgets are gone */
  gboolean is_setting; /* a switch is moved by us */
} Rows;

static void
rows_clear (gpointer data)
{
  Rows *rows = data;

  g_clear_object (&rows->background);
}

static void
rows_unref (Rows *rows)
{
  g_rc_box_release_full (rows, rows_clear);
}

static void
rows_closed_cb (gpointer data)
{
  Rows *rows = data;

  rows->is_closed = TRUE;
  rows_unref (rows);
}

/* --- showing --- */

static void
show (Rows *rows, Choice *choice, gboolean is_on)
{
  rows->is_setting = TRUE;
  gtk_switch_set_active (choice->button, is_on);
  rows->is_setting = FALSE;
}

/* Starting at login what then does not run on would be of no use. */
static void
show_ready (Rows *rows, Choice *choice)
{
  gboolean is_ready = choice == &rows->run || gtk_switch_get_active (rows->run.button);

  gtk_widget_set_sensitive (GTK_WIDGET (choice->row), is_ready);
}

/* Why it could not be done; NULL where all is well. */
static void
show_error (Choice *choice, const char *text)
{
  adw_action_row_set_subtitle (choice->row, text != NULL ? text : choice->subtitle);
  gtk_widget_set_visible (choice->warning, text != NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (choice->button),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  text != NULL ? text : choice->subtitle, -1);
}

/* --- start at login --- */

static void
login_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Rows *rows = user_data;
  g_autoptr (GError) error = NULL;
  gboolean is_on = FALSE;

  if (!tocsin_background_read_login_finish (TOCSIN_BACKGROUND (source), result, &is_on, &error)) {
    if (!rows->is_closed)
      show_error (&rows->login, error->message);
  } else if (!rows->is_closed) {
    show (rows, &rows->login, is_on);
    show_ready (rows, &rows->login);
  }
  rows_unref (rows);
}

/* The switch tells what is so afterwards, whatever became of the change. */
static void
login_set_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Rows *rows = user_data;
  g_autoptr (GError) error = NULL;

  if (!tocsin_background_set_login_finish (TOCSIN_BACKGROUND (source), result, &error) &&
      !rows->is_closed)
    show_error (&rows->login, error->message);
  tocsin_background_read_login (rows->background, NULL, login_read_cb, rows);
}

static void
login_switched_cb (Rows *rows)
{
  if (rows->is_setting)
    return;
  show_error (&rows->login, NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (rows->login.row), FALSE);
  tocsin_background_set_login (rows->background, gtk_switch_get_active (rows->login.button), NULL,
                               login_set_cb, g_rc_box_acquire (rows));
}

/* --- run in the background --- */

static void
run_set_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Rows *rows = user_data;
  g_autoptr (GError) error = NULL;
  gboolean done = tocsin_background_set_runs_on_finish (TOCSIN_BACKGROUND (source), result, &error);

  if (!rows->is_closed) {
    show_error (&rows->run, done ? NULL : error->message);
    show (rows, &rows->run, tocsin_background_runs_on (rows->background));
    show_ready (rows, &rows->run);
    show_ready (rows, &rows->login);
    if (!gtk_switch_get_active (rows->run.button)) {
      show_error (&rows->login, NULL);
      gtk_switch_set_active (rows->login.button, FALSE);
    }
  }
  rows_unref (rows);
}

static void
run_switched_cb (Rows *rows)
{
  if (rows->is_setting)
    return;
  gtk_widget_set_sensitive (GTK_WIDGET (rows->run.row), FALSE);
  tocsin_background_set_runs_on (rows->background, gtk_switch_get_active (rows->run.button),
                                 run_set_cb, g_rc_box_acquire (rows));
}

/* --- making them --- */

static void
add_row (AdwPreferencesGroup *group, Choice *choice, const char *title, const char *subtitle)
{
  choice->subtitle = subtitle;
  choice->row = ADW_ACTION_ROW (adw_action_row_new ());
  choice->button = GTK_SWITCH (gtk_switch_new ());
  choice->warning = gtk_image_new_from_icon_name ("dialog-warning-symbolic");
  gtk_widget_add_css_class (choice->warning, "warning");
  gtk_widget_set_valign (GTK_WIDGET (choice->button), GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (choice->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  title, -1);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (choice->row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (choice->row), title);
  adw_action_row_add_suffix (choice->row, choice->warning);
  adw_action_row_add_suffix (choice->row, GTK_WIDGET (choice->button));
  adw_action_row_set_activatable_widget (choice->row, GTK_WIDGET (choice->button));
  show_error (choice, NULL);
  adw_preferences_group_add (group, GTK_WIDGET (choice->row));
}

void
tocsin_background_rows_add (AdwPreferencesGroup *group, TocsinBackground *background)
{
  Rows *rows;

  g_return_if_fail (ADW_IS_PREFERENCES_GROUP (group) && TOCSIN_IS_BACKGROUND (background));

  rows = g_rc_box_new0 (Rows);
  rows->background = g_object_ref (background);
  add_row (group, &rows->run, _ ("Run in the Background"),
           _ ("Checks go on when the window is closed"));
  add_row (group, &rows->login, _ ("Start at Login"),
           _ ("Checks begin before the window is opened"));
  show (rows, &rows->run, tocsin_background_runs_on (background));
  gtk_widget_set_sensitive (GTK_WIDGET (rows->login.row), FALSE); /* until it is known */
  g_object_set_data_full (G_OBJECT (rows->run.button), "tocsin-rows", rows, rows_closed_cb);
  g_signal_connect_swapped (rows->run.button, "notify::active", G_CALLBACK (run_switched_cb), rows);
  g_signal_connect_swapped (rows->login.button, "notify::active", G_CALLBACK (login_switched_cb),
                            rows);
  tocsin_background_read_login (background, NULL, login_read_cb, g_rc_box_acquire (rows));
}
