/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "dispatch"

#include "config.h"

#include <string.h>

#include "call-private.h"
#include "errors.h"
#include "replay.h"
#include "schema.h"
#include "uuid.h"

#define KEY_LENGTH 32

/* --- who asks --- */

static const char *
get_bearer (const TocsinCall *call)
{
  const char *text = tocsin_call_get_header (call, "Authorization");

  return text != NULL && g_ascii_strncasecmp (text, "Bearer ", 7) == 0 ? text + 7 : NULL;
}

/* The key of a header, or of the body where old clients have it. */
static const char *
get_key (TocsinCall *call)
{
  const char *key = tocsin_call_get_header (call, "X-Api-Key");
  JsonObject *json;
  JsonNode *member;

  if (key != NULL || g_bytes_get_size (call->body) == 0)
    return key;
  json = tocsin_call_get_json (call, NULL);
  member = json != NULL ? json_object_get_member (json, "api_key") : NULL;
  return member != NULL && json_node_get_value_type (member) == G_TYPE_STRING
             ? json_node_get_string (member)
             : NULL;
}

static gboolean
find_key (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const char *key = get_key (call);

  if (key == NULL || strlen (key) != KEY_LENGTH)
    return tocsin_http_fail (error, 401, "missing api key");
  if (!tocsin_principal_find_key (pg, key, &call->principal, error))
    return FALSE;
  if (call->principal.kind != TOCSIN_PRINCIPAL_KEY || call->principal.key_kind == TOCSIN_KEY_PING ||
      (call->route->access == TOCSIN_ACCESS_KEY_WRITE && call->principal.key_kind != TOCSIN_KEY_RW))
    return tocsin_http_fail (error, 401, "wrong api key");
  return TRUE;
}

static gboolean
find_person (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const char *bearer = get_bearer (call);
  g_autofree char *cookie = NULL;

  if (bearer != NULL) {
    if (!tocsin_principal_find_token (pg, bearer, call->at_us, &call->principal, error))
      return FALSE;
    if (call->principal.kind == TOCSIN_PRINCIPAL_NOBODY &&
        call->route->access != TOCSIN_ACCESS_ANYONE)
      return tocsin_http_fail (error, 401,
                               "the token is unknown, expired or revoked: make a new one");
    return TRUE;
  }
  cookie = tocsin_call_get_cookie (call, tocsin_call_get_session_cookie_name (call->config));
  return cookie == NULL ||
         tocsin_principal_find_session (pg, cookie, call->at_us, &call->principal, error);
}

static gboolean
is_key_route (const TocsinRoute *route)
{
  return route->access == TOCSIN_ACCESS_KEY_READ || route->access == TOCSIN_ACCESS_KEY_WRITE;
}

const char *
tocsin_call_get_session_cookie_name (const TocsinServerConfig *config)
{
  return tocsin_server_config_is_https (config) ? "__Host-tocsin" : "tocsin";
}

/* --- whether the request is the person's own doing --- */

static gboolean
is_safe (const char *method)
{
  return strcmp (method, "GET") == 0 || strcmp (method, "HEAD") == 0 ||
         strcmp (method, "OPTIONS") == 0;
}

static gboolean
is_own_origin (const TocsinCall *call, const char *origin)
{
  const char *host = tocsin_call_get_header (call, "Host");
  const char *rest = strstr (origin, "://");
  gsize length = strlen (origin);

  return (strncmp (call->config->public_url, origin, length) == 0 &&
          (call->config->public_url[length] == '\0' || call->config->public_url[length] == '/')) ||
         (host != NULL && rest != NULL && strcmp (rest + 3, host) == 0);
}

/* Fetch metadata says where a request of a browser comes from, Origin does where it is too old for
 * that; one without either is no browser's that we know. */
static gboolean
check_site (const TocsinCall *call, GError **error)
{
  const char *site = tocsin_call_get_header (call, "Sec-Fetch-Site");
  const char *origin = tocsin_call_get_header (call, "Origin");

  if (is_safe (call->method) ||
      (call->principal.kind != TOCSIN_PRINCIPAL_SESSION && call->route->style != TOCSIN_STYLE_PAGE))
    return TRUE;
  if (site != NULL ? strcmp (site, "same-origin") == 0 || strcmp (site, "none") == 0
                   : origin != NULL && is_own_origin (call, origin))
    return TRUE;
  return tocsin_http_fail (error, 403, "the request came from another site, and was not done");
}

/* --- whether they may --- */

/* What each access wants of a person. */
static const struct {
  TocsinRole role;
  guint scope; /* of a token */
} wants[TOCSIN_N_ACCESSES] = {
  [TOCSIN_ACCESS_SIGNED_IN] = { TOCSIN_ROLE_NONE, TOCSIN_MAY_ADMIN }, /* to GET: read */
  [TOCSIN_ACCESS_VIEWER] = { TOCSIN_ROLE_VIEWER, TOCSIN_MAY_READ },
  [TOCSIN_ACCESS_EDITOR] = { TOCSIN_ROLE_EDITOR, TOCSIN_MAY_WRITE },
  [TOCSIN_ACCESS_ADMIN] = { TOCSIN_ROLE_ADMIN, TOCSIN_MAY_ADMIN },
  [TOCSIN_ACCESS_OWNER] = { TOCSIN_ROLE_OWNER, TOCSIN_MAY_ADMIN },
};

