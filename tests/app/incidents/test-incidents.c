/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-incidents"

#include "config.h"

#include <string.h>

#include "incident-markdown.h"
#include "incident-sorting.h"
#include "incident-text.h"
#include "support.h"
#include "timetext.h"

static gint64
at (const char *text)
{
  g_autoptr (GError) error = NULL;
  gint64 at_us = 0;

  tocsin_time_from_text (text, &at_us, &error);
  g_assert_no_error (error);
  return at_us;
}

static TocsinIncident *
make_incident (const char *name, const char *began, const char *ended)
{
  TocsinIncident *incident = tocsin_incident_new ();

  incident->id = g_strdup_printf ("%s-%s", name, began);
  incident->monitor_id = g_strdup_printf ("id-of-%s", name);
  incident->monitor_name = g_strdup (name);
  incident->began_at = incident->confirmed_at = at (began);
  incident->ended_at = ended != NULL ? at (ended) : 0;
  return incident;
}

/* --- groups --- */

static void
test_groups_are_days_of_the_zone (void)
{
  /* a Wednesday, early in the morning of Berlin and still Tuesday in UTC */
  const gint64 now_us = at ("2026-11-24T23:30:00Z");
  static const struct {
    const char *began, *ended;
    TocsinIncidentGroup utc, berlin;
  } cases[] = {
    { "2026-10-01T00:00:00Z", NULL, TOCSIN_INCIDENT_GROUP_OPEN, TOCSIN_INCIDENT_GROUP_OPEN },
    { "2026-11-24T23:10:00Z", "2026-11-24T23:20:00Z", TOCSIN_INCIDENT_GROUP_TODAY,
      TOCSIN_INCIDENT_GROUP_TODAY },
    { "2026-11-24T22:59:59Z", "2026-11-24T23:20:00Z", TOCSIN_INCIDENT_GROUP_TODAY,
      TOCSIN_INCIDENT_GROUP_YESTERDAY },
    { "2026-11-23T12:00:00Z", "2026-11-23T12:01:00Z", TOCSIN_INCIDENT_GROUP_YESTERDAY,
      TOCSIN_INCIDENT_GROUP_THIS_WEEK },
    { "2026-11-22T23:30:00Z", "2026-11-22T23:31:00Z", TOCSIN_INCIDENT_GROUP_EARLIER,
      TOCSIN_INCIDENT_GROUP_THIS_WEEK },
    { "2026-11-22T22:30:00Z", "2026-11-24T22:31:00Z", TOCSIN_INCIDENT_GROUP_EARLIER,
      TOCSIN_INCIDENT_GROUP_EARLIER },
    { "2025-11-24T12:00:00Z", "2025-11-24T12:01:00Z", TOCSIN_INCIDENT_GROUP_EARLIER,
      TOCSIN_INCIDENT_GROUP_EARLIER },
    /* a clock that was set back */
    { "2026-11-26T12:00:00Z", "2026-11-26T12:01:00Z", TOCSIN_INCIDENT_GROUP_TODAY,
      TOCSIN_INCIDENT_GROUP_TODAY },
  };
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GTimeZone) berlin = g_time_zone_new_identifier ("Europe/Berlin");

  g_assert_nonnull (berlin);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TocsinIncident) incident = make_incident ("shop", cases[i].began, cases[i].ended);

    g_test_message ("%s", cases[i].began);
    g_assert_cmpuint (tocsin_incident_get_group (incident, now_us, utc), ==, cases[i].utc);
    g_assert_cmpuint (tocsin_incident_get_group (incident, now_us, berlin), ==, cases[i].berlin);
  }
}

/* --- filter and order --- */

