/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "accounts-page"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "accounts-page.h"
#include "dialogs.h"
#include "sign-in.h"
#include "sync-text.h"
#include "team-page.h"
#include "texts.h"

#define EMPTY_HEIGHT 380

struct _TocsinAccountsPage {
  AdwPreferencesPage parent_instance;

  TocsinClient *client; /* (owned) */
  GPtrArray *groups;    /* (owned) (element-type GtkWidget) on show */
  char *shown;          /* (owned) (nullable) which accounts and teams: others are built anew */
};

G_DEFINE_FINAL_TYPE (TocsinAccountsPage, tocsin_accounts_page, ADW_TYPE_PREFERENCES_PAGE)

static GtkWindow *
get_window (TocsinAccountsPage *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  return GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL;
}

static const TocsinAccount *
find_account (TocsinAccountsPage *self, const char *id)
{
  GPtrArray *accounts = tocsin_client_get_accounts (self->client);

  for (guint i = 0; accounts != NULL && i < accounts->len; i++) {
    const TocsinAccount *account = accounts->pdata[i];

    if (g_strcmp0 (account->id, id) == 0)
      return account;
  }
  return NULL;
}

/* --- signing in and out --- */

static void
sign_in_cb (GtkButton *button, gpointer user_data)
{
  TocsinAccountsPage *self = user_data;
  const TocsinAccount *account =
      find_account (self, g_object_get_data (G_OBJECT (button), "tocsin-account"));

  tocsin_sign_in_present (get_window (self), self->client,
                          account != NULL ? account->server : NULL);
}

static void
signed_out_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinAccountsPage) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!tocsin_dbus_tocsin1_call_logout_finish (TOCSIN_DBUS_TOCSIN1 (source), result, &error))
    tocsin_dialog_toast_error (get_window (self), error);
  else
    tocsin_dialog_toast (get_window (self), _ ("Signed out"));
}

static void
sign_out_response_cb (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  TocsinAccountsPage *self = user_data;
  const char *account = g_object_get_data (G_OBJECT (dialog), "tocsin-account");
  TocsinDbusTocsin1 *proxy = tocsin_client_get_proxy (self->client);
  gboolean keep = g_str_equal (response, "keep");

  if (proxy != NULL && (keep || g_str_equal (response, "remove")))
    tocsin_dbus_tocsin1_call_logout (proxy, account, keep, NULL, signed_out_cb,
                                     g_object_ref (self));
}

static char *
describe_sign_out (const TocsinAccount *account)
{
  gint64 n_waiting = 0;
  g_autofree char *waiting = NULL;

  for (guint i = 0; account->teams != NULL && i < account->teams->len; i++)
    n_waiting += ((const TocsinTeam *) account->teams->pdata[i])->operations;
  if (n_waiting == 0)
    return g_strdup (_ ("The teams’ monitors can stay on this computer as its own, or go. On the "
                        "server nothing changes."));
  waiting = g_strdup_printf (ngettext ("%d change has not reached the server, and will not.",
                                       "%d changes have not reached the server, and will not.",
                                       (gulong) n_waiting),
                             (int) n_waiting);
  return g_strdup_printf ("%s %s", waiting,
                          _ ("The teams’ monitors can stay on this computer as its own, or go. On "
                             "the server nothing changes."));
}

