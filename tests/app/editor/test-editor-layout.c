/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-editor-layout"

#include "config.h"

#include <string.h>

#include "bulk-plan.h"
#include "editor-changes.h"
#include "editor-layout.h"
#include "import-plan.h"
#include "maintenance-text.h"
#include "monitor.h"
#include "support.h"
#include "timetext.h"

#define N_KINDS (TOCSIN_MONITOR_HEARTBEAT + 1)

static guint
count_in_groups (const char *member)
{
  guint n = 0;

  for (guint i = 0; i < tocsin_n_editor_groups; i++)
    for (guint j = 0; tocsin_editor_groups[i].members[j] != NULL; j++)
      n += strcmp (tocsin_editor_groups[i].members[j], member) == 0;
  return n;
}

static void
test_each_member_is_on_one_row (void)
{
  for (guint i = 0; i < tocsin_monitor_fields.n_rows; i++) {
    const char *member = tocsin_monitor_fields.rows[i].name;
    gboolean left_out = g_strv_contains (tocsin_editor_left_out, member);

    g_test_message ("%s", member);
    g_assert_cmpuint (count_in_groups (member), ==, left_out ? 0 : 1);
    g_assert_cmpint (tocsin_editor_find_label (&tocsin_monitor_fields, member) != NULL, ==,
                     !left_out);
  }
}

static void
test_groups_name_members_that_there_are (void)
{
  for (guint i = 0; i < tocsin_n_editor_groups; i++)
    for (guint j = 0; tocsin_editor_groups[i].members[j] != NULL; j++) {
      const char *member = tocsin_editor_groups[i].members[j];
      const TocsinEditorCondition *condition = tocsin_editor_find_condition (member);
      guint n_kinds = 0, n_on = 0;

      for (guint kind = 0; kind < N_KINDS; kind++) {
        g_autoptr (TocsinMonitor) monitor = tocsin_monitor_new (kind);

        n_kinds += tocsin_fields_find (&tocsin_monitor_fields, monitor, member) != NULL;
        if (condition != NULL)
          n_on += tocsin_fields_find (&tocsin_monitor_fields, monitor, condition->on) != NULL;
      }
      g_test_message ("%s", member);
      g_assert_cmpuint (n_kinds, >, 0);
      g_assert_true (condition == NULL || n_on > 0);
    }
}

static void
test_words_are_all_called_something (void)
{
  static const TocsinWords *const all[] = {
    &tocsin_monitor_kind_words, &tocsin_family_words,      &tocsin_auth_words,
    &tocsin_http_version_words, &tocsin_compare_words,     &tocsin_tls_mode_words,
    &tocsin_dns_type_words,     &tocsin_expect_mode_words,
  };

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    for (guint j = 0; j < all[i]->n_words; j++) {
      const char *word = tocsin_editor_get_word (all[i], j);

      g_test_message ("%s %u: %s", all[i]->what, j, word);
      g_assert_nonnull (word);
      g_assert_true (g_ascii_isupper (*word));
    }
}

static void
test_errors_name_their_member (void)
{
  static const struct {
    const char *message;
    const char *member;
    const char *sentence;
  } cases[] = {
    { "interval: 1s is below the least, 5s", "interval", "1s is below the least, 5s" },
    { "monitor “shop”: interval: 1s is below the least, 5s", "interval",
      "1s is below the least, 5s" },
    { "monitor “a: b”: target: “x”: a URL is wanted", "target", "“x”: a URL is wanted" },
    { "monitor “”: name: is missing", "name", "Is missing" },
    { "slow_ms: a number is wanted", "slow", "A number is wanted" },
    { "target: über", "target", "Über" },
    { "the disk is full", NULL, "The disk is full" },
    { "nonsense: is no member", NULL, "Nonsense: is no member" },
    { "cron: of another kind", NULL, "Cron: of another kind" },
    { "", NULL, "" },
  };
  g_autoptr (TocsinMonitor) monitor = tocsin_monitor_new (TOCSIN_MONITOR_HTTP);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *sentence = NULL;
    const TocsinField *field =
        tocsin_editor_read_problem (&tocsin_monitor_fields, monitor, cases[i].message, &sentence);

    g_test_message ("%s", cases[i].message);
    g_assert_cmpstr (field != NULL ? field->name : NULL, ==, cases[i].member);
    g_assert_cmpstr (sentence, ==, cases[i].sentence);
  }
}

