/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "monitor-cache.h"
#include "pings.h"

G_BEGIN_DECLS

typedef struct {
  const TocsinServerConfig *config;
  TocsinMonitorCache *cache;
  TocsinPingTicket **tickets;
  guint n_tickets;
} TocsinPingBatch;

/* One transaction for all of `batch` (a TocsinPingBatch): finds and locks their monitors in one
 * order, steps their machines in the order of the pings, and writes what came of it. Sets each
 * ticket's answer, which holds after the commit. May be run again. (TocsinPgWork) */
gboolean tocsin_ping_batch_run (TocsinPg *pg, gpointer batch, GError **error);

/* Before it, in transactions of their own: the monitors that pings with create=1 ask for. */
gboolean tocsin_ping_batch_create (TocsinPg *pg, TocsinPingBatch *batch, GError **error);

G_END_DECLS
