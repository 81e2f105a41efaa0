/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-json-writer"

#include "config.h"

#include <json-glib/json-glib.h>

#include "json-writer.h"
#include "support.h"
#include "timetext.h"

static char *
finish (TocsinJsonWriter *writer)
{
  return g_string_free (tocsin_json_writer_take (writer), FALSE);
}

static void
test_nesting (void)
{
  TocsinJsonWriter writer;
  g_autofree char *text = NULL;

  tocsin_json_writer_init (&writer, 64);
  tocsin_json_writer_begin_object (&writer, NULL);
  tocsin_json_writer_begin_array (&writer, "empty");
  tocsin_json_writer_end_array (&writer);
  tocsin_json_writer_begin_array (&writer, "list");
  for (int i = 0; i < 2; i++) {
    tocsin_json_writer_begin_object (&writer, NULL);
    tocsin_json_writer_int (&writer, "n", i);
    tocsin_json_writer_bool (&writer, "is", i == 1);
    tocsin_json_writer_end_object (&writer);
  }
  tocsin_json_writer_end_array (&writer);
  tocsin_json_writer_members (&writer, "");
  tocsin_json_writer_members (&writer, "\"a\":1,\"b\":2");
  tocsin_json_writer_value (&writer, "c", "[3]");
  tocsin_json_writer_null (&writer, "d");
  tocsin_json_writer_begin_string (&writer, "url");
  tocsin_json_writer_part (&writer, "https://");
  tocsin_json_writer_part (&writer, "a\"b");
  tocsin_json_writer_end_string (&writer);
  tocsin_json_writer_end_object (&writer);
  text = finish (&writer);
  g_assert_cmpstr (text, ==,
                   "{\"empty\":[],\"list\":[{\"n\":0,\"is\":false},{\"n\":1,\"is\":true}],"
                   "\"a\":1,\"b\":2,\"c\":[3],\"d\":null,\"url\":\"https://a\\\"b\"}");
}

static void
test_strings (void)
{
  static const struct {
    const char *value, *json;
  } table[] = {
    { NULL, "null" },
    { "", "\"\"" },
    { "plain", "\"plain\"" },
    { "a\"b\\c/d", "\"a\\\"b\\\\c/d\"" },
    { "\n\t\r\x01\x7f", "\"\\n\\t\\r\\u0001\\u007f\"" },
    { "Zürich 東京 🔔", "\"Zürich 東京 🔔\"" },
    { "bad \xff byte", "\"bad \xef\xbf\xbd byte\"" },
    { "cut \xe6\x9d", "\"cut \xef\xbf\xbd\xef\xbf\xbd\"" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++) {
    TocsinJsonWriter writer;
    g_autofree char *text = NULL;

    tocsin_json_writer_init (&writer, 4);
    tocsin_json_writer_string (&writer, NULL, table[i].value);
    text = finish (&writer);
    g_assert_cmpstr (text, ==, table[i].json);
  }
}

static void
test_numbers (void)
{
  static const struct {
    gint64 span_us;
    guint digits;
    const char *json;
  } table[] = {
    { 0, 0, "0" },          { 2896736, 6, "2.896736" },        { 2896736, 2, "2.89" },
    { 2900000, 6, "2.9" },  { 60 * TOCSIN_US_PER_S, 3, "60" }, { 5, 2, "0" },
    { -500000, 1, "-0.5" }, { -1500000, 1, "-1.5" },
  };
  TocsinJsonWriter writer;
  g_autofree char *extremes = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++) {
    g_autofree char *text = NULL;

    tocsin_json_writer_init (&writer, 4);
    tocsin_json_writer_seconds (&writer, NULL, table[i].span_us, table[i].digits);
    text = finish (&writer);
    g_assert_cmpstr (text, ==, table[i].json);
  }
  tocsin_json_writer_init (&writer, 4);
  tocsin_json_writer_begin_array (&writer, NULL);
  tocsin_json_writer_int (&writer, NULL, G_MININT64);
  tocsin_json_writer_int (&writer, NULL, G_MAXINT64);
  tocsin_json_writer_int (&writer, NULL, 0);
  tocsin_json_writer_end_array (&writer);
  extremes = finish (&writer);
  g_assert_cmpstr (extremes, ==, "[-9223372036854775808,9223372036854775807,0]");
}

