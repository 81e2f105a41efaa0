/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-guess"

#include "config.h"

#include "guess.h"
#include "support.h"
#include "timetext.h"

typedef struct {
  const char *text;
  int kind; /* < 0: nothing is guessed */
  const char *name;
  const char *target;
  int special; /* TCP: its TLS mode; DNS: the record type */
} Case;

#define HTTP TOCSIN_MONITOR_HTTP
#define TCP  TOCSIN_MONITOR_TCP
#define PING TOCSIN_MONITOR_PING
#define DNS  TOCSIN_MONITOR_DNS

static const Case cases[] = {
  { "https://shop.example.org", HTTP, "shop.example.org", "https://shop.example.org", 0 },
  { "  https://shop.example.org/\n", HTTP, "shop.example.org", "https://shop.example.org/", 0 },
  { "HTTPS://shop.example.org/cart?id=1#top", HTTP, "shop.example.org/cart",
    "https://shop.example.org/cart?id=1", 0 },
  { "http://127.0.0.1:8080/ok", HTTP, "127.0.0.1/ok", "http://127.0.0.1:8080/ok", 0 },
  { "http://[2001:db8::1]/", HTTP, "2001:db8::1", "http://[2001:db8::1]/", 0 },
  { "example.org", HTTP, "example.org", "https://example.org", 0 },
  { "example.org/status/", HTTP, "example.org/status", "https://example.org/status/", 0 },
  { "printer.lan/status", HTTP, "printer.lan/status", "http://printer.lan/status", 0 },
  { "localhost:8080/ok", HTTP, "localhost/ok", "http://localhost:8080/ok", 0 },
  { "db.example.org:5432", TCP, "db.example.org:5432", "db.example.org:5432", TOCSIN_TLS_NONE },
  { "[2001:db8::1]:22", TCP, "[2001:db8::1]:22", "[2001:db8::1]:22", TOCSIN_TLS_NONE },
  { "mail.example.org:993", TCP, "mail.example.org:993", "mail.example.org:993",
    TOCSIN_TLS_STRAIGHT },
  { "mail.example.org:587", TCP, "mail.example.org:587", "mail.example.org:587", TOCSIN_TLS_SMTP },
  { "ns:5353", TCP, "ns:5353", "ns:5353", TOCSIN_TLS_NONE },
  { "tcp://db:5432", TCP, "db:5432", "db:5432", TOCSIN_TLS_NONE },
  { "postgres://me:secret@db.example.org/shop", TCP, "db.example.org:5432", "db.example.org:5432",
    TOCSIN_TLS_NONE },
  { "imaps://mail.example.org", TCP, "mail.example.org:993", "mail.example.org:993",
    TOCSIN_TLS_STRAIGHT },
  { "nc -z db.example.org 5432", TCP, "db.example.org:5432", "db.example.org:5432",
    TOCSIN_TLS_NONE },
  { "192.0.2.1", PING, "192.0.2.1", "192.0.2.1", 0 },
  { "2001:db8::1", PING, "2001:db8::1", "2001:db8::1", 0 },
  { "printer", PING, "printer", "printer", 0 },
  { "nas.local", PING, "nas.local", "nas.local", 0 },
  { "ping:example.org", PING, "example.org", "example.org", 0 },
  { "ping -c 3 example.org", PING, "example.org", "example.org", 0 },
  { "mx:example.org", DNS, "example.org MX", "example.org", TOCSIN_DNS_MX },
  { "dns:example.org", DNS, "example.org A", "example.org", TOCSIN_DNS_A },
  { "MX example.org", DNS, "example.org MX", "example.org", TOCSIN_DNS_MX },
  { "example.org txt", DNS, "example.org TXT", "example.org", TOCSIN_DNS_TXT },
  { "dig +short AAAA example.org", DNS, "example.org AAAA", "example.org", TOCSIN_DNS_AAAA },
  { "", -1, NULL, NULL, 0 },
  { "   ", -1, NULL, NULL, 0 },
  { "https://", -1, NULL, NULL, 0 },
  { "\xff\xfe", -1, NULL, NULL, 0 },
};

static void
test_texts_are_understood (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const Case *c = &cases[i];
    g_autoptr (TocsinMonitor) monitor = tocsin_guess_monitor (c->text);
    g_autoptr (GError) error = NULL;

    g_test_message ("“%s”", c->text);
    if (c->kind < 0) {
      g_assert_null (monitor);
      continue;
    }
    g_assert_nonnull (monitor);
    g_assert_cmpint (monitor->kind, ==, c->kind);
    g_assert_cmpstr (monitor->name, ==, c->name);
    g_assert_cmpstr (monitor->target, ==, c->target);
    if (c->kind == TCP)
      g_assert_cmpint (monitor->tls, ==, c->special);
    if (c->kind == DNS)
      g_assert_cmpint (monitor->record_type, ==, c->special);
    tocsin_monitor_validate (monitor, &error);
    g_assert_no_error (error);
  }
}