static void
sign_out_cb (GtkButton *button, gpointer user_data)
{
  TocsinAccountsPage *self = user_data;
  const char *id = g_object_get_data (G_OBJECT (button), "tocsin-account");
  const TocsinAccount *account = find_account (self, id);
  g_autofree char *body = NULL;
  GtkWidget *dialog;

  if (account == NULL)
    return;
  body = describe_sign_out (account);
  dialog = adw_message_dialog_new (get_window (self), _ ("Sign Out?"), body);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "keep",
                                    _ ("_Keep Monitors Here"), "remove", _ ("_Remove Monitors"),
                                    NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "remove",
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_object_set_data_full (G_OBJECT (dialog), "tocsin-account", g_strdup (id), g_free);
  g_signal_connect_object (dialog, "response", G_CALLBACK (sign_out_response_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* --- teams --- */

static void
team_activated_cb (AdwActionRow *row, gpointer user_data)
{
  TocsinAccountsPage *self = user_data;
  GtkWindow *window = get_window (self);
  const char *account = g_object_get_data (G_OBJECT (row), "tocsin-account");
  const char *team = g_object_get_data (G_OBJECT (row), "tocsin-team");

  if (ADW_IS_PREFERENCES_WINDOW (window))
    adw_preferences_window_present_subpage (ADW_PREFERENCES_WINDOW (window),
                                            tocsin_team_page_new (self->client, account, team));
}

static void
add_team (TocsinAccountsPage *self, AdwPreferencesGroup *group, const TocsinAccount *account,
          const TocsinTeam *team)
{
  GtkWidget *row = adw_action_row_new ();
  gint64 now_us = g_get_real_time ();
  g_autofree char *state = tocsin_sync_state_text (team, now_us);
  g_autofree char *problem = tocsin_text_sentence (team->problem != NULL ? team->problem : "");
  g_autofree char *text = NULL;

  /* Translators: a role in a team, and how it and its server get on: “Editor · In step”. */
  text = g_strdup_printf (_ ("%s · %s"), tocsin_sync_role_label (tocsin_team_get_role (team)),
                          *problem != '\0' ? problem : state);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), team->name);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), text);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 3);
  adw_action_row_set_icon_name (ADW_ACTION_ROW (row), tocsin_sync_state_icon (team));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             gtk_image_new_from_icon_name ("go-next-symbolic"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_object_set_data_full (G_OBJECT (row), "tocsin-account", g_strdup (account->id), g_free);
  g_object_set_data_full (G_OBJECT (row), "tocsin-team", g_strdup (team->id), g_free);
  g_signal_connect_object (row, "activated", G_CALLBACK (team_activated_cb), self, 0);
  adw_preferences_group_add (group, row);
}

/* --- the page --- */

static void
add_group (TocsinAccountsPage *self, GtkWidget *group)
{
  g_ptr_array_add (self->groups, group);
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (self), ADW_PREFERENCES_GROUP (group));
}

static GtkWidget *
make_button (TocsinAccountsPage *self, const char *label, const TocsinAccount *account,
             GCallback clicked)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (label);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  if (account != NULL)
    g_object_set_data_full (G_OBJECT (button), "tocsin-account", g_strdup (account->id), g_free);
  g_signal_connect_object (button, "clicked", clicked, self, 0);
  return button;
}

/* Whose it is, as far as that is known, and what is wrong. */
static char *
describe_account (const TocsinAccount *account)
{
  g_autofree char *problem =
      tocsin_text_sentence (account->problem != NULL ? account->problem : "");
  gboolean both = *account->email != '\0' && *problem != '\0';

  return g_strconcat (account->email, both ? "\n" : "", problem, NULL);
}

static void
add_account (TocsinAccountsPage *self, const TocsinAccount *account)
{
  GtkWidget *group = adw_preferences_group_new ();
  g_autofree char *who = NULL;
  g_autofree char *title = NULL;
  g_autofree char *escaped = NULL;
  gboolean is_out = g_strcmp0 (account->state, "signed_out") == 0;

  title = g_markup_escape_text (account->server, -1);
  who = describe_account (account);
  escaped = g_markup_escape_text (who, -1);
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), title);
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (group), escaped);
  adw_preferences_group_set_header_suffix (
      ADW_PREFERENCES_GROUP (group),
      is_out ? make_button (self, _ ("_Sign In…"), account, G_CALLBACK (sign_in_cb))
             : make_button (self, _ ("_Sign Out…"), account, G_CALLBACK (sign_out_cb)));
  for (guint i = 0; account->teams != NULL && i < account->teams->len; i++)
    add_team (self, ADW_PREFERENCES_GROUP (group), account, account->teams->pdata[i]);
  if (account->teams == NULL || account->teams->len == 0) {
    GtkWidget *row = adw_action_row_new ();

    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("You are in no team there"));
    adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
  }
  add_group (self, group);
}

