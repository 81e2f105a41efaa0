/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "oidc-provider"

#include "config.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "errors.h"
#include "jsontext.h"
#include "oidc-fetch.h"
#include "oidc-provider.h"

#define DISCOVERY "/.well-known/openid-configuration"

/* --- its document --- */

static const char *
get_text (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

/* Whether a list has the word; `fallback` where there is no list. */
static gboolean
has_word (JsonObject *object, const char *name, const char *word, gboolean fallback)
{
  JsonNode *node = json_object_get_member (object, name);
  JsonArray *array;

  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return fallback;
  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++) {
    JsonNode *item = json_array_get_element (array, i);

    if (json_node_get_value_type (item) == G_TYPE_STRING &&
        strcmp (json_node_get_string (item), word) == 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean
read_document (const TocsinServerConfig *config, const char *issuer, JsonObject *document,
               TocsinOidcProvider *provider, GError **error)
{
  static const char *const endpoints[] = { "token_endpoint", "jwks_uri" };
  const char *authorization = get_text (document, "authorization_endpoint");
  JsonNode *says =
      json_object_get_member (document, "authorization_response_iss_parameter_supported");

  if (g_strcmp0 (get_text (document, "issuer"), issuer) != 0)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "%s: it calls itself another issuer: its name is wanted exactly", issuer);
  for (gsize i = 0; i < G_N_ELEMENTS (endpoints); i++)
    if (!tocsin_oidc_url_check (config, endpoints[i], get_text (document, endpoints[i]), error))
      return FALSE;
  /* Only the browser goes there, and it may have a query of its own (RFC 6749, section 3.1). */
  if (authorization == NULL || strpbrk (authorization, "#\r\n") != NULL ||
      (!g_str_has_prefix (authorization, "https://") &&
       !(config->allow_private && g_str_has_prefix (authorization, "http://"))))
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "%s: authorization_endpoint: an address of https is wanted", issuer);
  provider->authorization_endpoint = g_strdup (authorization);
  provider->token_endpoint = g_strdup (get_text (document, "token_endpoint"));
  provider->keys_url = g_strdup (get_text (document, "jwks_uri"));
  provider->wants_secret_in_form =
      !has_word (document, "token_endpoint_auth_methods_supported", "client_secret_basic", TRUE);
  provider->says_issuer = says != NULL && json_node_get_value_type (says) == G_TYPE_BOOLEAN &&
                          json_node_get_boolean (says);
  return TRUE;
}

gboolean
tocsin_oidc_provider_parse (const TocsinServerConfig *config, const char *issuer, const char *text,
                            TocsinOidcProvider *provider, GError **error)
{
  JsonObject *document = tocsin_json_parse_object (text, TOCSIN_OIDC_ANSWER_MOST_BYTES, error);
  gboolean ok = document != NULL && read_document (config, issuer, document, provider, error);

  g_clear_pointer (&document, json_object_unref);
  return ok;
}

/* --- what is kept --- */

typedef enum { KEPT_DOCUMENT, KEPT_KEYS } Kept;

static const char *const kept_words[] = { "document", "keys" };

/* `text` stays NULL where there is none that is young enough. */
static gboolean
find_kept (TocsinPg *pg, const char *issuer, Kept kept, gint64 now_us, char **text, GError **error)
{
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query (
      pg, error,
      "SELECT body FROM oidc_documents WHERE issuer = $1 AND kind = $2 AND fetched_at > $3",
      PG_TEXT (issuer), PG_TEXT (kept_words[kept]), PG_INT (now_us - TOCSIN_OIDC_KEPT_US));

  *text = NULL;
  if (rows == NULL)
    return FALSE;
  if (tocsin_pg_rows_get_n (rows) > 0)
    *text = g_strdup (tocsin_pg_rows_get_text (rows, 0, 0));
  return TRUE;
}

static gboolean
keep (TocsinPg *pg, const char *issuer, Kept kept, gint64 now_us, const char *text, GError **error)
{
  return tocsin_pg_run (
      pg, error, NULL,
      "INSERT INTO oidc_documents (issuer, kind, body, fetched_at) VALUES ($1, $2, $3, $4)"
      " ON CONFLICT (issuer, kind) DO UPDATE SET body = excluded.body,"
      " fetched_at = excluded.fetched_at",
      PG_TEXT (issuer), PG_TEXT (kept_words[kept]), PG_TEXT (text), PG_INT (now_us));
}

gboolean
tocsin_oidc_provider_load (TocsinPg *pg, const TocsinServerConfig *config, const char *issuer,
                           gint64 now_us, TocsinOidcProvider *provider, GError **error)
{
  gsize length = strlen (issuer);
  g_autofree char *base = g_strndup (issuer, length - (issuer[length - 1] == '/' ? 1 : 0));
  g_autofree char *url = g_strconcat (base, DISCOVERY, NULL);
  const TocsinOidcRequest request = { .url = url };
  g_autofree char *text = NULL;

  if (!find_kept (pg, issuer, KEPT_DOCUMENT, now_us, &text, error))
    return FALSE;
  if (text != NULL)
    return tocsin_oidc_provider_parse (config, issuer, text, provider, error);
  text = tocsin_oidc_fetch (config, &request, error);
  return text != NULL && tocsin_oidc_provider_parse (config, issuer, text, provider, error) &&
         keep (pg, issuer, KEPT_DOCUMENT, now_us, text, error);
}

TocsinJwks *
tocsin_oidc_provider_load_keys (TocsinPg *pg, const TocsinServerConfig *config, const char *issuer,
                                const TocsinOidcProvider *provider, gint64 now_us, gboolean anew,
                                GError **error)
{
  const TocsinOidcRequest request = { .url = provider->keys_url };
  g_autofree char *text = NULL;
  g_autoptr (TocsinJwks) keys = NULL;

  if (!anew && !find_kept (pg, issuer, KEPT_KEYS, now_us, &text, error))
    return NULL;
  if (text != NULL)
    return tocsin_jwks_parse (text, error);
  text = tocsin_oidc_fetch (config, &request, error);
  keys = text != NULL ? tocsin_jwks_parse (text, error) : NULL;
  if (keys == NULL || !keep (pg, issuer, KEPT_KEYS, now_us, text, error))
    return NULL;
  return g_steal_pointer (&keys);
}

/* --- the code --- */

static void
add_field (GString *form, const char *name, const char *value)
{
  g_autofree char *escaped = g_uri_escape_string (value, NULL, FALSE);

  g_string_append_printf (form, "%s%s=%s", form->len > 0 ? "&" : "", name, escaped);
}

/* (transfer full) */
static char *
get_id_token (const char *text, GError **error)
{
  JsonObject *object = tocsin_json_parse_object (text, TOCSIN_OIDC_ANSWER_MOST_BYTES, error);
  char *token = object != NULL ? g_strdup (get_text (object, "id_token")) : NULL;

  if (object != NULL && token == NULL)
    tocsin_fail (error, TOCSIN_ERROR_INVALID, "the issuer gave no ID token");
  g_clear_pointer (&object, json_object_unref);
  return token;
}

char *
tocsin_oidc_provider_redeem (const TocsinServerConfig *config, const TocsinOidcProvider *provider,
                             const TocsinIssuer *issuer, const char *code, const char *verifier,
                             const char *redirect_uri, GError **error)
{
  g_autoptr (GString) form = g_string_new (NULL);
  gboolean in_form = issuer->client_secret == NULL || provider->wants_secret_in_form;
  /* RFC 6749, section 2.3.1: both are form-encoded first. */
  g_autofree char *user = g_uri_escape_string (issuer->client_id, NULL, FALSE);
  g_autofree char *password = issuer->client_secret != NULL
                                  ? g_uri_escape_string (issuer->client_secret, NULL, FALSE)
                                  : NULL;
  TocsinOidcRequest request = { .url = provider->token_endpoint };
  g_autofree char *text = NULL;

  add_field (form, "grant_type", "authorization_code");
  add_field (form, "code", code);
  add_field (form, "redirect_uri", redirect_uri);
  add_field (form, "code_verifier", verifier);
  if (in_form)
    add_field (form, "client_id", issuer->client_id);
  if (in_form && issuer->client_secret != NULL)
    add_field (form, "client_secret", issuer->client_secret);
  request.form = form->str;
  request.user = in_form ? NULL : user;
  request.password = in_form ? NULL : password;
  text = tocsin_oidc_fetch (config, &request, error);
  return text != NULL ? get_id_token (text, error) : NULL;
}

void
tocsin_oidc_provider_clear (TocsinOidcProvider *provider)
{
  g_clear_pointer (&provider->authorization_endpoint, g_free);
  g_clear_pointer (&provider->token_endpoint, g_free);
  g_clear_pointer (&provider->keys_url, g_free);
}
