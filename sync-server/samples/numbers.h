/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Which numbers of a probe's outbox were counted already: all up to `contiguous`, and ranges above
 * it. They come in any order, since what is new is sent before what waited. Pure. */
typedef struct {
  gint64 contiguous;
  GArray *ranges; /* (owned) of TocsinNumberRange, sorted, none touching another */
} TocsinNumbers;

typedef struct {
  gint64 from, to; /* both within */
} TocsinNumberRange;

#define TOCSIN_NUMBERS_RANGES 10000 /* above: a probe that leaves so many gaps is broken */

void tocsin_numbers_init (TocsinNumbers *numbers, gint64 contiguous);
void tocsin_numbers_clear (TocsinNumbers *numbers);

/* Counts a number; FALSE where it was counted before, or there would be too many ranges. */
gboolean tocsin_numbers_add (TocsinNumbers *numbers, gint64 number);

/* All below `settled` are counted or will never come. */
void tocsin_numbers_settle (TocsinNumbers *numbers, gint64 settled);

/* The ranges as PostgreSQL's text form of an array, {from,to,from,to}. (transfer full) */
char *tocsin_numbers_print (const TocsinNumbers *numbers);
/* Reads what was printed into `numbers`, which has none; FALSE: it makes no sense. */
gboolean tocsin_numbers_parse (TocsinNumbers *numbers, const char *text);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TocsinNumbers, tocsin_numbers_clear)

G_END_DECLS
