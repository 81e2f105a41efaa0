/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "cmd-live"

#include "config.h"

#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <signal.h>
#include <unistd.h>

#include "cmd-exec.h"
#include "command.h"
#include "errors.h"
#include "live.h"
#include "screen.h"
#include "show.h"
#include "timetext.h"

/* `watch`: the live table. It asks for the list when the daemon says that something changed, and
 * draws at most four times a second. */

#define TICK_MS    1000
#define KEYS_BYTES 256

typedef struct {
  TocsinCall *call;
  GMainLoop *loop;
  TocsinLiveView view;
  GPtrArray *statuses; /* (element-type TocsinStatus) */
  GPtrArray *page;     /* (nullable) (element-type utf8) help or details instead of the table */
  guint page_offset;
  gboolean asking, stale;
  int status;
} Live;

/* --- drawing --- */

static void
draw_page (Live *live)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);

  for (guint i = live->page_offset; i < live->page->len && lines->len + 1 < live->view.rows; i++)
    g_ptr_array_add (lines, tocsin_show_fit (live->page->pdata[i], live->view.columns));
  while (lines->len + 1 < live->view.rows)
    g_ptr_array_add (lines, g_strdup (""));
  g_ptr_array_add (lines,
                   tocsin_show_fit (_ ("any key: back  ↑↓ scroll  q quit"), live->view.columns));
  tocsin_screen_draw (lines);
}

static void
draw (Live *live)
{
  g_autoptr (GPtrArray) lines = NULL;

  tocsin_screen_get_size (&live->view.columns, &live->view.rows);
  if (live->page != NULL) {
    draw_page (live);
    return;
  }
  lines = tocsin_live_render (&live->view, live->statuses, g_get_real_time ());
  if (live->statuses->len == 0 && live->view.problem == NULL && lines->len > 6) {
    g_free (lines->pdata[4]);
    lines->pdata[4] =
        tocsin_show_fit (_ ("  No monitor is there yet; in another terminal:  tocsinctl add http "
                            "https://www.example.org"),
                         live->view.columns);
  }
  tocsin_screen_draw (lines);
}

/* --- the list --- */

static void ask (Live *live);

static void
set_statuses (Live *live, GPtrArray *list)
{
  g_ptr_array_set_free_func (list, (GDestroyNotify) tocsin_status_free);
  tocsin_live_sort (list, live->view.sort);
  g_ptr_array_unref (live->statuses);
  live->statuses = list;
}

static const char *
get_problem (Live *live)
{
  const char *problem = tocsin_dbus_tocsin1_get_problem (live->call->daemon);

  return problem != NULL && *problem != '\0' ? problem : NULL;
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Live *live = user_data;
  g_autoptr (GVariant) variant = NULL;
  GPtrArray *list = NULL;

  live->asking = FALSE;
  if (tocsin_dbus_tocsin1_call_list_finish (TOCSIN_DBUS_TOCSIN1 (source), &variant, result, NULL))
    list = tocsin_ctl_decode_list (&tocsin_status_fields, variant, NULL);
  if (list != NULL) {
    set_statuses (live, list);
    live->view.problem = get_problem (live);
    live->view.offline = tocsin_dbus_tocsin1_get_offline (live->call->daemon);
  } else {
    live->view.problem = _ ("The daemon does not answer; waiting for it");
  }
  draw (live);
  if (live->stale)
    ask (live);
}

static void
ask (Live *live)
{
  live->stale = live->asking;
  if (live->asking || live->view.held)
    return;
  live->asking = TRUE;
  tocsin_dbus_tocsin1_call_list (live->call->daemon, NULL, listed_cb, live);
}

static void
changed_cb (TocsinDbusTocsin1 *daemon, GVariant *what, gpointer user_data)
{
  ask (user_data);
}

static void
owner_cb (GObject *daemon, GParamSpec *pspec, gpointer user_data)
{
  ask (user_data);
}

static gboolean
tick_cb (gpointer user_data)
{
  Live *live = user_data;

  if (live->view.problem != NULL)
    ask (live); /* until it is back */
  else
    draw (live); /* the clock */
  return G_SOURCE_CONTINUE;
}

/* --- pages --- */

static void
open_page (Live *live)
{
  g_clear_pointer (&live->page, g_ptr_array_unref);
  live->page = g_ptr_array_new_with_free_func (g_free);
  live->page_offset = 0;
}

