/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "show"

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "jsontext.h"
#include "monitor.h"
#include "show.h"
#include "timetext.h"

gboolean
tocsin_show_has_color (void)
{
  const char *term = g_getenv ("TERM");

  return isatty (STDOUT_FILENO) && g_getenv ("NO_COLOR") == NULL && g_strcmp0 (term, "dumb") != 0;
}

static const struct {
  const char *shape;
  TocsinColor color;
} by_state[TOCSIN_N_STATES] = {
  [TOCSIN_STATE_NEW] = { "○ new", TOCSIN_COLOR_DIM },
  [TOCSIN_STATE_UP] = { "● up", TOCSIN_COLOR_GOOD },
  [TOCSIN_STATE_DEGRADED] = { "▲ degraded", TOCSIN_COLOR_WARN },
  [TOCSIN_STATE_CONFIRMING] = { "◌ confirming", TOCSIN_COLOR_WARN },
  [TOCSIN_STATE_DOWN] = { "✖ down", TOCSIN_COLOR_BAD },
  [TOCSIN_STATE_PAUSED] = { "‖ paused", TOCSIN_COLOR_DIM },
  [TOCSIN_STATE_MAINTENANCE] = { "◇ maintenance", TOCSIN_COLOR_DIM },
  [TOCSIN_STATE_UNKNOWN] = { "? unknown", TOCSIN_COLOR_DIM },
};

const char *
tocsin_show_shape (TocsinState state)
{
  g_return_val_if_fail ((guint) state < TOCSIN_N_STATES, "");

  return by_state[state].shape;
}

TocsinColor
tocsin_show_state_color (TocsinState state)
{
  g_return_val_if_fail ((guint) state < TOCSIN_N_STATES, TOCSIN_COLOR_NONE);

  return by_state[state].color;
}

const char *
tocsin_show_begin (TocsinColor color)
{
  static const char *const escapes[] = {
    [TOCSIN_COLOR_NONE] = "",         [TOCSIN_COLOR_GOOD] = "\033[32m",
    [TOCSIN_COLOR_WARN] = "\033[33m", [TOCSIN_COLOR_BAD] = "\033[1;31m",
    [TOCSIN_COLOR_DIM] = "\033[2m",   [TOCSIN_COLOR_BOLD] = "\033[1m",
  };

  return tocsin_show_has_color () ? escapes[color] : "";
}

const char *
tocsin_show_end (void)
{
  return tocsin_show_has_color () ? "\033[0m" : "";
}

static guint
char_width (gunichar c)
{
  if (g_unichar_iszerowidth (c))
    return 0;
  return g_unichar_iswide (c) ? 2 : 1;
}

guint
tocsin_show_width (const char *text)
{
  guint width = 0;

  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    width += char_width (g_utf8_get_char (at));
  return width;
}

/* Control characters of a name or a reason would do things to the terminal. */
static void
append_char (GString *to, gunichar c)
{
  g_string_append_unichar (to, g_unichar_iscntrl (c) ? ' ' : c);
}

/* "\033[1;31m": how long it is in bytes; 0 where there is none. */
static gsize
escape_length (const char *at)
{
  gsize n;

  if (at[0] != '\033' || at[1] != '[')
    return 0;
  n = 2 + strspn (at + 2, "0123456789;");
  return at[n] == 'm' ? n + 1 : 0;
}

char *
tocsin_show_clip (const char *line, guint width)
{
  g_autoptr (GString) clipped = g_string_new (NULL);
  guint used = 0;

  while (*line != '\0') {
    gsize n = escape_length (line);

    if (n == 0) {
      n = (gsize) (g_utf8_next_char (line) - line);
      used += char_width (g_utf8_get_char (line));
      if (used > width) {
        line += n;
        continue;
      }
    }
    g_string_append_len (clipped, line, (gssize) n);
    line += n;
  }
  return g_string_free (g_steal_pointer (&clipped), FALSE);
}

