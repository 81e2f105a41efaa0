/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "sync-log"

#include "config.h"

#include "jsontext.h"
#include "sync-log.h"
#include "watch.h"

#define ENTRY_BYTES (4 * 1024 * 1024)

static const char *const events[] = { "signed_in", "in_step", "offline",  "resync",  "refused",
                                      "overwrote", "lost",    "restored", "dropped", "left" };
const TocsinWords tocsin_sync_event_words = TOCSIN_WORDS ("sync event", events);
G_STATIC_ASSERT (G_N_ELEMENTS (events) == TOCSIN_SYNC_LEFT + 1);

#define FIELD(name_, member_, k, ...)                                                              \
  {                                                                                                \
    .name = name_, .kind = TOCSIN_FIELD_##k, .offset = G_STRUCT_OFFSET (TocsinSyncEntry, member_), \
    __VA_ARGS__                                                                                    \
  }

static const TocsinField rows[] = {
  FIELD ("at", at_us, TIME),
  FIELD ("team", team, STRING),
  FIELD ("kind", kind, WORD, .words = &tocsin_sync_event_words),
  FIELD ("text", text, STRING),
  FIELD ("record", record, STRING),
  FIELD ("record_name", record_name, STRING),
  FIELD ("type", type, STRING),
  FIELD ("member", member, STRING),
  FIELD ("mine", mine, STRING),
  FIELD ("theirs", theirs, STRING),
  FIELD ("by", by, STRING),
};

const TocsinFields tocsin_sync_entry_fields = {
  .what = "sync event",
  .size = sizeof (TocsinSyncEntry),
  .rows = rows,
  .n_rows = G_N_ELEMENTS (rows),
  .selector_offset = TOCSIN_FIELDS_NO_SELECTOR,
  .unknown_offset = TOCSIN_FIELDS_NO_UNKNOWN,
};

TocsinSyncEntry *
tocsin_sync_entry_new (const char *team, TocsinSyncEvent kind, const char *format, ...)
{
  TocsinSyncEntry *entry = tocsin_fields_new (&tocsin_sync_entry_fields);
  va_list args;

  entry->at_us = g_get_real_time ();
  entry->team = g_strdup (team);
  entry->kind = kind;
  va_start (args, format);
  entry->text = g_strdup_vprintf (format, args);
  va_end (args);
  return entry;
}

void
tocsin_sync_entry_free (TocsinSyncEntry *entry)
{
  tocsin_fields_free (&tocsin_sync_entry_fields, entry);
}

void
tocsin_sync_entry_add (const TocsinSyncEntry *entry, TocsinStoreBatch *batch)
{
  g_autoptr (JsonObject) json = NULL;
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (TocsinDocument) document = NULL;
  g_autofree char *id = NULL;

  g_return_if_fail (entry != NULL && batch != NULL);

  json = tocsin_fields_to_json (&tocsin_sync_entry_fields, entry, TOCSIN_FIELDS_PLAIN);
  node = json_node_init_object (json_node_alloc (), json);
  id = tocsin_watch_new_id ();
  document = tocsin_document_new (TOCSIN_DOCUMENT_LOG, entry->team, id);
  document->number = entry->at_us;
  document->body = json_to_string (node, FALSE);
  tocsin_store_batch_log (batch, document);
}

TocsinSyncEntry *
tocsin_sync_entry_from_document (const TocsinDocument *document)
{
  g_autoptr (TocsinSyncEntry) entry = NULL;
  g_autoptr (JsonObject) json = NULL;

  g_return_val_if_fail (document != NULL, NULL);

  json = tocsin_json_parse_object (document->body, ENTRY_BYTES, NULL);
  entry = tocsin_fields_new (&tocsin_sync_entry_fields);
  if (json == NULL ||
      !tocsin_fields_from_json (&tocsin_sync_entry_fields, entry, json, TOCSIN_FIELDS_PLAIN, NULL))
    return NULL;
  return g_steal_pointer (&entry);
}
