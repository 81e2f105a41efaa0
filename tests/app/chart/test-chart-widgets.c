/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-chart-widgets"

#include "config.h"

#include <adwaita.h>
#include <math.h>

#include "chart-export.h"
#include "chart.h"
#include "day-bar.h"
#include "heat-strip.h"
#include "phase-bar.h"
#include "phase-look.h"
#include "support.h"
#include "timetext.h"

#define WIDTH_PX  900
#define HEIGHT_PX 300
#define NOW_US    (G_GINT64_CONSTANT (1795428000) * TOCSIN_US_PER_S) /* 2026-11-23, 10:00 UTC */

/* --- a chart in a window --- */

typedef struct {
  GtkWidget *window;
  TocsinChart *chart;
  guint n_asked;
  gint64 from_us, to_us; /* that were asked for last */
  guint n_points;
  char *reading; /* (owned) (nullable) */
} Fixture;

static void
range_changed_cb (Fixture *fixture, gint64 from_us, gint64 to_us, guint n_points)
{
  fixture->n_asked++;
  fixture->from_us = from_us;
  fixture->to_us = to_us;
  fixture->n_points = n_points;
}

static void
cursor_moved_cb (Fixture *fixture, const char *reading)
{
  g_free (fixture->reading);
  fixture->reading = g_strdup (reading);
}

static gboolean
is_allocated (gpointer user_data)
{
  return gtk_widget_get_width (user_data) > 0;
}

static gboolean
was_asked (gpointer user_data)
{
  return ((Fixture *) user_data)->n_asked > 0;
}

static GtkWidget *
show_in_window (GtkWidget *widget)
{
  GtkWidget *window = gtk_window_new ();

  gtk_window_set_default_size (GTK_WINDOW (window), WIDTH_PX, HEIGHT_PX);
  gtk_window_set_child (GTK_WINDOW (window), widget);
  gtk_window_present (GTK_WINDOW (window));
  tocsin_test_wait (NULL, is_allocated, widget);
  return window;
}

static void
set_up (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();

  fixture->chart = TOCSIN_CHART (tocsin_chart_new ());
  g_signal_connect_swapped (fixture->chart, "range-changed", G_CALLBACK (range_changed_cb),
                            fixture);
  g_signal_connect_swapped (fixture->chart, "cursor-moved", G_CALLBACK (cursor_moved_cb), fixture);
  tocsin_chart_set_zone (fixture->chart, utc);
  tocsin_chart_set_now (fixture->chart, NOW_US);
  fixture->window = show_in_window (GTK_WIDGET (fixture->chart));
}

static void
tear_down (Fixture *fixture, gconstpointer user_data)
{
  GtkWidget *chart = GTK_WIDGET (g_object_ref (fixture->chart));

  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_assert_finalize_object (chart);
  g_free (fixture->reading);
}

/* Waits for the next question. */
static void
wait_asked (Fixture *fixture)
{
  fixture->n_asked = 0;
  tocsin_test_wait (NULL, was_asked, fixture);
}

/* An hour of minutes: 100 ms, a failure at minute 30, 2 s at minute 40, nobody looked in the last
 * ten. */
static TocsinSeries *
make_hour (void)
{
  TocsinSeries *series = tocsin_series_new (NOW_US - TOCSIN_US_PER_HOUR, NOW_US, 60);

  for (guint i = 0; i < 50; i++) {
    double us = i == 40 ? 2000000 : 100000;

    series->n[i] = 1;
    if (i == 30) {
      series->n_failed[i] = 1;
      series->down_us[i] = TOCSIN_US_PER_MIN;
      continue;
    }
    series->least_us[i] = series->mean_us[i] = series->most_us[i] = us;
    series->p10_us[i] = series->p50_us[i] = series->p95_us[i] = us;
    series->up_us[i] = TOCSIN_US_PER_MIN;
  }
  return series;
}

static void
show_hour (Fixture *fixture)
{
  tocsin_chart_follow (fixture->chart, TOCSIN_US_PER_HOUR);
  tocsin_chart_set_series (fixture->chart, make_hour ());
}

/* --- input, as the controllers have it: nothing public makes an event --- */

