/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-doctor"

#include "config.h"

#include <gio/gio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "doctor.h"
#include "migrate.h"
#include "support.h"
#include "test-certificates.h"
#include "test-listener.h"
#include "test-postgres.h"
#include "test-tcp-server.h"
#include "timetext.h"

#define GIB (G_GINT64_CONSTANT (1) << 30)
#define MIB (G_GINT64_CONSTANT (1) << 20)

/* The findings as lines, without what differs each time. */
static char *
write_lines (GPtrArray *findings)
{
  GString *lines = g_string_new (NULL);

  tocsin_findings_write (findings, FALSE, lines);
  return g_string_free (lines, FALSE);
}

static void
assert_finding (GPtrArray *findings, const char *part, TocsinVerdict verdict, const char *says)
{
  g_autofree char *lines = write_lines (findings);

  for (guint i = 0; i < findings->len; i++) {
    const TocsinFinding *finding = g_ptr_array_index (findings, i);

    if (strcmp (finding->part, part) == 0 && finding->verdict == verdict &&
        (strstr (finding->text, says) != NULL ||
         (finding->advice != NULL && strstr (finding->advice, says) != NULL)))
      return;
  }
  g_error ("no finding on “%s” of verdict %u says “%s”:\n%s", part, verdict, says, lines);
}

/* --- rules --- */

static const TocsinDatabaseFacts good = { .version = 150008,
                                          .answer_us = 300,
                                          .schema = 3,
                                          .schema_newest = 3,
                                          .connections_most = 100,
                                          .connections_reserved = 3 };

static const struct {
  TocsinDatabaseFacts facts;
  gint64 wanted;
  const char *part;
  TocsinVerdict verdict;
  const char *says;
} database_cases[] = {
  { { .version = 150008 }, 1, "database", TOCSIN_VERDICT_OK, "PostgreSQL 15.8" },
  { { .version = 140011 }, 1, "database", TOCSIN_VERDICT_FAIL, "version 15 or later" },
  { { .version = 150008, .is_replica = TRUE }, 1, "database", TOCSIN_VERDICT_FAIL, "replica" },
  { { .schema = 3, .schema_newest = 3 }, 1, "schema", TOCSIN_VERDICT_OK, "version 3" },
  { { .schema = 2, .schema_newest = 3 }, 1, "schema", TOCSIN_VERDICT_FAIL, "migrate" },
  { { .schema = 4, .schema_newest = 3 }, 1, "schema", TOCSIN_VERDICT_FAIL, "newer" },
  { { .connections_most = 100, .connections_reserved = 3 },
    97,
    "connections",
    TOCSIN_VERDICT_OK,
    "97 are wanted of 97" },
  { { .connections_most = 100, .connections_reserved = 3 },
    98,
    "connections",
    TOCSIN_VERDICT_FAIL,
    "max_connections to 101" },
  { { .connections_most = 100, .connections_reserved = 3, .connections_of_others = 90 },
    16,
    "connections",
    TOCSIN_VERDICT_WARN,
    "max_connections to 109" },
  { { .clock_ahead_us = -499999 }, 1, "clock", TOCSIN_VERDICT_OK, "within" },
  { { .clock_ahead_us = 500000 }, 1, "clock", TOCSIN_VERDICT_WARN, "behind" },
  { { .clock_ahead_us = -500000 }, 1, "clock", TOCSIN_VERDICT_WARN, "ahead of" },
  { { .clock_ahead_us = 5000000 }, 1, "clock", TOCSIN_VERDICT_FAIL, "NTP" },
};

static void
test_database_rules (void)
{
  g_autoptr (GPtrArray) healthy = tocsin_findings_new ();

  tocsin_doctor_judge_database (&good, 16, healthy);
  g_assert_cmpuint (tocsin_findings_count (healthy, TOCSIN_VERDICT_OK), ==, healthy->len);
  for (guint i = 0; i < G_N_ELEMENTS (database_cases); i++) {
    g_autoptr (GPtrArray) findings = tocsin_findings_new ();

    tocsin_doctor_judge_database (&database_cases[i].facts, database_cases[i].wanted, findings);
    assert_finding (findings, database_cases[i].part, database_cases[i].verdict,
                    database_cases[i].says);
  }
}

