/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-mailer"

#include "config.h"

#include <string.h>

#include "mailer.h"
#include "migrate.h"
#include "support.h"
#include "test-certificates.h"
#include "test-postgres.h"
#include "test-smtp-server.h"
#include "timetext.h"

typedef struct {
  char *database_url;
  TocsinPg *pg;
  TocsinTestSmtpServer *smtp;
  TocsinServerConfig *config;
  TocsinMailer *mailer;
} Fixture;

typedef struct {
  SSL_CTX *ctx; /* (transfer full) */
  const char *user, *password;
} Setting;

static TocsinTestPostgres *
get_postgres (void)
{
  static TocsinTestPostgres *postgres;

  if (postgres == NULL)
    postgres = tocsin_test_postgres_new ();
  return postgres;
}

static TocsinServerConfig *
make_config (const Fixture *fixture, const Setting *setting)
{
  g_autofree char *url = g_strdup_printf ("TOCSIN_SMTP_URL=smtp://127.0.0.1:%u",
                                          tocsin_test_smtp_server_get_port (fixture->smtp));
  g_autofree char *database = g_strdup_printf ("TOCSIN_DATABASE_URL=%s", fixture->database_url);
  g_autofree char *user = g_strdup_printf ("TOCSIN_SMTP_USER=%s", setting->user);
  g_autofree char *password = g_strdup_printf ("TOCSIN_SMTP_PASSWORD=%s", setting->password);
  char *environment[] = { database,
                          url,
                          (char *) "TOCSIN_SMTP_FROM=Tocsin <tocsin@example.org>",
                          (char *) "TOCSIN_CONFIG=/dev/null",
                          setting->user != NULL ? user : NULL,
                          password,
                          NULL };
  g_autoptr (GError) error = NULL;
  TocsinServerConfig *config = tocsin_server_config_load (NULL, environment, &error);

  g_assert_no_error (error);
  return config;
}

/* Whether there is something to test with. */
static gboolean
set_up (Fixture *fixture, const Setting *setting)
{
  g_autoptr (GError) error = NULL;

  if (get_postgres () == NULL) {
    g_test_skip ("PostgreSQL is not installed");
    return FALSE;
  }
  fixture->database_url = tocsin_test_postgres_make_database (get_postgres ());
  fixture->pg = tocsin_pg_new (fixture->database_url);
  tocsin_migrate (fixture->pg, 0, NULL, &error);
  g_assert_no_error (error);
  fixture->smtp = tocsin_test_smtp_server_new (setting->ctx, setting->user, setting->password);
  fixture->config = make_config (fixture, setting);
  return TRUE;
}

static void
tear_down (Fixture *fixture)
{
  tocsin_mailer_free (fixture->mailer);
  tocsin_test_smtp_server_free (fixture->smtp);
  tocsin_server_config_free (fixture->config);
  tocsin_pg_free (fixture->pg);
  g_free (fixture->database_url);
}

static void
queue (Fixture *fixture, const char *recipient, const char *subject, gint64 now_us)
{
  g_autoptr (GError) error = NULL;

  tocsin_mails_add (fixture->pg, recipient, subject, "Grüße\n.\n..\nend\n", now_us, &error);
  g_assert_no_error (error);
}

static gint64
ask (Fixture *fixture, const char *sql)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query_params (fixture->pg, &error, sql, NULL, 0);

  g_assert_no_error (error);
  return tocsin_pg_rows_get_int (rows, 0, 0);
}

static gboolean
is_empty (gpointer data)
{
  return ask (data, "SELECT count (*) FROM mails") == 0;
}

static gboolean
was_put_off (gpointer data)
{
  return ask (data, "SELECT count (*) FROM mails WHERE error IS NOT NULL") == 1;
}

static gboolean
was_begun (gpointer data)
{
  return tocsin_test_smtp_server_get_n_tries (((Fixture *) data)->smtp) > 0;
}

