/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "probe-chooser"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "decode.h"
#include "probe-chooser.h"
#include "team.h"

#define LABEL "label:"

enum { CHOICE_ANY, CHOICE_ALL, CHOICE_THESE };

struct _TocsinProbeChooser {
  AdwPreferencesRow parent_instance;

  TocsinClient *client;      /* (owned) (nullable) */
  GCancellable *cancellable; /* (owned) of asking for probes */
  GPtrArray *probes;         /* (owned) (nullable) (element-type TocsinProbe) */
  GHashTable *ticked;        /* (owned) a set of ids and labels */
  gboolean is_setting;

  GtkWidget *title, *choice, *items;
};

G_DEFINE_FINAL_TYPE (TocsinProbeChooser, tocsin_probe_chooser, ADW_TYPE_PREFERENCES_ROW)

enum { SIGNAL_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

static guint
get_choice (TocsinProbeChooser *self)
{
  return gtk_drop_down_get_selected (GTK_DROP_DOWN (self->choice));
}

static void
changed (TocsinProbeChooser *self)
{
  gtk_widget_set_visible (self->items, get_choice (self) == CHOICE_THESE);
  if (!self->is_setting)
    g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
choice_cb (GtkDropDown *drop, GParamSpec *pspec, gpointer user_data)
{
  changed (user_data);
}

static void
tick_cb (GtkCheckButton *check, gpointer user_data)
{
  TocsinProbeChooser *self = user_data;
  const char *value = g_object_get_data (G_OBJECT (check), "tocsin-probe");

  if (gtk_check_button_get_active (check))
    g_hash_table_add (self->ticked, g_strdup (value));
  else
    g_hash_table_remove (self->ticked, value);
  changed (self);
}

/* --- what can be ticked --- */

static void
add_check (TocsinProbeChooser *self, const char *value, const char *label)
{
  GtkWidget *check = gtk_check_button_new_with_label (label);

  g_object_set_data_full (G_OBJECT (check), "tocsin-probe", g_strdup (value), g_free);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check),
                               g_hash_table_contains (self->ticked, value));
  g_signal_connect_object (check, "toggled", G_CALLBACK (tick_cb), self, 0);
  gtk_box_append (GTK_BOX (self->items), check);
}

static void
add_probe (TocsinProbeChooser *self, const TocsinProbe *probe, GHashTable *labels)
{
  g_autofree char *text = NULL;

  if (g_strcmp0 (probe->state, "online") == 0)
    text = g_strdup (probe->name);
  else
    /* Translators: a probe that says nothing now. */
    text = g_strdup_printf (_ ("%s (silent)"), probe->name);
  add_check (self, probe->id, text);
  for (guint i = 0; probe->labels != NULL && probe->labels[i] != NULL; i++)
    g_hash_table_add (labels, probe->labels[i]);
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return g_utf8_collate (a, b);
}

static void
show_items (TocsinProbeChooser *self)
{
  g_autoptr (GHashTable) labels = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GList) sorted = NULL;
  GtkWidget *item;

  while ((item = gtk_widget_get_first_child (self->items)) != NULL)
    gtk_box_remove (GTK_BOX (self->items), item);
  for (guint i = 0; self->probes != NULL && i < self->probes->len; i++)
    if (g_strcmp0 (((const TocsinProbe *) self->probes->pdata[i])->state, "revoked") != 0)
      add_probe (self, self->probes->pdata[i], labels);
  sorted = g_list_sort (g_hash_table_get_keys (labels), compare_texts);
  for (GList *at = sorted; at != NULL; at = at->next) {
    g_autofree char *value = g_strconcat (LABEL, at->data, NULL);
    g_autofree char *text = NULL;

    /* Translators: all probes that have a label, such as “eu”. */
    text = g_strdup_printf (_ ("All with label “%s”"), (const char *) at->data);
    add_check (self, value, text);
  }
  if (gtk_widget_get_first_child (self->items) == NULL)
    gtk_box_append (GTK_BOX (self->items), gtk_label_new (_ ("The team has no probe yet")));
}

static void
got_probes_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinProbeChooser) self = user_data;
  g_autoptr (GVariant) list = NULL;
  g_autoptr (GError) error = NULL;

  if (!tocsin_dbus_tocsin1_call_probes_finish (TOCSIN_DBUS_TOCSIN1 (source), &list, result,
                                               &error)) {
    g_debug ("no probes: %s", error->message);
    return;
  }
  g_clear_pointer (&self->probes, g_ptr_array_unref);
  self->probes =
      tocsin_decode_list (list, &tocsin_probe_fields, (GDestroyNotify) tocsin_probe_free);
  show_items (self);
}

/* --- life --- */

