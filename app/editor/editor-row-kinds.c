/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "editor-row-kinds"

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "editor-row-private.h"
#include "probe-chooser.h"
#include "project-button.h"
#include "string-list.h"
#include "timetext.h"

#define AT(type, object, field) \
  (*(type const *) (gconstpointer) ((const guint8 *) (object) + (field)->offset))

static void
changed_cb (gpointer source, gpointer user_data)
{
  tocsin_editor_row_changed (user_data);
}

static void
notify_cb (gpointer source, GParamSpec *pspec, gpointer user_data)
{
  tocsin_editor_row_changed (user_data);
}

static gboolean
is_never_empty (TocsinEditorRow *self)
{
  return FALSE;
}

/* --- a line of text: STRING, spans, lists with commas --- */

static void
make_entry (TocsinEditorRow *self)
{
  gboolean is_secret = (self->field->flags & TOCSIN_FIELD_SECRET) != 0;

  self->widget = is_secret ? adw_password_entry_row_new () : adw_entry_row_new ();
  self->input = GTK_WIDGET (gtk_editable_get_delegate (GTK_EDITABLE (self->widget)));
  self->source = self->widget;
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self->widget), FALSE);
  adw_entry_row_set_activates_default (ADW_ENTRY_ROW (self->widget), TRUE);
  if (self->field->kind != TOCSIN_FIELD_STRING || self->label == NULL || self->label->hint != NULL)
    adw_entry_row_set_input_hints (ADW_ENTRY_ROW (self->widget),
                                   GTK_INPUT_HINT_NO_SPELLCHECK | GTK_INPUT_HINT_LOWERCASE);
  g_signal_connect (self->widget, "changed", G_CALLBACK (changed_cb), self);
}

static void
load_entry (TocsinEditorRow *self, gconstpointer object)
{
  g_autofree char *text = NULL;
  gint64 span_us;

  switch ((int) self->field->kind) {
  case TOCSIN_FIELD_STRING:
    text = g_strdup (AT (char *, object, self->field));
    break;
  case TOCSIN_FIELD_STRINGS:
    if (AT (char **, object, self->field) != NULL)
      text = g_strjoinv (", ", AT (char **, object, self->field));
    break;
  default:
    span_us = AT (gint64, object, self->field);
    text = span_us >= 0 ? tocsin_span_to_text (span_us) : NULL;
    break;
  }
  gtk_editable_set_text (GTK_EDITABLE (self->widget), text != NULL ? text : "");
}

static gboolean
store_entry (TocsinEditorRow *self, gpointer object, GError **error)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->widget));
  g_autofree char *stripped = g_strdup (text);

  /* A password may end with a blank, and so may text that is looked for. Nothing else does. */
  if (self->field->kind != TOCSIN_FIELD_STRING || (self->field->flags & TOCSIN_FIELD_REQUIRED) != 0)
    g_strstrip (stripped);
  return tocsin_fields_set_text (self->fields, object, self->field->name, stripped, error);
}

static gboolean
is_entry_empty (TocsinEditorRow *self)
{
  return *gtk_editable_get_text (GTK_EDITABLE (self->widget)) == '\0';
}

/* An entry row has no room for a hint: it is in the tooltip, and for screen readers. */
static void
label_entry (TocsinEditorRow *self, const char *label, const char *hint)
{
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->widget), label);
  gtk_widget_set_tooltip_text (self->widget, hint != NULL ? _ (hint) : NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->input), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  hint != NULL ? _ (hint) : "", -1);
}

const TocsinEditorRowClassTable tocsin_editor_row_entry = { make_entry, load_entry, store_entry,
                                                            is_entry_empty, label_entry };

/* --- several lines --- */

static void
make_text (TocsinEditorRow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6), *title = gtk_label_new (NULL);
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->widget = adw_preferences_row_new ();
  self->input = gtk_text_view_new ();
  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_widget_add_css_class (title, "caption");
  gtk_widget_add_css_class (title, "dim-label");
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (self->input), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_accepts_tab (GTK_TEXT_VIEW (self->input), FALSE);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scroller), 60);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroller), 200);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->input);
  gtk_box_append (GTK_BOX (box), title);
  gtk_box_append (GTK_BOX (box), scroller);
  gtk_widget_add_css_class (box, "editor-text");
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self->widget), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self->widget), FALSE);
  gtk_widget_set_focusable (self->widget, FALSE);
  self->source = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->input));
  g_signal_connect (self->source, "changed", G_CALLBACK (changed_cb), self);
}

