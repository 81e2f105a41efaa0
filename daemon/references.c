/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "references"

#include "config.h"

#include "references.h"
#include "timetext.h"

#define REFERENCE_TIMEOUT_US (3 * TOCSIN_US_PER_S)

typedef struct {
  TocsinReferences *references; /* (not owned) */
  TocsinMonitor *monitor;       /* (owned) */
  GRefString *host;             /* (owned) */
  TocsinJob *job;               /* (not owned) (nullable) the engine's */
} Reference;

struct _TocsinReferences {
  TocsinEngine *engine; /* (not owned) */
  GPtrArray *targets;   /* (owned) (element-type Reference) */
  guint n_waiting, n_good;
  TocsinReferencesDone done; /* of the round under way; NULL: none */
  gpointer user_data;
};

static void
free_reference (gpointer data)
{
  Reference *reference = data;

  g_clear_pointer (&reference->job, tocsin_job_cancel);
  tocsin_monitor_unref (reference->monitor);
  g_ref_string_release (reference->host);
  g_free (reference);
}

static Reference *
make_reference (TocsinReferences *references, const char *target)
{
  Reference *reference = g_new0 (Reference, 1);

  reference->references = references;
  reference->monitor = tocsin_monitor_new (TOCSIN_MONITOR_TCP);
  reference->monitor->name = g_strdup (target);
  reference->monitor->target = g_strdup (target);
  reference->monitor->timeout_us = REFERENCE_TIMEOUT_US;
  reference->host = g_ref_string_new (""); /* never waits behind the checks of its host */
  return reference;
}

TocsinReferences *
tocsin_references_new (TocsinEngine *engine, char *const *targets)
{
  TocsinReferences *references = g_new0 (TocsinReferences, 1);

  references->engine = engine;
  references->targets = g_ptr_array_new_with_free_func (free_reference);
  for (guint i = 0; targets != NULL && targets[i] != NULL; i++)
    g_ptr_array_add (references->targets, make_reference (references, targets[i]));
  return references;
}

void
tocsin_references_free (TocsinReferences *references)
{
  if (references == NULL)
    return;
  g_ptr_array_unref (references->targets);
  g_free (references);
}

static void
answered_cb (TocsinSample *sample, gint64 started_us, gpointer user_data)
{
  Reference *reference = user_data;
  TocsinReferences *references = reference->references;
  TocsinReferencesDone done = references->done;

  reference->job = NULL;
  references->n_good += tocsin_outcome_is_good (sample->outcome);
  tocsin_sample_free (sample);
  if (--references->n_waiting > 0)
    return;
  references->done = NULL;
  done (references->n_good, references->targets->len, references->user_data);
}

void
tocsin_references_ask (TocsinReferences *references, TocsinReferencesDone done, gpointer user_data)
{
  g_return_if_fail (references != NULL && done != NULL);

  if (references->done != NULL)
    return;
  if (references->targets->len == 0) {
    done (0, 0, user_data);
    return;
  }
  references->done = done;
  references->user_data = user_data;
  references->n_good = 0;
  references->n_waiting = references->targets->len;
  for (guint i = 0; i < references->targets->len; i++) {
    Reference *reference = references->targets->pdata[i];

    reference->job = tocsin_engine_check (references->engine, reference->monitor, reference->host,
                                          answered_cb, reference);
  }
}