static void
test_the_filter_lets_through_what_is_like_it (void)
{
  g_autoptr (TocsinIncident) open = make_incident ("Shop", "2026-11-20T00:00:00Z", NULL);
  g_autoptr (TocsinIncident) past =
      make_incident ("mail", "2026-11-10T00:00:00Z", "2026-11-11T00:00:00Z");
  const gint64 later_us = at ("2026-11-12T00:00:00Z");
  const struct {
    TocsinIncidentFilter filter;
    gboolean open, past;
  } cases[] = {
    { { 0 }, TRUE, TRUE },
    { { .text = (char *) "" }, TRUE, TRUE },
    { { .text = (char *) "shop" }, TRUE, FALSE },
    { { .text = (char *) "SHOP" }, TRUE, FALSE },
    { { .text = (char *) "  DISK  mail " }, FALSE, TRUE },
    { { .text = (char *) "disk shop" }, FALSE, FALSE },
    { { .text = (char *) "connect_refused" }, TRUE, FALSE },
    { { .text = (char *) "straße" }, FALSE, TRUE },
    { { .text = (char *) "noticed" }, TRUE, FALSE },
    { { .which = TOCSIN_INCIDENTS_OPEN }, TRUE, FALSE },
    { { .which = TOCSIN_INCIDENTS_PAST }, FALSE, TRUE },
    { { .monitor_id = (char *) "id-of-mail" }, FALSE, TRUE },
    { { .monitor_id = (char *) "id-of-ma" }, FALSE, FALSE },
    { { .from_us = later_us }, TRUE, FALSE },
    { { .from_us = at ("2026-11-11T00:00:00Z") }, TRUE, TRUE },
  };

  open->code = TOCSIN_CODE_CONNECT_REFUSED;
  tocsin_incident_add_update (open, later_us, TOCSIN_UPDATE_NOTE, "Noticed by chance", "A", NULL);
  past->root_cause = g_strdup ("the disk was full");
  past->resolution = g_strdup ("a new one, from Straße 7");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_test_message ("case %u", i);
    g_assert_cmpint (tocsin_incident_filter_matches (&cases[i].filter, open), ==, cases[i].open);
    g_assert_cmpint (tocsin_incident_filter_matches (&cases[i].filter, past), ==, cases[i].past);
  }
}

static void
test_open_ones_come_first_then_the_newest (void)
{
  g_autoptr (GPtrArray) list =
      g_ptr_array_new_with_free_func ((GDestroyNotify) tocsin_incident_free);
  static const char *const expected[] = { "b", "a", "d", "c" };

  g_ptr_array_add (list, make_incident ("c", "2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z"));
  g_ptr_array_add (list, make_incident ("a", "2026-01-01T00:00:00Z", NULL));
  g_ptr_array_add (list, make_incident ("d", "2026-11-03T00:00:00Z", "2026-11-03T00:01:00Z"));
  g_ptr_array_add (list, make_incident ("b", "2026-02-01T00:00:00Z", NULL));
  g_ptr_array_sort (list, tocsin_incident_compare);
  for (guint i = 0; i < list->len; i++)
    g_assert_cmpstr (((const TocsinIncident *) list->pdata[i])->monitor_name, ==, expected[i]);
}

/* --- words --- */

static void
test_a_day_is_told_once (void)
{
  const gint64 now_us = at ("2026-11-24T12:00:00Z");
  static const struct {
    const char *began, *ended, *text;
  } cases[] = {
    { "2026-11-24T08:00:00Z", NULL, "since 08:00:00" },
    { "2026-11-24T08:00:00Z", "2026-11-24T08:01:00Z", "08:00:00 – 08:01:00" },
    { "2026-11-22T08:00:00Z", "2026-11-22T08:01:00Z", "Sun 22 Nov, 08:00 – 08:01" },
    { "2026-11-21T08:00:00Z", "2026-11-22T08:01:00Z", "Sat 21 Nov, 08:00 – Sun 22 Nov, 08:01" },
  };
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TocsinIncident) incident = make_incident ("shop", cases[i].began, cases[i].ended);
    g_autofree char *text = tocsin_incident_text_span (incident, now_us, utc);

    g_assert_cmpstr (text, ==, cases[i].text);
  }
}

/* --- Markdown --- */

