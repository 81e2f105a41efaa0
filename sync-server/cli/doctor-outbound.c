/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "doctor-outbound"

#include "config.h"

#include <gio/gio.h>
#include <string.h>

#include "doctor.h"
#include "transfer.h"

#define TIMEOUT_S        15L
#define ANSWER_MOST      4096 /* of it are kept: /healthz says “OK” */
#define HEALTHY          "OK\n"
#define SERVER_OF_HEALTH "tocsin"

/* A transfer of its own loop, until its end. */
typedef struct {
  GMainContext *context;
  TocsinReactor *reactor;
  TocsinTransfers *transfers;
  TocsinTransfer *transfer;
  CURLcode result;
  gboolean is_done;
  GString *body;     /* what came, or what is sent */
  gsize n_sent;      /* of it */
  char *server;      /* (nullable) */
  char *request_id;  /* (nullable) */
  gboolean is_known; /* to the mail server */
} Exchange;

static void
done_cb (TocsinTransfer *transfer, CURLcode result, gpointer user_data)
{
  Exchange *exchange = user_data;

  exchange->result = result;
  exchange->is_done = TRUE;
}

static CURL *
exchange_begin (Exchange *exchange, const char *url)
{
  CURL *easy;

  exchange->context = g_main_context_new ();
  exchange->reactor = tocsin_reactor_new (exchange->context);
  exchange->transfers = tocsin_transfers_new (exchange->reactor);
  exchange->transfer = tocsin_transfers_take (exchange->transfers);
  exchange->body = g_string_new (NULL);
  easy = tocsin_transfer_get_easy (exchange->transfer);
  curl_easy_setopt (easy, CURLOPT_URL, url);
  curl_easy_setopt (easy, CURLOPT_TIMEOUT, TIMEOUT_S);
  curl_easy_setopt (easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, TIMEOUT_S); /* also to mail’s QUIT */
  return easy;
}

static void
exchange_run (Exchange *exchange)
{
  tocsin_transfer_start (exchange->transfer, done_cb, exchange);
  while (!exchange->is_done)
    g_main_context_iteration (exchange->context, TRUE);
}

static void
exchange_end (Exchange *exchange)
{
  tocsin_transfer_release (exchange->transfer);
  tocsin_transfers_free (exchange->transfers);
  tocsin_reactor_free (exchange->reactor);
  g_main_context_unref (exchange->context);
  g_string_free (exchange->body, TRUE);
  g_free (exchange->server);
  g_free (exchange->request_id);
}

/* (transfer full) (nullable) */
static char *
explain (const Exchange *exchange)
{
  const char *text = tocsin_transfer_get_error_text (exchange->transfer);

  if (exchange->result == CURLE_OK)
    return NULL;
  return g_strdup (*text != '\0' ? text : curl_easy_strerror (exchange->result));
}

/* --- the public address --- */

static size_t
write_cb (char *data, size_t size, size_t n, void *user_data)
{
  Exchange *exchange = user_data;
  gsize room = ANSWER_MOST - exchange->body->len;

  g_string_append_len (exchange->body, data, (gssize) MIN (size * n, room));
  return size * n;
}

/* (transfer full) (nullable) */
static char *
match_header (const char *line, gsize length, const char *name)
{
  gsize n = strlen (name);
  g_autofree char *value = NULL;

  if (length <= n || g_ascii_strncasecmp (line, name, n) != 0 || line[n] != ':')
    return NULL;
  value = g_strndup (line + n + 1, MIN (length - n - 1, 80));
  return g_utf8_make_valid (g_strstrip (value), -1);
}

static size_t
header_cb (char *data, size_t size, size_t n, void *user_data)
{
  Exchange *exchange = user_data;

  if (exchange->server == NULL)
    exchange->server = match_header (data, size * n, "Server");
  if (exchange->request_id == NULL)
    exchange->request_id = match_header (data, size * n, "X-Request-Id");
  return size * n;
}

/* When the certificate that was shown expires; 0: none was. */
static gint64
read_expiry (CURL *easy)
{
  struct curl_certinfo *chain = NULL;
  const struct curl_slist *line;
  g_autoptr (GTlsCertificate) certificate = NULL;
  g_autoptr (GDateTime) expires = NULL;

  if (curl_easy_getinfo (easy, CURLINFO_CERTINFO, &chain) != CURLE_OK || chain == NULL ||
      chain->num_of_certs < 1)
    return 0;
  for (line = chain->certinfo[0]; line != NULL; line = line->next)
    if (g_str_has_prefix (line->data, "Cert:"))
      certificate = g_tls_certificate_new_from_pem (line->data + strlen ("Cert:"), -1, NULL);
  if (certificate != NULL)
    expires = g_tls_certificate_get_not_valid_after (certificate);
  return expires != NULL ? g_date_time_to_unix (expires) * G_USEC_PER_SEC : 0;
}

