/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Beats: each entry is due at first, first + interval, first + 2 × interval, …, without drift,
 * however long a check takes, and once off the beat where a retry was asked for. All times are
 * µs of the monotonic clock, which stands still while the machine sleeps: after a suspend or a
 * stall each entry is due once, not once for every beat it missed. */
typedef struct _TocsinScheduler TocsinScheduler;
typedef struct _TocsinBeat TocsinBeat;

/* `due_us` is when it should have been; `is_retry`: off the beat. The callback may change or remove
 * any beat. */
typedef void (*TocsinBeatFunc) (gpointer beat_data, gint64 due_us, gboolean is_retry);

TocsinScheduler *tocsin_scheduler_new (GMainContext *context, TocsinBeatFunc due);
void tocsin_scheduler_free (TocsinScheduler *scheduler); /* and every beat */

/* While it is held nothing is due; beats missed meanwhile are skipped. */
void tocsin_scheduler_set_held (TocsinScheduler *scheduler, gboolean held);

TocsinBeat *tocsin_scheduler_add (TocsinScheduler *scheduler, gint64 first_us, gint64 interval_us,
                                  gpointer beat_data);
void tocsin_beat_remove (TocsinBeat *beat);

/* Due once at `retry_us` too, where that is before the next beat; < 0 takes it back. */
void tocsin_beat_set_retry (TocsinBeat *beat, gint64 retry_us);

/* When it is due next. */
gint64 tocsin_beat_get_due (const TocsinBeat *beat);

/* The first beat after `now_us` of one that started at `first_us`. Pure. */
gint64 tocsin_beat_after (gint64 first_us, gint64 interval_us, gint64 now_us);

/* Where in its interval a monitor's beat lies: spread evenly by a hash of its id, so that a
 * thousand monitors that were added or started together do not fire together. Pure. */
gint64 tocsin_beat_jitter (const char *id, gint64 interval_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinScheduler, tocsin_scheduler_free)

G_END_DECLS
