/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "drain"

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "assignments.h"
#include "drain-private.h"
#include "partitions.h"
#include "pg-columns.h"
#include "pg-pool.h"
#include "timetext.h"

#define FUTURE_US (5 * TOCSIN_US_PER_MIN)
#define SKEW_US   (2 * TOCSIN_US_PER_S) /* clocks that differ by less are taken as right */

static const char in_the_future[] = "it is from the future: the probe’s clock is wrong";
static const char too_old[] = "it is older than what is kept";
static const char no_monitor[] = "the team has no such monitor";

struct _TocsinDrainDesk {
  const TocsinServerConfig *config;
  TocsinPg *pg;              /* (owned) */
  TocsinMonitorCache *cache; /* (owned) */
  TocsinPartitions *days;    /* (owned) */
};

TocsinDrainDesk *
tocsin_drain_desk_new (const TocsinServerConfig *config)
{
  TocsinDrainDesk *desk = g_new0 (TocsinDrainDesk, 1);

  desk->config = config;
  desk->pg = tocsin_pg_new (config->database_url);
  desk->cache = tocsin_monitor_cache_new ();
  desk->days = tocsin_partitions_new ();
  tocsin_pg_look_up_by_index (desk->pg);
  return desk;
}

void
tocsin_drain_desk_free (TocsinDrainDesk *desk)
{
  if (desk == NULL)
    return;
  tocsin_partitions_free (desk->days);
  tocsin_monitor_cache_free (desk->cache);
  tocsin_pg_free (desk->pg);
  g_free (desk);
}

/* --- the drain --- */

static void
clear_probe (gpointer data)
{
  tocsin_numbers_clear (&((TocsinDrainProbe *) data)->numbers);
}

static void
drain_clear (TocsinDrain *drain)
{
  g_clear_pointer (&drain->probes, g_array_unref);
  g_clear_pointer (&drain->monitors, g_array_unref);
  g_clear_pointer (&drain->rows, g_ptr_array_unref);
  g_clear_pointer (&drain->samples, g_free);
}

/* Empty, with nothing of a try before. */
static void
drain_begin (TocsinDrain *drain)
{
  drain_clear (drain);
  drain->probes = g_array_new (FALSE, TRUE, sizeof (TocsinDrainProbe));
  g_array_set_clear_func (drain->probes, clear_probe);
  drain->monitors = g_array_new (FALSE, TRUE, sizeof (TocsinDrainMonitor));
  drain->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) tocsin_probed_row_free);
  for (guint i = 0; i < drain->tickets->len; i++) {
    TocsinBatchTicket *ticket = g_ptr_array_index (drain->tickets, i);

    g_array_set_size (ticket->refused, 0);
    ticket->acked = 0;
    g_clear_pointer (&ticket->assignments, g_free);
  }
}

static int
compare_keys (const char *team_a, const char *id_a, const char *team_b, const char *id_b)
{
  int order = strcmp (team_a, team_b);

  return order != 0 ? order : strcmp (id_a, id_b);
}

/* --- probes --- */

static int
compare_probes (gconstpointer a, gconstpointer b)
{
  const TocsinDrainProbe *x = a, *y = b;

  return compare_keys (x->team_id, x->probe_id, y->team_id, y->probe_id);
}

static TocsinDrainProbe *
find_probe (const TocsinDrain *drain, const TocsinBatchTicket *ticket)
{
  const TocsinDrainProbe key = { .team_id = ticket->team_id, .probe_id = ticket->probe_id };

  return bsearch (&key, drain->probes->data, drain->probes->len, sizeof key, compare_probes);
}

static void
gather_probes (TocsinDrain *drain)
{
  guint kept = 0;

  for (guint i = 0; i < drain->tickets->len; i++) {
    const TocsinBatchTicket *ticket = g_ptr_array_index (drain->tickets, i);
    const TocsinDrainProbe probe = { .team_id = ticket->team_id,
                                     .probe_id = ticket->probe_id,
                                     .heard_at = ticket->received_at };

    g_array_append_val (drain->probes, probe);
  }
  g_array_sort (drain->probes, compare_probes);
  for (guint i = 0; i < drain->probes->len; i++) {
    TocsinDrainProbe *probe = &g_array_index (drain->probes, TocsinDrainProbe, i);

    if (i > 0 && compare_probes (probe, probe - 1) == 0 && kept > 0)
      continue;
    g_array_index (drain->probes, TocsinDrainProbe, kept++) = *probe;
  }
  g_array_set_size (drain->probes, kept);
}

