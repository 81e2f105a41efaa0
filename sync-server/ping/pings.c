/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "pings"

#include "config.h"

#include <gio/gio.h>

#include "pg-pool.h"
#include "ping-batch.h"
#include "pings.h"

#define BATCH_MOST       512
#define BATCH_BODY_BYTES (8 * 1024 * 1024) /* after which a batch takes no more */

static const TocsinPingAnswer too_many = { 503, "too many pings are waiting" };
static const TocsinPingAnswer not_stored = { 503, "the ping could not be stored" };
static const TocsinPingAnswer broken = { 500, "the ping could not be taken" };

typedef struct {
  TocsinPings *pings;
  GThread *thread;
  GAsyncQueue *queue; /* (owned) of TocsinPingTicket */
} Desk;

struct _TocsinPings {
  const TocsinServerConfig *config;
  TocsinPingDone done;
  GMainContext *context; /* (owned) whose thread is told */
  Desk desks[TOCSIN_PINGS_DESKS];
};

/* What the thread is given to know that it shall end. */
static TocsinPingTicket the_end;

TocsinPingTicket *
tocsin_ping_ticket_new (void)
{
  TocsinPingTicket *ticket = g_new0 (TocsinPingTicket, 1);

  ticket->request.exit_status = -1;
  ticket->duration_us = -1;
  return ticket;
}

void
tocsin_ping_ticket_free (TocsinPingTicket *ticket)
{
  if (ticket == NULL)
    return;
  tocsin_ping_request_clear (&ticket->request);
  g_clear_pointer (&ticket->ping, tocsin_ping_free);
  g_free (ticket->ping_id);
  g_free (ticket);
}

/* --- telling --- */

typedef struct {
  TocsinPingDone done;
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
tell (TocsinPings *pings, GPtrArray *tickets)
{
  g_autoptr (GSource) source = g_idle_source_new ();
  Told *told = g_new0 (Told, 1);

  told->done = pings->done;
  told->tickets = g_ptr_array_ref (tickets);
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, tell_cb, told, NULL);
  g_source_attach (source, pings->context);
}

/* --- the thread --- */

typedef struct {
  TocsinPings *pings;
  TocsinPg *pg;
  TocsinMonitorCache *cache;
} Work;

static void
answer_all (TocsinPingTicket **tickets, guint n, TocsinPingAnswer answer)
{
  for (guint i = 0; i < n; i++)
    tickets[i]->answer = answer;
}

static gboolean
is_of_the_world (const GError *error)
{
  return g_error_matches (error, TOCSIN_PG_ERROR, TOCSIN_PG_ERROR_UNAVAILABLE) ||
         g_error_matches (error, TOCSIN_PG_ERROR, TOCSIN_PG_ERROR_RETRY);
}

static gboolean
commit (Work *work, TocsinPingTicket **tickets, guint n, GError **error)
{
  TocsinPingBatch batch = { work->pings->config, work->cache, tickets, n };

  return tocsin_ping_batch_create (work->pg, &batch, error) &&
         tocsin_pg_work_run (work->pg, TOCSIN_WORK_WRITE, tocsin_ping_batch_run, &batch, error);
}

/* Where one ping spoils a batch, the others are not to suffer: they are taken one by one. */
static void
commit_each (Work *work, TocsinPingTicket **tickets, guint n)
{
  for (guint i = 0; i < n; i++) {
    g_autoptr (GError) error = NULL;

    if (commit (work, &tickets[i], 1, &error))
      continue;
    g_warning ("a ping is not taken: %s", error->message);
    answer_all (&tickets[i], 1, is_of_the_world (error) ? not_stored : broken);
  }
}

static void
take_batch (Work *work, GPtrArray *batch)
{
  TocsinPingTicket **tickets = (TocsinPingTicket **) batch->pdata;
  g_autoptr (GError) error = NULL;

  if (commit (work, tickets, batch->len, &error))
    return;
  if (!is_of_the_world (error)) {
    commit_each (work, tickets, batch->len);
    return;
  }
  g_warning ("%u pings are not stored: %s", batch->len, error->message);
  answer_all (tickets, batch->len, not_stored);
}

