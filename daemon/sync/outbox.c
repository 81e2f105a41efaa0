/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "outbox"

#include "config.h"

#include "errors.h"
#include "outbox.h"

#define PACK_S      1  /* how long a sample waits for others */
#define PACK_AWAY_S 30 /* while nobody would take it */
#define ROWS_A_TIME 500

/* A row of the store. */
typedef struct {
  gint64 first, last;
  guint bytes;
} Row;

struct _TocsinOutbox {
  guint refs;         /* a batch that is being read holds one too */
  TocsinStore *store; /* (not owned) */
  char *team;
  gint64 limit;
  void (*ready) (gpointer user_data);
  gpointer user_data;

  GArray *fresh; /* (owned) (element-type TocsinBatchItem) not packed yet; reasons are owned */
  gint64 next;   /* number */
  guint pack_id; /* the source */
  gboolean away;

  GQueue rows;      /* (element-type Row, owned) in the store, by number */
  gint64 bytes;     /* of them */
  gint64 dropped;   /* samples that made room */
  gint64 live_from; /* rows from here on are new; those before it waited */

  gboolean taking;
  gint64 taken_first, taken_last; /* numbers; 0: nothing is under way */
};

static void
unref (gpointer data)
{
  TocsinOutbox *outbox = data;

  if (--outbox->refs > 0)
    return;
  g_queue_clear_full (&outbox->rows, g_free);
  g_array_unref (outbox->fresh);
  g_free (outbox->team);
  g_free (outbox);
}

/* --- packing --- */

static void
clear_fresh (TocsinOutbox *outbox)
{
  for (guint i = 0; i < outbox->fresh->len; i++)
    g_free ((char *) g_array_index (outbox->fresh, TocsinBatchItem, i).reason);
  g_array_set_size (outbox->fresh, 0);
}

static void
add_row (TocsinOutbox *outbox, gint64 first, gint64 last, gsize bytes)
{
  Row *row = g_new (Row, 1);

  *row = (Row){ first, last, (guint) bytes };
  g_queue_push_tail (&outbox->rows, row);
  outbox->bytes += (gint64) bytes;
}

static gboolean
is_taken (const TocsinOutbox *outbox, const Row *row)
{
  return outbox->taken_first != 0 && row->first >= outbox->taken_first &&
         row->last <= outbox->taken_last;
}

static void
make_room (TocsinOutbox *outbox)
{
  Row *row;

  while (outbox->bytes > outbox->limit && outbox->rows.length > 1 &&
         !is_taken (outbox, g_queue_peek_head (&outbox->rows))) {
    row = g_queue_pop_head (&outbox->rows);
    outbox->bytes -= row->bytes;
    outbox->dropped += row->last - row->first + 1;
    tocsin_store_drop_outbox (outbox->store, outbox->team, row->first, row->last);
    g_free (row);
  }
}

static void
pack (TocsinOutbox *outbox)
{
  const TocsinBatchItem *items = (const TocsinBatchItem *) (gpointer) outbox->fresh->data;
  guint n = outbox->fresh->len;
  g_autoptr (GBytes) data = NULL;

  g_clear_handle_id (&outbox->pack_id, g_source_remove);
  if (n == 0)
    return;
  data = tocsin_batch_encode (items, n, items[0].number, g_get_real_time ());
  tocsin_store_add_outbox (outbox->store, outbox->team, items[0].number, items[n - 1].number, data);
  add_row (outbox, items[0].number, items[n - 1].number, g_bytes_get_size (data));
  clear_fresh (outbox);
  make_room (outbox);
}

static gboolean
pack_cb (gpointer user_data)
{
  TocsinOutbox *outbox = user_data;

  outbox->pack_id = 0;
  pack (outbox);
  outbox->ready (outbox->user_data);
  return G_SOURCE_REMOVE;
}

