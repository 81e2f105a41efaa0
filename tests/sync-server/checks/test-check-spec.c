/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-check-spec"

#include "config.h"

#include <string.h>

#include "check-spec.h"
#include "errors.h"
#include "support.h"
#include "timetext.h"

static gboolean
read_text (TocsinCheckSpec *spec, const char *text, GError **error)
{
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));
  g_autoptr (JsonObject) json = tocsin_check_parse_body (body, error);

  return json != NULL && tocsin_check_spec_read (spec, json, error);
}

static char *
repeat (const char *text, guint n)
{
  GString *all = g_string_new (NULL);

  while (n-- > 0)
    g_string_append (all, text);
  return g_string_free (all, FALSE);
}

#define JSON_ERROR "json validation error: "

static const struct {
  const char *body, *error; /* NULL: it is right */
} sentences[] = {
  { "", NULL },
  { "{}", NULL },
  { " {\"name\": \"x\"} ", NULL },
  { "{", "could not parse request body" },
  { "name=x&timeout=60", "could not parse request body" },
  { "{\"name\": \"x\"", "could not parse request body" },
  { "{\"name\": \xff}", "could not parse request body" },
  { "1],\"x\":[2", "could not parse request body" },
  { "1,2", "could not parse request body" },
  { "[]", JSON_ERROR "value is not an object" },
  { "[{\"name\": \"x\"}]", JSON_ERROR "value is not an object" },
  { "123", JSON_ERROR "value is not an object" },
  { "\"text\"", JSON_ERROR "value is not an object" },
  { "null", JSON_ERROR "value is not an object" },

  { "{\"name\": 1}", JSON_ERROR "name is not a string" },
  { "{\"name\": null}", JSON_ERROR "name is not a string" },
  { "{\"name\": [\"a\"]}", JSON_ERROR "name is not a string" },
  { "{\"name\": \"\"}", NULL },
  { "{\"name\": \"a\\nb\"}", JSON_ERROR "name does not match pattern" },
  { "{\"tags\": 1}", JSON_ERROR "tags is not a string" },
  { "{\"tags\": [\"a\"]}", JSON_ERROR "tags is not a string" },
  { "{\"desc\": false}", JSON_ERROR "desc is not a string" },
  { "{\"channels\": {}}", JSON_ERROR "channels is not a string" },
  { "{\"start_kw\": 1}", JSON_ERROR "start_kw is not a string" },
  { "{\"success_kw\": 1}", JSON_ERROR "success_kw is not a string" },
  { "{\"failure_kw\": 1}", JSON_ERROR "failure_kw is not a string" },
  { "{\"subject\": 1}", JSON_ERROR "subject is not a string" },
  { "{\"subject_fail\": 1}", JSON_ERROR "subject_fail is not a string" },

  { "{\"timeout\": 60}", NULL },
  { "{\"timeout\": 31536000}", NULL },
  { "{\"timeout\": 59}", JSON_ERROR "timeout is too small" },
  { "{\"timeout\": 0}", JSON_ERROR "timeout is too small" },
  { "{\"timeout\": -5}", JSON_ERROR "timeout is too small" },
  { "{\"timeout\": 31536001}", JSON_ERROR "timeout is too large" },
  { "{\"timeout\": 9223372036854775807}", JSON_ERROR "timeout is too large" },
  { "{\"timeout\": \"60\"}", JSON_ERROR "timeout is not a number" },
  { "{\"timeout\": 60.5}", JSON_ERROR "timeout is not a number" },
  { "{\"timeout\": true}", JSON_ERROR "timeout is not a number" },
  { "{\"timeout\": null}", JSON_ERROR "timeout is not a number" },
  { "{\"timeout\": [60]}", JSON_ERROR "timeout is not a number" },
  { "{\"grace\": 59}", JSON_ERROR "grace is too small" },
  { "{\"grace\": 31536001}", JSON_ERROR "grace is too large" },
  { "{\"grace\": \"3600\"}", JSON_ERROR "grace is not a number" },

  { "{\"manual_resume\": true}", NULL },
  { "{\"manual_resume\": 0}", JSON_ERROR "manual_resume is not a boolean" },
  { "{\"manual_resume\": \"true\"}", JSON_ERROR "manual_resume is not a boolean" },
  { "{\"manual_resume\": null}", JSON_ERROR "manual_resume is not a boolean" },
  { "{\"filter_subject\": 1}", JSON_ERROR "filter_subject is not a boolean" },
  { "{\"filter_body\": 1}", JSON_ERROR "filter_body is not a boolean" },
  { "{\"filter_http_body\": 1}", JSON_ERROR "filter_http_body is not a boolean" },
  { "{\"filter_default_fail\": 1}", JSON_ERROR "filter_default_fail is not a boolean" },

  { "{\"methods\": \"\"}", NULL },
  { "{\"methods\": \"POST\"}", NULL },
  { "{\"methods\": \"post\"}", JSON_ERROR "methods has unexpected value" },
  { "{\"methods\": \"GET\"}", JSON_ERROR "methods has unexpected value" },
  { "{\"methods\": 1}", JSON_ERROR "methods has unexpected value" },

  { "{\"slug\": \"\"}", NULL },
  { "{\"slug\": \"a-b_9\"}", NULL },
  { "{\"slug\": \"Upper\"}", JSON_ERROR "slug does not match pattern" },
  { "{\"slug\": \"a b\"}", JSON_ERROR "slug does not match pattern" },
  { "{\"slug\": \"caf\u00e9\"}", JSON_ERROR "slug does not match pattern" },
  { "{\"slug\": \"a\\n\"}", JSON_ERROR "slug does not match pattern" },
  { "{\"slug\": 1}", JSON_ERROR "slug is not a string" },

  { "{\"schedule\": \"* * * * *\"}", NULL },
  { "{\"schedule\": \"5 4 * * MON\"}", NULL },
  { "{\"schedule\": \"@daily\"}", NULL },
  { "{\"schedule\": \"Mon..Fri 03:00\"}", NULL },
  { "{\"schedule\": \"*-*-* 03:00 Europe/Berlin\"}", NULL },
  { "{\"schedule\": \"\"}", JSON_ERROR "schedule is not a valid cron or OnCalendar expression" },
  { "{\"schedule\": \"1h\"}", JSON_ERROR "schedule is not a valid cron or OnCalendar expression" },
  { "{\"schedule\": \"* * * * * *\"}",
    JSON_ERROR "schedule is not a valid cron or OnCalendar expression" },
  { "{\"schedule\": \"0 0 31 2 *\"}",
    JSON_ERROR "schedule is not a valid cron or OnCalendar expression" },
  { "{\"schedule\": \"61 * * * *\"}",
    JSON_ERROR "schedule is not a valid cron or OnCalendar expression" },
  { "{\"schedule\": 1}", JSON_ERROR "schedule is not a string" },

  { "{\"tz\": \"UTC\"}", NULL },
  { "{\"tz\": \"Europe/Riga\"}", NULL },
  { "{\"tz\": \"Europe/Nowhere\"}", JSON_ERROR "tz is not a valid timezone" },
  { "{\"tz\": \"\"}", JSON_ERROR "tz is not a valid timezone" },
  { "{\"tz\": \"+01:00\"}", JSON_ERROR "tz is not a valid timezone" },
  { "{\"tz\": \"../../etc/passwd\"}", JSON_ERROR "tz is not a valid timezone" },
  { "{\"tz\": 1}", JSON_ERROR "tz is not a string" },

  { "{\"unique\": []}", NULL },
  { "{\"unique\": [\"name\", \"slug\", \"tags\", \"timeout\", \"grace\"]}", NULL },
  { "{\"unique\": \"name\"}", JSON_ERROR "unique is not an array" },
  { "{\"unique\": null}", JSON_ERROR "unique is not an array" },
  { "{\"unique\": [\"status\"]}", JSON_ERROR "an item in 'unique' has unexpected value" },
  { "{\"unique\": [1]}", JSON_ERROR "an item in 'unique' has unexpected value" },
  { "{\"unique\": [null]}", JSON_ERROR "an item in 'unique' has unexpected value" },

  /* The first of several, in the order that clients know. */
  { "{\"tz\": 1, \"timeout\": 1, \"name\": 1, \"grace\": 1}", JSON_ERROR "grace is too small" },
  { "{\"unknown\": [null, {}], \"api_key\": \"x\"}", NULL },
};