static void
test_disk_rules (void)
{
  static const struct {
    TocsinDiskFacts facts;
    TocsinVerdict verdict;
    const char *says;
  } cases[] = {
    { { "/d", 50 * GIB, 100 * GIB, GIB }, TOCSIN_VERDICT_OK, "/d" },
    { { "/d", 50 * GIB, 1000 * GIB, GIB }, TOCSIN_VERDICT_OK, "/d" },
    { { "/d", 5 * GIB, 20 * GIB, GIB }, TOCSIN_VERDICT_OK, "/d" },
    { { "/d", 5 * GIB, 100 * GIB, GIB }, TOCSIN_VERDICT_WARN, "keep_pings" },
    { { "/d", 255 * MIB, GIB, GIB }, TOCSIN_VERDICT_FAIL, "make room" },
    { { NULL, 0, 0, GIB }, TOCSIN_VERDICT_OK, "can’t be seen" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GPtrArray) findings = tocsin_findings_new ();

    tocsin_doctor_judge_disk (&cases[i].facts, findings);
    assert_finding (findings, "disk", cases[i].verdict, cases[i].says);
  }
}

static void
test_answer_rules (void)
{
  static const struct {
    TocsinAnswerFacts facts;
    TocsinVerdict verdict;
    const char *says;
  } cases[] = {
    { { .is_ours = TRUE, .status = 200, .address = "192.0.2.1" }, TOCSIN_VERDICT_OK, "192.0.2.1" },
    { { .error = "Could not resolve host" }, TOCSIN_VERDICT_FAIL, "Could not resolve" },
    { { .error = "Could not resolve host" }, TOCSIN_VERDICT_FAIL, "DNS" },
    { { .status = 502, .server = "nginx", .address = "a" }, TOCSIN_VERDICT_FAIL, "nginx" },
    { { .status = 502, .server = "nginx", .address = "a" }, TOCSIN_VERDICT_FAIL, "start tocsin" },
    { { .status = 404, .address = "a" }, TOCSIN_VERDICT_FAIL, "not this server" },
    { { .status = 301, .address = "a", .location = "https://b/" },
      TOCSIN_VERDICT_FAIL,
      "sends us to https://b/" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GPtrArray) findings = tocsin_findings_new ();
    TocsinAnswerFacts facts = cases[i].facts;

    facts.url = "https://tocsin.example.org/healthz";
    tocsin_doctor_judge_answer (&facts, findings);
    assert_finding (findings, "public URL", cases[i].verdict, cases[i].says);
  }
}

static void
test_certificate_rules (void)
{
  static const struct {
    gint64 left_us;
    TocsinVerdict verdict;
    const char *says;
  } cases[] = {
    { 60 * TOCSIN_US_PER_DAY, TOCSIN_VERDICT_OK, "60 days left" },
    { 14 * TOCSIN_US_PER_DAY, TOCSIN_VERDICT_OK, "14 days left" },
    { 13 * TOCSIN_US_PER_DAY, TOCSIN_VERDICT_WARN, "expires in 13 days" },
    { -3 * TOCSIN_US_PER_DAY, TOCSIN_VERDICT_FAIL, "expired 3 days ago" },
  };
  gint64 now_us = 1800000000 * TOCSIN_US_PER_S;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GPtrArray) findings = tocsin_findings_new ();

    tocsin_doctor_judge_certificate ("a", now_us + cases[i].left_us, now_us, findings);
    assert_finding (findings, "certificate", cases[i].verdict, cases[i].says);
  }
}

static TocsinServerConfig *
configure (const char *const *environment)
{
  g_autoptr (GError) error = NULL;
  TocsinServerConfig *config = tocsin_server_config_load (NULL, (char **) environment, &error);

  g_assert_no_error (error);
  return config;
}