static gpointer
find_controller (GtkWidget *widget, GType type, guint nth)
{
  g_autoptr (GListModel) list = gtk_widget_observe_controllers (widget);

  for (guint i = 0; i < g_list_model_get_n_items (list); i++) {
    g_autoptr (GObject) controller = g_list_model_get_item (list, i);

    if (G_OBJECT_TYPE (controller) == type && nth-- == 0)
      return controller; /* the widget has it */
  }
  g_assert_not_reached ();
}

static gboolean
press (GtkWidget *widget, guint key, GdkModifierType state)
{
  gboolean taken = FALSE;

  g_signal_emit_by_name (find_controller (widget, GTK_TYPE_EVENT_CONTROLLER_KEY, 0), "key-pressed",
                         key, 0, state, &taken);
  return taken;
}

/* The button that drags spans, not the one that pans. */
static GtkGesture *
find_drag (Fixture *fixture, guint button)
{
  for (guint i = 0;; i++) {
    GtkGesture *gesture = find_controller (GTK_WIDGET (fixture->chart), GTK_TYPE_GESTURE_DRAG, i);

    if (gtk_gesture_single_get_button (GTK_GESTURE_SINGLE (gesture)) == button)
      return gesture;
  }
}

/* As gtk_test_accessible_assert_role and _property, whose macros in GTK 4.8 have formats that no
 * compiler takes. */
static void
assert_is_image (GtkAccessible *accessible)
{
  g_assert_true (gtk_test_accessible_has_role (accessible, GTK_ACCESSIBLE_ROLE_IMG));
}

static void
assert_property (GtkAccessible *accessible, GtkAccessibleProperty property, const char *text)
{
  g_autofree char *found = gtk_test_accessible_check_property (accessible, property, text);

  if (found != NULL)
    g_test_message ("wanted “%s”, found “%s”", text, found);
  g_assert_null (found);
}

/* --- ranges --- */

static void
test_asks_for_what_shows (Fixture *fixture, gconstpointer user_data)
{
  tocsin_chart_set_range (fixture->chart, NOW_US - 7 * TOCSIN_US_PER_DAY, NOW_US);
  wait_asked (fixture);
  g_assert_cmpint (fixture->from_us, ==, NOW_US - 7 * TOCSIN_US_PER_DAY);
  g_assert_cmpint (fixture->to_us, ==, NOW_US);
  g_assert_cmpuint (fixture->n_points, >, WIDTH_PX / 2);
  g_assert_cmpuint (fixture->n_points, <=, (guint) gtk_widget_get_width (fixture->window));
  g_assert_false (tocsin_chart_is_following (fixture->chart));
}

static void
test_follows_time (Fixture *fixture, gconstpointer user_data)
{
  gint64 from_us, to_us;

  tocsin_chart_follow (fixture->chart, TOCSIN_US_PER_HOUR);
  tocsin_chart_set_now (fixture->chart, NOW_US + TOCSIN_US_PER_MIN);
  tocsin_chart_get_range (fixture->chart, &from_us, &to_us);
  g_assert_cmpint (to_us, ==, NOW_US + TOCSIN_US_PER_MIN);
  g_assert_cmpint (to_us - from_us, ==, TOCSIN_US_PER_HOUR);

  tocsin_chart_set_range (fixture->chart, NOW_US - TOCSIN_US_PER_HOUR, NOW_US);
  tocsin_chart_set_now (fixture->chart, NOW_US + TOCSIN_US_PER_HOUR);
  tocsin_chart_get_range (fixture->chart, &from_us, &to_us);
  g_assert_cmpint (to_us, ==, NOW_US);
}

static void
test_dragging_zooms_and_goes_back (Fixture *fixture, gconstpointer user_data)
{
  GtkGesture *drag;
  gint64 from_us, to_us;

  show_hour (fixture);
  drag = find_drag (fixture, GDK_BUTTON_PRIMARY);
  g_signal_emit_by_name (drag, "drag-begin", 300.0, 50.0);
  g_signal_emit_by_name (drag, "drag-update", 200.0, 0.0);
  g_signal_emit_by_name (drag, "drag-end", 200.0, 0.0);
  tocsin_chart_get_range (fixture->chart, &from_us, &to_us);
  g_assert_cmpint (to_us - from_us, <, TOCSIN_US_PER_HOUR / 3);
  g_assert_cmpint (to_us - from_us, >, TOCSIN_US_PER_HOUR / 6);
  g_assert_cmpint (to_us, <, NOW_US);
  g_assert_false (tocsin_chart_is_following (fixture->chart));
  wait_asked (fixture);
  g_assert_cmpint (fixture->from_us, ==, from_us);

  g_signal_emit_by_name (find_controller (GTK_WIDGET (fixture->chart), GTK_TYPE_GESTURE_CLICK, 0),
                         "pressed", 2, 300.0, 50.0);
  tocsin_chart_get_range (fixture->chart, &from_us, &to_us);
  g_assert_cmpint (to_us - from_us, ==, TOCSIN_US_PER_HOUR);
  g_assert_true (tocsin_chart_is_following (fixture->chart));
}

