/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-models"

#include "config.h"

#include <string.h>

#include "errors.h"
#include "incident.h"
#include "maintenance.h"
#include "monitor.h"
#include "state.h"
#include "support.h"
#include "timetext.h"
#include "uuid.h"

static void
test_status_lists (void)
{
  static const struct {
    const char *list;
    gint64 status;
    gboolean has;
  } has[] = {
    { "200", 200, TRUE },          { "200", 201, FALSE },     { "200-299", 200, TRUE },
    { "200-299", 299, TRUE },      { "200-299", 300, FALSE }, { "200-299,401", 401, TRUE },
    { "200-299, 401", 401, TRUE }, { "401 403", 403, TRUE },  { "100-999", 999, TRUE },
    { "200-299,401", 402, FALSE },
  };
  static const char *const bad[] = {
    "",        "x",    "20",      "1000",    "200-",
    "200,",    "-200", "299-200", "200;201", "99999999999999999999",
    "200-299-"
  };

  for (guint i = 0; i < G_N_ELEMENTS (has); i++) {
    g_autoptr (GError) error = NULL;

    g_test_message ("%s %d", has[i].list, (int) has[i].status);
    tocsin_status_list_check (has[i].list, &error);
    g_assert_no_error (error);
    g_assert_cmpint (tocsin_status_list_has (has[i].list, has[i].status), ==, has[i].has);
  }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;

    g_test_message ("%s", bad[i]);
    g_assert_false (tocsin_status_list_check (bad[i], &error));
    g_assert_error (error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
  }
}

