/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "jsontext"

#include "config.h"

#include <string.h>

#include "errors.h"
#include "jsontext.h"

/* Counts brackets outside of strings; what is not well formed otherwise the parser finds. */
static gboolean
is_shallow (const char *text)
{
  gboolean in_string = FALSE;
  int depth = 0;

  for (const char *at = text; *at != '\0'; at++) {
    if (in_string) {
      if (*at == '\\' && at[1] != '\0')
        at++;
      else if (*at == '"')
        in_string = FALSE;
    } else if (*at == '"') {
      in_string = TRUE;
    } else if (*at == '{' || *at == '[') {
      if (++depth > TOCSIN_JSON_DEPTH)
        return FALSE;
    } else if (*at == '}' || *at == ']') {
      depth--;
    }
  }
  return TRUE;
}

JsonObject *
tocsin_json_parse_object (const char *text, gsize most_bytes, GError **error)
{
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GError) problem = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  if (strlen (text) > most_bytes) {
    tocsin_fail (error, TOCSIN_ERROR_INVALID,
                 "more than %" G_GSIZE_FORMAT " bytes of JSON, the most that is read", most_bytes);
    return NULL;
  }
  if (!g_utf8_validate (text, -1, NULL) || !is_shallow (text)) {
    tocsin_fail (error, TOCSIN_ERROR_INVALID, "no JSON: not UTF-8, or more than %d levels deep",
                 TOCSIN_JSON_DEPTH);
    return NULL;
  }
  node = json_from_string (text, &problem);
  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    return json_node_dup_object (node);
  tocsin_fail (error, TOCSIN_ERROR_INVALID, "no JSON object: %s",
               problem != NULL ? problem->message : "something else");
  return NULL;
}
