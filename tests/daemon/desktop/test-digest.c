/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-digest"

#include "config.h"

#include "digest-note.h"
#include "incident.h"
#include "sample.h"
#include "settings.h"
#include "support.h"
#include "timetext.h"

#define START_US (G_GINT64_CONSTANT (1790000000) * TOCSIN_US_PER_S)

/* What happens, second by second, and what is to be seen then. Events are "down a", "degraded a",
 * "missed a", "flapping a", "steady a", "up a", "certificate a", "news a", "offline", "online",
 * "told a" (in an earlier life), "forget a", "acknowledge a", "dismiss 1", "mute a 60", "pause 60",
 * "events 3"; "" lets time pass. Notifications are "1 Summary", with "!" where they stay, "~" where
 * they are quiet, "^" where they are shown in place only; "close 1". */
typedef struct {
  int at_s;
  const char *events; /* separated by ", " */
  const char *seen;   /* separated by "; " */
} Moment;

typedef struct {
  const char *name;
  Moment moments[12];
} Story;

static const Story stories[] = {
  { "an-outage-is-told-and-its-end-replaces-it",
    { { 0, "down a", "" },
      { 1, "", "1 a is down!" },
      { 700, "up a", "" },
      { 701, "", "1 a is up again" } } },
  { "an-end-of-what-was-not-told-is-not-told", { { 0, "up a", "" }, { 1, "", "" } } },
  { "what-is-over-within-a-second-is-not-told",
    { { 0, "down a, up a", "" }, { 1, "", "" }, { 60, "", "" } } },
  { "what-was-told-in-an-earlier-life-ends-in-this-one",
    { { 0, "told a", "" }, { 1, "", "" }, { 9, "up a", "" }, { 10, "", "1 a is up again" } } },
  { "three-at-once-are-three",
    { { 0, "down a, down b, down c", "" },
      { 1, "", "1 a is down!; 2 b is down!; 3 c is down!" } } },
  { "four-at-once-are-one",
    { { 0, "down a, down b, down c, down d", "" }, { 1, "", "1 4 monitors are down!" } } },
  { "the-fourth-within-ten-seconds-takes-the-others-in",
    { { 0, "down a, down b", "" },
      { 1, "", "1 a is down!; 2 b is down!" },
      { 5, "down c", "" },
      { 6, "", "3 c is down!" },
      { 8, "down d", "" },
      { 9, "", "close 2; close 3; 1 4 monitors are down!" } } },
  { "those-of-the-next-minute-join-without-a-sound",
    { { 0, "down a, down b, down c, down d", "" },
      { 1, "", "1 4 monitors are down!" },
      { 40, "down e", "" },
      { 41, "", "1 5 monitors are down!~" },
      { 70, "down f", "" },
      { 71, "", "6 f is down!" } } },
  { "four-in-a-minute-are-four-where-they-come-slowly",
    { { 0, "down a", "" },
      { 1, "", "1 a is down!" },
      { 15, "down b", "" },
      { 16, "", "2 b is down!" },
      { 30, "down c", "" },
      { 31, "", "3 c is down!" },
      { 45, "down d", "" },
      { 46, "", "4 d is down!" } } },
  { "a-digest-counts-down-quietly-and-ends-as-one",
    { { 0, "down a, down b, down c, degraded d", "" },
      { 1, "", "1 4 monitors have problems!" },
      { 100, "up a", "" },
      { 101, "", "1 3 of 4 monitors still have problems!~^" },
      { 200, "up b, up c, up d", "" },
      { 201, "", "1 4 monitors are up again" } } },
  { "many-ends-at-once-are-one",
    { { 0, "down a", "" },
      { 1, "", "1 a is down!" },
      { 100, "down b", "" },
      { 101, "", "2 b is down!" },
      { 200, "down c", "" },
      { 201, "", "3 c is down!" },
      { 300, "down d", "" },
      { 301, "", "4 d is down!" },
      { 900, "up a, up b, up c, up d", "" },
      { 901, "", "close 2; close 3; close 4; 1 4 monitors are up again" } } },
  { "what-was-dismissed-is-told-again-only-at-its-end",
    { { 0, "down a", "" },
      { 1, "", "1 a is down!" },
      { 5, "dismiss 1", "" },
      { 60, "up a", "" },
      { 61, "", "1 a is up again" } } },
  { "a-dismissed-digest-does-not-come-back-for-a-part",
    { { 0, "down a, down b, down c, down d", "" },
      { 1, "", "1 4 monitors are down!" },
      { 5, "dismiss 1", "" },
      { 100, "up a", "" },
      { 101, "", "" } } },
  { "what-is-acknowledged-goes-away",
    { { 0, "down a", "" },
      { 1, "", "1 a is down!" },
      { 5, "acknowledge a", "close 1" },
      { 60, "up a", "" },
      { 61, "", "1 a is up again" } } },
  { "down-again-replaces-up-again",
    { { 0, "down a", "" },
      { 1, "", "1 a is down!" },
      { 30, "up a", "" },
      { 31, "", "1 a is up again" },
      { 60, "down a", "" },
      { 61, "", "1 a is down!" } } },
  { "degraded-becomes-down-in-place",
    { { 0, "degraded a", "" },
      { 1, "", "1 a is degraded" },
      { 60, "down a", "" },
      { 61, "", "1 a is down!" } } },
  { "flapping-is-told-once",
    { { 0, "down a", "" },
      { 1, "", "1 a is down!" },
      { 9, "flapping a", "" },
      { 10, "", "1 a is flapping" },
      { 99, "steady a", "" },
      { 100, "", "1 a is up again" } } },
  { "a-missed-heartbeat-is-called-so",
    { { 0, "missed a", "" }, { 1, "", "1 a missed its heartbeat!" } } },
  { "a-monitor-that-is-gone-takes-its-notification-with-it",
    { { 0, "down a", "" }, { 1, "", "1 a is down!" }, { 5, "forget a", "close 1" } } },
  { "a-monitor-that-is-gone-is-not-told-of", { { 0, "down a, forget a", "" }, { 1, "", "" } } },
  { "certificates-are-one-where-they-are-many",
    { { 0, "certificate a", "" },
      { 1, "", "1 The certificate of a ends soon" },
      { 4, "certificate b, certificate c, certificate d, certificate e", "" },
      { 5, "", "1 5 certificates end soon" } } },
  { "news-of-an-incident-do-not-touch-its-outage",
    { { 0, "down a", "" },
      { 1, "", "1 a is down!" },
      { 9, "news a", "" },
      { 10, "", "2 bob wrote about the incident of a" } } },
  { "offline-is-one-and-all-there-is",
    { { 0, "down a", "" },
      { 1, "", "1 a is down!" },
      { 10, "offline, down b, certificate c", "" },
      { 11, "", "2 This computer is offline" },
      { 60, "online", "close 2; 3 b is down!; 4 The certificate of c ends soon" } } },
  { "what-ends-while-offline-is-cleared-away-without-a-word",
    { { 0, "down a", "" },
      { 1, "", "1 a is down!" },
      { 10, "offline, up a", "" },
      { 11, "", "close 1; 2 This computer is offline" } } },
  { "paused-alerts-are-told-later-where-they-still-hold",
    { { 0, "pause 60, down a, down b", "" },
      { 1, "", "" },
      { 30, "up a", "" },
      { 31, "", "" },
      { 60, "", "1 b is down!" } } },
  { "what-ends-while-paused-is-cleared-away-without-a-word",
    { { 0, "down a", "" },
      { 1, "", "1 a is down!" },
      { 5, "pause 60, up a", "" },
      { 6, "", "close 1" } } },
  { "a-muted-monitor-silences-no-other",
    { { 0, "mute a 3600, down a, down b", "" },
      { 1, "", "1 b is down!" },
      { 3600, "", "2 a is down!" } } },
  { "four-that-were-held-back-come-as-one",
    { { 0, "pause 60, down a, down b, down c, down d", "" },
      { 1, "", "" },
      { 60, "", "1 4 monitors are down!" } } },
  { "events-that-are-not-wanted-are-not-told",
    { { 0, "events 1, down a, degraded b, missed c, certificate d, news a", "" },
      { 1, "", "1 a is down!" },
      { 60, "up a", "" },
      { 61, "", "close 1" } } },
  { "no-notifications-close-what-is-there",
    { { 0, "down a, down b", "" },
      { 1, "", "1 a is down!; 2 b is down!" },
      { 5, "events 0", "close 1; close 2" },
      { 9, "down c", "" },
      { 10, "", "" } } },
};

