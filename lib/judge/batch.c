/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "batch"

#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "batch.h"
#include "bytes-private.h"
#include "columns-private.h"
#include "errors.h"

/* A batch is: "TB", version, the size of its head and of its facts, then the head, which is a zstd
 * frame of varints, ids and texts, and two tables (columns.c): the facts and the phases. All three
 * have zstd's check sum. Cells hold the difference from the row before, those of latencies and
 * phases from the row before of the same monitor. */
#define BATCH_MAGIC   "TB"
#define BATCH_VERSION 1
#define MAGIC_BYTES   2
#define ID_BYTES      16
#define ZSTD_LEVEL    3

enum {
  COLUMN_NUMBER, /* less the one that is usual */
  COLUMN_MONITOR,
  COLUMN_AT,
  COLUMN_OUTCOME,
  COLUMN_CODE,
  COLUMN_FLAGS,
  COLUMN_SHAPE, /* which phases there are, and whether there is a latency */
  COLUMN_LATENCY,
  N_FACTS,
};

/* One column a phase, then: */
enum {
  COLUMN_REASON = TOCSIN_N_PHASES, /* 0: none */
  N_DETAILS,
};

#define SHAPE_LATENCY (1u << TOCSIN_N_PHASES)
#define SHAPE_MOST    (2 * SHAPE_LATENCY - 1)

/* All varints of the head at their longest, the ids, and texts with their lengths. */
#define HEAD_BYTES \
  (64 + TOCSIN_BATCH_SAMPLES * (ID_BYTES + 2) + TOCSIN_BATCH_TEXT_BYTES + TOCSIN_BATCH_SAMPLES)

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZSTD_CCtx, ZSTD_freeCCtx)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZSTD_DCtx, ZSTD_freeDCtx)

typedef struct {
  guint8 bytes[ID_BYTES];
} Id;

/* The values of a monitor's row before. */
typedef struct {
  gint64 latency_us;
  gint64 phase_us[TOCSIN_N_PHASES];
} Last;

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, sizeof (Id));
}

static Id
id_from_text (const char *text)
{
  Id id = { 0 };
  guint n = 0;

  for (guint i = 0; i < TOCSIN_UUID_LENGTH; i++)
    if (text[i] != '-') {
      id.bytes[n / 2] = (guint8) (id.bytes[n / 2] << 4 | g_ascii_xdigit_value (text[i]));
      n++;
    }
  return id;
}

static void
id_to_text (const guint8 *bytes, char text[TOCSIN_UUID_LENGTH + 1])
{
  static const char digits[] = "0123456789abcdef";
  char *to = text;

  for (guint i = 0; i < ID_BYTES; i++) {
    if (i == 4 || i == 6 || i == 8 || i == 10)
      *to++ = '-';
    *to++ = digits[bytes[i] >> 4];
    *to++ = digits[bytes[i] & 0xf];
  }
  *to = '\0';
}

/* The ids of all items, each once, sorted; and which of them each item has. */
static GArray *
find_ids (const TocsinBatchItem *items, guint n, guint16 *monitor_of)
{
  g_autoptr (GArray) ids = g_array_sized_new (FALSE, FALSE, sizeof (Id), n);
  g_autofree Id *all = g_new (Id, n);
  guint kept = 0;

  for (guint i = 0; i < n; i++)
    all[i] = id_from_text (items[i].monitor);
  g_array_append_vals (ids, all, n);
  g_array_sort (ids, compare_ids);
  for (guint i = 0; i < n; i++)
    if (i == 0 ||
        compare_ids (&g_array_index (ids, Id, i), &g_array_index (ids, Id, kept - 1)) != 0)
      g_array_index (ids, Id, kept++) = g_array_index (ids, Id, i);
  g_array_set_size (ids, kept);
  for (guint i = 0; i < n; i++) {
    guint at = 0;

    g_array_binary_search (ids, &all[i], compare_ids, &at);
    monitor_of[i] = (guint16) at;
  }
  return g_steal_pointer (&ids);
}

/* How many bytes of a reason are kept: whole characters. */
static gsize
get_kept (const char *reason)
{
  gsize size = strlen (reason);

  if (size > TOCSIN_BATCH_REASON_BYTES)
    size =
        (gsize) (g_utf8_find_prev_char (reason, reason + TOCSIN_BATCH_REASON_BYTES + 1) - reason);
  return size;
}

/* Writes the number of texts and each of them once, and to `reasons` which of them an item has; 0
 * is none. */
