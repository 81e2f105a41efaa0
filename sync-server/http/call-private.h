/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "call.h"

G_BEGIN_DECLS

/* For a request whose head is there. */
TocsinCall *tocsin_call_new (TocsinWorker *worker, SoupServerMessage *message);

/* Checks who asks and may, then runs the handler; on a thread of the pool. (TocsinPgWork) */
gboolean tocsin_call_run (TocsinPg *pg, gpointer data, GError **error);

/* What every answer has: the request's id, no-store, nosniff, … */
void tocsin_call_add_common_headers (TocsinCall *call);

/* The answer has no end: nobody waits for it. */
void tocsin_call_is_stream (TocsinCall *call);

G_END_DECLS
