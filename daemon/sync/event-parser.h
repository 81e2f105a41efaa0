/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Reads a stream of server-sent events (HTML Living Standard, section 9.2.6) as its bytes come.
 * Pure. */
typedef struct _TocsinEventParser TocsinEventParser;

#define TOCSIN_EVENT_LINE_BYTES (1024 * 1024) /* and of an event's data; longer ones are dropped */

/* `data` of several lines has line ends between. `id` is the last one that the stream gave,
 * nullable. */
typedef void (*TocsinEventFunc) (const char *kind, const char *id, const char *data,
                                 gpointer user_data);

TocsinEventParser *tocsin_event_parser_new (TocsinEventFunc func, gpointer user_data);
void tocsin_event_parser_free (TocsinEventParser *parser);

/* Calls the function for each event that ends in `bytes`. */
void tocsin_event_parser_feed (TocsinEventParser *parser, const char *bytes, gsize size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinEventParser, tocsin_event_parser_free)

G_END_DECLS
