/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "sample-table"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "sample-table.h"
#include "state-look.h"
#include "texts.h"
#include "widget-children.h"

/* --- a sample as an item of a list model --- */

#define TOCSIN_TYPE_SAMPLE_ITEM (tocsin_sample_item_get_type ())
G_DECLARE_FINAL_TYPE (TocsinSampleItem, tocsin_sample_item, TOCSIN, SAMPLE_ITEM, GObject)

struct _TocsinSampleItem {
  GObject parent_instance;

  GPtrArray *samples;         /* (owned) keeps `sample` alive */
  const TocsinSample *sample; /* of `samples` */
};

G_DEFINE_FINAL_TYPE (TocsinSampleItem, tocsin_sample_item, G_TYPE_OBJECT)

static void
tocsin_sample_item_finalize (GObject *object)
{
  g_ptr_array_unref (TOCSIN_SAMPLE_ITEM (object)->samples);
  G_OBJECT_CLASS (tocsin_sample_item_parent_class)->finalize (object);
}

static void
tocsin_sample_item_class_init (TocsinSampleItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tocsin_sample_item_finalize;
}

static void
tocsin_sample_item_init (TocsinSampleItem *self)
{
}

/* --- the table --- */

struct _TocsinSampleTable {
  GtkWidget parent_instance;

  GListStore *items; /* (owned) */
};

enum { SIGNAL_ACTIVATED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TocsinSampleTable, tocsin_sample_table, GTK_TYPE_WIDGET)

/* The word for an outcome, and the state whose shape and colour it borrows. */
static const struct {
  const char *label;
  TocsinState look;
} outcomes[] = {
  [TOCSIN_OUTCOME_OK] = { N_ ("OK"), TOCSIN_STATE_UP },
  [TOCSIN_OUTCOME_SLOW] = { N_ ("Slow"), TOCSIN_STATE_DEGRADED },
  [TOCSIN_OUTCOME_FAILED] = { N_ ("Failed"), TOCSIN_STATE_DOWN },
  [TOCSIN_OUTCOME_INCONCLUSIVE] = { N_ ("Inconclusive"), TOCSIN_STATE_UNKNOWN },
};

static char *
make_time (const TocsinSample *sample)
{
  return tocsin_text_time (sample->at_us, g_get_real_time (), NULL);
}

static char *
make_latency (const TocsinSample *sample)
{
  return tocsin_text_latency ((double) sample->latency_us);
}

static char *
make_reason (const TocsinSample *sample)
{
  return g_strdup (sample->reason != NULL ? sample->reason : "");
}

#define DEFINE_PHASE(name, phase)                                  \
  static char *make_##name (const TocsinSample *sample)            \
  {                                                                \
    return tocsin_text_latency ((double) sample->phase_us[phase]); \
  }
DEFINE_PHASE (lookup, TOCSIN_PHASE_LOOKUP)
DEFINE_PHASE (connect, TOCSIN_PHASE_CONNECT)
DEFINE_PHASE (tls, TOCSIN_PHASE_TLS)
DEFINE_PHASE (wait, TOCSIN_PHASE_WAIT)
DEFINE_PHASE (transfer, TOCSIN_PHASE_TRANSFER)

