/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "chunk"

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "bytes-private.h"
#include "chunk.h"
#include "columns-private.h"
#include "errors.h"
#include "levels-private.h"
#include "timetext.h"

/* A chunk is: "TC", version, varints of count, first time, last - first, step and the size of the
 * first table, a byte that names the phase that is left out, the four bytes of a check sum of all
 * that, then two tables (columns.c), which have their own: the facts and, apart since charts need
 * none, the phases. What stands in a table is the difference from what
 * was to be expected. */
#define CHUNK_MAGIC   "TC"
#define CHUNK_VERSION 1
#define MAGIC_BYTES   2

enum {
  COLUMN_BEATS,  /* steps since the sample before, less the one that is usual */
  COLUMN_JITTER, /* how far off the beat */
  COLUMN_OUTCOME,
  COLUMN_CODE,
  COLUMN_FLAGS,
  COLUMN_SHAPE, /* which phases there are, and whether there is a latency */
  COLUMN_LATENCY,
  N_FACTS,
};

/* One column a phase, then: */
enum {
  COLUMN_REST = TOCSIN_N_PHASES, /* what the latency has beyond its phases */
  N_PHASE_COLUMNS,
};

#define SHAPE_LATENCY (1u << TOCSIN_N_PHASES)
#define SHAPE_MOST    (2 * SHAPE_LATENCY - 1)
#define NO_PHASE      TOCSIN_N_PHASES

/* Levels further off than two octaves are of another kind: a name that was not in the cache. */
#define NEAR_LEVELS (2 * TOCSIN_LEVELS_OCTAVE)

/* A rest below this share of the latency is within the precision of phases, and is none. */
#define REST_SHARE 128

typedef struct {
  guint count;
  gint64 first_at, last_at;
  gint64 step_us;
  guint left_out; /* TocsinPhase or NO_PHASE */
  gsize facts_bytes;
} Head;

/* FNV-1a (Fowler, Noll, Vo), 32 bits. */
static guint32
get_check_sum (const guint8 *data, gsize size)
{
  guint32 sum = 2166136261u;

  for (gsize i = 0; i < size; i++)
    sum = (sum ^ data[i]) * 16777619u;
  return GUINT32_TO_LE (sum);
}

GArray *
tocsin_points_new (void)
{
  return g_array_new (FALSE, FALSE, sizeof (TocsinPoint));
}

