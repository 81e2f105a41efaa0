/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "overview-page"

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>
#include <math.h>

#include "cell-bar.h"
#include "decode.h"
#include "heat-strip.h"
#include "incident.h"
#include "overview-lists.h"
#include "overview-page.h"
#include "state-look.h"
#include "texts.h"
#include "timetext.h"
#include "widget-children.h"

#define PICKED_MOST     5
#define INCIDENTS_MOST  8
#define REFRESH_EVERY_S 1 /* at most so often, however much changes */
#define HOURS_EVERY_S   60
#define N_COLUMNS       2

/* A row of a list, made once and filled again and again. */
typedef struct {
  GtkWidget *row;
  GtkImage *image;
  GtkLabel *name;
  GtkLabel *detail;
} Row;

typedef struct {
  GtkWidget *card; /* a preferences group */
  GtkWidget *list;
  Row rows[INCIDENTS_MOST];
} List;

struct _TocsinOverviewPage {
  GtkWidget parent_instance;

  TocsinClient *client;      /* (owned) */
  GCancellable *cancellable; /* (owned) */
  GPtrArray *incidents;      /* (owned) (nullable) open ones */
  gboolean is_stale;
  guint hours_age_s;

  /* of the template */
  GtkImage *hero_icon;
  GtkLabel *hero;
  GtkFlowBox *tiles;
  GtkWidget *heat_box;
  GtkWidget *heat_times;
  TocsinHeatStrip *heat;
  GtkFlowBox *lists;

  GtkWidget *columns[N_COLUMNS];
  GtkLabel *counts[TOCSIN_N_STATES];
  GtkWidget *tile_children[TOCSIN_N_STATES];
  List incident_list;
  List picks[TOCSIN_N_PICKS];
};

G_DEFINE_FINAL_TYPE (TocsinOverviewPage, tocsin_overview_page, GTK_TYPE_WIDGET)

/* In the order of the tiles. */
static const TocsinState tile_states[] = {
  TOCSIN_STATE_UP,          TOCSIN_STATE_DEGRADED, TOCSIN_STATE_CONFIRMING, TOCSIN_STATE_DOWN,
  TOCSIN_STATE_MAINTENANCE, TOCSIN_STATE_PAUSED,   TOCSIN_STATE_NEW,        TOCSIN_STATE_UNKNOWN,
};

/* --- making it --- */

static void
tile_clicked_cb (GtkButton *button, gpointer user_data)
{
  gtk_widget_activate_action (GTK_WIDGET (button), "win.filter-state", "s",
                              tocsin_words_get (&tocsin_state_words, GPOINTER_TO_UINT (user_data)));
}

static void
make_tile (TocsinOverviewPage *self, TocsinState state)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *image = gtk_image_new ();
  GtkWidget *count = gtk_label_new ("0");
  GtkWidget *label = gtk_label_new (tocsin_state_get_label (state));
  GtkWidget *child = gtk_flow_box_child_new ();

  tocsin_state_show (GTK_IMAGE (image), state);
  gtk_image_set_pixel_size (GTK_IMAGE (image), 20);
  gtk_widget_add_css_class (count, "title-2");
  gtk_widget_add_css_class (count, "numeric");
  gtk_widget_add_css_class (label, "caption");
  gtk_widget_add_css_class (label, "dim-label");
  gtk_label_set_xalign (GTK_LABEL (count), 0);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_box_append (GTK_BOX (texts), count);
  gtk_box_append (GTK_BOX (texts), label);
  gtk_box_append (GTK_BOX (box), image);
  gtk_box_append (GTK_BOX (box), texts);
  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_widget_add_css_class (button, "card");
  gtk_widget_add_css_class (button, "tile");
  g_signal_connect (button, "clicked", G_CALLBACK (tile_clicked_cb), GUINT_TO_POINTER (state));
  gtk_flow_box_child_set_child (GTK_FLOW_BOX_CHILD (child), button);
  gtk_widget_set_focusable (child, FALSE);
  gtk_flow_box_append (self->tiles, child);
  self->counts[state] = GTK_LABEL (count);
  self->tile_children[state] = child;
}

static void
make_row (Row *row, GtkWidget *list)
{
  row->row = adw_action_row_new ();
  row->image = GTK_IMAGE (gtk_image_new ());
  row->detail = GTK_LABEL (gtk_label_new (NULL));
  gtk_widget_add_css_class (GTK_WIDGET (row->detail), "numeric");
  gtk_widget_add_css_class (GTK_WIDGET (row->detail), "dim-label");
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row->row), FALSE);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row->row), 1);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row->row), 1);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row->row), GTK_WIDGET (row->image));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row->row), GTK_WIDGET (row->detail));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row->row), TRUE);
  gtk_list_box_append (GTK_LIST_BOX (list), row->row);
}