static void
test_sends (void)
{
  static const char *const dotted = "Gr=C3=BC=C3=9Fe\n.\n..\nend\n";
  Fixture fixture = { 0 };
  g_autofree char *mail = NULL;

  if (!set_up (&fixture, &(Setting){ 0 }))
    return;
  for (int i = 0; i < 3; i++)
    queue (&fixture, "user@example.org", "Hello", g_get_real_time ());
  fixture.mailer = tocsin_mailer_new (fixture.config);
  tocsin_test_wait (NULL, is_empty, &fixture);
  g_assert_cmpuint (tocsin_test_smtp_server_get_n_mails (fixture.smtp), ==, 3);
  mail = tocsin_test_smtp_server_get_mail (fixture.smtp, 2);
  g_assert_true (g_str_has_prefix (mail, "tocsin@example.org -> user@example.org\nDate: "));
  g_assert_true (g_str_has_suffix (mail, dotted));
  tear_down (&fixture);
}

static void
test_sign_in (void)
{
  Fixture fixture = { 0 };
  Setting setting = { tocsin_test_server_ctx (TOCSIN_TEST_CERT_GOOD, FALSE), "alice",
                      "open sesame" };

  if (!set_up (&fixture, &setting))
    return;
  /* libcurl believes the authorities of the system, of which the test's is none. */
  queue (&fixture, "user@example.org", "Hello", g_get_real_time ());
  fixture.mailer = tocsin_mailer_new (fixture.config);
  tocsin_test_wait (NULL, was_put_off, &fixture);
  g_assert_cmpuint (tocsin_test_smtp_server_get_n_mails (fixture.smtp), ==, 0);
  tear_down (&fixture);

  fixture = (Fixture){ 0 };
  setting.ctx = NULL;
  g_assert_true (set_up (&fixture, &setting));
  queue (&fixture, "user@example.org", "Hello", g_get_real_time ());
  fixture.mailer = tocsin_mailer_new (fixture.config);
  tocsin_test_wait (NULL, is_empty, &fixture);
  g_assert_true (tocsin_test_smtp_server_was_signed_in (fixture.smtp));
  tear_down (&fixture);
}

