/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "series-builder"

#include "config.h"

#include <math.h>
#include <string.h>

#include "bytes-private.h"
#include "chunk.h"
#include "series.h"

/* Times of samples are kept as marks, time and what it counts as in one number, because the time
 * that a sample stands for is known only when all have come. */
#define MARK_BITS 2
#define MARK_MOST (G_MAXINT64 >> (MARK_BITS + 1))

/* The part that samples are counted in at the moment has counters for every bucket of a sketch, so
 * that counting is one increment; the others have sketches. Sorted samples change the part as often
 * as there are parts, unsorted ones are right too, and slower. */
struct _TocsinSeriesBuilder {
  TocsinSeries
      *series; /* (owned) while it is made, `mean_us` holds sums, and spans are counted up */
  TocsinSketch *sketches; /* (owned) n_points */
  gint64 from_us, to_us, cut_us;
  GArray *marks; /* (owned) (element-type gint64) */
  gboolean is_unsorted;
  GArray *scratch; /* (owned) (nullable) the last chunk's points */

  guint hot;               /* the part */
  gint64 hot_from, hot_to; /* its borders */
  guint lowest, highest;   /* what is counted in `counters`; lowest > highest: nothing */
  guint32 counters[TOCSIN_SKETCH_INDEXES];
};

TocsinSeriesBuilder *
tocsin_series_builder_new (gint64 from_us, gint64 to_us, guint n_points, gint64 cut_us)
{
  TocsinSeries *series = tocsin_series_new (from_us, to_us, n_points);
  TocsinSeriesBuilder *builder;

  g_return_val_if_fail (series != NULL, NULL);

  builder = g_new0 (TocsinSeriesBuilder, 1);
  builder->series = series;
  builder->sketches = g_new0 (TocsinSketch, n_points);
  builder->marks = g_array_new (FALSE, FALSE, sizeof (gint64));
  builder->from_us = from_us;
  builder->to_us = to_us;
  builder->cut_us = cut_us;
  builder->hot_from = builder->hot_to = from_us;
  builder->lowest = TOCSIN_SKETCH_INDEXES;
  return builder;
}

void
tocsin_series_builder_free (TocsinSeriesBuilder *builder)
{
  if (builder == NULL)
    return;
  for (guint i = 0; builder->series != NULL && i < builder->series->n_points; i++)
    tocsin_sketch_clear (&builder->sketches[i]);
  g_free (builder->sketches);
  tocsin_series_free (builder->series);
  g_array_unref (builder->marks);
  if (builder->scratch != NULL)
    g_array_unref (builder->scratch);
  g_free (builder);
}

static gint64
get_end (const TocsinSeries *series, guint part)
{
  return part + 1 < series->n_points ? series->at_us[part + 1] : series->to_us;
}

/* The part that holds `at_us`, which is within from..to; parts may be empty where there are more of
 * them than microseconds. */
static guint
find_part (const TocsinSeries *series, gint64 at_us)
{
  guint part = (guint) ((__int128) (at_us - series->from_us) * series->n_points /
                        (series->to_us - series->from_us));

  while (part + 1 < series->n_points && series->at_us[part + 1] <= at_us)
    part++;
  return part;
}

static void
flush_hot (TocsinSeriesBuilder *builder)
{
  TocsinSketch *sketch = &builder->sketches[builder->hot];

  for (guint i = builder->highest; i + 1 > builder->lowest; i--)
    if (builder->counters[i] > 0) {
      tocsin_sketch_add_bucket (sketch, i, builder->counters[i]);
      builder->counters[i] = 0;
    }
  builder->lowest = TOCSIN_SKETCH_INDEXES;
  builder->highest = 0;
}

static void
heat (TocsinSeriesBuilder *builder, gint64 at_us)
{
  flush_hot (builder);
  builder->hot = find_part (builder->series, at_us);
  builder->hot_from = builder->series->at_us[builder->hot];
  builder->hot_to = get_end (builder->series, builder->hot);
}