static void
make_list (GtkWidget *column, List *list, const char *title)
{
  list->card = adw_preferences_group_new ();
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (list->card), title);
  list->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list->list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list->list, "boxed-list");
  gtk_widget_set_valign (list->list, GTK_ALIGN_START);
  gtk_accessible_update_property (GTK_ACCESSIBLE (list->list), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  -1);
  for (guint i = 0; i < G_N_ELEMENTS (list->rows); i++)
    make_row (&list->rows[i], list->list);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (list->card), list->list);
  gtk_box_append (GTK_BOX (column), list->card);
}

/* Two columns, which are one below the other where it is narrow. */
static GtkWidget *
make_column (TocsinOverviewPage *self)
{
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 24);
  GtkWidget *child = gtk_flow_box_child_new ();

  gtk_flow_box_child_set_child (GTK_FLOW_BOX_CHILD (child), column);
  gtk_widget_set_focusable (child, FALSE);
  gtk_flow_box_append (self->lists, child);
  return column;
}

/* Fills a row that goes to `action` with `id`. */
static void
fill_row (Row *row, TocsinState state, const char *name, const char *subtitle, const char *detail,
          const char *action, const char *id)
{
  tocsin_state_show (row->image, state);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row->row), name);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row->row), subtitle);
  gtk_label_set_text (row->detail, detail);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (row->row), "s", id);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (row->row), action);
}

static void
show_rows (List *list, guint n)
{
  for (guint i = 0; i < G_N_ELEMENTS (list->rows); i++)
    gtk_widget_set_visible (list->rows[i].row, i < n);
  gtk_widget_set_visible (list->card, n > 0);
}

/* A column that is empty leaves its room to the other one. */
static void
show_columns (TocsinOverviewPage *self)
{
  guint n_shown = 0;

  for (guint i = 0; i < N_COLUMNS; i++) {
    gboolean is_empty = TRUE;

    for (GtkWidget *card = gtk_widget_get_first_child (self->columns[i]); card != NULL;
         card = gtk_widget_get_next_sibling (card))
      is_empty = is_empty && !gtk_widget_get_visible (card);
    gtk_widget_set_visible (gtk_widget_get_parent (self->columns[i]), !is_empty);
    n_shown += !is_empty;
  }
  gtk_flow_box_set_max_children_per_line (self->lists, MAX (n_shown, 1));
}

/* --- what there is --- */

static char *
make_detail (const TocsinStatus *status, TocsinPick pick, gint64 now_us)
{
  switch (pick) {
  case TOCSIN_PICK_SLOWEST:
    return tocsin_text_latency (tocsin_overview_recent_mean_ms (status) * TOCSIN_US_PER_MS);
  case TOCSIN_PICK_LEAST_UP:
    return tocsin_text_share (status->uptime[TOCSIN_WINDOW_24H]);
  case TOCSIN_PICK_CERTIFICATES:
    return tocsin_text_distance (status->cert_not_after, now_us);
  case TOCSIN_PICK_HEARTBEATS:
  case TOCSIN_N_PICKS:
  default:
    return tocsin_text_distance (status->next_at, now_us);
  }
}

static void
show_picks (TocsinOverviewPage *self, const GPtrArray *statuses, gint64 now_us)
{
  for (guint pick = 0; pick < TOCSIN_N_PICKS; pick++) {
    g_autoptr (GPtrArray) picked = tocsin_overview_pick (statuses, pick, PICKED_MOST, now_us);

    for (guint i = 0; i < picked->len; i++) {
      const TocsinStatus *status = picked->pdata[i];
      g_autofree char *detail = make_detail (status, pick, now_us);

      fill_row (&self->picks[pick].rows[i], status->state, status->name,
                status->target != NULL ? status->target : "", detail, "win.show-monitor",
                status->id);
    }
    show_rows (&self->picks[pick], picked->len);
  }
  show_columns (self);
}

static void
show_incidents (TocsinOverviewPage *self, gint64 now_us)
{
  guint n = self->incidents != NULL ? MIN (self->incidents->len, INCIDENTS_MOST) : 0;

  for (guint i = 0; i < n; i++) {
    const TocsinIncident *incident = self->incidents->pdata[i];
    g_autofree char *span = tocsin_text_span (tocsin_incident_get_duration_us (incident, now_us));

    fill_row (&self->incident_list.rows[i], TOCSIN_STATE_DOWN, incident->monitor_name,
              incident->reason != NULL ? incident->reason : "", span, "win.show-incident",
              incident->id);
  }
  show_rows (&self->incident_list, n);
  show_columns (self);
}

