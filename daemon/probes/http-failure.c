/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "http-failure"

#include "config.h"

#include <errno.h>
#include <string.h>

#include "http-private.h"
#include "timetext.h"

#if LIBCURL_VERSION_NUM < 0x080600
#define CURLE_TOO_LARGE ((CURLcode) 100)
#endif

typedef void (*Explain) (TocsinHttpRun *self, CURLcode result);

char *
tocsin_http_get_host (TocsinHttpRun *self)
{
  g_autoptr (GUri) uri = NULL;
  const char *url = NULL;

  curl_easy_getinfo (tocsin_transfer_get_easy (self->transfer), CURLINFO_EFFECTIVE_URL, &url);
  if (url != NULL)
    uri = g_uri_parse (url, G_URI_FLAGS_PARSE_RELAXED | G_URI_FLAGS_ENCODED, NULL);
  if (uri != NULL && g_uri_get_host (uri) != NULL)
    return g_strdup (g_uri_get_host (uri));
  return g_strdup (self->plan->host);
}

/* The address that was talked to or tried last: "192.0.2.1:443", else the host. (transfer full) */
static char *
get_peer (TocsinHttpRun *self)
{
  CURL *easy = tocsin_transfer_get_easy (self->transfer);
  const char *address = NULL;
  long port = 0;

  curl_easy_getinfo (easy, CURLINFO_PRIMARY_IP, &address);
  curl_easy_getinfo (easy, CURLINFO_PRIMARY_PORT, &port);
  if (address == NULL || *address == '\0')
    return tocsin_http_get_host (self);
  return g_strdup_printf (strchr (address, ':') != NULL ? "[%s]:%ld" : "%s:%ld", address, port);
}

/* "connection refused" out of "Connection refused", as it stands within a sentence. */
static char *
get_errno_words (int error)
{
  char *words = g_strdup (g_strerror (error));

  words[0] = g_ascii_tolower (words[0]);
  return words;
}

static TocsinSample *
get_sample (TocsinHttpRun *self)
{
  return self->run.sample;
}

static void
explain_lookup (TocsinHttpRun *self, CURLcode result)
{
  g_autofree char *host = tocsin_http_get_host (self);

  tocsin_sample_fail (get_sample (self), TOCSIN_CODE_DNS_FAILED,
                      "the name %s could not be looked up", host);
}

static void
explain_proxy_lookup (TocsinHttpRun *self, CURLcode result)
{
  g_autofree char *proxy = tocsin_http_strip_userinfo (self->run.monitor->proxy);

  tocsin_sample_fail (get_sample (self), TOCSIN_CODE_PROXY_FAILED,
                      "the name of the proxy %s could not be looked up", proxy);
}

static const struct {
  int error;
  TocsinCode code;
} connect_codes[] = {
  { ECONNREFUSED, TOCSIN_CODE_CONNECT_REFUSED },
  { EHOSTUNREACH, TOCSIN_CODE_CONNECT_UNREACHABLE },
  { ENETUNREACH, TOCSIN_CODE_CONNECT_UNREACHABLE },
  { EHOSTDOWN, TOCSIN_CODE_CONNECT_UNREACHABLE },
  { ENETDOWN, TOCSIN_CODE_CONNECT_UNREACHABLE },
  { EADDRNOTAVAIL, TOCSIN_CODE_CONNECT_UNREACHABLE },
  { EAFNOSUPPORT, TOCSIN_CODE_CONNECT_UNREACHABLE },
  { ECONNRESET, TOCSIN_CODE_CONNECT_RESET },
  { ETIMEDOUT, TOCSIN_CODE_TIMEOUT_CONNECT },
};

static TocsinCode
get_connect_code (int error)
{
  for (guint i = 0; i < G_N_ELEMENTS (connect_codes); i++)
    if (connect_codes[i].error == error)
      return connect_codes[i].code;
  return TOCSIN_CODE_CONNECT_FAILED;
}