/* A click with an unsteady hand is no span. */
static void
test_a_short_drag_is_none (Fixture *fixture, gconstpointer user_data)
{
  GtkGesture *drag;

  show_hour (fixture);
  drag = find_drag (fixture, GDK_BUTTON_PRIMARY);
  g_signal_emit_by_name (drag, "drag-begin", 300.0, 50.0);
  g_signal_emit_by_name (drag, "drag-end", 3.0, 0.0);
  g_assert_true (tocsin_chart_is_following (fixture->chart));
}

static void
test_zooming_asks_once_it_rests (Fixture *fixture, gconstpointer user_data)
{
  gint64 from_us, to_us, last_us = TOCSIN_US_PER_HOUR;

  show_hour (fixture);
  wait_asked (fixture);
  fixture->n_asked = 0;
  for (guint i = 0; i < 5; i++) {
    g_assert_true (press (GTK_WIDGET (fixture->chart), GDK_KEY_plus, 0));
    tocsin_chart_get_range (fixture->chart, &from_us, &to_us);
    g_assert_cmpint (to_us - from_us, <, last_us);
    last_us = to_us - from_us;
  }
  g_assert_cmpuint (fixture->n_asked, ==, 0);
  tocsin_test_wait (NULL, was_asked, fixture);
  g_assert_cmpuint (fixture->n_asked, ==, 1);
  g_assert_cmpint (fixture->to_us - fixture->from_us, ==, last_us);
  /* All of it was one zoom: one step goes back. */
  g_assert_true (press (GTK_WIDGET (fixture->chart), GDK_KEY_BackSpace, 0));
  g_assert_true (tocsin_chart_is_following (fixture->chart));
}

/* However far somebody zooms and pans: a span that can be shown, and none after now. */
static void
test_a_walk_stays_in_bounds (Fixture *fixture, gconstpointer user_data)
{
  static const guint keys[] = { GDK_KEY_plus, GDK_KEY_minus, GDK_KEY_Left, GDK_KEY_Right,
                                GDK_KEY_Home, GDK_KEY_End,   GDK_KEY_0 };
  g_autoptr (GRand) rand = tocsin_test_rand ();

  show_hour (fixture);
  for (guint i = 0; i < 3000; i++) {
    guint key = keys[g_rand_int_range (rand, 0, G_N_ELEMENTS (keys))];
    gint64 from_us, to_us;

    press (GTK_WIDGET (fixture->chart), key, g_rand_boolean (rand) ? GDK_SHIFT_MASK : 0);
    tocsin_chart_get_range (fixture->chart, &from_us, &to_us);
    g_assert_cmpint (to_us - from_us, >=, 10 * TOCSIN_US_PER_S);
    g_assert_cmpint (to_us - from_us, <=, 800 * TOCSIN_US_PER_DAY);
    g_assert_cmpint (to_us, <=, NOW_US);
  }
}

/* --- what is told --- */

static void
test_is_told_to_screen_readers (Fixture *fixture, gconstpointer user_data)
{
  GtkAccessible *chart = GTK_ACCESSIBLE (fixture->chart);

  assert_is_image (chart);
  show_hour (fixture);
  assert_property (chart, GTK_ACCESSIBLE_PROPERTY_LABEL,
                   "Response time, 1 h: median 100 ms, worst 2.00 s at 09:40:00, down 1 min");
}