static void
test_settings_rules (void)
{
  static const struct {
    const char *environment[4];
    const char *part;
    TocsinVerdict verdict;
    const char *says;
  } cases[] = {
    { { "TOCSIN_DATABASE_URL=x" }, "proxies", TOCSIN_VERDICT_OK, "none is needed" },
    { { "TOCSIN_DATABASE_URL=x" }, "secrets", TOCSIN_VERDICT_WARN, "openssl rand -hex 32" },
    { { "TOCSIN_DATABASE_URL=x", "TOCSIN_PUBLIC_URL=http://a.example.org" },
      "settings",
      TOCSIN_VERDICT_WARN,
      "in the clear" },
    { { "TOCSIN_DATABASE_URL=x", "TOCSIN_PUBLIC_URL=https://a.example.org" },
      "proxies",
      TOCSIN_VERDICT_WARN,
      "trusted_proxies is empty" },
    { { "TOCSIN_DATABASE_URL=x", "TOCSIN_PUBLIC_URL=https://a.example.org",
        "TOCSIN_TRUSTED_PROXIES=10.0.0.0/8" },
      "proxies",
      TOCSIN_VERDICT_OK,
      "10.0.0.0/8" },
    { { "TOCSIN_DATABASE_URL=x", "TOCSIN_TRUSTED_PROXIES=::/0" },
      "proxies",
      TOCSIN_VERDICT_FAIL,
      "own addresses" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TocsinServerConfig) config = configure (cases[i].environment);
    g_autoptr (GPtrArray) findings = tocsin_findings_new ();

    tocsin_doctor_judge_settings (config, findings);
    assert_finding (findings, cases[i].part, cases[i].verdict, cases[i].says);
  }
}

/* --- looking --- */

static void
test_database (void)
{
  g_autoptr (TocsinTestPostgres) postgres = tocsin_test_postgres_new ();
  g_autofree char *setting = NULL;
  const char *environment[] = { NULL, NULL };
  g_autoptr (TocsinServerConfig) config = NULL;
  g_autoptr (GPtrArray) before = tocsin_findings_new (), after = tocsin_findings_new (),
                        gone = tocsin_findings_new ();
  g_autoptr (TocsinPg) pg = NULL;

  if (postgres == NULL) {
    g_test_skip ("PostgreSQL is not installed");
    return;
  }
  setting = g_strconcat ("TOCSIN_DATABASE_URL=", tocsin_test_postgres_get_url (postgres), NULL);
  environment[0] = setting;
  config = configure (environment);
  tocsin_doctor_look_at_database (config, before);
  assert_finding (before, "schema", TOCSIN_VERDICT_FAIL, "version 0");

  pg = tocsin_pg_new (tocsin_test_postgres_get_url (postgres));
  g_assert_true (tocsin_migrate (pg, 0, NULL, NULL));
  tocsin_doctor_look_at_database (config, after);
  g_assert_cmpuint (tocsin_findings_count (after, TOCSIN_VERDICT_FAIL), ==, 0);
  assert_finding (after, "clock", TOCSIN_VERDICT_OK, "within");
  assert_finding (after, "connections", TOCSIN_VERDICT_OK, "of 197");
  assert_finding (after, "disk", TOCSIN_VERDICT_OK, "/tmp/tocsin-postgres-");

  tocsin_test_postgres_stop (postgres);
  tocsin_doctor_look_at_database (config, gone);
  g_assert_cmpuint (gone->len, ==, 1);
  assert_finding (gone, "database", TOCSIN_VERDICT_FAIL, "look at database_url");
}

static const struct {
  const char *name;
  const char *script[16];
  gboolean has_user;
  TocsinVerdict verdict;
  const char *says;
} mail_cases[] = {
  { "plain",
    { ">220 here\r\n", "<EHLO", ">250 here\r\n", "wait" },
    FALSE,
    TOCSIN_VERDICT_OK,
    "answers" },
  { "known",
    { ">220 here\r\n", "<EHLO", ">250-here\r\n250 AUTH PLAIN\r\n", "<AUTH PLAIN", ">334 \r\n",
      "<AHVzZXIAcGFzc3dvcmQ=", ">235 in\r\n", "wait" },
    TRUE,
    TOCSIN_VERDICT_OK,
    "knows us" },
  { "wrong password",
    { ">220 here\r\n", "<EHLO", ">250-here\r\n250 AUTH PLAIN\r\n", "<AUTH PLAIN", ">334 \r\n", "<A",
      ">535 no\r\n", "wait" },
    TRUE,
    TOCSIN_VERDICT_FAIL,
    "smtp_password" },
  { "no authentication",
    { ">220 here\r\n", "<EHLO", ">250 here\r\n", "wait" },
    TRUE,
    TOCSIN_VERDICT_FAIL,
    "smtp_user" },
  { "refuses", { ">554 go away\r\n", "wait" }, FALSE, TOCSIN_VERDICT_FAIL, "smtp_url" },
  { "another service",
    { ">HTTP/1.1 400 Bad Request\r\n\r\n" },
    FALSE,
    TOCSIN_VERDICT_FAIL,
    "smtp_url" },
  { "a certificate that nobody knows",
    { ">220 here\r\n", "<EHLO", ">250-here\r\n250 STARTTLS\r\n", "<STARTTLS", ">220 go\r\n", "tls",
      "wait" },
    FALSE,
    TOCSIN_VERDICT_FAIL,
    "certificate" },
};

