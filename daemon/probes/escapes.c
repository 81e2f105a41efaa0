/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "escapes"

#include "config.h"

#include <string.h>

#include "errors.h"
#include "escapes.h"

static const struct {
  char letter;
  char byte;
} letters[] = {
  { 'a', '\a' }, { 'b', '\b' }, { 'e', '\033' }, { 'f', '\f' }, { 'n', '\n' },  { 'r', '\r' },
  { 't', '\t' }, { 'v', '\v' }, { '\\', '\\' },  { '"', '\"' }, { '\'', '\'' }, { '?', '?' },
};

/* Up to `most` digits of `base` at `*at`; FALSE where there is none, or more than a byte holds. */
static gboolean
read_digits (const char **at, guint base, guint most, guint *value)
{
  guint n = 0;

  *value = 0;
  for (; n < most; n++, (*at)++) {
    int digit = g_ascii_xdigit_value (**at);

    if (digit < 0 || (guint) digit >= base)
      break;
    *value = *value * base + (guint) digit;
  }
  return n > 0 && *value <= G_MAXUINT8;
}

/* What follows the backslash at `*at`; steps over it. */
static gboolean
read_escape (const char **at, guint8 *byte)
{
  guint value;

  for (guint i = 0; i < G_N_ELEMENTS (letters); i++)
    if (letters[i].letter == **at) {
      (*at)++;
      *byte = (guint8) letters[i].byte;
      return TRUE;
    }
  if (**at == 'x') {
    (*at)++;
    if (!read_digits (at, 16, 2, &value))
      return FALSE;
  } else if (!read_digits (at, 8, 3, &value)) {
    return FALSE;
  }
  *byte = (guint8) value;
  return TRUE;
}

GBytes *
tocsin_escapes_decode (const char *text, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  const char *at = text;

  g_return_val_if_fail (text != NULL, NULL);

  while (*at != '\0') {
    const char *from = at;
    guint8 byte = (guint8) *at++;

    if (byte == '\\' && !read_escape (&at, &byte)) {
      tocsin_fail (error, TOCSIN_ERROR_INVALID,
                   "“%.*s” is no C escape; such as \\r, \\n, \\t, \\\\, \\x1b or \\033 is wanted",
                   (int) MIN (strlen (from), (gsize) (at - from) + 1), from);
      return NULL;
    }
    g_byte_array_append (bytes, &byte, 1);
  }
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

static void
append_escaped (GString *text, guint8 byte)
{
  static const char shown[] = "abefnrtv"; /* as escapes; quotes need none between “ and ” */

  for (guint i = 0; i < G_N_ELEMENTS (letters); i++)
    if ((guint8) letters[i].byte == byte &&
        (byte == '\\' || strchr (shown, letters[i].letter) != NULL)) {
      g_string_append_printf (text, "\\%c", letters[i].letter);
      return;
    }
  if (byte >= 0x20 && byte < 0x7f)
    g_string_append_c (text, (char) byte);
  else
    g_string_append_printf (text, "\\x%02x", byte);
}

char *
tocsin_escapes_encode (const guint8 *bytes, gsize length, gsize most)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gsize shown = MIN (length, most), at = 0;

  while (at < shown) {
    const char *from = (const char *) bytes + at;
    gunichar character = g_utf8_get_char_validated (from, (gssize) (length - at));

    if (character < 0x80 || character >= (gunichar) -2 || !g_unichar_isprint (character)) {
      append_escaped (text, bytes[at++]);
      continue;
    }
    g_string_append_unichar (text, character);
    at += (gsize) g_unichar_to_utf8 (character, NULL);
  }
  if (length > at)
    g_string_append (text, "…");
  return g_string_free (g_steal_pointer (&text), FALSE);
}