static void
explain_connect (TocsinHttpRun *self, CURLcode result)
{
  int error = tocsin_transfer_get_errno (self->transfer);
  g_autofree char *words = get_errno_words (error), *tried = NULL,
                  *host = tocsin_http_get_host (self);
  g_auto (GStrv) attempts = tocsin_transfer_get_attempts (self->transfer, result);
  TocsinScope scope;

  if (tocsin_transfer_was_forbidden (self->transfer, &scope)) {
    tocsin_sample_fail (get_sample (self), TOCSIN_CODE_ADDRESS_FORBIDDEN,
                        "%s is at a %s address, which this probe may not reach", host,
                        tocsin_scope_get_word (scope));
  } else if (attempts == NULL && self->run.monitor->family != TOCSIN_FAMILY_ANY) {
    tocsin_sample_fail (get_sample (self), TOCSIN_CODE_DNS_NO_DATA,
                        "%s has no %s address, and the check is set to use that only", host,
                        self->run.monitor->family == TOCSIN_FAMILY_IPV4 ? "IPv4" : "IPv6");
  } else if (self->run.monitor->proxy != NULL) {
    g_autofree char *proxy = tocsin_http_strip_userinfo (self->run.monitor->proxy);

    tocsin_sample_fail (get_sample (self), TOCSIN_CODE_PROXY_FAILED,
                        "the proxy %s can't be reached: %s", proxy,
                        error != 0 ? words : "no connection");
  } else {
    tried = attempts != NULL && g_strv_length (attempts) == 1
                ? g_strndup (attempts[0], (gsize) (strstr (attempts[0], ": ") - attempts[0]))
                : g_strdup (host);
    tocsin_sample_fail (get_sample (self), get_connect_code (error), "%s: %s%s", tried,
                        error != 0 ? words : "no connection could be made",
                        error == ECONNREFUSED ? " (nothing listens there)" : "");
  }
}

static void
explain_tls (TocsinHttpRun *self, CURLcode result)
{
  g_autofree char *host = tocsin_http_get_host (self);
  const char *detail = tocsin_transfer_get_error_text (self->transfer);

  if (g_str_has_prefix (detail, "SSL: no alternative certificate subject name") ||
      g_str_has_prefix (detail, "SSL: certificate subject name"))
    self->handshake.error = X509_V_ERR_HOSTNAME_MISMATCH; /* of an address, which has no SNI */
  tocsin_handshake_fail (&self->handshake, host, g_get_real_time (),
                         *detail != '\0' ? detail : NULL, get_sample (self));
}

static void
explain_setup (TocsinHttpRun *self, CURLcode result)
{
  const TocsinMonitor *monitor = self->run.monitor;
  const char *detail = self->tls_problem != NULL ? self->tls_problem
                                                 : tocsin_transfer_get_error_text (self->transfer);

  if (result == CURLE_SSL_CERTPROBLEM)
    tocsin_sample_fail (get_sample (self), TOCSIN_CODE_CONFIGURATION,
                        "the client certificate %s or its key can't be used: %s",
                        monitor->client_cert, detail);
  else
    tocsin_sample_fail (get_sample (self), TOCSIN_CODE_CONFIGURATION,
                        "the check can't run as it is set up: %s",
                        *detail != '\0' ? detail : curl_easy_strerror (result));
}

static void
explain_malformed (TocsinHttpRun *self, CURLcode result)
{
  const char *detail = tocsin_transfer_get_error_text (self->transfer);

  if (strstr (detail, "HTTP/0.9") != NULL)
    detail = "what came is no HTTP";
  tocsin_sample_fail (get_sample (self), TOCSIN_CODE_HTTP_MALFORMED,
                      "the server’s answer can't be understood: %s",
                      *detail != '\0' ? detail : curl_easy_strerror (result));
}

static void
explain_url (TocsinHttpRun *self, CURLcode result)
{
  long redirects = 0;

  curl_easy_getinfo (tocsin_transfer_get_easy (self->transfer), CURLINFO_REDIRECT_COUNT,
                     &redirects);
  if (redirects > 0 || tocsin_transfer_get_stage (self->transfer) == TOCSIN_TRANSFER_REQUEST)
    explain_malformed (self, result);
  else
    explain_setup (self, result);
}

static void
explain_redirects (TocsinHttpRun *self, CURLcode result)
{
  g_autofree char *url = NULL;
  const char *last = NULL;

  curl_easy_getinfo (tocsin_transfer_get_easy (self->transfer), CURLINFO_EFFECTIVE_URL, &last);
  url = tocsin_http_strip_userinfo (last != NULL ? last : "");
  tocsin_sample_fail (get_sample (self), TOCSIN_CODE_REDIRECT_TOO_MANY,
                      "redirected more than %" G_GINT64_FORMAT " times, at last from %s",
                      self->run.monitor->redirects, url);
}

