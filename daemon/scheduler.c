/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "scheduler"

#include "config.h"

#include "due-heap.h"
#include "scheduler.h"

/* Beats that are due this close together are one wake-up, at the price of being so late: a thousand
 * checks a second are then a hundred wake-ups of two threads, not a thousand. */
#define SLACK_US 25000

struct _TocsinScheduler {
  GSource *source; /* (owned) */
  TocsinBeatFunc due;
  TocsinDueHeap *beats; /* (owned) of TocsinBeat */
  gboolean held;
};

struct _TocsinBeat {
  TocsinDue due;              /* first: the heap's */
  TocsinScheduler *scheduler; /* (not owned) */
  gint64 next_us;
  gint64 retry_us; /* < 0: none */
  gint64 interval_us;
  gpointer data;
};

gint64
tocsin_beat_get_due (const TocsinBeat *beat)
{
  g_return_val_if_fail (beat != NULL, 0);

  return beat->retry_us >= 0 ? MIN (beat->retry_us, beat->next_us) : beat->next_us;
}

static void
rearm (TocsinScheduler *scheduler)
{
  const TocsinBeat *first = tocsin_due_heap_get_first (scheduler->beats);
  gint64 due = -1;

  if (!scheduler->held && first != NULL)
    due = MAX (0, tocsin_beat_get_due (first) + SLACK_US);
  g_source_set_ready_time (scheduler->source, due);
}

static void
settle (TocsinBeat *beat)
{
  tocsin_due_heap_move (beat->scheduler->beats, &beat->due, tocsin_beat_get_due (beat));
  rearm (beat->scheduler);
}

gint64
tocsin_beat_after (gint64 first_us, gint64 interval_us, gint64 now_us)
{
  g_return_val_if_fail (interval_us > 0, first_us);

  if (now_us < first_us)
    return first_us;
  return first_us + ((now_us - first_us) / interval_us + 1) * interval_us;
}

gint64
tocsin_beat_jitter (const char *id, gint64 interval_us)
{
  guint64 hash = G_GUINT64_CONSTANT (0xcbf29ce484222325); /* FNV-1a, 64 bit */

  g_return_val_if_fail (id != NULL && interval_us > 0, 0);

  for (; *id != '\0'; id++)
    hash = (hash ^ (guint8) *id) * G_GUINT64_CONSTANT (0x100000001b3);
  hash ^= hash >> 32; /* FNV's low bits alone are even enough, its high bits are not */
  return (gint64) (hash % (guint64) interval_us);
}

static gboolean
dispatch_source (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

static GSourceFuncs source_funcs = { .dispatch = dispatch_source };

static gboolean
due_cb (gpointer user_data)
{
  TocsinScheduler *scheduler = user_data;
  gint64 now_us = g_get_monotonic_time ();
  TocsinBeat *beat;

  while (!scheduler->held && (beat = tocsin_due_heap_get_first (scheduler->beats)) != NULL) {
    gint64 due_us = tocsin_beat_get_due (beat);
    gboolean is_retry = due_us < beat->next_us;

    if (due_us > now_us)
      break;
    beat->retry_us = -1;
    if (!is_retry)
      beat->next_us = tocsin_beat_after (beat->next_us, beat->interval_us, now_us);
    tocsin_due_heap_move (scheduler->beats, &beat->due, tocsin_beat_get_due (beat));
    scheduler->due (beat->data, due_us, is_retry);
  }
  rearm (scheduler);
  return G_SOURCE_CONTINUE;
}

TocsinScheduler *
tocsin_scheduler_new (GMainContext *context, TocsinBeatFunc due)
{
  TocsinScheduler *scheduler = g_new0 (TocsinScheduler, 1);

  scheduler->due = due;
  scheduler->beats = tocsin_due_heap_new ();
  scheduler->source = g_source_new (&source_funcs, sizeof (GSource));
  g_source_set_callback (scheduler->source, due_cb, scheduler, NULL);
  g_source_set_static_name (scheduler->source, "scheduler");
  /* Before what is merely idle or reads: a beat that is late says something untrue. */
  g_source_set_priority (scheduler->source, G_PRIORITY_HIGH);
  g_source_attach (scheduler->source, context);
  return scheduler;
}

void
tocsin_scheduler_free (TocsinScheduler *scheduler)
{
  TocsinBeat *beat;

  if (scheduler == NULL)
    return;
  g_source_destroy (scheduler->source);
  g_source_unref (scheduler->source);
  while ((beat = tocsin_due_heap_get_first (scheduler->beats)) != NULL) {
    tocsin_due_heap_remove (scheduler->beats, &beat->due);
    g_free (beat);
  }
  tocsin_due_heap_free (scheduler->beats);
  g_free (scheduler);
}

void
tocsin_scheduler_set_held (TocsinScheduler *scheduler, gboolean held)
{
  g_return_if_fail (scheduler != NULL);

  scheduler->held = held;
  rearm (scheduler);
}

TocsinBeat *
tocsin_scheduler_add (TocsinScheduler *scheduler, gint64 first_us, gint64 interval_us,
                      gpointer beat_data)
{
  TocsinBeat *beat = g_new0 (TocsinBeat, 1);

  g_return_val_if_fail (scheduler != NULL && interval_us > 0, NULL);

  beat->scheduler = scheduler;
  beat->next_us = first_us;
  beat->retry_us = -1;
  beat->interval_us = interval_us;
  beat->data = beat_data;
  tocsin_due_heap_add (scheduler->beats, &beat->due, first_us);
  rearm (scheduler);
  return beat;
}

void
tocsin_beat_remove (TocsinBeat *beat)
{
  TocsinScheduler *scheduler;

  g_return_if_fail (beat != NULL);

  scheduler = beat->scheduler;
  tocsin_due_heap_remove (scheduler->beats, &beat->due);
  g_free (beat);
  rearm (scheduler);
}

void
tocsin_beat_set_retry (TocsinBeat *beat, gint64 retry_us)
{
  g_return_if_fail (beat != NULL);

  if (beat->retry_us == retry_us) /* none, as before: nearly always */
    return;
  beat->retry_us = retry_us;
  settle (beat);
}
