/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "ring"

#include "config.h"

#include <string.h>

#include "ring.h"

void
tocsin_ring_init (TocsinRing *ring, gsize limit)
{
  g_return_if_fail (ring != NULL && limit > 0);

  *ring = (TocsinRing){ .data = g_malloc (limit), .limit = limit };
}

void
tocsin_ring_put (TocsinRing *ring, gconstpointer data, gsize size)
{
  const guint8 *bytes = data;

  g_return_if_fail (ring != NULL);

  if (size > ring->limit) { /* only its end stays */
    bytes += size - ring->limit;
    size = ring->limit;
  }
  for (gsize done = 0; done < size;) {
    gsize at = (ring->start + ring->length) % ring->limit;
    gsize n = MIN (size - done, ring->limit - at);

    memcpy (ring->data + at, bytes + done, n);
    done += n;
    ring->length += n;
    if (ring->length > ring->limit) {
      ring->start = (ring->start + ring->length - ring->limit) % ring->limit;
      ring->length = ring->limit;
    }
  }
}

GBytes *
tocsin_ring_get (const TocsinRing *ring)
{
  guint8 *copy = g_malloc (MAX (ring->length, 1));
  gsize first = MIN (ring->length, ring->limit - ring->start);

  memcpy (copy, ring->data + ring->start, first);
  memcpy (copy + first, ring->data, ring->length - first);
  return g_bytes_new_take (copy, ring->length);
}

void
tocsin_ring_clear (TocsinRing *ring)
{
  g_clear_pointer (&ring->data, g_free);
}
