/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-ping-request"

#include "config.h"

#include <string.h>

#include "ping-request.h"
#include "support.h"

#define ID      "5bf66975-d4c7-4bf5-bcc8-b8d8a82ea278"
#define ID_CAPS "5BF66975-D4C7-4BF5-BCC8-B8D8A82EA278"

static const struct {
  const char *method, *path, *query;
  const char *what; /* kind, exit status, id or key and slug, rid, create */
} taken[] = {
  { "GET", "/ping/" ID, NULL, "success -1 " ID " - -" },
  { "HEAD", "/ping/" ID, NULL, "success -1 " ID " - -" },
  { "POST", "/ping/" ID, NULL, "success -1 " ID " - -" },
  { "PUT", "/ping/" ID, NULL, "success -1 " ID " - -" },
  { "GET", "/ping/" ID "/", NULL, "success -1 " ID " - -" },
  { "GET", "/ping/" ID_CAPS, NULL, "success -1 " ID " - -" },
  { "GET", "/ping/" ID "/start", NULL, "start -1 " ID " - -" },
  { "GET", "/ping/" ID "/start/", NULL, "start -1 " ID " - -" },
  { "GET", "/ping/" ID "/fail", NULL, "fail -1 " ID " - -" },
  { "GET", "/ping/" ID "/log", NULL, "log -1 " ID " - -" },
  { "GET", "/ping/" ID "/0", NULL, "success 0 " ID " - -" },
  { "GET", "/ping/" ID "/1", NULL, "fail 1 " ID " - -" },
  { "GET", "/ping/" ID "/255", NULL, "fail 255 " ID " - -" },
  { "GET", "/ping/k3y/back-up_2", NULL, "success -1 k3y/back-up_2 - -" },
  { "GET", "/ping/k3y/back-up_2/", NULL, "success -1 k3y/back-up_2 - -" },
  { "GET", "/ping/k3y/b/start", NULL, "start -1 k3y/b - -" },
  { "GET", "/ping/k3y/b/fail", NULL, "fail -1 k3y/b - -" },
  { "GET", "/ping/k3y/b/log", NULL, "log -1 k3y/b - -" },
  { "GET", "/ping/k3y/b/3", NULL, "fail 3 k3y/b - -" },
  { "GET", "/ping/%6b3y/b", NULL, "success -1 k3y/b - -" },
  { "GET", "/ping/k3y/b", "create=1", "success -1 k3y/b - create" },
  { "GET", "/ping/k3y/b", "create=0", "success -1 k3y/b - -" },
  { "GET", "/ping/k3y/b", "create=1&rid=" ID, "success -1 k3y/b " ID " create" },
  { "GET", "/ping/" ID, "rid=" ID_CAPS, "success -1 " ID " " ID " -" },
  { "GET", "/ping/" ID, "rid=" ID_CAPS "&rid=" ID, "success -1 " ID " " ID " -" },
  { "GET", "/ping/" ID, "other=1&%zz", "success -1 " ID " - -" },
  { "GET", "/ping/" ID, "", "success -1 " ID " - -" },
};

static void
test_taken (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (taken); i++) {
    g_auto (TocsinPingRequest) request = { 0 };
    TocsinPingAnswer answer;
    g_autofree char *target = NULL, *seen = NULL;

    g_test_message ("%s %s?%s", taken[i].method, taken[i].path, taken[i].query);
    g_assert_true (tocsin_ping_request_parse (&request, taken[i].method, taken[i].path,
                                              taken[i].query, &answer));
    g_assert_true ((request.ping_id != NULL) == (request.slug == NULL));
    target = request.ping_id != NULL ? g_strdup (request.ping_id)
                                     : g_strjoin ("/", request.key, request.slug, NULL);
    seen =
        g_strdup_printf ("%s %d %s %s %s", tocsin_words_get (&tocsin_ping_kind_words, request.kind),
                         (int) request.exit_status, target, request.rid != NULL ? request.rid : "-",
                         request.create ? "create" : "-");
    g_assert_cmpstr (seen, ==, taken[i].what);
    g_assert_cmpstr (request.method, ==, taken[i].method);
  }
}

#define LONG_SLUG \
  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const struct {
  const char *method, *path, *query;
  guint status;
  const char *text;
} refused[] = {
  { "OPTIONS", "/ping/" ID, NULL, 204, "" },
  { "DELETE", "/ping/" ID, NULL, 405, "method not allowed" },
  { "get", "/ping/" ID, NULL, 405, "method not allowed" },
  { "GET", "/", NULL, 404, "not found" },
  { "GET", "", NULL, 404, "not found" },
  { "GET", "/ping", NULL, 404, "not found" },
  { "GET", "/ping/", NULL, 404, "not found" },
  { "GET", "/pong/" ID, NULL, 404, "not found" },
  { "GET", "ping/" ID, NULL, 404, "not found" },
  { "GET", "/ping/" ID "/stop", NULL, 404, "not found" },
  { "GET", "/ping/" ID "/start/1", NULL, 404, "not found" },
  { "GET", "/ping/" ID "//", NULL, 404, "not found" },
  { "GET", "/ping/" ID "/-1", NULL, 404, "not found" },
  { "GET", "/ping/" ID "/1.5", NULL, 404, "not found" },
  { "GET", "/ping/" ID "/256", NULL, 400, "invalid url format" },
  { "GET", "/ping/" ID "/99999999999999999999999", NULL, 400, "invalid url format" },
  { "GET", "/ping/k3y", NULL, 404, "not found" },
  { "GET", "/ping/k3y/b/c/d", NULL, 404, "not found" },
  { "GET", "/ping/k3y/b/stop", NULL, 404, "not found" },
  { "GET", "/ping/k3y/Backup", NULL, 400, "invalid url format" },
  { "GET", "/ping/k3y/b%20c", NULL, 400, "invalid url format" },
  { "GET", "/ping/k3y/" LONG_SLUG, NULL, 400, "invalid url format" },
  { "GET", "/ping/" LONG_SLUG "/b", NULL, 404, "not found" },
  { "GET", "/ping/k3y%2Fb", NULL, 404, "not found" },
  { "GET", "/ping/k3y/b%00", NULL, 404, "not found" },
  { "GET", "/ping/k3y/%ff", NULL, 404, "not found" },
  { "GET", "/ping/k3y/%zz", NULL, 404, "not found" },
  { "GET", "/ping/" ID, "rid=7", 400, "invalid uuid format" },
  { "GET", "/ping/" ID, "rid=", 400, "invalid uuid format" },
  { "GET", "/ping/" ID, "rid=" ID "&rid=7", 400, "invalid uuid format" },
};

