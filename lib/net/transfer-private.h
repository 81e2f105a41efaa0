/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <netinet/in.h>

#include "transfer.h"

G_BEGIN_DECLS

#define TOCSIN_TRANSFER_ATTEMPTS_MOST 16 /* addresses of a transfer that are remembered */

typedef struct {
  union {
    struct sockaddr any;
    struct sockaddr_in in4;
    struct sockaddr_in6 in6;
  } address;
  int error; /* errno; 0: none known */
  TocsinScope forbidden;
} TocsinTransferAttempt;

struct _TocsinTransfer {
  TocsinTransfers *transfers;
  CURL *easy; /* (owned) */
  gboolean under_way;
  gconstpointer profile; /* (nullable) what it was kept under */
  TocsinTransferDone done;
  gpointer user_data;

  TocsinTransferTls tls; /* (nullable) */
  gpointer tls_data;
  const TocsinAddressGuard *guard; /* (nullable) */

  TocsinTransferStage stage;
  long redirects_at_request; /* followed when the last request was sent */
  guint n_attempts;
  TocsinTransferAttempt attempts[TOCSIN_TRANSFER_ATTEMPTS_MOST];
  char error_text[CURL_ERROR_SIZE];
};

/* --- transfer-sockets.c --- */

/* The descriptors that libcurl waits for, its connections and what it opened for itself. A
 * connection stays with the reactor from when it was first waited for until it is closed. */
typedef struct _TocsinSockets TocsinSockets;

TocsinSockets *tocsin_sockets_new (TocsinReactor *reactor, TocsinWatchFdFunc ready,
                                   gpointer user_data);
void tocsin_sockets_free (TocsinSockets *sockets);

/* A connection was opened, as `fd`. The last one of this number is closed then: by libcurl itself
 * if not by us, as it does with an address that it gives up. */
void tocsin_sockets_note_open (TocsinSockets *sockets, int fd);

/* Closes a connection. libcurl may not say that it waits no more, and wait for the next one of the
 * same number without a word. */
void tocsin_sockets_close (TocsinSockets *sockets, int fd);

/* `events` of the reactor; 0 for none. */
void tocsin_sockets_wait_for (TocsinSockets *sockets, int fd, guint32 events);

/* --- transfer-facts.c --- */

/* The address that is about to be connected to; what became of the one before. */
TocsinTransferAttempt *tocsin_transfer_note_attempt (TocsinTransfer *transfer,
                                                     const struct curl_sockaddr *address);

G_END_DECLS
