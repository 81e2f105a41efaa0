/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "json-writer"

#include "config.h"

#include <string.h>

#include "json-writer.h"
#include "timetext.h"

#define TIME_BYTES 40

/* Bytes that need a second look: the control characters, the quote, the backslash, DEL, and all
 * that is not ASCII, which may be no UTF-8. */
static gboolean
is_plain (guchar c)
{
  return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

static void
append_escaped (GString *to, guchar c)
{
  static const char shorts[][2] = {
    { '"', '"' }, { '\\', '\\' }, { '\n', 'n' }, { '\t', 't' }, { '\r', 'r' }
  };

  for (guint i = 0; i < G_N_ELEMENTS (shorts); i++)
    if ((guchar) shorts[i][0] == c) {
      g_string_append_c (to, '\\');
      g_string_append_c (to, shorts[i][1]);
      return;
    }
  g_string_append_printf (to, "\\u%04x", c);
}

/* One character of more than a byte, or what stands for a byte that is none. */
static const char *
append_wide (GString *to, const char *at)
{
  gunichar c = g_utf8_get_char_validated (at, -1);

  if (c == (gunichar) -1 || c == (gunichar) -2) {
    g_string_append (to, "\xef\xbf\xbd");
    return at + 1;
  }
  g_string_append_len (to, at, g_utf8_next_char (at) - at);
  return g_utf8_next_char (at);
}

static void
append_text (GString *to, const char *text)
{
  while (*text != '\0') {
    const char *end = text;

    while (is_plain ((guchar) *end))
      end++;
    g_string_append_len (to, text, end - text);
    text = end;
    if (*text == '\0')
      return;
    if ((guchar) *text >= 0x80)
      text = append_wide (to, text);
    else
      append_escaped (to, (guchar) *text++);
  }
}

static void
append_number (GString *to, gint64 value)
{
  char digits[24];
  guint at = sizeof digits;
  guint64 rest = value < 0 ? -(guint64) value : (guint64) value;

  do {
    digits[--at] = (char) ('0' + rest % 10);
    rest /= 10;
  } while (rest != 0);
  if (value < 0)
    digits[--at] = '-';
  g_string_append_len (to, digits + at, (gssize) (sizeof digits - at));
}

static void
begin (TocsinJsonWriter *writer, const char *name)
{
  if (writer->needs_comma)
    g_string_append_c (writer->text, ',');
  writer->needs_comma = TRUE;
  if (name == NULL)
    return;
  g_string_append_c (writer->text, '"');
  g_string_append (writer->text, name);
  g_string_append_len (writer->text, "\":", 2);
}

void
tocsin_json_writer_init (TocsinJsonWriter *writer, gsize room_bytes)
{
  g_return_if_fail (writer != NULL);

  writer->text = g_string_sized_new (room_bytes);
  writer->needs_comma = FALSE;
}

void
tocsin_json_writer_clear (TocsinJsonWriter *writer)
{
  if (writer->text != NULL)
    g_string_free (g_steal_pointer (&writer->text), TRUE);
}

GString *
tocsin_json_writer_take (TocsinJsonWriter *writer)
{
  g_return_val_if_fail (writer != NULL && writer->text != NULL, NULL);

  return g_steal_pointer (&writer->text);
}

/* --- brackets --- */

static void
open_bracket (TocsinJsonWriter *writer, const char *name, char bracket)
{
  begin (writer, name);
  g_string_append_c (writer->text, bracket);
  writer->needs_comma = FALSE;
}

static void
close_bracket (TocsinJsonWriter *writer, char bracket)
{
  g_string_append_c (writer->text, bracket);
  writer->needs_comma = TRUE;
}

void
tocsin_json_writer_begin_object (TocsinJsonWriter *writer, const char *name)
{
  open_bracket (writer, name, '{');
}

void
tocsin_json_writer_end_object (TocsinJsonWriter *writer)
{
  close_bracket (writer, '}');
}

void
tocsin_json_writer_begin_array (TocsinJsonWriter *writer, const char *name)
{
  open_bracket (writer, name, '[');
}

void
tocsin_json_writer_end_array (TocsinJsonWriter *writer)
{
  close_bracket (writer, ']');
}

/* --- values --- */

void
tocsin_json_writer_begin_string (TocsinJsonWriter *writer, const char *name)
{
  begin (writer, name);
  g_string_append_c (writer->text, '"');
}

void
tocsin_json_writer_part (TocsinJsonWriter *writer, const char *part)
{
  append_text (writer->text, part);
}

void
tocsin_json_writer_plain_part (TocsinJsonWriter *writer, const char *part, gsize n_bytes)
{
  g_string_append_len (writer->text, part, (gssize) n_bytes);
}

void
tocsin_json_writer_end_string (TocsinJsonWriter *writer)
{
  g_string_append_c (writer->text, '"');
}

void
tocsin_json_writer_string (TocsinJsonWriter *writer, const char *name, const char *value)
{
  if (value == NULL) {
    tocsin_json_writer_null (writer, name);
    return;
  }
  tocsin_json_writer_begin_string (writer, name);
  append_text (writer->text, value);
  tocsin_json_writer_end_string (writer);
}

void
tocsin_json_writer_int (TocsinJsonWriter *writer, const char *name, gint64 value)
{
  begin (writer, name);
  append_number (writer->text, value);
}

void
tocsin_json_writer_bool (TocsinJsonWriter *writer, const char *name, gboolean value)
{
  begin (writer, name);
  g_string_append (writer->text, value ? "true" : "false");
}

void
tocsin_json_writer_null (TocsinJsonWriter *writer, const char *name)
{
  begin (writer, name);
  g_string_append_len (writer->text, "null", 4);
}

void
tocsin_json_writer_seconds (TocsinJsonWriter *writer, const char *name, gint64 span_us,
                            guint digits)
{
  gint64 fraction = ABS (span_us % TOCSIN_US_PER_S);
  char text[8];

  g_return_if_fail (digits <= 6);

  begin (writer, name);
  if (span_us < 0 && span_us > -TOCSIN_US_PER_S)
    g_string_append_c (writer->text, '-');
  append_number (writer->text, span_us / TOCSIN_US_PER_S);
  for (guint i = 6; i > 0; i--, fraction /= 10)
    text[i] = (char) ('0' + fraction % 10);
  text[0] = '.';
  while (digits > 0 && text[digits] == '0')
    digits--;
  if (digits > 0)
    g_string_append_len (writer->text, text, (gssize) digits + 1);
}

void
tocsin_json_writer_value (TocsinJsonWriter *writer, const char *name, const char *json)
{
  begin (writer, name);
  g_string_append (writer->text, json);
}

void
tocsin_json_writer_begin_member (TocsinJsonWriter *writer, const char *name)
{
  tocsin_json_writer_string (writer, NULL, name);
  g_string_append_c (writer->text, ':');
  writer->needs_comma = FALSE;
}

void
tocsin_json_writer_members (TocsinJsonWriter *writer, const char *json)
{
  if (*json != '\0')
    tocsin_json_writer_value (writer, NULL, json);
}

/* --- times --- */

static char *
put_digits (char *at, gint64 value, guint n)
{
  for (guint i = n; i > 0; i--, value /= 10)
    at[i - 1] = (char) ('0' + value % 10);
  return at + n;
}

/* "2026-11-23T04:18:18"; days to a civil date by the era of 400 years, counted from 1 March. */
static char *
put_time (char *at, gint64 seconds)
{
  gint64 days = seconds / 86400 + 719468, second = seconds % 86400;
  gint64 era = days / 146097, of_era = days % 146097;
  gint64 years = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  gint64 of_year = of_era - (365 * years + years / 4 - years / 100);
  gint64 month = (5 * of_year + 2) / 153;
  gint64 day = of_year - (153 * month + 2) / 5 + 1;

  month = month < 10 ? month + 3 : month - 9;
  at = put_digits (at, era * 400 + years + (month <= 2 ? 1 : 0), 4);
  *at++ = '-';
  at = put_digits (at, month, 2);
  *at++ = '-';
  at = put_digits (at, day, 2);
  *at++ = 'T';
  at = put_digits (at, second / 3600, 2);
  *at++ = ':';
  at = put_digits (at, second / 60 % 60, 2);
  *at++ = ':';
  return put_digits (at, second % 60, 2);
}

static char *
put_fraction (char *at, gint64 at_us, guint least_digits)
{
  char *start = at;

  *at++ = '.';
  at = put_digits (at, at_us % TOCSIN_US_PER_S, 6);
  while (at > start + 1 + least_digits && at[-1] == '0')
    at--;
  return at == start + 1 ? start : at;
}

static void
append_time (TocsinJsonWriter *writer, const char *name, const char *text, const char *end)
{
  tocsin_json_writer_begin_string (writer, name);
  g_string_append_len (writer->text, text, end - text);
  tocsin_json_writer_end_string (writer);
}

/* The year 9999 is the last that has four digits; nothing that is stored is before 1970. */
static gint64
clamp_time (gint64 at_us)
{
  return CLAMP (at_us, 0, G_GINT64_CONSTANT (253402300799) * TOCSIN_US_PER_S);
}

void
tocsin_json_writer_time (TocsinJsonWriter *writer, const char *name, gint64 at_us)
{
  char text[TIME_BYTES], *end;

  if (at_us == 0) {
    tocsin_json_writer_null (writer, name);
    return;
  }
  at_us = clamp_time (at_us);
  end = put_fraction (put_time (text, at_us / TOCSIN_US_PER_S), at_us, 0);
  *end++ = 'Z';
  append_time (writer, name, text, end);
}

void
tocsin_json_writer_iso_time (TocsinJsonWriter *writer, const char *name, gint64 at_us,
                             TocsinIsoForm form)
{
  char text[TIME_BYTES], *end;

  if (at_us == 0) {
    tocsin_json_writer_null (writer, name);
    return;
  }
  at_us = clamp_time (at_us);
  end = put_time (text, at_us / TOCSIN_US_PER_S);
  if (form == TOCSIN_ISO_MICROSECONDS && at_us % TOCSIN_US_PER_S != 0)
    end = put_fraction (end, at_us, 6);
  memcpy (end, "+00:00", 6);
  append_time (writer, name, text, end + 6);
}