static void
test_mail (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (mail_cases); i++) {
    TocsinTestTcpServer *server = tocsin_test_tcp_server_new (
        mail_cases[i].script, tocsin_test_server_ctx (TOCSIN_TEST_CERT_SELF_SIGNED, FALSE));
    g_autofree char *url = g_strdup_printf ("TOCSIN_SMTP_URL=smtp://127.0.0.1:%u",
                                            tocsin_test_tcp_server_get_port (server));
    const char *environment[] = { "TOCSIN_DATABASE_URL=x",
                                  "TOCSIN_SMTP_FROM=t@example.org",
                                  url,
                                  mail_cases[i].has_user ? "TOCSIN_SMTP_USER=user" : NULL,
                                  "TOCSIN_SMTP_PASSWORD=password",
                                  NULL };
    g_autoptr (TocsinServerConfig) config = configure (environment);
    g_autoptr (GPtrArray) findings = tocsin_findings_new ();

    g_test_message ("%s", mail_cases[i].name);
    tocsin_doctor_look_at_mail (config, NULL, g_get_real_time (), findings);
    assert_finding (findings, "mail", mail_cases[i].verdict, mail_cases[i].says);
    tocsin_test_tcp_server_free (server);
  }
}

static void
test_message (void)
{
  static const char *const script[] = {
    ">220 here\r\n",
    "<EHLO",
    ">250 here\r\n",
    "<MAIL FROM:<t@example.org>",
    ">250 ok\r\n",
    "<RCPT TO:<ops@example.org>",
    ">250 ok\r\n",
    "<DATA",
    ">354 go\r\n",
    "<Date: ",
    "<From: Tocsin <t@example.org>",
    "<To: <ops@example.org>",
    "<Subject: ",
    "<Auto-Submitted: auto-generated",
    "<Content-Type: ",
    "<",
    "<This",
    "<",
    "<.",
    ">250 taken\r\n",
    "<QUIT",
    ">221 bye\r\n",
    "wait",
    NULL,
  };
  TocsinTestTcpServer *server = tocsin_test_tcp_server_new (script, NULL);
  g_autofree char *url = g_strdup_printf ("TOCSIN_SMTP_URL=smtp://127.0.0.1:%u",
                                          tocsin_test_tcp_server_get_port (server));
  const char *environment[] = { "TOCSIN_DATABASE_URL=x", "TOCSIN_SMTP_FROM=Tocsin <t@example.org>",
                                url, NULL };
  g_autoptr (TocsinServerConfig) config = configure (environment);
  g_autoptr (GPtrArray) findings = tocsin_findings_new ();

  tocsin_doctor_look_at_mail (config, "ops@example.org", g_get_real_time (), findings);
  assert_finding (findings, "mail", TOCSIN_VERDICT_OK, "it took a message to ops@example.org");
  tocsin_test_tcp_server_free (server);
}

static const struct {
  const char *answer;
  TocsinVerdict verdict;
  const char *says;
} web_cases[] = {
  { "HTTP/1.1 200 OK\r\nServer: tocsin\r\nContent-Length: 3\r\n\r\nOK\n", TOCSIN_VERDICT_OK,
    "answers" },
  { "HTTP/1.1 200 OK\r\nServer: nginx\r\nX-Request-Id: ab\r\nContent-Length: 3\r\n\r\nOK\n",
    TOCSIN_VERDICT_OK, "answers" },
  { "HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Length: 3\r\n\r\nOK\n", TOCSIN_VERDICT_FAIL,
    "nginx" },
  { "HTTP/1.1 502 Bad\r\nServer: nginx\r\nContent-Length: 0\r\n\r\n", TOCSIN_VERDICT_FAIL,
    "answered 502" },
  { "HTTP/1.1 301 Go\r\nLocation: https://b.example.org/\r\nContent-Length: 0\r\n\r\n",
    TOCSIN_VERDICT_FAIL, "sends us to https://b.example.org/" },
  { "220 mail.example.org ESMTP\r\n", TOCSIN_VERDICT_FAIL, "DNS" },
};