static void
test_host_ports (void)
{
  static const struct {
    const char *text;
    guint16 fallback;
    const char *host; /* NULL: refused */
    guint16 port;
  } cases[] = {
    { "a:1", 0, "a", 1 },
    { "a:65535", 0, "a", 65535 },
    { "a", 80, "a", 80 },
    { "[::1]:25", 0, "::1", 25 },
    { "[::1]", 53, "::1", 53 },
    { "::1", 53, "::1", 53 },
    { "fe80::1%eth0", 53, "fe80::1%eth0", 53 },
    { "a", 0, NULL, 0 },
    { "a:0", 80, NULL, 0 },
    { "a:65536", 80, NULL, 0 },
    { "a:+1", 80, NULL, 0 },
    { "a:", 80, NULL, 0 },
    { ":1", 80, NULL, 0 },
    { "", 80, NULL, 0 },
    { "[]:1", 80, NULL, 0 },
    { "[::1", 80, NULL, 0 },
    { "[::1]x", 80, NULL, 0 },
    { "a b:1", 80, NULL, 0 },
    { "a/b:1", 80, NULL, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *host = NULL;
    g_autoptr (GError) error = NULL;
    guint16 port = 7;

    g_test_message ("%s", cases[i].text);
    tocsin_host_port_parse (cases[i].text, cases[i].fallback, &host, &port, &error);
    g_assert_cmpstr (host, ==, cases[i].host);
    g_assert_cmpuint (port, ==, cases[i].host != NULL ? cases[i].port : 7);
    if (cases[i].host == NULL)
      g_assert_error (error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
    else
      g_assert_no_error (error);
  }
}

static void
test_uuids_are_in_order (void)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();
  g_autofree char *last = NULL;

  for (guint i = 0; i < 2000; i++) {
    guint8 random[TOCSIN_UUID_RANDOM_BYTES];
    g_autofree char *id = NULL;

    for (guint b = 0; b < sizeof random; b++)
      random[b] = (guint8) g_rand_int_range (rand, 0, 256);
    id = tocsin_uuid_new (1795392000000000 + (gint64) i * TOCSIN_US_PER_MS, random);
    g_assert_true (tocsin_uuid_is_valid (id));
    g_assert_cmpint (id[14], ==, '7');
    g_assert_nonnull (strchr ("89ab", id[19]));
    g_assert_true (last == NULL || strcmp (last, id) < 0);
    g_free (last);
    last = g_steal_pointer (&id);
  }
}

/* RFC 9562, appendix A.6. */
static void
test_uuid_of_the_rfc (void)
{
  static const guint8 random[] = { 0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f };
  g_autofree char *id = tocsin_uuid_new (G_GINT64_CONSTANT (0x017f22e279b0) * 1000, random);

  g_assert_cmpstr (id, ==, "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
}

static void
test_bad_uuids (void)
{
  static const char *const bad[] = { "",
                                     "017f22e2-79b0-7cc3-98c4-dc0c0c07398",
                                     "017f22e2-79b0-7cc3-98c4-dc0c0c07398ff",
                                     "017f22e279b07cc398c4dc0c0c07398f",
                                     "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
                                     "017f22e2 79b0-7cc3-98c4-dc0c0c07398f",
                                     "{17f22e2-79b0-7cc3-98c4-dc0c0c07398}" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (tocsin_uuid_is_valid (bad[i]));
  g_assert_true (tocsin_uuid_is_valid ("017F22E2-79B0-7CC3-98C4-DC0C0C07398F"));
}

static const TocsinWords *const all_words[] = {
  &tocsin_state_words,       &tocsin_window_words,      &tocsin_outcome_words,
  &tocsin_code_words,        &tocsin_phase_words,       &tocsin_monitor_kind_words,
  &tocsin_family_words,      &tocsin_auth_words,        &tocsin_http_version_words,
  &tocsin_compare_words,     &tocsin_tls_mode_words,    &tocsin_dns_type_words,
  &tocsin_expect_mode_words, &tocsin_update_kind_words,
};

static void
test_words_are_found (void)
{
  for (guint t = 0; t < G_N_ELEMENTS (all_words); t++)
    for (guint i = 0; i < all_words[t]->n_words; i++) {
      const char *word = tocsin_words_get (all_words[t], i);
      guint value = G_MAXUINT;

      if (word == NULL)
        continue;
      g_assert_true (tocsin_words_find (all_words[t], word, &value, NULL));
      g_assert_cmpuint (value, ==, i); /* so no word is there twice */
    }
  g_assert_null (tocsin_words_get (&tocsin_state_words, TOCSIN_N_STATES));
}

static void
test_words_say_what_would_be_right (void)
{
  g_autoptr (GError) error = NULL;
  guint value = 7;

  g_assert_false (tocsin_words_find (&tocsin_outcome_words, "fine", &value, &error));
  g_assert_error (error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
  g_assert_cmpstr (error->message, ==,
                   "“fine” is no outcome; one of: ok, slow, failed, inconclusive");
  g_assert_cmpuint (value, ==, 7);
}

static void
test_states_rank (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < TOCSIN_N_STATES; i++) {
    g_assert_true (g_hash_table_add (seen, GUINT_TO_POINTER (tocsin_state_rank (i))));
    g_assert_cmpint (tocsin_state_is_problem (i), ==,
                     i == TOCSIN_STATE_DOWN || i == TOCSIN_STATE_CONFIRMING ||
                         i == TOCSIN_STATE_DEGRADED);
  }
  g_assert_cmpuint (tocsin_state_rank (TOCSIN_STATE_DOWN), ==, 0);
}

static void
test_timeline_is_bounded (void)
{
  g_autoptr (TocsinIncident) incident = tocsin_incident_new ();
  g_autoptr (TocsinSample) sample = tocsin_sample_new (1, TOCSIN_OUTCOME_FAILED);
  g_autoptr (GError) error = NULL;
  TocsinUpdate *update;

  incident->id = g_strdup ("i");
  tocsin_incident_add_update (incident, 1, TOCSIN_UPDATE_OPENED, "opened", NULL, sample);
  for (int i = 2; i <= TOCSIN_INCIDENT_UPDATES + 50; i++)
    tocsin_incident_add_update (incident, i, TOCSIN_UPDATE_NOTE, "note", "me", NULL);

  g_assert_cmpuint (incident->updates->len, ==, TOCSIN_INCIDENT_UPDATES);
  update = incident->updates->pdata[0];
  g_assert_cmpuint (update->kind, ==, TOCSIN_UPDATE_OPENED);
  g_assert_true (update->sample != sample); /* its own */
  update = incident->updates->pdata[1];
  g_assert_cmpint (update->at_us, ==, 52);
  update = incident->updates->pdata[TOCSIN_INCIDENT_UPDATES - 1];
  g_assert_cmpint (update->at_us, ==, TOCSIN_INCIDENT_UPDATES + 50);
  tocsin_fields_check (&tocsin_incident_fields, incident, &error);
  g_assert_no_error (error);
}

static void
test_duration (void)
{
  g_autoptr (TocsinIncident) incident = tocsin_incident_new ();

  incident->began_at = 100;
  g_assert_cmpint (tocsin_incident_get_duration_us (incident, 150), ==, 50);
  g_assert_cmpint (tocsin_incident_get_duration_us (incident, 50), ==, 0); /* a clock set back */
  incident->ended_at = 120;
  g_assert_cmpint (tocsin_incident_get_duration_us (incident, 150), ==, 20);
}

static void
test_maintenance_covers (void)
{
  static const char *const ids[] = { "a", "b", NULL };
  static const char *const tags[] = { "db", NULL };
  g_autoptr (TocsinMaintenance) maintenance = tocsin_maintenance_new ();
  char *mine[] = { (char *) "web", (char *) "db", NULL };
  char *others[] = { (char *) "web", NULL };

  g_assert_false (tocsin_maintenance_covers (maintenance, "a", mine));
  maintenance->monitors = g_strdupv ((char **) ids);
  g_assert_true (tocsin_maintenance_covers (maintenance, "a", NULL));
  g_assert_false (tocsin_maintenance_covers (maintenance, "c", mine));
  maintenance->tags = g_strdupv ((char **) tags);
  g_assert_true (tocsin_maintenance_covers (maintenance, "c", mine));
  g_assert_false (tocsin_maintenance_covers (maintenance, "c", others));
  g_assert_false (tocsin_maintenance_covers (maintenance, "c", NULL));
  maintenance->all = TRUE;
  g_assert_true (tocsin_maintenance_covers (maintenance, "c", NULL));
}

static void
test_failed_samples (void)
{
  g_autoptr (TocsinSample) sample = tocsin_sample_new (1, TOCSIN_OUTCOME_OK);
  g_autoptr (TocsinSample) copy = NULL;

  g_assert_true (tocsin_outcome_is_good (sample->outcome));
  tocsin_sample_fail (sample, TOCSIN_CODE_CONNECT_REFUSED, "%s refused", "192.0.2.1:80");
  tocsin_sample_fail (sample, TOCSIN_CODE_TIMEOUT_TLS, "after %d s", 5); /* the last one counts */
  sample->flags = 1;
  copy = tocsin_sample_copy (sample);
  g_assert_false (tocsin_outcome_is_good (copy->outcome));
  g_assert_cmpuint (copy->code, ==, TOCSIN_CODE_TIMEOUT_TLS);
  g_assert_cmpstr (copy->reason, ==, "after 5 s");
  g_assert_cmpuint (copy->flags, ==, 1);
}

/* An error that crosses the bus comes out as itself. */
static void
test_errors_cross_the_bus (void)
{
  for (guint code = 0; code <= TOCSIN_ERROR_UNAVAILABLE; code++) {
    g_autoptr (GError) error = NULL, back = NULL;
    g_autofree char *name = NULL;

    tocsin_fail (&error, code, "what %s", "happened");
    name = g_dbus_error_encode_gerror (error);
    g_assert_true (g_str_has_prefix (name, "org.tocsin.Error."));
    back = g_dbus_error_new_for_dbus_error (name, error->message);
    g_assert_error (back, TOCSIN_ERROR, (int) code);
    g_assert_nonnull (tocsin_error_name (code));
  }
}

/* Texts have microseconds, and reading them loses none. */
static void
test_random_times_come_back (void)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();

  for (guint i = 0; i < 20000; i++) {
    gint64 at_us = (gint64) (g_rand_double_range (rand, -2e15, 9e15)), back = 0;
    g_autofree char *text = tocsin_time_to_text (at_us);

    g_assert_true (tocsin_time_from_text (text, &back, NULL));
    g_assert_cmpint (back, ==, at_us);
  }
}

static void
test_random_spans_come_back (void)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();

  for (guint i = 0; i < 20000; i++) {
    gint64 span_us = (gint64) g_rand_double_range (rand, 0, i % 2 == 0 ? 1e7 : 1e15), back = -1;
    g_autofree char *text = tocsin_span_to_text (span_us);

    g_assert_true (tocsin_span_from_text (text, &back, NULL));
    g_assert_cmpint (back, ==, span_us);
  }
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
  g_test_add_func ("/models/status-lists-are-read", test_status_lists);
  g_test_add_func ("/models/hosts-and-ports-are-read", test_host_ports);
  g_test_add_func ("/models/uuids-are-in-order-of-time", test_uuids_are_in_order);
  g_test_add_func ("/models/uuid-is-as-in-the-rfc", test_uuid_of_the_rfc);
  g_test_add_func ("/models/bad-uuids-are-refused", test_bad_uuids);
  g_test_add_func ("/models/each-word-is-found", test_words_are_found);
  g_test_add_func ("/models/words-say-what-would-be-right", test_words_say_what_would_be_right);
  g_test_add_func ("/models/states-rank", test_states_rank);
  g_test_add_func ("/models/a-timeline-is-bounded", test_timeline_is_bounded);
  g_test_add_func ("/models/an-incident-lasts-until-it-ends", test_duration);
  g_test_add_func ("/models/maintenance-covers-what-it-names", test_maintenance_covers);
  g_test_add_func ("/models/a-failed-sample-says-why", test_failed_samples);
  g_test_add_func ("/models/errors-cross-the-bus", test_errors_cross_the_bus);
  g_test_add_func ("/models/times-come-back-from-text", test_random_times_come_back);
  g_test_add_func ("/models/spans-come-back-from-text", test_random_spans_come_back);
  return g_test_run ();
}