/* --- the teller's part --- */

typedef struct {
  TocsinDigest *digest;
  TocsinDigestRules rules;
  GHashTable *mutes; /* id → gint64 * */
  gint64 now_us;
} Desk;

static gint64
get_muted_until (const char *id, gpointer user_data)
{
  const gint64 *until = g_hash_table_lookup (((Desk *) user_data)->mutes, id);

  return until != NULL ? *until : 0;
}

static TocsinNotice *
make_notice (TocsinNoticeKind kind, const char *name, gint64 now_us)
{
  TocsinNotice *notice = tocsin_notice_new (kind, now_us);

  notice->monitor_id = g_strdup (name);
  notice->monitor_name = g_strdup (name);
  notice->incident_id = g_strdup (name);
  return notice;
}

static gboolean
take_notice (Desk *desk, const char *word, const char *name)
{
  g_autoptr (TocsinNotice) notice = NULL;
  guint kind = TOCSIN_NOTICE_DOWN;

  if (!g_str_equal (word, "missed") && !g_str_equal (word, "news") && !g_str_equal (word, "told") &&
      !tocsin_words_find (&tocsin_notice_kind_words, word, &kind, NULL))
    return FALSE;
  if (g_str_equal (word, "news"))
    kind = TOCSIN_NOTICE_INCIDENT;
  notice = make_notice (kind, name, desk->now_us);
  if (g_str_equal (word, "missed"))
    notice->code = TOCSIN_CODE_HEARTBEAT_MISSED;
  if (kind == TOCSIN_NOTICE_INCIDENT) {
    notice->author = g_strdup ("bob");
    notice->update = TOCSIN_UPDATE_NOTE;
  }
  if (kind == TOCSIN_NOTICE_OFFLINE || kind == TOCSIN_NOTICE_ONLINE)
    desk->rules.offline = kind == TOCSIN_NOTICE_OFFLINE;
  if (g_str_equal (word, "told"))
    tocsin_digest_remember (desk->digest, notice);
  else
    tocsin_digest_take (desk->digest, notice);
  return TRUE;
}

