/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "probe-fixture"

#include "config.h"

#include "probe-fixture.h"
#include "support.h"

void
probe_fixture_setup (ProbeFixture *fixture, gconstpointer data)
{
  fixture->context = g_main_context_new ();
  fixture->prober = tocsin_prober_new (fixture->context);
}

void
probe_fixture_teardown (ProbeFixture *fixture, gconstpointer data)
{
  tocsin_prober_free (fixture->prober);
  g_main_context_unref (fixture->context);
}

static void
done_cb (TocsinSample *sample, gpointer user_data)
{
  TocsinSample **place = user_data;

  g_assert_null (*place);
  *place = sample;
}

static gboolean
is_there (gpointer user_data)
{
  return *(TocsinSample **) user_data != NULL;
}

TocsinSample *
probe_fixture_check (ProbeFixture *fixture, TocsinMonitor *monitor)
{
  TocsinSample *sample = NULL;

  tocsin_prober_start (fixture->prober, monitor, done_cb, &sample);
  g_assert_null (sample); /* never from within start */
  tocsin_test_wait (fixture->context, is_there, &sample);
  return sample;
}

void
probe_assert_sample (const TocsinSample *sample, TocsinCode code, const char *reason)
{
  g_test_message ("%s: %s", tocsin_words_get (&tocsin_code_words, sample->code),
                  sample->reason != NULL ? sample->reason : "-");
  g_assert_cmpstr (tocsin_words_get (&tocsin_code_words, sample->code), ==,
                   tocsin_words_get (&tocsin_code_words, code));
  if (reason == NULL)
    g_assert_null (sample->reason);
  else if (sample->reason == NULL || !g_pattern_match_simple (reason, sample->reason))
    g_error ("reason “%s” does not look like “%s”", sample->reason, reason);
}