static void
test_refused (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_auto (TocsinPingRequest) request = { 0 };
    TocsinPingAnswer answer;

    g_test_message ("%s %s?%s", refused[i].method, refused[i].path, refused[i].query);
    g_assert_false (tocsin_ping_request_parse (&request, refused[i].method, refused[i].path,
                                               refused[i].query, &answer));
    g_assert_cmpuint (answer.status, ==, refused[i].status);
    g_assert_cmpstr (answer.text, ==, refused[i].text);
  }
}

/* --- what it is for a monitor --- */

typedef struct {
  const char *methods;
  gboolean paused, manual_resume, filter, default_fail;
  const char *method, *suffix, *body;
  TocsinPingKind kind;
} Classified;

static const Classified classified[] = {
  { .method = "GET", .suffix = "", .kind = TOCSIN_PING_SUCCESS },
  { .method = "GET", .suffix = "/fail", .kind = TOCSIN_PING_FAIL },
  { .methods = "POST", .method = "GET", .suffix = "", .kind = TOCSIN_PING_IGNORED },
  { .methods = "POST", .method = "POST", .suffix = "", .kind = TOCSIN_PING_SUCCESS },
  { .methods = "", .method = "GET", .suffix = "", .kind = TOCSIN_PING_SUCCESS },
  { .paused = TRUE, .method = "GET", .suffix = "", .kind = TOCSIN_PING_SUCCESS },
  { .manual_resume = TRUE, .method = "GET", .suffix = "", .kind = TOCSIN_PING_SUCCESS },
  { .paused = TRUE,
    .manual_resume = TRUE,
    .method = "GET",
    .suffix = "/start",
    .kind = TOCSIN_PING_IGNORED },
  { .filter = TRUE, .method = "POST", .body = "all done", .kind = TOCSIN_PING_SUCCESS },
  { .filter = TRUE, .method = "POST", .body = "done, ERROR", .kind = TOCSIN_PING_FAIL },
  { .filter = TRUE, .method = "POST", .body = "begin done", .kind = TOCSIN_PING_SUCCESS },
  { .filter = TRUE, .method = "POST", .body = "begin", .kind = TOCSIN_PING_START },
  { .filter = TRUE, .method = "POST", .body = "panic", .kind = TOCSIN_PING_FAIL },
  { .filter = TRUE, .method = "POST", .body = "error", .kind = TOCSIN_PING_IGNORED },
  { .filter = TRUE, .method = "POST", .body = "\xff\xfe done\xc3", .kind = TOCSIN_PING_SUCCESS },
  { .filter = TRUE, .method = "POST", .body = "", .kind = TOCSIN_PING_IGNORED },
  { .filter = TRUE, .method = "GET", .kind = TOCSIN_PING_IGNORED },
  { .filter = TRUE,
    .default_fail = TRUE,
    .method = "POST",
    .body = "hm",
    .kind = TOCSIN_PING_FAIL },
  { .filter = TRUE, .method = "POST", .suffix = "/log", .body = "ERROR", .kind = TOCSIN_PING_LOG },
  { .filter = TRUE, .method = "POST", .suffix = "/0", .body = "?", .kind = TOCSIN_PING_SUCCESS },
};

static void
test_classified (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (classified); i++) {
    const Classified *one = &classified[i];
    g_autoptr (TocsinMonitor) monitor = tocsin_monitor_new (TOCSIN_MONITOR_HEARTBEAT);
    g_autofree char *path = g_strconcat ("/ping/" ID, one->suffix, NULL);
    g_autoptr (GBytes) body =
        one->body != NULL ? g_bytes_new (one->body, strlen (one->body)) : NULL;
    g_auto (TocsinPingRequest) request = { 0 };
    TocsinPingAnswer answer;

    g_free (monitor->methods);
    monitor->methods = g_strdup (one->methods);
    monitor->paused = one->paused;
    monitor->manual_resume = one->manual_resume;
    monitor->filter_http_body = one->filter;
    monitor->filter_default_fail = one->default_fail;
    monitor->failure_kw = g_strdup ("ERROR, panic");
    monitor->success_kw = g_strdup ("done,");
    monitor->start_kw = g_strdup ("begin");
    g_assert_true (tocsin_ping_request_parse (&request, one->method, path, NULL, &answer));
    g_test_message ("%u: %s %s", i, one->method, one->body);
    g_assert_cmpint (tocsin_ping_request_classify (&request, monitor, body), ==, one->kind);
  }
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
  g_test_add_func ("/ping-request/taken", test_taken);
  g_test_add_func ("/ping-request/refused", test_refused);
  g_test_add_func ("/ping-request/classified", test_classified);
  return g_test_run ();
}