static void
explain_truncated (TocsinHttpRun *self, CURLcode result)
{
  curl_off_t length = -1;

  curl_easy_getinfo (tocsin_transfer_get_easy (self->transfer), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T,
                     &length);
  if (length >= 0)
    tocsin_sample_fail (get_sample (self), TOCSIN_CODE_BODY_TRUNCATED,
                        "the body broke off after %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
                        " bytes",
                        self->response->body_bytes, (gint64) length);
  else
    tocsin_sample_fail (get_sample (self), TOCSIN_CODE_BODY_TRUNCATED,
                        "the body broke off after %" G_GINT64_FORMAT " bytes",
                        self->response->body_bytes);
}

/* The connection broke: what that means depends on how far it had come. */
static void
explain_broken (TocsinHttpRun *self, CURLcode result)
{
  g_autofree char *peer = get_peer (self);
  const char *detail = tocsin_transfer_get_error_text (self->transfer);
  long tunnel_status = 0;

  curl_easy_getinfo (tocsin_transfer_get_easy (self->transfer), CURLINFO_HTTP_CONNECTCODE,
                     &tunnel_status);
  if (tunnel_status != 0 && tunnel_status != 200)
    tocsin_sample_fail (get_sample (self), TOCSIN_CODE_PROXY_FAILED,
                        "the proxy refuses the tunnel with status %ld%s", tunnel_status,
                        tunnel_status != 407 ? ""
                        : self->run.monitor->proxy_username != NULL
                            ? ": it does not accept the user name and password"
                            : ": it wants a user name and password");
  else if (self->handshake.wants_own && self->response->head->len == 0)
    explain_tls (self, result); /* TLS 1.3: the server's verdict comes with the first read */
  else if (strstr (detail, "hunk") != NULL || strstr (detail, "header") != NULL)
    explain_malformed (self, result);
  else if (self->response->is_head_whole)
    explain_truncated (self, result);
  else if (self->run.monitor->http_version == TOCSIN_HTTP_2)
    tocsin_sample_fail (get_sample (self), TOCSIN_CODE_HTTP_MALFORMED,
                        "HTTP/2 is wanted, and %s does not seem to speak it", peer);
  else
    tocsin_sample_fail (get_sample (self), TOCSIN_CODE_CONNECT_RESET,
                        "connected to %s, which then %s the connection without an answer", peer,
                        result == CURLE_GOT_NOTHING ? "closed" : "reset");
}

static void
explain_proxy (TocsinHttpRun *self, CURLcode result)
{
  const char *detail = tocsin_transfer_get_error_text (self->transfer);

  tocsin_sample_fail (get_sample (self), TOCSIN_CODE_PROXY_FAILED, "the proxy does not help: %s",
                      *detail != '\0' ? detail : curl_easy_strerror (result));
}

/* Ours, or the machine's: it says nothing about the target. */
static void
explain_internal (TocsinHttpRun *self, CURLcode result)
{
  tocsin_sample_fail (get_sample (self), TOCSIN_CODE_INTERNAL, "the check itself failed: %s",
                      curl_easy_strerror (result));
  get_sample (self)->outcome = TOCSIN_OUTCOME_INCONCLUSIVE;
}

/* libcurl before 8.6 calls headers that are longer than it takes a lack of memory. */
static void
explain_too_large (TocsinHttpRun *self, CURLcode result)
{
  if (tocsin_transfer_get_stage (self->transfer) == TOCSIN_TRANSFER_REQUEST &&
      !self->response->is_head_whole)
    tocsin_sample_fail (get_sample (self), TOCSIN_CODE_HTTP_MALFORMED,
                        "the server’s answer can't be understood: a header is too long");
  else
    explain_internal (self, result);
}

static void
explain_timeout (TocsinHttpRun *self, CURLcode result)
{
  tocsin_http_time_out (self);
}