static void
test_edit_is_told_what_changed_alone (void)
{
  static const char *const removed[] = { "token", NULL };
  g_autoptr (TocsinMonitor) before = tocsin_monitor_new (TOCSIN_MONITOR_HTTP), after = NULL;
  g_autoptr (GVariant) set = NULL;
  g_auto (GStrv) unset = NULL;
  GVariant *floating = NULL;
  const char *text;
  gint64 span_us;

  before->name = g_strdup ("shop");
  before->contains = g_strdup ("hello");
  after = tocsin_monitor_copy (before);
  g_assert_false (tocsin_editor_changes (before, after, NULL, &floating, &unset));
  g_clear_pointer (&after->contains, g_free);
  after->interval_us = 30 * TOCSIN_US_PER_S;
  after->password = g_strdup ("sesame");
  g_assert_true (tocsin_editor_changes (before, after, removed, &floating, &unset));
  set = g_variant_ref_sink (floating);
  g_assert_cmpuint (g_variant_n_children (set), ==, 2);
  g_assert_true (g_variant_lookup (set, "interval_us", "x", &span_us));
  g_assert_cmpint (span_us, ==, 30 * TOCSIN_US_PER_S);
  g_assert_true (g_variant_lookup (set, "password", "&s", &text));
  g_assert_cmpstr (text, ==, "sesame");
  g_assert_cmpuint (g_strv_length (unset), ==, 2);
  g_assert_cmpstr (unset[0], ==, "contains");
  g_assert_cmpstr (unset[1], ==, "token");
}

/* --- many at once --- */

static void
test_bulk_changes_each_as_it_needs (void)
{
  static const char *const before[] = { "web", "eu", NULL };
  g_auto (TocsinBulkPlan) plan = { .paused = -1, .interval_us = -1 };
  g_autoptr (TocsinStatus) status = tocsin_status_new ();
  g_autoptr (GVariant) set = NULL;
  g_auto (GStrv) unset = NULL, tags = NULL;
  GVariant *floating = NULL;

  status->tags = g_strdupv ((char **) before);
  g_assert_false (tocsin_bulk_plan_for (&plan, status, &floating, &unset));
  plan.add_tags = tocsin_bulk_read_tags (" shop, web,,shop");
  plan.remove_tags = tocsin_bulk_read_tags ("eu, other");
  g_assert_cmpuint (g_strv_length (plan.add_tags), ==, 2);
  g_assert_true (tocsin_bulk_plan_for (&plan, status, &floating, &unset));
  set = g_variant_ref_sink (floating);
  g_assert_true (g_variant_lookup (set, "tags", "^as", &tags));
  g_assert_cmpuint (g_strv_length (tags), ==, 2);
  g_assert_cmpstr (tags[0], ==, "web");
  g_assert_cmpstr (tags[1], ==, "shop");
  g_assert_null (unset[0]);
}

static void
test_bulk_takes_the_last_tag_away (void)
{
  static const char *const before[] = { "eu", NULL };
  g_auto (TocsinBulkPlan) plan = { .paused = 1, .interval_us = TOCSIN_US_PER_MIN };
  g_autoptr (TocsinStatus) status = tocsin_status_new ();
  g_autoptr (GVariant) set = NULL;
  g_auto (GStrv) unset = NULL;
  GVariant *floating = NULL;

  status->tags = g_strdupv ((char **) before);
  status->kind = TOCSIN_MONITOR_HEARTBEAT; /* which has no interval */
  status->state = TOCSIN_STATE_PAUSED;     /* and is paused already */
  plan.remove_tags = tocsin_bulk_read_tags ("eu");
  g_assert_true (tocsin_bulk_plan_for (&plan, status, &floating, &unset));
  set = g_variant_ref_sink (floating);
  g_assert_cmpuint (g_variant_n_children (set), ==, 0);
  g_assert_cmpstr (unset[0], ==, "tags");
}

/* --- files --- */

static gboolean
knows_shop (const char *id, gpointer user_data)
{
  return strcmp (id, user_data) == 0;
}

#define SHOP "{\"id\": \"01\", \"kind\": \"http\", \"name\": \"s\", \"target\": \"https://a/\"}"

static void
test_import_says_what_it_would_do (void)
{
  TocsinImportPlan plan;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  g_assert_true (tocsin_import_plan_read (
      &plan,
      "{\"tocsin\": 1, \"monitors\": [" SHOP ", {\"id\": \"02\", \"kind\": \"ping\","
      " \"name\": \"p\", \"target\": \"host\"}], \"maintenance\": [{\"id\": \"m\", \"title\": "
      "\"t\", \"all\": true, \"starts\": \"2026-11-23T02:00:00\"}]}",
      knows_shop, (gpointer) "01", &error));
  g_assert_no_error (error);
  g_assert_cmpuint (plan.n_monitors, ==, 2);
  g_assert_cmpuint (plan.n_replaced, ==, 1);
  g_assert_cmpuint (plan.n_by_kind[TOCSIN_MONITOR_HTTP], ==, 1);
  g_assert_cmpuint (plan.n_by_kind[TOCSIN_MONITOR_PING], ==, 1);
  g_assert_cmpuint (plan.n_maintenance, ==, 1);
  g_assert_false (plan.has_secrets);
  text = tocsin_import_plan_to_text (&plan);
  g_assert_nonnull (strstr (text, "1 monitor is new."));
  g_assert_nonnull (strstr (text, "1 monitor is there already and is replaced."));
}

