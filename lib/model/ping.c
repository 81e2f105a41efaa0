/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "ping"

#include "config.h"

#include "ping.h"

static const char *const kinds[] = { "success", "start", "fail", "log", "ign" };
const TocsinWords tocsin_ping_kind_words = TOCSIN_WORDS ("kind of ping", kinds);

#define NAMED(name_, member, k, ...)                                                         \
  {                                                                                          \
    .name = name_, .kind = TOCSIN_FIELD_##k, .offset = G_STRUCT_OFFSET (TocsinPing, member), \
    __VA_ARGS__                                                                              \
  }
#define FIELD(member, k, ...) NAMED (#member, member, k, __VA_ARGS__)

static const TocsinField rows[] = {
  NAMED ("n", number, INT),
  NAMED ("at", at_us, TIME),
  FIELD (kind, WORD, .words = &tocsin_ping_kind_words),
  FIELD (scheme, STRING),
  FIELD (method, STRING),
  FIELD (remote_address, STRING),
  FIELD (user_agent, STRING),
  FIELD (rid, STRING),
  FIELD (exit_status, INT, .flags = TOCSIN_FIELD_SPARSE, .fallback = -1),
  NAMED ("duration", duration_us, SPAN, .fallback = -1),
  FIELD (body_bytes, INT),
  FIELD (body, BYTES),
};

const TocsinFields tocsin_ping_fields = {
  .what = "ping",
  .size = sizeof (TocsinPing),
  .rows = rows,
  .n_rows = G_N_ELEMENTS (rows),
  .selector_offset = TOCSIN_FIELDS_NO_SELECTOR,
  .unknown_offset = TOCSIN_FIELDS_NO_UNKNOWN,
};

TocsinPing *
tocsin_ping_new (void)
{
  return tocsin_fields_new (&tocsin_ping_fields);
}

TocsinPing *
tocsin_ping_copy (const TocsinPing *ping)
{
  return tocsin_fields_copy (&tocsin_ping_fields, ping);
}

void
tocsin_ping_free (TocsinPing *ping)
{
  tocsin_fields_free (&tocsin_ping_fields, ping);
}