static inline void
widen (TocsinSeries *series, guint part, gint64 least_us, gint64 most_us)
{
  double least = (double) least_us, most = (double) most_us;

  /* Written so that the NAN of a part without a latency is replaced. */
  if (!(series->least_us[part] <= least))
    series->least_us[part] = least;
  if (!(series->most_us[part] >= most))
    series->most_us[part] = most;
}

static inline void
add_sum (TocsinSeries *series, guint part, gint64 sum_us)
{
  double sum = series->mean_us[part];

  series->mean_us[part] = (double) sum_us + (isnan (sum) ? 0 : sum);
}

static inline void
count_latency (TocsinSeriesBuilder *builder, gint64 latency_us)
{
  guint index = tocsin_sketch_index_of (latency_us);

  builder->counters[index]++;
  builder->lowest = MIN (builder->lowest, index);
  builder->highest = MAX (builder->highest, index);
  widen (builder->series, builder->hot, latency_us, latency_us);
  add_sum (builder->series, builder->hot, latency_us);
}

static inline gint64
make_mark (const TocsinPoint *point)
{
  gint64 at = CLAMP (point->at_us, -MARK_MOST, MARK_MOST);

  return at * (1 << MARK_BITS) + (gint64) tocsin_counts_of (point->outcome, point->flags);
}

void
tocsin_series_builder_add (TocsinSeriesBuilder *builder, const TocsinPoint *points, gsize n_points)
{
  gint64 last_mark;
  gint64 *marks;
  guint before;

  g_return_if_fail (builder != NULL && builder->series != NULL);
  g_return_if_fail (points != NULL || n_points == 0);
  g_return_if_fail (n_points < G_MAXUINT / 2 - builder->marks->len);

  before = builder->marks->len;
  last_mark = before > 0 ? g_array_index (builder->marks, gint64, before - 1) : G_MININT64;
  g_array_set_size (builder->marks, before + (guint) n_points);
  marks = &g_array_index (builder->marks, gint64, before);
  for (gsize i = 0; i < n_points; i++) {
    const TocsinPoint *point = &points[i];

    marks[i] = make_mark (point);
    builder->is_unsorted |= marks[i] >> MARK_BITS < last_mark >> MARK_BITS;
    last_mark = marks[i];
    if (point->at_us < builder->from_us || point->at_us >= builder->to_us)
      continue;
    if (point->at_us < builder->hot_from || point->at_us >= builder->hot_to)
      heat (builder, point->at_us);
    builder->series->n[builder->hot]++;
    builder->series->n_failed[builder->hot] += point->outcome == TOCSIN_OUTCOME_FAILED;
    if (tocsin_point_has_latency (point))
      count_latency (builder, point->latency_us);
  }
}

gboolean
tocsin_series_builder_add_chunk (TocsinSeriesBuilder *builder, const guint8 *data, gsize size,
                                 GError **error)
{
  g_return_val_if_fail (builder != NULL && builder->series != NULL, FALSE);

  if (builder->scratch == NULL)
    builder->scratch = tocsin_points_new ();
  g_array_set_size (builder->scratch, 0);
  if (!tocsin_chunk_decode (data, size, TOCSIN_CHUNK_NO_PHASES, builder->scratch, error))
    return FALSE;
  tocsin_series_builder_add (builder, (const TocsinPoint *) (gpointer) builder->scratch->data,
                             builder->scratch->len);
  return TRUE;
}

/* What falls to the first `part` of `whole` when `sum` is shared out evenly: taken as a difference
 * of two of these, shares add up to the sum to the microsecond. */
static gint64
get_share (gint64 sum, gint64 part, gint64 whole)
{
  return (gint64) ((__int128) sum * part / whole);
}

static void
share_out (TocsinSeries *series, const TocsinRollup *rollup)
{
  gint64 end = tocsin_add_capped (rollup->at_us, rollup->span_us);
  gint64 from = MAX (rollup->at_us, series->from_us);
  gint64 to = MIN (end, series->to_us);

  while (from < to) {
    guint part = find_part (series, from);
    gint64 until = MIN (to, get_end (series, part));
    gint64 a = from - rollup->at_us, b = until - rollup->at_us;

    series->up_us[part] += get_share (rollup->time.up_us, b, rollup->span_us) -
                           get_share (rollup->time.up_us, a, rollup->span_us);
    series->down_us[part] += get_share (rollup->time.down_us, b, rollup->span_us) -
                             get_share (rollup->time.down_us, a, rollup->span_us);
    from = until;
  }
}

