/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <curl/curl.h>
#include <glib.h>

#include "address-guard.h"
#include "reactor.h"

G_BEGIN_DECLS

/* Transfers with libcurl, thousands at once on one thread: a multi handle over the reactor and a
 * pool of easy handles. A user takes a transfer, sets its easy handle up as libcurl's manual says,
 * starts it, is told of its end, reads what it wants to know from the easy handle, and releases it.
 * HTTP checks, webhooks and mail all come through here.
 *
 * Nothing is shared between transfers: each has its own connection, name lookup and TLS session. */
typedef struct _TocsinTransfers TocsinTransfers;
typedef struct _TocsinTransfer TocsinTransfer;

TocsinTransfers *tocsin_transfers_new (TocsinReactor *reactor);
void tocsin_transfers_free (TocsinTransfers *transfers); /* every transfer must be released */

/* An easy handle with the room's defaults: no signals, no proxy from the environment, a fresh
 * connection that is closed after use, only http and https. CURLOPT_PRIVATE, ERRORBUFFER,
 * OPENSOCKET…, CLOSESOCKET…, PREREQ… and SSL_CTX_… belong to the room. */
TocsinTransfer *tocsin_transfers_take (TocsinTransfers *transfers);
CURL *tocsin_transfer_get_easy (TocsinTransfer *transfer);

/* For transfers that are set up alike, thousands of times: one that was kept under `profile`, any
 * address of the caller's, with all its options as they were; NULL where none is idle. Keeping
 * takes the place of releasing. */
TocsinTransfer *tocsin_transfers_take_kept (TocsinTransfers *transfers, gconstpointer profile);
void tocsin_transfer_keep (TocsinTransfer *transfer, gconstpointer profile);

/* Addresses that `guard` refuses are not connected to; it must outlive the transfer. */
void tocsin_transfer_set_guard (TocsinTransfer *transfer, const TocsinAddressGuard *guard);

/* Called before each TLS handshake with its SSL_CTX; an answer other than CURLE_OK ends the
 * transfer with it. */
typedef CURLcode (*TocsinTransferTls) (void *ssl_ctx, gpointer user_data);
void tocsin_transfer_set_tls (TocsinTransfer *transfer, TocsinTransferTls callback,
                              gpointer user_data);

/* `done` is called once from the main loop, never from within start; there the transfer may be
 * released. A transfer that is released before is cancelled silently. */
typedef void (*TocsinTransferDone) (TocsinTransfer *transfer, CURLcode result, gpointer user_data);
void tocsin_transfer_start (TocsinTransfer *transfer, TocsinTransferDone done, gpointer user_data);
void tocsin_transfer_release (TocsinTransfer *transfer);

/* How far the request that is under way came: the last one where redirects were followed. */
typedef enum {
  TOCSIN_TRANSFER_LOOKUP,
  TOCSIN_TRANSFER_CONNECT,
  TOCSIN_TRANSFER_TLS,
  TOCSIN_TRANSFER_REQUEST, /* connected; sent, or being sent */
} TocsinTransferStage;

TocsinTransferStage tocsin_transfer_get_stage (TocsinTransfer *transfer);

/* Spans in µs, < 0 where it did not come to that; where redirects were followed, of all requests
 * together, so that they add up to the whole. */
typedef struct {
  gint64 lookup_us, connect_us, tls_us, wait_us, transfer_us;
  gint64 total_us;
} TocsinTransferTimes;

void tocsin_transfer_get_times (TocsinTransfer *transfer, TocsinTransferTimes *times);

/* libcurl's own words for what went wrong; "" for none. */
const char *tocsin_transfer_get_error_text (TocsinTransfer *transfer);

/* What of the addresses that were tried: "192.0.2.1:443: Connection refused". `result` is what
 * `done` was told, CURLE_OPERATION_TIMEDOUT for one under way. (transfer full) (nullable) */
char **tocsin_transfer_get_attempts (TocsinTransfer *transfer, CURLcode result);

/* errno of the last failed connect; 0 where none. */
int tocsin_transfer_get_errno (TocsinTransfer *transfer);

/* Whether every address was refused by the guard, and for what. */
gboolean tocsin_transfer_was_forbidden (TocsinTransfer *transfer, TocsinScope *scope);

G_END_DECLS
