/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <json-glib/json-glib.h>

#include "fields.h"
#include "state.h"

G_BEGIN_DECLS

/* What tocsinctl prints, for people and as JSON. A state is a shape and a colour, never a colour
 * alone; colours are for terminals, and not where NO_COLOR is set. */

typedef enum {
  TOCSIN_COLOR_NONE,
  TOCSIN_COLOR_GOOD,
  TOCSIN_COLOR_WARN,
  TOCSIN_COLOR_BAD,
  TOCSIN_COLOR_DIM,
  TOCSIN_COLOR_BOLD,
} TocsinColor;

gboolean tocsin_show_has_color (void);

/* "● up" without colour. */
const char *tocsin_show_shape (TocsinState state);
TocsinColor tocsin_show_state_color (TocsinState state);

/* The escape that begins a colour, or ends all; "" where there are none. */
const char *tocsin_show_begin (TocsinColor color);
const char *tocsin_show_end (void);

/* How many columns text takes on a terminal. */
guint tocsin_show_width (const char *text);
/* Cut with "…" or filled with blanks to exactly `width`. (transfer full) */
char *tocsin_show_fit (const char *text, guint width);

/* Cut without a mark where it is wider than `width`; escapes for colours take no columns, and stay.
 * (transfer full) */
char *tocsin_show_clip (const char *line, guint width);

/* Columns on the terminal; 80 where nobody knows, G_MAXUINT in a pipe. */
guint tocsin_show_columns (void);

/* Aligned columns; the last one may be as long as it likes. */
typedef struct {
  GPtrArray *rows; /* (element-type GStrv) */
  GArray *colors;  /* (element-type TocsinColor) of each row's first cell */
} TocsinTable;

void tocsin_table_init (TocsinTable *table);
void tocsin_table_add (TocsinTable *table, TocsinColor color, ...) G_GNUC_NULL_TERMINATED;
void tocsin_table_print (TocsinTable *table); /* and clears it */

/* ▁▂▃▄▅▆▇█ scaled to the highest; "x" failed is ╳, "-" nothing is ·. (transfer full) */
char *tocsin_show_sparkline (char *const *recent, guint most);

/* Local time, short: "04:18:18" today, else "2026-11-23 04:18". "—" for 0. (transfer full) */
char *tocsin_show_time (gint64 at_us, gint64 now_us);

/* How long something lasted, to the second: "4 s", "3 h 12 min". (transfer full) */
char *tocsin_show_span (gint64 span_us);

/* "42 ms", "1.2 s", "—" for < 0. (transfer full) */
char *tocsin_show_latency (gint64 latency_us);

void tocsin_show_json_node (JsonNode *node);
void tocsin_show_json (const TocsinFields *fields, gconstpointer object);
void tocsin_show_json_list (const TocsinFields *fields, const GPtrArray *objects);

/* Every member with its help, as options of `add KIND`. */
void tocsin_show_member_help (const char *command);

/* What to do where there is no monitor yet. */
void tocsin_show_first_steps (void);

G_END_DECLS
