/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "main-window"

#include "config.h"

#include "main-window.h"

struct _TocsinMainWindow {
  AdwApplicationWindow parent_instance;

  TocsinClient *client; /* (owned) */

  /* of the template */
  AdwLeaflet *leaflet;
};

G_DEFINE_FINAL_TYPE (TocsinMainWindow, tocsin_main_window, ADW_TYPE_APPLICATION_WINDOW)

static void
tocsin_main_window_dispose (GObject *object)
{
  TocsinMainWindow *self = TOCSIN_MAIN_WINDOW (object);

  g_clear_object (&self->client);
  G_OBJECT_CLASS (tocsin_main_window_parent_class)->dispose (object);
}

static void
tocsin_main_window_class_init (TocsinMainWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tocsin_main_window_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tocsin/Tocsin/ui/main-window.ui");
  gtk_widget_class_bind_template_child (widget_class, TocsinMainWindow, leaflet);
}

static void
tocsin_main_window_init (TocsinMainWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

TocsinMainWindow *
tocsin_main_window_new (GtkApplication *application, TocsinClient *client)
{
  TocsinMainWindow *self;

  g_return_val_if_fail (GTK_IS_APPLICATION (application) && TOCSIN_IS_CLIENT (client), NULL);

  self = g_object_new (TOCSIN_TYPE_MAIN_WINDOW, "application", application, NULL);
  self->client = g_object_ref (client);
  return self;
}