void
tocsin_series_builder_add_rollup (TocsinSeriesBuilder *builder, const TocsinRollup *rollup)
{
  TocsinSeries *series;
  gint64 middle;
  guint part;

  g_return_if_fail (builder != NULL && builder->series != NULL);
  g_return_if_fail (rollup != NULL && rollup->span_us > 0);

  series = builder->series;
  share_out (series, rollup);
  middle = tocsin_add_capped (rollup->at_us, rollup->span_us / 2);
  if (middle < series->from_us || middle >= series->to_us)
    return;
  part = find_part (series, middle);
  series->n[part] += (guint32) tocsin_rollup_get_n (rollup);
  series->n_failed[part] += (guint32) rollup->n[TOCSIN_OUTCOME_FAILED];
  if (rollup->latency.n == 0)
    return;
  widen (series, part, rollup->latency_least_us, rollup->latency_most_us);
  add_sum (series, part, rollup->latency_sum_us);
  tocsin_sketch_merge (&builder->sketches[part], &rollup->latency);
}

/* By time alone: of samples at the same time the one that was given last is the last. */
static int
compare_marks (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *) a >> MARK_BITS, y = *(const gint64 *) b >> MARK_BITS;

  return (x > y) - (x < y);
}

/* Adds from..to to the parts; `part` is where the last call ended: calls come in time's order. */
static void
add_time (TocsinSeries *series, guint *part, TocsinCounts counts, gint64 from_us, gint64 to_us)
{
  while (get_end (series, *part) <= from_us)
    (*part)++;
  while (from_us < to_us) {
    gint64 until = MIN (to_us, get_end (series, *part));

    if (counts == TOCSIN_COUNTS_UP)
      series->up_us[*part] += until - from_us;
    else
      series->down_us[*part] += until - from_us;
    if (until == to_us)
      break;
    from_us = until;
    (*part)++;
  }
}

static void
add_times (TocsinSeriesBuilder *builder)
{
  TocsinSeries *series = builder->series;
  const gint64 *marks = (const gint64 *) (gpointer) builder->marks->data;
  guint n = builder->marks->len, part = 0;

  if (builder->is_unsorted)
    g_array_sort (builder->marks, compare_marks);
  for (guint i = 0; i < n; i++) {
    TocsinCounts counts = (TocsinCounts) (marks[i] & ((1 << MARK_BITS) - 1));
    gint64 at = marks[i] >> MARK_BITS;
    gint64 next = i + 1 < n ? marks[i + 1] >> MARK_BITS : series->to_us;
    gint64 from = MAX (at, series->from_us);
    gint64 to = tocsin_counts_end (at, MIN (next, series->to_us), builder->cut_us);

    if (counts != TOCSIN_COUNTS_NOT && from < to)
      add_time (series, &part, counts, from, to);
  }
}

TocsinSeries *
tocsin_series_builder_finish (TocsinSeriesBuilder *builder)
{
  TocsinSeries *series;

  g_return_val_if_fail (builder != NULL && builder->series != NULL, NULL);

  series = builder->series;
  flush_hot (builder);
  add_times (builder);
  for (guint i = 0; i < series->n_points; i++) {
    TocsinSketch *sketch = &builder->sketches[i];
    gint64 span = get_end (series, i) - series->at_us[i];

    series->mean_us[i] /= (double) sketch->n;
    series->p10_us[i] = tocsin_sketch_get_quantile (sketch, 0.10);
    series->p50_us[i] = tocsin_sketch_get_quantile (sketch, 0.50);
    series->p95_us[i] = tocsin_sketch_get_quantile (sketch, 0.95);
    series->uncounted_us[i] = MAX (0, span - series->up_us[i] - series->down_us[i]);
    tocsin_sketch_clear (sketch);
  }
  builder->series = NULL;
  return series;
}