static int
compare_spans (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

/* The beat: the median of the spans between samples, as whole seconds where it is close to that,
 * so that the noise of two samples does not become a drift. */
static gint64
find_step (const TocsinPoint *points, guint n)
{
  g_autofree gint64 *spans = g_new (gint64, n);
  gint64 median, whole;

  if (n < 2)
    return 1;
  for (guint i = 1; i < n; i++)
    spans[i - 1] = tocsin_wrap_subtract (points[i].at_us, points[i - 1].at_us);
  qsort (spans, n - 1, sizeof *spans, compare_spans);
  median = spans[(n - 1) / 2];
  if (median <= 0)
    return 1;
  whole = median / TOCSIN_US_PER_S * TOCSIN_US_PER_S;
  if (median - whole > TOCSIN_US_PER_S / 2 && whole < G_MAXINT64 - TOCSIN_US_PER_S)
    whole += TOCSIN_US_PER_S;
  return ABS (median - whole) <= median / 64 ? whole : median;
}

/* The phase that is longest in sum. */
static guint
find_left_out (const TocsinPoint *points, guint n)
{
  double sums[TOCSIN_N_PHASES] = { 0 };
  guint longest = NO_PHASE;

  for (guint i = 0; i < n; i++)
    for (guint p = 0; p < TOCSIN_N_PHASES; p++)
      sums[p] += (double) MAX (points[i].phase_us[p], 0);
  for (guint p = 0; p < TOCSIN_N_PHASES; p++)
    if (sums[p] > 0 && (longest == NO_PHASE || sums[p] > sums[longest]))
      longest = p;
  return longest;
}

/* The state that both directions walk through, row after row. */
typedef struct {
  TocsinExpected jitter, latency, levels[TOCSIN_N_PHASES];
  gint64 beat_at; /* of the sample before, without its jitter */
  gint64 step_us;
} Model;

static void
model_init (Model *model, gint64 first_at, gint64 step_us)
{
  memset (model, 0, sizeof *model);
  model->step_us = step_us;
  model->beat_at = tocsin_wrap_subtract (first_at, step_us);
}

static inline gint64
near_latency (const Model *model)
{
  return tocsin_expected_get (&model->latency) / 2 + TOCSIN_US_PER_MS;
}

static gint64
put_time (Model *model, gint64 at_us, gint64 *jitter)
{
  gint64 expected = tocsin_expected_get (&model->jitter);
  gint64 distance = tocsin_wrap_subtract (at_us, model->beat_at);
  gint64 half = model->step_us / 2;
  gint64 aim = tocsin_wrap_subtract (distance, expected);
  gint64 beats = aim / model->step_us, rest = aim % model->step_us, off;

  beats += rest > half ? 1 : rest < -half ? -1 : 0;
  model->beat_at = (gint64) ((guint64) model->beat_at + (guint64) beats * (guint64) model->step_us);
  off = tocsin_wrap_subtract (at_us, model->beat_at);
  *jitter = tocsin_wrap_subtract (off, expected);
  tocsin_expected_learn (&model->jitter, off, model->step_us / 64 + 1);
  return tocsin_wrap_subtract (beats, 1);
}

static inline gint64
get_time (Model *model, gint64 beats_cell, gint64 jitter_cell)
{
  guint64 beats = (guint64) beats_cell + 1;
  gint64 off = tocsin_wrap_add (jitter_cell, tocsin_expected_get (&model->jitter));

  model->beat_at = (gint64) ((guint64) model->beat_at + beats * (guint64) model->step_us);
  tocsin_expected_learn (&model->jitter, off, model->step_us / 64 + 1);
  return tocsin_wrap_add (model->beat_at, off);
}

static guint
get_shape (const TocsinPoint *point)
{
  guint shape = point->latency_us >= 0 ? SHAPE_LATENCY : 0;

  for (guint p = 0; p < TOCSIN_N_PHASES; p++)
    if (point->phase_us[p] >= 0)
      shape |= 1u << p;
  return shape;
}

static void
fill_facts (gint64 *cells, const TocsinPoint *points, guint n, gint64 step_us)
{
  Model model;

  model_init (&model, points[0].at_us, step_us);
  for (guint i = 0; i < n; i++) {
    gint64 *row = cells + i;
    gint64 latency = points[i].latency_us;

    row[COLUMN_BEATS * n] = put_time (&model, points[i].at_us, &row[COLUMN_JITTER * n]);
    row[COLUMN_OUTCOME * n] = points[i].outcome;
    row[COLUMN_CODE * n] = points[i].code;
    row[COLUMN_FLAGS * n] = points[i].flags;
    row[COLUMN_SHAPE * n] = get_shape (&points[i]);
    row[COLUMN_LATENCY * n] = 0;
    if (latency < 0)
      continue;
    row[COLUMN_LATENCY * n] = tocsin_wrap_subtract (latency, tocsin_expected_get (&model.latency));
    tocsin_expected_learn (&model.latency, latency, near_latency (&model));
  }
}

/* What a latency has beyond its phases, as far as it is worth a note. */
static gint64
get_rest (const TocsinPoint *point)
{
  gint64 rest = point->latency_us;

  for (guint p = 0; p < TOCSIN_N_PHASES; p++)
    if (point->phase_us[p] >= 0)
      rest = tocsin_wrap_subtract (rest, point->phase_us[p]);
  return rest >= -(point->latency_us / REST_SHARE) && rest <= point->latency_us / REST_SHARE ? 0
                                                                                             : rest;
}

static void
fill_phases (gint64 *cells, const TocsinPoint *points, guint n, guint left_out)
{
  Model model = { 0 };

  memset (cells, 0, sizeof *cells * N_PHASE_COLUMNS * n);
  for (guint i = 0; i < n; i++)
    for (guint p = 0; p < TOCSIN_N_PHASES; p++) {
      TocsinExpected *expected = &model.levels[p];
      gint64 level;

      if (points[i].phase_us[p] < 0)
        continue;
      if (p == left_out && points[i].latency_us >= 0) {
        cells[COLUMN_REST * n + i] = get_rest (&points[i]);
        continue;
      }
      level = tocsin_level_of (points[i].phase_us[p]);
      cells[p * n + i] = level - tocsin_expected_get (expected);
      tocsin_expected_learn (expected, level, NEAR_LEVELS);
    }
}

static gboolean
may_be_packed (const TocsinPoint *points, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (points[i].outcome > TOCSIN_OUTCOME_INCONCLUSIVE || points[i].code > TOCSIN_CODE_MOST ||
        (i > 0 && points[i].at_us < points[i - 1].at_us))
      return FALSE;
  return TRUE;
}

static GByteArray *
begin_blob (const TocsinPoint *points, guint n, gint64 step_us, guint8 left_out, guint facts_bytes)
{
  GByteArray *blob = g_byte_array_new ();
  guint32 sum;

  g_byte_array_append (blob, (const guint8 *) CHUNK_MAGIC, MAGIC_BYTES);
  tocsin_bytes_put_varint (blob, CHUNK_VERSION);
  tocsin_bytes_put_varint (blob, n);
  tocsin_bytes_put_varint (blob, tocsin_zigzag (points[0].at_us));
  tocsin_bytes_put_varint (blob, (guint64) points[n - 1].at_us - (guint64) points[0].at_us);
  tocsin_bytes_put_varint (blob, (guint64) step_us);
  tocsin_bytes_put_varint (blob, facts_bytes);
  g_byte_array_append (blob, &left_out, 1);
  sum = get_check_sum (blob->data, blob->len);
  g_byte_array_append (blob, (const guint8 *) &sum, sizeof sum);
  return blob;
}

GBytes *
tocsin_chunk_encode (const TocsinPoint *points, gsize n_points)
{
  g_autoptr (GByteArray) blob = NULL;
  g_autoptr (GByteArray) facts = NULL;
  g_autofree gint64 *cells = NULL;
  guint n = (guint) n_points;
  gint64 step_us;
  guint left_out;

  g_return_val_if_fail (points != NULL, NULL);
  g_return_val_if_fail (n_points > 0 && n_points <= TOCSIN_CHUNK_SAMPLES, NULL);
  g_return_val_if_fail (may_be_packed (points, n_points), NULL);

  cells = g_new (gint64, (gsize) TOCSIN_COLUMNS_MOST * n);
  facts = g_byte_array_new ();
  step_us = find_step (points, n);
  left_out = find_left_out (points, n);
  fill_facts (cells, points, n, step_us);
  tocsin_columns_pack (cells, N_FACTS, n, facts);
  blob = begin_blob (points, n, step_us, (guint8) left_out, facts->len);
  g_byte_array_append (blob, facts->data, facts->len);
  fill_phases (cells, points, n, left_out);
  tocsin_columns_pack (cells, N_PHASE_COLUMNS, n, blob);
  return g_byte_array_free_to_bytes (g_steal_pointer (&blob));
}

static gboolean
read_head_body (const guint8 *begin, TocsinBytes *bytes, Head *head)
{
  guint32 sum;
  guint64 count, first, span, step, facts;

  if (!tocsin_bytes_get_up_to (bytes, TOCSIN_CHUNK_SAMPLES, &count) || count == 0 ||
      !tocsin_bytes_get_varint (bytes, &first) || !tocsin_bytes_get_varint (bytes, &span) ||
      !tocsin_bytes_get_up_to (bytes, G_MAXINT64, &step) || step == 0 ||
      !tocsin_bytes_get_varint (bytes, &facts))
    return FALSE;
  if (bytes->at == bytes->end || *bytes->at > NO_PHASE)
    return FALSE;
  head->left_out = *bytes->at++;
  sum = get_check_sum (begin, (gsize) (bytes->at - begin));
  if ((gsize) (bytes->end - bytes->at) < sizeof sum || memcmp (bytes->at, &sum, sizeof sum) != 0)
    return FALSE;
  bytes->at += sizeof sum;
  if (facts > (gsize) (bytes->end - bytes->at))
    return FALSE;
  head->count = (guint) count;
  head->first_at = tocsin_unzigzag (first);
  head->last_at = (gint64) ((guint64) head->first_at + span);
  head->step_us = (gint64) step;
  head->facts_bytes = facts;
  return head->last_at >= head->first_at;
}

static gboolean
read_head (TocsinBytes *bytes, Head *head, GError **error)
{
  const guint8 *begin = bytes->at;
  guint64 version;

  if (bytes->end - bytes->at < MAGIC_BYTES || memcmp (bytes->at, CHUNK_MAGIC, MAGIC_BYTES) != 0)
    return tocsin_fail (error, TOCSIN_ERROR_DAMAGED, "chunk: it does not begin as one");
  bytes->at += MAGIC_BYTES;
  if (!tocsin_bytes_get_varint (bytes, &version) || version == 0)
    return tocsin_fail (error, TOCSIN_ERROR_DAMAGED, "chunk: its version is missing");
  if (version > CHUNK_VERSION)
    return tocsin_fail (error, TOCSIN_ERROR_TOO_NEW,
                        "chunk: version %" G_GUINT64_FORMAT " is newer than %d", version,
                        CHUNK_VERSION);
  if (!read_head_body (begin, bytes, head))
    return tocsin_fail (error, TOCSIN_ERROR_DAMAGED, "chunk: its head makes no sense");
  return TRUE;
}

gboolean
tocsin_chunk_peek (const guint8 *data, gsize size, TocsinChunkInfo *info, GError **error)
{
  TocsinBytes bytes = { data, data + size };
  Head head = { 0 };

  g_return_val_if_fail (data != NULL || size == 0, FALSE);
  g_return_val_if_fail (info != NULL, FALSE);

  if (!read_head (&bytes, &head, error))
    return FALSE;
  *info = (TocsinChunkInfo){ head.count, head.first_at, head.last_at };
  return TRUE;
}

/* Whether the cells that hold no differences are what there is. */
static gboolean
may_be (const gint64 *row, guint n)
{
  static const struct {
    guint column;
    gint64 most;
  } limits[] = {
    { COLUMN_OUTCOME, TOCSIN_OUTCOME_INCONCLUSIVE },
    { COLUMN_CODE, TOCSIN_CODE_MOST },
    { COLUMN_FLAGS, G_MAXUINT8 },
    { COLUMN_SHAPE, SHAPE_MOST },
  };

  for (guint i = 0; i < G_N_ELEMENTS (limits); i++) {
    gint64 cell = row[limits[i].column * n];

    if (cell < 0 || cell > limits[i].most)
      return FALSE;
  }
  return TRUE;
}

static gboolean
take_facts (const gint64 *cells, const Head *head, TocsinPoint *points)
{
  guint n = head->count;
  Model model;

  model_init (&model, head->first_at, head->step_us);
  for (guint i = 0; i < n; i++) {
    const gint64 *row = cells + i;
    TocsinPoint *point = &points[i];

    point->at_us = get_time (&model, row[COLUMN_BEATS * n], row[COLUMN_JITTER * n]);
    if (!may_be (row, n) || (i > 0 && point->at_us < points[i - 1].at_us))
      return FALSE;
    point->outcome = (guint8) row[COLUMN_OUTCOME * n];
    point->code = (guint8) row[COLUMN_CODE * n];
    point->flags = (guint8) row[COLUMN_FLAGS * n];
    point->latency_us = -1;
    for (guint p = 0; p < TOCSIN_N_PHASES; p++)
      point->phase_us[p] = -1;
    if ((row[COLUMN_SHAPE * n] & SHAPE_LATENCY) == 0)
      continue;
    point->latency_us =
        tocsin_wrap_add (row[COLUMN_LATENCY * n], tocsin_expected_get (&model.latency));
    if (point->latency_us < 0)
      return FALSE;
    tocsin_expected_learn (&model.latency, point->latency_us, near_latency (&model));
  }
  return points[0].at_us == head->first_at && points[n - 1].at_us == head->last_at;
}

static gboolean
take_phase (Model *model, guint phase, gint64 cell, gint64 *phase_us)
{
  TocsinExpected *expected = &model->levels[phase];
  gint64 level = tocsin_wrap_add (cell, tocsin_expected_get (expected));

  if (level < 0 || level > TOCSIN_LEVEL_MOST)
    return FALSE;
  tocsin_expected_learn (expected, level, NEAR_LEVELS);
  *phase_us = tocsin_level_to_value (level);
  return TRUE;
}

static gboolean
take_phases (const gint64 *cells, const gint64 *shapes, const Head *head, TocsinPoint *points)
{
  guint n = head->count;
  Model model = { 0 };

  for (guint i = 0; i < n; i++) {
    gboolean is_left_out = head->left_out != NO_PHASE && points[i].latency_us >= 0 &&
                           (shapes[i] & 1u << head->left_out) != 0;
    gint64 left = tocsin_wrap_subtract (points[i].latency_us, cells[COLUMN_REST * n + i]);

    for (guint p = 0; p < TOCSIN_N_PHASES; p++) {
      if ((shapes[i] & 1u << p) == 0 || (is_left_out && p == head->left_out))
        continue;
      if (!take_phase (&model, p, cells[p * n + i], &points[i].phase_us[p]))
        return FALSE;
      left = tocsin_wrap_subtract (left, points[i].phase_us[p]);
    }
    if (is_left_out)
      points[i].phase_us[head->left_out] = MAX (left, 0);
  }
  return TRUE;
}

static gboolean
take_all (const Head *head, const TocsinBytes *bytes, TocsinChunkFlags flags, TocsinPoint *points)
{
  gsize n = head->count;
  const guint8 *phases = bytes->at + head->facts_bytes;
  g_autofree gint64 *facts = g_new (gint64, N_FACTS * n);
  g_autofree gint64 *cells = NULL;

  if (!tocsin_columns_unpack (facts, N_FACTS, head->count, bytes->at, head->facts_bytes) ||
      !take_facts (facts, head, points))
    return FALSE;
  if (flags & TOCSIN_CHUNK_NO_PHASES)
    return TRUE;
  cells = g_new (gint64, N_PHASE_COLUMNS * n);
  return tocsin_columns_unpack (cells, N_PHASE_COLUMNS, head->count, phases,
                                (gsize) (bytes->end - phases)) &&
         take_phases (cells, facts + COLUMN_SHAPE * n, head, points);
}

gboolean
tocsin_chunk_decode (const guint8 *data, gsize size, TocsinChunkFlags flags, GArray *points,
                     GError **error)
{
  TocsinBytes bytes = { data, data + size };
  Head head = { 0 };
  guint before;

  g_return_val_if_fail (data != NULL || size == 0, FALSE);
  g_return_val_if_fail (points != NULL, FALSE);
  g_return_val_if_fail (g_array_get_element_size (points) == sizeof (TocsinPoint), FALSE);

  if (!read_head (&bytes, &head, error))
    return FALSE;
  before = points->len;
  g_array_set_size (points, before + head.count);
  if (take_all (&head, &bytes, flags, &g_array_index (points, TocsinPoint, before)))
    return TRUE;
  g_array_set_size (points, before);
  return tocsin_fail (error, TOCSIN_ERROR_DAMAGED,
                      "chunk: the %u samples that it names are not what was written", head.count);
}
