/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "server-config.h"

G_BEGIN_DECLS

/* What is due without anybody's request, on threads with a connection each: overdue heartbeats,
 * silent probes and monitors, days that are over, and what is kept no longer. Every worker of every
 * machine has one; work is taken as rows that nobody else holds, so that nothing is done twice. */
typedef struct _TocsinJobs TocsinJobs;

TocsinJobs *tocsin_jobs_new (const TocsinServerConfig *config);
void tocsin_jobs_free (TocsinJobs *jobs);

G_END_DECLS