static void
play (Desk *desk, const char *event)
{
  g_auto (GStrv) words = g_strsplit (event, " ", -1);

  if (take_notice (desk, words[0], words[1]))
    return;
  if (g_str_equal (words[0], "forget")) {
    g_assert_true (tocsin_digest_forget (desk->digest, words[1]));
  } else if (g_str_equal (words[0], "acknowledge")) {
    tocsin_digest_acknowledge (desk->digest, words[1]);
  } else if (g_str_equal (words[0], "dismiss")) {
    tocsin_digest_dismiss (desk->digest, (guint) atoi (words[1]));
  } else if (g_str_equal (words[0], "mute")) {
    gint64 until_us = desk->now_us + atoi (words[2]) * TOCSIN_US_PER_S;

    g_hash_table_insert (desk->mutes, g_strdup (words[1]), g_memdup2 (&until_us, sizeof until_us));
  } else if (g_str_equal (words[0], "pause")) {
    desk->rules.silent_until_us = desk->now_us + atoi (words[1]) * TOCSIN_US_PER_S;
  } else if (g_str_equal (words[0], "events")) {
    desk->rules.events = (guint) atoi (words[1]);
  } else {
    g_error ("“%s” is no event", event);
  }
}

static char *
describe (const GPtrArray *notes)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < notes->len; i++) {
    const TocsinNote *note = notes->pdata[i];

    if (i > 0)
      g_string_append (text, "; ");
    if (note->close)
      g_string_append_printf (text, "close %u", note->key);
    else
      g_string_append_printf (text, "%u %s%s%s%s", note->key, note->summary, note->stays ? "!" : "",
                              note->quiet ? "~" : "", note->in_place ? "^" : "");
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
open_desk (Desk *desk)
{
  *desk = (Desk){ .digest = tocsin_digest_new (), .now_us = START_US };
  desk->mutes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  desk->rules = (TocsinDigestRules){ .events = TOCSIN_EVENT_ALL,
                                     .urgent = TRUE,
                                     .get_muted_until = get_muted_until,
                                     .user_data = desk };
}

static void
close_desk (Desk *desk)
{
  tocsin_digest_free (desk->digest);
  g_hash_table_unref (desk->mutes);
}

static void
test_story (gconstpointer data)
{
  const Story *story = data;
  gint64 next_us = 0;
  Desk desk;

  open_desk (&desk);
  for (guint i = 0; i < G_N_ELEMENTS (story->moments) && story->moments[i].seen != NULL; i++) {
    const Moment *moment = &story->moments[i];
    g_auto (GStrv) events = g_strsplit (moment->events, ", ", -1);
    g_autoptr (GPtrArray) notes = NULL;
    g_autofree char *seen = NULL;

    desk.now_us = START_US + moment->at_s * TOCSIN_US_PER_S;
    /* What time alone brings was announced. */
    if (*moment->events == '\0' && *moment->seen != '\0')
      g_assert_cmpint (next_us, ==, desk.now_us);
    for (guint j = 0; events[j] != NULL; j++)
      play (&desk, events[j]);
    notes = tocsin_digest_step (desk.digest, &desk.rules, desk.now_us, &next_us);
    seen = describe (notes);
    g_test_message ("%d s: %s → %s", moment->at_s, moment->events, seen);
    g_assert_cmpstr (seen, ==, moment->seen);
  }
  close_desk (&desk);
}

/* Forty monitors that fail in the same minute, in whatever rhythm, leave one notification. */
static void
test_forty_in_a_minute_are_one (void)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();

  for (guint round = 0; round < 200; round++) {
    g_autoptr (GHashTable) shown = g_hash_table_new (NULL, NULL);
    gint64 at_us[40];
    Desk desk;

    open_desk (&desk);
    for (guint i = 0; i < 40; i++)
      at_us[i] = START_US + (gint64) (g_rand_double (rand) * 55 * TOCSIN_US_PER_S);
    for (guint second = 0; second < 60; second++) {
      gint64 next_us;
      g_autoptr (GPtrArray) notes = NULL;

      for (guint i = 0; i < 40; i++) {
        g_autofree char *name = g_strdup_printf ("m%u", i);
        g_autoptr (TocsinNotice) notice = make_notice (TOCSIN_NOTICE_DOWN, name, at_us[i]);

        if (at_us[i] >= desk.now_us && at_us[i] < desk.now_us + TOCSIN_US_PER_S)
          tocsin_digest_take (desk.digest, notice);
      }
      desk.now_us += TOCSIN_US_PER_S;
      notes = tocsin_digest_step (desk.digest, &desk.rules, desk.now_us, &next_us);
      for (guint i = 0; i < notes->len; i++) {
        const TocsinNote *note = notes->pdata[i];

        if (note->close)
          g_assert_true (g_hash_table_remove (shown, GUINT_TO_POINTER (note->key)));
        else
          g_hash_table_add (shown, GUINT_TO_POINTER (note->key));
        if (second == 59 && !note->close)
          g_assert_cmpuint (note->monitors->len, ==, 40);
      }
    }
    g_assert_cmpuint (g_hash_table_size (shown), ==, 1);
    close_desk (&desk);
  }
}

