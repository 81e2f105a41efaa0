/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

/* Lines: method, path, query, and the body. */

#define G_LOG_DOMAIN "fuzz-ping-request"

#include "config.h"

#include <string.h>

#include "ping-request.h"
#include "replay.h"
#include "uuid.h"

#define MOST_BYTES 8192

static void
look_at (const TocsinPingRequest *request)
{
  g_assert_true ((request->ping_id != NULL) == (request->slug == NULL));
  g_assert_true ((request->key != NULL) == (request->slug != NULL));
  g_assert_true (request->ping_id == NULL || tocsin_uuid_is_valid (request->ping_id));
  g_assert_true (request->rid == NULL || tocsin_uuid_is_valid (request->rid));
  g_assert_cmpuint (request->kind, <, TOCSIN_PING_IGNORED);
  g_assert_cmpint (request->exit_status, >=, -1);
  g_assert_cmpint (request->exit_status, <=, 255);
}

/* Any request is a ping or has an answer, and any body is of some kind. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *) data, MIN (size, MOST_BYTES));
  g_auto (GStrv) lines = g_strsplit (text, "\n", 4);
  guint n = g_strv_length (lines);
  g_auto (TocsinPingRequest) request = { 0 };
  g_autoptr (TocsinMonitor) monitor = NULL;
  g_autoptr (GBytes) body = NULL;
  TocsinPingAnswer answer = { 0 };

  if (n < 2)
    return 0;
  if (!tocsin_ping_request_parse (&request, lines[0], lines[1], n > 2 ? lines[2] : NULL, &answer)) {
    g_assert_cmpuint (answer.status, >=, 204);
    g_assert_nonnull (answer.text);
    return 0;
  }
  look_at (&request);
  monitor = tocsin_monitor_new (TOCSIN_MONITOR_HEARTBEAT);
  monitor->filter_http_body = TRUE;
  monitor->failure_kw = g_strdup (n > 2 ? lines[2] : "error");
  body = n > 3 ? g_bytes_new (lines[3], strlen (lines[3])) : NULL;
  g_assert_cmpuint (tocsin_ping_request_classify (&request, monitor, body), <=,
                    TOCSIN_PING_IGNORED);
  return 0;
}
