/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "fields.h"

G_BEGIN_DECLS

/* Something that people should be told. What becomes of it (a bus signal, a notification, a mail)
 * is decided elsewhere. */
typedef enum {
  TOCSIN_NOTICE_DOWN,
  TOCSIN_NOTICE_DEGRADED,
  TOCSIN_NOTICE_UP, /* again */
  TOCSIN_NOTICE_FLAPPING,
  TOCSIN_NOTICE_STEADY, /* no longer flapping */
  TOCSIN_NOTICE_CERTIFICATE,
  TOCSIN_NOTICE_OFFLINE, /* this computer: no monitor */
  TOCSIN_NOTICE_ONLINE,
} TocsinNoticeKind;

extern const TocsinWords tocsin_notice_kind_words;

typedef struct {
  guint kind;
  gint64 at_us;
  char *monitor_id;   /* (nullable) */
  char *monitor_name; /* (nullable) */
  char *incident_id;  /* (nullable) */
  char *text;         /* one sentence */
} TocsinNotice;

extern const TocsinFields tocsin_notice_fields;

TocsinNotice *tocsin_notice_new (TocsinNoticeKind kind, gint64 at_us);
void tocsin_notice_free (TocsinNotice *notice);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinNotice, tocsin_notice_free)

G_END_DECLS
