/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "jwt"

#include "config.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "base64url.h"
#include "errors.h"
#include "jsontext.h"
#include "jwt.h"
#include "timetext.h"

#define SUBJECT_MOST_BYTES 255 /* OpenID Connect Core 1.0, section 2 */

static const char *const algorithm_names[TOCSIN_N_JWT_ALGORITHMS] = {
  [TOCSIN_JWT_RS256] = "RS256",
  [TOCSIN_JWT_ES256] = "ES256",
};

static gboolean
refuse (GError **error, const char *why)
{
  return tocsin_fail (error, TOCSIN_ERROR_INVALID, "the ID token %s", why);
}

/* --- parts --- */

/* Of base64url of a JSON object. */
static JsonObject *
read_part (const char *text, gsize length)
{
  g_autoptr (GBytes) bytes = tocsin_base64url_decode (text, length);
  g_autofree char *json = NULL;
  gsize size;
  const char *data;

  if (bytes == NULL)
    return NULL;
  data = g_bytes_get_data (bytes, &size);
  if (size == 0 || memchr (data, '\0', size) != NULL)
    return NULL;
  json = g_strndup (data, size);
  return tocsin_json_parse_object (json, TOCSIN_JWT_MOST_BYTES, NULL);
}

static const char *
get_text (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

/* Seconds since the epoch, with or without a fraction. */
static gboolean
get_seconds (JsonObject *object, const char *name, double *seconds)
{
  JsonNode *node = json_object_get_member (object, name);
  GType type = node != NULL ? json_node_get_value_type (node) : G_TYPE_INVALID;

  if (type != G_TYPE_INT64 && type != G_TYPE_DOUBLE)
    return FALSE;
  *seconds = json_node_get_double (node);
  return *seconds >= 0 && *seconds < 1e12;
}

/* --- the signature --- */

static gboolean
read_header (JsonObject *header, TocsinJwtAlgorithm *algorithm, GError **error)
{
  const char *name = get_text (header, "alg");

  if (json_object_has_member (header, "crit"))
    return refuse (error, "wants an extension that is not known here");
  for (guint i = 0; name != NULL && i < TOCSIN_N_JWT_ALGORITHMS; i++)
    if (strcmp (name, algorithm_names[i]) == 0) {
      *algorithm = i;
      return TRUE;
    }
  return refuse (error, "is not signed by RS256 or ES256");
}

static gboolean
check_signature (const char *token, const char *first_dot, const char *second_dot,
                 const TocsinJwks *jwks, GError **error)
{
  JsonObject *header = read_part (token, (gsize) (first_dot - token));
  g_autoptr (GBytes) signature = tocsin_base64url_decode (second_dot + 1, strlen (second_dot + 1));
  TocsinJwtAlgorithm algorithm = TOCSIN_JWT_RS256;
  g_autofree char *kid = NULL;
  gboolean ok;

  if (header == NULL)
    return refuse (error, "has no header that can be read");
  kid = g_strdup (get_text (header, "kid"));
  ok = read_header (header, &algorithm, error);
  json_object_unref (header);
  if (!ok)
    return FALSE;
  if (!tocsin_jwks_has (jwks, kid, algorithm))
    return tocsin_fail (error, TOCSIN_ERROR_NOT_FOUND,
                        "the ID token is signed by a key that the issuer does not publish");
  if (signature == NULL ||
      !tocsin_jwks_verify (jwks, kid, algorithm, token, (gsize) (second_dot - token), signature))
    return refuse (error, "has a wrong signature");
  return TRUE;
}

/* --- the claims --- */

/* For us; where it is for others too, it must have been asked for by us (azp). */
static gboolean
is_for (JsonObject *claims, const char *client_id)
{
  JsonNode *node = json_object_get_member (claims, "aud");
  const char *party = get_text (claims, "azp");
  gboolean found = FALSE;
  JsonArray *array;
  guint n;

  if (json_object_has_member (claims, "azp") && g_strcmp0 (party, client_id) != 0)
    return FALSE;
  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return g_strcmp0 (get_text (claims, "aud"), client_id) == 0;
  array = json_node_get_array (node);
  n = json_array_get_length (array);
  for (guint i = 0; i < n && !found; i++) {
    JsonNode *item = json_array_get_element (array, i);

    found = json_node_get_value_type (item) == G_TYPE_STRING &&
            strcmp (json_node_get_string (item), client_id) == 0;
  }
  return found && (n == 1 || party != NULL);
}

static gboolean
check_times (JsonObject *claims, gint64 now_us, GError **error)
{
  double now = (double) now_us / TOCSIN_US_PER_S, expires, issued, starts;

  if (!get_seconds (claims, "exp", &expires) || !get_seconds (claims, "iat", &issued))
    return refuse (error, "does not say when it was issued and when it expires");
  if (expires + TOCSIN_JWT_LEEWAY_S <= now)
    return refuse (error, "has expired");
  if (issued - TOCSIN_JWT_LEEWAY_S > now)
    return refuse (error, "is from the future: compare the clocks of both servers");
  if (json_object_has_member (claims, "nbf") &&
      (!get_seconds (claims, "nbf", &starts) || starts - TOCSIN_JWT_LEEWAY_S > now))
    return refuse (error, "is not valid yet: compare the clocks of both servers");
  return TRUE;
}

static gboolean
check_claims (JsonObject *claims, const TocsinJwtWants *wants, GError **error)
{
  const char *subject = get_text (claims, "sub");

  if (g_strcmp0 (get_text (claims, "iss"), wants->issuer) != 0)
    return refuse (error, "is of another issuer");
  if (!is_for (claims, wants->client_id))
    return refuse (error, "is for another client");
  if (g_strcmp0 (get_text (claims, "nonce"), wants->nonce) != 0)
    return refuse (error, "belongs to another sign-in");
  if (subject == NULL || *subject == '\0' || strlen (subject) > SUBJECT_MOST_BYTES)
    return refuse (error, "does not say who it is about");
  return check_times (claims, wants->now_us, error);
}

/* Some issuers have the word "true" in place of the value. */
static gboolean
get_is_verified (JsonObject *claims)
{
  JsonNode *node = json_object_get_member (claims, "email_verified");

  if (node == NULL)
    return FALSE;
  if (json_node_get_value_type (node) == G_TYPE_BOOLEAN)
    return json_node_get_boolean (node);
  return g_strcmp0 (get_text (claims, "email_verified"), "true") == 0;
}

gboolean
tocsin_jwt_verify (const char *token, const TocsinJwks *jwks, const TocsinJwtWants *wants,
                   TocsinJwtPerson *person, GError **error)
{
  const char *first_dot = strchr (token, '.');
  const char *second_dot = first_dot != NULL ? strchr (first_dot + 1, '.') : NULL;
  JsonObject *claims;
  gboolean ok;

  g_return_val_if_fail (wants->issuer != NULL && wants->client_id != NULL && wants->nonce != NULL,
                        FALSE);

  if (second_dot == NULL || strlen (token) > TOCSIN_JWT_MOST_BYTES)
    return refuse (error, "is none");
  if (!check_signature (token, first_dot, second_dot, jwks, error))
    return FALSE;
  claims = read_part (first_dot + 1, (gsize) (second_dot - first_dot - 1));
  if (claims == NULL)
    return refuse (error, "has no claims that can be read");
  ok = check_claims (claims, wants, error);
  if (ok) {
    person->subject = g_strdup (get_text (claims, "sub"));
    person->email = g_strdup (get_text (claims, "email"));
    person->email_is_verified = get_is_verified (claims);
    person->name = g_strdup (get_text (claims, "name"));
  }
  json_object_unref (claims);
  return ok;
}

void
tocsin_jwt_person_clear (TocsinJwtPerson *person)
{
  g_clear_pointer (&person->subject, g_free);
  g_clear_pointer (&person->email, g_free);
  g_clear_pointer (&person->name, g_free);
}
