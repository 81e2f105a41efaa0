/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "team-page"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "dialogs.h"
#include "sync-history.h"
#include "sync-text.h"
#include "team-page.h"
#include "team-section.h"
#include "texts.h"

struct _TocsinTeamPage {
  AdwBin parent_instance;

  TocsinClient *client; /* (owned) */
  char *account, *team; /* (owned) ids */
  gboolean is_setting;

  AdwWindowTitle *title;
  GtkWidget *state; /* a row */
  GtkWidget *sync;
  GtkSwitch *checks_here;
};

G_DEFINE_FINAL_TYPE (TocsinTeamPage, tocsin_team_page, ADW_TYPE_BIN)

static GtkWindow *
get_window (TocsinTeamPage *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  return GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL;
}

static void
back_cb (GtkButton *button, gpointer user_data)
{
  GtkWindow *window = get_window (user_data);

  if (ADW_IS_PREFERENCES_WINDOW (window))
    adw_preferences_window_close_subpage (ADW_PREFERENCES_WINDOW (window));
}

/* --- how it is --- */

static char *
describe_more (const TocsinTeam *team)
{
  g_autofree char *time = tocsin_text_time (team->synced_at, g_get_real_time (), NULL);
  g_autofree char *text = NULL;
  g_autofree char *size = NULL;
  g_autofree char *refused = NULL;

  if (team->problem != NULL && *team->problem != '\0')
    return tocsin_text_sentence (team->problem);
  /* Translators: when a computer was in step with its server last. */
  text = team->synced_at > 0 ? g_strdup_printf (_ ("Last in step: %s"), time)
                             : g_strdup (_ ("Not in step yet"));
  if (team->outbox_bytes > 0 && team->state != TOCSIN_TEAM_IN_STEP) { /* else it is on its way */
    size = g_format_size ((guint64) team->outbox_bytes);
    /* Translators: first when it was in step, then the size of samples that wait to be sent. */
    return g_strdup_printf (_ ("%s · %s of samples wait"), text, size);
  }
  if (team->refused > 0) {
    refused = g_strdup_printf (
        ngettext ("%d change was refused", "%d changes were refused", (gulong) team->refused),
        (int) team->refused);
    return g_strdup_printf ("%s · %s", text, refused);
  }
  return g_steal_pointer (&text);
}

static void
show (TocsinTeamPage *self)
{
  const TocsinTeam *team =
      tocsin_teams_find (tocsin_client_get_accounts (self->client), self->team);
  g_autofree char *state = NULL;
  g_autofree char *more = NULL;

  gtk_widget_set_sensitive (GTK_WIDGET (self->checks_here), team != NULL);
  gtk_widget_set_sensitive (self->sync, team != NULL && team->state != TOCSIN_TEAM_SYNCING);
  if (team == NULL)
    return;
  state = tocsin_sync_state_text (team, g_get_real_time ());
  more = describe_more (team);
  adw_window_title_set_title (self->title, team->name);
  adw_window_title_set_subtitle (self->title, tocsin_sync_role_label (tocsin_team_get_role (team)));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->state), state);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->state), more);
  adw_action_row_set_icon_name (ADW_ACTION_ROW (self->state), tocsin_sync_state_icon (team));
  self->is_setting = TRUE;
  gtk_switch_set_active (self->checks_here, team->checks_here);
  self->is_setting = FALSE;
}

static void
synced_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinTeamPage) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!tocsin_dbus_tocsin1_call_sync_now_finish (TOCSIN_DBUS_TOCSIN1 (source), result, &error))
    tocsin_dialog_toast_error (get_window (self), error);
}

static void
sync_cb (GtkButton *button, gpointer user_data)
{
  TocsinTeamPage *self = user_data;
  TocsinDbusTocsin1 *proxy = tocsin_client_get_proxy (self->client);

  if (proxy != NULL)
    tocsin_dbus_tocsin1_call_sync_now (proxy, self->team, NULL, synced_cb, g_object_ref (self));
}

static void
set_checks_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinTeamPage) self = user_data;
  g_autoptr (GError) error = NULL;

  if (tocsin_dbus_tocsin1_call_set_checks_here_finish (TOCSIN_DBUS_TOCSIN1 (source), result,
                                                       &error))
    return;
  tocsin_dialog_toast_error (get_window (self), error);
  show (self);
}

