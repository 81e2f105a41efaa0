/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "notice"

#include "config.h"

#include "incident.h"
#include "notice.h"
#include "sample.h"

static const char *const kinds[] = { "down",        "degraded", "up",     "flapping", "steady",
                                     "certificate", "offline",  "online", "incident", "conflict" };
const TocsinWords tocsin_notice_kind_words = TOCSIN_WORDS ("kind of notice", kinds);

#define FIELD(name_, member, k, ...)                                                           \
  {                                                                                            \
    .name = name_, .kind = TOCSIN_FIELD_##k, .offset = G_STRUCT_OFFSET (TocsinNotice, member), \
    __VA_ARGS__                                                                                \
  }

static const TocsinField rows[] = {
  FIELD ("kind", kind, WORD, .words = &tocsin_notice_kind_words),
  FIELD ("at", at_us, TIME),
  FIELD ("monitor_id", monitor_id, STRING),
  FIELD ("monitor_name", monitor_name, STRING),
  FIELD ("incident_id", incident_id, STRING),
  FIELD ("text", text, STRING),
  FIELD ("code", code, WORD, .words = &tocsin_code_words, .flags = TOCSIN_FIELD_SPARSE),
  FIELD ("reason", reason, STRING),
  FIELD ("began_at", began_at, TIME),
  FIELD ("ended_at", ended_at, TIME),
  FIELD ("update", update, WORD, .words = &tocsin_update_kind_words, .flags = TOCSIN_FIELD_SPARSE),
  FIELD ("author", author, STRING),
};

const TocsinFields tocsin_notice_fields = {
  .what = "notice",
  .size = sizeof (TocsinNotice),
  .rows = rows,
  .n_rows = G_N_ELEMENTS (rows),
  .selector_offset = TOCSIN_FIELDS_NO_SELECTOR,
  .unknown_offset = TOCSIN_FIELDS_NO_UNKNOWN,
};

TocsinNotice *
tocsin_notice_new (TocsinNoticeKind kind, gint64 at_us)
{
  TocsinNotice *notice = tocsin_fields_new (&tocsin_notice_fields);

  notice->kind = kind;
  notice->at_us = at_us;
  return notice;
}

void
tocsin_notice_free (TocsinNotice *notice)
{
  tocsin_fields_free (&tocsin_notice_fields, notice);
}
