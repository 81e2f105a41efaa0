/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "words"

#include "config.h"

#include "errors.h"
#include "words.h"

const char *
tocsin_words_get (const TocsinWords *words, guint value)
{
  g_return_val_if_fail (words != NULL, NULL);

  return value < words->n_words ? words->words[value] : NULL;
}

static char *
list_words (const TocsinWords *words)
{
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < words->n_words; i++) {
    if (words->words[i] == NULL)
      continue;
    if (list->len > 0)
      g_string_append (list, ", ");
    g_string_append (list, words->words[i]);
  }
  return g_string_free (g_steal_pointer (&list), FALSE);
}

gboolean
tocsin_words_find (const TocsinWords *words, const char *word, guint *value, GError **error)
{
  g_autofree char *all = NULL;

  g_return_val_if_fail (words != NULL, FALSE);
  g_return_val_if_fail (word != NULL, FALSE);

  for (guint i = 0; i < words->n_words; i++)
    if (g_strcmp0 (words->words[i], word) == 0) {
      *value = i;
      return TRUE;
    }

  all = list_words (words);
  return tocsin_fail (error, TOCSIN_ERROR_INVALID, "“%s” is no %s; one of: %s", word, words->what,
                      all);
}