/* Whether its count is told also where there are none. */
static gboolean
is_always_told (TocsinState state)
{
  return state == TOCSIN_STATE_UP || state == TOCSIN_STATE_DEGRADED || state == TOCSIN_STATE_DOWN ||
         state == TOCSIN_STATE_UNKNOWN;
}

static void
show_counts (TocsinOverviewPage *self, const guint n_by_state[TOCSIN_N_STATES])
{
  g_autofree char *sentence = tocsin_overview_sentence (n_by_state);
  TocsinState worst = TOCSIN_STATE_PAUSED;
  guint n_tiles = 0;

  for (guint i = 0; i < TOCSIN_N_STATES; i++) {
    g_autofree char *count = g_strdup_printf ("%u", n_by_state[i]), *spoken = NULL;
    gboolean is_shown;

    /* Translators: a count as a screen reader tells it: “Down: 2”. */
    spoken = g_strdup_printf (_ ("%s: %s"), tocsin_state_get_label (i), count);
    gtk_accessible_update_property (
        GTK_ACCESSIBLE (gtk_widget_get_first_child (self->tile_children[i])),
        GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
    gtk_label_set_text (self->counts[i], count);
    is_shown = n_by_state[i] > 0 || is_always_told (i);
    gtk_widget_set_visible (self->tile_children[i], is_shown);
    n_tiles += is_shown;
    if (n_by_state[i] > 0 && tocsin_state_rank (i) < tocsin_state_rank (worst))
      worst = i;
  }
  gtk_flow_box_set_max_children_per_line (self->tiles, n_tiles);
  gtk_label_set_text (self->hero, sentence);
  tocsin_state_show (self->hero_icon, worst);
}

static void
refresh (TocsinOverviewPage *self)
{
  GListModel *monitors = tocsin_client_get_monitors (self->client);
  guint n = g_list_model_get_n_items (monitors);
  g_autoptr (GPtrArray) statuses = g_ptr_array_sized_new (n);
  guint n_by_state[TOCSIN_N_STATES] = { 0 };
  gint64 now_us = g_get_real_time ();

  for (guint i = 0; i < n; i++) {
    g_autoptr (TocsinMonitorItem) item = g_list_model_get_item (monitors, i);

    if (tocsin_monitor_item_get_hidden (item))
      continue;
    g_ptr_array_add (statuses, (gpointer) tocsin_monitor_item_get_status (item));
    n_by_state[tocsin_monitor_item_get_state (item)]++;
  }
  show_counts (self, n_by_state);
  show_incidents (self, now_us);
  show_picks (self, statuses, now_us);
  self->is_stale = FALSE;
}

/* --- asking --- */

static void
got_incidents_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinOverviewPage) self = user_data;
  g_autoptr (GVariant) list = NULL;
  g_autoptr (GError) error = NULL;

  if (!tocsin_dbus_tocsin1_call_incidents_finish (TOCSIN_DBUS_TOCSIN1 (source), &list, result,
                                                  &error))
    return;
  g_clear_pointer (&self->incidents, g_ptr_array_unref);
  self->incidents =
      tocsin_decode_list (list, &tocsin_incident_fields, (GDestroyNotify) tocsin_incident_free);
  for (guint i = self->incidents->len; i > 0; i--)
    if (((TocsinIncident *) self->incidents->pdata[i - 1])->ended_at > 0)
      g_ptr_array_remove_index (self->incidents, i - 1);
  show_incidents (self, g_get_real_time ());
}

/* An open incident touches now, so a moment is all that is asked for. */
static void
load_incidents (TocsinOverviewPage *self)
{
  TocsinDbusTocsin1 *proxy = tocsin_client_get_proxy (self->client);
  gint64 now_us = g_get_real_time ();

  if (proxy != NULL && gtk_widget_get_mapped (GTK_WIDGET (self)))
    tocsin_dbus_tocsin1_call_incidents (proxy, "", now_us - TOCSIN_US_PER_S,
                                        now_us + TOCSIN_US_PER_S, 100, self->cancellable,
                                        got_incidents_cb, g_object_ref (self));
}

static void
got_hours_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinOverviewPage) self = user_data;
  g_autoptr (GVariant) list = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) cells = g_array_new (FALSE, FALSE, sizeof (TocsinHeatCell));
  GVariantIter iter;
  TocsinHeatCell cell;
  gint64 uncounted_us;

  if (!tocsin_dbus_tocsin1_call_hours_finish (TOCSIN_DBUS_TOCSIN1 (source), &list, result, &error))
    return;
  g_variant_iter_init (&iter, list);
  while (g_variant_iter_next (&iter, "(xxxxuu)", &cell.from_us, &cell.up_us, &cell.down_us,
                              &uncounted_us, &cell.n_seen, &cell.n_down)) {
    cell.to_us = cell.from_us + TOCSIN_US_PER_HOUR;
    g_array_append_val (cells, cell);
  }
  tocsin_heat_strip_set_cells (self->heat, cells, NULL);
}