static void
tocsin_probe_chooser_dispose (GObject *object)
{
  TocsinProbeChooser *self = TOCSIN_PROBE_CHOOSER (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->probes, g_ptr_array_unref);
  g_clear_pointer (&self->ticked, g_hash_table_unref);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (tocsin_probe_chooser_parent_class)->dispose (object);
}

static gboolean
tocsin_probe_chooser_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (TOCSIN_PROBE_CHOOSER (widget)->choice);
}

static void
tocsin_probe_chooser_class_init (TocsinProbeChooserClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tocsin_probe_chooser_dispose;
  GTK_WIDGET_CLASS (klass)->grab_focus = tocsin_probe_chooser_grab_focus;
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", TOCSIN_TYPE_PROBE_CHOOSER, G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tocsin_probe_chooser_init (TocsinProbeChooser *self)
{
  const char *names[] = { _ ("Any One Probe"), _ ("All Probes"), _ ("These"), NULL };
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *header = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->cancellable = g_cancellable_new ();
  self->ticked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->title = gtk_label_new (NULL);
  self->choice = gtk_drop_down_new_from_strings (names);
  self->items = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_label_set_xalign (GTK_LABEL (self->title), 0);
  gtk_label_set_wrap (GTK_LABEL (self->title), TRUE);
  gtk_widget_set_hexpand (self->title, TRUE);
  gtk_widget_set_visible (self->items, FALSE);
  gtk_box_append (GTK_BOX (header), self->title);
  gtk_box_append (GTK_BOX (header), self->choice);
  gtk_box_append (GTK_BOX (box), header);
  gtk_box_append (GTK_BOX (box), self->items);
  gtk_widget_add_css_class (box, "string-list");
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), FALSE);
  gtk_widget_set_focusable (GTK_WIDGET (self), FALSE);
  g_signal_connect_object (self->choice, "notify::selected", G_CALLBACK (choice_cb), self, 0);
}

GtkWidget *
tocsin_probe_chooser_new (TocsinClient *client)
{
  TocsinProbeChooser *self = g_object_new (TOCSIN_TYPE_PROBE_CHOOSER, NULL);

  self->client = client != NULL ? g_object_ref (client) : NULL;
  return GTK_WIDGET (self);
}

void
tocsin_probe_chooser_set_team (TocsinProbeChooser *self, const char *team)
{
  TocsinDbusTocsin1 *proxy;

  g_return_if_fail (TOCSIN_IS_PROBE_CHOOSER (self));

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  g_clear_pointer (&self->probes, g_ptr_array_unref);
  show_items (self);
  proxy = self->client != NULL ? tocsin_client_get_proxy (self->client) : NULL;
  if (proxy != NULL && team != NULL)
    tocsin_dbus_tocsin1_call_probes (proxy, team, self->cancellable, got_probes_cb,
                                     g_object_ref (self));
}

void
tocsin_probe_chooser_set_label (TocsinProbeChooser *self, const char *label)
{
  g_return_if_fail (TOCSIN_IS_PROBE_CHOOSER (self) && label != NULL);

  gtk_label_set_label (GTK_LABEL (self->title), label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->choice), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label, -1);
}

void
tocsin_probe_chooser_set (TocsinProbeChooser *self, char *const *probes)
{
  guint choice = CHOICE_THESE;

  g_return_if_fail (TOCSIN_IS_PROBE_CHOOSER (self));

  g_hash_table_remove_all (self->ticked);
  if (probes == NULL || probes[0] == NULL || g_str_equal (probes[0], "any"))
    choice = CHOICE_ANY;
  else if (g_str_equal (probes[0], "all"))
    choice = CHOICE_ALL;
  for (guint i = 0; choice == CHOICE_THESE && probes[i] != NULL; i++)
    g_hash_table_add (self->ticked, g_strdup (probes[i]));
  self->is_setting = TRUE;
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->choice), choice);
  show_items (self);
  changed (self);
  self->is_setting = FALSE;
}

char **
tocsin_probe_chooser_get (TocsinProbeChooser *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GList) sorted = NULL;

  g_return_val_if_fail (TOCSIN_IS_PROBE_CHOOSER (self), NULL);

  if (get_choice (self) == CHOICE_ALL) {
    g_strv_builder_add (builder, "all");
    return g_strv_builder_end (builder);
  }
  if (get_choice (self) == CHOICE_ANY || g_hash_table_size (self->ticked) == 0)
    return NULL;
  sorted = g_list_sort (g_hash_table_get_keys (self->ticked), compare_texts);
  for (GList *at = sorted; at != NULL; at = at->next)
    g_strv_builder_add (builder, at->data);
  return g_strv_builder_end (builder);
}
