/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "digest.h"

G_BEGIN_DECLS

/* The words of notifications, pure. */
typedef enum {
  TOCSIN_SLOT_PROBLEM,
  TOCSIN_SLOT_RECOVERY, /* everything in it is over */
  TOCSIN_SLOT_CERTIFICATE,
  TOCSIN_SLOT_INCIDENT,
  TOCSIN_SLOT_OFFLINE,
  TOCSIN_N_SLOT_CLASSES,
} TocsinSlotClass;

/* Whether it was a heartbeat that did not come. */
gboolean tocsin_notice_is_missed (const TocsinNotice *notice);

/* `notices` (element-type TocsinNotice) are what it tells of, those that are over among them. */
TocsinNote *tocsin_note_new (guint key, TocsinSlotClass slot_class, const GPtrArray *notices,
                             gboolean urgent, gint64 now_us);

/* "12 min", "1 h 30 min", "3 days", in the user's language. (transfer full) */
char *tocsin_note_describe_span (gint64 span_us);

G_END_DECLS