static void
write_texts (const TocsinBatchItem *items, guint n, gint64 *reasons, GByteArray *head)
{
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GByteArray) texts = g_byte_array_new ();

  for (guint i = 0; i < n; i++) {
    g_autofree char *text = NULL;
    gsize size;

    reasons[i] = 0;
    if (items[i].reason == NULL || !g_utf8_validate (items[i].reason, -1, NULL))
      continue;
    size = get_kept (items[i].reason);
    text = g_strndup (items[i].reason, size);
    reasons[i] = GPOINTER_TO_UINT (g_hash_table_lookup (known, text));
    if (reasons[i] != 0 || texts->len + size + 2 > TOCSIN_BATCH_TEXT_BYTES)
      continue;
    tocsin_bytes_put_varint (texts, size);
    g_byte_array_append (texts, (const guint8 *) text, (guint) size);
    reasons[i] = g_hash_table_size (known) + 1;
    g_hash_table_insert (known, g_steal_pointer (&text), GUINT_TO_POINTER ((guint) reasons[i]));
  }
  tocsin_bytes_put_varint (head, g_hash_table_size (known));
  g_byte_array_append (head, texts->data, texts->len);
}

static void
put_frame (GByteArray *blob, const GByteArray *raw)
{
  g_autoptr (ZSTD_CCtx) context = ZSTD_createCCtx ();
  gsize bound = ZSTD_compressBound (raw->len);
  guint before = blob->len;
  gsize size;

  g_assert (context != NULL);
  ZSTD_CCtx_setParameter (context, ZSTD_c_compressionLevel, ZSTD_LEVEL);
  ZSTD_CCtx_setParameter (context, ZSTD_c_checksumFlag, 1);
  g_byte_array_set_size (blob, before + (guint) bound);
  size = ZSTD_compress2 (context, blob->data + before, bound, raw->data, raw->len);
  g_assert (!ZSTD_isError (size));
  g_byte_array_set_size (blob, before + (guint) size);
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
fill_facts (gint64 *cells, const TocsinBatchItem *items, guint n, gint64 sent_at,
            const guint16 *monitor_of, Last *lasts)
{
  gint64 number = items[0].number - 1, at = sent_at;

  for (guint i = 0; i < n; i++) {
    const TocsinPoint *point = &items[i].point;
    Last *last = &lasts[monitor_of[i]];
    gint64 *row = cells + i;

    row[COLUMN_NUMBER * n] = items[i].number - number - 1;
    row[COLUMN_MONITOR * n] = monitor_of[i];
    row[COLUMN_AT * n] = tocsin_wrap_subtract (point->at_us, at);
    row[COLUMN_OUTCOME * n] = point->outcome;
    row[COLUMN_CODE * n] = point->code;
    row[COLUMN_FLAGS * n] = point->flags;
    row[COLUMN_SHAPE * n] = get_shape (point);
    row[COLUMN_LATENCY * n] = 0;
    if (point->latency_us >= 0) {
      row[COLUMN_LATENCY * n] = point->latency_us - last->latency_us;
      last->latency_us = point->latency_us;
    }
    number = items[i].number;
    at = point->at_us;
  }
}

static void
fill_details (gint64 *cells, const TocsinBatchItem *items, guint n, const guint16 *monitor_of,
              Last *lasts)
{
  for (guint i = 0; i < n; i++) {
    Last *last = &lasts[monitor_of[i]];

    for (guint p = 0; p < TOCSIN_N_PHASES; p++) {
      gint64 phase = items[i].point.phase_us[p];

      cells[p * n + i] = 0;
      if (phase < 0)
        continue;
      cells[p * n + i] = phase - last->phase_us[p];
      last->phase_us[p] = phase;
    }
  }
}

static gboolean
may_be_sent (const TocsinBatchItem *items, gsize n, gint64 settled)
{
  if (settled < 0 || settled > items[0].number || items[0].number < 1)
    return FALSE;
  for (gsize i = 0; i < n; i++)
    if (!tocsin_uuid_is_valid (items[i].monitor) ||
        items[i].point.outcome > TOCSIN_OUTCOME_INCONCLUSIVE ||
        items[i].point.code > TOCSIN_CODE_MOST || (i > 0 && items[i].number <= items[i - 1].number))
      return FALSE;
  return TRUE;
}

static void
write_head (GByteArray *head, const TocsinBatchItem *items, guint n, gint64 settled, gint64 sent_at,
            const GArray *ids)
{
  tocsin_bytes_put_varint (head, (guint64) settled);
  tocsin_bytes_put_varint (head, tocsin_zigzag (sent_at));
  tocsin_bytes_put_varint (head, (guint64) items[0].number);
  tocsin_bytes_put_varint (head, n);
  tocsin_bytes_put_varint (head, ids->len);
  g_byte_array_append (head, (const guint8 *) ids->data, ids->len * ID_BYTES);
}

/* Both tables, the reasons' column being filled already: the details first for that. */
static void
write_tables (const TocsinBatchItem *items, guint n, gint64 sent_at, const guint16 *monitor_of,
              gint64 *cells, Last *lasts, GByteArray *facts, GByteArray *details)
{
  fill_details (cells, items, n, monitor_of, lasts);
  tocsin_columns_pack (cells, N_DETAILS, n, details);
  fill_facts (cells, items, n, sent_at, monitor_of, lasts);
  tocsin_columns_pack (cells, N_FACTS, n, facts);
}

GBytes *
tocsin_batch_encode (const TocsinBatchItem *items, gsize n_items, gint64 settled, gint64 sent_at)
{
  g_autoptr (GByteArray) blob = NULL;
  g_autoptr (GByteArray) head = NULL;
  g_autoptr (GByteArray) packed_head = NULL;
  g_autoptr (GByteArray) facts = NULL;
  g_autoptr (GByteArray) details = NULL;
  g_autoptr (GArray) ids = NULL;
  g_autofree gint64 *cells = NULL;
  g_autofree guint16 *monitor_of = NULL;
  g_autofree Last *lasts = NULL;
  guint n = (guint) n_items;

  g_return_val_if_fail (items != NULL, NULL);
  g_return_val_if_fail (n_items > 0 && n_items <= TOCSIN_BATCH_SAMPLES, NULL);
  g_return_val_if_fail (may_be_sent (items, n_items, settled), NULL);

  cells = g_new (gint64, (gsize) TOCSIN_COLUMNS_MOST * n);
  monitor_of = g_new (guint16, n);
  ids = find_ids (items, n, monitor_of);
  lasts = g_new0 (Last, ids->len);
  head = g_byte_array_new ();
  write_head (head, items, n, settled, sent_at, ids);
  write_texts (items, n, cells + (gsize) COLUMN_REASON * n, head);
  packed_head = g_byte_array_new ();
  put_frame (packed_head, head);
  facts = g_byte_array_new ();
  details = g_byte_array_new ();
  write_tables (items, n, sent_at, monitor_of, cells, lasts, facts, details);

  blob = g_byte_array_new ();
  g_byte_array_append (blob, (const guint8 *) BATCH_MAGIC, MAGIC_BYTES);
  tocsin_bytes_put_varint (blob, BATCH_VERSION);
  tocsin_bytes_put_varint (blob, packed_head->len);
  tocsin_bytes_put_varint (blob, facts->len);
  g_byte_array_append (blob, packed_head->data, packed_head->len);
  g_byte_array_append (blob, facts->data, facts->len);
  g_byte_array_append (blob, details->data, details->len);
  return g_byte_array_free_to_bytes (g_steal_pointer (&blob));
}

void
tocsin_batch_clear (TocsinBatch *batch)
{
  g_return_if_fail (batch != NULL);

  g_free (batch->items);
  g_free (batch->monitors);
  g_free (batch->monitor_of);
  g_free (batch->texts);
  memset (batch, 0, sizeof *batch);
}

/* What a head says, while the tables are read. */
typedef struct {
  TocsinBatch *batch;
  gint64 first_number;
  gsize *text_at; /* (owned) where each reason begins in batch->texts; [0] is none */
  guint n_texts;
} Reader;

/* Unpacks a frame, if its size is to be believed. */
static guint8 *
get_frame (const guint8 *data, gsize size, gsize *raw_size)
{
  unsigned long long wanted = ZSTD_getFrameContentSize (data, size);
  g_autoptr (ZSTD_DCtx) context = NULL;
  g_autofree guint8 *raw = NULL;

  /* The two answers that are no size are above any limit too. */
  if (wanted > HEAD_BYTES)
    return NULL;
  context = ZSTD_createDCtx ();
  g_assert (context != NULL);
  raw = g_malloc (wanted + 1);
  if (ZSTD_decompressDCtx (context, raw, wanted, data, size) != wanted)
    return NULL;
  *raw_size = wanted;
  return g_steal_pointer (&raw);
}

static gboolean
read_ids (TocsinBytes *bytes, TocsinBatch *batch)
{
  const guint8 *last = NULL;
  guint64 n;

  if (!tocsin_bytes_get_up_to (bytes, batch->n_items, &n) || n == 0 ||
      n * ID_BYTES > (guint64) (bytes->end - bytes->at))
    return FALSE;
  batch->n_monitors = (guint) n;
  batch->monitors = g_malloc (n * sizeof *batch->monitors);
  for (guint i = 0; i < n; i++) {
    if (last != NULL && memcmp (last, bytes->at, ID_BYTES) >= 0)
      return FALSE;
    id_to_text (bytes->at, batch->monitors[i]);
    last = bytes->at;
    bytes->at += ID_BYTES;
  }
  return TRUE;
}

/* The texts lie one behind the other, each with a NUL, in no more than they took in the head. */
static gboolean
read_texts (TocsinBytes *bytes, Reader *reader)
{
  TocsinBatch *batch = reader->batch;
  guint64 n, size;
  gsize at = 0;

  if (!tocsin_bytes_get_up_to (bytes, batch->n_items, &n))
    return FALSE;
  reader->n_texts = (guint) n;
  reader->text_at = g_new0 (gsize, n + 1);
  batch->texts = g_malloc ((gsize) (bytes->end - bytes->at) + 1);
  for (guint i = 1; i <= n; i++) {
    if (!tocsin_bytes_get_up_to (bytes, TOCSIN_BATCH_REASON_BYTES, &size) ||
        size > (guint64) (bytes->end - bytes->at) ||
        !g_utf8_validate_len ((const char *) bytes->at, size, NULL))
      return FALSE;
    reader->text_at[i] = at;
    memcpy (batch->texts + at, bytes->at, size);
    batch->texts[at + size] = '\0';
    at += size + 1;
    bytes->at += size;
  }
  return bytes->at == bytes->end;
}

static gboolean
read_head (const guint8 *data, gsize size, Reader *reader)
{
  TocsinBatch *batch = reader->batch;
  gsize raw_size = 0;
  g_autofree guint8 *raw = get_frame (data, size, &raw_size);
  TocsinBytes bytes;
  guint64 settled, sent, first, n;

  if (raw == NULL)
    return FALSE;
  bytes = (TocsinBytes){ raw, raw + raw_size };
  if (!tocsin_bytes_get_up_to (&bytes, G_MAXINT64, &settled) ||
      !tocsin_bytes_get_varint (&bytes, &sent) ||
      !tocsin_bytes_get_up_to (&bytes, G_MAXINT64, &first) || first == 0 || settled > first ||
      !tocsin_bytes_get_up_to (&bytes, TOCSIN_BATCH_SAMPLES, &n) || n == 0)
    return FALSE;
  batch->settled = (gint64) settled;
  batch->sent_at = tocsin_unzigzag (sent);
  batch->n_items = (guint) n;
  reader->first_number = (gint64) first;
  return read_ids (&bytes, batch) && read_texts (&bytes, reader);
}

/* Whether the cells that hold no differences are what there is. */
static gboolean
may_be (const gint64 *row, guint n, guint n_monitors)
{
  const struct {
    guint column;
    gint64 most;
  } limits[] = {
    { COLUMN_MONITOR, n_monitors - 1 }, { COLUMN_OUTCOME, TOCSIN_OUTCOME_INCONCLUSIVE },
    { COLUMN_CODE, TOCSIN_CODE_MOST },  { COLUMN_FLAGS, G_MAXUINT8 },
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
take_number (gint64 last, gint64 cell, gint64 *number)
{
  return cell >= 0 && !__builtin_add_overflow (last, cell, number) &&
         !__builtin_add_overflow (*number, 1, number);
}

/* A value that is no less than 0, from its difference to the last. */
static gboolean
take_span (gint64 cell, gint64 *last, gint64 *span_us)
{
  *last = *span_us = tocsin_wrap_add (*last, cell);
  return *span_us >= 0;
}

static gboolean
take_facts (const gint64 *cells, Reader *reader, Last *lasts)
{
  TocsinBatch *batch = reader->batch;
  guint n = batch->n_items;
  gint64 number = reader->first_number - 1, at = batch->sent_at;

  for (guint i = 0; i < n; i++) {
    const gint64 *row = cells + i;
    TocsinPoint *point = &batch->items[i].point;

    if (!may_be (row, n, batch->n_monitors) ||
        !take_number (number, row[COLUMN_NUMBER * n], &number))
      return FALSE;
    batch->items[i].number = number;
    batch->monitor_of[i] = (guint16) row[COLUMN_MONITOR * n];
    memcpy (batch->items[i].monitor, batch->monitors[batch->monitor_of[i]],
            sizeof batch->items[i].monitor);
    point->at_us = at = tocsin_wrap_add (at, row[COLUMN_AT * n]);
    point->outcome = (guint8) row[COLUMN_OUTCOME * n];
    point->code = (guint8) row[COLUMN_CODE * n];
    point->flags = (guint8) row[COLUMN_FLAGS * n];
    point->latency_us = -1;
    if ((row[COLUMN_SHAPE * n] & SHAPE_LATENCY) != 0 &&
        !take_span (row[COLUMN_LATENCY * n], &lasts[batch->monitor_of[i]].latency_us,
                    &point->latency_us))
      return FALSE;
  }
  return batch->items[0].number == reader->first_number;
}

static gboolean
take_details (const gint64 *cells, const gint64 *shapes, Reader *reader, Last *lasts)
{
  TocsinBatch *batch = reader->batch;
  guint n = batch->n_items;

  for (guint i = 0; i < n; i++) {
    TocsinBatchItem *item = &batch->items[i];
    Last *last = &lasts[batch->monitor_of[i]];
    gint64 reason = cells[COLUMN_REASON * n + i];

    for (guint p = 0; p < TOCSIN_N_PHASES; p++) {
      item->point.phase_us[p] = -1;
      if ((shapes[i] & 1u << p) != 0 &&
          !take_span (cells[p * n + i], &last->phase_us[p], &item->point.phase_us[p]))
        return FALSE;
    }
    if (reason < 0 || reason > reader->n_texts)
      return FALSE;
    item->reason = reason == 0 ? NULL : batch->texts + reader->text_at[reason];
  }
  return TRUE;
}

static gboolean
read_tables (const guint8 *data, gsize size, gsize facts_bytes, Reader *reader)
{
  TocsinBatch *batch = reader->batch;
  guint n = batch->n_items;
  g_autofree gint64 *facts = g_new (gint64, (gsize) N_FACTS * n);
  g_autofree gint64 *details = g_new (gint64, (gsize) N_DETAILS * n);
  g_autofree Last *lasts = g_new0 (Last, batch->n_monitors);

  if (!tocsin_columns_unpack (facts, N_FACTS, n, data, facts_bytes) ||
      !tocsin_columns_unpack (details, N_DETAILS, n, data + facts_bytes, size - facts_bytes))
    return FALSE;
  batch->items = g_new0 (TocsinBatchItem, n);
  batch->monitor_of = g_new0 (guint16, n);
  return take_facts (facts, reader, lasts) &&
         take_details (details, facts + (gsize) COLUMN_SHAPE * n, reader, lasts);
}

static gboolean
read_body (TocsinBytes *bytes, Reader *reader)
{
  guint64 head_bytes, facts_bytes;
  gsize left;

  if (!tocsin_bytes_get_varint (bytes, &head_bytes) ||
      !tocsin_bytes_get_varint (bytes, &facts_bytes))
    return FALSE;
  left = (gsize) (bytes->end - bytes->at);
  if (head_bytes > left || facts_bytes > left - head_bytes)
    return FALSE;
  return read_head (bytes->at, head_bytes, reader) &&
         read_tables (bytes->at + head_bytes, left - head_bytes, facts_bytes, reader);
}

gboolean
tocsin_batch_decode (const guint8 *data, gsize size, TocsinBatch *batch, GError **error)
{
  TocsinBytes bytes = { data, data + size };
  g_auto (TocsinBatch) read = { 0 };
  Reader reader = { .batch = &read };
  guint64 version;
  gboolean ok;

  g_return_val_if_fail (data != NULL || size == 0, FALSE);
  g_return_val_if_fail (batch != NULL, FALSE);

  if (size < MAGIC_BYTES || memcmp (data, BATCH_MAGIC, MAGIC_BYTES) != 0)
    return tocsin_fail (error, TOCSIN_ERROR_DAMAGED, "batch: it does not begin as one");
  bytes.at += MAGIC_BYTES;
  if (!tocsin_bytes_get_varint (&bytes, &version) || version == 0)
    return tocsin_fail (error, TOCSIN_ERROR_DAMAGED, "batch: its version is missing");
  if (version > BATCH_VERSION)
    return tocsin_fail (error, TOCSIN_ERROR_TOO_NEW,
                        "batch: version %" G_GUINT64_FORMAT " is newer than %d", version,
                        BATCH_VERSION);
  if (size > TOCSIN_BATCH_BYTES)
    return tocsin_fail (error, TOCSIN_ERROR_DAMAGED, "batch: it is above the limit of %d bytes",
                        TOCSIN_BATCH_BYTES);
  ok = read_body (&bytes, &reader);
  g_free (reader.text_at);
  if (!ok)
    return tocsin_fail (error, TOCSIN_ERROR_DAMAGED, "batch: what is in it makes no sense");
  *batch = read;
  memset (&read, 0, sizeof read);
  return TRUE;
}
