/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "args"

#include "config.h"

#include <string.h>

#include "args.h"
#include "errors.h"
#include "timetext.h"

static void
clear_given (gpointer data)
{
  TocsinGiven *given = data;

  g_free (given->value);
}

static const TocsinOption *
find_long (const TocsinOption *options, const char *name, gsize length)
{
  for (; options->name != NULL; options++)
    if (strlen (options->name) == length && strncmp (options->name, name, length) == 0)
      return options;
  return NULL;
}

static const TocsinOption *
find_letter (const TocsinOption *options, char letter)
{
  for (; options->name != NULL; options++)
    if (options->letter == letter)
      return options;
  return NULL;
}

static void
give (TocsinArgs *args, const char *name, const char *value)
{
  TocsinGiven given = { .name = name, .value = g_strdup (value) };

  g_array_append_val (args->given, given);
}

static const char *
intern (const char *name, gsize length)
{
  g_autofree char *copy = g_strndup (name, length);

  return g_intern_string (copy);
}

typedef struct {
  TocsinArgs *args;
  const TocsinOption *options;
  gboolean any_option;
  int argc, at;
  char **argv;
} Reader;

/* The value of an option: behind "=", or the next word. */
static gboolean
read_value (Reader *reader, const char *shown, const char *inline_value, const char **value,
            GError **error)
{
  *value = inline_value;
  if (inline_value != NULL)
    return TRUE;
  if (reader->at + 1 >= reader->argc)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "%s: a value is wanted after it", shown);
  *value = reader->argv[++reader->at];
  return TRUE;
}

static gboolean
read_long (Reader *reader, const char *word, GError **error)
{
  const char *name = word + 2;
  gsize length = strcspn (name, "=");
  const char *inline_value = name[length] == '=' ? name + length + 1 : NULL;
  const TocsinOption *option = find_long (reader->options, name, length);
  const char *value = NULL;

  if (length == strlen ("help") && strncmp (name, "help", length) == 0) {
    reader->args->wants_help = TRUE;
    return TRUE;
  }
  if (option == NULL && !reader->any_option)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "%.*s: no such option", (int) length + 2,
                        word);
  if (option != NULL && option->value == NULL) {
    if (inline_value != NULL)
      return tocsin_fail (error, TOCSIN_ERROR_INVALID, "--%s takes no value", option->name);
  } else if (!read_value (reader, word, inline_value, &value, error)) {
    return FALSE;
  }
  give (reader->args, option != NULL ? option->name : intern (name, length), value);
  return TRUE;
}

static gboolean
read_short (Reader *reader, const char *word, GError **error)
{
  const TocsinOption *option = find_letter (reader->options, word[1]);
  const char *value = NULL;

  if (strcmp (word, "-h") == 0 && option == NULL) {
    reader->args->wants_help = TRUE;
    return TRUE;
  }
  if (option == NULL)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "%s: no such option", word);
  if (option->value != NULL &&
      !read_value (reader, word, word[2] != '\0' ? word + 2 : NULL, &value, error))
    return FALSE;
  give (reader->args, option->name, value);
  return TRUE;
}

gboolean
tocsin_args_parse (TocsinArgs *args, const TocsinOption *options, gboolean any_option, int argc,
                   char **argv, GError **error)
{
  Reader reader = { args, options, any_option, argc, 0, argv };
  gboolean only_words = FALSE;

  args->given = g_array_new (FALSE, TRUE, sizeof (TocsinGiven));
  g_array_set_clear_func (args->given, clear_given);
  args->positional = g_ptr_array_new_with_free_func (g_free);
  for (; reader.at < argc; reader.at++) {
    const char *word = argv[reader.at];

    if (only_words || word[0] != '-' || word[1] == '\0')
      g_ptr_array_add (args->positional, g_strdup (word));
    else if (strcmp (word, "--") == 0)
      only_words = TRUE;
    else if (!(word[1] == '-' ? read_long (&reader, word, error)
                              : read_short (&reader, word, error)))
      return FALSE;
  }
  return TRUE;
}

void
tocsin_args_clear (TocsinArgs *args)
{
  g_clear_pointer (&args->given, g_array_unref);
  g_clear_pointer (&args->positional, g_ptr_array_unref);
}

static const TocsinGiven *
find_given (const TocsinArgs *args, const char *name)
{
  for (guint i = args->given->len; i-- > 0;)
    if (strcmp (g_array_index (args->given, TocsinGiven, i).name, name) == 0)
      return &g_array_index (args->given, TocsinGiven, i);
  return NULL;
}

const char *
tocsin_args_get (const TocsinArgs *args, const char *name)
{
  const TocsinGiven *given = find_given (args, name);

  return given != NULL ? given->value : NULL;
}

gboolean
tocsin_args_has (const TocsinArgs *args, const char *name)
{
  return find_given (args, name) != NULL;
}

const char *
tocsin_args_at (const TocsinArgs *args, guint i)
{
  return i < args->positional->len ? args->positional->pdata[i] : NULL;
}

gboolean
tocsin_args_get_span (const TocsinArgs *args, const char *name, gint64 fallback_us, gint64 *span_us,
                      GError **error)
{
  const char *text = tocsin_args_get (args, name);

  *span_us = fallback_us;
  if (text == NULL || tocsin_span_from_text (text, span_us, error))
    return TRUE;
  g_prefix_error (error, "--%s: ", name);
  return FALSE;
}

gboolean
tocsin_args_get_count (const TocsinArgs *args, const char *name, guint fallback, guint most,
                       guint *count, GError **error)
{
  const char *text = tocsin_args_get (args, name);
  guint64 value;

  *count = fallback;
  if (text == NULL)
    return TRUE;
  if (!g_ascii_string_to_unsigned (text, 10, 1, most, &value, NULL))
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "--%s: a number from 1 to %u is wanted", name,
                        most);
  *count = (guint) value;
  return TRUE;
}
