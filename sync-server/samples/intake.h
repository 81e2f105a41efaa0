/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "batch.h"
#include "server-config.h"

G_BEGIN_DECLS

/* The intake of samples: a thread with a connection takes all batches that wait, and one
 * transaction counts each sample once, stores the runs, brings the rollups up to date, judges, and
 * writes what follows. A batch is answered after that commit. */

typedef struct _TocsinIntake TocsinIntake;

/* A sample that is not counted, and why. */
typedef struct {
  gint64 number;
  const char *reason; /* static */
} TocsinRefusedSample;

/* A batch on its way. Filled by who takes it in: team, probe, batch and times; the rest is the
 * answer. */
typedef struct {
  char *team_id;  /* (owned) */
  char *probe_id; /* (owned) */
  TocsinBatch batch;
  gint64 received_at;
  gpointer call; /* who waits */

  gboolean is_stored; /* else: come again */
  gint64 acked;       /* all up to it were counted */
  GArray *refused;    /* (owned) of TocsinRefusedSample */
  char *assignments;  /* (owned) the version of who checks what */
} TocsinBatchTicket;

TocsinBatchTicket *tocsin_batch_ticket_new (const char *team_id, const char *probe_id,
                                            gint64 received_at);
void tocsin_batch_ticket_free (TocsinBatchTicket *ticket);

/* On the main context of who made the intake; it owns the ticket. */
typedef void (*TocsinBatchDone) (TocsinBatchTicket *ticket);

TocsinIntake *tocsin_intake_new (const TocsinServerConfig *config, TocsinBatchDone done);

/* Waits for what was taken in and has it answered. */
void tocsin_intake_free (TocsinIntake *intake);

#define TOCSIN_INTAKE_WAITING 64 /* batches; more are told to come again */

/* Takes a ticket, or answers FALSE where too many wait. */
gboolean tocsin_intake_take (TocsinIntake *intake, TocsinBatchTicket *ticket);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinBatchTicket, tocsin_batch_ticket_free)

G_END_DECLS