static const struct {
  const char *title;
  char *(*make) (const TocsinSample *sample); /* NULL: the outcome, which has an image */
  gboolean is_number;
  gboolean expands;
} columns[] = {
  { N_ ("Time"), make_time, FALSE, FALSE },      { N_ ("Outcome"), NULL, FALSE, FALSE },
  { N_ ("Latency"), make_latency, TRUE, FALSE }, { N_ ("Lookup"), make_lookup, TRUE, FALSE },
  { N_ ("Connect"), make_connect, TRUE, FALSE }, { N_ ("TLS"), make_tls, TRUE, FALSE },
  { N_ ("Wait"), make_wait, TRUE, FALSE },       { N_ ("Transfer"), make_transfer, TRUE, FALSE },
  { N_ ("Reason"), make_reason, FALSE, TRUE },
};

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, gpointer user_data)
{
  guint column = GPOINTER_TO_UINT (user_data);
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), columns[column].is_number ? 1 : 0);
  gtk_label_set_ellipsize (GTK_LABEL (label),
                           columns[column].expands ? PANGO_ELLIPSIZE_END : PANGO_ELLIPSIZE_NONE);
  gtk_widget_add_css_class (label, "numeric");
  if (columns[column].make == NULL) {
    GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

    gtk_box_append (GTK_BOX (box), gtk_image_new ());
    gtk_box_append (GTK_BOX (box), label);
    gtk_list_item_set_child (list_item, box);
  } else {
    gtk_list_item_set_child (list_item, label);
  }
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, gpointer user_data)
{
  guint column = GPOINTER_TO_UINT (user_data);
  const TocsinSample *sample = TOCSIN_SAMPLE_ITEM (gtk_list_item_get_item (list_item))->sample;
  GtkWidget *child = gtk_list_item_get_child (list_item);
  g_autofree char *text = NULL;

  if (columns[column].make == NULL) {
    GtkWidget *image = gtk_widget_get_first_child (child);

    tocsin_state_show (GTK_IMAGE (image), outcomes[sample->outcome].look);
    gtk_label_set_text (GTK_LABEL (gtk_widget_get_last_child (child)),
                        _ (outcomes[sample->outcome].label));
    return;
  }
  text = columns[column].make (sample);
  gtk_label_set_text (GTK_LABEL (child), text);
  if (columns[column].expands)
    gtk_widget_set_tooltip_text (child, *text != '\0' ? text : NULL);
}

static void
activate_cb (GtkColumnView *view, guint position, gpointer user_data)
{
  TocsinSampleTable *self = user_data;
  g_autoptr (TocsinSampleItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), position);

  if (item != NULL)
    g_signal_emit (self, signals[SIGNAL_ACTIVATED], 0, item->sample);
}

static void
add_column (GtkColumnView *view, guint i)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkColumnViewColumn) column = NULL;

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), GUINT_TO_POINTER (i));
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), GUINT_TO_POINTER (i));
  column = gtk_column_view_column_new (_ (columns[i].title), factory);
  gtk_column_view_column_set_expand (column, columns[i].expands);
  gtk_column_view_column_set_resizable (column, TRUE);
  gtk_column_view_append_column (view, column);
}

static void
tocsin_sample_table_dispose (GObject *object)
{
  TocsinSampleTable *self = TOCSIN_SAMPLE_TABLE (object);

  tocsin_widget_drop_children (GTK_WIDGET (self));
  g_clear_object (&self->items);
  G_OBJECT_CLASS (tocsin_sample_table_parent_class)->dispose (object);
}

static void
tocsin_sample_table_class_init (TocsinSampleTableClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tocsin_sample_table_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  signals[SIGNAL_ACTIVATED] =
      g_signal_new ("activated", TOCSIN_TYPE_SAMPLE_TABLE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
tocsin_sample_table_init (TocsinSampleTable *self)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkWidget *view;

  self->items = g_list_store_new (TOCSIN_TYPE_SAMPLE_ITEM);
  view = gtk_column_view_new (
      GTK_SELECTION_MODEL (gtk_no_selection_new (G_LIST_MODEL (g_object_ref (self->items)))));
  gtk_column_view_set_single_click_activate (GTK_COLUMN_VIEW (view), TRUE);
  gtk_widget_add_css_class (view, "data-table");
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Recent samples"), -1);
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    add_column (GTK_COLUMN_VIEW (view), i);
  g_signal_connect (view, "activate", G_CALLBACK (activate_cb), self);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), view);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scrolled), 280);
  gtk_widget_add_css_class (scrolled, "card");
  gtk_widget_set_overflow (scrolled, GTK_OVERFLOW_HIDDEN); /* its corners are round */
  gtk_widget_set_parent (scrolled, GTK_WIDGET (self));
}

void
tocsin_sample_table_set_samples (TocsinSampleTable *self, GPtrArray *samples)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  g_return_if_fail (TOCSIN_IS_SAMPLE_TABLE (self) && samples != NULL);

  for (guint i = 0; i < samples->len; i++) {
    TocsinSampleItem *item = g_object_new (TOCSIN_TYPE_SAMPLE_ITEM, NULL);

    item->samples = g_ptr_array_ref (samples);
    item->sample = samples->pdata[i];
    g_ptr_array_add (items, item);
  }
  g_list_store_splice (self->items, 0, g_list_model_get_n_items (G_LIST_MODEL (self->items)),
                       items->pdata, items->len);
}
