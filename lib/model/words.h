/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One string table an enum, used by JSON, SQL, D-Bus, command line and UI alike. The words are
 * those of the design's section 2. */
typedef struct {
  const char *what; /* for messages: "state" */
  const char *const *words;
  guint n_words;
} TocsinWords;

#define TOCSIN_WORDS(what, table)     \
  {                                   \
    what, table, G_N_ELEMENTS (table) \
  }

/* The word for `value`; NULL where there is none. */
const char *tocsin_words_get (const TocsinWords *words, guint value);

/* Finds the value of `word`; FALSE, with an error that lists what would be right, where there is
 * none. `value` is touched only on success. */
gboolean tocsin_words_find (const TocsinWords *words, const char *word, guint *value,
                            GError **error);

G_END_DECLS
