/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "engine"

#include "config.h"

#include "engine.h"
#include "gate.h"
#include "mailbox.h"
#include "probe.h"

/* Samples may wait so long for others to be judged with: nobody sees it, and it saves most of the
 * wake-ups. */
#define RESULTS_PATIENCE_US 40000

/* A job is posted to the engine's thread, runs there, and is posted back. Between the two it is the
 * engine's; the caller only keeps the pointer, to cancel it by. The caller's fields are touched on
 * the caller's thread alone, so that a job cancelled while its sample is under way is dropped when
 * it arrives. */
struct _TocsinJob {
  gatomicrefcount refs; /* one for the caller's side, one for the engine's */
  TocsinEngine *engine;

  /* the caller's */
  TocsinEngineDone done; /* NULL: cancelled */
  gpointer user_data;

  /* set before it is posted, then only read */
  TocsinMonitor *monitor;
  GRefString *host;

  /* the engine's */
  TocsinTicket ticket;
  TocsinRun *run;
  gint64 started_us;
  TocsinSample *sample; /* handed over with the job */
  gboolean ended;
};

typedef enum { COMMAND_START, COMMAND_CANCEL, COMMAND_STOP } CommandKind;

typedef struct {
  CommandKind kind;
  TocsinJob *job; /* (owned) */
} Command;

struct _TocsinEngine {
  GThread *thread;
  GMainContext *context;
  GMainLoop *loop;
  TocsinMailbox *commands; /* to the engine's thread */
  TocsinMailbox *results;  /* to the caller's */

  /* the engine's thread alone */
  TocsinEngineLimits limits;
  TocsinProber *prober;
  TocsinGate *gate;
  GHashTable *jobs; /* (element-type TocsinJob) running or waiting */
};

static void
job_unref (TocsinJob *job)
{
  if (!g_atomic_ref_count_dec (&job->refs))
    return;
  tocsin_monitor_unref (job->monitor);
  g_ref_string_release (job->host);
  tocsin_sample_free (job->sample);
  g_free (job);
}

static TocsinJob *
job_ref (TocsinJob *job)
{
  g_atomic_ref_count_inc (&job->refs);
  return job;
}

/* --- on the engine's thread --- */

static void start_job (TocsinJob *job);

static void
let_in (TocsinEngine *engine)
{
  TocsinJob *job;

  while ((job = tocsin_gate_next (engine->gate)) != NULL)
    start_job (job);
}

static void
end_job (TocsinJob *job)
{
  TocsinEngine *engine = job->engine;

  job->ended = TRUE;
  tocsin_gate_leave (engine->gate, &job->ticket);
  g_hash_table_remove (engine->jobs, job);
}

static void
probe_done_cb (TocsinSample *sample, gpointer user_data)
{
  TocsinJob *job = user_data;
  TocsinEngine *engine = job->engine;

  job->run = NULL;
  job->sample = sample;
  end_job (job);
  tocsin_mailbox_post (engine->results, job); /* with the engine's reference */
  let_in (engine);
}

static void
start_job (TocsinJob *job)
{
  job->started_us = g_get_monotonic_time ();
  job->run = tocsin_prober_start (job->engine->prober, job->monitor, probe_done_cb, job);
}

static void
take_job (TocsinEngine *engine, TocsinJob *job)
{
  g_hash_table_add (engine->jobs, job);
  job->ticket.host = job->host;
  if (tocsin_gate_enter (engine->gate, &job->ticket, job))
    start_job (job);
}

static void
drop_job (TocsinEngine *engine, TocsinJob *job)
{
  if (job->ended)
    return;
  if (job->run != NULL)
    tocsin_run_cancel (g_steal_pointer (&job->run));
  end_job (job);
  job_unref (job);
  let_in (engine);
}

static void
stop_jobs (TocsinEngine *engine)
{
  g_autofree gpointer *jobs = g_hash_table_get_keys_as_array (engine->jobs, NULL);

  for (guint i = 0; jobs[i] != NULL; i++) {
    TocsinJob *job = jobs[i];

    if (job->run != NULL)
      tocsin_run_cancel (g_steal_pointer (&job->run));
    end_job (job);
    job_unref (job);
  }
  g_main_loop_quit (engine->loop);
}

