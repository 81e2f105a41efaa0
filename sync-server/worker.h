/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gio/gio.h>

#include "call.h"
#include "pg-pool.h"
#include "server-config.h"

G_BEGIN_DECLS

typedef struct _TocsinPings TocsinPings;
typedef struct _TocsinIntake TocsinIntake;
typedef struct _TocsinJobs TocsinJobs;
typedef struct _TocsinMailer TocsinMailer;
typedef struct _TocsinEvents TocsinEvents;

/* One process that serves: what its parts share. The main context is the HTTP thread's. */
struct _TocsinWorker {
  const TocsinServerConfig *config;
  TocsinPgPool *pool;   /* (owned) requests */
  TocsinPings *pings;   /* (owned) the intake of pings */
  TocsinIntake *intake; /* (owned) that of samples */
  TocsinJobs *jobs;     /* (owned) what is due without a request */
  TocsinMailer *mailer; /* (owned) */
  TocsinEvents *events; /* (owned) streams of what changes */
  guint number;         /* 0, 1, … */
};

/* Serves on the sockets `fds`, which listen already, until it is told to end by SIGTERM or SIGINT:
 * then it takes no new connections, finishes what it began, and answers. */
int tocsin_worker_run (const TocsinServerConfig *config, guint number, const int *fds, guint n_fds);

/* To the database, of one worker at most. */
guint tocsin_worker_count_connections (const TocsinServerConfig *config);

G_END_DECLS
