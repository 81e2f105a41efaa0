/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "oauth"

#include "config.h"

#include <string.h>

#include "call.h"
#include "device.h"
#include "json-writer.h"
#include "oauth.h"

#define DEVICE_GRANT    "urn:ietf:params:oauth:grant-type:device_code"
#define WRITER_BYTES    1024
#define CODE_MOST_BYTES 200

static void
send (TocsinCall *call, guint status, TocsinJsonWriter *writer)
{
  tocsin_json_writer_end_object (writer);
  tocsin_call_reply_take (call, status, "application/json", tocsin_json_writer_take (writer));
}

static void
begin (TocsinJsonWriter *writer)
{
  tocsin_json_writer_init (writer, WRITER_BYTES);
  tocsin_json_writer_begin_object (writer, NULL);
}

/* What is refused is no failure of the transaction: that somebody polled too fast is kept. */
static gboolean
refuse (TocsinCall *call, const char *word)
{
  g_auto (TocsinJsonWriter) writer;

  begin (&writer);
  tocsin_json_writer_string (&writer, "error", word);
  send (call, 400, &writer);
  return TRUE;
}

static const char *
get_short_field (TocsinCall *call, const char *name)
{
  const char *value = tocsin_call_get_field (call, name);

  return value != NULL && strlen (value) <= CODE_MOST_BYTES ? value : NULL;
}

/* --- the device asks --- */

static void
add_url (TocsinJsonWriter *writer, TocsinCall *call, const char *name, const char *path)
{
  g_autofree char *url = tocsin_server_config_make_url (call->config, path);

  tocsin_json_writer_string (writer, name, url);
}

static gboolean
start_device (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const char *name = get_short_field (call, "client_name");
  const char *scope = get_short_field (call, "scope");
  g_auto (GStrv) scopes = g_strsplit (scope != NULL ? scope : "read", " ", -1);
  g_auto (TocsinDeviceFlight) flight = { 0 };
  g_auto (TocsinJsonWriter) writer;
  g_autofree char *complete = NULL;

  begin (&writer);
  if (!tocsin_device_begin (pg, name != NULL ? name : "Tocsin", scopes, call->remote_address,
                            call->at_us, &flight, error))
    return FALSE;
  complete = g_strconcat ("/device?user_code=", flight.user_code, NULL);
  tocsin_json_writer_string (&writer, "device_code", flight.device_code);
  tocsin_json_writer_string (&writer, "user_code", flight.user_code);
  add_url (&writer, call, "verification_uri", "/device");
  add_url (&writer, call, "verification_uri_complete", complete);
  tocsin_json_writer_int (&writer, "expires_in", TOCSIN_DEVICE_KEPT_S);
  tocsin_json_writer_int (&writer, "interval", TOCSIN_DEVICE_INTERVAL_S);
  send (call, 200, &writer);
  return TRUE;
}

/* --- and gets tokens --- */

static void
send_tokens (TocsinCall *call, const TocsinDeviceTokens *tokens)
{
  g_autofree char *scope = g_strjoinv (" ", tokens->scopes);
  g_auto (TocsinJsonWriter) writer;

  begin (&writer);
  tocsin_json_writer_string (&writer, "access_token", tokens->access_token);
  tocsin_json_writer_string (&writer, "token_type", "Bearer");
  tocsin_json_writer_int (&writer, "expires_in", TOCSIN_ACCESS_KEPT_S);
  tocsin_json_writer_string (&writer, "refresh_token", tokens->refresh_token);
  tocsin_json_writer_string (&writer, "scope", scope);
  send (call, 200, &writer);
}

static gboolean
give_token (TocsinCall *call, TocsinPg *pg, GError **error)
{
  static const struct {
    const char *grant, *field;
    gboolean (*run) (TocsinPg *, const char *, gint64, TocsinDeviceTokens *, const char **,
                     GError **);
  } grants[] = {
    { DEVICE_GRANT, "device_code", tocsin_device_poll },
    { "refresh_token", "refresh_token", tocsin_device_refresh },
  };
  const char *grant = get_short_field (call, "grant_type");
  g_auto (TocsinDeviceTokens) tokens = { 0 };
  const char *refusal = NULL, *value;

  for (guint i = 0; i < G_N_ELEMENTS (grants); i++) {
    if (g_strcmp0 (grant, grants[i].grant) != 0)
      continue;
    value = get_short_field (call, grants[i].field);
    if (value == NULL)
      return refuse (call, "invalid_request");
    if (!grants[i].run (pg, value, call->at_us, &tokens, &refusal, error))
      return FALSE;
    if (refusal != NULL)
      return refuse (call, refusal);
    send_tokens (call, &tokens);
    return TRUE;
  }
  return refuse (call, grant != NULL ? "unsupported_grant_type" : "invalid_request");
}

static gboolean
revoke_token (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const char *token = get_short_field (call, "token");

  if (token == NULL)
    return refuse (call, "invalid_request");
  if (!tocsin_device_revoke (pg, token, call->at_us, error))
    return FALSE;
  tocsin_call_reply_text (call, 200, "application/json", "{}");
  return TRUE;
}

/* --- where all this is --- */

static void
add_words (TocsinJsonWriter *writer, const char *name, const char *const *words)
{
  tocsin_json_writer_begin_array (writer, name);
  for (; *words != NULL; words++)
    tocsin_json_writer_string (writer, NULL, *words);
  tocsin_json_writer_end_array (writer);
}

static void
tell_metadata (TocsinCall *call)
{
  static const char *const grants[] = { DEVICE_GRANT, "refresh_token", NULL };
  static const char *const scopes[] = { "read", "write", "admin", NULL };
  static const char *const none[] = { "none", NULL };
  static const char *const empty[] = { NULL };
  g_auto (TocsinJsonWriter) writer;

  begin (&writer);
  tocsin_json_writer_string (&writer, "issuer", call->config->public_url);
  add_url (&writer, call, "device_authorization_endpoint", "/oauth/device");
  add_url (&writer, call, "token_endpoint", "/oauth/token");
  add_url (&writer, call, "revocation_endpoint", "/oauth/revoke");
  add_words (&writer, "grant_types_supported", grants);
  add_words (&writer, "response_types_supported", empty);
  add_words (&writer, "scopes_supported", scopes);
  add_words (&writer, "token_endpoint_auth_methods_supported", none);
  send (call, 200, &writer);
  tocsin_call_finish (call);
}

#define OAUTH TOCSIN_ACCESS_ANYONE, TOCSIN_STYLE_OAUTH

static const TocsinRoute routes[] = {
  { "POST", "/oauth/device", OAUTH, 0, start_device },
  { "POST", "/oauth/token", OAUTH, 0, give_token },
  { "POST", "/oauth/revoke", OAUTH, 0, revoke_token },
  { "GET", "/.well-known/oauth-authorization-server", OAUTH, 0, .direct = tell_metadata },
};

const TocsinRoutes tocsin_oauth_routes = TOCSIN_ROUTES (routes);
