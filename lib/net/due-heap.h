/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What is due next of many: a binary heap whose entries know their place, so that each can move or
 * go. What is due at the same time comes in the order in which it was set. */
typedef struct _TocsinDueHeap TocsinDueHeap;

/* The first member of what is due; the heap's own to write. */
typedef struct {
  gint64 due_us;
  guint64 number; /* grows with each that is set */
  guint place;
} TocsinDue;

TocsinDueHeap *tocsin_due_heap_new (void);
void tocsin_due_heap_free (TocsinDueHeap *heap); /* not what is in it */

void tocsin_due_heap_add (TocsinDueHeap *heap, TocsinDue *due, gint64 due_us);
void tocsin_due_heap_move (TocsinDueHeap *heap, TocsinDue *due, gint64 due_us);
void tocsin_due_heap_remove (TocsinDueHeap *heap, TocsinDue *due);

/* (transfer none) (nullable) */
gpointer tocsin_due_heap_get_first (const TocsinDueHeap *heap);

/* The number that the next to be set gets. */
guint64 tocsin_due_heap_get_next_number (const TocsinDueHeap *heap);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinDueHeap, tocsin_due_heap_free)

G_END_DECLS
