/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "editor-row"

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "editor-row-private.h"
#include "string-list.h"

G_DEFINE_FINAL_TYPE (TocsinEditorRow, tocsin_editor_row, G_TYPE_OBJECT)

enum { SIGNAL_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

static const TocsinEditorRowClassTable *
find_way (const TocsinField *field, const TocsinEditorLabel *label)
{
  if (label != NULL && label->shape == TOCSIN_SHAPE_TEXT)
    return &tocsin_editor_row_text;
  if (label != NULL && label->shape == TOCSIN_SHAPE_TOKENS)
    return &tocsin_editor_row_entry;
  if (label != NULL && label->shape == TOCSIN_SHAPE_PROBES)
    return &tocsin_editor_row_probes;
  if (label != NULL && label->shape == TOCSIN_SHAPE_PROJECT)
    return &tocsin_editor_row_project;
  switch (field->kind) {
  case TOCSIN_FIELD_WORD:
    return &tocsin_editor_row_combo;
  case TOCSIN_FIELD_BOOL:
    return &tocsin_editor_row_switch;
  case TOCSIN_FIELD_INT:
    return &tocsin_editor_row_spin;
  case TOCSIN_FIELD_STRINGS:
    return &tocsin_editor_row_list;
  case TOCSIN_FIELD_STRING:
  case TOCSIN_FIELD_SPAN:
  case TOCSIN_FIELD_SPAN_MS:
    return &tocsin_editor_row_entry;
  case TOCSIN_FIELD_BYTES:
  case TOCSIN_FIELD_REAL:
  case TOCSIN_FIELD_TIME:
  case TOCSIN_FIELD_SPANS_MS:
  case TOCSIN_FIELD_REALS:
  case TOCSIN_FIELD_OBJECT:
  case TOCSIN_FIELD_OBJECTS:
    break;
  }
  g_assert_not_reached (); /* no member that people write is of such a kind */
}

/* --- the row below, for what is wrong --- */

static void
make_problem (TocsinEditorRow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *image = gtk_image_new_from_icon_name ("dialog-error-symbolic");

  self->problem_label = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->problem_label), 0);
  gtk_label_set_wrap (GTK_LABEL (self->problem_label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->problem_label), PANGO_WRAP_WORD_CHAR);
  gtk_widget_set_hexpand (self->problem_label, TRUE);
  gtk_widget_set_valign (image, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (box), image);
  gtk_box_append (GTK_BOX (box), self->problem_label);
  gtk_widget_add_css_class (box, "error");
  gtk_widget_add_css_class (box, "caption");
  gtk_widget_add_css_class (box, "editor-problem");
  self->problem = g_object_ref_sink (adw_preferences_row_new ());
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self->problem), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self->problem), FALSE);
  gtk_widget_set_focusable (self->problem, FALSE);
  gtk_widget_set_visible (self->problem, FALSE);
}

static void
show_what_is_to_be_seen (TocsinEditorRow *self)
{
  gboolean wrong = gtk_widget_get_visible (self->problem);

  gtk_widget_set_visible (self->widget, self->shown || wrong);
}

void
tocsin_editor_row_set_problem (TocsinEditorRow *self, const char *sentence)
{
  g_return_if_fail (TOCSIN_IS_EDITOR_ROW (self));

  gtk_widget_set_visible (self->problem, sentence != NULL);
  show_what_is_to_be_seen (self);
  if (sentence == NULL) {
    gtk_widget_remove_css_class (self->widget, "error");
    gtk_accessible_reset_state (GTK_ACCESSIBLE (self->input), GTK_ACCESSIBLE_STATE_INVALID);
    gtk_accessible_reset_relation (GTK_ACCESSIBLE (self->input),
                                   GTK_ACCESSIBLE_RELATION_DESCRIBED_BY);
    return;
  }
  gtk_label_set_label (GTK_LABEL (self->problem_label), sentence);
  gtk_widget_add_css_class (self->widget, "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->input), GTK_ACCESSIBLE_STATE_INVALID,
                               GTK_ACCESSIBLE_INVALID_TRUE, -1);
  gtk_accessible_update_relation (GTK_ACCESSIBLE (self->input),
                                  GTK_ACCESSIBLE_RELATION_DESCRIBED_BY, self->problem_label, NULL,
                                  -1);
}

