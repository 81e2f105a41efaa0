/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A queue from any thread to the thread that runs `context`. However many items are posted in the
 * meantime, the owner wakes once and gets them all, in order: at thousands of checks a second a
 * wake-up each would cost more than the work. */
typedef struct _TocsinMailbox TocsinMailbox;

/* `items` is the owner's for the call; it takes what is in it. */
typedef void (*TocsinMailboxFunc) (GPtrArray *items, gpointer user_data);

/* `free_item` is for what was never delivered. What comes within `patience_us` of the first item
 * is delivered with it. */
TocsinMailbox *tocsin_mailbox_new (GMainContext *context, gint64 patience_us,
                                   TocsinMailboxFunc deliver, GDestroyNotify free_item,
                                   gpointer user_data);

/* By the owner, when nobody posts any more. */
void tocsin_mailbox_free (TocsinMailbox *mailbox);

/* From any thread. */
void tocsin_mailbox_post (TocsinMailbox *mailbox, gpointer item);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinMailbox, tocsin_mailbox_free)

G_END_DECLS