static gboolean
read_numbers (const TocsinDrain *drain, const TocsinPgRows *rows, GError **error)
{
  for (guint i = 0; i < tocsin_pg_rows_get_n (rows); i++) {
    const TocsinDrainProbe key = { .team_id = tocsin_pg_rows_get_text (rows, i, 0),
                                   .probe_id = tocsin_pg_rows_get_text (rows, i, 1) };
    TocsinDrainProbe *probe =
        bsearch (&key, drain->probes->data, drain->probes->len, sizeof key, compare_probes);

    g_assert (probe != NULL);
    tocsin_numbers_init (&probe->numbers, tocsin_pg_rows_get_int (rows, i, 2));
    if (!tocsin_numbers_parse (&probe->numbers, tocsin_pg_rows_get_text (rows, i, 3))) {
      g_set_error (error, TOCSIN_PG_ERROR, TOCSIN_PG_ERROR_FAILED,
                   "the numbers of probe %s make no sense", key.probe_id);
      return FALSE;
    }
  }
  return TRUE;
}

static void
add_probe_keys (const TocsinDrain *drain, TocsinPgColumn *teams, TocsinPgColumn *probes)
{
  tocsin_pg_column_init (teams);
  tocsin_pg_column_init (probes);
  for (guint i = 0; i < drain->probes->len; i++) {
    const TocsinDrainProbe *probe = &g_array_index (drain->probes, TocsinDrainProbe, i);

    tocsin_pg_column_add_text (teams, probe->team_id);
    tocsin_pg_column_add_text (probes, probe->probe_id);
  }
}

/* A probe's batches are taken by one at a time: so a batch that is sent twice counts once, even
 * where two servers have one of the two each. */
static gboolean
lock_numbers (TocsinPg *pg, TocsinDrain *drain, GError **error)
{
  g_auto (TocsinPgColumn) teams, probes;
  g_autoptr (TocsinPgRows) rows = NULL;
  const char *team_keys, *probe_keys;

  add_probe_keys (drain, &teams, &probes);
  team_keys = tocsin_pg_column_get (&teams);
  probe_keys = tocsin_pg_column_get (&probes);
  if (!tocsin_pg_run (pg, error, NULL,
                      "INSERT INTO probe_numbers (team_id, probe_id)"
                      " SELECT * FROM unnest ($1::uuid[], $2::uuid[]) ON CONFLICT DO NOTHING",
                      PG_TEXT (team_keys), PG_TEXT (probe_keys)))
    return FALSE;
  rows = tocsin_pg_query (pg, error,
                          "SELECT n.team_id, n.probe_id, n.contiguous, n.ranges"
                          " FROM probe_numbers n JOIN unnest ($1::uuid[], $2::uuid[])"
                          " AS i (team_id, probe_id) USING (team_id, probe_id)"
                          " ORDER BY n.team_id, n.probe_id FOR NO KEY UPDATE OF n",
                          PG_TEXT (team_keys), PG_TEXT (probe_keys));
  return rows != NULL && read_numbers (drain, rows, error);
}

