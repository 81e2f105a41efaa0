/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "prose-editor"

#include "config.h"

#include <string.h>

#include "incident.h"
#include "prose-editor.h"
#include "widget-children.h"

struct _TocsinProseEditor {
  GtkWidget parent_instance;

  char *saved; /* (owned) never NULL */
  gboolean empties;

  /* of the template */
  GtkLabel *title;
  GtkTextView *view;
  GtkLabel *hint;
  GtkButton *button;
};

enum { SIGNAL_SAVE, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TocsinProseEditor, tocsin_prose_editor, GTK_TYPE_WIDGET)

static char *
get_text (TocsinProseEditor *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

static gboolean
can_save (const TocsinProseEditor *self, const char *text)
{
  g_autofree char *stripped = g_strstrip (g_strdup (text));

  return *stripped != '\0' && strlen (text) <= TOCSIN_INCIDENT_TEXT_BYTES &&
         !g_str_equal (text, self->saved);
}

static void
changed_cb (TocsinProseEditor *self)
{
  g_autofree char *text = get_text (self);

  gtk_widget_set_visible (GTK_WIDGET (self->hint), *text == '\0');
  gtk_widget_set_sensitive (GTK_WIDGET (self->button), can_save (self, text));
}

static void
set_text (TocsinProseEditor *self, const char *text)
{
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->view), text, -1);
  changed_cb (self);
}

static void
save (TocsinProseEditor *self)
{
  g_autofree char *text = get_text (self);

  if (can_save (self, text))
    g_signal_emit (self, signals[SIGNAL_SAVE], 0, text);
}

static gboolean
key_cb (TocsinProseEditor *self, guint keyval, guint keycode, GdkModifierType modifiers)
{
  gboolean is_return = keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter;

  if (!is_return || (modifiers & GDK_CONTROL_MASK) == 0)
    return GDK_EVENT_PROPAGATE;
  save (self);
  return GDK_EVENT_STOP;
}

static void
tocsin_prose_editor_dispose (GObject *object)
{
  TocsinProseEditor *self = TOCSIN_PROSE_EDITOR (object);

  if (self->view != NULL)
    g_signal_handlers_disconnect_by_data (gtk_text_view_get_buffer (self->view), self);
  self->view = NULL;
  tocsin_widget_drop_children (GTK_WIDGET (self));
  g_clear_pointer (&self->saved, g_free);
  G_OBJECT_CLASS (tocsin_prose_editor_parent_class)->dispose (object);
}

static void
tocsin_prose_editor_class_init (TocsinProseEditorClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tocsin_prose_editor_dispose;
  signals[SIGNAL_SAVE] = g_signal_new ("save", TOCSIN_TYPE_PROSE_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL,
                                       NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tocsin/Tocsin/ui/prose-editor.ui");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_bind_template_child (widget_class, TocsinProseEditor, title);
  gtk_widget_class_bind_template_child (widget_class, TocsinProseEditor, view);
  gtk_widget_class_bind_template_child (widget_class, TocsinProseEditor, hint);
  gtk_widget_class_bind_template_child (widget_class, TocsinProseEditor, button);
  gtk_widget_class_bind_template_callback (widget_class, save);
  gtk_widget_class_bind_template_callback (widget_class, key_cb);
}

static void
tocsin_prose_editor_init (TocsinProseEditor *self)
{
  self->saved = g_strdup ("");
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (gtk_text_view_get_buffer (self->view), "changed",
                            G_CALLBACK (changed_cb), self);
  changed_cb (self);
}

GtkWidget *
tocsin_prose_editor_new (const char *title, const char *hint, const char *button_label,
                         gboolean empties)
{
  TocsinProseEditor *self;

  g_return_val_if_fail (title != NULL && hint != NULL && button_label != NULL, NULL);

  self = g_object_new (TOCSIN_TYPE_PROSE_EDITOR, NULL);
  self->empties = empties;
  gtk_label_set_text (self->title, title);
  gtk_label_set_text (self->hint, hint);
  gtk_button_set_label (self->button, button_label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  GTK_ACCESSIBLE_PROPERTY_PLACEHOLDER, hint, -1);
  return GTK_WIDGET (self);
}

void
tocsin_prose_editor_set_saved (TocsinProseEditor *self, const char *text)
{
  g_autofree char *draft = NULL;

  g_return_if_fail (TOCSIN_IS_PROSE_EDITOR (self));

  draft = tocsin_prose_editor_get_draft (self);
  if (self->empties) {
    if (g_strcmp0 (draft, text) == 0)
      set_text (self, "");
    return;
  }
  g_free (self->saved);
  self->saved = g_strdup (text != NULL ? text : "");
  if (draft == NULL)
    set_text (self, self->saved);
  changed_cb (self);
}

char *
tocsin_prose_editor_get_draft (TocsinProseEditor *self)
{
  g_autofree char *text = NULL;

  g_return_val_if_fail (TOCSIN_IS_PROSE_EDITOR (self), NULL);

  text = get_text (self);
  return g_str_equal (text, self->saved) ? NULL : g_steal_pointer (&text);
}

void
tocsin_prose_editor_reset (TocsinProseEditor *self, const char *saved, const char *draft)
{
  g_return_if_fail (TOCSIN_IS_PROSE_EDITOR (self));

  g_free (self->saved);
  self->saved = g_strdup (saved != NULL ? saved : "");
  set_text (self, draft != NULL ? draft : self->saved);
}