static void
test_failures (void)
{
  static const struct {
    const char *recipient;
    gboolean is_final;
  } table[] = {
    { "refused@example.org", TRUE },
    { "spam@example.org", TRUE },
    { "later@example.org", FALSE },
    { "cut@example.org", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++) {
    Fixture fixture = { 0 };

    if (!set_up (&fixture, &(Setting){ 0 }))
      return;
    queue (&fixture, table[i].recipient, "Hello", g_get_real_time ());
    fixture.mailer = tocsin_mailer_new (fixture.config);
    tocsin_test_wait (NULL, table[i].is_final ? is_empty : was_put_off, &fixture);
    g_assert_cmpuint (tocsin_test_smtp_server_get_n_mails (fixture.smtp), ==, 0);
    if (!table[i].is_final) { /* its time comes: the next try succeeds */
      ask (&fixture, "UPDATE mails SET due_at = 0 RETURNING 0");
      tocsin_test_wait (NULL, is_empty, &fixture);
      g_assert_cmpuint (tocsin_test_smtp_server_get_n_mails (fixture.smtp), ==, 1);
    }
    tear_down (&fixture);
  }
}

/* One that is in the middle of it when the program is told to end is sent by the next one. */
static void
test_end (void)
{
  Fixture fixture = { 0 };

  if (!set_up (&fixture, &(Setting){ 0 }))
    return;
  queue (&fixture, "stuck@example.org", "Hello", g_get_real_time ());
  fixture.mailer = tocsin_mailer_new (fixture.config);
  tocsin_test_wait (NULL, was_begun, &fixture);
  g_clear_pointer (&fixture.mailer, tocsin_mailer_free);
  g_assert_cmpint (ask (&fixture, "SELECT tries FROM mails"), ==, 0);
  g_assert_cmpint (ask (&fixture, "SELECT due_at FROM mails"), <=, g_get_real_time ());
  tear_down (&fixture);
}

static void
test_many_mailers (void)
{
  Fixture fixture = { 0 };
  TocsinMailer *others[3];

  if (!set_up (&fixture, &(Setting){ 0 }))
    return;
  for (int i = 0; i < 60; i++)
    queue (&fixture, "user@example.org", "Hello", g_get_real_time ());
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    others[i] = tocsin_mailer_new (fixture.config);
  tocsin_test_wait (NULL, is_empty, &fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    tocsin_mailer_free (others[i]);
  g_assert_cmpuint (tocsin_test_smtp_server_get_n_mails (fixture.smtp), ==, 60);
  tear_down (&fixture);
}

/* By the queue alone, with a clock of the test's. */
static void
test_patience (void)
{
  Fixture fixture = { 0 };
  gint64 now_us = TOCSIN_US_PER_DAY, begun_us = now_us;
  gboolean given_up = FALSE;
  int n = 0;

  if (!set_up (&fixture, &(Setting){ 0 }))
    return;
  queue (&fixture, "user@example.org", "Hello", now_us);
  while (!given_up) {
    g_auto (TocsinQueuedMail) mail = { 0 }, other = { 0 };
    g_autoptr (GError) error = NULL;

    tocsin_mails_take (fixture.pg, now_us, &mail, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (mail.recipient, ==, "user@example.org");
    g_assert_cmpint (mail.tries, ==, ++n);
    tocsin_mails_take (fixture.pg, now_us + TOCSIN_MAIL_HELD_US - 1, &other, &error);
    g_assert_no_error (error);
    g_assert_null (other.id);
    tocsin_mails_failed (fixture.pg, &mail, now_us, "no", FALSE, &given_up, &error);
    g_assert_no_error (error);
    now_us += tocsin_mails_get_wait_us (mail.tries);
  }
  g_assert_cmpint (now_us - begun_us, >, TOCSIN_MAIL_TRIED_US);
  g_assert_cmpint (n, >, 20);
  g_assert_true (is_empty (&fixture));
  tear_down (&fixture);
}

/* Who held it for too long can no more change it. */
static void
test_too_late (void)
{
  Fixture fixture = { 0 };
  g_auto (TocsinQueuedMail) first = { 0 }, second = { 0 };
  g_autoptr (GError) error = NULL;

  if (!set_up (&fixture, &(Setting){ 0 }))
    return;
  queue (&fixture, "user@example.org", "Hello", 1);
  tocsin_mails_take (fixture.pg, 1, &first, &error);
  tocsin_mails_take (fixture.pg, 1 + TOCSIN_MAIL_HELD_US, &second, &error);
  g_assert_cmpstr (first.id, ==, second.id);
  tocsin_mails_put_back (fixture.pg, &first, 1, &error);
  tocsin_mails_done (fixture.pg, &first, &error);
  g_assert_no_error (error);
  g_assert_cmpint (ask (&fixture, "SELECT tries FROM mails"), ==, 2);
  tocsin_mails_done (fixture.pg, &second, &error);
  g_assert_true (is_empty (&fixture));
  tear_down (&fixture);
}

static void
test_refuses (void)
{
  static const char *const recipients[] = {
    "", "user", "a@b\r\nRCPT TO:<c@d>", "a b@example.org", "<a@example.org>", "a@example.org,b@c.d",
  };
  Fixture fixture = { 0 };

  if (!set_up (&fixture, &(Setting){ 0 }))
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (recipients); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_false (tocsin_mails_add (fixture.pg, recipients[i], "s", "b", 1, &error));
    g_assert_nonnull (error);
  }
  g_assert_true (is_empty (&fixture));
  tear_down (&fixture);
}

int
main (int argc, char **argv)
{
  int result;

  tocsin_test_init (&argc, &argv);
  /* The mailer warns of what it could not send, which is what this is about. */
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_ERROR);
  g_test_add_func ("/mailer/sends-what-is-queued", test_sends);
  g_test_add_func ("/mailer/signs-in-and-believes-no-stranger's-certificate", test_sign_in);
  g_test_add_func ("/mailer/a-refusal-is-final-and-all-else-is-tried-again", test_failures);
  g_test_add_func ("/mailer/one-under-way-at-the-end-is-put-back", test_end);
  g_test_add_func ("/mailer/four-of-them-send-each-mail-once", test_many_mailers);
  g_test_add_func ("/mailer/gives-up-after-a-day", test_patience);
  g_test_add_func ("/mailer/who-comes-too-late-changes-nothing", test_too_late);
  g_test_add_func ("/mailer/takes-addresses-only", test_refuses);
  result = g_test_run ();
  tocsin_test_postgres_free (get_postgres ());
  return result;
}
