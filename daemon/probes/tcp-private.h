/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "connector.h"
#include "names.h"
#include "probe-private.h"
#include "starttls.h"
#include "stream.h"

G_BEGIN_DECLS

#define TOCSIN_TCP_RECEIVE_BYTES (64 * 1024) /* in which the expected bytes have to come */

/* How far a check has come. */
typedef enum {
  TOCSIN_TCP_LOOKUP,
  TOCSIN_TCP_CONNECT,
  TOCSIN_TCP_STARTTLS,
  TOCSIN_TCP_TLS,
  TOCSIN_TCP_SEND,
  TOCSIN_TCP_RECEIVE,
  TOCSIN_TCP_DONE,
} TocsinTcpStage;

/* A check in flight. */
typedef struct {
  TocsinRun run;
  TocsinTcpStage stage;
  gint64 stage_us;   /* when the phase that is being measured began; monotonic */
  char *host;        /* (owned) */
  GBytes *to_send;   /* (owned) (nullable) */
  GBytes *expected;  /* (owned) (nullable) */
  const guint8 *out; /* (nullable) what is to be written now */
  gsize out_length;
  char *peer;                 /* (owned) (nullable) "192.0.2.1:443", once connected */
  gint64 connected_after_us;  /* since the start */
  TocsinNameLookup *lookup;   /* (nullable) */
  TocsinConnector *connector; /* (owned) (nullable) */
  TocsinWatchFd *watch;       /* (nullable) */
  TocsinStarttls starttls;
  TocsinHandshake handshake;
  TocsinStream stream;
  GByteArray *received; /* (owned) (nullable) */
} TocsinTcpRun;

/* Whom the certificate must be for. */
const char *tocsin_tcp_get_server_name (const TocsinTcpRun *run);

/* What went wrong → code and sentence. */
void tocsin_tcp_fail_broken (TocsinTcpRun *run, TocsinStreamResult result);
void tocsin_tcp_fail_mismatch (TocsinTcpRun *run, const char *how);
void tocsin_tcp_time_out (TocsinTcpRun *run);

/* Facts for a good sample, everything for a failed one. */
void tocsin_tcp_collect (TocsinTcpRun *run);

G_END_DECLS
