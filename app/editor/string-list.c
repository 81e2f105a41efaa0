/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "string-list"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "monitor-picker.h"
#include "string-list.h"

struct _TocsinStringList {
  AdwPreferencesRow parent_instance;

  TocsinStringListKind kind;
  guint most;
  TocsinClient *client; /* (owned) (nullable) */

  GtkWidget *title, *hint, *buttons, *add, *items;
};

G_DEFINE_FINAL_TYPE (TocsinStringList, tocsin_string_list, ADW_TYPE_PREFERENCES_ROW)

enum { SIGNAL_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* An item is a box: the text, which knows its string, and a button. */
static const char *
get_text (GtkWidget *item)
{
  GtkWidget *text = gtk_widget_get_first_child (item);

  return GTK_IS_EDITABLE (text) ? gtk_editable_get_text (GTK_EDITABLE (text))
                                : g_object_get_data (G_OBJECT (text), "monitor-id");
}

static void
changed (TocsinStringList *self)
{
  guint n = 0;

  for (GtkWidget *item = gtk_widget_get_first_child (self->items); item != NULL;
       item = gtk_widget_get_next_sibling (item))
    n++;
  gtk_widget_set_visible (self->items, n > 0);
  gtk_widget_set_sensitive (self->add, n < self->most);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
text_cb (GtkEditable *editable, gpointer user_data)
{
  g_signal_emit (user_data, signals[SIGNAL_CHANGED], 0);
}

static void
remove_cb (GtkButton *button, gpointer user_data)
{
  TocsinStringList *self = user_data;
  GtkWidget *item = gtk_widget_get_parent (GTK_WIDGET (button));

  gtk_widget_grab_focus (self->add); /* what had the focus goes */
  gtk_box_remove (GTK_BOX (self->items), item);
  changed (self);
}

static GtkWidget *
make_text (TocsinStringList *self, const char *string)
{
  TocsinMonitorItem *monitor;
  GtkWidget *text;

  if (self->kind == TOCSIN_STRING_LIST_MONITORS) {
    monitor = tocsin_client_find (self->client, string);
    text = gtk_label_new (monitor != NULL ? tocsin_monitor_item_get_name (monitor) : string);
    gtk_label_set_xalign (GTK_LABEL (text), 0);
    gtk_label_set_ellipsize (GTK_LABEL (text), PANGO_ELLIPSIZE_END);
    g_object_set_data_full (G_OBJECT (text), "monitor-id", g_strdup (string), g_free);
    return text;
  }
  text = self->kind == TOCSIN_STRING_LIST_SECRETS ? gtk_password_entry_new () : gtk_entry_new ();
  if (self->kind == TOCSIN_STRING_LIST_SECRETS)
    gtk_password_entry_set_show_peek_icon (GTK_PASSWORD_ENTRY (text), TRUE);
  gtk_editable_set_text (GTK_EDITABLE (text), string);
  gtk_accessible_update_relation (GTK_ACCESSIBLE (text), GTK_ACCESSIBLE_RELATION_LABELLED_BY,
                                  self->title, NULL, -1);
  g_signal_connect (text, "changed", G_CALLBACK (text_cb), self);
  return text;
}

static GtkWidget *
append (TocsinStringList *self, const char *string)
{
  GtkWidget *item = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *text = make_text (self, string);
  GtkWidget *button = gtk_button_new_from_icon_name ("list-remove-symbolic");
  const char *what = GTK_IS_LABEL (text) ? gtk_label_get_label (GTK_LABEL (text)) : string;
  g_autofree char *label =
      *what != '\0' ? g_strdup_printf (_ ("Remove “%s”"), what) : g_strdup (_ ("Remove"));

  if (self->kind == TOCSIN_STRING_LIST_SECRETS) {
    g_free (label);
    label = g_strdup (_ ("Remove"));
  }
  gtk_widget_set_hexpand (text, TRUE);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  g_signal_connect (button, "clicked", G_CALLBACK (remove_cb), self);
  gtk_box_append (GTK_BOX (item), text);
  gtk_box_append (GTK_BOX (item), button);
  gtk_box_append (GTK_BOX (self->items), item);
  return text;
}

static void
add_cb (GtkButton *button, gpointer user_data)
{
  TocsinStringList *self = user_data;
  GtkWidget *text = append (self, "");

  changed (self);
  gtk_widget_grab_focus (text);
}

static void
picked_cb (TocsinMonitorPicker *picker, const char *id, gpointer user_data)
{
  TocsinStringList *self = user_data;

  for (GtkWidget *item = gtk_widget_get_first_child (self->items); item != NULL;
       item = gtk_widget_get_next_sibling (item))
    if (g_strcmp0 (get_text (item), id) == 0)
      return;
  append (self, id);
  changed (self);
}

static void
tocsin_string_list_dispose (GObject *object)
{
  TocsinStringList *self = TOCSIN_STRING_LIST (object);

  g_clear_object (&self->client);
  G_OBJECT_CLASS (tocsin_string_list_parent_class)->dispose (object);
}

static gboolean
tocsin_string_list_grab_focus (GtkWidget *widget)
{
  TocsinStringList *self = TOCSIN_STRING_LIST (widget);
  GtkWidget *first = gtk_widget_get_first_child (self->items);
  GtkWidget *text = first != NULL ? gtk_widget_get_first_child (first) : NULL;

  return gtk_widget_grab_focus (text != NULL && GTK_IS_EDITABLE (text) ? text : self->add);
}

static void
tocsin_string_list_class_init (TocsinStringListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tocsin_string_list_dispose;
  GTK_WIDGET_CLASS (klass)->grab_focus = tocsin_string_list_grab_focus;
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", TOCSIN_TYPE_STRING_LIST, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static GtkWidget *
make_header (TocsinStringList *self)
{
  GtkWidget *header = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);

  self->title = gtk_label_new (NULL);
  self->hint = gtk_label_new (NULL);
  self->buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_label_set_xalign (GTK_LABEL (self->title), 0);
  gtk_label_set_wrap (GTK_LABEL (self->title), TRUE);
  gtk_label_set_xalign (GTK_LABEL (self->hint), 0);
  gtk_label_set_wrap (GTK_LABEL (self->hint), TRUE);
  gtk_widget_add_css_class (self->hint, "caption");
  gtk_widget_add_css_class (self->hint, "dim-label");
  gtk_widget_set_hexpand (words, TRUE);
  gtk_widget_set_valign (words, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (self->buttons, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (words), self->title);
  gtk_box_append (GTK_BOX (words), self->hint);
  gtk_box_append (GTK_BOX (header), words);
  gtk_box_append (GTK_BOX (header), self->buttons);
  return header;
}

static void
tocsin_string_list_init (TocsinStringList *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  self->items = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_widget_set_visible (self->items, FALSE);
  gtk_widget_add_css_class (box, "string-list");
  gtk_box_append (GTK_BOX (box), make_header (self));
  gtk_box_append (GTK_BOX (box), self->items);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), FALSE);
  gtk_widget_set_focusable (GTK_WIDGET (self), FALSE);
}

GtkWidget *
tocsin_string_list_new (TocsinStringListKind kind, guint most, TocsinClient *client)
{
  TocsinStringList *self = g_object_new (TOCSIN_TYPE_STRING_LIST, NULL);
  GtkWidget *picker;

  self->kind = kind;
  self->most = most;
  self->client = client != NULL ? g_object_ref (client) : NULL;
  if (kind == TOCSIN_STRING_LIST_MONITORS) {
    picker = tocsin_monitor_picker_new (client);
    g_signal_connect_object (picker, "picked", G_CALLBACK (picked_cb), self, 0);
    self->add = gtk_menu_button_new ();
    gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (self->add), "list-add-symbolic");
    gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->add), picker);
  } else {
    self->add = gtk_button_new_from_icon_name ("list-add-symbolic");
    g_signal_connect (self->add, "clicked", G_CALLBACK (add_cb), self);
  }
  gtk_widget_add_css_class (self->add, "flat");
  gtk_box_append (GTK_BOX (self->buttons), self->add);
  return GTK_WIDGET (self);
}

