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
  TOCSIN_NOTICE_INCIDENT, /* somebody wrote to an incident's timeline */
  TOCSIN_NOTICE_CONFLICT, /* two people changed the same: `reason` is the member */
} TocsinNoticeKind;

extern const TocsinWords tocsin_notice_kind_words;

typedef struct {
  guint kind;
  gint64 at_us;
  char *monitor_id;   /* (nullable) */
  char *monitor_name; /* (nullable) */
  char *incident_id;  /* (nullable) */
  char *text;         /* one sentence */
  guint code;         /* TocsinCode of the last sample */
  char *reason;       /* (nullable) its sentence; of an incident's update, what was written */
  gint64 began_at;    /* of the incident; 0: none */
  gint64 ended_at;    /* 0: it goes on; of a certificate, when it ends */
  guint update;       /* TocsinUpdateKind, of an incident's update */
  char *author;       /* (nullable) who wrote it */
} TocsinNotice;

extern const TocsinFields tocsin_notice_fields;

TocsinNotice *tocsin_notice_new (TocsinNoticeKind kind, gint64 at_us);
void tocsin_notice_free (TocsinNotice *notice);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinNotice, tocsin_notice_free)

G_END_DECLS
