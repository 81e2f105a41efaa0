/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "mailer"

#include "config.h"

#include <curl/curl.h>
#include <gio/gio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mail-message.h"
#include "mailer.h"

#define LOOK_EVERY_US    G_USEC_PER_SEC
#define AFTER_FAILURE_US (5 * G_USEC_PER_SEC)
#define CONNECT_MOST_S   20L
#define SEND_MOST_S      60L

struct _TocsinMailer {
  const TocsinServerConfig *config;
  GThread *thread;    /* (nullable) */
  GAsyncQueue *queue; /* (owned) where the end is told */
  int ends;           /* atomic: what is under way is to stop */
};

typedef struct {
  TocsinMailer *mailer;
  TocsinPg *pg;
  CURL *easy;
  GString *text; /* (nullable) what is being sent */
  gsize n_sent;
  int fd; /* of the connection that there is; -1 */
} Desk;

/* --- one message --- */

static size_t
read_cb (char *data, size_t size, size_t n, void *user_data)
{
  Desk *desk = user_data;
  gsize part = MIN (size * n, desk->text->len - desk->n_sent);

  memcpy (data, desk->text->str + desk->n_sent, part);
  desk->n_sent += part;
  return part;
}

static int
open_cb (void *user_data, curl_socket_t fd, curlsocktype purpose)
{
  ((Desk *) user_data)->fd = fd;
  return CURL_SOCKOPT_OK;
}

static int
close_cb (void *user_data, curl_socket_t fd)
{
  Desk *desk = user_data;

  if (desk->fd == fd)
    desk->fd = -1;
  return close (fd);
}

/* libcurl says goodbye to the mail server before it closes, and waits for the answer. */
static void
hang_up (Desk *desk)
{
  if (desk->fd >= 0)
    shutdown (desk->fd, SHUT_RDWR);
}

static int
progress_cb (void *user_data, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
  Desk *desk = user_data;

  if (!g_atomic_int_get (&desk->mailer->ends))
    return 0;
  hang_up (desk);
  return 1;
}

static gboolean
is_local (const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;
  g_autoptr (GInetAddress) address = host != NULL ? g_inet_address_new_from_string (host) : NULL;

  return (host != NULL && g_ascii_strcasecmp (host, "localhost") == 0) ||
         (address != NULL && g_inet_address_get_is_loopback (address));
}