static void
test_times (void)
{
  static const struct {
    gint64 at_us;
    const char *rfc, *seconds, *microseconds;
  } table[] = {
    { 0, "null", "null", "null" },
    { G_GINT64_CONSTANT (1591714266113073), "\"2020-06-09T14:51:06.113073Z\"",
      "\"2020-06-09T14:51:06+00:00\"", "\"2020-06-09T14:51:06.113073+00:00\"" },
    { G_GINT64_CONSTANT (1591714266500000), "\"2020-06-09T14:51:06.5Z\"",
      "\"2020-06-09T14:51:06+00:00\"", "\"2020-06-09T14:51:06.500000+00:00\"" },
    { G_GINT64_CONSTANT (1582934400000000), "\"2020-02-29T00:00:00Z\"",
      "\"2020-02-29T00:00:00+00:00\"", "\"2020-02-29T00:00:00+00:00\"" },
    { G_MAXINT64, "\"9999-12-31T23:59:59Z\"", "\"9999-12-31T23:59:59+00:00\"",
      "\"9999-12-31T23:59:59+00:00\"" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++) {
    TocsinJsonWriter writer;
    g_autofree char *text = NULL, *wanted = NULL;

    tocsin_json_writer_init (&writer, 4);
    tocsin_json_writer_begin_array (&writer, NULL);
    tocsin_json_writer_time (&writer, NULL, table[i].at_us);
    tocsin_json_writer_iso_time (&writer, NULL, table[i].at_us, TOCSIN_ISO_SECONDS);
    tocsin_json_writer_iso_time (&writer, NULL, table[i].at_us, TOCSIN_ISO_MICROSECONDS);
    tocsin_json_writer_end_array (&writer);
    text = finish (&writer);
    wanted = g_strdup_printf ("[%s,%s,%s]", table[i].rfc, table[i].seconds, table[i].microseconds);
    g_assert_cmpstr (text, ==, wanted);
  }
}

/* Every day of four centuries, against GLib's calendar. */
static void
test_days (void)
{
  for (gint64 day = 1; day < 146097; day++) {
    TocsinJsonWriter writer;
    g_autofree char *text = NULL, *plain = NULL, *wanted = NULL;

    tocsin_json_writer_init (&writer, 40);
    tocsin_json_writer_time (&writer, NULL, day * TOCSIN_US_PER_DAY);
    text = finish (&writer);
    plain = tocsin_time_to_text (day * TOCSIN_US_PER_DAY);
    wanted = g_strdup_printf ("\"%s\"", plain);
    if (!g_str_equal (text, wanted))
      g_error ("%s is not %s", text, wanted);
  }
}

/* Whatever the bytes are, a reader of JSON gets it back. */
static void
test_random (void)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();

  for (int i = 0; i < 2000; i++) {
    TocsinJsonWriter writer;
    g_autofree char *bytes = g_malloc0 (33), *text = NULL, *valid = NULL;
    g_autoptr (JsonNode) node = NULL;
    g_autoptr (GError) error = NULL;

    for (int b = 0; b < 32; b++)
      bytes[b] = (char) g_rand_int_range (rand, 1, 256);
    tocsin_json_writer_init (&writer, 4);
    tocsin_json_writer_begin_array (&writer, NULL);
    tocsin_json_writer_string (&writer, NULL, bytes);
    tocsin_json_writer_end_array (&writer);
    text = finish (&writer);
    node = json_from_string (text, &error);
    g_assert_no_error (error);
    if (g_utf8_validate (bytes, -1, NULL))
      g_assert_cmpstr (json_array_get_string_element (json_node_get_array (node), 0), ==, bytes);
    valid = g_strdup (text);
    g_assert_true (g_utf8_validate (valid, -1, NULL));
  }
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
  g_test_add_func ("/json-writer/commas-stand-between-members-and-items", test_nesting);
  g_test_add_func ("/json-writer/strings-are-escaped-and-always-utf-8", test_strings);
  g_test_add_func ("/json-writer/numbers-have-no-digits-too-many", test_numbers);
  g_test_add_func ("/json-writer/times-are-written-in-three-forms", test_times);
  g_test_add_func ("/json-writer/every-day-of-four-centuries-is-right", test_days);
  g_test_add_func ("/json-writer/any-bytes-can-be-read-back", test_random);
  return g_test_run ();
}