char *
tocsin_show_fit (const char *text, guint width)
{
  g_autoptr (GString) fitted = g_string_new (NULL);
  gboolean too_long = tocsin_show_width (text) > width;
  guint room = too_long && width > 0 ? width - 1 : width, used = 0;

  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at)) {
    gunichar c = g_utf8_get_char (at);

    if (used + char_width (c) > room)
      break;
    append_char (fitted, c);
    used += char_width (c);
  }
  if (too_long && width > 0) {
    g_string_append (fitted, "…");
    used++;
  }
  for (; used < width; used++)
    g_string_append_c (fitted, ' ');
  return g_string_free (g_steal_pointer (&fitted), FALSE);
}

guint
tocsin_show_columns (void)
{
  struct winsize size;

  if (!isatty (STDOUT_FILENO))
    return G_MAXUINT;
  if (ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return size.ws_col;
  return 80;
}

/* --- tables --- */

void
tocsin_table_init (TocsinTable *table)
{
  table->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  table->colors = g_array_new (FALSE, FALSE, sizeof (TocsinColor));
}

void
tocsin_table_add (TocsinTable *table, TocsinColor color, ...)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  const char *cell;
  va_list cells;

  va_start (cells, color);
  while ((cell = va_arg (cells, const char *)) != NULL)
    g_strv_builder_add (builder, cell);
  va_end (cells);
  g_ptr_array_add (table->rows, g_strv_builder_end (builder));
  g_array_append_val (table->colors, color);
}

static GArray *
measure (const TocsinTable *table)
{
  GArray *widths = g_array_new (FALSE, TRUE, sizeof (guint));

  for (guint i = 0; i < table->rows->len; i++) {
    char **row = table->rows->pdata[i];

    for (guint k = 0; row[k] != NULL; k++) {
      if (k >= widths->len)
        g_array_set_size (widths, k + 1);
      g_array_index (widths, guint, k) =
          MAX (g_array_index (widths, guint, k), tocsin_show_width (row[k]));
    }
  }
  return widths;
}

static void
print_row (char **row, TocsinColor color, const GArray *widths, guint columns)
{
  guint used = 0;

  for (guint k = 0; row[k] != NULL; k++) {
    gboolean last = row[k + 1] == NULL;
    guint width = g_array_index (widths, guint, k);
    g_autofree char *cell = NULL;

    if (last) /* no blanks behind it, and no further than the terminal */
      width = MIN (tocsin_show_width (row[k]), columns > used + 8 ? columns - used : 8);
    cell = tocsin_show_fit (row[k], width);
    if (k == 0)
      g_print ("%s%s%s", tocsin_show_begin (color), cell, tocsin_show_end ());
    else
      g_print ("  %s", cell);
    used += width + 2;
  }
  g_print ("\n");
}

void
tocsin_table_print (TocsinTable *table)
{
  g_autoptr (GArray) widths = measure (table);
  guint columns = tocsin_show_columns ();

  for (guint i = 0; i < table->rows->len; i++)
    print_row (table->rows->pdata[i], g_array_index (table->colors, TocsinColor, i), widths,
               columns);
  g_clear_pointer (&table->rows, g_ptr_array_unref);
  g_clear_pointer (&table->colors, g_array_unref);
}

/* --- small things --- */

char *
tocsin_show_sparkline (char *const *recent, guint most)
{
  static const char *const bars[] = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
  g_autoptr (GString) line = g_string_new (NULL);
  guint n = recent != NULL ? g_strv_length ((char **) recent) : 0, first = n > most ? n - most : 0;
  gint64 highest = 1;

  for (guint i = first; i < n; i++)
    highest = MAX (highest, g_ascii_strtoll (recent[i], NULL, 10));
  for (guint i = first; i < n; i++) {
    gint64 value = g_ascii_strtoll (recent[i], NULL, 10);

    if (strcmp (recent[i], "x") == 0)
      g_string_append (line, "╳");
    else if (strcmp (recent[i], "-") == 0)
      g_string_append (line, "·");
    else
      g_string_append (line, bars[value * 7 / highest]);
  }
  return g_string_free (g_steal_pointer (&line), FALSE);
}

