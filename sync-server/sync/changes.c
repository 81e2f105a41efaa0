/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "changes"

#include "config.h"

#include <sodium.h>
#include <string.h>

#include "feed.h"
#include "seal.h"
#include "sync-private.h"
#include "timetext.h"

/* Of incidents that are over, a first sync tells those of this time. */
#define OLD_INCIDENTS_US (90 * TOCSIN_US_PER_DAY)

typedef struct {
  TocsinPg *pg;
  const TocsinSyncWanted *wanted;
  TocsinJsonWriter *writer;
  TocsinFeedHead head;
  gint64 until; /* the last number of this page */
  gboolean more;
} Page;

/* --- how far a page goes --- */

/* $3 and $4: the last row of the page, and one more. */
static gboolean
find_end (Page *page, GError **error)
{
  const TocsinSyncWanted *wanted = page->wanted;
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query (
      page->pg, error,
      "SELECT seq FROM ("
      "(SELECT seq FROM records WHERE team_id = $1::uuid AND seq > $2"
      "  AND type IN ('project', 'monitor', 'maintenance') ORDER BY seq LIMIT $4)"
      " UNION ALL (SELECT seq FROM heartbeats WHERE team_id = $1::uuid AND seq > $2"
      "  ORDER BY seq LIMIT $4)"
      " UNION ALL (SELECT seq FROM verdicts WHERE team_id = $1::uuid AND seq > $2"
      "  ORDER BY seq LIMIT $4)"
      " UNION ALL (SELECT seq FROM incidents WHERE team_id = $1::uuid AND seq > $2"
      "  ORDER BY seq LIMIT $4)"
      " UNION ALL (SELECT seq FROM probes WHERE team_id = $1::uuid AND seq > $2"
      "  ORDER BY seq LIMIT $4)) AS seen ORDER BY seq OFFSET $3 LIMIT 2",
      PG_TEXT (wanted->team_id), PG_INT (wanted->since), PG_INT (wanted->limit - 1),
      PG_INT (wanted->limit + 1));

  if (rows == NULL)
    return FALSE;
  page->more = tocsin_pg_rows_get_n (rows) == 2;
  page->until = page->more ? tocsin_pg_rows_get_int (rows, 0, 0) : page->head.present.seq;
  return TRUE;
}

#define PAGE_PARAMS(page) \
  PG_TEXT ((page)->wanted->team_id), PG_INT ((page)->wanted->since), PG_INT ((page)->until)

/* --- records --- */

enum {
  COLUMN_ID,
  COLUMN_TYPE,
  COLUMN_REVISION,
  COLUMN_SEQ,
  COLUMN_DELETED,
  COLUMN_PROJECT,
  COLUMN_BODY,
  COLUMN_SEALED,
  COLUMN_FIELDS,
  COLUMN_UPDATED,
  COLUMN_UPDATED_BY,
};

#define SELECT_RECORDS                                                                     \
  "SELECT id, type, revision, seq, deleted_at <> 0, project_id, CASE WHEN deleted_at <> 0" \
  " THEN '{}' WHEN $4::boolean THEN body ELSE body - 'ping_id' END, secrets_sealed,"       \
  " field_revisions, updated_at, updated_by FROM records"                                  \
  " WHERE team_id = $1::uuid AND type IN ('project', 'monitor', 'maintenance')"

/* Record → JSON of an array's items. A record whose loss is in this page is told with it, though
 * its own number may be that of a later page: it is told there again. */
static GHashTable *
read_losses (Page *page, GError **error)
{
  GHashTable *losses = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query (
      page->pg, error,
      "SELECT h.record_id, string_agg (l::text, ',' ORDER BY h.seq) FROM record_history h,"
      " jsonb_array_elements (h.lost) AS l WHERE h.team_id = $1::uuid AND h.seq > $2"
      " AND h.seq <= $3 AND h.lost IS NOT NULL GROUP BY h.record_id",
      PAGE_PARAMS (page));

  if (rows == NULL) {
    g_hash_table_unref (losses);
    return NULL;
  }
  for (guint i = 0; i < tocsin_pg_rows_get_n (rows); i++)
    g_hash_table_insert (losses, g_strdup (tocsin_pg_rows_get_text (rows, i, 0)),
                         g_strdup (tocsin_pg_rows_get_text (rows, i, 1)));
  return losses;
}

/* An object's text without its braces. */
static void
write_members (TocsinJsonWriter *writer, const char *object, gsize length)
{
  g_autofree char *members = length > 2 ? g_strndup (object + 1, length - 2) : NULL;

  if (members != NULL)
    tocsin_json_writer_members (writer, members);
}

