/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The end of a stream: the last bytes that were put in, up to a limit. */
typedef struct {
  guint8 *data;
  gsize limit, start, length;
} TocsinRing;

void tocsin_ring_init (TocsinRing *ring, gsize limit);
void tocsin_ring_put (TocsinRing *ring, gconstpointer data, gsize size);
GBytes *tocsin_ring_get (const TocsinRing *ring); /* (transfer full) in order */
void tocsin_ring_clear (TocsinRing *ring);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TocsinRing, tocsin_ring_clear)

G_END_DECLS
