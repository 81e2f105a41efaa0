/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "db.h"
#include "store.h"
#include "vault.h"

G_BEGIN_DECLS

/* What runs on a thread of the store, with that thread's connection. Answers FALSE with an error,
 * or TRUE and, where the task is to end with one, a result. */
typedef struct _TocsinStoreJob TocsinStoreJob;
typedef gboolean (*TocsinStoreWork) (TocsinStoreJob *job, TocsinDb *db, GError **error);

/* Arguments are few and alike, so one struct serves every call; what a call does not need is
 * zero. */
struct _TocsinStoreJob {
  TocsinStoreWork work;
  TocsinStore *store; /* (not owned) for its options and vault only */
  GTask *task;        /* (owned) (nullable) nobody waits */
  gboolean durable;   /* on disk before the task ends */
  gboolean alone;     /* not within a transaction */

  gint64 key;             /* of the monitor */
  char *id, *text, *more; /* (owned) (nullable) */
  GBytes *bytes;          /* (owned) (nullable) */
  gint64 from_us, to_us, number;
  guint limit;
  GArray *samples; /* (owned) (nullable) (element-type TocsinStoredSample) */
  GPtrArray
      *jobs; /* (owned) (nullable) (element-type TocsinStoreJob) done together or not at all */

  gpointer result; /* handed to the task */
  GDestroyNotify free_result;
  gint64 result_number; /* where `free_result` is NULL and `result` too */
};

typedef struct {
  gint64 key;
  TocsinPoint point;
  char *evidence; /* (owned) (nullable) JSON: {reason, evidence} */
} TocsinStoredSample;

TocsinStoreJob *tocsin_store_job_new (TocsinStore *store, TocsinStoreWork work,
                                      GAsyncReadyCallback callback, gpointer user_data);
void tocsin_store_job_free (TocsinStoreJob *job);

/* Ends the job's task with its result, or `error` (which is taken). */
void tocsin_store_job_end (TocsinStoreJob *job, GError *error);

/* Hand a job over to a thread. */
void tocsin_store_write (TocsinStore *store, TocsinStoreJob *job);
void tocsin_store_read (TocsinStore *store, TocsinStoreJob *job);
void tocsin_store_care (TocsinStore *store, TocsinStoreJob *job); /* reads for long */

/* Long statements of `db` are broken off when the store is to be closed. */
gboolean tocsin_store_is_closing (TocsinStore *store);
void tocsin_store_stop_when_closing (TocsinStore *store, TocsinDb *db);

/* The number that stands for a monitor; 0: unknown. On the main thread. */
gint64 tocsin_store_get_key (TocsinStore *store, const char *id);
gint64 tocsin_store_make_key (TocsinStore *store, const char *id);

TocsinVault *tocsin_store_get_vault (TocsinStore *store);
const char *tocsin_store_get_path (TocsinStore *store);

/* The writer's connection, migrated. */
TocsinDb *tocsin_store_open_db (TocsinStore *store, GError **error);

/* Queued samples go to the writer now. */
void tocsin_store_push_samples (TocsinStore *store);

/* Jobs that a caller hands over itself, or makes a part of a batch; `callback` nullable. */
TocsinStoreJob *tocsin_store_job_save_monitor (TocsinStore *store, TocsinMonitor *monitor,
                                               gboolean keep_secrets, GAsyncReadyCallback callback,
                                               gpointer user_data);
TocsinStoreJob *tocsin_store_job_remove_monitor (TocsinStore *store, const char *id,
                                                 GAsyncReadyCallback callback, gpointer user_data);
TocsinStoreJob *tocsin_store_job_save_maintenance (TocsinStore *store,
                                                   const TocsinMaintenance *maintenance,
                                                   GAsyncReadyCallback callback,
                                                   gpointer user_data);
TocsinStoreJob *tocsin_store_job_remove_maintenance (TocsinStore *store, const char *id,
                                                     GAsyncReadyCallback callback,
                                                     gpointer user_data);
TocsinStoreJob *tocsin_store_job_save_incident (TocsinStore *store, const TocsinIncident *incident,
                                                GAsyncReadyCallback callback, gpointer user_data);

/* Writes the job's samples. */
gboolean tocsin_store_work_samples (TocsinStoreJob *job, TocsinDb *db, GError **error);

/* --- writer.c --- */

typedef struct _TocsinWriter TocsinWriter;

/* From the writer's thread, with a sentence; NULL: all is well again. */
typedef void (*TocsinWriterProblem) (const char *problem, gboolean damaged, gpointer user_data);

TocsinWriter *tocsin_writer_new (TocsinDb *db /* (transfer full) */, TocsinStore *store,
                                 TocsinWriterProblem problem, gpointer user_data);
void tocsin_writer_push (TocsinWriter *writer, TocsinStoreJob *job);
void tocsin_writer_free (TocsinWriter *writer); /* writes what waits */

/* In the writer's thread: another connection takes the place of this one, which is closed first;
 * NULL: it is opened anew when it is needed. */
void tocsin_writer_replace_db (TocsinWriter *writer, TocsinDb *db /* (transfer full) (nullable) */);

/* --- reader.c --- */

/* A thread that reads, with a connection of its own. What takes long (checks, backups) has a second
 * one, the carer, so that nobody waits for it; its connection is open only while it works. */
typedef struct _TocsinReader TocsinReader;

TocsinReader *tocsin_reader_new (TocsinStore *store, const char *name, gboolean is_carer);
void tocsin_reader_push (TocsinReader *reader, TocsinStoreJob *job /* (transfer full) */);

/* The file was replaced: a reader that handed a job on which wanted to be alone goes on. */
void tocsin_reader_resume (TocsinReader *reader);

/* Ends and frees it. FALSE where SQLite is at something that can't be broken off, as a check of a
 * large file is: it is left to itself. */
gboolean tocsin_reader_stop (TocsinReader *reader);

/* --- upkeep.c --- */

/* Rolls up and packs a few monitors; `more` while there is more to do. `after_key` is its place
 * from one step to the next, 0 at first. */
gboolean tocsin_upkeep_step (TocsinDb *db, const TocsinStoreOptions *options, gint64 now_us,
                             gint64 *after_key, gboolean *more, GError **error);

/* The samples of from ≤ at < to that are rows, oldest first, appended. */
gboolean tocsin_hot_samples_read (TocsinDb *db, gint64 key, gint64 from_us, gint64 to_us,
                                  GArray *points, GError **error);
/* The newest one before `before_us`, appended, if there is one. */
gboolean tocsin_hot_samples_read_before (TocsinDb *db, gint64 key, gint64 before_us, GArray *points,
                                         GError **error);

/* When the oldest one is; 0: there is none. */
gboolean tocsin_hot_samples_read_oldest (TocsinDb *db, gint64 key, gint64 *at_us, GError **error);

/* Counts into `hour` what `points`, which are by time, say of it until `until_us`. The one at
 * `*first` may lie before the hour, as its time reaches in; it is set for the next hour. */
void tocsin_hot_samples_roll (const GArray *points, guint *first, gint64 cut_us, gint64 until_us,
                              TocsinRollup *hour);

gboolean tocsin_rollup_says_something (const TocsinRollup *rollup);

/* --- repair.c --- */

/* Renames the database and what belongs to it; answers the new name. (transfer full) */
char *tocsin_repair_set_aside (const char *path, gint64 now_us, GError **error);

/* Copies what can still be read of monitors, maintenance and incidents from a damaged file. Answers
 * how many records. */
guint tocsin_repair_salvage (TocsinDb *db, const char *damaged_path);

G_END_DECLS