static void
load_text (TocsinEditorRow *self, gconstpointer object)
{
  const char *text = AT (char *, object, self->field);

  gtk_text_buffer_set_text (self->source, text != NULL ? text : "", -1);
}

static gboolean
store_text (TocsinEditorRow *self, gpointer object, GError **error)
{
  g_autofree char *text = NULL;

  g_object_get (self->source, "text", &text, NULL);
  return tocsin_fields_set_text (self->fields, object, self->field->name, text, error);
}

static gboolean
is_text_empty (TocsinEditorRow *self)
{
  return gtk_text_buffer_get_char_count (self->source) == 0;
}

static void
label_text (TocsinEditorRow *self, const char *label, const char *hint)
{
  GtkWidget *box = gtk_list_box_row_get_child (GTK_LIST_BOX_ROW (self->widget));

  gtk_label_set_label (GTK_LABEL (gtk_widget_get_first_child (box)), label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->input), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label, -1);
}

const TocsinEditorRowClassTable tocsin_editor_row_text = { make_text, load_text, store_text,
                                                           is_text_empty, label_text };

/* --- yes or no, and numbers: a title with a control at its end --- */

static void
make_action (TocsinEditorRow *self, GtkWidget *control, const char *property)
{
  g_autofree char *detailed = g_strconcat ("notify::", property, NULL);

  self->widget = adw_action_row_new ();
  self->input = control;
  self->source = control;
  gtk_widget_set_valign (control, GTK_ALIGN_CENTER);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self->widget), FALSE);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (self->widget), 0);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (self->widget), 0);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self->widget), control);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (self->widget), control);
  g_signal_connect (control, detailed, G_CALLBACK (notify_cb), self);
}

static void
label_action (TocsinEditorRow *self, const char *label, const char *hint)
{
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->widget), label);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->widget), hint != NULL ? _ (hint) : "");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->input), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label, -1);
}

static void
make_switch (TocsinEditorRow *self)
{
  make_action (self, gtk_switch_new (), "active");
}

static void
load_switch (TocsinEditorRow *self, gconstpointer object)
{
  gtk_switch_set_active (GTK_SWITCH (self->input), AT (gboolean, object, self->field));
}

static gboolean
store_switch (TocsinEditorRow *self, gpointer object, GError **error)
{
  *TOCSIN_FIELD_AT (gboolean, object, self->field) =
      gtk_switch_get_active (GTK_SWITCH (self->input));
  return TRUE;
}

const TocsinEditorRowClassTable tocsin_editor_row_switch = { make_switch, load_switch, store_switch,
                                                             is_never_empty, label_action };

static void
make_spin (TocsinEditorRow *self)
{
  gint64 least = self->field->least, most = self->field->most > least ? self->field->most : 1000000;
  GtkWidget *spin = gtk_spin_button_new_with_range ((double) least, (double) most, 1);

  gtk_spin_button_set_numeric (GTK_SPIN_BUTTON (spin), TRUE);
  make_action (self, spin, "value");
}

static void
load_spin (TocsinEditorRow *self, gconstpointer object)
{
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (self->input),
                             (double) AT (gint64, object, self->field));
}

static gboolean
store_spin (TocsinEditorRow *self, gpointer object, GError **error)
{
  gtk_spin_button_update (GTK_SPIN_BUTTON (self->input)); /* what is typed and not yet left */
  *TOCSIN_FIELD_AT (gint64, object, self->field) =
      gtk_spin_button_get_value_as_int (GTK_SPIN_BUTTON (self->input));
  return TRUE;
}

const TocsinEditorRowClassTable tocsin_editor_row_spin = { make_spin, load_spin, store_spin,
                                                           is_never_empty, label_action };

/* --- one of several --- */

static void
make_combo (TocsinEditorRow *self)
{
  g_autoptr (GtkStringList) labels = gtk_string_list_new (NULL);

  for (guint i = 0; i < self->field->words->n_words; i++)
    gtk_string_list_append (labels, tocsin_editor_get_word (self->field->words, i));
  self->widget = adw_combo_row_new ();
  self->source = self->widget;
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self->widget), FALSE);
  adw_combo_row_set_model (ADW_COMBO_ROW (self->widget), G_LIST_MODEL (labels));
  g_signal_connect (self->widget, "notify::selected", G_CALLBACK (notify_cb), self);
}

static void
load_combo (TocsinEditorRow *self, gconstpointer object)
{
  adw_combo_row_set_selected (ADW_COMBO_ROW (self->widget), AT (guint, object, self->field));
}

