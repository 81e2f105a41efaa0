/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "scheduler"

#include "config.h"

#include "scheduler.h"

/* Beats that are due this close together are one wake-up, at the price of being so late: a thousand
 * checks a second are then a hundred wake-ups of two threads, not a thousand. */
#define SLACK_US 25000

/* A binary heap by due time; each beat knows its place, so that it can move when it changes. */
struct _TocsinScheduler {
  GSource *source; /* (owned) */
  TocsinBeatFunc due;
  GPtrArray *heap; /* (owned) (element-type TocsinBeat) */
  gboolean held;
};

struct _TocsinBeat {
  TocsinScheduler *scheduler; /* (not owned) */
  guint place;
  gint64 next_us;
  gint64 retry_us; /* < 0: none */
  gint64 interval_us;
  gpointer data;
};

#define BEAT(scheduler, i) ((TocsinBeat *) g_ptr_array_index ((scheduler)->heap, (i)))

gint64
tocsin_beat_get_due (const TocsinBeat *beat)
{
  g_return_val_if_fail (beat != NULL, 0);

  return beat->retry_us >= 0 ? MIN (beat->retry_us, beat->next_us) : beat->next_us;
}

static void
put (TocsinScheduler *scheduler, guint place, TocsinBeat *beat)
{
  scheduler->heap->pdata[place] = beat;
  beat->place = place;
}

static void
sift_up (TocsinScheduler *scheduler, TocsinBeat *beat)
{
  gint64 due = tocsin_beat_get_due (beat);
  guint place = beat->place;

  while (place > 0) {
    TocsinBeat *parent = BEAT (scheduler, (place - 1) / 2);

    if (tocsin_beat_get_due (parent) <= due)
      break;
    put (scheduler, place, parent);
    place = (place - 1) / 2;
  }
  put (scheduler, place, beat);
}

static void
sift_down (TocsinScheduler *scheduler, TocsinBeat *beat)
{
  gint64 due = tocsin_beat_get_due (beat);
  guint place = beat->place, n = scheduler->heap->len;

  while (2 * place + 1 < n) {
    guint child = 2 * place + 1;

    if (child + 1 < n && tocsin_beat_get_due (BEAT (scheduler, child + 1)) <
                             tocsin_beat_get_due (BEAT (scheduler, child)))
      child++;
    if (due <= tocsin_beat_get_due (BEAT (scheduler, child)))
      break;
    put (scheduler, place, BEAT (scheduler, child));
    place = child;
  }
  put (scheduler, place, beat);
}

static void
rearm (TocsinScheduler *scheduler)
{
  gint64 due = -1;

  if (!scheduler->held && scheduler->heap->len > 0)
    due = MAX (0, tocsin_beat_get_due (BEAT (scheduler, 0)) + SLACK_US);
  g_source_set_ready_time (scheduler->source, due);
}

static void
settle (TocsinBeat *beat)
{
  sift_up (beat->scheduler, beat);
  sift_down (beat->scheduler, beat);
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

  while (!scheduler->held && scheduler->heap->len > 0) {
    TocsinBeat *beat = BEAT (scheduler, 0);
    gint64 due_us = tocsin_beat_get_due (beat);
    gboolean is_retry = due_us < beat->next_us;

    if (due_us > now_us)
      break;
    beat->retry_us = -1;
    if (!is_retry)
      beat->next_us = tocsin_beat_after (beat->next_us, beat->interval_us, now_us);
    sift_down (scheduler, beat);
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
  scheduler->heap = g_ptr_array_new ();
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
  if (scheduler == NULL)
    return;
  g_source_destroy (scheduler->source);
  g_source_unref (scheduler->source);
  g_ptr_array_set_free_func (scheduler->heap, g_free);
  g_ptr_array_unref (scheduler->heap);
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
  beat->place = scheduler->heap->len;
  g_ptr_array_add (scheduler->heap, beat);
  settle (beat);
  return beat;
}

void
tocsin_beat_remove (TocsinBeat *beat)
{
  TocsinScheduler *scheduler;
  TocsinBeat *last;
  guint place;

  g_return_if_fail (beat != NULL);

  scheduler = beat->scheduler;
  place = beat->place;
  last = BEAT (scheduler, scheduler->heap->len - 1);
  g_ptr_array_set_size (scheduler->heap, (int) scheduler->heap->len - 1);
  if (last != beat) {
    put (scheduler, place, last);
    settle (last);
  } else {
    rearm (scheduler);
  }
  g_free (beat);
}

void
tocsin_beat_set_retry (TocsinBeat *beat, gint64 retry_us)
{
  g_return_if_fail (beat != NULL);

  beat->retry_us = retry_us;
  settle (beat);
}
