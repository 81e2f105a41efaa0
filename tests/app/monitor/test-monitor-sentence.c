/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-monitor-sentence"

#include "config.h"

#include "monitor-sentence.h"
#include "monitor.h"
#include "support.h"
#include "timetext.h"

#define NOW_US (1000 * TOCSIN_US_PER_DAY)

typedef struct {
  const char *name;
  TocsinState state;
  TocsinMonitorKind kind;
  gint64 age_us; /* < 0: not known since when */
  const char *reason;
  const char *note;
  const char *sentence;
} Case;

#define HTTP      TOCSIN_MONITOR_HTTP
#define MINUTE_US TOCSIN_US_PER_MIN

static const Case cases[] = {
  { "up", TOCSIN_STATE_UP, HTTP, 12 * MINUTE_US, NULL, NULL, "Up for 12 min" },
  { "up-says-no-reason", TOCSIN_STATE_UP, HTTP, 12 * MINUTE_US, "200 OK", NULL, "Up for 12 min" },
  { "began-this-second", TOCSIN_STATE_UP, HTTP, 28 * TOCSIN_US_PER_MS, NULL, NULL, "Up, just now" },
  { "began-after-now", TOCSIN_STATE_UP, HTTP, -MINUTE_US, NULL, NULL, "Up, just now" },
  { "since-is-unknown", TOCSIN_STATE_UP, HTTP, NOW_US, NULL, NULL, "Up" },
  { "down", TOCSIN_STATE_DOWN, HTTP, 90 * MINUTE_US, "connection refused", NULL,
    "Down for 1 h 30 min: connection refused" },
  { "confirming", TOCSIN_STATE_CONFIRMING, HTTP, 4 * TOCSIN_US_PER_S, "no answer", NULL,
    "Failing, not confirmed yet, for 4 s: no answer" },
  { "a-note-goes-before-the-reason", TOCSIN_STATE_UNKNOWN, HTTP, MINUTE_US, "no answer",
    "behind router, which is down", "Not watched for 1 min: behind router, which is down" },
  { "new", TOCSIN_STATE_NEW, HTTP, MINUTE_US, NULL, NULL, "Waiting for its first check" },
  { "new-heartbeat", TOCSIN_STATE_NEW, TOCSIN_MONITOR_HEARTBEAT, MINUTE_US, NULL, NULL,
    "Waiting for its first ping" },
};

static void
test_says (gconstpointer data)
{
  const Case *test = data;
  TocsinSample sample = { .reason = (char *) test->reason };
  TocsinStatus status = {
    .state = test->state,
    .kind = test->kind,
    .since = NOW_US - test->age_us,
    .note = (char *) test->note,
    .last_sample = test->reason != NULL ? &sample : NULL,
  };
  g_autofree char *sentence = tocsin_monitor_sentence (&status, NOW_US);

  g_assert_cmpstr (sentence, ==, test->sentence);
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strdup_printf ("/monitor-sentence/%s", cases[i].name);

    g_test_add_data_func (path, &cases[i], test_says);
  }
  return g_test_run ();
}
