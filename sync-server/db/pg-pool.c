/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "pg-pool"

#include "config.h"

#include "errors.h"
#include "pg-pool.h"

#define TRIES_MOST 5

typedef struct {
  TocsinWorkMode mode;
  TocsinPgWork work;
  gpointer data;
} Job;

struct _TocsinPgPool {
  GObject parent_instance;

  char *url;
  GAsyncQueue *queues[TOCSIN_N_LANES]; /* (owned) of GTask with a Job */
  GPtrArray *threads;                  /* (owned) */
  guint n_threads[TOCSIN_N_LANES];
};

G_DEFINE_FINAL_TYPE (TocsinPgPool, tocsin_pg_pool, G_TYPE_OBJECT)

/* What a thread is given to know that it shall end. */
static char the_end;

typedef struct {
  GAsyncQueue *queue; /* (owned) */
  char *url;
} Desk;

/* --- work --- */

static gboolean
run_in_transaction (TocsinPg *pg, TocsinPgMode mode, TocsinPgWork work, gpointer data,
                    gboolean *has_begun, GError **error)
{
  g_auto (TocsinPgTransaction) transaction = { 0 };

  *has_begun = tocsin_pg_begin (pg, mode, &transaction, error);
  return *has_begun && work (pg, data, error) && tocsin_pg_commit (&transaction, error);
}

static gboolean
run_once (TocsinPg *pg, TocsinWorkMode mode, TocsinPgWork work, gpointer data, gboolean *has_begun,
          GError **error)
{
  if (mode == TOCSIN_WORK_BARE)
    return work (pg, data, error);
  return run_in_transaction (pg, mode == TOCSIN_WORK_READ ? TOCSIN_PG_READ : TOCSIN_PG_WRITE, work,
                             data, has_begun, error);
}

/* A connection may have died since it was last used, which its first statement, the BEGIN, finds:
 * then it is tried once more. So is reading. Writing is not, since a lost answer to COMMIT may hide
 * a success. */
static gboolean
is_worth_again (const GError *error, TocsinWorkMode mode, guint tries, gboolean has_begun)
{
  if (mode == TOCSIN_WORK_BARE || tries >= TRIES_MOST)
    return FALSE;
  if (g_error_matches (error, TOCSIN_PG_ERROR, TOCSIN_PG_ERROR_RETRY))
    return TRUE;
  return tries == 1 && (mode == TOCSIN_WORK_READ || !has_begun) &&
         g_error_matches (error, TOCSIN_PG_ERROR, TOCSIN_PG_ERROR_UNAVAILABLE);
}

gboolean
tocsin_pg_work_run (TocsinPg *pg, TocsinWorkMode mode, TocsinPgWork work, gpointer data,
                    GError **error)
{
  g_return_val_if_fail (pg != NULL && work != NULL, FALSE);

  for (guint tries = 1;; tries++) {
    g_autoptr (GError) problem = NULL;
    gboolean has_begun = FALSE;

    if (run_once (pg, mode, work, data, &has_begun, &problem))
      return TRUE;
    if (!is_worth_again (problem, mode, tries, has_begun)) {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
    g_debug ("again: %s", problem->message);
  }
}

static void
do_task (TocsinPg *pg, GTask *task)
{
  const Job *job = g_task_get_task_data (task);
  GError *error = NULL;

  if (tocsin_pg_work_run (pg, job->mode, job->work, job->data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static gpointer
sit (gpointer data)
{
  Desk *desk = data;
  g_autoptr (TocsinPg) pg = tocsin_pg_new (desk->url);

  while (TRUE) {
    gpointer next = g_async_queue_pop (desk->queue);

    if (next == &the_end)
      break;
    do_task (pg, next);
    g_object_unref (next);
  }
  g_async_queue_unref (desk->queue);
  g_free (desk->url);
  g_free (desk);
  return NULL;
}

/* --- public --- */

void
tocsin_pg_pool_run_async (TocsinPgPool *self, TocsinLane lane, TocsinWorkMode mode,
                          TocsinPgWork work, gpointer data, GAsyncReadyCallback callback,
                          gpointer user_data)
{
  /* Of no source: a task that had the pool would let go of it on one of its own threads. */
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
  Job *job = g_new0 (Job, 1);

  g_return_if_fail (TOCSIN_IS_PG_POOL (self));
  g_return_if_fail (lane < TOCSIN_N_LANES && work != NULL);

  *job = (Job){ mode, work, data };
  g_task_set_source_tag (task, tocsin_pg_pool_run_async);
  g_task_set_task_data (task, job, g_free);
  if (g_async_queue_length (self->queues[lane]) >= TOCSIN_PG_QUEUE_MOST) {
    g_task_return_new_error (task, TOCSIN_ERROR, TOCSIN_ERROR_BUSY,
                             "too many requests wait for the database; try again in a moment");
    return;
  }
  g_async_queue_push (self->queues[lane], g_steal_pointer (&task));
}

gboolean
tocsin_pg_pool_run_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

guint
tocsin_pg_pool_get_n_waiting (TocsinPgPool *self)
{
  guint n = 0;

  g_return_val_if_fail (TOCSIN_IS_PG_POOL (self), 0);

  for (guint i = 0; i < TOCSIN_N_LANES; i++)
    n += (guint) MAX (g_async_queue_length (self->queues[i]), 0);
  return n;
}

/* --- life --- */

static void
tocsin_pg_pool_finalize (GObject *object)
{
  TocsinPgPool *self = TOCSIN_PG_POOL (object);

  for (guint lane = 0; lane < TOCSIN_N_LANES; lane++)
    for (guint i = 0; i < self->n_threads[lane]; i++)
      g_async_queue_push (self->queues[lane], &the_end);
  for (guint i = 0; i < self->threads->len; i++)
    g_thread_join (g_ptr_array_index (self->threads, i));
  g_ptr_array_unref (self->threads);
  for (guint lane = 0; lane < TOCSIN_N_LANES; lane++)
    g_async_queue_unref (self->queues[lane]);
  g_free (self->url);
  G_OBJECT_CLASS (tocsin_pg_pool_parent_class)->finalize (object);
}

static void
tocsin_pg_pool_class_init (TocsinPgPoolClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tocsin_pg_pool_finalize;
}

static void
tocsin_pg_pool_init (TocsinPgPool *self)
{
  self->threads = g_ptr_array_new ();
  for (guint i = 0; i < TOCSIN_N_LANES; i++)
    self->queues[i] = g_async_queue_new ();
}

static void
seat (TocsinPgPool *self, TocsinLane lane)
{
  static const char *const names[TOCSIN_N_LANES] = { "pg-fast", "pg-slow" };
  Desk *desk = g_new0 (Desk, 1);

  desk->queue = g_async_queue_ref (self->queues[lane]);
  desk->url = g_strdup (self->url);
  g_ptr_array_add (self->threads, g_thread_new (names[lane], sit, desk));
  self->n_threads[lane]++;
}

TocsinPgPool *
tocsin_pg_pool_new (const char *url, guint n_fast, guint n_slow)
{
  TocsinPgPool *self = g_object_new (TOCSIN_TYPE_PG_POOL, NULL);

  g_return_val_if_fail (n_fast > 0 && n_slow > 0, NULL);

  self->url = g_strdup (url);
  for (guint i = 0; i < n_fast; i++)
    seat (self, TOCSIN_LANE_FAST);
  for (guint i = 0; i < n_slow; i++)
    seat (self, TOCSIN_LANE_SLOW);
  return self;
}
