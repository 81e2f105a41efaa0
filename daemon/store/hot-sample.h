/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "point.h"

G_BEGIN_DECLS

/* A hot sample as the blob of a row, whose key has monitor and time: outcome, flags, code and
 * varints of latency and of those phases that there are. About 13 bytes. */
#define TOCSIN_HOT_SAMPLE_MOST_BYTES 70

gsize tocsin_hot_sample_encode (const TocsinPoint *point, guint8 *data);

/* `point->at_us` is left alone. FALSE where the bytes are no sample. */
gboolean tocsin_hot_sample_decode (TocsinPoint *point, const guint8 *data, gsize size);

G_END_DECLS
