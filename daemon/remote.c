/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "remote"

#include "config.h"

#include "jsontext.h"
#include "quorum.h"
#include "remote.h"

#define FIELD(name_, member, k, ...)                                                               \
  {                                                                                                \
    .name = name_, .kind = TOCSIN_FIELD_##k, .offset = G_STRUCT_OFFSET (TYPE, member), __VA_ARGS__ \
  }

#define TYPE TocsinRemoteVote
static const TocsinField vote_rows[] = {
  FIELD ("probe", probe, STRING),
  FIELD ("at", at_us, TIME),
  FIELD ("failed", n_failed, INT),
  FIELD ("good", n_good, INT),
  FIELD ("slow", n_slow, INT),
  FIELD ("code", code, WORD, .words = &tocsin_code_words, .flags = TOCSIN_FIELD_SPARSE),
};
#undef TYPE

const TocsinFields tocsin_remote_vote_fields = {
  .what = "vote",
  .size = sizeof (TocsinRemoteVote),
  .rows = vote_rows,
  .n_rows = G_N_ELEMENTS (vote_rows),
  .selector_offset = TOCSIN_FIELDS_NO_SELECTOR,
  .unknown_offset = TOCSIN_FIELDS_NO_UNKNOWN,
};

#define TYPE TocsinRemote
static const TocsinField remote_rows[] = {
  FIELD ("state", state, WORD, .words = &tocsin_state_words),
  FIELD ("since", since_at, TIME),
  FIELD ("incident", incident, STRING),
  FIELD ("note", note, STRING),
  FIELD ("votes", votes, OBJECTS, .table = &tocsin_remote_vote_fields, .most = TOCSIN_QUORUM_VOTES),
  FIELD ("told", told, WORD, .words = &tocsin_state_words),
};
#undef TYPE

const TocsinFields tocsin_remote_fields = {
  .what = "state",
  .size = sizeof (TocsinRemote),
  .rows = remote_rows,
  .n_rows = G_N_ELEMENTS (remote_rows),
  .selector_offset = TOCSIN_FIELDS_NO_SELECTOR,
  .unknown_offset = TOCSIN_FIELDS_NO_UNKNOWN,
};

TocsinRemote *
tocsin_remote_from_json (JsonObject *json, GError **error)
{
  g_autoptr (TocsinRemote) remote = tocsin_fields_new (&tocsin_remote_fields);

  if (!tocsin_fields_from_json (&tocsin_remote_fields, remote, json, TOCSIN_FIELDS_PLAIN, error))
    return NULL;
  return g_steal_pointer (&remote);
}

char *
tocsin_remote_to_text (const TocsinRemote *remote)
{
  g_autoptr (JsonObject) json = NULL;
  g_autoptr (JsonNode) node = NULL;

  g_return_val_if_fail (remote != NULL, NULL);

  json = tocsin_fields_to_json (&tocsin_remote_fields, remote, TOCSIN_FIELDS_PLAIN);
  node = json_node_init_object (json_node_alloc (), json);
  return json_to_string (node, FALSE);
}

void
tocsin_remote_free (TocsinRemote *remote)
{
  tocsin_fields_free (&tocsin_remote_fields, remote);
}
