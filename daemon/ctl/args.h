/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A command's arguments: options from a table, and what is left. "--name value" and "--name=value"
 * are the same; "--" ends the options. */
typedef struct {
  const char *name;  /* without dashes */
  char letter;       /* '\0': none */
  const char *value; /* what it takes, for the help; NULL: a switch */
  const char *help;
} TocsinOption;

typedef struct {
  const char *name; /* (not owned) of its option, or in `extra` what was written */
  char *value;      /* (owned) (nullable) a switch has none */
} TocsinGiven;

typedef struct {
  GArray *given;         /* (element-type TocsinGiven) in order */
  GPtrArray *positional; /* (element-type utf8) */
  gboolean wants_help;
} TocsinArgs;

/* `options` ends with a row of NULL. With `any_option` unknown options take a value and are kept
 * under the name that they were written with. FALSE with INVALID. */
gboolean tocsin_args_parse (TocsinArgs *args, const TocsinOption *options, gboolean any_option,
                            int argc, char **argv, GError **error);
void tocsin_args_clear (TocsinArgs *args);

/* The last value; NULL where it was not given. */
const char *tocsin_args_get (const TocsinArgs *args, const char *name);
gboolean tocsin_args_has (const TocsinArgs *args, const char *name);

/* A positional argument; NULL where there are fewer. */
const char *tocsin_args_at (const TocsinArgs *args, guint i);

/* A span ("24h") that was given, or `fallback_us`. */
gboolean tocsin_args_get_span (const TocsinArgs *args, const char *name, gint64 fallback_us,
                               gint64 *span_us, GError **error);
gboolean tocsin_args_get_count (const TocsinArgs *args, const char *name, guint fallback,
                                guint most, guint *count, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TocsinArgs, tocsin_args_clear)

G_END_DECLS