static void
test_cursor_reads_points (Fixture *fixture, gconstpointer user_data)
{
  static const struct {
    guint key;
    const char *reading;
  } steps[] = {
    { GDK_KEY_Home, "09:00:00: 100 ms" },
    { GDK_KEY_Right, "09:01:00: 100 ms" },
    { GDK_KEY_Left, "09:00:00: 100 ms" },
    { GDK_KEY_Left, "09:00:00: 100 ms" }, /* there is nothing before it */
    { GDK_KEY_End, "09:49:00: 100 ms" },  /* nobody looked after it */
    { GDK_KEY_Escape, "" },
    { GDK_KEY_Left, "09:49:00: 100 ms" }, /* from the end, where nothing was chosen */
  };

  show_hour (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++) {
    g_assert_true (press (GTK_WIDGET (fixture->chart), steps[i].key, 0));
    g_assert_cmpstr (fixture->reading, ==, steps[i].reading);
    assert_property (GTK_ACCESSIBLE (fixture->chart), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                     steps[i].reading);
  }
  for (guint i = 49; i > 40; i--)
    press (GTK_WIDGET (fixture->chart), GDK_KEY_Left, 0);
  g_assert_cmpstr (fixture->reading, ==, "09:40:00: 2.00 s");
  for (guint i = 40; i > 30; i--)
    press (GTK_WIDGET (fixture->chart), GDK_KEY_Left, 0);
  g_assert_cmpstr (fixture->reading, ==, "09:30:00: 1 check failed");
}

static void
test_keys_of_others_are_left (Fixture *fixture, gconstpointer user_data)
{
  show_hour (fixture);
  g_assert_false (press (GTK_WIDGET (fixture->chart), GDK_KEY_Tab, 0));
  g_assert_false (press (GTK_WIDGET (fixture->chart), GDK_KEY_Left, GDK_ALT_MASK));
  g_assert_false (press (GTK_WIDGET (fixture->chart), GDK_KEY_Escape, 0));
}

/* --- drawing and export --- */

typedef enum { DATA_NONE, DATA_HOUR, DATA_FAILED, DATA_ONE } Data;

static TocsinSeries *
make_data (Data data)
{
  TocsinSeries *series;

  if (data == DATA_HOUR)
    return make_hour ();
  series = tocsin_series_new (NOW_US - TOCSIN_US_PER_HOUR, NOW_US, 60);
  for (guint i = 0; i < 60 && data == DATA_FAILED; i++) {
    series->n[i] = series->n_failed[i] = 3;
    series->down_us[i] = TOCSIN_US_PER_MIN;
  }
  if (data == DATA_ONE) {
    series->n[20] = 1;
    series->least_us[20] = series->mean_us[20] = series->most_us[20] = 5000;
    series->p10_us[20] = series->p50_us[20] = series->p95_us[20] = 5000;
  }
  return series;
}

/* Whatever there is to draw, on either scale and in either view. */
static void
test_exports_pictures (Fixture *fixture, gconstpointer user_data)
{
  tocsin_chart_follow (fixture->chart, TOCSIN_US_PER_HOUR);
  for (guint i = 0; i < 4 * 4; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) png = NULL;
    g_autoptr (GBytes) svg = NULL;
    g_autoptr (GdkTexture) texture = NULL;
    g_autoptr (GPtrArray) samples =
        g_ptr_array_new_with_free_func ((GDestroyNotify) tocsin_sample_free);

    tocsin_chart_set_series (fixture->chart, make_data (i / 4));
    tocsin_chart_set_samples (fixture->chart, samples);
    tocsin_chart_set_logarithmic (fixture->chart, i % 2 != 0);
    tocsin_chart_set_mode (fixture->chart,
                           i / 2 % 2 != 0 ? TOCSIN_CHART_PHASES : TOCSIN_CHART_LATENCY);
    png = tocsin_chart_export (fixture->chart, TOCSIN_CHART_PNG, &error);
    g_assert_no_error (error);
    texture = gdk_texture_new_from_bytes (png, &error);
    g_assert_no_error (error);
    g_assert_cmpint (gdk_texture_get_width (texture), ==, 2400);
    svg = tocsin_chart_export (fixture->chart, TOCSIN_CHART_SVG, &error);
    g_assert_no_error (error);
    g_assert_nonnull (
        g_strstr_len (g_bytes_get_data (svg, NULL), (gssize) g_bytes_get_size (svg), "<svg"));
  }
}

