/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "fields.h"

G_BEGIN_DECLS

/* One HTTP request of a job to its heartbeat monitor. */
typedef enum {
  TOCSIN_PING_SUCCESS,
  TOCSIN_PING_START,
  TOCSIN_PING_FAIL,
  TOCSIN_PING_LOG,
  TOCSIN_PING_IGNORED,
} TocsinPingKind;

extern const TocsinWords tocsin_ping_kind_words;

#define TOCSIN_PING_USER_AGENT_BYTES 200

typedef struct {
  gint64 number; /* 1, 2, 3, … per monitor, no gap; 0: not yet given */
  gint64 at_us;
  guint kind;           /* TocsinPingKind */
  char *scheme;         /* "http" */
  char *method;         /* "POST" */
  char *remote_address; /* (nullable) */
  char *user_agent;     /* (nullable) */
  char *rid;            /* (nullable) */
  gint64 exit_status;   /* < 0: none */
  gint64 duration_us;   /* < 0: none; of the run that this ping ended */
  gint64 body_bytes;    /* as it was sent; 0: none */
  GBytes *body;         /* (nullable) cut at the limit */
} TocsinPing;

extern const TocsinFields tocsin_ping_fields;

TocsinPing *tocsin_ping_new (void);
TocsinPing *tocsin_ping_copy (const TocsinPing *ping);
void tocsin_ping_free (TocsinPing *ping);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinPing, tocsin_ping_free)

G_END_DECLS
