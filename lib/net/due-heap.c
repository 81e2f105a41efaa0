/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "due-heap"

#include "config.h"

#include "due-heap.h"

struct _TocsinDueHeap {
  GPtrArray *entries; /* (element-type TocsinDue) the least due first */
  guint64 next_number;
};

static gboolean
is_before (const TocsinDue *a, const TocsinDue *b)
{
  return a->due_us < b->due_us || (a->due_us == b->due_us && a->number < b->number);
}

static void
put (GPtrArray *entries, guint place, TocsinDue *due)
{
  entries->pdata[place] = due;
  due->place = place;
}

static void
sift_up (GPtrArray *entries, TocsinDue *due)
{
  guint place = due->place;

  while (place > 0) {
    guint parent = (place - 1) / 2;

    if (!is_before (due, entries->pdata[parent]))
      break;
    put (entries, place, entries->pdata[parent]);
    place = parent;
  }
  put (entries, place, due);
}

static void
sift_down (GPtrArray *entries, TocsinDue *due)
{
  guint place = due->place;

  for (;;) {
    guint child = 2 * place + 1;

    if (child >= entries->len)
      break;
    if (child + 1 < entries->len && is_before (entries->pdata[child + 1], entries->pdata[child]))
      child++;
    if (!is_before (entries->pdata[child], due))
      break;
    put (entries, place, entries->pdata[child]);
    place = child;
  }
  put (entries, place, due);
}

TocsinDueHeap *
tocsin_due_heap_new (void)
{
  TocsinDueHeap *heap = g_new0 (TocsinDueHeap, 1);

  heap->entries = g_ptr_array_new ();
  return heap;
}

void
tocsin_due_heap_free (TocsinDueHeap *heap)
{
  if (heap == NULL)
    return;
  g_ptr_array_unref (heap->entries);
  g_free (heap);
}

void
tocsin_due_heap_add (TocsinDueHeap *heap, TocsinDue *due, gint64 due_us)
{
  due->due_us = due_us;
  due->number = heap->next_number++;
  due->place = heap->entries->len;
  g_ptr_array_add (heap->entries, due);
  sift_up (heap->entries, due);
}

void
tocsin_due_heap_move (TocsinDueHeap *heap, TocsinDue *due, gint64 due_us)
{
  g_assert (heap->entries->pdata[due->place] == due);

  due->due_us = due_us;
  due->number = heap->next_number++;
  sift_up (heap->entries, due);
  sift_down (heap->entries, due);
}

void
tocsin_due_heap_remove (TocsinDueHeap *heap, TocsinDue *due)
{
  TocsinDue *last = heap->entries->pdata[heap->entries->len - 1];
  guint place = due->place;

  g_assert (heap->entries->pdata[place] == due);
  g_ptr_array_set_size (heap->entries, (int) heap->entries->len - 1);
  if (last == due)
    return;
  put (heap->entries, place, last);
  sift_up (heap->entries, last);
  sift_down (heap->entries, last);
}

gpointer
tocsin_due_heap_get_first (const TocsinDueHeap *heap)
{
  return heap->entries->len > 0 ? heap->entries->pdata[0] : NULL;
}

guint64
tocsin_due_heap_get_next_number (const TocsinDueHeap *heap)
{
  return heap->next_number;
}