static gboolean
save_numbers (TocsinPg *pg, TocsinDrain *drain, GError **error)
{
  g_auto (TocsinPgColumn) teams, probes, counts, ranges, times;

  add_probe_keys (drain, &teams, &probes);
  tocsin_pg_column_init (&counts);
  tocsin_pg_column_init (&ranges);
  tocsin_pg_column_init (&times);
  for (guint i = 0; i < drain->probes->len; i++) {
    const TocsinDrainProbe *probe = &g_array_index (drain->probes, TocsinDrainProbe, i);
    g_autofree char *text = tocsin_numbers_print (&probe->numbers);

    tocsin_pg_column_add_int (&counts, probe->numbers.contiguous);
    tocsin_pg_column_add_text (&ranges, text);
    tocsin_pg_column_add_int (&times, probe->heard_at);
  }
  return tocsin_pg_run (
      pg, error, NULL,
      "WITH i AS MATERIALIZED (SELECT * FROM unnest ($1::uuid[], $2::uuid[], $3::bigint[],"
      "  $4::text[], $5::bigint[]) AS i (team_id, probe_id, contiguous, ranges, heard_at)),"
      " heard AS (UPDATE probes p SET seen_at = greatest (p.seen_at, i.heard_at) FROM i"
      "  WHERE p.team_id = i.team_id AND p.id = i.probe_id)"
      " UPDATE probe_numbers n SET contiguous = i.contiguous, ranges = i.ranges::bigint[] FROM i"
      " WHERE n.team_id = i.team_id AND n.probe_id = i.probe_id",
      PG_TEXT (tocsin_pg_column_get (&teams)), PG_TEXT (tocsin_pg_column_get (&probes)),
      PG_TEXT (tocsin_pg_column_get (&counts)), PG_TEXT (tocsin_pg_column_get (&ranges)),
      PG_TEXT (tocsin_pg_column_get (&times)));
}

/* --- monitors --- */

static int
compare_monitors (gconstpointer a, gconstpointer b)
{
  const TocsinDrainMonitor *x = a, *y = b;

  return compare_keys (x->team_id, x->monitor_id, y->team_id, y->monitor_id);
}

static TocsinDrainMonitor *
find_monitor (const TocsinDrain *drain, const char *team_id, const char *monitor_id)
{
  const TocsinDrainMonitor key = { .team_id = team_id, .monitor_id = monitor_id };

  return bsearch (&key, drain->monitors->data, drain->monitors->len, sizeof key, compare_monitors);
}

static void
gather_monitors (TocsinDrain *drain)
{
  guint kept = 0;

  for (guint i = 0; i < drain->tickets->len; i++) {
    const TocsinBatchTicket *ticket = g_ptr_array_index (drain->tickets, i);

    for (guint k = 0; k < ticket->batch.n_monitors; k++) {
      const TocsinDrainMonitor monitor = { .team_id = ticket->team_id,
                                           .monitor_id = ticket->batch.monitors[k] };

      g_array_append_val (drain->monitors, monitor);
    }
  }
  g_array_sort (drain->monitors, compare_monitors);
  for (guint i = 0; i < drain->monitors->len; i++) {
    const TocsinDrainMonitor *monitor = &g_array_index (drain->monitors, TocsinDrainMonitor, i);

    if (kept > 0 && compare_monitors (monitor, &g_array_index (drain->monitors, TocsinDrainMonitor,
                                                               kept - 1)) == 0)
      continue;
    g_array_index (drain->monitors, TocsinDrainMonitor, kept++) = *monitor;
  }
  g_array_set_size (drain->monitors, kept);
}

/* In the order of their keys, as everybody locks them. */
static gboolean
lock_monitors (TocsinPg *pg, TocsinDrain *drain, GError **error)
{
  g_auto (TocsinPgColumn) teams, monitors;
  g_autoptr (TocsinPgRows) rows = NULL;

  tocsin_pg_column_init (&teams);
  tocsin_pg_column_init (&monitors);
  for (guint i = 0; i < drain->monitors->len; i++) {
    const TocsinDrainMonitor *monitor = &g_array_index (drain->monitors, TocsinDrainMonitor, i);

    tocsin_pg_column_add_text (&teams, monitor->team_id);
    tocsin_pg_column_add_text (&monitors, monitor->monitor_id);
  }
  rows = tocsin_pg_query (
      pg, error,
      "SELECT " TOCSIN_PROBED_ROW_COLUMNS " FROM unnest ($1::uuid[], $2::uuid[])"
      " AS i (team_id, monitor_id) JOIN verdicts v USING (team_id, monitor_id)"
      " JOIN records r ON r.team_id = v.team_id AND r.id = v.monitor_id"
      " ORDER BY v.team_id, v.monitor_id FOR NO KEY UPDATE OF v",
      PG_TEXT (tocsin_pg_column_get (&teams)), PG_TEXT (tocsin_pg_column_get (&monitors)));
  for (guint i = 0; rows != NULL && i < tocsin_pg_rows_get_n (rows); i++) {
    TocsinProbedRow *row = tocsin_probed_row_read (rows, i, error);

    if (row == NULL)
      return FALSE;
    g_ptr_array_add (drain->rows, row);
    find_monitor (drain, row->stored.team_id, row->monitor_id)->row = row;
  }
  return rows != NULL;
}

