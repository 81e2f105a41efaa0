/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "team-make"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "dialogs.h"
#include "server-call.h"
#include "sync-text.h"
#include "team-make.h"

/* A dialog that asks, and what becomes of it. */
typedef struct {
  TocsinClient *client; /* (owned) */
  GtkWindow *parent;    /* (weak) */
  char *account, *team; /* (owned) */
  TocsinTeamList list;
  GtkWidget *dialog, *entry, *labels, *role; /* labels, role: (nullable) */
  TocsinTeamMade made;
  GObject *object; /* (weak) */
} Making;

static void
making_free (Making *making)
{
  g_clear_weak_pointer (&making->object);
  g_clear_weak_pointer (&making->parent);
  g_object_unref (making->client);
  g_free (making->account);
  g_free (making->team);
  g_free (making);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Making, making_free)

GtkWidget *
tocsin_team_make_role_drop (TocsinRole most)
{
  g_autoptr (GtkStringList) labels = gtk_string_list_new (NULL);
  GtkWidget *drop;

  for (guint role = TOCSIN_ROLE_VIEWER; role <= most; role++)
    gtk_string_list_append (labels, tocsin_sync_role_label (role));
  drop = gtk_drop_down_new (G_LIST_MODEL (g_steal_pointer (&labels)), NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (drop), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Role"),
                                  -1);
  return drop;
}

/* --- what the server told --- */

static void
copy_cb (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  if (g_str_equal (response, "copy"))
    gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (dialog)), user_data);
}

static void
free_text (gpointer text, GClosure *closure)
{
  g_free (text);
}

static void
show_once (GtkWindow *parent, const TocsinTeamListAbout *about, const char *text)
{
  GtkWidget *dialog = adw_message_dialog_new (parent, _ (about->make), _ (about->made_words));
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_CHAR);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 40);
  gtk_widget_add_css_class (label, "monospace");
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), label);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "close", _ ("_Close"), "copy",
                                    _ ("C_opy"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "copy",
                                              ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "copy");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "close");
  g_signal_connect_data (dialog, "response", G_CALLBACK (copy_cb), g_strdup (text), free_text, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
made_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Making) making = user_data;
  const TocsinTeamListAbout *about = tocsin_team_list_get_about (making->list);
  g_autoptr (JsonObject) answer = NULL;
  g_autoptr (GError) error = NULL;

  if (!tocsin_server_call_finish (TOCSIN_CLIENT (source), result, &answer, &error)) {
    tocsin_dialog_toast_error (making->parent, error);
    return;
  }
  if (making->object != NULL)
    making->made (making->object);
  if (making->parent != NULL && answer != NULL)
    show_once (making->parent, about, tocsin_team_list_get_text (answer, about->made));
}

/* --- asking --- */

static void
add_labels (Making *making, JsonObject *body)
{
  g_auto (GStrv) words =
      g_strsplit_set (gtk_editable_get_text (GTK_EDITABLE (making->labels)), ", ", -1);
  JsonArray *labels = json_array_new ();

  for (guint i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0')
      json_array_add_string_element (labels, words[i]);
  json_object_set_array_member (body, "labels", labels);
}

static JsonObject *
make_body (Making *making)
{
  const TocsinTeamListAbout *about = tocsin_team_list_get_about (making->list);
  g_autofree char *text =
      g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (making->entry))));
  JsonObject *body = json_object_new ();
  JsonArray *scopes;

  if (*text != '\0')
    json_object_set_string_member (body, about->make_member, text);
  if (making->labels != NULL)
    add_labels (making, body);
  if (making->role != NULL)
    json_object_set_string_member (
        body, "role",
        tocsin_role_get_word (TOCSIN_ROLE_VIEWER +
                              gtk_drop_down_get_selected (GTK_DROP_DOWN (making->role))));
  if (making->list != TOCSIN_LIST_TOKENS)
    return body;
  scopes = json_array_new ();
  json_array_add_string_element (scopes, "read");
  json_array_add_string_element (scopes, "write");
  json_object_set_array_member (body, "scopes", scopes);
  return body;
}

static void
response_cb (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  g_autoptr (Making) making = user_data;
  g_autoptr (JsonObject) body = NULL;
  g_autofree char *path = NULL;
  TocsinClient *client = making->client;
  const char *account = making->account;

  if (!g_str_equal (response, "make"))
    return;
  body = make_body (making);
  path = tocsin_team_list_get_path (making->list, making->team, NULL);
  tocsin_server_call_async (client, account, "POST", path, body, NULL, made_cb,
                            g_steal_pointer (&making));
}

static void
text_cb (GtkEditable *editable, gpointer user_data)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (editable)));

  adw_message_dialog_set_response_enabled (user_data, "make", *text != '\0');
}

static void
add_fields (Making *making, const TocsinTeamListAbout *about, TocsinRole role)
{
  GtkWidget *group = adw_preferences_group_new (), *row;

  making->entry = adw_entry_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (making->entry), _ (about->make_label));
  adw_entry_row_set_activates_default (ADW_ENTRY_ROW (making->entry), TRUE);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), making->entry);
  if (making->list == TOCSIN_LIST_PROBES) {
    making->labels = adw_entry_row_new ();
    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (making->labels),
                                   _ ("Labels, with commas between them"));
    adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), making->labels);
  }
  if (making->list == TOCSIN_LIST_INVITATIONS) {
    row = adw_action_row_new ();
    making->role = tocsin_team_make_role_drop (role);
    gtk_drop_down_set_selected (GTK_DROP_DOWN (making->role), 1); /* an editor */
    gtk_widget_set_valign (making->role, GTK_ALIGN_CENTER);
    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("Role"));
    adw_action_row_add_suffix (ADW_ACTION_ROW (row), making->role);
    adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
  }
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (making->dialog), group);
  if (about->make_may_be_empty)
    return;
  adw_message_dialog_set_response_enabled (ADW_MESSAGE_DIALOG (making->dialog), "make", FALSE);
  g_signal_connect_object (making->entry, "changed", G_CALLBACK (text_cb), making->dialog, 0);
}

void
tocsin_team_make_present (GtkWindow *parent, TocsinClient *client, const char *account,
                          const char *team, TocsinTeamList list, TocsinRole role,
                          TocsinTeamMade made, GObject *object)
{
  const TocsinTeamListAbout *about = tocsin_team_list_get_about (list);
  Making *making;

  g_return_if_fail (TOCSIN_IS_CLIENT (client) && account != NULL && team != NULL);

  making = g_new0 (Making, 1);
  making->client = g_object_ref (client);
  g_set_weak_pointer (&making->parent, parent);
  making->account = g_strdup (account);
  making->team = g_strdup (team);
  making->list = list;
  making->made = made;
  g_set_weak_pointer (&making->object, object);
  making->dialog = adw_message_dialog_new (parent, _ (about->make), NULL);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (making->dialog), "cancel", _ ("_Cancel"),
                                    "make", _ ("_Make"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (making->dialog), "make",
                                              ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (making->dialog), "make");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (making->dialog), "cancel");
  add_fields (making, about, role);
  g_signal_connect (making->dialog, "response", G_CALLBACK (response_cb), making);
  gtk_window_present (GTK_WINDOW (making->dialog));
}