static gboolean
write_secrets (const Page *page, const TocsinPgRows *rows, guint row, GError **error)
{
  g_autoptr (GBytes) sealed = tocsin_pg_rows_get_bytes (rows, row, COLUMN_SEALED);
  g_autoptr (GBytes) plain = NULL;

  if (sealed == NULL || !page->wanted->with_secrets)
    return TRUE;
  plain = tocsin_unseal_with (page->wanted->key, sealed, error);
  if (plain == NULL)
    return FALSE;
  write_members (page->writer, g_bytes_get_data (plain, NULL), g_bytes_get_size (plain));
  return TRUE;
}

static gboolean
write_record (const Page *page, const TocsinPgRows *rows, guint row, GHashTable *losses,
              GError **error)
{
  TocsinJsonWriter *writer = page->writer;
  const char *id = tocsin_pg_rows_get_text (rows, row, COLUMN_ID);
  const char *body = tocsin_pg_rows_get_text (rows, row, COLUMN_BODY);
  const char *fields = tocsin_pg_rows_get_text (rows, row, COLUMN_FIELDS);
  const char *lost = losses != NULL ? g_hash_table_lookup (losses, id) : NULL;
  gboolean is_deleted = tocsin_pg_rows_get_bool (rows, row, COLUMN_DELETED);

  tocsin_json_writer_begin_object (writer, NULL);
  tocsin_json_writer_string (writer, "id", id);
  tocsin_json_writer_string (writer, "type", tocsin_pg_rows_get_text (rows, row, COLUMN_TYPE));
  tocsin_json_writer_int (writer, "revision", tocsin_pg_rows_get_int (rows, row, COLUMN_REVISION));
  tocsin_json_writer_int (writer, "seq", tocsin_pg_rows_get_int (rows, row, COLUMN_SEQ));
  tocsin_json_writer_bool (writer, "deleted", is_deleted);
  if (!tocsin_pg_rows_is_null (rows, row, COLUMN_PROJECT))
    tocsin_json_writer_string (writer, "project",
                               tocsin_pg_rows_get_text (rows, row, COLUMN_PROJECT));
  tocsin_json_writer_begin_object (writer, "body");
  write_members (writer, body, strlen (body));
  if (!is_deleted && !write_secrets (page, rows, row, error))
    return FALSE;
  tocsin_json_writer_end_object (writer);
  if (strlen (fields) > 2)
    tocsin_json_writer_value (writer, "fields", fields);
  tocsin_json_writer_time (writer, "updated_at",
                           tocsin_pg_rows_get_int (rows, row, COLUMN_UPDATED));
  tocsin_json_writer_string (writer, "updated_by",
                             tocsin_pg_rows_get_text_or_null (rows, row, COLUMN_UPDATED_BY));
  if (lost != NULL) {
    g_autofree char *array = g_strconcat ("[", lost, "]", NULL);

    tocsin_json_writer_value (writer, "lost", array);
  }
  tocsin_json_writer_end_object (writer);
  return TRUE;
}

static TocsinPgRows *
query_records (Page *page, GError **error)
{
  TocsinPgParam secrets = PG_BOOL (page->wanted->with_secrets);

  if (page->wanted->is_first)
    return tocsin_pg_query (page->pg, error,
                            SELECT_RECORDS " AND seq > $2 AND seq <= $3 AND deleted_at = 0"
                                           " ORDER BY seq",
                            PAGE_PARAMS (page), secrets);
  return tocsin_pg_query (page->pg, error,
                          SELECT_RECORDS
                          " AND (seq > $2 AND seq <= $3 OR id IN (SELECT record_id"
                          " FROM record_history h WHERE h.team_id = $1::uuid AND h.seq > $2"
                          " AND h.seq <= $3 AND h.lost IS NOT NULL)) ORDER BY seq",
                          PAGE_PARAMS (page), secrets);
}

static gboolean
write_records (Page *page, GError **error)
{
  g_autoptr (TocsinPgRows) rows = query_records (page, error);
  g_autoptr (GHashTable) losses = NULL;

  if (rows == NULL)
    return FALSE;
  if (!page->wanted->is_first) {
    losses = read_losses (page, error);
    if (losses == NULL)
      return FALSE;
  }
  tocsin_json_writer_begin_array (page->writer, "changes");
  for (guint i = 0; i < tocsin_pg_rows_get_n (rows); i++)
    if (!write_record (page, rows, i, losses, error))
      return FALSE;
  tocsin_json_writer_end_array (page->writer);
  return TRUE;
}

/* --- states --- */

enum {
  STATE_MONITOR,
  STATE_STATE,
  STATE_SINCE,
  STATE_SEQ,
  STATE_INCIDENT,
  STATE_NOTE,
  STATE_VOTES,
};

