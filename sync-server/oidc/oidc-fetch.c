/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "oidc-fetch"

#include "config.h"

#include <curl/curl.h>
#include <gio/gio.h>
#include <json-glib/json-glib.h>
#include <string.h>
#include <sys/socket.h>

#include "address-guard.h"
#include "errors.h"
#include "jsontext.h"
#include "oidc-fetch.h"

#define CONNECT_MOST_S 8L
#define ANSWER_MOST_S  15L
#define URL_MOST_BYTES 2048
#define WORD_MOST      60

typedef struct {
  TocsinAddressGuard guard;
  TocsinScope refused; /* of an address that was not connected to */
  GString *text;       /* (owned) */
  char problem[CURL_ERROR_SIZE];
} Exchange;

gboolean
tocsin_oidc_url_check (const TocsinServerConfig *config, const char *what, const char *url,
                       GError **error)
{
  g_autoptr (GUri) uri = url != NULL && strlen (url) <= URL_MOST_BYTES
                             ? g_uri_parse (url, G_URI_FLAGS_HAS_PASSWORD, NULL)
                             : NULL;
  const char *scheme = uri != NULL ? g_uri_get_scheme (uri) : "";

  if (uri != NULL && g_uri_get_host (uri) != NULL && *g_uri_get_host (uri) != '\0' &&
      g_uri_get_userinfo (uri) == NULL && g_uri_get_query (uri) == NULL &&
      g_uri_get_fragment (uri) == NULL &&
      (strcmp (scheme, "https") == 0 || (config->allow_private && strcmp (scheme, "http") == 0)))
    return TRUE;
  return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                      "%s: “%s”: an address like https://sso.example.org is wanted", what,
                      url != NULL ? url : "");
}

/* --- the exchange --- */

static size_t
write_cb (char *data, size_t size, size_t n, void *user_data)
{
  Exchange *exchange = user_data;

  if (exchange->text->len + size * n > TOCSIN_OIDC_ANSWER_MOST_BYTES)
    return 0;
  g_string_append_len (exchange->text, data, (gssize) (size * n));
  return size * n;
}

static curl_socket_t
open_cb (void *user_data, curlsocktype purpose, struct curl_sockaddr *address)
{
  Exchange *exchange = user_data;

  if (tocsin_address_guard_allows (&exchange->guard, &address->addr))
    return socket (address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  exchange->refused = tocsin_address_get_scope (&address->addr);
  return CURL_SOCKET_BAD;
}

static void
set_up (CURL *easy, Exchange *exchange, const TocsinOidcRequest *request)
{
  curl_easy_setopt (easy, CURLOPT_URL, request->url);
  curl_easy_setopt (easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt (easy, CURLOPT_PROXY, "");
  curl_easy_setopt (easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt (easy, CURLOPT_CONNECTTIMEOUT, CONNECT_MOST_S);
  curl_easy_setopt (easy, CURLOPT_TIMEOUT, ANSWER_MOST_S);
  curl_easy_setopt (easy, CURLOPT_USERAGENT, "Tocsin/" TOCSIN_VERSION);
  curl_easy_setopt (easy, CURLOPT_ERRORBUFFER, exchange->problem);
  curl_easy_setopt (easy, CURLOPT_OPENSOCKETFUNCTION, open_cb);
  curl_easy_setopt (easy, CURLOPT_OPENSOCKETDATA, exchange);
  curl_easy_setopt (easy, CURLOPT_WRITEFUNCTION, write_cb);
  curl_easy_setopt (easy, CURLOPT_WRITEDATA, exchange);
  if (request->form != NULL)
    curl_easy_setopt (easy, CURLOPT_POSTFIELDS, request->form);
  if (request->user != NULL) {
    curl_easy_setopt (easy, CURLOPT_HTTPAUTH, (long) CURLAUTH_BASIC);
    curl_easy_setopt (easy, CURLOPT_USERNAME, request->user);
    curl_easy_setopt (easy, CURLOPT_PASSWORD, request->password);
  }
}

/* "invalid_grant" of RFC 6749, section 5.2; NULL where it is none. (transfer full) */
static char *
get_oauth_error (const char *text)
{
  JsonObject *object = tocsin_json_parse_object (text, TOCSIN_OIDC_ANSWER_MOST_BYTES, NULL);
  JsonNode *node = object != NULL ? json_object_get_member (object, "error") : NULL;
  char *word = NULL;

  if (node != NULL && json_node_get_value_type (node) == G_TYPE_STRING) {
    word = g_strndup (json_node_get_string (node), WORD_MOST);
    g_strcanon (word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-", '?');
  }
  g_clear_pointer (&object, json_object_unref);
  return word;
}

static gboolean
check_answer (const Exchange *exchange, const char *url, CURLcode result, long status,
              GError **error)
{
  g_autofree char *word = NULL;

  if (result != CURLE_OK && exchange->refused != 0)
    return tocsin_fail (error, TOCSIN_ERROR_UNAVAILABLE,
                        "%s: a %s address is not asked: allow_private is off", url,
                        tocsin_scope_get_word (exchange->refused));
  if (result != CURLE_OK)
    return tocsin_fail (error, TOCSIN_ERROR_UNAVAILABLE, "%s: %s", url,
                        *exchange->problem != '\0' ? exchange->problem
                                                   : curl_easy_strerror (result));
  if (status == 200 && memchr (exchange->text->str, '\0', exchange->text->len) == NULL)
    return TRUE;
  word = get_oauth_error (exchange->text->str);
  return tocsin_fail (error, TOCSIN_ERROR_FAILED, "%s: it answered %ld%s%s", url, status,
                      word != NULL ? ", " : "", word != NULL ? word : "");
}

char *
tocsin_oidc_fetch (const TocsinServerConfig *config, const TocsinOidcRequest *request,
                   GError **error)
{
  Exchange exchange = { .guard = { config->allow_private ? 0 : TOCSIN_SCOPES_INWARD } };
  CURL *easy = curl_easy_init ();
  CURLcode result;
  long status = 0;
  gboolean ok;

  g_assert (easy != NULL);
  exchange.text = g_string_new (NULL);
  set_up (easy, &exchange, request);
  result = curl_easy_perform (easy);
  curl_easy_getinfo (easy, CURLINFO_RESPONSE_CODE, &status);
  ok = check_answer (&exchange, request->url, result, status, error);
  curl_easy_cleanup (easy);
  return g_string_free (exchange.text, !ok);
}