static void
test_exports_data (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) csv = NULL;
  g_autoptr (GBytes) json = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *object;

  g_assert_null (tocsin_chart_export (fixture->chart, TOCSIN_CHART_CSV, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);

  show_hour (fixture);
  csv = tocsin_chart_export (fixture->chart, TOCSIN_CHART_CSV, &error);
  g_assert_no_error (error);
  lines = g_strsplit (g_bytes_get_data (csv, NULL), "\r\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 1 + 60 + 1);
  g_assert_cmpstr (lines[1 + 30], ==, "2026-11-23T09:30:00Z,1,1,,,,,,,0.000,60.000,0.000");
  g_assert_cmpstr (lines[1 + 40], ==,
                   "2026-11-23T09:40:00Z,1,0,2000.000,2000.000,2000.000,2000.000,2000.000,2000.000,"
                   "60.000,0.000,0.000");

  json = tocsin_chart_export (fixture->chart, TOCSIN_CHART_JSON, &error);
  g_assert_no_error (error);
  json_parser_load_from_data (parser, g_bytes_get_data (json, NULL),
                              (gssize) g_bytes_get_size (json), &error);
  g_assert_no_error (error);
  object = json_node_get_object (json_parser_get_root (parser));
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (object, "points")), ==,
                    60);
}

/* --- bars --- */

static void
test_day_bar_reads_days (void)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GArray) days = g_array_new (FALSE, FALSE, sizeof (TocsinDay));
  GtkWidget *bar = tocsin_day_bar_new ();
  GtkWidget *window = show_in_window (bar);

  for (guint i = 0; i < 90; i++) {
    gint64 from_us = NOW_US - 10 * TOCSIN_US_PER_HOUR - (89 - i) * TOCSIN_US_PER_DAY;
    TocsinDay day = { .from_us = from_us,
                      .to_us = from_us + TOCSIN_US_PER_DAY,
                      .up_us = i >= 45 ? TOCSIN_US_PER_DAY : 0,
                      .mean_us = i >= 45 ? 80000 : NAN };

    g_array_append_val (days, day);
  }
  tocsin_day_bar_set_days (TOCSIN_DAY_BAR (bar), days, utc);
  assert_is_image (GTK_ACCESSIBLE (bar));
  assert_property (GTK_ACCESSIBLE (bar), GTK_ACCESSIBLE_PROPERTY_LABEL, "Uptime of 90 days: 100 %");
  g_assert_true (press (bar, GDK_KEY_Left, 0));
  assert_property (GTK_ACCESSIBLE (bar), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                   "Mon 23 Nov 2026: uptime 100 %, ⌀ 80 ms");
  g_assert_true (press (bar, GDK_KEY_Home, 0));
  assert_property (GTK_ACCESSIBLE (bar), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                   "Wed 26 Aug 2026: no data");
  g_assert_false (press (bar, GDK_KEY_Up, 0));
  /* Fewer days than before: the cursor is not left beyond them. */
  g_assert_true (press (bar, GDK_KEY_End, 0));
  g_array_set_size (days, 30);
  tocsin_day_bar_set_days (TOCSIN_DAY_BAR (bar), days, utc);
  g_assert_cmpint (tocsin_cell_bar_get_cursor (TOCSIN_CELL_BAR (bar)), ==, -1);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_heat_strip_reads_hours (void)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GArray) cells = g_array_new (FALSE, FALSE, sizeof (TocsinHeatCell));
  GtkWidget *strip = tocsin_heat_strip_new ();
  GtkWidget *window = show_in_window (strip);

  g_assert_false (press (strip, GDK_KEY_Left, 0)); /* there is nothing yet */
  for (guint i = 0; i < 24; i++) {
    TocsinHeatCell cell = { .from_us = NOW_US - (24 - i) * TOCSIN_US_PER_HOUR,
                            .to_us = NOW_US - (23 - i) * TOCSIN_US_PER_HOUR,
                            .up_us = 2 * TOCSIN_US_PER_HOUR,
                            .n_seen = 2 };

    g_array_append_val (cells, cell);
  }
  tocsin_heat_strip_set_cells (TOCSIN_HEAT_STRIP (strip), cells, utc);
  assert_property (GTK_ACCESSIBLE (strip), GTK_ACCESSIBLE_PROPERTY_LABEL,
                   "Uptime of all monitors, 1 day: 100 %");
  g_assert_true (press (strip, GDK_KEY_Left, 0));
  assert_property (GTK_ACCESSIBLE (strip), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                   "09:00 – 10:00: 2 monitors, never down");
  gtk_window_destroy (GTK_WINDOW (window));
}