static void
answer_cb (TocsinTestListener *listener, int fd, gpointer user_data)
{
  const char *text = user_data;
  char request[4096];

  g_assert_cmpint (recv (fd, request, sizeof request, 0), >, 0);
  g_assert_cmpint (send (fd, text, strlen (text), MSG_NOSIGNAL), ==, (gssize) strlen (text));
  shutdown (fd, SHUT_WR);
  tocsin_test_listener_wait (listener, fd);
  close (fd);
}

static void
test_public_url (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (web_cases); i++) {
    TocsinTestListener *listener =
        tocsin_test_listener_new (answer_cb, (gpointer) web_cases[i].answer);
    g_autofree char *url = g_strdup_printf ("TOCSIN_PUBLIC_URL=http://127.0.0.1:%u",
                                            tocsin_test_listener_get_port (listener));
    const char *environment[] = { "TOCSIN_DATABASE_URL=x", url, NULL };
    g_autoptr (TocsinServerConfig) config = configure (environment);
    g_autoptr (GPtrArray) findings = tocsin_findings_new ();

    tocsin_doctor_look_at_public_url (config, g_get_real_time (), findings);
    assert_finding (findings, "public URL", web_cases[i].verdict, web_cases[i].says);
    tocsin_test_listener_free (listener);
  }
}

static void
test_certificate_file (void)
{
  static const struct {
    TocsinTestCert cert;
    TocsinVerdict verdict;
  } cases[] = {
    { TOCSIN_TEST_CERT_EXPIRED, TOCSIN_VERDICT_FAIL },
    { TOCSIN_TEST_CERT_GOOD, TOCSIN_VERDICT_OK },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *chain =
        g_strconcat ("TOCSIN_TLS_CERTIFICATE=", tocsin_test_cert_file (cases[i].cert), NULL);
    g_autofree char *key =
        g_strconcat ("TOCSIN_TLS_KEY=", tocsin_test_key_file (cases[i].cert), NULL);
    const char *environment[] = { "TOCSIN_DATABASE_URL=x", chain, key, NULL };
    g_autoptr (TocsinServerConfig) config = configure (environment);
    g_autoptr (GPtrArray) findings = tocsin_findings_new ();

    tocsin_doctor_look_at_certificate_file (config, g_get_real_time (), findings);
    g_assert_cmpuint (findings->len, ==, 1);
    g_assert_cmpuint (tocsin_findings_count (findings, cases[i].verdict), ==, 1);
  }
}

static void
test_lines (void)
{
  g_autoptr (GPtrArray) findings = tocsin_findings_new ();
  g_autoptr (GString) json = g_string_new (NULL);
  g_autofree char *lines = NULL;

  tocsin_findings_add (findings, "mail", TOCSIN_VERDICT_WARN, "it \"is\" off", "turn it on");
  tocsin_findings_add (findings, "clock", TOCSIN_VERDICT_OK, "right", NULL);
  lines = write_lines (findings);
  g_assert_cmpstr (lines, ==,
                   "warn  mail         it \"is\" off. What helps: turn it on\n"
                   "ok    clock        right\n");
  tocsin_findings_write (findings, TRUE, json);
  g_assert_nonnull (strstr (json->str, "\"verdict\" : \"warn\""));
  g_assert_nonnull (strstr (json->str, "\"advice\" : null"));
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
  g_test_add_func ("/doctor/rules-on-the-database", test_database_rules);
  g_test_add_func ("/doctor/rules-on-the-disk", test_disk_rules);
  g_test_add_func ("/doctor/rules-on-the-public-answer", test_answer_rules);
  g_test_add_func ("/doctor/rules-on-certificates", test_certificate_rules);
  g_test_add_func ("/doctor/rules-on-settings", test_settings_rules);
  g_test_add_func ("/doctor/a-real-database-is-looked-at", test_database);
  g_test_add_func ("/doctor/mail-is-tried-as-far-as-the-password", test_mail);
  g_test_add_func ("/doctor/a-message-is-sent-where-asked-for", test_message);
  g_test_add_func ("/doctor/the-public-url-tells-who-answers", test_public_url);
  g_test_add_func ("/doctor/the-certificate-file-is-looked-at", test_certificate_file);
  g_test_add_func ("/doctor/findings-are-lines-or-json", test_lines);
  return g_test_run ();
}
