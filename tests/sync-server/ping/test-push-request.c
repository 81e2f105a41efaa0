/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-push-request"

#include "config.h"

#include <string.h>

#include "push-request.h"
#include "support.h"

#define ID   "0b0d8e26-5c92-4a3b-8d8a-9f1f5d2f3a10"
#define BARE "0b0d8e265c924a3b8d8a9f1f5d2f3a10"
#define UP   TOCSIN_PING_SUCCESS
#define DOWN TOCSIN_PING_FAIL

static void
test_kuma (void)
{
  static const struct {
    const char *method, *token, *query;
    guint refusal; /* 0: taken */
    guint kind;
    const char *text;
    gint64 duration_us;
  } cases[] = {
    { "GET", ID, NULL, 0, UP, NULL, -1 },
    { "POST", BARE, "", 0, UP, NULL, -1 },
    { "HEAD", "0B0D8E265C924A3B8D8A9F1F5D2F3A10", "status=up", 0, UP, NULL, -1 },
    { "GET", ID, "status=down&msg=a%20b+c&ping=20", 0, DOWN, "a b c", 20000 },
    { "GET", ID, "status=pending", 0, DOWN, NULL, -1 },
    { "GET", ID, "status=", 0, DOWN, NULL, -1 },
    { "GET", ID, "ping=&msg=", 0, UP, "", -1 },
    { "GET", ID, "ping=0.5", 0, UP, NULL, 500 },
    { "GET", ID, "ping=100000000000", 0, UP, NULL, G_GINT64_CONSTANT (100000000000000) },
    { "GET", ID, "ping=100000000001", 400 },
    { "GET", ID, "ping=-1", 400 },
    { "GET", ID, "ping=nan", 400 },
    { "GET", ID, "ping=12ms", 400 },
    { "GET", ID, "msg=100%&status=down", 0, DOWN, "100%", -1 },
    { "GET", ID, "msg=%zz%4&status=down", 0, DOWN, "%zz%4", -1 },
    { "GET", ID, "msg=%00%ff&status=down", 0, DOWN, "%00\xef\xbf\xbd", -1 },
    { "GET", ID, "status=up&status=down", 0, UP, NULL, -1 },
    { "GET", ID, "xstatus=down&statusx=down&status", 0, UP, NULL, -1 },
    { "PUT", ID, NULL, 405 },
    { "GET", "", NULL, 404 },
    { "GET", "0b0d8e265c924a3b8d8a9f1f5d2f3a1", NULL, 404 },
    { "GET", "0b0d8e265c924a3b8d8a9f1f5d2f3a1g", NULL, 404 },
    { "GET", "0b0d8e26-5c924a3b8d8a-9f1f5d2f3a10", NULL, 404 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_auto (TocsinPingRequest) request = { 0 };
    g_auto (TocsinPush) push = { 0 };
    TocsinPingAnswer answer = { 0 };
    gboolean ok = tocsin_push_parse_kuma (&request, &push, cases[i].method, cases[i].token,
                                          cases[i].query, &answer);

    g_test_message ("%s %s?%s", cases[i].method, cases[i].token, cases[i].query);
    g_assert_cmpuint (answer.status, ==, cases[i].refusal);
    g_assert_true (ok == (cases[i].refusal == 0));
    if (!ok)
      continue;
    g_assert_cmpstr (request.ping_id, ==, ID);
    g_assert_cmpstr (request.method, ==, cases[i].method);
    g_assert_cmpuint (request.kind, ==, cases[i].kind);
    g_assert_cmpint (request.exit_status, ==, -1);
    g_assert_cmpstr (push.text, ==, cases[i].text);
    g_assert_cmpint (push.duration_us, ==, cases[i].duration_us);
  }
}

static void
test_gatus (void)
{
  static const struct {
    const char *method, *key, *query, *authorization;
    guint refusal;
    guint kind;
    const char *slug, *text;
    gint64 duration_us;
  } cases[] = {
    { "POST", "core_api", "success=true", "Bearer k", 0, UP, "api", NULL, -1 },
    { "POST", "_api", "success=true", "bearer k", 0, UP, "api", NULL, -1 },
    { "POST", "core_a_b", "success=false&error=no%20route&duration=10s", "Bearer k", 0, DOWN, "a_b",
      "no route", 10 * G_USEC_PER_SEC },
    { "POST", "core_api", "duration=&success=true", "Bearer k", 0, UP, "api", NULL, -1 },
    { "POST", "core_api", "error=50%&success=false", "Bearer k", 0, DOWN, "api", "50%", -1 },
    { "POST", "core_api", "success=maybe", "Bearer k", 400 },
    { "POST", "core_api", NULL, "Bearer k", 400 },
    { "POST", "core_api", "success=true&duration=long", "Bearer k", 400 },
    { "POST", "core_api", "success=true", NULL, 401 },
    { "POST", "core_api", "success=true", "Basic k", 401 },
    { "POST", "api", "success=true", "Bearer k", 404 },
    { "POST", "core_", "success=true", "Bearer k", 404 },
    { "GET", "core_api", "success=true", "Bearer k", 405 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_auto (TocsinPingRequest) request = { 0 };
    g_auto (TocsinPush) push = { 0 };
    TocsinPingAnswer answer = { 0 };
    gboolean ok = tocsin_push_parse_gatus (&request, &push, cases[i].method, cases[i].key,
                                           cases[i].query, cases[i].authorization, &answer);

    g_test_message ("%s %s?%s", cases[i].method, cases[i].key, cases[i].query);
    g_assert_cmpuint (answer.status, ==, cases[i].refusal);
    g_assert_true (ok == (cases[i].refusal == 0));
    if (!ok)
      continue;
    g_assert_cmpstr (request.key, ==, "k");
    g_assert_cmpstr (request.slug, ==, cases[i].slug);
    g_assert_cmpuint (request.kind, ==, cases[i].kind);
    g_assert_false (request.create);
    g_assert_cmpstr (push.text, ==, cases[i].text);
    g_assert_cmpint (push.duration_us, ==, cases[i].duration_us);
  }
}

static void
test_long_text (void)
{
  g_autofree char *letters = g_strnfill (5000, 'e');
  g_autofree char *query = g_strconcat ("msg=", letters, "&status=down", NULL);
  g_auto (TocsinPingRequest) request = { 0 };
  g_auto (TocsinPush) push = { 0 };
  TocsinPingAnswer answer = { 0 };

  g_assert_true (tocsin_push_parse_kuma (&request, &push, "GET", ID, query, &answer));
  g_assert_cmpuint (strlen (push.text), ==, 4096);
  g_assert_cmpuint (request.kind, ==, DOWN);
}

static void
test_refusal (void)
{
  g_autoptr (GString) json = tocsin_push_make_refusal ("a \"b\" \\ c");

  g_assert_cmpstr (json->str, ==, "{\"ok\":false,\"msg\":\"a \\\"b\\\" \\\\ c\"}");
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
  g_test_add_func ("/push-request/kuma-pushes-are-pings", test_kuma);
  g_test_add_func ("/push-request/gatus-results-are-pings", test_gatus);
  g_test_add_func ("/push-request/long-texts-are-cut", test_long_text);
  g_test_add_func ("/push-request/a-refusal-is-json", test_refusal);
  return g_test_run ();
}
