/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "batch.h"
#include "sample.h"
#include "store-teams.h"

G_BEGIN_DECLS

/* The samples of a team's monitors that its server does not have yet. Each has a number; they are
 * packed once in a while and lie in the store until the server says that it has them. There is a
 * limit of bytes, which the oldest make room for: a server that is away for weeks costs samples,
 * and never the disk. */
typedef struct _TocsinOutbox TocsinOutbox;

#define TOCSIN_OUTBOX_BYTES (64 * 1024 * 1024)

/* `bytes`: the limit. Something to send is there: `ready` is called, now and then. */
TocsinOutbox *tocsin_outbox_new (TocsinStore *store, const char *team, gint64 bytes,
                                 void (*ready) (gpointer user_data), gpointer user_data);
/* Writes what it holds in memory. */
void tocsin_outbox_free (TocsinOutbox *outbox);

void tocsin_outbox_add (TocsinOutbox *outbox, const char *monitor, const TocsinSample *sample);

/* While its server is away samples are packed in larger heaps. */
void tocsin_outbox_set_away (TocsinOutbox *outbox, gboolean away);

/* The server has everything up to this number: the next one is above. */
void tocsin_outbox_acknowledge (TocsinOutbox *outbox, gint64 number);

/* What is to be sent next: what is new, and then what waited, the oldest first. Ends with the batch
 * or, without an error, NULL: nothing waits. One at a time. */
void tocsin_outbox_take (TocsinOutbox *outbox, GAsyncReadyCallback callback, gpointer user_data);
GBytes *tocsin_outbox_take_finish (TocsinOutbox *outbox, GAsyncResult *result, GError **error);
/* The batch that was taken has arrived; or it has not, and is taken again. */
void tocsin_outbox_end (TocsinOutbox *outbox, gboolean arrived);

gboolean tocsin_outbox_is_empty (const TocsinOutbox *outbox);
gint64 tocsin_outbox_get_bytes (const TocsinOutbox *outbox);
/* Samples that made room since it was last asked. */
gint64 tocsin_outbox_take_dropped (TocsinOutbox *outbox);

G_END_DECLS
