/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "mailbox"

#include "config.h"

#include "mailbox.h"

struct _TocsinMailbox {
  GSource *source; /* (owned) ready where there is something to deliver */
  gint64 patience_us;
  TocsinMailboxFunc deliver;
  GDestroyNotify free_item;
  gpointer user_data;

  GMutex mutex;
  GPtrArray *waiting; /* (owned) under the mutex */
};

static gboolean
dispatch_source (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

static GSourceFuncs source_funcs = { .dispatch = dispatch_source };

static gboolean
deliver_cb (gpointer user_data)
{
  TocsinMailbox *mailbox = user_data;
  GPtrArray *items;

  g_source_set_ready_time (mailbox->source, -1);
  g_mutex_lock (&mailbox->mutex);
  items = g_steal_pointer (&mailbox->waiting);
  mailbox->waiting = g_ptr_array_new ();
  g_mutex_unlock (&mailbox->mutex);

  if (items->len > 0)
    mailbox->deliver (items, mailbox->user_data);
  g_ptr_array_unref (items);
  return G_SOURCE_CONTINUE;
}

TocsinMailbox *
tocsin_mailbox_new (GMainContext *context, gint64 patience_us, TocsinMailboxFunc deliver,
                    GDestroyNotify free_item, gpointer user_data)
{
  TocsinMailbox *mailbox = g_new0 (TocsinMailbox, 1);

  mailbox->patience_us = patience_us;
  mailbox->deliver = deliver;
  mailbox->free_item = free_item;
  mailbox->user_data = user_data;
  mailbox->waiting = g_ptr_array_new ();
  g_mutex_init (&mailbox->mutex);
  mailbox->source = g_source_new (&source_funcs, sizeof (GSource));
  g_source_set_callback (mailbox->source, deliver_cb, mailbox, NULL);
  g_source_set_static_name (mailbox->source, "mailbox");
  g_source_attach (mailbox->source, context);
  return mailbox;
}

void
tocsin_mailbox_free (TocsinMailbox *mailbox)
{
  if (mailbox == NULL)
    return;
  g_source_destroy (mailbox->source);
  g_source_unref (mailbox->source);
  g_ptr_array_set_free_func (mailbox->waiting, mailbox->free_item);
  g_ptr_array_unref (mailbox->waiting);
  g_mutex_clear (&mailbox->mutex);
  g_free (mailbox);
}

void
tocsin_mailbox_post (TocsinMailbox *mailbox, gpointer item)
{
  gboolean was_empty;

  g_return_if_fail (mailbox != NULL);

  g_mutex_lock (&mailbox->mutex);
  was_empty = mailbox->waiting->len == 0;
  g_ptr_array_add (mailbox->waiting, item);
  g_mutex_unlock (&mailbox->mutex);
  if (was_empty)
    g_source_set_ready_time (mailbox->source, mailbox->patience_us > 0
                                                  ? g_get_monotonic_time () + mailbox->patience_us
                                                  : 0);
}
