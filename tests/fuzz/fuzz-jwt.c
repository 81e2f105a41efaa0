/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

/* Up to the first line end a set of keys, after it an ID token: any bytes are refused with a
 * sentence, or are a person with a name. */

#define G_LOG_DOMAIN "fuzz-jwt"

#include "config.h"

#include <string.h>

#include "jwt.h"
#include "replay.h"
#include "timetext.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static const TocsinJwtWants wants = { "https://sso.example.org", "us", "n",
                                        1795580298 * TOCSIN_US_PER_S };
  g_autofree char *text = g_strndup ((const char *) data, size);
  char *token = strchr (text, '\n');
  g_autoptr (TocsinJwks) jwks = NULL;
  g_auto (TocsinJwtPerson) person = { 0 };
  g_autoptr (GError) error = NULL;

  if (token != NULL)
    *token++ = '\0';
  jwks = tocsin_jwks_parse (text, &error);
  g_assert_true ((jwks == NULL) == (error != NULL));
  if (jwks == NULL)
    return 0;
  g_assert_cmpuint (tocsin_jwks_get_n (jwks), <=, TOCSIN_JWKS_MOST);
  if (!tocsin_jwt_verify (token != NULL ? token : "", jwks, &wants, &person, &error)) {
    g_assert_nonnull (error);
    g_assert_true (g_utf8_validate (error->message, -1, NULL));
    g_assert_null (person.subject);
    return 0;
  }
  g_assert_cmpstr (person.subject, !=, "");
  return 0;
}