/* What waits, up to a batch; FALSE with the last one. */
static gboolean
collect (Desk *desk, GPtrArray *batch)
{
  TocsinPingTicket *ticket = g_async_queue_pop (desk->queue);
  gsize n_bytes = 0;

  for (; ticket != NULL; ticket = g_async_queue_try_pop (desk->queue)) {
    if (ticket == &the_end)
      return FALSE;
    g_ptr_array_add (batch, ticket);
    n_bytes += ticket->ping->body != NULL ? g_bytes_get_size (ticket->ping->body) : 0;
    if (batch->len == BATCH_MOST || n_bytes > BATCH_BODY_BYTES)
      break;
  }
  return TRUE;
}

static gpointer
sit (gpointer data)
{
  Desk *desk = data;
  TocsinPings *pings = desk->pings;
  Work work = { pings, tocsin_pg_new (pings->config->database_url), tocsin_monitor_cache_new () };
  gboolean more = TRUE;

  tocsin_pg_look_up_by_index (work.pg);
  while (more) {
    g_autoptr (GPtrArray) batch = g_ptr_array_new ();

    more = collect (desk, batch);
    if (batch->len == 0)
      continue;
    take_batch (&work, batch);
    tell (pings, batch);
    tocsin_monitor_cache_trim (work.cache);
  }
  tocsin_monitor_cache_free (work.cache);
  tocsin_pg_free (work.pg);
  return NULL;
}

/* --- public --- */

/* The pings of one address have one desk, so that their order is kept. */
static Desk *
choose_desk (TocsinPings *pings, const TocsinPingTicket *ticket)
{
  const TocsinPingRequest *request = &ticket->request;
  const char *address = request->ping_id != NULL ? request->ping_id : request->slug;

  return &pings->desks[g_str_hash (address) % TOCSIN_PINGS_DESKS];
}

static gint64
count_waiting (TocsinPings *pings)
{
  gint64 n = 0;

  for (guint i = 0; i < TOCSIN_PINGS_DESKS; i++)
    n += MAX (g_async_queue_length (pings->desks[i].queue), 0);
  return n;
}

gboolean
tocsin_pings_take (TocsinPings *pings, TocsinPingTicket *ticket)
{
  g_return_val_if_fail (pings != NULL && ticket != NULL && ticket->ping != NULL, FALSE);

  if (count_waiting (pings) >= pings->config->pings_waiting_most) {
    ticket->answer = too_many;
    return FALSE;
  }
  g_async_queue_push (choose_desk (pings, ticket)->queue, ticket);
  return TRUE;
}

TocsinPings *
tocsin_pings_new (const TocsinServerConfig *config, TocsinPingDone done)
{
  TocsinPings *pings = g_new0 (TocsinPings, 1);

  pings->config = config;
  pings->done = done;
  pings->context = g_main_context_ref_thread_default ();
  for (guint i = 0; i < TOCSIN_PINGS_DESKS; i++) {
    Desk *desk = &pings->desks[i];

    desk->pings = pings;
    desk->queue = g_async_queue_new ();
    desk->thread = g_thread_new ("pings", sit, desk);
  }
  return pings;
}

void
tocsin_pings_free (TocsinPings *pings)
{
  if (pings == NULL)
    return;
  for (guint i = 0; i < TOCSIN_PINGS_DESKS; i++)
    g_async_queue_push (pings->desks[i].queue, &the_end);
  for (guint i = 0; i < TOCSIN_PINGS_DESKS; i++)
    g_thread_join (pings->desks[i].thread);
  while (g_main_context_iteration (pings->context, FALSE)) {
    /* the last answers */
  }
  g_main_context_unref (pings->context);
  for (guint i = 0; i < TOCSIN_PINGS_DESKS; i++)
    g_async_queue_unref (pings->desks[i].queue);
  g_free (pings);
}
