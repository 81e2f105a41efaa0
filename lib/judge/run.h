/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "point.h"

G_BEGIN_DECLS

/* A few or many samples of one monitor by one probe, by rising time, for a row. A long run is
 * a chunk (lib/judge/chunk.h); a short one, which a chunk's tables would make longer, is varints
 * until its day is packed. */

/* 1 to TOCSIN_CHUNK_SAMPLES. (transfer full) */
GBytes *tocsin_run_encode (const TocsinPoint *points, guint n_points);

/* Appends to `points` (element-type TocsinPoint), which on error is as it was. DAMAGED, TOO_NEW. */
gboolean tocsin_run_decode (const guint8 *data, gsize size, GArray *points, GError **error);

G_END_DECLS
