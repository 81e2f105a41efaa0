/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "fields.h"

/* What the store would read back: `object` as text, parsed. (transfer full) */
static inline JsonObject *
write_and_parse (const TocsinFields *fields, gconstpointer object)
{
  g_autoptr (JsonObject) json = tocsin_fields_to_json (fields, object, 0);
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), json);
  g_autofree char *text = json_to_string (node, FALSE);
  g_autoptr (JsonNode) parsed = json_from_string (text, NULL);

  g_assert_nonnull (parsed);
  return json_node_dup_object (parsed);
}
