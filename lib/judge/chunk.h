/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "point.h"

G_BEGIN_DECLS

/* Packed samples of one monitor, by rule those of one UTC day. Time, outcome, code, flags and
 * latency come out as they went in. Phases are kept to 1/32 of their value, since the low bits of
 * measured times are noise, and noise can't be packed; the phase that is longest in the chunk as a
 * whole is not stored but is what the others leave of the latency. Reasons and evidence are not
 * packed. */

#define TOCSIN_CHUNK_SAMPLES 65536

typedef struct {
  guint count;
  gint64 first_at, last_at;
} TocsinChunkInfo;

typedef enum {
  TOCSIN_CHUNK_ALL = 0,
  TOCSIN_CHUNK_NO_PHASES = 1 << 0, /* faster: phases are all -1 */
} TocsinChunkFlags;

/* A blob of 1 to TOCSIN_CHUNK_SAMPLES samples, sorted by time. (transfer full) */
GBytes *tocsin_chunk_encode (const TocsinPoint *points, gsize n_points);

/* Reads the head without unpacking anything. */
gboolean tocsin_chunk_peek (const guint8 *data, gsize size, TocsinChunkInfo *info, GError **error);

/* Appends the samples to `points` (element-type TocsinPoint), which on error is as it was. Any
 * bytes are a chunk or DAMAGED; TOO_NEW where a newer version wrote it. */
gboolean tocsin_chunk_decode (const guint8 *data, gsize size, TocsinChunkFlags flags,
                              GArray *points, GError **error);

/* An array to decode into. */
GArray *tocsin_points_new (void);

G_END_DECLS
