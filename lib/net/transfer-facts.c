/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "transfer-facts"

#include "config.h"

#include <string.h>

#include "transfer-private.h"

/* libcurl tries the addresses of a family one after another: that it comes to the next says that
 * the one before failed, and with which error. */
static void
note_failed_attempt (TocsinTransfer *transfer, int family)
{
  for (guint i = transfer->n_attempts; i-- > 0;) {
    TocsinTransferAttempt *attempt = &transfer->attempts[i];

    if (attempt->address.any.sa_family != family)
      continue;
    if (attempt->error == 0 && attempt->forbidden == TOCSIN_SCOPE_PUBLIC)
      attempt->error = tocsin_transfer_get_errno (transfer);
    return;
  }
}

TocsinTransferAttempt *
tocsin_transfer_note_attempt (TocsinTransfer *transfer, const struct curl_sockaddr *address)
{
  TocsinTransferAttempt *attempt;

  if (transfer->stage != TOCSIN_TRANSFER_CONNECT)
    transfer->n_attempts = 0; /* the next request of a redirect */
  transfer->stage = TOCSIN_TRANSFER_CONNECT;
  note_failed_attempt (transfer, address->family);
  attempt = &transfer->attempts[MIN (transfer->n_attempts, TOCSIN_TRANSFER_ATTEMPTS_MOST - 1)];
  transfer->n_attempts = MIN (transfer->n_attempts + 1, TOCSIN_TRANSFER_ATTEMPTS_MOST);
  memcpy (&attempt->address, &address->addr, MIN (address->addrlen, sizeof attempt->address));
  attempt->error = 0;
  attempt->forbidden = TOCSIN_SCOPE_PUBLIC;
  return attempt;
}

TocsinTransferStage
tocsin_transfer_get_stage (TocsinTransfer *transfer)
{
  long redirects = 0;

  if (transfer->stage != TOCSIN_TRANSFER_REQUEST)
    return transfer->stage;
  /* A redirect was followed, and no socket opened yet: the next name is being looked up. */
  curl_easy_getinfo (transfer->easy, CURLINFO_REDIRECT_COUNT, &redirects);
  return redirects > transfer->redirects_at_request ? TOCSIN_TRANSFER_LOOKUP : transfer->stage;
}

/* libcurl's times are from the start, each with all before it; 0 is "not reached". */
static gint64
get_span (curl_off_t until_us, curl_off_t from_us)
{
  return until_us <= 0 ? -1 : MAX (0, until_us - from_us);
}

void
tocsin_transfer_get_times (TocsinTransfer *transfer, TocsinTransferTimes *times)
{
  curl_off_t lookup = 0, connect = 0, tls = 0, request = 0, first = 0, total = 0;
  CURL *easy = transfer->easy;

  curl_easy_getinfo (easy, CURLINFO_NAMELOOKUP_TIME_T, &lookup);
  curl_easy_getinfo (easy, CURLINFO_CONNECT_TIME_T, &connect);
  curl_easy_getinfo (easy, CURLINFO_APPCONNECT_TIME_T, &tls);
  curl_easy_getinfo (easy, CURLINFO_PRETRANSFER_TIME_T, &request);
  curl_easy_getinfo (easy, CURLINFO_STARTTRANSFER_TIME_T, &first);
  curl_easy_getinfo (easy, CURLINFO_TOTAL_TIME_T, &total);
  times->lookup_us = get_span (lookup, 0);
  times->connect_us = get_span (connect, lookup);
  times->tls_us = get_span (tls, connect);
  times->wait_us = get_span (first, MAX (MAX (connect, tls), request));
  times->transfer_us = first > 0 ? get_span (total, first) : -1;
  times->total_us = total;
}

const char *
tocsin_transfer_get_error_text (TocsinTransfer *transfer)
{
  return transfer->error_text;
}

int
tocsin_transfer_get_errno (TocsinTransfer *transfer)
{
  long os_errno = 0;

  if (transfer->n_attempts == 0) /* libcurl's is that of the handle's last use */
    return 0;
  curl_easy_getinfo (transfer->easy, CURLINFO_OS_ERRNO, &os_errno);
  return (int) os_errno;
}

static char *
attempt_to_text (const TocsinTransferAttempt *attempt, CURLcode result, int last_errno,
                 gboolean is_last)
{
  g_autofree char *address = tocsin_address_to_text (&attempt->address.any);
  int error = attempt->error;

  if (attempt->forbidden != TOCSIN_SCOPE_PUBLIC)
    return g_strdup_printf ("%s: refused, a %s address", address,
                            tocsin_scope_get_word (attempt->forbidden));
  if (error == 0 && result == CURLE_COULDNT_CONNECT && is_last)
    error = last_errno;
  return g_strdup_printf ("%s: %s", address, error != 0 ? g_strerror (error) : "no answer");
}

char **
tocsin_transfer_get_attempts (TocsinTransfer *transfer, CURLcode result)
{
  g_autoptr (GStrvBuilder) builder = NULL;
  int last_errno;

  /* Once connected, the one that answered is the remote address and the others do not matter. */
  if (transfer->n_attempts == 0 || tocsin_transfer_get_stage (transfer) != TOCSIN_TRANSFER_CONNECT)
    return NULL;
  builder = g_strv_builder_new ();
  last_errno = tocsin_transfer_get_errno (transfer);
  for (guint i = 0; i < transfer->n_attempts; i++) {
    g_autofree char *text =
        attempt_to_text (&transfer->attempts[i], result, last_errno, i + 1 == transfer->n_attempts);

    g_strv_builder_add (builder, text);
  }
  return g_strv_builder_end (builder);
}

gboolean
tocsin_transfer_was_forbidden (TocsinTransfer *transfer, TocsinScope *scope)
{
  if (transfer->n_attempts == 0 || transfer->stage != TOCSIN_TRANSFER_CONNECT)
    return FALSE;
  for (guint i = 0; i < transfer->n_attempts; i++)
    if (transfer->attempts[i].forbidden == TOCSIN_SCOPE_PUBLIC)
      return FALSE;
  *scope = transfer->attempts[0].forbidden;
  return TRUE;
}