/* --- secrets that are kept --- */

static void
show_fate (TocsinEditorRow *self)
{
  const char *name = _ (self->label != NULL ? self->label->label : self->field->name);
  g_autofree char *text = NULL;
  gboolean is_empty = self->way->is_empty (self);

  if (!self->is_stored) {
    self->way->set_label (self, name, self->label != NULL ? self->label->hint : NULL);
    return;
  }
  if (!is_empty)
    text = g_strdup (name);
  else if (self->is_removed)
    /* Translators: a password that is taken away when this is saved. */
    text = g_strdup_printf (_ ("%s (removed)"), name);
  else
    /* Translators: a password that stays as it is, and is not shown. */
    text = g_strdup_printf (_ ("%s (unchanged)"), name);
  self->way->set_label (self, text, self->label != NULL ? self->label->hint : NULL);
  if (self->remove != NULL) {
    const char *tip = self->is_removed ? _ ("Keep the Stored One") : _ ("Remove the Stored One");

    gtk_widget_set_visible (self->remove, is_empty);
    gtk_button_set_icon_name (GTK_BUTTON (self->remove),
                              self->is_removed ? "edit-undo-symbolic" : "user-trash-symbolic");
    gtk_widget_set_tooltip_text (self->remove, tip);
    gtk_accessible_update_property (GTK_ACCESSIBLE (self->remove), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                    tip, -1);
  }
}

static void
remove_cb (GtkButton *button, gpointer user_data)
{
  TocsinEditorRow *self = user_data;

  self->is_removed = !self->is_removed;
  show_fate (self);
  tocsin_editor_row_changed (self);
}