void
tocsin_outbox_add (TocsinOutbox *outbox, const char *monitor, const TocsinSample *sample)
{
  TocsinBatchItem item = { .number = outbox->next++ };

  g_return_if_fail (outbox != NULL && monitor != NULL && sample != NULL);

  g_strlcpy (item.monitor, monitor, sizeof item.monitor);
  tocsin_point_from_sample (&item.point, sample);
  if (!tocsin_outcome_is_good (sample->outcome))
    item.reason = g_strdup (sample->reason);
  g_array_append_val (outbox->fresh, item);
  if (outbox->fresh->len >= TOCSIN_BATCH_SAMPLES)
    pack (outbox);
  else if (outbox->pack_id == 0)
    outbox->pack_id = g_timeout_add_seconds (outbox->away ? PACK_AWAY_S : PACK_S, pack_cb, outbox);
}

void
tocsin_outbox_set_away (TocsinOutbox *outbox, gboolean away)
{
  g_return_if_fail (outbox != NULL);

  if (outbox->away == away)
    return;
  outbox->away = away;
  if (away)
    return;
  pack (outbox);
  outbox->live_from = outbox->next; /* what is there by now waited */
}

void
tocsin_outbox_acknowledge (TocsinOutbox *outbox, gint64 number)
{
  g_return_if_fail (outbox != NULL);

  if (outbox->fresh->len == 0)
    outbox->next = MAX (outbox->next, number + 1);
}

/* --- sending --- */

/* Where the next batch begins: at the first row that is new, else at the oldest. */
static const Row *
find_next (TocsinOutbox *outbox)
{
  for (GList *link = outbox->rows.tail; link != NULL; link = link->prev) {
    const Row *row = link->data;
    const Row *before = link->prev != NULL ? link->prev->data : NULL;

    if (row->first < outbox->live_from)
      break;
    if (before == NULL || before->first < outbox->live_from)
      return row;
  }
  return g_queue_peek_head (&outbox->rows);
}

typedef struct {
  gint64 from;    /* number */
  gint64 settled; /* see batch.h */
} Take;

/* Appends the row's samples; FALSE: it does not fit any more, or is damaged. */
static gboolean
append_row (GArray *items, GPtrArray *texts, const TocsinOutboxItem *row)
{
  g_auto (TocsinBatch) batch = { 0 };
  g_autoptr (GError) error = NULL;
  gsize size;
  const guint8 *data = g_bytes_get_data (row->data, &size);

  if (!tocsin_batch_decode (data, size, &batch, &error)) {
    g_warning ("samples that wait for the server are damaged and left out: %s", error->message);
    return items->len > 0;
  }
  if (items->len + batch.n_items > TOCSIN_BATCH_SAMPLES)
    return FALSE;
  for (guint i = 0; i < batch.n_items; i++) {
    TocsinBatchItem item = batch.items[i];

    if (item.reason != NULL) {
      item.reason = g_strdup (item.reason);
      g_ptr_array_add (texts, (char *) item.reason);
    }
    g_array_append_val (items, item);
  }
  return TRUE;
}

static void
got_rows_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  TocsinOutbox *outbox = g_task_get_task_data (task);
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) items = g_array_new (FALSE, FALSE, sizeof (TocsinBatchItem));
  const Row *oldest = g_queue_peek_head (&outbox->rows);
  GError *error = NULL;
  gint64 last = 0;

  rows = tocsin_store_list_finish (NULL, result, &error);
  outbox->taking = FALSE;
  if (rows == NULL) {
    g_task_return_error (task, error);
    return;
  }
  for (guint i = 0; i < rows->len; i++) {
    const TocsinOutboxItem *row = rows->pdata[i];

    if (!append_row (items, texts, row))
      break;
    last = row->last;
  }
  if (items->len == 0) { /* not written yet, or damaged */
    outbox->taken_last = last;
    tocsin_outbox_end (outbox, last != 0);
    g_task_return_pointer (task, NULL, NULL);
    return;
  }
  outbox->taken_first = g_array_index (items, TocsinBatchItem, 0).number;
  outbox->taken_last = last;
  g_task_return_pointer (
      task,
      tocsin_batch_encode ((const TocsinBatchItem *) (gpointer) items->data, items->len,
                           oldest != NULL ? MIN (oldest->first, outbox->taken_first)
                                          : outbox->taken_first,
                           g_get_real_time ()),
      (GDestroyNotify) g_bytes_unref);
}