static void
commands_cb (GPtrArray *items, gpointer user_data)
{
  TocsinEngine *engine = user_data;

  for (guint i = 0; i < items->len; i++) {
    Command *command = items->pdata[i];

    switch (command->kind) {
    case COMMAND_START:
      take_job (engine, command->job);
      break;
    case COMMAND_CANCEL:
      drop_job (engine, command->job);
      job_unref (command->job);
      break;
    case COMMAND_STOP:
      stop_jobs (engine);
      break;
    }
    g_free (command);
  }
}

static gpointer
run_thread (gpointer user_data)
{
  TocsinEngine *engine = user_data;

  g_main_context_push_thread_default (engine->context);
  engine->prober = tocsin_prober_new (engine->context);
  engine->gate = tocsin_gate_new (engine->limits.checks, engine->limits.checks_a_host);
  engine->jobs = g_hash_table_new (NULL, NULL);
  g_main_loop_run (engine->loop);
  g_hash_table_unref (engine->jobs);
  tocsin_gate_free (engine->gate);
  tocsin_prober_free (engine->prober);
  g_main_context_pop_thread_default (engine->context);
  return NULL;
}

/* --- on the caller's thread --- */

static void
results_cb (GPtrArray *items, gpointer user_data)
{
  for (guint i = 0; i < items->len; i++) {
    TocsinJob *job = items->pdata[i];

    if (job->done != NULL) {
      TocsinEngineDone done = job->done;

      job->done = NULL;
      done (g_steal_pointer (&job->sample), job->started_us, job->user_data);
      job_unref (job); /* the caller's reference: the handle is spent */
    }
    job_unref (job);
  }
}

static void
free_result (gpointer item)
{
  TocsinJob *job = item;

  if (job->done != NULL)
    job_unref (job);
  job_unref (job);
}

static void
free_command (gpointer item)
{
  Command *command = item;

  if (command->job != NULL)
    job_unref (command->job);
  g_free (command);
}

static void
send_command (TocsinEngine *engine, CommandKind kind, TocsinJob *job)
{
  Command *command = g_new (Command, 1);

  command->kind = kind;
  command->job = job;
  tocsin_mailbox_post (engine->commands, command);
}

TocsinEngine *
tocsin_engine_new (GMainContext *context, const TocsinEngineLimits *limits)
{
  TocsinEngine *engine = g_new0 (TocsinEngine, 1);

  engine->limits = *limits;
  engine->context = g_main_context_new ();
  engine->loop = g_main_loop_new (engine->context, FALSE);
  engine->commands = tocsin_mailbox_new (engine->context, 0, commands_cb, free_command, engine);
  engine->results =
      tocsin_mailbox_new (context, RESULTS_PATIENCE_US, results_cb, free_result, engine);
  engine->thread = g_thread_new ("engine", run_thread, engine);
  return engine;
}

void
tocsin_engine_free (TocsinEngine *engine)
{
  if (engine == NULL)
    return;
  send_command (engine, COMMAND_STOP, NULL);
  g_thread_join (engine->thread);
  tocsin_mailbox_free (engine->commands);
  tocsin_mailbox_free (engine->results);
  g_main_loop_unref (engine->loop);
  g_main_context_unref (engine->context);
  g_free (engine);
}

TocsinJob *
tocsin_engine_check (TocsinEngine *engine, TocsinMonitor *monitor, GRefString *host,
                     TocsinEngineDone done, gpointer user_data)
{
  TocsinJob *job = g_new0 (TocsinJob, 1);

  g_return_val_if_fail (engine != NULL && monitor != NULL && done != NULL, NULL);

  g_atomic_ref_count_init (&job->refs);
  job->engine = engine;
  job->done = done;
  job->user_data = user_data;
  job->monitor = tocsin_monitor_ref (monitor);
  job->host = g_ref_string_acquire (host);
  send_command (engine, COMMAND_START, job_ref (job));
  return job;
}

void
tocsin_job_cancel (TocsinJob *job)
{
  g_return_if_fail (job != NULL && job->done != NULL);

  job->done = NULL;
  send_command (job->engine, COMMAND_CANCEL, job); /* with the caller's reference */
}