static void
test_markdown_tells_the_whole_story (void)
{
  g_autoptr (TocsinIncident) incident =
      make_incident ("shop_1", "2026-11-23T10:00:00Z", "2026-11-23T10:12:00Z");
  g_autoptr (TocsinSample) sample =
      tocsin_sample_new (at ("2026-11-23T10:00:00Z"), TOCSIN_OUTCOME_FAILED);
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autofree char *text = NULL;

  incident->code = TOCSIN_CODE_STATUS_UNEXPECTED;
  incident->reason = g_strdup ("status 500");
  incident->root_cause = g_strdup ("The disk was **full**.\r\n\r\nNobody looked.\n");
  sample->evidence = tocsin_evidence_new ();
  sample->evidence->remote_address = g_strdup ("192.0.2.1:443");
  sample->evidence->body = g_bytes_new_static ("a ``` b", 7);
  tocsin_incident_add_update (incident, at ("2026-11-23T10:00:20Z"), TOCSIN_UPDATE_OPENED,
                              "status 500", NULL, sample);
  tocsin_incident_add_update (incident, at ("2026-11-23T10:05:00Z"), TOCSIN_UPDATE_NOTE, "one\ntwo",
                              "Ada Example", NULL);
  tocsin_incident_add_update (incident, at ("2026-11-23T10:06:00Z"), TOCSIN_UPDATE_ACKNOWLEDGED,
                              NULL, "Ada Example", NULL);
  text = tocsin_incident_to_markdown (incident, at ("2026-11-24T00:00:00Z"), utc);
  g_assert_cmpstr (text, ==,
                   "# shop\\_1 was down for 12 min\n"
                   "\n"
                   "- **Monitor:** shop\\_1\n"
                   "- **Began:** Monday, 23 November 2026, 10:00:00 UTC\n"
                   "- **Confirmed:** Monday, 23 November 2026, 10:00:00 UTC\n"
                   "- **Ended:** Monday, 23 November 2026, 10:12:00 UTC\n"
                   "- **Duration:** 12 min\n"
                   "- **Reason:** status 500\n"
                   "- **Code:** status\\_unexpected\n"
                   "\n"
                   "## Root Cause\n"
                   "\n"
                   "The disk was **full**.\n"
                   "\n"
                   "Nobody looked.\n"
                   "\n"
                   "## Timeline\n"
                   "\n"
                   "- **Monday, 23 November 2026, 10:00:20 UTC · Opened**: status 500\n"
                   "\n"
                   "  - **Outcome:** Failed\n"
                   "  - **Beginning of the body:**\n"
                   "\n"
                   "    ````\n"
                   "    a ``` b\n"
                   "    ````\n"
                   "  - **Address:** 192.0.2.1:443\n"
                   "- **Monday, 23 November 2026, 10:05:00 UTC · Note** · Ada Example\n"
                   "\n"
                   "  one\n"
                   "  two\n"
                   "- **Monday, 23 November 2026, 10:06:00 UTC · Acknowledged** · Ada Example\n");
}

static void
test_markdown_escapes_what_machines_said (void)
{
  static const struct {
    const char *reason, *written;
  } cases[] = {
    { "plain, text: (fine) - 1.", "plain, text: (fine) - 1." },
    { "a\nb\r\n# c", "a b  \\# c" },
    { "<script>&amp;", "\\<script\\>\\&amp;" },
    { "[x](y) ![z]", "\\[x\\](y) !\\[z\\]" },
    { "a_b *c* `d` \\ ~e~ | f", "a\\_b \\*c\\* \\`d\\` \\\\ \\~e\\~ \\| f" },
    { "größer als “x”", "größer als “x”" },
  };
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TocsinIncident) incident = make_incident ("shop", "2026-11-23T10:00:00Z", NULL);
    g_autofree char *line = g_strdup_printf ("- **Reason:** %s\n", cases[i].written);
    g_autofree char *text = NULL;

    incident->reason = g_strdup (cases[i].reason);
    text = tocsin_incident_to_markdown (incident, at ("2026-11-23T10:01:00Z"), utc);
    g_test_message ("%s", text);
    g_assert_nonnull (strstr (text, line));
    g_assert_nonnull (strstr (text, "# shop has been down for 1 min\n"));
    g_assert_nonnull (strstr (text, "- **Ended:** not yet\n"));
  }
}

static void
test_files_are_named_for_monitor_and_day (void)
{
  static const struct {
    const char *name, *file;
  } cases[] = {
    { "shop", "incident-shop-2026-11-24.md" },
    { "../API <staging> & co.", "incident-api-staging-co-2026-11-24.md" },
    { "Größe", "incident-größe-2026-11-24.md" },
    { "///", "incident-2026-11-24.md" },
    { "", "incident-2026-11-24.md" },
  };
  g_autoptr (GTimeZone) berlin = g_time_zone_new_identifier ("Europe/Berlin");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TocsinIncident) incident =
        make_incident (cases[i].name, "2026-11-23T23:30:00Z", NULL);
    g_autofree char *file = tocsin_incident_make_file_name (incident, berlin);

    g_assert_cmpstr (file, ==, cases[i].file);
  }
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
  g_test_add_func ("/incidents/groups-are-days-of-the-zone", test_groups_are_days_of_the_zone);
  g_test_add_func ("/incidents/the-filter-lets-through-what-is-like-it",
                   test_the_filter_lets_through_what_is_like_it);
  g_test_add_func ("/incidents/open-ones-come-first-then-the-newest",
                   test_open_ones_come_first_then_the_newest);
  g_test_add_func ("/incidents/a-day-is-told-once", test_a_day_is_told_once);
  g_test_add_func ("/incidents/markdown-tells-the-whole-story",
                   test_markdown_tells_the_whole_story);
  g_test_add_func ("/incidents/markdown-escapes-what-machines-said",
                   test_markdown_escapes_what_machines_said);
  g_test_add_func ("/incidents/files-are-named-for-monitor-and-day",
                   test_files_are_named_for_monitor_and_day);
  return g_test_run ();
}