static CURL *
make_easy (Desk *desk)
{
  const TocsinServerConfig *config = desk->mailer->config;
  gboolean needs_tls = config->smtp_user != NULL && !is_local (config->smtp_url);
  CURL *easy = curl_easy_init ();

  g_assert (easy != NULL);
  curl_easy_setopt (easy, CURLOPT_URL, config->smtp_url);
  curl_easy_setopt (easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt (easy, CURLOPT_PROXY, "");
  curl_easy_setopt (easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt (easy, CURLOPT_CONNECTTIMEOUT, CONNECT_MOST_S);
  curl_easy_setopt (easy, CURLOPT_TIMEOUT, SEND_MOST_S);
  curl_easy_setopt (easy, CURLOPT_USE_SSL, (long) (needs_tls ? CURLUSESSL_ALL : CURLUSESSL_TRY));
  curl_easy_setopt (easy, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt (easy, CURLOPT_READFUNCTION, read_cb);
  curl_easy_setopt (easy, CURLOPT_READDATA, desk);
  curl_easy_setopt (easy, CURLOPT_SOCKOPTFUNCTION, open_cb);
  curl_easy_setopt (easy, CURLOPT_SOCKOPTDATA, desk);
  curl_easy_setopt (easy, CURLOPT_CLOSESOCKETFUNCTION, close_cb);
  curl_easy_setopt (easy, CURLOPT_CLOSESOCKETDATA, desk);
  curl_easy_setopt (easy, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt (easy, CURLOPT_XFERINFOFUNCTION, progress_cb);
  curl_easy_setopt (easy, CURLOPT_XFERINFODATA, desk);
  if (config->smtp_user != NULL) {
    curl_easy_setopt (easy, CURLOPT_USERNAME, config->smtp_user);
    curl_easy_setopt (easy, CURLOPT_PASSWORD,
                      config->smtp_password != NULL ? config->smtp_password : "");
  }
  return easy;
}

static CURLcode
send_one (Desk *desk, const TocsinQueuedMail *mail, long *status, char *problem)
{
  const char *from = desk->mailer->config->smtp_from;
  g_autofree char *sender = tocsin_mailbox_get_address (from);
  const TocsinMailMessage message = { mail->id,      from,       mail->recipient,
                                      mail->subject, mail->body, mail->created_at };
  struct curl_slist *to = curl_slist_append (NULL, mail->recipient);
  CURLcode result;

  desk->text = tocsin_mail_format (&message);
  desk->n_sent = 0;
  *problem = '\0';
  *status = 0;
  curl_easy_setopt (desk->easy, CURLOPT_MAIL_FROM, sender);
  curl_easy_setopt (desk->easy, CURLOPT_MAIL_RCPT, to);
  curl_easy_setopt (desk->easy, CURLOPT_ERRORBUFFER, problem);
  result = curl_easy_perform (desk->easy);
  curl_easy_getinfo (desk->easy, CURLINFO_RESPONSE_CODE, status);
  curl_easy_setopt (desk->easy, CURLOPT_ERRORBUFFER, NULL);
  curl_easy_setopt (desk->easy, CURLOPT_MAIL_RCPT, NULL);
  curl_slist_free_all (to);
  g_string_free (g_steal_pointer (&desk->text), TRUE);
  return result;
}

/* --- the queue --- */

/* Only what the mail server says of this mail is final: one that knows our password no more may
 * know it again, once the operator has seen the log. */
static gboolean
is_refusal (CURLcode result, long status)
{
  return status >= 500 && status < 600 &&
         (result == CURLE_SEND_ERROR || result == CURLE_WEIRD_SERVER_REPLY);
}

static gboolean
note_failure (Desk *desk, const TocsinQueuedMail *mail, CURLcode result, long status,
              const char *problem, GError **error)
{
  const char *reason = *problem != '\0' ? problem : curl_easy_strerror (result);
  gboolean given_up = FALSE;

  if (!tocsin_mails_failed (desk->pg, mail, g_get_real_time (), reason, is_refusal (result, status),
                            &given_up, error))
    return FALSE;
  g_warning ("mail %s was not sent, try %" G_GINT64_FORMAT "%s: %s", mail->id, mail->tries,
             given_up ? ", the last one" : "", reason);
  return TRUE;
}

/* `more`: there may be others that are due. */
static gboolean
send_next (Desk *desk, gboolean *more, GError **error)
{
  g_auto (TocsinQueuedMail) mail = { 0 };
  char problem[CURL_ERROR_SIZE];
  long status;
  CURLcode result;

  *more = FALSE;
  if (!tocsin_mails_take (desk->pg, g_get_real_time (), &mail, error))
    return FALSE;
  if (mail.id == NULL)
    return TRUE;
  *more = TRUE;
  result = send_one (desk, &mail, &status, problem);
  if (result == CURLE_OK)
    return tocsin_mails_done (desk->pg, &mail, error);
  if (result == CURLE_ABORTED_BY_CALLBACK)
    return tocsin_mails_put_back (desk->pg, &mail, g_get_real_time (), error);
  return note_failure (desk, &mail, result, status, problem, error);
}

static gpointer
sit (gpointer data)
{
  TocsinMailer *mailer = data;
  Desk desk = { .mailer = mailer, .pg = tocsin_pg_new (mailer->config->database_url), .fd = -1 };
  gint64 wait_us = 0;

  desk.easy = make_easy (&desk);
  while (g_async_queue_timeout_pop (mailer->queue, (guint64) MAX (wait_us, 1)) == NULL) {
    g_autoptr (GError) error = NULL;
    gboolean more;

    if (send_next (&desk, &more, &error)) {
      wait_us = more ? 0 : LOOK_EVERY_US;
    } else {
      g_warning ("mails wait: %s", error->message);
      wait_us = AFTER_FAILURE_US;
    }
  }
  hang_up (&desk);
  curl_easy_cleanup (desk.easy);
  tocsin_pg_free (desk.pg);
  return NULL;
}

TocsinMailer *
tocsin_mailer_new (const TocsinServerConfig *config)
{
  TocsinMailer *mailer;

  g_return_val_if_fail (config != NULL, NULL);

  mailer = g_new0 (TocsinMailer, 1);
  mailer->config = config;
  mailer->queue = g_async_queue_new ();
  if (tocsin_mails_can_send (config))
    mailer->thread = g_thread_new ("mailer", sit, mailer);
  return mailer;
}

void
tocsin_mailer_free (TocsinMailer *mailer)
{
  if (mailer == NULL)
    return;
  g_atomic_int_set (&mailer->ends, 1);
  g_async_queue_push (mailer->queue, mailer);
  g_clear_pointer (&mailer->thread, g_thread_join);
  g_async_queue_unref (mailer->queue);
  g_free (mailer);
}
