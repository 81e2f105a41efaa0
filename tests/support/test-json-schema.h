/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Whether JSON is what an OpenAPI 3.1 document says: the words of JSON Schema 2020-12 that ours
 * uses (type, enum, properties, required, additionalProperties, items, $ref, format uuid and
 * date-time). Another word fails the test, so that none is passed over. */

/* NULL where it is right, else what is not: "items/0/role: …". (transfer full) */
char *tocsin_test_json_schema_check (JsonObject *document, JsonObject *schema, JsonNode *node);

/* The document's operation for a method and the path of a request; `template_` is its path. NULL:
 * there is none. */
JsonObject *tocsin_test_openapi_find (JsonObject *document, const char *method, const char *path,
                                      const char **template_);

G_END_DECLS