void
tocsin_string_list_set_label (TocsinStringList *self, const char *label, const char *hint)
{
  g_autofree char *add = NULL;

  g_return_if_fail (TOCSIN_IS_STRING_LIST (self) && label != NULL);

  gtk_label_set_label (GTK_LABEL (self->title), label);
  gtk_label_set_label (GTK_LABEL (self->hint), hint != NULL ? hint : "");
  gtk_widget_set_visible (self->hint, hint != NULL);
  /* Translators: a button that adds one more to a list, such as “Headers”. */
  add = g_strdup_printf (_ ("Add to “%s”"), label);
  gtk_widget_set_tooltip_text (self->add, add);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->add), GTK_ACCESSIBLE_PROPERTY_LABEL, add,
                                  -1);
}

void
tocsin_string_list_add_button (TocsinStringList *self, GtkWidget *button)
{
  g_return_if_fail (TOCSIN_IS_STRING_LIST (self) && GTK_IS_WIDGET (button));

  gtk_box_prepend (GTK_BOX (self->buttons), button);
}

void
tocsin_string_list_set (TocsinStringList *self, char *const *strings)
{
  GtkWidget *item;

  g_return_if_fail (TOCSIN_IS_STRING_LIST (self));

  while ((item = gtk_widget_get_first_child (self->items)) != NULL)
    gtk_box_remove (GTK_BOX (self->items), item);
  for (guint i = 0; strings != NULL && strings[i] != NULL; i++)
    append (self, strings[i]);
  gtk_widget_set_visible (self->items, gtk_widget_get_first_child (self->items) != NULL);
}

char **
tocsin_string_list_get (TocsinStringList *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  guint n = 0;

  g_return_val_if_fail (TOCSIN_IS_STRING_LIST (self), NULL);

  for (GtkWidget *item = gtk_widget_get_first_child (self->items); item != NULL;
       item = gtk_widget_get_next_sibling (item)) {
    const char *text = get_text (item);

    if (*text == '\0')
      continue;
    g_strv_builder_add (builder, text);
    n++;
  }
  return n > 0 ? g_strv_builder_end (builder) : NULL;
}