static void
test_bodies_say_what_was_seen (void)
{
  g_autoptr (TocsinNotice) up = make_notice (TOCSIN_NOTICE_UP, "Shop", START_US);
  g_autoptr (TocsinNotice) down = make_notice (TOCSIN_NOTICE_DOWN, "Shop", START_US);
  g_autoptr (GPtrArray) list = g_ptr_array_new ();
  g_autoptr (GPtrArray) many = g_ptr_array_new_with_free_func ((GDestroyNotify) tocsin_notice_free);
  g_autoptr (TocsinNote) note = NULL;

  up->began_at = START_US - 90 * TOCSIN_US_PER_MIN;
  up->ended_at = START_US;
  g_ptr_array_add (list, up);
  note = tocsin_note_new (1, TOCSIN_SLOT_RECOVERY, list, TRUE, START_US);
  g_assert_cmpstr (note->body, ==, "It was down for 1 h 30 min.");
  g_assert_false (note->stays);
  g_clear_pointer (&note, tocsin_note_free);

  down->reason = g_strdup ("connection refused");
  list->pdata[0] = down;
  note = tocsin_note_new (1, TOCSIN_SLOT_PROBLEM, list, FALSE, START_US);
  g_assert_cmpstr (note->body, ==, "connection refused");
  g_assert_cmpuint (note->urgency, ==, TOCSIN_URGENCY_NORMAL);
  g_assert_cmpuint (note->incidents->len, ==, 1);
  g_clear_pointer (&note, tocsin_note_free);

  for (guint i = 0; i < 7; i++) {
    g_autofree char *name = g_strdup_printf ("m%u", i);

    g_ptr_array_add (many, make_notice (TOCSIN_NOTICE_DOWN, name, START_US));
  }
  note = tocsin_note_new (1, TOCSIN_SLOT_PROBLEM, many, TRUE, START_US);
  g_assert_cmpstr (note->body, ==, "m0, m1, m2, m3, m4 and 2 more");
  g_assert_cmpuint (note->monitors->len, ==, 7);
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
  for (guint i = 0; i < G_N_ELEMENTS (stories); i++) {
    g_autofree char *path = g_strconcat ("/digest/", stories[i].name, NULL);

    g_test_add_data_func (path, &stories[i], test_story);
  }
  g_test_add_func ("/digest/forty-in-a-minute-are-one", test_forty_in_a_minute_are_one);
  g_test_add_func ("/digest/bodies-say-what-was-seen", test_bodies_say_what_was_seen);
  return g_test_run ();
}
