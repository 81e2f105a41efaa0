/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "team-documents"

#include "config.h"

#include "jsontext.h"
#include "team-sync-private.h"

/* Records and operations as documents of the store: what of them is secret lies in the sealed part,
 * and is put back in its place when they are read. */

#define DOCUMENT_BYTES (8 * 1024 * 1024)

static JsonObject *
get_object (JsonObject *json, const char *name)
{
  JsonNode *node = json != NULL ? json_object_get_member (json, name) : NULL;

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

/* Where the members of the record are, of which some may be secret. (nullable) */
static JsonObject *
find_members (JsonObject *json, TocsinDocumentKind kind)
{
  switch ((guint) kind) {
  case TOCSIN_DOCUMENT_RECORD:
    return get_object (json, "body");
  case TOCSIN_DOCUMENT_OPERATION:
    return get_object (get_object (json, "operation"), "set");
  default:
    return NULL;
  }
}

static char *
to_text (JsonObject *json)
{
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), json);

  return json_to_string (node, FALSE);
}

void
tocsin_document_set_json (TocsinDocument *document, JsonObject *json, TocsinRecordType type)
{
  g_autofree char *text = to_text (json);
  /* A copy to its depth: what it is made of is somebody else's too. */
  g_autoptr (JsonObject) own = tocsin_json_parse_object (text, DOCUMENT_BYTES, NULL);
  JsonObject *members = own != NULL ? find_members (own, document->kind) : NULL;
  g_autoptr (GList) names = members != NULL ? json_object_get_members (members) : NULL;
  g_autoptr (JsonObject) secrets = json_object_new ();

  for (GList *link = names; link != NULL; link = link->next) {
    g_autofree char *name = g_strdup (link->data);

    if (!tocsin_record_is_secret (type, name))
      continue;
    json_object_set_member (secrets, name, json_node_copy (json_object_get_member (members, name)));
    json_object_remove_member (members, name);
  }
  document->body = own != NULL ? to_text (own) : g_strdup ("{}");
  if (json_object_get_size (secrets) > 0)
    document->secret = to_text (secrets);
}

JsonObject *
tocsin_document_get_json (const TocsinDocument *document)
{
  g_autoptr (JsonObject) json = tocsin_json_parse_object (document->body, DOCUMENT_BYTES, NULL);
  JsonObject *members = json != NULL ? find_members (json, document->kind) : NULL;
  g_autoptr (JsonObject) secrets = NULL;
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  if (members == NULL || document->secret == NULL)
    return g_steal_pointer (&json);
  secrets = tocsin_json_parse_object (document->secret, DOCUMENT_BYTES, NULL);
  if (secrets == NULL)
    return g_steal_pointer (&json);
  json_object_iter_init (&iter, secrets);
  while (json_object_iter_next (&iter, &name, &node))
    json_object_set_member (members, name, json_node_copy (node));
  return g_steal_pointer (&json);
}

TocsinDocument *
tocsin_team_record_to_document (TocsinTeamSync *team, const TocsinRecord *record)
{
  TocsinDocument *document = tocsin_document_new (TOCSIN_DOCUMENT_RECORD, team->id, record->id);
  g_autoptr (JsonObject) json = tocsin_record_to_json (record);

  document->number = record->seq;
  tocsin_document_set_json (document, json, record->type);
  return document;
}

TocsinRecord *
tocsin_team_load_record (TocsinTeamSync *team, const char *id)
{
  g_autoptr (GPtrArray) documents =
      tocsin_store_load_documents (team->store, TOCSIN_DOCUMENT_RECORD, team->id, id, NULL);
  g_autoptr (JsonObject) json = documents != NULL && documents->len > 0
                                    ? tocsin_document_get_json (documents->pdata[0])
                                    : NULL;

  return json != NULL ? tocsin_record_from_json (json, NULL) : NULL;
}
