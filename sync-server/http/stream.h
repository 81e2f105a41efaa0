/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "call.h"

G_BEGIN_DECLS

/* An answer without an end, for events: it stays open until one of the two sides closes it. On the
 * HTTP thread alone. */
typedef struct _TocsinStream TocsinStream;

/* Told once, when it is over, by whomever; the stream is gone after it. */
typedef void (*TocsinStreamOver) (TocsinStream *stream, gpointer user_data);

/* Begins the answer to `call`, which it takes: 200 and `type`. */
TocsinStream *tocsin_stream_new (TocsinCall *call, const char *type, TocsinStreamOver over,
                                 gpointer user_data);

#define TOCSIN_STREAM_WAITING_BYTES (256 * 1024) /* that a client has not taken, at most */

/* Sends some more. A client that takes too little is let go: it comes again, and is told from where
 * it was. */
void tocsin_stream_send (TocsinStream *stream, GBytes *bytes);

/* Ends the answer properly, after what was sent. */
void tocsin_stream_end (TocsinStream *stream);

G_END_DECLS
