/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "screen"

#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "errors.h"
#include "screen.h"

#define ENTER "\033[?1049h\033[?25l\033[2J"
#define LEAVE "\033[0m\033[?25h\033[?1049l"

static struct termios before;
static gboolean is_open;

static void
put (const char *text, gsize length)
{
  while (length > 0) {
    ssize_t n = write (STDOUT_FILENO, text, length);

    if (n < 0 && errno != EINTR && errno != EAGAIN)
      return;
    text += MAX (n, 0);
    length -= (gsize) MAX (n, 0);
  }
}

gboolean
tocsin_screen_open (GError **error)
{
  static gboolean registered;
  struct termios raw;

  if (!isatty (STDIN_FILENO) || !isatty (STDOUT_FILENO) || tcgetattr (STDIN_FILENO, &before) != 0)
    return tocsin_fail (error, TOCSIN_ERROR_UNAVAILABLE,
                        "a terminal is wanted; “tocsinctl list” prints once");
  raw = before;
  raw.c_lflag &= ~(tcflag_t) (ICANON | ECHO);
  raw.c_cc[VMIN] = 0;
  raw.c_cc[VTIME] = 0;
  tcsetattr (STDIN_FILENO, TCSAFLUSH, &raw);
  is_open = TRUE;
  if (!registered)
    atexit (tocsin_screen_close);
  registered = TRUE;
  put (ENTER, strlen (ENTER));
  return TRUE;
}

void
tocsin_screen_close (void)
{
  if (!is_open)
    return;
  is_open = FALSE;
  put (LEAVE, strlen (LEAVE));
  tcsetattr (STDIN_FILENO, TCSAFLUSH, &before);
}

void
tocsin_screen_get_size (guint *columns, guint *rows)
{
  struct winsize size;

  *columns = 80;
  *rows = 24;
  if (ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0) {
    *columns = size.ws_col;
    *rows = size.ws_row;
  }
}

void
tocsin_screen_draw (GPtrArray *lines)
{
  g_autoptr (GString) frame = g_string_new ("\033[H");

  for (guint i = 0; i < lines->len; i++)
    g_string_append_printf (frame, "%s\033[0m\033[K%s", (const char *) lines->pdata[i],
                            i + 1 < lines->len ? "\r\n" : "");
  g_string_append (frame, "\033[J");
  put (frame->str, frame->len);
}

guint
tocsin_screen_read_key (const char **text)
{
  static const struct {
    const char *sequence;
    TocsinKey key;
  } keys[] = {
    { "\033[A", TOCSIN_KEY_UP },       { "\033OA", TOCSIN_KEY_UP },
    { "\033[B", TOCSIN_KEY_DOWN },     { "\033OB", TOCSIN_KEY_DOWN },
    { "\033[5~", TOCSIN_KEY_PAGE_UP }, { "\033[6~", TOCSIN_KEY_PAGE_DOWN },
    { "\033[H", TOCSIN_KEY_HOME },     { "\033[1~", TOCSIN_KEY_HOME },
    { "\033[F", TOCSIN_KEY_END },      { "\033[4~", TOCSIN_KEY_END },
    { "\r", TOCSIN_KEY_ENTER },        { "\n", TOCSIN_KEY_ENTER },
  };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (g_str_has_prefix (*text, keys[i].sequence)) {
      *text += strlen (keys[i].sequence);
      return keys[i].key;
    }
  if (**text == '\033') {
    *text += (*text)[1] == '[' ? strlen (*text) : 1; /* a key that we don't know */
    return TOCSIN_KEY_ESCAPE;
  }
  return (guint8) * (*text)++;
}