static const struct {
  CURLcode result;
  Explain explain;
} explanations[] = {
  { CURLE_COULDNT_RESOLVE_HOST, explain_lookup },
  { CURLE_COULDNT_RESOLVE_PROXY, explain_proxy_lookup },
  { CURLE_COULDNT_CONNECT, explain_connect },
  { CURLE_OPERATION_TIMEDOUT, explain_timeout },
  { CURLE_PEER_FAILED_VERIFICATION, explain_tls },
  { CURLE_SSL_CONNECT_ERROR, explain_tls },
  { CURLE_SSL_CLIENTCERT, explain_tls },
  { CURLE_SSL_CIPHER, explain_tls },
  { CURLE_SSL_ISSUER_ERROR, explain_tls },
  { CURLE_USE_SSL_FAILED, explain_tls },
  { CURLE_SSL_CERTPROBLEM, explain_setup },
  { CURLE_SSL_CACERT_BADFILE, explain_setup },
  { CURLE_ABORTED_BY_CALLBACK, explain_setup },
  { CURLE_BAD_FUNCTION_ARGUMENT, explain_setup },
  { CURLE_URL_MALFORMAT, explain_url },
  { CURLE_UNSUPPORTED_PROTOCOL, explain_url },
  { CURLE_TOO_MANY_REDIRECTS, explain_redirects },
  { CURLE_OUT_OF_MEMORY, explain_too_large },
  { CURLE_TOO_LARGE, explain_too_large },
  { CURLE_PARTIAL_FILE, explain_truncated },
  { CURLE_GOT_NOTHING, explain_broken },
  { CURLE_SEND_ERROR, explain_broken },
  { CURLE_RECV_ERROR, explain_broken },
  { CURLE_PROXY, explain_proxy },
  { CURLE_WEIRD_SERVER_REPLY, explain_malformed },
  { CURLE_HTTP2, explain_malformed },
  { CURLE_HTTP2_STREAM, explain_malformed },
  { CURLE_BAD_CONTENT_ENCODING, explain_malformed },
};

void
tocsin_http_fail (TocsinHttpRun *run, CURLcode result)
{
  for (guint i = 0; i < G_N_ELEMENTS (explanations); i++)
    if (explanations[i].result == result) {
      explanations[i].explain (run, result);
      return;
    }
  explain_internal (run, result);
}

static void
time_out_connected (TocsinHttpRun *self, const char *within, const char *peer)
{
  TocsinTransferTimes times;
  g_autofree char *connected = NULL;

  tocsin_transfer_get_times (self->transfer, &times);
  connected = tocsin_span_to_words (MAX (times.lookup_us, 0) + MAX (times.connect_us, 0));
  if (tocsin_transfer_get_stage (self->transfer) == TOCSIN_TRANSFER_TLS)
    tocsin_sample_fail (
        get_sample (self), TOCSIN_CODE_TIMEOUT_TLS,
        "no answer within %s: connected to %s after %s, then TLS did not come about", within, peer,
        connected);
  else if (self->response->is_head_whole)
    tocsin_sample_fail (get_sample (self), TOCSIN_CODE_TIMEOUT_TRANSFER,
                        "the answer was not whole within %s: %" G_GINT64_FORMAT
                        " bytes of the body came from %s, then it stalled",
                        within, self->response->body_bytes, peer);
  else
    tocsin_sample_fail (get_sample (self), TOCSIN_CODE_TIMEOUT_RESPONSE,
                        "no answer within %s: connected to %s after %s, then %s", within, peer,
                        connected,
                        self->response->head->len > 0 ? "the headers did not end" : "nothing came");
}

void
tocsin_http_time_out (TocsinHttpRun *run)
{
  g_autofree char *within = tocsin_span_to_words (run->run.monitor->timeout_us);
  g_autofree char *host = NULL, *peer = NULL, *list = NULL;
  g_auto (GStrv) attempts = NULL;

  host = tocsin_http_get_host (run);
  switch (tocsin_transfer_get_stage (run->transfer)) {
  case TOCSIN_TRANSFER_LOOKUP:
    tocsin_sample_fail (get_sample (run), TOCSIN_CODE_TIMEOUT_LOOKUP,
                        "no answer within %s: the name %s was still being looked up", within, host);
    break;
  case TOCSIN_TRANSFER_CONNECT:
    attempts = tocsin_transfer_get_attempts (run->transfer, CURLE_OPERATION_TIMEDOUT);
    list = attempts != NULL ? g_strjoinv ("; ", attempts) : g_strdup (host);
    tocsin_sample_fail (get_sample (run), TOCSIN_CODE_TIMEOUT_CONNECT,
                        "no connection within %s: %s", within, list);
    break;
  case TOCSIN_TRANSFER_TLS:
  case TOCSIN_TRANSFER_REQUEST:
    peer = get_peer (run);
    time_out_connected (run, within, peer);
    break;
  }
}