char *
tocsin_show_time (gint64 at_us, gint64 now_us)
{
  g_autoptr (GDateTime) at = g_date_time_new_from_unix_local (at_us / TOCSIN_US_PER_S);
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_local (now_us / TOCSIN_US_PER_S);

  if (at_us == 0 || at == NULL || now == NULL)
    return g_strdup ("—");
  if (g_date_time_get_year (at) == g_date_time_get_year (now) &&
      g_date_time_get_day_of_year (at) == g_date_time_get_day_of_year (now))
    return g_date_time_format (at, "%H:%M:%S");
  return g_date_time_format (at, "%Y-%m-%d %H:%M");
}

char *
tocsin_show_span (gint64 span_us)
{
  return tocsin_span_to_words (span_us / TOCSIN_US_PER_S * TOCSIN_US_PER_S);
}

char *
tocsin_show_latency (gint64 latency_us)
{
  if (latency_us < 0)
    return g_strdup ("—");
  if (latency_us < TOCSIN_US_PER_MS)
    return g_strdup_printf ("%.2f ms", (double) latency_us / (double) TOCSIN_US_PER_MS);
  if (latency_us < 10 * TOCSIN_US_PER_MS)
    return g_strdup_printf ("%.1f ms", (double) latency_us / (double) TOCSIN_US_PER_MS);
  if (latency_us < TOCSIN_US_PER_S)
    return g_strdup_printf ("%.0f ms", (double) latency_us / (double) TOCSIN_US_PER_MS);
  if (latency_us < TOCSIN_US_PER_MIN)
    return g_strdup_printf ("%.1f s", (double) latency_us / (double) TOCSIN_US_PER_S);
  return tocsin_span_to_words (latency_us);
}

void
tocsin_show_json_node (JsonNode *node)
{
  g_autofree char *text = tocsin_json_print (node);

  g_print ("%s\n", text);
}

void
tocsin_show_json (const TocsinFields *fields, gconstpointer object)
{
  g_autoptr (JsonObject) json = tocsin_fields_to_json (fields, object, 0);
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), json);

  tocsin_show_json_node (node);
}

void
tocsin_show_json_list (const TocsinFields *fields, const GPtrArray *objects)
{
  g_autoptr (JsonArray) array = json_array_new ();
  g_autoptr (JsonNode) node = NULL;

  for (guint i = 0; i < objects->len; i++)
    json_array_add_object_element (array, tocsin_fields_to_json (fields, objects->pdata[i], 0));
  node = json_node_init_array (json_node_alloc (), array);
  tocsin_show_json_node (node);
}

void
tocsin_show_member_help (const char *command)
{
  const char *word = strrchr (command, ' ') != NULL ? strrchr (command, ' ') + 1 : command;
  g_autoptr (TocsinMonitor) monitor = NULL;
  guint kind;

  if (!tocsin_words_find (&tocsin_monitor_kind_words, word, &kind, NULL))
    return;
  monitor = tocsin_monitor_new (kind);
  g_print ("\n%s\n", _ ("Members:"));
  for (guint i = 0; i < tocsin_monitor_fields.n_rows; i++) {
    const TocsinField *field = &tocsin_monitor_fields.rows[i];
    g_autofree char *name = NULL;

    if (!tocsin_fields_is_live (&tocsin_monitor_fields, monitor, field) ||
        (field->flags & TOCSIN_FIELD_FIXED) != 0 || g_str_equal (field->name, "target"))
      continue;
    name = g_strdup (field->name);
    g_strdelimit (name, "_", '-');
    g_print ("  --%-26s %s\n", name, field->help);
  }
}

void
tocsin_show_first_steps (void)
{
  g_print (_ ("No monitor is there yet. Three examples:\n\n"
              "  tocsinctl add http https://www.example.org\n"
              "  tocsinctl add ping 192.0.2.1 --name router --interval 30s\n"
              "  tocsinctl add heartbeat --name backup --cron \"0 3 * * *\" --grace 30m\n\n"
              "“tocsinctl watch” shows them live.\n"));
}