/* --- samples --- */

/* How much the probe's clock is behind ours, where that is worth a correction. */
static gint64
get_skew_us (const TocsinBatchTicket *ticket)
{
  gint64 skew_us;

  if (__builtin_sub_overflow (ticket->received_at, ticket->batch.sent_at, &skew_us))
    return 0;
  return skew_us > SKEW_US || skew_us < -SKEW_US ? skew_us : 0;
}

/* Why a sample is not counted; NULL: it is. */
static const char *
find_fault (const TocsinDrain *drain, const TocsinDrainMonitor *monitor, gint64 at_us)
{
  if (at_us > drain->now_us + FUTURE_US)
    return in_the_future;
  if (at_us < drain->now_us - drain->desk->config->keep_samples_us)
    return too_old;
  return monitor->row == NULL ? no_monitor : NULL;
}

/* A sample that counts, and whose. */
typedef struct {
  TocsinDrainMonitor *monitor;
  TocsinDrainSample sample;
} Counted;

static void
count_item (TocsinDrain *drain, TocsinBatchTicket *ticket, TocsinDrainProbe *probe,
            TocsinDrainMonitor *monitor, const TocsinBatchItem *item, GArray *counted)
{
  TocsinRefusedSample refused = { .number = item->number };
  Counted one = { .monitor = monitor };
  gint64 at_us;

  if (!tocsin_numbers_add (&probe->numbers, item->number))
    return; /* it was sent before */
  if (__builtin_add_overflow (item->point.at_us, get_skew_us (ticket), &at_us))
    at_us = G_MAXINT64;
  refused.reason = find_fault (drain, monitor, at_us);
  if (refused.reason != NULL) {
    g_array_append_val (ticket->refused, refused);
    return;
  }
  one.sample.point = item->point;
  one.sample.point.at_us = at_us;
  one.sample.number = item->number;
  one.sample.reason = item->reason;
  one.sample.probe = (guint) (probe - (TocsinDrainProbe *) (gpointer) drain->probes->data);
  monitor->n_samples++;
  g_array_append_val (counted, one);
}

static void
count_batch (TocsinDrain *drain, TocsinBatchTicket *ticket, GArray *counted)
{
  const TocsinBatch *batch = &ticket->batch;
  TocsinDrainProbe *probe = find_probe (drain, ticket);
  g_autofree TocsinDrainMonitor **monitors = g_new (TocsinDrainMonitor *, batch->n_monitors);

  for (guint i = 0; i < batch->n_monitors; i++)
    monitors[i] = find_monitor (drain, ticket->team_id, batch->monitors[i]);
  for (guint i = 0; i < batch->n_items; i++)
    count_item (drain, ticket, probe, monitors[batch->monitor_of[i]], &batch->items[i], counted);
  tocsin_numbers_settle (&probe->numbers, batch->settled);
  probe->heard_at = MAX (probe->heard_at, ticket->received_at);
}

static int
compare_samples (gconstpointer a, gconstpointer b)
{
  const TocsinDrainSample *x = a, *y = b;

  if (x->point.at_us != y->point.at_us)
    return x->point.at_us < y->point.at_us ? -1 : 1;
  return (x->number > y->number) - (x->number < y->number);
}

static gboolean
is_sorted (const TocsinDrainMonitor *monitor)
{
  for (guint i = 1; i < monitor->n_samples; i++)
    if (monitor->samples[i].point.at_us < monitor->samples[i - 1].point.at_us)
      return FALSE;
  return TRUE;
}

