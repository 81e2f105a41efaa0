/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "audit.h"
#include "cli.h"

G_BEGIN_DECLS

/* Takes `--name VALUE` or `--name=VALUE` out of `args`, which close up; NULL: it is not there.
 * (transfer full) */
char *tocsin_cli_take_option (char **args, const char *name);
/* The same for one without a value. */
gboolean tocsin_cli_take_flag (char **args, const char *name);
/* INVALID where more, or fewer, than `n` are left, or an option that nobody took. */
gboolean tocsin_cli_check_args (char **args, guint n, GError **error);

/* The first line of standard input, for secrets that are not to be seen on a command line.
 * (transfer full) */
char *tocsin_cli_read_line (const char *prompt, GError **error);

/* A table with these columns (ended by NULL), or JSON objects with them as members. Columns whose
 * name ends in "_at" are times. */
void tocsin_cli_print_rows (const TocsinAdmin *admin, const TocsinPgRows *rows,
                            const char *const *columns, GString *output);

/* The actor of what an operator does. */
TocsinActor tocsin_cli_get_actor (const TocsinAdmin *admin);

G_END_DECLS
