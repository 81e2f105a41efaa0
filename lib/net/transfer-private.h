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

/* The address that is about to be connected to; what became of the one before. */
TocsinTransferAttempt *tocsin_transfer_note_attempt (TocsinTransfer *transfer,
                                                     const struct curl_sockaddr *address);

G_END_DECLS
