/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* json-glib's parser recurses without a limit; text from outside goes through here. */
#define TOCSIN_JSON_DEPTH 64

/* Reads a JSON object of at most `most_bytes` bytes and TOCSIN_JSON_DEPTH levels. NULL with INVALID
 * and a place. */
JsonObject *tocsin_json_parse_object (const char *text, gsize most_bytes, GError **error);

/* Prints for people and programs: two spaces a level, and a number with as few digits as read back
 * as the same (json-glib always writes seventeen). (transfer full) */
char *tocsin_json_print (JsonNode *node);

G_END_DECLS
