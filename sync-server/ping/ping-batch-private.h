/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "heartbeat-row.h"
#include "ping-batch.h"

G_BEGIN_DECLS

/* Writes the pings and what they changed. */
gboolean tocsin_ping_batch_write (TocsinPg *pg, const TocsinPingBatch *batch,
                                  GHashTable *by_ping_id, GError **error);

G_END_DECLS
