/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "cli-tools"

#include "config.h"

#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "cli-private.h"
#include "errors.h"
#include "json-writer.h"
#include "timetext.h"

#define LINE_MOST_BYTES 4096

/* --- arguments --- */

static void
close_up (char **args, guint at, guint n)
{
  for (guint i = 0; i < n; i++)
    g_free (args[at + i]);
  for (;; at++) {
    args[at] = args[at + n];
    if (args[at] == NULL)
      break;
  }
}

char *
tocsin_cli_take_option (char **args, const char *name)
{
  gsize length = strlen (name);

  for (guint i = 0; args[i] != NULL; i++) {
    char *value = NULL;

    if (strcmp (args[i], name) == 0 && args[i + 1] != NULL) {
      value = g_strdup (args[i + 1]);
      close_up (args, i, 2);
    } else if (strncmp (args[i], name, length) == 0 && args[i][length] == '=') {
      value = g_strdup (args[i] + length + 1);
      close_up (args, i, 1);
    }
    if (value != NULL)
      return value;
  }
  return NULL;
}

gboolean
tocsin_cli_take_flag (char **args, const char *name)
{
  for (guint i = 0; args[i] != NULL; i++)
    if (strcmp (args[i], name) == 0) {
      close_up (args, i, 1);
      return TRUE;
    }
  return FALSE;
}

gboolean
tocsin_cli_check_args (char **args, guint n, GError **error)
{
  for (guint i = 0; args[i] != NULL; i++)
    if (g_str_has_prefix (args[i], "--"))
      return tocsin_fail (error, TOCSIN_ERROR_INVALID, "“%s”: there is no such option here",
                          args[i]);
  if (g_strv_length (args) == n)
    return TRUE;
  return tocsin_fail (error, TOCSIN_ERROR_INVALID, "%u words are wanted here, %u came", n,
                      g_strv_length (args));
}

char *
tocsin_cli_read_line (const char *prompt, GError **error)
{
  char line[LINE_MOST_BYTES];
  struct termios seen, unseen;
  gboolean on_terminal = isatty (STDIN_FILENO) && tcgetattr (STDIN_FILENO, &seen) == 0;
  const char *got;

  if (on_terminal) {
    unseen = seen;
    unseen.c_lflag &= ~(tcflag_t) ECHO;
    tcsetattr (STDIN_FILENO, TCSAFLUSH, &unseen);
    g_printerr ("%s: ", prompt);
  }
  got = fgets (line, sizeof line, stdin);
  if (on_terminal) {
    tcsetattr (STDIN_FILENO, TCSAFLUSH, &seen);
    g_printerr ("\n");
  }
  if (got == NULL) {
    tocsin_fail (error, TOCSIN_ERROR_INVALID, "%s: a line on standard input is wanted", prompt);
    return NULL;
  }
  line[strcspn (line, "\r\n")] = '\0';
  return g_strdup (line);
}

TocsinActor
tocsin_cli_get_actor (const TocsinAdmin *admin)
{
  return (TocsinActor){ .kind = "operator", .name = g_get_user_name (), .at_us = admin->now_us };
}

/* --- tables --- */

/* (transfer full) (nullable) */
static char *
get_cell (const TocsinPgRows *rows, guint row, guint column, const char *name)
{
  gint64 at_us;

  if (!g_str_has_suffix (name, "_at"))
    return g_strdup (tocsin_pg_rows_get_text_or_null (rows, row, column));
  at_us = tocsin_pg_rows_get_int (rows, row, column);
  return at_us != 0 ? tocsin_time_to_text (at_us) : NULL;
}

static void
print_json (const TocsinPgRows *rows, const char *const *columns, GString *output)
{
  g_auto (TocsinJsonWriter) writer;
  GString *text;

  tocsin_json_writer_init (&writer, 1024);
  tocsin_json_writer_begin_array (&writer, NULL);
  for (guint i = 0; i < tocsin_pg_rows_get_n (rows); i++) {
    tocsin_json_writer_begin_object (&writer, NULL);
    for (guint j = 0; columns[j] != NULL; j++) {
      g_autofree char *cell = get_cell (rows, i, j, columns[j]);

      tocsin_json_writer_string (&writer, columns[j], cell);
    }
    tocsin_json_writer_end_object (&writer);
  }
  tocsin_json_writer_end_array (&writer);
  text = tocsin_json_writer_take (&writer);
  g_string_append_printf (output, "%s\n", text->str);
  g_string_free (text, TRUE);
}

static void
pad (GString *output, const char *text, glong width)
{
  g_string_append (output, text);
  for (glong n = g_utf8_strlen (text, -1); n < width; n++)
    g_string_append_c (output, ' ');
}

static glong
get_width (const TocsinPgRows *rows, guint column, const char *name)
{
  glong width = g_utf8_strlen (name, -1);

  for (guint i = 0; i < tocsin_pg_rows_get_n (rows); i++) {
    g_autofree char *cell = get_cell (rows, i, column, name);

    if (cell != NULL)
      width = MAX (width, g_utf8_strlen (cell, -1));
  }
  return width;
}

static void
print_table (const TocsinPgRows *rows, const char *const *columns, GString *output)
{
  guint n = g_strv_length ((char **) columns);
  g_autofree glong *widths = g_new (glong, n);

  for (guint j = 0; j < n; j++) {
    widths[j] = j + 1 < n ? get_width (rows, j, columns[j]) + 2 : 0;
    pad (output, columns[j], widths[j]);
  }
  g_string_append_c (output, '\n');
  for (guint i = 0; i < tocsin_pg_rows_get_n (rows); i++) {
    for (guint j = 0; j < n; j++) {
      g_autofree char *cell = get_cell (rows, i, j, columns[j]);

      pad (output, cell != NULL ? cell : "–", widths[j]);
    }
    g_string_append_c (output, '\n');
  }
}

void
tocsin_cli_print_rows (const TocsinAdmin *admin, const TocsinPgRows *rows,
                       const char *const *columns, GString *output)
{
  if (admin->json)
    print_json (rows, columns, output);
  else
    print_table (rows, columns, output);
}
