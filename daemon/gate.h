/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How many checks may run at once, overall and against one host. Who finds the gate shut waits;
 * the longest waiting whose host is free goes first. Pure bookkeeping, one thread. */
typedef struct _TocsinGate TocsinGate;

/* Somebody at the gate; embed it in what waits. */
typedef struct {
  const char *host; /* (not owned) must outlive the ticket; "" counts only overall */
  gboolean running;
  GList link; /* in the queue while it waits */
} TocsinTicket;

TocsinGate *tocsin_gate_new (guint most, guint most_a_host);
void tocsin_gate_free (TocsinGate *gate); /* nobody may be running or waiting */

/* TRUE: go. FALSE: it waits, and comes out of `tocsin_gate_next` later. */
gboolean tocsin_gate_enter (TocsinGate *gate, TocsinTicket *ticket, gpointer owner);

/* One that was running is done, or one that was waiting gives up. */
void tocsin_gate_leave (TocsinGate *gate, TocsinTicket *ticket);

/* The owner of the next that may go now and counts as running; NULL: nobody. Ask until NULL after
 * each leave. */
gpointer tocsin_gate_next (TocsinGate *gate);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinGate, tocsin_gate_free)

G_END_DECLS