void
tocsin_outbox_take (TocsinOutbox *outbox, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
  const Row *next;

  g_return_if_fail (outbox != NULL);
  g_return_if_fail (!outbox->taking && outbox->taken_first == 0);

  next = find_next (outbox);
  if (next == NULL) {
    g_task_return_pointer (task, NULL, NULL);
    return;
  }
  outbox->taking = TRUE;
  outbox->taken_first = next->first;
  outbox->taken_last = next->last;
  outbox->refs++;
  g_task_set_task_data (task, outbox, unref);
  tocsin_store_get_outbox (outbox->store, outbox->team, next->first, ROWS_A_TIME, got_rows_cb,
                           g_steal_pointer (&task));
}

GBytes *
tocsin_outbox_take_finish (TocsinOutbox *outbox, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
tocsin_outbox_end (TocsinOutbox *outbox, gboolean arrived)
{
  GList *next;

  g_return_if_fail (outbox != NULL);

  for (GList *link = outbox->rows.head; arrived && link != NULL; link = next) {
    Row *row = link->data;

    next = link->next;
    if (!is_taken (outbox, row))
      continue;
    outbox->bytes -= row->bytes;
    g_free (row);
    g_queue_delete_link (&outbox->rows, link);
  }
  if (arrived)
    tocsin_store_drop_outbox (outbox->store, outbox->team, outbox->taken_first, outbox->taken_last);
  outbox->taken_first = outbox->taken_last = 0;
}

/* --- life --- */

gboolean
tocsin_outbox_is_empty (const TocsinOutbox *outbox)
{
  g_return_val_if_fail (outbox != NULL, TRUE);

  return outbox->rows.length == 0;
}

gint64
tocsin_outbox_get_bytes (const TocsinOutbox *outbox)
{
  g_return_val_if_fail (outbox != NULL, 0);

  return outbox->bytes;
}

gint64
tocsin_outbox_take_dropped (TocsinOutbox *outbox)
{
  gint64 dropped;

  g_return_val_if_fail (outbox != NULL, 0);

  dropped = outbox->dropped;
  outbox->dropped = 0;
  return dropped;
}

static void
load (TocsinOutbox *outbox)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) sizes = tocsin_store_load_outbox (outbox->store, outbox->team, &error);

  if (sizes == NULL) {
    g_warning ("samples that wait for the server can’t be read: %s", error->message);
    return;
  }
  for (guint i = 0; i < sizes->len; i++) {
    const TocsinOutboxSize *size = &g_array_index (sizes, TocsinOutboxSize, i);

    add_row (outbox, size->first, size->last, size->bytes);
    outbox->next = MAX (outbox->next, size->last + 1);
  }
  outbox->live_from = outbox->next;
}

TocsinOutbox *
tocsin_outbox_new (TocsinStore *store, const char *team, gint64 bytes,
                   void (*ready) (gpointer user_data), gpointer user_data)
{
  TocsinOutbox *outbox = g_new0 (TocsinOutbox, 1);

  outbox->refs = 1;
  outbox->store = store;
  outbox->team = g_strdup (team);
  outbox->limit = bytes;
  outbox->ready = ready;
  outbox->user_data = user_data;
  outbox->fresh = g_array_new (FALSE, FALSE, sizeof (TocsinBatchItem));
  outbox->next = 1;
  outbox->away = TRUE;
  g_queue_init (&outbox->rows);
  load (outbox);
  return outbox;
}

void
tocsin_outbox_free (TocsinOutbox *outbox)
{
  if (outbox == NULL)
    return;
  pack (outbox);
  unref (outbox);
}