static void
add_empty (TocsinAccountsPage *self)
{
  GtkWidget *group = adw_preferences_group_new (), *status = adw_status_page_new ();
  GtkWidget *button =
      make_button (self, _ ("_Sign In to a Server…"), NULL, G_CALLBACK (sign_in_cb));

  adw_status_page_set_icon_name (ADW_STATUS_PAGE (status), "system-users-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (status), _ ("Watch Together"));
  adw_status_page_set_description (
      ADW_STATUS_PAGE (status),
      _ ("A team server keeps monitors and incidents in step between people and computers, and "
         "watches on while they sleep. Nothing here needs one."));
  gtk_widget_add_css_class (button, "suggested-action");
  gtk_widget_add_css_class (button, "pill");
  gtk_widget_set_halign (button, GTK_ALIGN_CENTER);
  adw_status_page_set_child (ADW_STATUS_PAGE (status), button);
  gtk_widget_add_css_class (status, "compact");
  gtk_widget_set_size_request (status, -1, EMPTY_HEIGHT); /* else it scrolls by itself */
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), status);
  add_group (self, group);
}

static void
add_another (TocsinAccountsPage *self)
{
  GtkWidget *group = adw_preferences_group_new ();
  GtkWidget *button =
      make_button (self, _ ("_Sign In to Another Server…"), NULL, G_CALLBACK (sign_in_cb));

  gtk_widget_set_halign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "pill");
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), button);
  add_group (self, group);
}

/* What of the accounts is to be seen: while that is the same, the rows stay, and with them the
 * focus. */
static char *
sign (GPtrArray *accounts)
{
  GString *all = g_string_new (NULL);

  for (guint i = 0; accounts != NULL && i < accounts->len; i++) {
    const TocsinAccount *account = accounts->pdata[i];

    g_string_append_printf (all, "%s\n%s\n%s\n%s\n", account->id, account->email, account->state,
                            account->problem != NULL ? account->problem : "");
    for (guint j = 0; account->teams != NULL && j < account->teams->len; j++) {
      const TocsinTeam *team = account->teams->pdata[j];
      g_autofree char *text = tocsin_sync_state_text (team, g_get_real_time ());

      g_string_append_printf (all, " %s\n%s\n%s\n%s\n%s\n", team->id, team->name, team->role, text,
                              team->problem != NULL ? team->problem : "");
    }
  }
  return g_string_free (all, FALSE);
}

static void
show (TocsinAccountsPage *self)
{
  GPtrArray *accounts = tocsin_client_get_accounts (self->client);
  g_autofree char *signature = sign (accounts);

  if (g_strcmp0 (signature, self->shown) == 0)
    return;
  g_free (self->shown);
  self->shown = g_steal_pointer (&signature);
  for (guint i = 0; i < self->groups->len; i++)
    adw_preferences_page_remove (ADW_PREFERENCES_PAGE (self),
                                 ADW_PREFERENCES_GROUP (self->groups->pdata[i]));
  g_ptr_array_set_size (self->groups, 0);
  for (guint i = 0; accounts != NULL && i < accounts->len; i++)
    add_account (self, accounts->pdata[i]);
  if (accounts == NULL || accounts->len == 0)
    add_empty (self);
  else
    add_another (self);
}

static void
tocsin_accounts_page_dispose (GObject *object)
{
  TocsinAccountsPage *self = TOCSIN_ACCOUNTS_PAGE (object);

  g_clear_pointer (&self->groups, g_ptr_array_unref);
  g_clear_pointer (&self->shown, g_free);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (tocsin_accounts_page_parent_class)->dispose (object);
}

static void
tocsin_accounts_page_class_init (TocsinAccountsPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tocsin_accounts_page_dispose;
}

static void
tocsin_accounts_page_init (TocsinAccountsPage *self)
{
  self->groups = g_ptr_array_new ();
}

GtkWidget *
tocsin_accounts_page_new (TocsinClient *client)
{
  TocsinAccountsPage *self;

  g_return_val_if_fail (TOCSIN_IS_CLIENT (client), NULL);

  self = g_object_new (TOCSIN_TYPE_ACCOUNTS_PAGE, "title", _ ("Accounts"), "icon-name",
                       "system-users-symbolic", "name", "accounts", NULL);
  self->client = g_object_ref (client);
  g_signal_connect_object (client, "sync-changed", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  show (self);
  return GTK_WIDGET (self);
}
