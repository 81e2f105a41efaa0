/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

/* Lines: method, path, cursor, and the body. */

#define G_LOG_DOMAIN "fuzz-api-request"

#include "config.h"

#include <string.h>

#include "call.h"
#include "jsontext.h"
#include "replay.h"
#include "route.h"
#include "schema.h"
#include "token.h"
#include "users.h"

#define MOST_BYTES 8192

static void
look_at_route (const char *method, const char *path)
{
  const TocsinRoute *route = NULL;
  char *params[TOCSIN_ROUTE_PARAMS_MOST] = { NULL };
  g_autofree char *allow = NULL;
  TocsinMatch match =
      tocsin_routes_match (tocsin_routes_get (), method, path, &route, params, &allow);

  g_assert_true ((match == TOCSIN_MATCH_FOUND) == (route != NULL));
  g_assert_true ((match == TOCSIN_MATCH_METHOD) == (allow != NULL));
  for (guint i = 0; i < G_N_ELEMENTS (params); i++) {
    g_assert_true (params[i] == NULL || g_utf8_validate (params[i], -1, NULL));
    g_assert_true (params[i] == NULL || match == TOCSIN_MATCH_FOUND);
    g_free (params[i]);
  }
}

/* A body is right for a schema, or it is refused with a sentence. */
static void
look_at_body (const char *text)
{
  g_autoptr (JsonObject) json = tocsin_json_parse_object (text, MOST_BYTES, NULL);

  for (const TocsinSchema *const *at = tocsin_schemas_get (); json != NULL && *at != NULL; at++) {
    g_autoptr (GError) error = NULL;

    if (!tocsin_schema_check (*at, json, &error))
      g_assert_error (error, TOCSIN_HTTP_ERROR, 400);
  }
}

static void
look_at_words (const char *text)
{
  g_autofree char *code = tocsin_user_code_normalize (text);
  g_autofree char *email = tocsin_email_normalize (text, NULL);

  g_assert_true (code == NULL || strlen (code) == 9);
  g_assert_true (email == NULL || strpbrk (email, "\r\n<> ") == NULL);
  if (tocsin_token_is_valid (text))
    g_assert_cmpuint (strlen (text), ==, TOCSIN_TOKEN_LENGTH);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *) data, MIN (size, MOST_BYTES));
  g_auto (GStrv) lines = g_strsplit (text, "\n", 4);
  guint n = g_strv_length (lines);

  if (n > 1)
    look_at_route (lines[0], lines[1]);
  if (n > 2)
    look_at_words (lines[2]);
  if (n > 3)
    look_at_body (lines[3]);
  return 0;
}
