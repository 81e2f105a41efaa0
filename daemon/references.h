/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "engine.h"

G_BEGIN_DECLS

/* A few well-known addresses on different networks. They are asked only when much fails at once, or
 * after a suspend: where none of them answers either, it is our own network that is down. */
typedef struct _TocsinReferences TocsinReferences;

/* How many answered, of how many. */
typedef void (*TocsinReferencesDone) (guint n_good, guint n_asked, gpointer user_data);

/* `targets` are "HOST:PORT", nullable; each is only connected to, nothing is sent. */
TocsinReferences *tocsin_references_new (TocsinEngine *engine, char *const *targets);
void tocsin_references_free (TocsinReferences *references);

/* Asks them all; a call while a round is under way joins it. With no target `done` is called at
 * once, with 0 of 0. */
void tocsin_references_ask (TocsinReferences *references, TocsinReferencesDone done,
                            gpointer user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinReferences, tocsin_references_free)

G_END_DECLS
