/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "call.h"

G_BEGIN_DECLS

/* The stretch of time that a request asks about. */
typedef struct {
  gint64 from_us;
  gint64 to_us; /* later, and no later than now */
} TocsinApiSpan;

/* Reads ?from= and ?to=, RFC 3339: the last 24 hours where nothing is said; 400. */
gboolean tocsin_api_span_read (const TocsinCall *call, TocsinApiSpan *span, GError **error);

/* The path's monitor, if the team has it: else an empty list would look like an answer. 404.
 * (nullable) */
const char *tocsin_api_find_monitor (TocsinCall *call, TocsinPg *pg, GError **error);

G_END_DECLS