static void
checks_here_cb (GtkSwitch *checks_here, GParamSpec *pspec, gpointer user_data)
{
  TocsinTeamPage *self = user_data;
  TocsinDbusTocsin1 *proxy = tocsin_client_get_proxy (self->client);

  if (!self->is_setting && proxy != NULL)
    tocsin_dbus_tocsin1_call_set_checks_here (proxy, self->team,
                                              gtk_switch_get_active (checks_here), NULL,
                                              set_checks_cb, g_object_ref (self));
}

/* --- making it --- */

static GtkWidget *
make_header (TocsinTeamPage *self)
{
  GtkWidget *header = adw_header_bar_new ();
  GtkWidget *back = gtk_button_new_from_icon_name ("go-previous-symbolic");

  gtk_widget_set_tooltip_text (back, _ ("Back"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (back), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Back"),
                                  -1);
  g_signal_connect_object (back, "clicked", G_CALLBACK (back_cb), self, 0);
  adw_header_bar_pack_start (ADW_HEADER_BAR (header), back);
  self->title = ADW_WINDOW_TITLE (adw_window_title_new ("", NULL));
  adw_header_bar_set_title_widget (ADW_HEADER_BAR (header), GTK_WIDGET (self->title));
  return header;
}

static GtkWidget *
make_state (TocsinTeamPage *self)
{
  GtkWidget *group = adw_preferences_group_new (), *row = adw_action_row_new ();

  self->state = adw_action_row_new ();
  self->sync = gtk_button_new_with_mnemonic (_ ("Sync _Now"));
  self->checks_here = GTK_SWITCH (gtk_switch_new ());
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self->state), FALSE);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (self->state), 0);
  gtk_widget_set_valign (self->sync, GTK_ALIGN_CENTER);
  g_signal_connect_object (self->sync, "clicked", G_CALLBACK (sync_cb), self, 0);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self->state), self->sync);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("Check From This Computer"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row),
                               _ ("It is one of the team’s probes while it runs"));
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  gtk_widget_set_valign (GTK_WIDGET (self->checks_here), GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->checks_here), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Check From This Computer"), -1);
  g_signal_connect_object (self->checks_here, "notify::active", G_CALLBACK (checks_here_cb), self,
                           0);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), GTK_WIDGET (self->checks_here));
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), GTK_WIDGET (self->checks_here));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), self->state);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
  return group;
}

static void
build (TocsinTeamPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 24);
  GtkWidget *scrolled = gtk_scrolled_window_new (), *clamp = adw_clamp_new ();

  gtk_widget_set_margin_start (content, 12);
  gtk_widget_set_margin_end (content, 12);
  gtk_widget_set_margin_top (content, 24);
  gtk_widget_set_margin_bottom (content, 24);
  gtk_box_append (GTK_BOX (content), make_state (self));
  for (guint i = 0; i < TOCSIN_N_SECTIONS; i++)
    gtk_box_append (GTK_BOX (content),
                    tocsin_team_section_new (self->client, self->account, self->team, i));
  gtk_box_append (GTK_BOX (content), tocsin_sync_history_new (self->client, self->team));
  adw_clamp_set_child (ADW_CLAMP (clamp), content);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), clamp);
  gtk_widget_set_vexpand (scrolled, TRUE);
  gtk_box_append (GTK_BOX (box), make_header (self));
  gtk_box_append (GTK_BOX (box), scrolled);
  adw_bin_set_child (ADW_BIN (self), box);
}

static void
tocsin_team_page_dispose (GObject *object)
{
  TocsinTeamPage *self = TOCSIN_TEAM_PAGE (object);

  g_clear_pointer (&self->account, g_free);
  g_clear_pointer (&self->team, g_free);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (tocsin_team_page_parent_class)->dispose (object);
}

static void
tocsin_team_page_class_init (TocsinTeamPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tocsin_team_page_dispose;
}

static void
tocsin_team_page_init (TocsinTeamPage *self)
{
}

GtkWidget *
tocsin_team_page_new (TocsinClient *client, const char *account, const char *team)
{
  TocsinTeamPage *self;

  g_return_val_if_fail (TOCSIN_IS_CLIENT (client) && account != NULL && team != NULL, NULL);

  self = g_object_new (TOCSIN_TYPE_TEAM_PAGE, NULL);
  self->client = g_object_ref (client);
  self->account = g_strdup (account);
  self->team = g_strdup (team);
  build (self);
  g_signal_connect_object (client, "sync-changed", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  show (self);
  return GTK_WIDGET (self);
}
