/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "live"

#include "config.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "live.h"
#include "monitor.h"
#include "show.h"
#include "timetext.h"
#include "uptime.h"

/* Columns: shape and state, name, latency, sparkline, uptime, and what is left for the reason. On a
 * narrow terminal the last ones go first. */
#define STATE_COLUMNS   13
#define NAME_LEAST      12
#define NAME_MOST       32
#define LATENCY_COLUMNS 8
#define SPARK_COLUMNS   20
#define UPTIME_COLUMNS  8
#define GAP             2

#define HEAD_ROWS 3 /* title, blank, heading */
#define FOOT_ROWS 1

/* --- order --- */

static gint64
latency_of (const TocsinStatus *status)
{
  return status->last_sample != NULL ? status->last_sample->latency_us : -1;
}

static int
compare_latency (const TocsinStatus *a, const TocsinStatus *b)
{
  gint64 first = latency_of (a), second = latency_of (b);

  return first > second ? -1 : first < second;
}

static int
compare_uptime (const TocsinStatus *a, const TocsinStatus *b)
{
  double first = a->uptime[TOCSIN_WINDOW_24H], second = b->uptime[TOCSIN_WINDOW_24H];

  if (isnan (first) || isnan (second))
    return isnan (first) - isnan (second);
  return first < second ? -1 : first > second;
}

static int
compare_state (const TocsinStatus *a, const TocsinStatus *b)
{
  return (int) tocsin_state_rank (a->state) - (int) tocsin_state_rank (b->state);
}

static int
compare (gconstpointer a, gconstpointer b, gpointer user_data)
{
  static int (*const by[]) (const TocsinStatus *, const TocsinStatus *) = {
    [TOCSIN_LIVE_BY_STATE] = compare_state,
    [TOCSIN_LIVE_BY_LATENCY] = compare_latency,
    [TOCSIN_LIVE_BY_UPTIME] = compare_uptime,
  };
  const TocsinStatus *first = *(const TocsinStatus *const *) a;
  const TocsinStatus *second = *(const TocsinStatus *const *) b;
  TocsinLiveSort sort = GPOINTER_TO_UINT (user_data);
  int order = sort != TOCSIN_LIVE_BY_NAME ? by[sort](first, second) : 0;

  if (order == 0)
    order = g_utf8_collate (first->name, second->name);
  return order != 0 ? order : g_strcmp0 (first->id, second->id);
}

void
tocsin_live_sort (GPtrArray *statuses, TocsinLiveSort sort)
{
  g_ptr_array_sort_with_data (statuses, compare, GUINT_TO_POINTER (sort));
}

/* --- layout --- */

typedef struct {
  guint name, spark, uptime, latency, rest;
} Layout;

static guint
take_room (guint *room, guint columns)
{
  if (*room < columns + GAP)
    return 0;
  *room -= columns + GAP;
  return columns;
}

static guint
longest_name (const GPtrArray *statuses)
{
  guint longest = NAME_LEAST;

  for (guint i = 0; i < statuses->len; i++)
    longest = MAX (longest, tocsin_show_width (((TocsinStatus *) statuses->pdata[i])->name));
  return MIN (longest, NAME_MOST);
}

static Layout
lay_out (guint columns, guint name_most)
{
  guint room = columns > STATE_COLUMNS ? columns - STATE_COLUMNS : 0;
  Layout layout = { 0 };
  guint more;

  layout.name = take_room (&room, MIN (NAME_LEAST, room > GAP ? room - GAP : 0));
  layout.latency = take_room (&room, LATENCY_COLUMNS);
  layout.uptime = take_room (&room, UPTIME_COLUMNS);
  layout.spark = take_room (&room, SPARK_COLUMNS);
  more = MIN (room, name_most - NAME_LEAST);
  layout.name += more;
  room -= more;
  layout.rest = room > GAP + 4 ? room - GAP : 0;
  return layout;
}

static void
add_cell (GString *line, const char *text, guint width)
{
  g_autofree char *fitted = NULL;

  if (width == 0)
    return;
  fitted = tocsin_show_fit (text, width);
  g_string_append_printf (line, "%*s%s", line->len > 0 ? GAP : 0, "", fitted);
}

/* Numbers stand at the right. */
static void
add_number (GString *line, const char *text, guint width)
{
  guint taken = tocsin_show_width (text);
  g_autofree char *padded = NULL;

  padded = g_strdup_printf ("%*s%s", (int) (width > taken ? width - taken : 0), "", text);
  add_cell (line, padded, width);
}

static const char *
explain (const TocsinStatus *status)
{
  if (status->note != NULL)
    return status->note;
  if (status->last_sample != NULL && status->last_sample->reason != NULL)
    return status->last_sample->reason;
  return status->target != NULL ? status->target : "";
}