static void
load_hours (TocsinOverviewPage *self)
{
  TocsinDbusTocsin1 *proxy = tocsin_client_get_proxy (self->client);

  self->hours_age_s = 0;
  if (proxy != NULL)
    tocsin_dbus_tocsin1_call_hours (proxy, self->cancellable, got_hours_cb, g_object_ref (self));
}

/* --- changes: shown with the next tick, and only while somebody looks --- */

static void
changed_cb (TocsinOverviewPage *self)
{
  self->is_stale = TRUE;
}

static void
tick_cb (TocsinOverviewPage *self)
{
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  if (self->is_stale)
    refresh (self);
  else
    show_incidents (self, g_get_real_time ());
  if (++self->hours_age_s >= HOURS_EVERY_S)
    load_hours (self);
}

static void
tocsin_overview_page_map (GtkWidget *widget)
{
  TocsinOverviewPage *self = TOCSIN_OVERVIEW_PAGE (widget);

  GTK_WIDGET_CLASS (tocsin_overview_page_parent_class)->map (widget);
  refresh (self);
  load_incidents (self);
  load_hours (self);
}

/* --- life --- */

static void
tocsin_overview_page_dispose (GObject *object)
{
  TocsinOverviewPage *self = TOCSIN_OVERVIEW_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->client != NULL)
    g_signal_handlers_disconnect_by_data (self->client, self);
  g_clear_object (&self->client);
  g_clear_pointer (&self->incidents, g_ptr_array_unref);
  tocsin_widget_drop_children (GTK_WIDGET (self));
  G_OBJECT_CLASS (tocsin_overview_page_parent_class)->dispose (object);
}

static void
tocsin_overview_page_class_init (TocsinOverviewPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tocsin_overview_page_dispose;
  widget_class->map = tocsin_overview_page_map;
  g_type_ensure (TOCSIN_TYPE_HEAT_STRIP);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tocsin/Tocsin/ui/overview-page.ui");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "overview");
  gtk_widget_class_bind_template_child (widget_class, TocsinOverviewPage, hero_icon);
  gtk_widget_class_bind_template_child (widget_class, TocsinOverviewPage, hero);
  gtk_widget_class_bind_template_child (widget_class, TocsinOverviewPage, tiles);
  gtk_widget_class_bind_template_child (widget_class, TocsinOverviewPage, heat_box);
  gtk_widget_class_bind_template_child (widget_class, TocsinOverviewPage, heat_times);
  gtk_widget_class_bind_template_child (widget_class, TocsinOverviewPage, heat);
  gtk_widget_class_bind_template_child (widget_class, TocsinOverviewPage, lists);
}

static void
tocsin_overview_page_init (TocsinOverviewPage *self)
{
  static const char *const titles[TOCSIN_N_PICKS] = {
    [TOCSIN_PICK_SLOWEST] = N_ ("Slowest"),
    [TOCSIN_PICK_LEAST_UP] = N_ ("Least Available, 24 Hours"),
    [TOCSIN_PICK_CERTIFICATES] = N_ ("Certificates That End Soon"),
    [TOCSIN_PICK_HEARTBEATS] = N_ ("Next Heartbeats"),
  };

  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  tocsin_cell_bar_direct_times (self->heat_times);
  for (guint i = 0; i < N_COLUMNS; i++)
    self->columns[i] = make_column (self);
  for (guint i = 0; i < G_N_ELEMENTS (tile_states); i++)
    make_tile (self, tile_states[i]);
  make_list (self->columns[0], &self->incident_list, _ ("Open Incidents"));
  for (guint i = 0; i < TOCSIN_N_PICKS; i++)
    make_list (self->columns[i % 2 == 0], &self->picks[i], _ (titles[i]));
}

GtkWidget *
tocsin_overview_page_new (TocsinClient *client)
{
  TocsinOverviewPage *self;

  g_return_val_if_fail (TOCSIN_IS_CLIENT (client), NULL);

  self = g_object_new (TOCSIN_TYPE_OVERVIEW_PAGE, NULL);
  self->client = g_object_ref (client);
  g_signal_connect_swapped (client, "monitors-changed", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (client, "incidents-changed", G_CALLBACK (load_incidents), self);
  g_signal_connect_swapped (client, "tick", G_CALLBACK (tick_cb), self);
  return GTK_WIDGET (self);
}
