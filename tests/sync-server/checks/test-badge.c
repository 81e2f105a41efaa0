/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-badge"

#include "config.h"

#include <string.h>

#include "badge.h"
#include "support.h"

static char *
write_badge (const char *label, guint grace, guint down, TocsinBadgeForm form, gboolean three)
{
  TocsinBadge badge = { .label = label, .total = 3, .grace = grace, .down = down };

  return g_string_free (tocsin_badge_write (&badge, form, three), FALSE);
}

static void
test_states (void)
{
  static const struct {
    guint grace, down;
    gboolean three;
    TocsinBadgeState state;
  } table[] = {
    { 0, 0, FALSE, TOCSIN_BADGE_UP },   { 0, 0, TRUE, TOCSIN_BADGE_UP },
    { 1, 0, FALSE, TOCSIN_BADGE_UP },   { 1, 0, TRUE, TOCSIN_BADGE_LATE },
    { 1, 1, FALSE, TOCSIN_BADGE_DOWN }, { 0, 1, TRUE, TOCSIN_BADGE_DOWN },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++) {
    TocsinBadge badge = { .label = "x", .grace = table[i].grace, .down = table[i].down };

    g_assert_cmpint (tocsin_badge_get_state (&badge, table[i].three), ==, table[i].state);
  }
}

static void
test_json (void)
{
  g_autofree char *json = write_badge ("a", 1, 0, TOCSIN_BADGE_JSON, TRUE);
  g_autofree char *shields = write_badge ("a \"b\"", 1, 2, TOCSIN_BADGE_SHIELDS, TRUE);

  g_assert_cmpstr (json, ==, "{\"status\":\"late\",\"total\":3,\"grace\":1,\"down\":0}");
  g_assert_cmpstr (shields, ==,
                   "{\"schemaVersion\":1,\"label\":\"a \\\"b\\\"\",\"message\":\"down\","
                   "\"color\":\"critical\"}");
}

static void
ignore_text_cb (GMarkupParseContext *context, const char *text, gsize length, gpointer user_data,
                GError **error)
{
  if (length > 0 && g_strstr_len (text, (gssize) length, "<script>") != NULL)
    *(gboolean *) user_data = TRUE;
}

/* Whatever the label is, the picture is well formed, and text stays text. */
static void
test_svg (void)
{
  static const char *const labels[] = {
    "",
    "backup",
    "a & b",
    "<script>alert(1)</script>",
    "\" onload=\"x",
    "'",
    "東京 🔔",
    "tab\there\x01",
    "bad \xff",
    "&amp;",
    "]]>",
  };
  static const GMarkupParser parser = { .text = ignore_text_cb };

  for (gsize i = 0; i < G_N_ELEMENTS (labels); i++) {
    g_autofree char *svg = write_badge (labels[i], 0, 0, TOCSIN_BADGE_SVG, FALSE);
    g_autoptr (GError) error = NULL;
    gboolean seen = FALSE;
    g_autoptr (GMarkupParseContext) context = g_markup_parse_context_new (&parser, 0, &seen, NULL);

    g_assert_true (g_utf8_validate (svg, -1, NULL));
    g_assert_true (g_markup_parse_context_parse (context, svg, -1, &error));
    g_assert_true (g_markup_parse_context_end_parse (context, &error));
    g_assert_no_error (error);
    g_assert_cmpint (seen, ==, strcmp (labels[i], "<script>alert(1)</script>") == 0);
    g_assert_null (strstr (svg, "<script"));
    g_assert_null (strstr (svg, "onload=\""));
  }
}

static guint
get_width (const char *svg)
{
  const char *at = strstr (svg, " width=\"");

  g_assert_nonnull (at);
  return (guint) g_ascii_strtoull (at + 8, NULL, 10);
}

static void
test_widths (void)
{
  g_autofree char *narrow = write_badge ("iiii", 0, 0, TOCSIN_BADGE_SVG, FALSE);
  g_autofree char *wide = write_badge ("WWWW", 0, 0, TOCSIN_BADGE_SVG, FALSE);
  g_autofree char *down = write_badge ("iiii", 0, 1, TOCSIN_BADGE_SVG, FALSE);
  g_autofree char *long_label = g_strnfill (500, 'i');
  g_autofree char *cut = write_badge (long_label, 0, 0, TOCSIN_BADGE_SVG, FALSE);

  g_assert_cmpuint (get_width (wide), >, get_width (narrow) + 25);
  g_assert_cmpuint (get_width (down), >, get_width (narrow));
  g_assert_cmpuint (get_width (cut), <, 300);
  g_assert_nonnull (strstr (cut, "i…<"));
  g_assert_nonnull (strstr (down, ">down</text>"));
}

static void
test_files (void)
{
  static const struct {
    const char *file;
    gboolean ok;
    TocsinBadgeForm form;
    gsize name_bytes;
  } table[] = {
    { "a.svg", TRUE, TOCSIN_BADGE_SVG, 1 },
    { "a.b.json", TRUE, TOCSIN_BADGE_JSON, 3 },
    { "é.shields", TRUE, TOCSIN_BADGE_SHIELDS, 2 },
    { ".svg", FALSE, 0, 0 },
    { "svg", FALSE, 0, 0 },
    { "a.", FALSE, 0, 0 },
    { "a.png", FALSE, 0, 0 },
    { "", FALSE, 0, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++) {
    TocsinBadgeForm form = 0;
    gsize n = 0;

    g_assert_cmpint (tocsin_badge_split (table[i].file, &form, &n), ==, table[i].ok);
    g_assert_cmpint (form, ==, table[i].form);
    g_assert_cmpuint (n, ==, table[i].name_bytes);
  }
}

static void
test_signatures (void)
{
  static const guint8 one[] = { 1, 2, 3 }, other[] = { 1, 2, 4 };
  g_autofree char *a = tocsin_badge_sign (one, sizeof one, "a");
  g_autofree char *again = tocsin_badge_sign (one, sizeof one, "a");
  g_autofree char *b = tocsin_badge_sign (one, sizeof one, "b");
  g_autofree char *elsewhere = tocsin_badge_sign (other, sizeof other, "a");

  g_assert_cmpuint (strlen (a), ==, TOCSIN_BADGE_SIGNATURE_LENGTH);
  g_assert_cmpstr (a, ==, again);
  g_assert_cmpstr (a, !=, b);
  g_assert_cmpstr (a, !=, elsewhere);
  for (int i = 0; i < 300; i++) {
    g_autofree char *tag = g_strdup_printf ("%d", i);
    g_autofree char *signature = tocsin_badge_sign (one, sizeof one, tag);

    g_assert_null (strpbrk (signature, "+/="));
  }
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
  g_test_add_func ("/badge/the-worst-check-decides", test_states);
  g_test_add_func ("/badge/json-has-the-members-that-clients-know", test_json);
  g_test_add_func ("/badge/any-label-makes-a-well-formed-picture", test_svg);
  g_test_add_func ("/badge/pictures-are-as-wide-as-their-texts", test_widths);
  g_test_add_func ("/badge/the-form-is-behind-the-last-dot", test_files);
  g_test_add_func ("/badge/a-signature-is-of-one-tag-and-one-project", test_signatures);
  return g_test_run ();
}
