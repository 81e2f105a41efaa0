/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "judge-pack"

#include "config.h"

#include <string.h>

#include "bytes-private.h"
#include "errors.h"
#include "judge-pack.h"
#include "judge-private.h"

#define PACK_VERSION 1
#define COVERS_MOST  15
#define HISTORY_MOST ((G_GINT64_CONSTANT (1) << (2 * TOCSIN_FLAPPING_STATES)) - 1)
#define TEXT_BYTES   4096

/* Times are told as the distance from the one before, which is mostly short. */
typedef struct {
  GByteArray *blob;
  gint64 last_us;
} Writer;

static void
put_time (Writer *writer, gint64 at_us)
{
  tocsin_bytes_put_varint (writer->blob,
                           tocsin_zigzag (tocsin_wrap_subtract (at_us, writer->last_us)));
  writer->last_us = at_us;
}

static void
put_text (Writer *writer, const char *text)
{
  gsize size = text != NULL ? strlen (text) : 0;

  tocsin_bytes_put_varint (writer->blob, text != NULL ? size + 1 : 0);
  g_byte_array_append (writer->blob, (const guint8 *) text, (guint) size);
}

static void
put_vote (Writer *writer, const TocsinVote *vote)
{
  put_time (writer, vote->at_us);
  tocsin_bytes_put_varint (writer->blob, (guint64) vote->n_failed);
  tocsin_bytes_put_varint (writer->blob, (guint64) vote->n_good);
  tocsin_bytes_put_varint (writer->blob, (guint64) vote->n_slow);
  put_time (writer, vote->first_failed_at);
  put_time (writer, vote->first_good_at);
}

GBytes *
tocsin_judge_pack (const TocsinJudge *judge)
{
  Writer writer = { g_byte_array_new (), 0 };
  guint n = judge->others != NULL ? judge->others->len : 0;

  tocsin_bytes_put_varint (writer.blob, PACK_VERSION);
  tocsin_bytes_put_varint (writer.blob, judge->health);
  tocsin_bytes_put_varint (writer.blob, (guint64) judge->covers);
  tocsin_bytes_put_varint (writer.blob, judge->told);
  tocsin_bytes_put_varint (writer.blob, judge->incident_open ? 1 : 0);
  tocsin_bytes_put_varint (writer.blob, judge->flapping ? 1 : 0);
  tocsin_bytes_put_varint (writer.blob, (guint64) judge->history);
  put_time (&writer, judge->since_at);
  put_time (&writer, judge->incident_at);
  put_text (&writer, judge->parent);
  put_text (&writer, judge->silence);
  put_vote (&writer, &judge->local);
  tocsin_bytes_put_varint (writer.blob, n);
  for (guint i = 0; i < n; i++) {
    const TocsinVote *vote = judge->others->pdata[i];

    put_text (&writer, vote->probe);
    put_vote (&writer, vote);
  }
  return g_byte_array_free_to_bytes (writer.blob);
}

typedef struct {
  TocsinBytes bytes;
  gint64 last_us;
} Reader;

static gboolean
get_time (Reader *reader, gint64 *at_us)
{
  guint64 value;

  if (!tocsin_bytes_get_varint (&reader->bytes, &value))
    return FALSE;
  *at_us = reader->last_us = tocsin_wrap_add (reader->last_us, tocsin_unzigzag (value));
  return TRUE;
}

static gboolean
get_int (Reader *reader, gint64 most, gint64 *number)
{
  guint64 value;

  if (!tocsin_bytes_get_up_to (&reader->bytes, (guint64) most, &value))
    return FALSE;
  *number = (gint64) value;
  return TRUE;
}

static gboolean
get_text (Reader *reader, char **text)
{
  guint64 size;

  if (!tocsin_bytes_get_up_to (&reader->bytes, TEXT_BYTES + 1, &size) ||
      size > (guint64) (reader->bytes.end - reader->bytes.at) + 1)
    return FALSE;
  if (size == 0)
    return TRUE;
  if (!g_utf8_validate_len ((const char *) reader->bytes.at, size - 1, NULL))
    return FALSE;
  g_free (*text);
  *text = g_strndup ((const char *) reader->bytes.at, size - 1);
  reader->bytes.at += size - 1;
  return TRUE;
}

static gboolean
get_vote (Reader *reader, TocsinVote *vote)
{
  return get_time (reader, &vote->at_us) && get_int (reader, G_MAXINT32, &vote->n_failed) &&
         get_int (reader, G_MAXINT32, &vote->n_good) &&
         get_int (reader, G_MAXINT32, &vote->n_slow) && get_time (reader, &vote->first_failed_at) &&
         get_time (reader, &vote->first_good_at);
}

static gboolean
get_votes (Reader *reader, TocsinJudge *judge)
{
  gint64 n;

  if (!get_vote (reader, &judge->local) || !get_int (reader, TOCSIN_JUDGE_PROBES, &n))
    return FALSE;
  if (n > 0 && judge->others == NULL)
    judge->others = g_ptr_array_new ();
  for (gint64 i = 0; i < n; i++) {
    TocsinVote *vote = tocsin_fields_new (&tocsin_vote_fields);

    g_ptr_array_add (judge->others, vote);
    if (!get_text (reader, &vote->probe) || !get_vote (reader, vote))
      return FALSE;
  }
  return reader->bytes.at == reader->bytes.end;
}

static gboolean
get_judge (Reader *reader, TocsinJudge *judge)
{
  gint64 health, told, incident_open, flapping;

  if (!get_int (reader, TOCSIN_STATE_DOWN, &health) ||
      !get_int (reader, COVERS_MOST, &judge->covers) ||
      !get_int (reader, TOCSIN_STATE_DOWN, &told) || told == TOCSIN_STATE_CONFIRMING ||
      !get_int (reader, 1, &incident_open) || !get_int (reader, 1, &flapping) ||
      !get_int (reader, HISTORY_MOST, &judge->history))
    return FALSE;
  judge->health = (guint) health;
  judge->told = (guint) told;
  judge->incident_open = incident_open != 0;
  judge->flapping = flapping != 0;
  return get_time (reader, &judge->since_at) && get_time (reader, &judge->incident_at) &&
         get_text (reader, &judge->parent) && get_text (reader, &judge->silence) &&
         get_votes (reader, judge);
}

TocsinJudge *
tocsin_judge_unpack (const guint8 *data, gsize size, GError **error)
{
  Reader reader = { { data, data + size }, 0 };
  g_autoptr (TocsinJudge) judge = tocsin_judge_new ();
  guint64 version;

  g_return_val_if_fail (data != NULL || size == 0, NULL);

  if (!tocsin_bytes_get_varint (&reader.bytes, &version) || version == 0) {
    tocsin_fail (error, TOCSIN_ERROR_DAMAGED, "judge: it does not begin as one");
    return NULL;
  }
  if (version > PACK_VERSION) {
    tocsin_fail (error, TOCSIN_ERROR_TOO_NEW,
                 "judge: version %" G_GUINT64_FORMAT " is newer than %d", version, PACK_VERSION);
    return NULL;
  }
  if (!get_judge (&reader, judge)) {
    tocsin_fail (error, TOCSIN_ERROR_DAMAGED, "judge: what is in it makes no sense");
    return NULL;
  }
  return g_steal_pointer (&judge);
}