static void
test_import_refuses_what_is_wrong (void)
{
  static const struct {
    const char *text, *says;
  } cases[] = {
    { "no JSON", "" },
    { "{}", "no export of Tocsin" },
    { "{\"tocsin\": 1, \"monitors\": [3]}", "Monitor 1 in the file: an object is wanted" },
    { "{\"tocsin\": 1, \"monitors\": [" SHOP ", {\"name\": \"x\"}]}",
      "Monitor 2 in the file: kind" },
    { "{\"tocsin\": 1, \"maintenance\": [{}]}", "Maintenance 1 in the file: " },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    TocsinImportPlan plan;
    g_autoptr (GError) error = NULL;

    g_assert_false (
        tocsin_import_plan_read (&plan, cases[i].text, knows_shop, (gpointer) "01", &error));
    g_assert_nonnull (error);
    g_test_message ("%s", error->message);
    g_assert_nonnull (strstr (error->message, cases[i].says));
  }
}

/* --- maintenance --- */

static void
test_starts_are_read_as_people_write_them (void)
{
  static const char *const cases[][3] = {
    /* written, kept, shown again */
    { "2026-11-23 02:00", "2026-11-23T02:00:00", "2026-11-23 02:00" },
    { " 2026-11-23  2:00 ", "2026-11-23T02:00:00", "2026-11-23 02:00" },
    { "2026-11-23T02:00:30", "2026-11-23T02:00:30", "2026-11-23 02:00:30" },
    { "tomorrow", "tomorrow", "tomorrow" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *kept = tocsin_maintenance_read_start (cases[i][0]);
    g_autofree char *shown = tocsin_maintenance_text_start (kept);

    g_assert_cmpstr (kept, ==, cases[i][1]);
    g_assert_cmpstr (shown, ==, cases[i][2]);
  }
}

static void
test_next_windows_are_told (void)
{
  g_autoptr (TocsinMaintenance) maintenance = tocsin_maintenance_new ();
  g_autofree char *next = NULL, *over = NULL;
  g_auto (GStrv) lines = NULL;
  gint64 now_us;

  g_assert_true (tocsin_time_from_text ("2026-11-23T00:00:00Z", &now_us, NULL));
  maintenance->title = g_strdup ("disks");
  maintenance->starts = g_strdup ("2026-11-22T02:00:00");
  maintenance->rrule = g_strdup (tocsin_repeat_get_rule (TOCSIN_REPEAT_WEEKLY));
  g_assert_cmpint (tocsin_repeat_of_rule (maintenance->rrule), ==, TOCSIN_REPEAT_WEEKLY);
  g_assert_cmpint (tocsin_repeat_of_rule ("FREQ=DAILY;COUNT=3"), ==, TOCSIN_REPEAT_CUSTOM);
  next = tocsin_maintenance_text_next (maintenance, now_us, 3);
  lines = g_strsplit (next, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 3);
  g_assert_cmpstr (lines[0], ==, "Sun 29 Nov, 02:00 to Sun 29 Nov, 03:00");
  g_clear_pointer (&maintenance->rrule, g_free);
  over = tocsin_maintenance_text_next (maintenance, now_us, 3);
  g_assert_cmpstr (over, ==, "It is over.");
}

int
main (int argc, char *argv[])
{
  tocsin_test_init (&argc, &argv);
  g_test_add_func ("/layout/each-member-is-on-one-row", test_each_member_is_on_one_row);
  g_test_add_func ("/layout/groups-name-members-that-there-are",
                   test_groups_name_members_that_there_are);
  g_test_add_func ("/layout/words-are-all-called-something", test_words_are_all_called_something);
  g_test_add_func ("/layout/errors-name-their-member", test_errors_name_their_member);
  g_test_add_func ("/changes/edit-is-told-what-changed-alone",
                   test_edit_is_told_what_changed_alone);
  g_test_add_func ("/bulk/changes-each-as-it-needs", test_bulk_changes_each_as_it_needs);
  g_test_add_func ("/bulk/takes-the-last-tag-away", test_bulk_takes_the_last_tag_away);
  g_test_add_func ("/import/says-what-it-would-do", test_import_says_what_it_would_do);
  g_test_add_func ("/import/refuses-what-is-wrong", test_import_refuses_what_is_wrong);
  g_test_add_func ("/maintenance/starts-are-read-as-people-write-them",
                   test_starts_are_read_as_people_write_them);
  g_test_add_func ("/maintenance/next-windows-are-told", test_next_windows_are_told);
  return g_test_run ();
}