static gboolean
store_combo (TocsinEditorRow *self, gpointer object, GError **error)
{
  *TOCSIN_FIELD_AT (guint, object, self->field) =
      adw_combo_row_get_selected (ADW_COMBO_ROW (self->widget));
  return TRUE;
}

const TocsinEditorRowClassTable tocsin_editor_row_combo = { make_combo, load_combo, store_combo,
                                                            is_never_empty, label_action };

/* --- several texts --- */

static void
make_list (TocsinEditorRow *self)
{
  gboolean is_secret = (self->field->flags & TOCSIN_FIELD_SECRET) != 0;
  gboolean is_monitors = self->label != NULL && self->label->shape == TOCSIN_SHAPE_MONITORS;
  TocsinStringListKind kind = is_monitors ? TOCSIN_STRING_LIST_MONITORS
                              : is_secret ? TOCSIN_STRING_LIST_SECRETS
                                          : TOCSIN_STRING_LIST_TEXTS;

  self->widget = tocsin_string_list_new (kind, (guint) self->field->most, self->client);
  self->source = self->widget;
  g_signal_connect (self->widget, "changed", G_CALLBACK (changed_cb), self);
}

static void
load_list (TocsinEditorRow *self, gconstpointer object)
{
  tocsin_string_list_set (TOCSIN_STRING_LIST (self->widget), AT (char **, object, self->field));
}

static gboolean
store_list (TocsinEditorRow *self, gpointer object, GError **error)
{
  char ***strings = TOCSIN_FIELD_AT (char **, object, self->field);

  g_strfreev (*strings);
  *strings = tocsin_string_list_get (TOCSIN_STRING_LIST (self->widget));
  return TRUE;
}

static gboolean
is_list_empty (TocsinEditorRow *self)
{
  g_auto (GStrv) strings = tocsin_string_list_get (TOCSIN_STRING_LIST (self->widget));

  return strings == NULL;
}

static void
label_list (TocsinEditorRow *self, const char *label, const char *hint)
{
  tocsin_string_list_set_label (TOCSIN_STRING_LIST (self->widget), label,
                                hint != NULL ? _ (hint) : NULL);
}

const TocsinEditorRowClassTable tocsin_editor_row_list = { make_list, load_list, store_list,
                                                           is_list_empty, label_list };

/* --- a team's probes --- */

static void
make_probes (TocsinEditorRow *self)
{
  self->widget = tocsin_probe_chooser_new (self->client);
  self->source = self->widget;
  g_signal_connect (self->widget, "changed", G_CALLBACK (changed_cb), self);
}

static void
load_probes (TocsinEditorRow *self, gconstpointer object)
{
  tocsin_probe_chooser_set (TOCSIN_PROBE_CHOOSER (self->widget), AT (char **, object, self->field));
}

static gboolean
store_probes (TocsinEditorRow *self, gpointer object, GError **error)
{
  char ***strings = TOCSIN_FIELD_AT (char **, object, self->field);

  g_strfreev (*strings);
  *strings = tocsin_probe_chooser_get (TOCSIN_PROBE_CHOOSER (self->widget));
  return TRUE;
}

static void
label_probes (TocsinEditorRow *self, const char *label, const char *hint)
{
  tocsin_probe_chooser_set_label (TOCSIN_PROBE_CHOOSER (self->widget), label);
}

static void
set_probes_team (TocsinEditorRow *self, const char *team)
{
  tocsin_probe_chooser_set_team (TOCSIN_PROBE_CHOOSER (self->widget), team);
}

const TocsinEditorRowClassTable tocsin_editor_row_probes = { make_probes,  load_probes,
                                                             store_probes, is_never_empty,
                                                             label_probes, set_probes_team };

/* --- a project: typed, or one of a team's --- */

static void
make_project (TocsinEditorRow *self)
{
  make_entry (self);
  adw_entry_row_add_suffix (ADW_ENTRY_ROW (self->widget),
                            tocsin_project_button_new (self->client, GTK_EDITABLE (self->widget)));
}

static void
set_project_team (TocsinEditorRow *self, const char *team)
{
  GtkWidget *button = g_object_get_data (G_OBJECT (self->widget), "tocsin-project-button");

  tocsin_project_button_set_team (TOCSIN_PROJECT_BUTTON (button), team);
}

const TocsinEditorRowClassTable tocsin_editor_row_project = { make_project, load_entry,
                                                              store_entry,  is_entry_empty,
                                                              label_entry,  set_project_team };