/* A proxy may put its own name in place of ours, and keeps the request's id. */
static gboolean
is_ours (const Exchange *exchange, long status)
{
  return status == 200 && strcmp (exchange->body->str, HEALTHY) == 0 &&
         (exchange->request_id != NULL || g_strcmp0 (exchange->server, SERVER_OF_HEALTH) == 0);
}

static void
judge_answer (Exchange *exchange, const char *url, GPtrArray *findings)
{
  CURL *easy = tocsin_transfer_get_easy (exchange->transfer);
  g_autofree char *error = explain (exchange);
  TocsinAnswerFacts facts = { .url = url, .error = error, .server = exchange->server };
  TocsinTransferTimes times;
  char *text = NULL;

  curl_easy_getinfo (easy, CURLINFO_RESPONSE_CODE, &facts.status);
  if (curl_easy_getinfo (easy, CURLINFO_REDIRECT_URL, &text) == CURLE_OK)
    facts.location = text;
  if (curl_easy_getinfo (easy, CURLINFO_PRIMARY_IP, &text) == CURLE_OK)
    facts.address = text;
  tocsin_transfer_get_times (exchange->transfer, &times);
  facts.answer_us = times.total_us;
  facts.is_ours = is_ours (exchange, facts.status);
  tocsin_doctor_judge_answer (&facts, findings);
}

void
tocsin_doctor_look_at_public_url (const TocsinServerConfig *config, gint64 now_us,
                                  GPtrArray *findings)
{
  g_autofree char *url = tocsin_server_config_make_url (config, "/healthz");
  Exchange exchange = { 0 };
  CURL *easy = exchange_begin (&exchange, url);
  gint64 expires_at;

  curl_easy_setopt (easy, CURLOPT_CERTINFO, 1L);
  curl_easy_setopt (easy, CURLOPT_WRITEFUNCTION, write_cb);
  curl_easy_setopt (easy, CURLOPT_WRITEDATA, &exchange);
  curl_easy_setopt (easy, CURLOPT_HEADERFUNCTION, header_cb);
  curl_easy_setopt (easy, CURLOPT_HEADERDATA, &exchange);
  exchange_run (&exchange);
  judge_answer (&exchange, url, findings);
  expires_at = read_expiry (easy);
  if (expires_at != 0)
    tocsin_doctor_judge_certificate (config->public_url, expires_at, now_us, findings);
  exchange_end (&exchange);
}

void
tocsin_doctor_look_at_certificate_file (const TocsinServerConfig *config, gint64 now_us,
                                        GPtrArray *findings)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsCertificate) certificate = NULL;
  g_autoptr (GDateTime) expires = NULL;

  if (config->tls_certificate == NULL)
    return;
  certificate = g_tls_certificate_new_from_files (config->tls_certificate, config->tls_key, &error);
  if (certificate != NULL)
    expires = g_tls_certificate_get_not_valid_after (certificate);
  if (expires != NULL)
    tocsin_doctor_judge_certificate (
        config->tls_certificate, g_date_time_to_unix (expires) * G_USEC_PER_SEC, now_us, findings);
  else
    tocsin_findings_add (findings, "certificate", TOCSIN_VERDICT_FAIL,
                         error != NULL ? error->message : "it has no end",
                         "let tls_certificate and tls_key be PEM files that belong together");
}

/* --- mail --- */

static size_t
read_cb (char *data, size_t size, size_t n, void *user_data)
{
  Exchange *exchange = user_data;
  gsize part = MIN (size * n, exchange->body->len - exchange->n_sent);

  memcpy (data, exchange->body->str + exchange->n_sent, part);
  exchange->n_sent += part;
  return part;
}

/* "Tocsin <tocsin@example.org>" -> "tocsin@example.org" (transfer full) */
static char *
get_address (const char *text)
{
  const char *open = strrchr (text, '<');
  const char *close = open != NULL ? strchr (open, '>') : NULL;

  return close != NULL ? g_strndup (open + 1, (gsize) (close - open - 1)) : g_strdup (text);
}