static guint
count_children (GtkWidget *widget)
{
  guint n = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n++;
  return n;
}

static void
test_phase_bar_reads_phases (void)
{
  g_autoptr (TocsinSample) sample = tocsin_sample_new (NOW_US, TOCSIN_OUTCOME_OK);
  GtkWidget *bar = g_object_ref_sink (tocsin_phase_bar_new ());
  GtkWidget *all = g_object_ref_sink (tocsin_phase_legend_new (NULL));
  GtkWidget *some = NULL;

  sample->phase_us[TOCSIN_PHASE_CONNECT] = 10000;
  sample->phase_us[TOCSIN_PHASE_WAIT] = 120000;
  tocsin_phase_bar_set_sample (TOCSIN_PHASE_BAR (bar), sample, 0);
  assert_is_image (GTK_ACCESSIBLE (bar));
  assert_property (GTK_ACCESSIBLE (bar), GTK_ACCESSIBLE_PROPERTY_LABEL,
                   "Connect 10 ms, Wait for the answer 120 ms");
  tocsin_phase_bar_set_sample (TOCSIN_PHASE_BAR (bar), NULL, 0);
  assert_property (GTK_ACCESSIBLE (bar), GTK_ACCESSIBLE_PROPERTY_LABEL, "");
  some = g_object_ref_sink (tocsin_phase_legend_new (sample));
  g_assert_cmpuint (count_children (all), ==, TOCSIN_N_PHASES);
  g_assert_cmpuint (count_children (some), ==, 2);
  g_assert_finalize_object (bar);
  g_assert_finalize_object (all);
  g_assert_finalize_object (some);
}

/* The style has a colour for each phase: where a name is misspelt, all phases would look alike. */
static void
test_phases_have_colors (void)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();
  GtkWidget *bar = g_object_ref_sink (tocsin_phase_bar_new ());
  GtkStyleContext *style = gtk_widget_get_style_context (bar);
  GdkRGBA colors[TOCSIN_N_PHASES];

  gtk_css_provider_load_from_resource (provider, "/org/tocsin/Tocsin/style.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (),
                                              GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  for (guint i = 0; i < TOCSIN_N_PHASES; i++) {
    g_assert_true (gtk_style_context_lookup_color (style, tocsin_phase_get_color (i), &colors[i]));
    for (guint j = 0; j < i; j++)
      g_assert_false (gdk_rgba_equal (&colors[i], &colors[j]));
  }
  gtk_style_context_remove_provider_for_display (gdk_display_get_default (),
                                                 GTK_STYLE_PROVIDER (provider));
  g_assert_finalize_object (bar);
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_setenv ("GTK_A11Y", "test", TRUE);
  g_setenv ("GSK_RENDERER", "cairo", TRUE);
  tocsin_test_init (&argc, &argv);
  adw_init ();

  ADD ("/chart-widgets/asks-for-what-shows", test_asks_for_what_shows);
  ADD ("/chart-widgets/follows-time", test_follows_time);
  ADD ("/chart-widgets/dragging-zooms-and-goes-back", test_dragging_zooms_and_goes_back);
  ADD ("/chart-widgets/a-short-drag-is-none", test_a_short_drag_is_none);
  ADD ("/chart-widgets/zooming-asks-once-it-rests", test_zooming_asks_once_it_rests);
  ADD ("/chart-widgets/a-walk-stays-in-bounds", test_a_walk_stays_in_bounds);
  ADD ("/chart-widgets/is-told-to-screen-readers", test_is_told_to_screen_readers);
  ADD ("/chart-widgets/cursor-reads-points", test_cursor_reads_points);
  ADD ("/chart-widgets/keys-of-others-are-left", test_keys_of_others_are_left);
  ADD ("/chart-widgets/exports-pictures", test_exports_pictures);
  ADD ("/chart-widgets/exports-data", test_exports_data);
  g_test_add_func ("/chart-widgets/day-bar-reads-days", test_day_bar_reads_days);
  g_test_add_func ("/chart-widgets/heat-strip-reads-hours", test_heat_strip_reads_hours);
  g_test_add_func ("/chart-widgets/phase-bar-reads-phases", test_phase_bar_reads_phases);
  g_test_add_func ("/chart-widgets/phases-have-colors", test_phases_have_colors);
  return g_test_run ();
}
