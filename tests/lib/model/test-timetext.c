/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-timetext"

#include "config.h"

#include "errors.h"
#include "support.h"
#include "timetext.h"

static const struct {
  const char *text;
  gint64 us;
  const char *canonical;
  const char *words;
} spans[] = {
  { "90", 90 * TOCSIN_US_PER_S, "1m30s", "1 min 30 s" },
  { "1h30m", 90 * TOCSIN_US_PER_MIN, "1h30m", "1 h 30 min" },
  { "250ms", 250 * TOCSIN_US_PER_MS, "250ms", "250 ms" },
  { "1.5s", 1500 * TOCSIN_US_PER_MS, "1s500ms", "1 s 500 ms" },
  { "3d", 3 * TOCSIN_US_PER_DAY, "3d", "3 days" },
  { "1d", TOCSIN_US_PER_DAY, "1d", "1 day" },
  { "0", 0, "0s", "0 s" },
  { "2 h", 2 * TOCSIN_US_PER_HOUR, "2h", "2 h" },
};

static void
test_spans (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (spans); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *text = NULL, *words = NULL;
    gint64 us = -1;

    g_test_message ("%s", spans[i].text);
    tocsin_span_from_text (spans[i].text, &us, &error);
    g_assert_no_error (error);
    g_assert_cmpint (us, ==, spans[i].us);
    text = tocsin_span_to_text (us);
    g_assert_cmpstr (text, ==, spans[i].canonical);
    words = tocsin_span_to_words (us);
    g_assert_cmpstr (words, ==, spans[i].words);
  }
}

static void
test_bad_spans (void)
{
  static const char *const bad[] = { "", "x", "-5s", "5 parsecs", "1h 30", "5s5", "1e999", "s" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;
    gint64 us = 7;

    g_test_message ("%s", bad[i]);
    g_assert_false (tocsin_span_from_text (bad[i], &us, &error));
    g_assert_error (error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
    g_assert_cmpint (us, ==, 7);
  }
}

static void
test_times (void)
{
  static const struct {
    const char *text;
    gint64 us;
    const char *canonical;
  } times[] = {
    { "1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00Z" },
    { "2026-11-23", G_GINT64_CONSTANT (1795392000000000), "2026-11-23T00:00:00Z" },
    { "2026-11-23T01:00:00+01:00", G_GINT64_CONSTANT (1795392000000000), "2026-11-23T00:00:00Z" },
    { "2026-11-23T00:00:00.25Z", G_GINT64_CONSTANT (1795392000250000), "2026-11-23T00:00:00.250Z" },
    { "0506-11-23T00:00:00Z", G_GINT64_CONSTANT (-46171209600000000), "0506-11-23T00:00:00Z" },
    { "1969-12-31T23:59:59.999999Z", -1, "1969-12-31T23:59:59.999999Z" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (times); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *text = NULL;
    gint64 us = 1;

    tocsin_time_from_text (times[i].text, &us, &error);
    g_assert_no_error (error);
    g_assert_cmpint (us, ==, times[i].us);
    text = tocsin_time_to_text (us);
    g_assert_cmpstr (text, ==, times[i].canonical);
  }
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
  g_test_add_func ("/timetext/spans-are-read-and-written", test_spans);
  g_test_add_func ("/timetext/bad-spans-are-refused", test_bad_spans);
  g_test_add_func ("/timetext/times-are-read-and-written", test_times);
  return g_test_run ();
}