static void
open_help (Live *live)
{
  static const char *const lines[] = {
    N_ ("Keys"),
    "",
    N_ ("  q           quit"),
    N_ ("  s           sort by state, name, latency, uptime"),
    N_ ("  p, Space    hold the view; checks go on"),
    N_ ("  ↑ ↓ j k     move; Page Up, Page Down, Home, End"),
    N_ ("  Enter       details: decisions and what they rest on"),
    N_ ("  c           check the selected monitor now"),
    N_ ("  r           ask the daemon again"),
    "",
    N_ ("Shapes"),
    "",
    N_ ("  ● up   ▲ degraded   ◌ confirming a failure   ✖ down"),
    N_ ("  ‖ paused   ◇ maintenance   ? unknown, nobody is looking   ○ new"),
    N_ ("  ▁▂▃▄▅▆▇█ latency   ╳ failed   · nothing measured"),
  };

  open_page (live);
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    g_ptr_array_add (live->page, g_strdup (*lines[i] != '\0' ? _ (lines[i]) : ""));
}

static void
add_decision (Live *live, const TocsinDecision *decision)
{
  g_autofree char *at = tocsin_show_time (decision->at_us, g_get_real_time ());
  g_autofree char *followed =
      decision->followed != NULL ? g_strjoinv (", ", decision->followed) : g_strdup ("");

  g_ptr_array_add (
      live->page, g_strdup_printf (
                      "%s  %s → %s  %s", at, tocsin_words_get (&tocsin_state_words, decision->from),
                      tocsin_words_get (&tocsin_state_words, decision->to), decision->sentence));
  g_ptr_array_add (live->page, g_strdup_printf ("            %s", followed));
}

static void
open_details (Live *live)
{
  const TocsinStatus *status;
  g_autoptr (GVariant) variant = NULL;
  g_autoptr (GPtrArray) decisions = NULL;

  if (live->statuses->len == 0)
    return;
  status = live->statuses->pdata[live->view.selected];
  open_page (live);
  g_ptr_array_add (live->page,
                   g_strdup_printf ("%s  %s", tocsin_show_shape (status->state), status->name));
  g_ptr_array_add (live->page, g_strdup (status->target != NULL     ? status->target
                                         : status->ping_url != NULL ? status->ping_url
                                                                    : ""));
  if (status->last_sample != NULL && status->last_sample->reason != NULL)
    g_ptr_array_add (live->page, g_strdup (status->last_sample->reason));
  g_ptr_array_add (live->page, g_strdup (""));
  if (tocsin_dbus_tocsin1_call_why_sync (live->call->daemon, status->id, 50, &variant, NULL, NULL))
    decisions = tocsin_ctl_decode_list (&tocsin_decision_fields, variant, NULL);
  if (decisions == NULL)
    return;
  g_ptr_array_set_free_func (decisions, (GDestroyNotify) tocsin_decision_free);
  for (guint i = 0; i < decisions->len; i++)
    add_decision (live, decisions->pdata[i]);
}

/* --- keys --- */

static void
move (Live *live, int by)
{
  gint64 to = (gint64) live->view.selected + by;

  live->view.selected =
      (guint) CLAMP (to, 0, live->statuses->len > 0 ? (gint64) live->statuses->len - 1 : 0);
}

static void
sort_next (Live *live)
{
  live->view.sort = (live->view.sort + 1) % TOCSIN_N_LIVE_SORTS;
  tocsin_live_sort (live->statuses, live->view.sort);
}

static void
hold (Live *live)
{
  live->view.held = !live->view.held;
  ask (live);
}

static void
check_selected (Live *live)
{
  if (live->statuses->len > 0)
    tocsin_dbus_tocsin1_call_check_now (
        live->call->daemon, ((TocsinStatus *) live->statuses->pdata[live->view.selected])->id, NULL,
        NULL, NULL);
}

static void
press_on_page (Live *live, guint key)
{
  if (key == 'q')
    g_main_loop_quit (live->loop);
  else if (key == TOCSIN_KEY_DOWN || key == 'j')
    live->page_offset = MIN (live->page_offset + 1, live->page->len);
  else if (key == TOCSIN_KEY_UP || key == 'k')
    live->page_offset -= live->page_offset > 0;
  else
    g_clear_pointer (&live->page, g_ptr_array_unref);
}

