/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "ping-request.h"

G_BEGIN_DECLS

/* Other monitors' push URLs, read as pings. Pure. */
typedef struct {
  char *text;         /* (owned) (nullable) what was said: the ping's body */
  gint64 duration_us; /* < 0: none was said */
} TocsinPush;

/* Uptime Kuma: /api/push/<token>?status=up|down&msg=TEXT&ping=MS by GET or POST. The token is the
 * monitor's ping id, with or without hyphens. FALSE: `answer` is what to say. */
gboolean tocsin_push_parse_kuma (TocsinPingRequest *request, TocsinPush *push, const char *method,
                                 const char *token, const char *query, TocsinPingAnswer *answer);

/* Gatus: POST /api/v1/endpoints/<group>_<name>/external?success=true|false&error=TEXT&duration=10s
 * with the project's ping key as bearer token. The name is the monitor's slug; the project is the
 * key's, whatever the group. */
gboolean tocsin_push_parse_gatus (TocsinPingRequest *request, TocsinPush *push, const char *method,
                                  const char *key, const char *query, const char *authorization,
                                  TocsinPingAnswer *answer);

void tocsin_push_clear (TocsinPush *push);

/* {"ok":false,"msg":TEXT} (transfer full) */
GString *tocsin_push_make_refusal (const char *text);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TocsinPush, tocsin_push_clear)

G_END_DECLS
