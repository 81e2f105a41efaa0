/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "editor-home"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "editor-home.h"
#include "team.h"

struct _TocsinEditorHome {
  AdwComboRow parent_instance;

  GPtrArray *ids; /* (owned) (element-type utf8) of the teams, from the second choice on */
};

G_DEFINE_FINAL_TYPE (TocsinEditorHome, tocsin_editor_home, ADW_TYPE_COMBO_ROW)

enum { SIGNAL_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
selected_cb (TocsinEditorHome *self)
{
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
tocsin_editor_home_finalize (GObject *object)
{
  g_ptr_array_unref (TOCSIN_EDITOR_HOME (object)->ids);
  G_OBJECT_CLASS (tocsin_editor_home_parent_class)->finalize (object);
}

static void
tocsin_editor_home_class_init (TocsinEditorHomeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tocsin_editor_home_finalize;
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", TOCSIN_TYPE_EDITOR_HOME, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tocsin_editor_home_init (TocsinEditorHome *self)
{
  self->ids = g_ptr_array_new_with_free_func (g_free);
}

GtkWidget *
tocsin_editor_home_new (TocsinClient *client, const char *team, gboolean is_stored)
{
  TocsinEditorHome *self;
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  g_autoptr (GPtrArray) teams = NULL;
  guint selected = 0;

  g_return_val_if_fail (TOCSIN_IS_CLIENT (client), NULL);

  self = g_object_new (TOCSIN_TYPE_EDITOR_HOME, "title", _ ("Where It Lives"), NULL);
  gtk_string_list_append (names, _ ("This Computer"));
  teams = tocsin_teams_list (tocsin_client_get_accounts (client));
  for (guint i = 0; i < teams->len; i++) {
    const TocsinTeam *one = teams->pdata[i];
    gboolean is_it = g_strcmp0 (one->id, team) == 0;

    if (!is_it && !tocsin_team_may_edit (one))
      continue;
    gtk_string_list_append (names, one->name);
    g_ptr_array_add (self->ids, g_strdup (one->id));
    if (is_it)
      selected = self->ids->len;
  }
  adw_combo_row_set_model (ADW_COMBO_ROW (self), G_LIST_MODEL (names));
  adw_combo_row_set_selected (ADW_COMBO_ROW (self), selected);
  gtk_widget_set_visible (GTK_WIDGET (self), self->ids->len > 0);
  gtk_widget_set_sensitive (GTK_WIDGET (self), !is_stored);
  if (is_stored)
    gtk_widget_set_tooltip_text (GTK_WIDGET (self), _ ("A monitor stays where it was made."));
  g_signal_connect (self, "notify::selected", G_CALLBACK (selected_cb), NULL);
  return GTK_WIDGET (self);
}

const char *
tocsin_editor_home_get_team (TocsinEditorHome *self)
{
  guint selected;

  g_return_val_if_fail (TOCSIN_IS_EDITOR_HOME (self), NULL);

  selected = adw_combo_row_get_selected (ADW_COMBO_ROW (self));
  return selected > 0 && selected <= self->ids->len ? self->ids->pdata[selected - 1] : NULL;
}