static void
write_message (GString *message, const TocsinServerConfig *config, const char *mail_to,
               gint64 now_us)
{
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_utc (now_us / G_USEC_PER_SEC);
  g_autofree char *date = g_date_time_format (now, "%a, %d %b %Y %H:%M:%S +0000");

  g_string_append_printf (message,
                          "Date: %s\r\n"
                          "From: %s\r\n"
                          "To: <%s>\r\n"
                          "Subject: Tocsin can send mail\r\n"
                          "Auto-Submitted: auto-generated\r\n"
                          "Content-Type: text/plain; charset=utf-8\r\n"
                          "\r\n"
                          "This is what “tocsin-server doctor --mail-to” sends, from\r\n"
                          "%s. There is nothing to do.\r\n",
                          date, config->smtp_from, mail_to, config->public_url);
}

/* libcurl goes on without a word where the server has no authentication. */
static size_t
reply_cb (char *data, size_t size, size_t n, void *user_data)
{
  Exchange *exchange = user_data;

  if (size * n > 4 && strncmp (data, "235 ", 4) == 0)
    exchange->is_known = TRUE;
  return size * n;
}

/* As the mailer does it: no password goes to another machine in the clear. Without a message it
 * comes as far as a sender does before the first one. */
static void
set_up_mail (Exchange *exchange, CURL *easy, const TocsinServerConfig *config)
{
  gboolean needs_tls = config->smtp_user != NULL && !tocsin_doctor_is_local_url (config->smtp_url);

  curl_easy_setopt (easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt (easy, CURLOPT_USE_SSL, (long) (needs_tls ? CURLUSESSL_ALL : CURLUSESSL_TRY));
  curl_easy_setopt (easy, CURLOPT_HEADERFUNCTION, reply_cb);
  curl_easy_setopt (easy, CURLOPT_HEADERDATA, exchange);
  if (config->smtp_user != NULL) {
    curl_easy_setopt (easy, CURLOPT_USERNAME, config->smtp_user);
    curl_easy_setopt (easy, CURLOPT_PASSWORD,
                      config->smtp_password != NULL ? config->smtp_password : "");
  }
}

static void
note_tls (CURL *easy, gboolean *is_encrypted)
{
  gint64 handshake_us = 0;
  curl_off_t total = 0;

  if (curl_easy_getinfo (easy, CURLINFO_APPCONNECT_TIME_T, &total) == CURLE_OK)
    handshake_us = total;
  *is_encrypted = handshake_us > 0;
}

static gboolean
is_local_peer (CURL *easy)
{
  char *text = NULL;
  g_autoptr (GInetAddress) address = NULL;

  if (curl_easy_getinfo (easy, CURLINFO_PRIMARY_IP, &text) == CURLE_OK && text != NULL)
    address = g_inet_address_new_from_string (text);
  return address != NULL && g_inet_address_get_is_loopback (address);
}

void
tocsin_doctor_look_at_mail (const TocsinServerConfig *config, const char *mail_to, gint64 now_us,
                            GPtrArray *findings)
{
  TocsinMailFacts facts = {
    .url = config->smtp_url,
  };
  Exchange exchange = { 0 };
  struct curl_slist *to = NULL;
  g_autofree char *from = NULL, *error = NULL;
  CURL *easy;

  if (config->smtp_url == NULL) {
    tocsin_doctor_judge_mail (&facts, findings);
    return;
  }
  easy = exchange_begin (&exchange, config->smtp_url);
  set_up_mail (&exchange, easy, config);
  if (mail_to != NULL) {
    write_message (exchange.body, config, mail_to, now_us);
    from = get_address (config->smtp_from);
    to = curl_slist_append (NULL, mail_to);
    facts.sent_to = mail_to;
    curl_easy_setopt (easy, CURLOPT_MAIL_FROM, from);
    curl_easy_setopt (easy, CURLOPT_MAIL_RCPT, to);
    curl_easy_setopt (easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt (easy, CURLOPT_READFUNCTION, read_cb);
    curl_easy_setopt (easy, CURLOPT_READDATA, &exchange);
  } else {
    curl_easy_setopt (easy, CURLOPT_CONNECT_ONLY, 1L);
  }
  exchange_run (&exchange);
  error = explain (&exchange);
  if (error == NULL && config->smtp_user != NULL && !exchange.is_known)
    error = g_strdup ("it answers, and takes no user and password");
  facts.error = error;
  facts.has_signed = exchange.is_known;
  note_tls (easy, &facts.is_encrypted);
  facts.is_local = is_local_peer (easy);
  tocsin_doctor_judge_mail (&facts, findings);
  exchange_end (&exchange);
  curl_slist_free_all (to);
}
