/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Quantiles of latencies in µs, to within 2 % of the value, in little memory, and mergeable: a
 * DDSketch (Masson, Rim, Lee: “DDSketch: A Fast and Fully-Mergeable Quantile Sketch with
 * Relative-Error Guarantees”, VLDB 2019), which counts values in buckets whose borders grow by a
 * constant factor. Only buckets that are not empty exist. Beyond TOCSIN_SKETCH_BUCKETS of them the
 * lowest are thrown together, so that the high quantiles stay right. What a sketch holds depends on
 * what was added alone, never on the order or on how it was merged. */

#define TOCSIN_SKETCH_ERROR   0.02
#define TOCSIN_SKETCH_BUCKETS 256

/* Values above are counted as this: 30 days. */
#define TOCSIN_SKETCH_MOST_US G_GINT64_CONSTANT (2592000000000)

/* The number of bucket indexes that there can be, for those who count by index on their own. */
#define TOCSIN_SKETCH_INDEXES 720

typedef struct {
  guint16 index;
  guint32 n;
} TocsinSketchBucket;

/* Zero bytes are an empty sketch. */
typedef struct {
  guint64 n;
  TocsinSketchBucket *buckets; /* (owned) (nullable) by rising index */
  guint16 n_buckets;
  guint16 n_allocated;
} TocsinSketch;

void tocsin_sketch_clear (TocsinSketch *sketch);
void tocsin_sketch_copy (TocsinSketch *sketch, const TocsinSketch *from);
gboolean tocsin_sketch_equal (const TocsinSketch *a, const TocsinSketch *b);

/* Below 0 counts as 0. */
void tocsin_sketch_add (TocsinSketch *sketch, gint64 value_us);
void tocsin_sketch_merge (TocsinSketch *sketch, const TocsinSketch *other);

/* The value whose rank is floor (q × (n - 1)), for q from 0 to 1; NAN where there is none. */
double tocsin_sketch_get_quantile (const TocsinSketch *sketch, double q);

/* The bucket of a value, and the value that stands for a bucket: what add and quantile use. */
guint tocsin_sketch_index_of (gint64 value_us);
double tocsin_sketch_value_of (guint index);
void tocsin_sketch_add_bucket (TocsinSketch *sketch, guint index, guint32 n);

/* Appends its compact form. */
void tocsin_sketch_encode (const TocsinSketch *sketch, GByteArray *blob);

/* Reads one from the start of `data`, and says in `used` how many bytes it had; `sketch` must be
 * empty, and stays so on error. Any bytes are a sketch or DAMAGED. */
gboolean tocsin_sketch_decode (TocsinSketch *sketch, const guint8 *data, gsize size, gsize *used,
                               GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TocsinSketch, tocsin_sketch_clear)

G_END_DECLS
