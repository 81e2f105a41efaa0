/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "sync-sign"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "sync-sign.h"
#include "sync-text.h"

struct _TocsinSyncSign {
  AdwBin parent_instance;

  TocsinClient *client; /* (owned) (nullable) */
  GtkWidget *button;
  GtkImage *image;
  GtkLabel *label;
};

G_DEFINE_FINAL_TYPE (TocsinSyncSign, tocsin_sync_sign, ADW_TYPE_BIN)

/* Every team on a line, for whoever wants to know more. */
static char *
describe_all (GPtrArray *teams, gint64 now_us)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < teams->len; i++) {
    const TocsinTeam *team = teams->pdata[i];
    g_autofree char *state = tocsin_sync_state_text (team, now_us);

    g_string_append_printf (text, "%s%s: %s", i > 0 ? "\n" : "", team->name, state);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
show (TocsinSyncSign *self)
{
  g_autoptr (GPtrArray) teams = tocsin_teams_list (tocsin_client_get_accounts (self->client));
  gint64 now_us = g_get_real_time ();
  const TocsinTeam *worst;
  g_autofree char *state = NULL;
  g_autofree char *text = NULL;
  g_autofree char *all = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self), teams->len > 0);
  if (teams->len == 0)
    return;
  worst = tocsin_sync_worst (teams);
  state = tocsin_sync_state_text (worst, now_us);
  /* Translators: a team, and how it and its server get on: “Example Team: In step”. */
  text = g_strdup_printf (_ ("%s: %s"), worst->name, state);
  all = describe_all (teams, now_us);
  gtk_image_set_from_icon_name (self->image, tocsin_sync_state_icon (worst));
  gtk_label_set_text (self->label, text);
  gtk_widget_set_tooltip_text (self->button, all);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, all,
                                  -1);
  if (tocsin_sync_is_trouble (worst))
    gtk_widget_add_css_class (self->button, "warning");
  else
    gtk_widget_remove_css_class (self->button, "warning");
}

static void
tocsin_sync_sign_dispose (GObject *object)
{
  g_clear_object (&TOCSIN_SYNC_SIGN (object)->client);
  G_OBJECT_CLASS (tocsin_sync_sign_parent_class)->dispose (object);
}

static void
tocsin_sync_sign_class_init (TocsinSyncSignClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tocsin_sync_sign_dispose;
}

static void
tocsin_sync_sign_init (TocsinSyncSign *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);

  self->button = gtk_button_new ();
  self->image = GTK_IMAGE (gtk_image_new ());
  self->label = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_ellipsize (self->label, PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (self->label, 0);
  gtk_widget_add_css_class (GTK_WIDGET (self->label), "caption");
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->image));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->label));
  gtk_button_set_child (GTK_BUTTON (self->button), box);
  gtk_widget_add_css_class (self->button, "flat");
  gtk_widget_add_css_class (self->button, "sync-sign");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), "win.accounts");
  adw_bin_set_child (ADW_BIN (self), self->button);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

void
tocsin_sync_sign_set_client (TocsinSyncSign *self, TocsinClient *client)
{
  g_return_if_fail (TOCSIN_IS_SYNC_SIGN (self) && TOCSIN_IS_CLIENT (client));
  g_return_if_fail (self->client == NULL);

  self->client = g_object_ref (client);
  g_signal_connect_object (client, "sync-changed", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  show (self);
}
