/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "intake"

#include "config.h"

#include <gio/gio.h>

#include "drain.h"
#include "intake.h"
#include "pg-pool.h"

/* After which a transaction takes no more, so that nobody waits long for what it has locked: a
 * monitor costs as much as some hundred samples. */
#define DRAIN_SAMPLES  200000
#define DRAIN_MONITORS 10000

struct _TocsinIntake {
  const TocsinServerConfig *config;
  TocsinBatchDone done;
  GMainContext *context; /* (owned) whose thread is told */
  GAsyncQueue *queue;    /* (owned) of TocsinBatchTicket */
  GThread *thread;
};

/* What the thread is given to know that it shall end. */
static TocsinBatchTicket the_end;

TocsinBatchTicket *
tocsin_batch_ticket_new (const char *team_id, const char *probe_id, gint64 received_at)
{
  TocsinBatchTicket *ticket = g_new0 (TocsinBatchTicket, 1);

  ticket->team_id = g_strdup (team_id);
  ticket->probe_id = g_strdup (probe_id);
  ticket->received_at = received_at;
  ticket->refused = g_array_new (FALSE, FALSE, sizeof (TocsinRefusedSample));
  return ticket;
}

void
tocsin_batch_ticket_free (TocsinBatchTicket *ticket)
{
  if (ticket == NULL)
    return;
  tocsin_batch_clear (&ticket->batch);
  g_array_unref (ticket->refused);
  g_free (ticket->team_id);
  g_free (ticket->probe_id);
  g_free (ticket->assignments);
  g_free (ticket);
}

/* --- telling --- */

typedef struct {
  TocsinBatchDone done;
  GPtrArray *tickets; /* (owned) */
} Told;

static gboolean
tell_cb (gpointer user_data)
{
  Told *told = user_data;

  for (guint i = 0; i < told->tickets->len; i++)
    told->done (g_ptr_array_index (told->tickets, i));
  g_ptr_array_unref (told->tickets);
  g_free (told);
  return G_SOURCE_REMOVE;
}

static void
tell (TocsinIntake *intake, GPtrArray *tickets)
{
  g_autoptr (GSource) source = g_idle_source_new ();
  Told *told = g_new0 (Told, 1);

  told->done = intake->done;
  told->tickets = g_ptr_array_ref (tickets);
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, tell_cb, told, NULL);
  g_source_attach (source, intake->context);
}

/* --- the thread --- */

static gboolean
is_of_the_world (const GError *error)
{
  return g_error_matches (error, TOCSIN_PG_ERROR, TOCSIN_PG_ERROR_UNAVAILABLE) ||
         g_error_matches (error, TOCSIN_PG_ERROR, TOCSIN_PG_ERROR_RETRY);
}

static gboolean
commit (TocsinDrainDesk *desk, GPtrArray *tickets, GError **error)
{
  if (!tocsin_drain_run (desk, tickets, error))
    return FALSE;
  for (guint i = 0; i < tickets->len; i++)
    ((TocsinBatchTicket *) tickets->pdata[i])->is_stored = TRUE;
  return TRUE;
}

/* Where one batch spoils the rest, the others are not to suffer: they are taken one by one. */
static void
commit_each (TocsinDrainDesk *desk, GPtrArray *tickets)
{
  for (guint i = 0; i < tickets->len; i++) {
    g_autoptr (GPtrArray) one = g_ptr_array_new ();
    g_autoptr (GError) error = NULL;

    g_ptr_array_add (one, tickets->pdata[i]);
    if (!commit (desk, one, &error))
      g_warning ("a batch of samples is not taken: %s", error->message);
  }
}

static void
take (TocsinDrainDesk *desk, GPtrArray *tickets)
{
  g_autoptr (GError) error = NULL;

  if (commit (desk, tickets, &error))
    return;
  g_warning ("%u batches of samples are not stored: %s", tickets->len, error->message);
  if (!is_of_the_world (error) && tickets->len > 1)
    commit_each (desk, tickets);
}

/* What waits, up to a transaction's fill; FALSE with the last one. */
static gboolean
collect (TocsinIntake *intake, GPtrArray *tickets)
{
  TocsinBatchTicket *ticket = g_async_queue_pop (intake->queue);
  guint n_samples = 0, n_monitors = 0;

  for (; ticket != NULL; ticket = g_async_queue_try_pop (intake->queue)) {
    if (ticket == &the_end)
      return FALSE;
    g_ptr_array_add (tickets, ticket);
    n_samples += ticket->batch.n_items;
    n_monitors += ticket->batch.n_monitors;
    if (n_samples >= DRAIN_SAMPLES || n_monitors >= DRAIN_MONITORS)
      break;
  }
  return TRUE;
}

static gpointer
sit (gpointer data)
{
  TocsinIntake *intake = data;
  g_autoptr (TocsinDrainDesk) desk = tocsin_drain_desk_new (intake->config);
  gboolean more = TRUE;

  while (more) {
    g_autoptr (GPtrArray) tickets = g_ptr_array_new ();

    more = collect (intake, tickets);
    if (tickets->len == 0)
      continue;
    take (desk, tickets);
    tell (intake, tickets);
  }
  return NULL;
}

/* --- public --- */

gboolean
tocsin_intake_take (TocsinIntake *intake, TocsinBatchTicket *ticket)
{
  g_return_val_if_fail (intake != NULL && ticket != NULL && ticket->batch.n_items > 0, FALSE);

  if (g_async_queue_length (intake->queue) >= TOCSIN_INTAKE_WAITING)
    return FALSE;
  g_async_queue_push (intake->queue, ticket);
  return TRUE;
}

TocsinIntake *
tocsin_intake_new (const TocsinServerConfig *config, TocsinBatchDone done)
{
  TocsinIntake *intake = g_new0 (TocsinIntake, 1);

  intake->config = config;
  intake->done = done;
  intake->context = g_main_context_ref_thread_default ();
  intake->queue = g_async_queue_new ();
  intake->thread = g_thread_new ("samples", sit, intake);
  return intake;
}

void
tocsin_intake_free (TocsinIntake *intake)
{
  if (intake == NULL)
    return;
  g_async_queue_push (intake->queue, &the_end);
  g_thread_join (intake->thread);
  while (g_main_context_iteration (intake->context, FALSE)) {
    /* the last answers */
  }
  g_main_context_unref (intake->context);
  g_async_queue_unref (intake->queue);
  g_free (intake);
}