static void
test_sentences (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sentences); i++) {
    g_auto (TocsinCheckSpec) spec = { 0 };
    g_autoptr (GError) error = NULL;
    gboolean ok = read_text (&spec, sentences[i].body, &error);

    g_test_message ("%s", sentences[i].body);
    if (sentences[i].error == NULL) {
      g_assert_no_error (error);
      g_assert_true (ok);
    } else {
      g_assert_false (ok);
      g_assert_error (error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
      g_assert_cmpstr (error->message, ==, sentences[i].error);
    }
  }
}

static void
test_lengths (void)
{
  static const struct {
    const char *member, *unit;
    guint most;
  } table[] = {
    { "name", "é", 100 },         { "slug", "a", 100 },       { "start_kw", "é", 200 },
    { "success_kw", "é", 200 },   { "failure_kw", "é", 200 }, { "subject", "é", 200 },
    { "subject_fail", "é", 200 }, { "desc", "x", 4096 },      { "tags", "t ", 64 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    for (guint over = 0; over < 2; over++) {
      g_auto (TocsinCheckSpec) spec = { 0 };
      g_autoptr (GError) error = NULL;
      g_autofree char *text = repeat (table[i].unit, table[i].most + over);
      g_autofree char *body = g_strdup_printf ("{\"%s\": \"%s\"}", table[i].member, text);
      g_autofree char *wanted = g_strdup_printf (JSON_ERROR "%s is too long", table[i].member);

      g_assert_cmpint (read_text (&spec, body, &error), ==, over == 0);
      if (over != 0)
        g_assert_cmpstr (error->message, ==, wanted);
    }
}

static void
test_deep (void)
{
  g_auto (TocsinCheckSpec) spec = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *open = repeat ("[", 100000), *close = repeat ("]", 100000);
  g_autofree char *body = g_strconcat ("{\"a\":", open, close, "}", NULL);

  g_assert_false (read_text (&spec, body, &error));
  g_assert_cmpstr (error->message, ==, "could not parse request body");
}

static TocsinMonitor *
make_monitor (void)
{
  TocsinMonitor *monitor = tocsin_monitor_new (TOCSIN_MONITOR_HEARTBEAT);

  monitor->name = g_strdup ("backup");
  monitor->period_us = TOCSIN_US_PER_DAY;
  return monitor;
}

static void
test_apply (void)
{
  static const struct {
    const char *body;
    guint version;
    const char *member, *value; /* of the monitor's JSON; NULL: it has none */
  } table[] = {
    { "{}", 3, "name", "\"backup\"" },
    { "{\"name\": \"A b\"}", 3, "name", "\"A b\"" },
    { "{\"name\": \"A b\"}", 3, "slug", NULL },
    { "{\"name\": \"A b\"}", 2, "slug", "\"a-b\"" },
    { "{\"name\": \"A b\", \"slug\": \"own\"}", 1, "slug", "\"own\"" },
    { "{\"name\": \"\"}", 3, "name", "\"" TOCSIN_CHECK_UNNAMED "\"" },
    { "{\"slug\": \"\"}", 3, "slug", NULL },
    { "{\"desc\": \"why\"}", 3, "description", "\"why\"" },
    { "{\"tags\": \" prod  www \"}", 3, "tags", "[\"prod\",\"www\"]" },
    { "{\"tags\": \"\"}", 3, "tags", NULL },
    { "{\"grace\": 90}", 3, "grace_s", "90" },
    { "{\"timeout\": 60}", 3, "period_s", "60" },
    { "{\"schedule\": \"5 4 * * *\", \"timeout\": 60}", 3, "period_s", NULL },
    { "{\"schedule\": \"5 4 * * *\", \"timeout\": 60}", 3, "cron", "\"5 4 * * *\"" },
    { "{\"schedule\": \"daily\"}", 3, "calendar", "\"daily\"" },
    { "{\"schedule\": \"daily\"}", 3, "cron", NULL },
    { "{\"schedule\": \"5 4 * * *\", \"tz\": \"Europe/Riga\"}", 3, "tz", "\"Europe/Riga\"" },
    { "{\"methods\": \"POST\"}", 3, "methods", "\"POST\"" },
    { "{\"methods\": \"\"}", 3, "methods", NULL },
    { "{\"manual_resume\": true}", 3, "manual_resume", "true" },
    { "{\"filter_http_body\": true}", 3, "filter_http_body", "true" },
    { "{\"filter_default_fail\": true}", 3, "filter_default_fail", "true" },
    { "{\"start_kw\": \"BEGIN\"}", 3, "start_kw", "\"BEGIN\"" },
    { "{\"subject\": \"OK\"}", 3, "success_kw", "\"OK\"" },
    { "{\"subject\": \"OK\", \"success_kw\": \"FINE\"}", 3, "success_kw", "\"FINE\"" },
    { "{\"subject_fail\": \"BAD\"}", 3, "failure_kw", "\"BAD\"" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++) {
    g_auto (TocsinCheckSpec) spec = { 0 };
    g_autoptr (GError) error = NULL;
    g_autoptr (TocsinMonitor) monitor = make_monitor ();
    g_autoptr (JsonObject) json = NULL;
    g_autofree char *value = NULL;
    gboolean subject = FALSE, body = FALSE;

    g_test_message ("%s", table[i].body);
    g_assert_true (read_text (&spec, table[i].body, &error));
    g_assert_true (
        tocsin_check_spec_apply (&spec, table[i].version, monitor, &subject, &body, &error));
    json = tocsin_fields_to_json (&tocsin_monitor_fields, monitor, 0);
    if (json_object_has_member (json, table[i].member))
      value = json_to_string (json_object_get_member (json, table[i].member), FALSE);
    g_assert_cmpstr (value, ==, table[i].value);
  }
}

static void
test_email_flags (void)
{
  static const struct {
    const char *body;
    gboolean subject, mail_body;
  } table[] = {
    { "{}", FALSE, FALSE },
    { "{\"subject\": \"OK\"}", TRUE, FALSE },
    { "{\"subject_fail\": \"BAD\"}", TRUE, FALSE },
    { "{\"subject\": \"\", \"subject_fail\": \"\"}", FALSE, FALSE },
    { "{\"subject\": \"OK\", \"filter_subject\": false}", FALSE, FALSE },
    { "{\"filter_subject\": true, \"filter_body\": true}", TRUE, TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++) {
    g_auto (TocsinCheckSpec) spec = { 0 };
    g_autoptr (TocsinMonitor) monitor = make_monitor ();
    gboolean subject = FALSE, body = FALSE;

    g_assert_true (read_text (&spec, table[i].body, NULL));
    g_assert_true (tocsin_check_spec_apply (&spec, 3, monitor, &subject, &body, NULL));
    g_assert_cmpint (subject, ==, table[i].subject);
    g_assert_cmpint (body, ==, table[i].mail_body);
  }
}

static void
test_slugs (void)
{
  static const struct {
    const char *name, *slug;
  } table[] = {
    { "", "" },
    { "Backups", "backups" },
    { "Backup of Zürich!", "backup-of-zurich" },
    { "  a  --  b  ", "a-b" },
    { "db_1.sql", "db_1sql" },
    { "-_x_-", "x" },
    { "東京", "" },
    { "ﬁle", "file" },
  };
  g_autofree char *wide = repeat ("㎉", 100), *narrow = tocsin_check_slugify (wide);

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++) {
    g_autofree char *slug = tocsin_check_slugify (table[i].name);

    g_assert_cmpstr (slug, ==, table[i].slug);
  }
  g_assert_cmpuint (strlen (narrow), ==, 100);
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
  g_test_add_func ("/check-spec/every-wrong-member-has-its-sentence", test_sentences);
  g_test_add_func ("/check-spec/lengths-are-counted-in-characters", test_lengths);
  g_test_add_func ("/check-spec/a-hundred-thousand-levels-are-refused", test_deep);
  g_test_add_func ("/check-spec/only-given-members-change-the-monitor", test_apply);
  g_test_add_func ("/check-spec/subject-turns-on-its-filter", test_email_flags);
  g_test_add_func ("/check-spec/slugs-are-made-of-names", test_slugs);
  return g_test_run ();
}
