/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "team-section"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "dialogs.h"
#include "server-call.h"
#include "sync-text.h"
#include "team-make.h"
#include "team-section.h"
#include "texts.h"

struct _TocsinTeamSection {
  AdwBin parent_instance;

  TocsinClient *client; /* (owned) */
  char *account, *team; /* (owned) ids */
  TocsinTeamList list;
  TocsinRole role;           /* ours */
  GCancellable *cancellable; /* (owned) */
  GPtrArray *rows;           /* (owned) (element-type GtkWidget) */
  AdwPreferencesGroup *group;
  GtkWidget *make; /* (nullable) */
};

G_DEFINE_FINAL_TYPE (TocsinTeamSection, tocsin_team_section, ADW_TYPE_BIN)

static void load (TocsinTeamSection *self);

static GtkWindow *
get_window (TocsinTeamSection *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  return GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL;
}

static const TocsinTeamListAbout *
get_about (TocsinTeamSection *self)
{
  return tocsin_team_list_get_about (self->list);
}

static gboolean
may_change (TocsinTeamSection *self)
{
  return self->role >= get_about (self)->changes;
}

/* What our role may not do is there, can't be pressed, and says why. */
static void
restrain (TocsinTeamSection *self, GtkWidget *control)
{
  if (may_change (self))
    return;
  gtk_widget_set_sensitive (control, FALSE);
  gtk_widget_set_tooltip_text (control, _ ("Only administrators can do this."));
}

static void
changed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinTeamSection) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!tocsin_server_call_finish (TOCSIN_CLIENT (source), result, NULL, &error))
    tocsin_dialog_toast_error (get_window (self), error);
  load (self);
}

/* --- taking away --- */

static void
remove_response_cb (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  TocsinTeamSection *self = user_data;
  const char *item = g_object_get_data (G_OBJECT (dialog), "tocsin-item");
  g_autofree char *path = tocsin_team_list_get_path (self->list, self->team, item);

  if (g_str_equal (response, "remove"))
    tocsin_server_call_async (self->client, self->account, "DELETE", path, NULL, self->cancellable,
                              changed_cb, g_object_ref (self));
}

static void
remove_cb (GtkButton *button, gpointer user_data)
{
  TocsinTeamSection *self = user_data;
  const TocsinTeamListAbout *about = get_about (self);
  const char *item = g_object_get_data (G_OBJECT (button), "tocsin-item");
  g_autoptr (GString) heading = g_string_new (_ (about->remove_question));
  g_autofree char *label = g_strconcat ("_", _ (about->remove), NULL);
  GtkWidget *dialog;

  g_string_replace (heading, "%s", g_object_get_data (G_OBJECT (button), "tocsin-name"), 1);
  dialog = adw_message_dialog_new (get_window (self), heading->str, _ (about->remove_body));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "remove",
                                    label, NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "remove",
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_object_set_data_full (G_OBJECT (dialog), "tocsin-item", g_strdup (item), g_free);
  g_signal_connect_object (dialog, "response", G_CALLBACK (remove_response_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
add_remove (TocsinTeamSection *self, GtkWidget *row, const char *item, const char *name)
{
  const char *label = _ (get_about (self)->remove);
  GtkWidget *button = gtk_button_new_from_icon_name ("user-trash-symbolic");

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  g_object_set_data_full (G_OBJECT (button), "tocsin-item", g_strdup (item), g_free);
  g_object_set_data_full (G_OBJECT (button), "tocsin-name", g_strdup (name), g_free);
  g_signal_connect_object (button, "clicked", G_CALLBACK (remove_cb), self, 0);
  restrain (self, button);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
}

/* --- roles --- */

static void
role_chosen_cb (GtkDropDown *drop, GParamSpec *pspec, gpointer user_data)
{
  TocsinTeamSection *self = user_data;
  const char *item = g_object_get_data (G_OBJECT (drop), "tocsin-item");
  g_autofree char *path = tocsin_team_list_get_path (self->list, self->team, item);
  g_autoptr (JsonObject) body = json_object_new ();

  json_object_set_string_member (
      body, "role", tocsin_role_get_word (TOCSIN_ROLE_VIEWER + gtk_drop_down_get_selected (drop)));
  tocsin_server_call_async (self->client, self->account, "PATCH", path, body, self->cancellable,
                            changed_cb, g_object_ref (self));
}

static void
add_role (TocsinTeamSection *self, GtkWidget *row, JsonObject *json, const char *item)
{
  TocsinTeam theirs = { .role = (char *) tocsin_team_list_get_text (json, "role") };
  TocsinRole role = tocsin_team_get_role (&theirs);
  GtkWidget *drop = tocsin_team_make_role_drop (MAX (role, self->role));

  gtk_drop_down_set_selected (GTK_DROP_DOWN (drop), role - TOCSIN_ROLE_VIEWER);
  gtk_widget_set_valign (drop, GTK_ALIGN_CENTER);
  g_object_set_data_full (G_OBJECT (drop), "tocsin-item", g_strdup (item), g_free);
  g_signal_connect_object (drop, "notify::selected", G_CALLBACK (role_chosen_cb), self, 0);
  restrain (self, drop);
  if (may_change (self) && role > self->role) {
    gtk_widget_set_sensitive (drop, FALSE);
    gtk_widget_set_tooltip_text (drop, _ ("Only an owner can change an owner."));
  }
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), drop);
}

/* --- the list --- */

static void
add_row (TocsinTeamSection *self, GtkWidget *row)
{
  adw_preferences_group_add (self->group, row);
  g_ptr_array_add (self->rows, row);
}

static void
add_text (TocsinTeamSection *self, const char *text)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), text);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  gtk_widget_add_css_class (row, "dim-label");
  add_row (self, row);
}