static void
press (Live *live, guint key)
{
  int page = (int) MAX (live->view.rows, 6) - 5;

  switch (key) {
  case 'q':
    g_main_loop_quit (live->loop);
    break;
  case 's':
    sort_next (live);
    break;
  case 'p':
  case ' ':
    hold (live);
    break;
  case 'r':
    ask (live);
    break;
  case 'c':
    check_selected (live);
    break;
  case '?':
  case 'h':
    open_help (live);
    break;
  case TOCSIN_KEY_ENTER:
    open_details (live);
    break;
  case TOCSIN_KEY_UP:
  case 'k':
    move (live, -1);
    break;
  case TOCSIN_KEY_DOWN:
  case 'j':
    move (live, 1);
    break;
  case TOCSIN_KEY_PAGE_UP:
    move (live, -page);
    break;
  case TOCSIN_KEY_PAGE_DOWN:
    move (live, page);
    break;
  case TOCSIN_KEY_HOME:
  case 'g':
    move (live, G_MININT32);
    break;
  case TOCSIN_KEY_END:
  case 'G':
    move (live, G_MAXINT32);
    break;
  default:
    break;
  }
}

static gboolean
keys_cb (int fd, GIOCondition condition, gpointer user_data)
{
  Live *live = user_data;
  char text[KEYS_BYTES + 1];
  ssize_t n = read (fd, text, KEYS_BYTES);
  const char *at = text;

  if (n <= 0 && (condition & (G_IO_HUP | G_IO_ERR)) != 0) { /* the terminal is gone */
    g_main_loop_quit (live->loop);
    return G_SOURCE_REMOVE;
  }
  text[MAX (n, 0)] = '\0';
  while (*at != '\0') {
    guint key = tocsin_screen_read_key (&at);

    if (live->page != NULL)
      press_on_page (live, key);
    else
      press (live, key);
  }
  draw (live);
  return G_SOURCE_CONTINUE;
}

static gboolean
quit_cb (gpointer user_data)
{
  g_main_loop_quit (((Live *) user_data)->loop);
  return G_SOURCE_CONTINUE;
}

static gboolean
resized_cb (gpointer user_data)
{
  draw (user_data);
  return G_SOURCE_CONTINUE;
}

static int
run_watch (TocsinCall *call, GError **error)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Live live = { .call = call, .loop = loop, .statuses = g_ptr_array_new () };
  guint ids[6];

  if (!tocsin_screen_open (error)) {
    g_ptr_array_unref (live.statuses);
    return TOCSIN_EXIT_USAGE;
  }
  ids[0] = g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR, keys_cb, &live);
  ids[1] = g_unix_signal_add (SIGINT, quit_cb, &live);
  ids[2] = g_unix_signal_add (SIGTERM, quit_cb, &live);
  ids[3] = g_unix_signal_add (SIGHUP, quit_cb, &live);
  ids[4] = g_timeout_add (TICK_MS, tick_cb, &live);
  ids[5] = g_unix_signal_add (SIGWINCH, resized_cb, &live);
  g_signal_connect (call->daemon, "changed", G_CALLBACK (changed_cb), &live);
  g_signal_connect (call->daemon, "notify::g-name-owner", G_CALLBACK (owner_cb), &live);
  ask (&live);
  g_main_loop_run (loop);
  tocsin_screen_close ();
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    g_source_remove (ids[i]);
  while (live.asking) /* its answer would find nobody */
    g_main_context_iteration (NULL, TRUE);
  g_signal_handlers_disconnect_by_data (call->daemon, &live);
  g_clear_pointer (&live.page, g_ptr_array_unref);
  g_ptr_array_unref (live.statuses);
  return live.status;
}

static const TocsinOption exec_options[] = {
  { "ping", '\0', "URL|NAME", N_ ("Ping this URL, or the heartbeat of this name") },
  { "timeout", '\0', "SPAN", N_ ("End the job where it takes longer") },
  { NULL },
};

const TocsinCommand tocsin_commands_live[] = {
  { "watch", "", N_ ("A live table; “?” in it shows the keys"), NULL, NULL, 0, 0, 0, run_watch },
  { "exec", "[--ping URL|NAME] [--timeout SPAN] -- COMMAND…",
    N_ ("Run a job between two pings; its exit status is kept"),
    "The pings carry the end of the job’s output, its exit status and how long it took. Where a "
    "ping\ncan’t be sent the job runs all the same.\n\nExample:\n"
    "  tocsinctl exec --ping backup --timeout 2h -- rsync -a /home /mnt/backup",
    exec_options, TOCSIN_COMMAND_NO_DAEMON, 1, G_MAXUINT, tocsin_ctl_run_exec },
  { NULL },
};