static void
write_state (TocsinJsonWriter *writer, const TocsinPgRows *rows, guint row)
{
  tocsin_json_writer_begin_object (writer, NULL);
  tocsin_json_writer_string (writer, "monitor", tocsin_pg_rows_get_text (rows, row, STATE_MONITOR));
  tocsin_json_writer_string (writer, "state", tocsin_pg_rows_get_text (rows, row, STATE_STATE));
  tocsin_json_writer_time (writer, "since", tocsin_pg_rows_get_int (rows, row, STATE_SINCE));
  tocsin_json_writer_int (writer, "seq", tocsin_pg_rows_get_int (rows, row, STATE_SEQ));
  if (!tocsin_pg_rows_is_null (rows, row, STATE_INCIDENT))
    tocsin_json_writer_string (writer, "incident",
                               tocsin_pg_rows_get_text (rows, row, STATE_INCIDENT));
  if (!tocsin_pg_rows_is_null (rows, row, STATE_NOTE))
    tocsin_json_writer_string (writer, "note", tocsin_pg_rows_get_text (rows, row, STATE_NOTE));
  tocsin_json_writer_value (writer, "votes", tocsin_pg_rows_get_text (rows, row, STATE_VOTES));
  tocsin_json_writer_end_object (writer);
}

static gboolean
write_states (Page *page, GError **error)
{
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query (
      page->pg, error,
      "SELECT monitor_id, state, since_at, seq, incident_id, NULL, '[]' FROM heartbeats"
      " WHERE team_id = $1::uuid AND seq > $2 AND seq <= $3"
      " UNION ALL SELECT monitor_id, state, since_at, seq, incident_id, note,"
      " coalesce (votes, '[]')::text FROM verdicts"
      " WHERE team_id = $1::uuid AND seq > $2 AND seq <= $3 ORDER BY seq",
      PAGE_PARAMS (page));

  if (rows == NULL)
    return FALSE;
  tocsin_json_writer_begin_array (page->writer, "states");
  for (guint i = 0; i < tocsin_pg_rows_get_n (rows); i++)
    write_state (page->writer, rows, i);
  tocsin_json_writer_end_array (page->writer);
  return TRUE;
}

/* --- what is JSON already --- */

static void
write_array (TocsinJsonWriter *writer, const char *name, const TocsinPgRows *rows)
{
  tocsin_json_writer_begin_array (writer, name);
  for (guint i = 0; i < tocsin_pg_rows_get_n (rows); i++)
    tocsin_json_writer_value (writer, NULL, tocsin_pg_rows_get_text (rows, i, 0));
  tocsin_json_writer_end_array (writer);
}

static gboolean
write_incidents (Page *page, GError **error)
{
  gint64 ended_after = page->wanted->is_first ? page->wanted->now_us - OLD_INCIDENTS_US : 0;
  g_autoptr (TocsinPgRows) rows =
      tocsin_pg_query (page->pg, error,
                       "SELECT body || jsonb_build_object ('seq', seq) FROM incidents"
                       " WHERE team_id = $1::uuid AND seq > $2 AND seq <= $3"
                       " AND (ended_at = 0 OR ended_at > $4) ORDER BY seq",
                       PAGE_PARAMS (page), PG_INT (ended_after));

  if (rows != NULL)
    write_array (page->writer, "incidents", rows);
  return rows != NULL;
}

static gboolean
write_probes (Page *page, GError **error)
{
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query (
      page->pg, error,
      "SELECT jsonb_strip_nulls (jsonb_build_object ('id', id, 'name', name, 'kind', kind,"
      " 'labels', labels, 'state', state, 'seen_at', rfc3339 (seen_at), 'load', load, 'seq', seq))"
      " FROM probes WHERE team_id = $1::uuid AND seq > $2 AND seq <= $3"
      " AND (revoked_at = 0 OR NOT $4::boolean) ORDER BY seq",
      PAGE_PARAMS (page), PG_BOOL (page->wanted->is_first));

  if (rows != NULL)
    write_array (page->writer, "probes", rows);
  return rows != NULL;
}

/* --- the whole --- */

gboolean
tocsin_sync_write_changes (TocsinPg *pg, const TocsinSyncWanted *wanted, TocsinJsonWriter *writer,
                           GError **error)
{
  Page page = { .pg = pg, .wanted = wanted, .writer = writer };
  g_autofree char *cursor = NULL;
  TocsinCursor end;

  g_return_val_if_fail (pg != NULL && wanted != NULL && writer != NULL, FALSE);

  if (!tocsin_feed_read_head (pg, wanted->team_id, &page.head, error) || !find_end (&page, error) ||
      !write_records (&page, error) || !write_states (&page, error) ||
      !write_incidents (&page, error) || !write_probes (&page, error))
    return FALSE;
  end = page.head.present;
  end.seq = page.until;
  cursor = tocsin_cursor_print (&end);
  tocsin_json_writer_string (writer, "cursor", cursor);
  tocsin_json_writer_bool (writer, "more", page.more);
  return TRUE;
}