static void
add_item (TocsinTeamSection *self, JsonObject *json)
{
  const TocsinTeamListAbout *about = get_about (self);
  const char *item = tocsin_team_list_get_text (json, about->id);
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *title = about->say_title (json);
  g_autofree char *details = about->say_details (json, g_get_real_time ());

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), details);
  if (about->has_role)
    add_role (self, row, json, item);
  if (!g_str_equal (tocsin_team_list_get_text (json, "state"), "revoked"))
    add_remove (self, row, item, title);
  add_row (self, row);
}

static void
drop_rows (TocsinTeamSection *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->group, self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinTeamSection) self = user_data;
  g_autoptr (JsonObject) answer = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *problem = NULL;
  JsonArray *items = NULL;

  if (!tocsin_server_call_finish (TOCSIN_CLIENT (source), result, &answer, &error)) {
    if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      return;
    drop_rows (self);
    problem = tocsin_text_sentence (tocsin_client_error_text (error));
    add_text (self, problem);
    return;
  }
  drop_rows (self);
  if (answer != NULL && json_object_has_member (answer, "items"))
    items = json_object_get_array_member (answer, "items");
  for (guint i = 0; items != NULL && i < json_array_get_length (items); i++)
    add_item (self, json_array_get_object_element (items, i));
  if (self->rows->len == 0)
    add_text (self, _ ("None yet"));
}

static void
load (TocsinTeamSection *self)
{
  g_autofree char *path = NULL;

  if (self->role < get_about (self)->sees) {
    drop_rows (self);
    add_text (self, _ ("Only administrators can see these."));
    return;
  }
  path = tocsin_team_list_get_path (self->list, self->team, NULL);
  tocsin_server_call_async (self->client, self->account, "GET", path, NULL, self->cancellable,
                            listed_cb, g_object_ref (self));
}

/* --- making one --- */

static void
made_cb (gpointer user_data)
{
  load (user_data);
}

static void
make_cb (GtkButton *button, gpointer user_data)
{
  TocsinTeamSection *self = user_data;

  tocsin_team_make_present (get_window (self), self->client, self->account, self->team, self->list,
                            self->role, made_cb, G_OBJECT (self));
}

static void
add_make (TocsinTeamSection *self)
{
  const char *label = _ (get_about (self)->make);

  self->make = gtk_button_new_from_icon_name ("list-add-symbolic");
  gtk_widget_set_valign (self->make, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (self->make, "flat");
  gtk_widget_set_tooltip_text (self->make, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->make), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  g_signal_connect_object (self->make, "clicked", G_CALLBACK (make_cb), self, 0);
  restrain (self, self->make);
  adw_preferences_group_set_header_suffix (self->group, self->make);
}

/* --- life --- */

static void
tocsin_team_section_dispose (GObject *object)
{
  TocsinTeamSection *self = TOCSIN_TEAM_SECTION (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->account, g_free);
  g_clear_pointer (&self->team, g_free);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (tocsin_team_section_parent_class)->dispose (object);
}

static void
tocsin_team_section_class_init (TocsinTeamSectionClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tocsin_team_section_dispose;
}

static void
tocsin_team_section_init (TocsinTeamSection *self)
{
  self->cancellable = g_cancellable_new ();
  self->rows = g_ptr_array_new ();
  self->group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->group));
}

GtkWidget *
tocsin_team_section_new (TocsinClient *client, const char *account, const char *team,
                         TocsinTeamList list)
{
  TocsinTeamSection *self;
  const TocsinTeam *about;

  g_return_val_if_fail (TOCSIN_IS_CLIENT (client) && account != NULL && team != NULL, NULL);

  self = g_object_new (TOCSIN_TYPE_TEAM_SECTION, NULL);
  about = tocsin_teams_find (tocsin_client_get_accounts (client), team);
  self->client = g_object_ref (client);
  self->account = g_strdup (account);
  self->team = g_strdup (team);
  self->list = list;
  self->role = about != NULL ? tocsin_team_get_role (about) : TOCSIN_ROLE_NONE;
  adw_preferences_group_set_title (self->group, _ (get_about (self)->title));
  if (get_about (self)->make != NULL)
    add_make (self);
  load (self);
  return GTK_WIDGET (self);
}
