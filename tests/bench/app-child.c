/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "app-child"

#include "config.h"

#include <adwaita.h>

#include "app-child.h"
#include "application.h"
#include "chart.h"
#include "timetext.h"

typedef struct {
  gint64 began_us;
  GtkApplication *application;
} FirstFrame;

static void
painted_cb (GdkFrameClock *clock, gpointer user_data)
{
  FirstFrame *first = user_data;

  g_print ("%.2f\n", (double) (g_get_monotonic_time () - first->began_us) / 1000);
  g_signal_handlers_disconnect_by_data (clock, first);
  g_application_quit (G_APPLICATION (first->application));
}

static void
mapped_cb (GtkWidget *window, gpointer user_data)
{
  g_signal_connect (gtk_widget_get_frame_clock (window), "after-paint", G_CALLBACK (painted_cb),
                    user_data);
}

static void
window_added_cb (GtkApplication *application, GtkWindow *window, gpointer user_data)
{
  g_signal_connect (window, "map", G_CALLBACK (mapped_cb), user_data);
}

static int
run_to_first_frame (GtkApplication *application, gint64 began_us)
{
  FirstFrame first = { began_us, application };

  g_signal_connect (application, "window-added", G_CALLBACK (window_added_cb), &first);
  return g_application_run (G_APPLICATION (application), 0, NULL);
}

static void
activate_empty_cb (GApplication *application)
{
  GtkWidget *window = adw_application_window_new (GTK_APPLICATION (application));

  gtk_window_set_default_size (GTK_WINDOW (window), 1100, 720);
  gtk_window_present (GTK_WINDOW (window));
}

int
bench_child_empty (gint64 began_us)
{
  g_autoptr (AdwApplication) application =
      adw_application_new ("org.tocsin.Empty", G_APPLICATION_DEFAULT_FLAGS);

  g_signal_connect (application, "activate", G_CALLBACK (activate_empty_cb), NULL);
  return run_to_first_frame (GTK_APPLICATION (application), began_us);
}

int
bench_child_app (gint64 began_us)
{
  g_autoptr (TocsinApplication) application = tocsin_application_new ();

  return run_to_first_frame (GTK_APPLICATION (application), began_us);
}

int
bench_child_idle (void)
{
  g_autoptr (TocsinApplication) application = tocsin_application_new ();

  return g_application_run (G_APPLICATION (application), 0, NULL);
}

/* --- the chart: the app's own ways, from the outside --- */

typedef struct {
  GtkApplication *application;
  const char *monitor_id;
  gint64 chosen_us;
  gboolean is_chosen;
} Choice;

static GtkWidget *
find_widget (GtkWidget *widget, GType type)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find_widget (child, type);

    if (found != NULL)
      return found;
  }
  return NULL;
}

/* After a frame: whether it was the one with the chart of 90 days. */
static void
look_cb (GdkFrameClock *clock, gpointer user_data)
{
  Choice *choice = user_data;
  GtkWindow *window = gtk_application_get_active_window (choice->application);
  GtkWidget *chart = window != NULL ? find_widget (GTK_WIDGET (window), TOCSIN_TYPE_CHART) : NULL;
  const TocsinSeries *series =
      chart != NULL ? tocsin_chart_get_series (TOCSIN_CHART (chart)) : NULL;

  if (series == NULL || series->to_us - series->from_us < 80 * TOCSIN_US_PER_DAY)
    return;
  g_print ("%.2f\n", (double) (g_get_monotonic_time () - choice->chosen_us) / 1000);
  g_application_quit (G_APPLICATION (choice->application));
}

static gboolean
choose_cb (gpointer user_data)
{
  Choice *choice = user_data;
  GtkWindow *window = gtk_application_get_active_window (choice->application);
  GtkWidget *chart = window != NULL ? find_widget (GTK_WIDGET (window), TOCSIN_TYPE_CHART) : NULL;

  if (window == NULL)
    return G_SOURCE_CONTINUE;
  if (!choice->is_chosen) {
    g_action_group_activate_action (G_ACTION_GROUP (window), "show-monitor",
                                    g_variant_new_string (choice->monitor_id));
    choice->is_chosen = chart != NULL;
    return G_SOURCE_CONTINUE; /* its first range comes and goes */
  }
  if (tocsin_chart_get_series (TOCSIN_CHART (chart)) == NULL)
    return G_SOURCE_CONTINUE;
  g_signal_connect (gtk_widget_get_frame_clock (GTK_WIDGET (window)), "after-paint",
                    G_CALLBACK (look_cb), choice);
  choice->chosen_us = g_get_monotonic_time ();
  tocsin_chart_follow (TOCSIN_CHART (chart), 90 * TOCSIN_US_PER_DAY);
  return G_SOURCE_REMOVE;
}

int
bench_child_chart (const char *monitor_id)
{
  g_autoptr (TocsinApplication) application = tocsin_application_new ();
  Choice choice = { GTK_APPLICATION (application), monitor_id, 0, FALSE };

  g_timeout_add (200, choose_cb, &choice);
  return g_application_run (G_APPLICATION (application), 0, NULL);
}