static guint
get_scope (const TocsinCall *call)
{
  if (call->route->access == TOCSIN_ACCESS_SIGNED_IN && is_safe (call->method))
    return TOCSIN_MAY_READ;
  return wants[call->route->access].scope;
}

static gboolean
check_scope (const TocsinCall *call, GError **error)
{
  guint scope = get_scope (call);
  g_auto (GStrv) words = NULL;

  if ((call->principal.may & scope) == scope)
    return TRUE;
  words = tocsin_may_to_words (scope);
  return tocsin_http_fail (error, 403, "the token has no scope “%s”: make one that has", words[0]);
}

static gboolean
check_role (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const char *team = tocsin_call_get_param (call, "team");
  TocsinRole wanted = wants[call->route->access].role;

  g_return_val_if_fail (team != NULL, FALSE);

  if (tocsin_uuid_is_valid (team) &&
      !tocsin_principal_find_role (pg, team, &call->principal, error))
    return FALSE;
  if (call->principal.role == TOCSIN_ROLE_NONE)
    return tocsin_http_fail (error, 404, "no team has the id %s", team);
  if (call->principal.role < wanted)
    return tocsin_http_fail (error, 403, "this is for the team’s %ss; you are its %s",
                             tocsin_words_get (&tocsin_role_words, wanted),
                             tocsin_words_get (&tocsin_role_words, call->principal.role));
  return TRUE;
}

static gboolean
ask_to_sign_in (TocsinCall *call, GError **error)
{
  g_autofree char *from = NULL, *location = NULL;

  if (call->route->style != TOCSIN_STYLE_PAGE || !is_safe (call->method)) {
    tocsin_call_add_header (call, "WWW-Authenticate", "Bearer");
    return tocsin_http_fail (error, 401, "sign in first, or send a token: Authorization: Bearer …");
  }
  from = g_uri_escape_string (call->path, "/", FALSE);
  location = g_strconcat ("/sign-in?next=", from, NULL);
  tocsin_call_redirect (call, location);
  return TRUE;
}

static gboolean
check_person (TocsinCall *call, TocsinPg *pg, GError **error)
{
  TocsinPrincipalKind kind = call->principal.kind;

  if (kind != TOCSIN_PRINCIPAL_SESSION && kind != TOCSIN_PRINCIPAL_TOKEN)
    return ask_to_sign_in (call, error);
  if ((call->route->flags & TOCSIN_ROUTE_BROWSER) != 0 && kind != TOCSIN_PRINCIPAL_SESSION)
    return tocsin_http_fail (error, 403, "this is done in the browser, not with a token");
  if (!check_scope (call, error))
    return FALSE;
  return call->route->access == TOCSIN_ACCESS_SIGNED_IN || check_role (call, pg, error);
}

/* TRUE with a reply set: that is all there is to it. */
static gboolean
admit (TocsinCall *call, TocsinPg *pg, GError **error)
{
  if (is_key_route (call->route))
    return find_key (call, pg, error);
  if (!find_person (call, pg, error) || !check_site (call, error))
    return FALSE;
  if (call->route->access == TOCSIN_ACCESS_ANYONE)
    return TRUE;
  if (call->route->access != TOCSIN_ACCESS_PROBE)
    return check_person (call, pg, error);
  return call->principal.kind == TOCSIN_PRINCIPAL_PROBE ||
         tocsin_http_fail (error, 401, "a probe’s token is wanted: Authorization: Bearer …");
}

/* --- running it --- */

/* A transaction that is run again begins with nothing of the time before. */
static void
forget (TocsinCall *call)
{
  tocsin_principal_clear (&call->principal);
  call->status = 0;
  g_clear_pointer (&call->reply, g_bytes_unref);
  g_ptr_array_set_size (call->reply_headers, 0);
}

/* A body is what the route's schema says, before anybody looks at it. */
static gboolean
check_request (TocsinCall *call, GError **error)
{
  const TocsinSchema *schema =
      call->route->request != NULL ? tocsin_schemas_find (call->route->request) : NULL;
  JsonObject *json;

  if (schema == NULL)
    return TRUE;
  json = tocsin_call_get_json (call, error);
  return json != NULL && tocsin_schema_check (schema, json, error);
}

static gboolean
handle (TocsinCall *call, TocsinPg *pg, GError **error)
{
  if (!check_request (call, error))
    return FALSE;
  if ((call->route->flags & TOCSIN_ROUTE_REPLAY) != 0)
    return tocsin_replay_handle (call, pg, error);
  return call->route->handler (call, pg, error);
}

gboolean
tocsin_call_run (TocsinPg *pg, gpointer data, GError **error)
{
  TocsinCall *call = data;

  forget (call);
  if (!admit (call, pg, error))
    return FALSE;
  if (call->status != 0)
    return TRUE;
  if ((call->route->flags & TOCSIN_ROUTE_READ) == 0 &&
      !tocsin_principal_touch (pg, &call->principal, call->at_us, error))
    return FALSE;
  return handle (call, pg, error);
}