static void
make_remove (TocsinEditorRow *self)
{
  if (!self->is_stored)
    return;
  self->remove = gtk_button_new ();
  gtk_widget_set_valign (self->remove, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (self->remove, "flat");
  g_signal_connect (self->remove, "clicked", G_CALLBACK (remove_cb), self);
  if (ADW_IS_ENTRY_ROW (self->widget))
    adw_entry_row_add_suffix (ADW_ENTRY_ROW (self->widget), self->remove);
  else
    tocsin_string_list_add_button (TOCSIN_STRING_LIST (self->widget), self->remove);
}

TocsinSecretFate
tocsin_editor_row_get_secret_fate (TocsinEditorRow *self)
{
  g_return_val_if_fail (TOCSIN_IS_EDITOR_ROW (self), TOCSIN_SECRET_WRITTEN);

  if (!self->is_stored || !self->way->is_empty (self))
    return TOCSIN_SECRET_WRITTEN;
  return self->is_removed ? TOCSIN_SECRET_REMOVED : TOCSIN_SECRET_UNCHANGED;
}

/* --- for the ways --- */

void
tocsin_editor_row_changed (TocsinEditorRow *self)
{
  if (self->is_loading)
    return;
  tocsin_editor_row_set_problem (self, NULL);
  if (self->is_stored)
    show_fate (self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/* --- life --- */

static void
tocsin_editor_row_dispose (GObject *object)
{
  TocsinEditorRow *self = TOCSIN_EDITOR_ROW (object);

  /* The widgets may live on in the tree: nothing of theirs comes here any more. */
  if (self->source != NULL)
    g_signal_handlers_disconnect_by_data (self->source, self);
  if (self->remove != NULL)
    g_signal_handlers_disconnect_by_data (self->remove, self);
  self->source = NULL;
  self->remove = NULL;
  g_clear_object (&self->widget);
  g_clear_object (&self->problem);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (tocsin_editor_row_parent_class)->dispose (object);
}

static void
tocsin_editor_row_class_init (TocsinEditorRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tocsin_editor_row_dispose;
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", TOCSIN_TYPE_EDITOR_ROW, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tocsin_editor_row_init (TocsinEditorRow *self)
{
  self->shown = TRUE;
}

TocsinEditorRow *
tocsin_editor_row_new (const TocsinFields *fields, const TocsinField *field, TocsinClient *client,
                       gboolean is_stored)
{
  TocsinEditorRow *self;

  g_return_val_if_fail (fields != NULL && field != NULL, NULL);
  g_return_val_if_fail (client == NULL || TOCSIN_IS_CLIENT (client), NULL);

  self = g_object_new (TOCSIN_TYPE_EDITOR_ROW, NULL);
  self->fields = fields;
  self->field = field;
  self->label = tocsin_editor_find_label (fields, field->name);
  self->client = client != NULL ? g_object_ref (client) : NULL;
  self->is_stored = is_stored && (field->flags & TOCSIN_FIELD_SECRET) != 0;
  self->way = find_way (field, self->label);
  self->way->make (self);
  g_object_ref_sink (self->widget);
  if (self->input == NULL)
    self->input = self->widget;
  make_problem (self);
  make_remove (self);
  show_fate (self);
  return self;
}

const TocsinField *
tocsin_editor_row_get_field (TocsinEditorRow *self)
{
  g_return_val_if_fail (TOCSIN_IS_EDITOR_ROW (self), NULL);
  return self->field;
}

GtkWidget *
tocsin_editor_row_get_widget (TocsinEditorRow *self)
{
  g_return_val_if_fail (TOCSIN_IS_EDITOR_ROW (self), NULL);
  return self->widget;
}

GtkWidget *
tocsin_editor_row_get_problem_widget (TocsinEditorRow *self)
{
  g_return_val_if_fail (TOCSIN_IS_EDITOR_ROW (self), NULL);
  return self->problem;
}

void
tocsin_editor_row_load (TocsinEditorRow *self, gconstpointer object)
{
  g_return_if_fail (TOCSIN_IS_EDITOR_ROW (self) && object != NULL);

  self->is_loading = TRUE;
  self->way->load (self, object);
  self->is_loading = FALSE;
  show_fate (self);
}

gboolean
tocsin_editor_row_store (TocsinEditorRow *self, gpointer object, GError **error)
{
  g_return_val_if_fail (TOCSIN_IS_EDITOR_ROW (self) && object != NULL, FALSE);

  return self->way->store (self, object, error);
}

void
tocsin_editor_row_set_shown (TocsinEditorRow *self, gboolean shown)
{
  g_return_if_fail (TOCSIN_IS_EDITOR_ROW (self));

  self->shown = shown;
  show_what_is_to_be_seen (self);
}

gboolean
tocsin_editor_row_is_shown (TocsinEditorRow *self)
{
  g_return_val_if_fail (TOCSIN_IS_EDITOR_ROW (self), FALSE);
  return self->shown;
}

void
tocsin_editor_row_set_label (TocsinEditorRow *self, const char *label, const char *hint)
{
  g_return_if_fail (TOCSIN_IS_EDITOR_ROW (self) && label != NULL);

  self->way->set_label (self, label, hint);
}

void
tocsin_editor_row_set_team (TocsinEditorRow *self, const char *team)
{
  g_return_if_fail (TOCSIN_IS_EDITOR_ROW (self));

  if (self->way->set_team != NULL)
    self->way->set_team (self, team);
}

void
tocsin_editor_row_focus (TocsinEditorRow *self)
{
  g_return_if_fail (TOCSIN_IS_EDITOR_ROW (self));

  for (GtkWidget *at = gtk_widget_get_parent (self->widget); at != NULL;
       at = gtk_widget_get_parent (at))
    if (ADW_IS_EXPANDER_ROW (at))
      adw_expander_row_set_expanded (ADW_EXPANDER_ROW (at), TRUE);
  gtk_widget_grab_focus (self->widget);
}