static void
test_jobs_are_understood (void)
{
  static const struct {
    const char *text;
    const char *name;
    gint64 period_us;
    const char *cron, *calendar;
  } jobs[] = {
    { "every 5 minutes backup", "backup", 5 * TOCSIN_US_PER_MIN, NULL, NULL },
    { "Every hour: tidy up", "tidy up", TOCSIN_US_PER_HOUR, NULL, NULL },
    { "every 90s", NULL, 90 * TOCSIN_US_PER_S, NULL, NULL },
    { "0 3 * * * /usr/local/bin/backup.sh --all", "backup.sh", -1, "0 3 * * *", NULL },
    { "*/5 * * * * cd /srv && ./tidy", "tidy", -1, "*/5 * * * *", NULL },
    { "@daily backup", "backup", -1, "@daily", NULL },
    { "@hourly", NULL, -1, "@hourly", NULL },
    { "Mon..Fri 03:00", NULL, -1, NULL, "Mon..Fri 03:00" },
    { "/usr/local/bin/backup.sh", "backup.sh", TOCSIN_US_PER_DAY, NULL, NULL },
    { "rsync -a /srv backup:/srv", "rsync", TOCSIN_US_PER_DAY, NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (jobs); i++) {
    g_autoptr (TocsinMonitor) monitor = tocsin_guess_monitor (jobs[i].text);

    g_test_message ("“%s”", jobs[i].text);
    g_assert_nonnull (monitor);
    g_assert_cmpint (monitor->kind, ==, TOCSIN_MONITOR_HEARTBEAT);
    g_assert_cmpstr (monitor->name, ==, jobs[i].name);
    g_assert_cmpint (monitor->period_us, ==, jobs[i].period_us);
    g_assert_cmpstr (monitor->cron, ==, jobs[i].cron);
    g_assert_cmpstr (monitor->calendar, ==, jobs[i].calendar);
  }
}

static void
test_curl_options_are_taken_over (void)
{
  g_autoptr (TocsinMonitor) monitor = tocsin_guess_monitor (
      "curl -s -X put -H 'Accept: text/html' -H 'Authorization: Bearer t' -d '{\"a\": 1}' "
      "-u alice:sesame -k https://api.example.org/v1");

  g_assert_nonnull (monitor);
  g_assert_cmpint (monitor->kind, ==, TOCSIN_MONITOR_HTTP);
  g_assert_cmpstr (monitor->target, ==, "https://api.example.org/v1");
  g_assert_cmpstr (monitor->method, ==, "PUT");
  g_assert_cmpstr (monitor->headers[0], ==, "Accept: text/html");
  g_assert_null (monitor->headers[1]);
  g_assert_cmpstr (monitor->secret_headers[0], ==, "Authorization: Bearer t");
  g_assert_cmpstr (monitor->body, ==, "{\"a\": 1}");
  g_assert_cmpint (monitor->auth, ==, TOCSIN_AUTH_BASIC);
  g_assert_cmpstr (monitor->username, ==, "alice");
  g_assert_cmpstr (monitor->password, ==, "sesame");
  g_assert_false (monitor->tls_verify);
}

static void
test_password_of_a_url_is_kept_as_one (void)
{
  g_autoptr (TocsinMonitor) monitor =
      tocsin_guess_monitor ("https://alice:open%20sesame@example.org/");

  g_assert_cmpstr (monitor->target, ==, "https://example.org/");
  g_assert_cmpstr (monitor->username, ==, "alice");
  g_assert_cmpstr (monitor->password, ==, "open sesame");
  g_assert_cmpint (monitor->auth, ==, TOCSIN_AUTH_BASIC);
}

static void
test_chosen_kind_takes_the_host (void)
{
  static const char *const targets[] = { "https://example.org/", "example.org:443", "example.org",
                                         "example.org", NULL };

  for (guint kind = 0; kind < G_N_ELEMENTS (targets); kind++) {
    /* the same host, said as a kind that it is not */
    g_autoptr (TocsinMonitor) monitor =
        tocsin_guess_monitor_of (kind, kind == HTTP ? "ping:example.org" : "https://example.org/x");
    g_autoptr (TocsinMonitor) empty = tocsin_guess_monitor_of (kind, "");

    g_assert_cmpint (monitor->kind, ==, kind);
    g_assert_cmpstr (monitor->target, ==, targets[kind]);
    g_assert_cmpint (empty->kind, ==, kind);
    g_assert_null (empty->target);
  }
}

/* Whatever is pasted, nothing breaks, and a guess has a kind and its own schedule or target. */
static void
test_any_text_is_survived (void)
{
  static const char alphabet[] = "ab.:/[]@*-+ 0123456789?#%'\"\\~,\t";
  g_autoptr (GRand) rand = tocsin_test_rand ();

  for (guint i = 0; i < 20000; i++) {
    g_autoptr (GString) text = g_string_new (NULL);
    g_autoptr (TocsinMonitor) monitor = NULL;

    for (int n = g_rand_int_range (rand, 0, 24); n > 0; n--)
      g_string_append_c (text,
                         alphabet[g_rand_int_range (rand, 0, (gint32) sizeof (alphabet) - 1)]);
    monitor = tocsin_guess_monitor (text->str);
    if (monitor != NULL && monitor->kind != TOCSIN_MONITOR_HEARTBEAT)
      g_assert_nonnull (monitor->target);
    else if (monitor != NULL)
      g_assert_cmpint (
          (monitor->period_us >= 0) + (monitor->cron != NULL) + (monitor->calendar != NULL), ==, 1);
  }
}

int
main (int argc, char *argv[])
{
  tocsin_test_init (&argc, &argv);
  g_test_add_func ("/guess/texts-are-understood", test_texts_are_understood);
  g_test_add_func ("/guess/jobs-are-understood", test_jobs_are_understood);
  g_test_add_func ("/guess/curl-options-are-taken-over", test_curl_options_are_taken_over);
  g_test_add_func ("/guess/password-of-a-url-is-kept-as-one",
                   test_password_of_a_url_is_kept_as_one);
  g_test_add_func ("/guess/chosen-kind-takes-the-host", test_chosen_kind_takes_the_host);
  g_test_add_func ("/guess/any-text-is-survived", test_any_text_is_survived);
  return g_test_run ();
}