/* Puts each monitor's samples together, by time. */
static void
sort_samples (TocsinDrain *drain, const GArray *counted)
{
  TocsinDrainSample *next = drain->samples = g_new (TocsinDrainSample, counted->len + 1);

  for (guint i = 0; i < drain->monitors->len; i++) {
    TocsinDrainMonitor *monitor = &g_array_index (drain->monitors, TocsinDrainMonitor, i);

    monitor->samples = next;
    next += monitor->n_samples;
    monitor->n_samples = 0;
  }
  for (guint i = 0; i < counted->len; i++) {
    const Counted *one = &g_array_index (counted, Counted, i);

    one->monitor->samples[one->monitor->n_samples++] = one->sample;
  }
  for (guint i = 0; i < drain->monitors->len; i++) {
    TocsinDrainMonitor *monitor = &g_array_index (drain->monitors, TocsinDrainMonitor, i);

    if (!is_sorted (monitor))
      qsort (monitor->samples, monitor->n_samples, sizeof *monitor->samples, compare_samples);
  }
}

static void
count_samples (TocsinDrain *drain)
{
  g_autoptr (GArray) counted = g_array_new (FALSE, FALSE, sizeof (Counted));

  for (guint i = 0; i < drain->tickets->len; i++)
    count_batch (drain, g_ptr_array_index (drain->tickets, i), counted);
  sort_samples (drain, counted);
}

/* --- answers --- */

static gboolean
fill_answers (TocsinPg *pg, TocsinDrain *drain, GError **error)
{
  for (guint i = 0; i < drain->tickets->len; i++) {
    TocsinBatchTicket *ticket = g_ptr_array_index (drain->tickets, i);

    ticket->acked = find_probe (drain, ticket)->numbers.contiguous;
    ticket->assignments = tocsin_assignments_get_version (pg, ticket->team_id, error);
    if (ticket->assignments == NULL)
      return FALSE;
  }
  return TRUE;
}

static gboolean
run (TocsinPg *pg, gpointer data, GError **error)
{
  TocsinDrain *drain = data;

  drain_begin (drain);
  gather_probes (drain);
  gather_monitors (drain);
  if (!lock_numbers (pg, drain, error) || !lock_monitors (pg, drain, error))
    return FALSE;
  count_samples (drain);
  return tocsin_drain_write_runs (pg, drain, error) &&
         tocsin_drain_write_rollups (pg, drain, error) && save_numbers (pg, drain, error) &&
         tocsin_drain_judge (pg, drain, drain->desk->cache, error) &&
         fill_answers (pg, drain, error);
}

/* Days that have no partition yet get one, apart from the transaction that fills it. */
static gboolean
make_days (TocsinDrainDesk *desk, GPtrArray *tickets, gint64 now_us, GError **error)
{
  gint64 oldest_at = now_us - desk->config->keep_samples_us;

  for (guint i = 0; i < tickets->len; i++) {
    const TocsinBatchTicket *ticket = g_ptr_array_index (tickets, i);
    gint64 skew_us = get_skew_us (ticket), at_us;

    for (guint k = 0; k < ticket->batch.n_items; k++) {
      if (__builtin_add_overflow (ticket->batch.items[k].point.at_us, skew_us, &at_us) ||
          at_us > now_us + FUTURE_US || at_us < oldest_at)
        continue;
      if (!tocsin_partitions_make (desk->days, desk->pg, at_us, error))
        return FALSE;
    }
  }
  return TRUE;
}

gboolean
tocsin_drain_run (TocsinDrainDesk *desk, GPtrArray *tickets, GError **error)
{
  TocsinDrain drain = { .desk = desk, .tickets = tickets, .now_us = g_get_real_time () };
  gboolean ok;

  g_return_val_if_fail (desk != NULL && tickets != NULL, FALSE);

  ok = make_days (desk, tickets, drain.now_us, error) &&
       tocsin_pg_work_run (desk->pg, TOCSIN_WORK_WRITE, run, &drain, error);
  drain_clear (&drain);
  tocsin_monitor_cache_trim (desk->cache);
  return ok;
}
