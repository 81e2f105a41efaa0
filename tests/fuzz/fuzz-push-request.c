/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

/* Lines: method, token or key, query, and the Authorization header. */

#define G_LOG_DOMAIN "fuzz-push-request"

#include "config.h"

#include <string.h>

#include "push-request.h"
#include "replay.h"
#include "uuid.h"

#define MOST_BYTES 8192

static void
look_at (const TocsinPingRequest *request, const TocsinPush *push)
{
  g_assert_true (request->kind == TOCSIN_PING_SUCCESS || request->kind == TOCSIN_PING_FAIL);
  g_assert_cmpint (request->exit_status, ==, -1);
  g_assert_true (push->text == NULL || g_utf8_validate (push->text, -1, NULL));
  g_assert_cmpint (push->duration_us, >=, -1);
}

static void
refused (const TocsinPingAnswer *answer)
{
  g_autoptr (GString) json = NULL;

  g_assert_cmpuint (answer->status, >=, 400);
  g_assert_nonnull (answer->text);
  json = tocsin_push_make_refusal (answer->text);
  g_assert_true (g_str_has_suffix (json->str, "\"}"));
}

/* Any request is a ping of a heartbeat or has an answer. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *) data, MIN (size, MOST_BYTES));
  g_auto (GStrv) lines = g_strsplit (text, "\n", 4);
  guint n = g_strv_length (lines);
  g_auto (TocsinPingRequest) kuma = { 0 }, gatus = { 0 };
  g_auto (TocsinPush) kuma_push = { 0 }, gatus_push = { 0 };
  TocsinPingAnswer answer = { 0 };

  if (n < 2)
    return 0;
  if (tocsin_push_parse_kuma (&kuma, &kuma_push, lines[0], lines[1], n > 2 ? lines[2] : NULL,
                              &answer)) {
    g_assert_true (tocsin_uuid_is_valid (kuma.ping_id));
    look_at (&kuma, &kuma_push);
  } else {
    refused (&answer);
  }
  if (tocsin_push_parse_gatus (&gatus, &gatus_push, lines[0], lines[1], n > 2 ? lines[2] : NULL,
                               n > 3 ? lines[3] : NULL, &answer)) {
    g_assert_true (gatus.key != NULL && *gatus.slug != '\0');
    look_at (&gatus, &gatus_push);
  } else {
    refused (&answer);
  }
  return 0;
}