static char *
render_row (const TocsinStatus *status, const Layout *layout, gboolean selected)
{
  g_autoptr (GString) cells = g_string_new (NULL);
  g_autofree char *state = tocsin_show_fit (tocsin_show_shape (status->state), STATE_COLUMNS);
  g_autofree char *latency = tocsin_show_latency (latency_of (status));
  g_autofree char *spark = tocsin_show_sparkline (status->recent, layout->spark);
  g_autofree char *uptime = tocsin_uptime_to_text (status->uptime[TOCSIN_WINDOW_24H]);

  add_cell (cells, status->name, layout->name);
  add_number (cells, latency, layout->latency);
  add_cell (cells, spark, layout->spark);
  add_number (cells, uptime, layout->uptime);
  add_cell (cells, explain (status), layout->rest);
  return g_strdup_printf ("%s%s%s%s%*s%s", selected ? "\033[7m" : "",
                          selected ? ""
                                   : tocsin_show_begin (tocsin_show_state_color (status->state)),
                          state, selected ? "" : tocsin_show_end (), GAP, "", cells->str);
}

static char *
render_heading (const Layout *layout, TocsinLiveSort sort)
{
  g_autoptr (GString) line = g_string_new (NULL);
  g_autofree char *state = tocsin_show_fit (_ ("STATE"), STATE_COLUMNS);

  add_cell (line, sort == TOCSIN_LIVE_BY_NAME ? _ ("NAME ▾") : _ ("NAME"), layout->name);
  add_number (line, sort == TOCSIN_LIVE_BY_LATENCY ? _ ("LATENCY▾") : _ ("LATENCY"),
              layout->latency);
  add_cell (line, _ ("RECENT"), layout->spark);
  add_number (line, sort == TOCSIN_LIVE_BY_UPTIME ? _ ("24 H ▾") : _ ("24 H"), layout->uptime);
  return g_strdup_printf ("%s%s%*s%s", tocsin_show_begin (TOCSIN_COLOR_DIM), state, GAP, "",
                          line->str);
}

static char *
render_title (const TocsinLiveView *view, const GPtrArray *statuses, gint64 now_us)
{
  g_autoptr (GString) counts = g_string_new (NULL);
  g_autofree char *time = tocsin_show_time (now_us, now_us);
  guint n[TOCSIN_N_STATES] = { 0 };

  for (guint i = 0; i < statuses->len; i++)
    n[((TocsinStatus *) statuses->pdata[i])->state]++;
  for (guint i = 0; i < TOCSIN_N_STATES; i++)
    if (n[i] > 0)
      g_string_append_printf (
          counts, "   %s%.*s %u%s", tocsin_show_begin (tocsin_show_state_color (i)),
          (int) (g_utf8_next_char (tocsin_show_shape (i)) - tocsin_show_shape (i)),
          tocsin_show_shape (i), n[i], tocsin_show_end ());
  return g_strdup_printf ("%sTocsin%s  %s%s%s", tocsin_show_begin (TOCSIN_COLOR_BOLD),
                          tocsin_show_end (), time, counts->str, view->held ? _ ("   ‖ held") : "");
}

static char *
render_notice (const TocsinLiveView *view)
{
  const char *text = view->problem != NULL ? view->problem
                     : view->offline ? _ ("This computer is offline: failures are not believed")
                                     : NULL;
  g_autofree char *fitted = NULL;

  if (text == NULL)
    return g_strdup ("");
  fitted = tocsin_show_fit (text, view->columns > 2 ? view->columns - 2 : 1);
  return g_strdup_printf ("%s! %s", tocsin_show_begin (TOCSIN_COLOR_BAD), fitted);
}

static void
scroll_to_selected (TocsinLiveView *view, guint n, guint room)
{
  view->selected = n > 0 ? MIN (view->selected, n - 1) : 0;
  if (view->selected < view->offset)
    view->offset = view->selected;
  if (room > 0 && view->selected >= view->offset + room)
    view->offset = view->selected - room + 1;
  if (n <= room)
    view->offset = 0;
}

GPtrArray *
tocsin_live_render (TocsinLiveView *view, const GPtrArray *statuses, gint64 now_us)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);
  guint room = view->rows > HEAD_ROWS + FOOT_ROWS ? view->rows - HEAD_ROWS - FOOT_ROWS : 0;
  Layout layout = lay_out (view->columns, longest_name (statuses));
  g_autofree char *keys = NULL;

  scroll_to_selected (view, statuses->len, room);
  g_ptr_array_add (lines, render_title (view, statuses, now_us));
  g_ptr_array_add (lines, render_notice (view));
  g_ptr_array_add (lines, render_heading (&layout, view->sort));
  for (guint i = view->offset; i < statuses->len && i < view->offset + room; i++)
    g_ptr_array_add (lines, render_row (statuses->pdata[i], &layout, i == view->selected));
  while (lines->len + FOOT_ROWS < view->rows)
    g_ptr_array_add (lines, g_strdup (""));
  keys = tocsin_show_fit (
      _ ("q quit  s sort  p pause view  ↑↓ move  Enter details  c check now  ? help"),
      view->columns);
  g_ptr_array_add (lines, g_strdup_printf ("%s%s", tocsin_show_begin (TOCSIN_COLOR_DIM), keys));
  g_ptr_array_set_size (lines, (int) MIN (lines->len, view->rows));
  for (guint i = 0; i < lines->len; i++) { /* on a screen that is narrower than the least */
    char *line = lines->pdata[i];

    lines->pdata[i] = tocsin_show_clip (line, view->columns);
    g_free (line);
  }
  return lines;
}
