/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "point.h"
#include "uuid.h"

G_BEGIN_DECLS

/* What a probe sends to its server: samples of many monitors, each with the number that the
 * probe's outbox gave it. Numbers, times, phases and reasons come out as they went in. Evidence is
 * not sent. */

#define TOCSIN_BATCH_SAMPLES      5000
#define TOCSIN_BATCH_BYTES        (1024 * 1024) /* of a batch, packed or not */
#define TOCSIN_BATCH_REASON_BYTES 500           /* longer ones are cut */
#define TOCSIN_BATCH_TEXT_BYTES   (256 * 1024)  /* of all reasons; further ones are left out */
#define TOCSIN_BATCH_MEDIA_TYPE   "application/vnd.tocsin.samples"

typedef struct {
  gint64 number;                        /* from 1 on, rising */
  char monitor[TOCSIN_UUID_LENGTH + 1]; /* its id */
  TocsinPoint point;
  const char
      *reason; /* (nullable) a sentence, where it was not good; the batch's or the caller's */
} TocsinBatchItem;

typedef struct {
  gint64 settled; /* every number below it was sent before or never will be */
  gint64 sent_at; /* by the probe's clock */
  TocsinBatchItem *items;
  guint n_items;

  /* The monitors that it is about, each once, by rising id; and which of them an item is of. */
  char (*monitors)[TOCSIN_UUID_LENGTH + 1];
  guint n_monitors;
  guint16 *monitor_of;

  char *texts; /* (owned) what the reasons point into */
} TocsinBatch;

/* 1 to TOCSIN_BATCH_SAMPLES items by rising number, in any order of time. `settled` is at most the
 * first item's number. (transfer full) */
GBytes *tocsin_batch_encode (const TocsinBatchItem *items, gsize n_items, gint64 settled,
                             gint64 sent_at);

/* Fills `batch`, which holds nothing yet and is touched on success alone. Any bytes are a batch or
 * DAMAGED; TOO_NEW where a newer version wrote it. */
gboolean tocsin_batch_decode (const guint8 *data, gsize size, TocsinBatch *batch, GError **error);
void tocsin_batch_clear (TocsinBatch *batch);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TocsinBatch, tocsin_batch_clear)

G_END_DECLS
