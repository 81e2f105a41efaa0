/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-https"

#include "config.h"

#include <gio/gio.h>
#include <unistd.h>

#include "probe-fixture.h"
#include "support.h"
#include "test-certificates.h"
#include "test-http-server.h"
#include "test-listener.h"

static TocsinMonitor *
make_monitor (const char *url)
{
  TocsinMonitor *monitor = tocsin_monitor_new (TOCSIN_MONITOR_HTTP);

  monitor->name = g_strdup ("shop");
  monitor->target = g_strdup (url);
  monitor->tls_ca_file = g_strdup (tocsin_test_ca_file ());
  return monitor;
}

/* As make_monitor, for a server on `port` that is called shop.example.org. */
static TocsinMonitor *
make_shop (TocsinTestHttpServer *server, const char *path)
{
  guint16 port = tocsin_test_http_server_get_port (server);
  g_autofree char *url = g_strdup_printf ("https://shop.example.org:%u%s", port, path);
  TocsinMonitor *monitor = make_monitor (url);

  monitor->connect_to = g_strdup ("127.0.0.1");
  return monitor;
}

static const struct {
  TocsinTestCert cert;
  TocsinCode code;
  const char *reason; /* glob; NULL: good */
} cases[] = {
  { TOCSIN_TEST_CERT_GOOD, TOCSIN_CODE_NONE, NULL },
  { TOCSIN_TEST_CERT_INTERMEDIATE, TOCSIN_CODE_NONE, NULL },
  { TOCSIN_TEST_CERT_EXPIRED, TOCSIN_CODE_TLS_EXPIRED,
    "TLS: certificate of shop.example.org expired 3 days ago" },
  { TOCSIN_TEST_CERT_NOT_YET_VALID, TOCSIN_CODE_TLS_NOT_YET_VALID,
    "TLS: certificate of shop.example.org is not valid yet, only in 2 days *" },
  { TOCSIN_TEST_CERT_WRONG_NAME, TOCSIN_CODE_TLS_WRONG_NAME,
    "TLS: certificate is for other.example.org, *, not for shop.example.org" },
  { TOCSIN_TEST_CERT_SELF_SIGNED, TOCSIN_CODE_TLS_SELF_SIGNED,
    "TLS: certificate of shop.example.org is self-signed: *" },
  { TOCSIN_TEST_CERT_UNTRUSTED, TOCSIN_CODE_TLS_UNTRUSTED,
    "TLS: certificate of shop.example.org is issued by CN=Nobody Trusts Me, *" },
  { TOCSIN_TEST_CERT_INCOMPLETE_CHAIN, TOCSIN_CODE_TLS_INCOMPLETE_CHAIN,
    "TLS: the server of shop.example.org does not send the whole chain: *" },
};

static void
test_certificates (ProbeFixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    TocsinTestHttpServer *server =
        tocsin_test_http_server_new (tocsin_test_server_ctx (cases[i].cert, FALSE));
    g_autoptr (TocsinMonitor) monitor = make_shop (server, "/ok");
    g_autoptr (TocsinMonitor) lenient = make_shop (server, "/ok");
    g_autoptr (TocsinSample) strict_sample = probe_fixture_check (fixture, monitor);
    g_autoptr (TocsinSample) lenient_sample = NULL;

    probe_assert_sample (strict_sample, cases[i].code, cases[i].reason);
    g_assert_nonnull (strict_sample->evidence->certificate);
    lenient->tls_verify = FALSE;
    lenient_sample = probe_fixture_check (fixture, lenient);
    probe_assert_sample (lenient_sample, TOCSIN_CODE_NONE, NULL);
    g_assert_cmpint (lenient_sample->evidence->certificate->chain_problem != NULL, ==,
                     cases[i].reason != NULL);
    tocsin_test_http_server_free (server);
  }
}

static void
test_facts (ProbeFixture *fixture, gconstpointer data)
{
  TocsinTestHttpServer *server =
      tocsin_test_http_server_new (tocsin_test_server_ctx (TOCSIN_TEST_CERT_GOOD, FALSE));
  g_autofree char *url = tocsin_test_http_server_url (server, "/ok");
  g_autofree char *by_address =
      g_strdup_printf ("https://127.0.0.1:%u/ok", tocsin_test_http_server_get_port (server));
  const char *const urls[] = { url, by_address };

  for (guint i = 0; i < G_N_ELEMENTS (urls); i++) {
    g_autoptr (TocsinMonitor) monitor = make_monitor (urls[i]);
    g_autoptr (TocsinSample) sample = probe_fixture_check (fixture, monitor);
    const TocsinCertificate *certificate = sample->evidence->certificate;

    probe_assert_sample (sample, TOCSIN_CODE_NONE, NULL);
    g_assert_nonnull (certificate);
    g_assert_cmpstr (certificate->subject, ==, "CN=shop.example.org");
    g_assert_cmpstr (certificate->tls_version, ==, "TLSv1.3");
    g_assert_null (certificate->chain_problem);
    g_assert_cmpint (sample->phase_us[TOCSIN_PHASE_TLS], >, 0);
  }
  tocsin_test_http_server_free (server);
}

/* An address has no SNI; its certificate is held against it all the same. */
static void
test_wrong_address (ProbeFixture *fixture, gconstpointer data)
{
  TocsinTestHttpServer *server =
      tocsin_test_http_server_new (tocsin_test_server_ctx (TOCSIN_TEST_CERT_WRONG_NAME, FALSE));
  g_autofree char *url =
      g_strdup_printf ("https://127.0.0.1:%u/ok", tocsin_test_http_server_get_port (server));
  g_autoptr (TocsinMonitor) monitor = make_monitor (url);
  g_autoptr (TocsinSample) sample = probe_fixture_check (fixture, monitor);

  probe_assert_sample (sample, TOCSIN_CODE_TLS_WRONG_NAME,
                       "TLS: certificate is for other.example.org, *, not for 127.0.0.1");
  g_assert_nonnull (sample->evidence->certificate->chain_problem);
  tocsin_test_http_server_free (server);
}

static void
test_client_certificate (ProbeFixture *fixture, gconstpointer data)
{
  TocsinTestHttpServer *server =
      tocsin_test_http_server_new (tocsin_test_server_ctx (TOCSIN_TEST_CERT_GOOD, TRUE));
  g_autoptr (TocsinMonitor) without = make_shop (server, "/ok");
  g_autoptr (TocsinMonitor) with = make_shop (server, "/ok");
  g_autoptr (TocsinMonitor) broken = make_shop (server, "/ok");
  g_autoptr (TocsinSample) refused = NULL, good = NULL, unusable = NULL;

  refused = probe_fixture_check (fixture, without);
  probe_assert_sample (refused, TOCSIN_CODE_TLS_CLIENT_CERTIFICATE,
                       "TLS: shop.example.org wants a client certificate, and none is set");
  with->client_cert = g_strdup (tocsin_test_client_cert_file ());
  with->client_key = g_strdup (tocsin_test_client_key_file ());
  good = probe_fixture_check (fixture, with);
  probe_assert_sample (good, TOCSIN_CODE_NONE, NULL);
  broken->client_cert = g_strdup ("/nonexistent.pem");
  unusable = probe_fixture_check (fixture, broken);
  probe_assert_sample (unusable, TOCSIN_CODE_CONFIGURATION,
                       "the client certificate /nonexistent.pem or its key can't be used: *");
  tocsin_test_http_server_free (server);
}

static void
test_no_tls (ProbeFixture *fixture, gconstpointer data)
{
  TocsinTestHttpServer *server = tocsin_test_http_server_new (NULL);
  g_autofree char *url =
      g_strdup_printf ("https://127.0.0.1:%u/ok", tocsin_test_http_server_get_port (server));
  g_autoptr (TocsinMonitor) monitor = make_monitor (url);
  g_autoptr (TocsinSample) sample = NULL;

  monitor->timeout_us = 300000;
  sample = probe_fixture_check (fixture, monitor);
  probe_assert_sample (sample, TOCSIN_CODE_TIMEOUT_TLS,
                       "no answer within 300 ms: connected to 127.0.0.1:* after *, then TLS did "
                       "not come about");
  tocsin_test_http_server_free (server);
}

static void
test_old_tls (ProbeFixture *fixture, gconstpointer data)
{
  SSL_CTX *ctx = tocsin_test_server_ctx (TOCSIN_TEST_CERT_GOOD, FALSE);
  g_autoptr (TocsinMonitor) monitor = NULL;
  g_autoptr (TocsinSample) sample = NULL;
  TocsinTestHttpServer *server;

  SSL_CTX_set_min_proto_version (ctx, TLS1_VERSION);
  SSL_CTX_set_max_proto_version (ctx, TLS1_1_VERSION);
  server = tocsin_test_http_server_new (ctx);
  monitor = make_shop (server, "/ok");
  sample = probe_fixture_check (fixture, monitor);
  probe_assert_sample (sample, TOCSIN_CODE_TLS_HANDSHAKE,
                       "TLS: no agreement with shop.example.org: *");
  g_assert_null (strstr (sample->reason, "error:"));
  tocsin_test_http_server_free (server);
}

/* From plain to TLS, and to a host with another certificate: what is told is the last one's. */
static void
test_redirect (ProbeFixture *fixture, gconstpointer data)
{
  TocsinTestHttpServer *plain = tocsin_test_http_server_new (NULL);
  TocsinTestHttpServer *good =
      tocsin_test_http_server_new (tocsin_test_server_ctx (TOCSIN_TEST_CERT_GOOD, FALSE));
  TocsinTestHttpServer *expired =
      tocsin_test_http_server_new (tocsin_test_server_ctx (TOCSIN_TEST_CERT_EXPIRED, FALSE));
  g_autofree char *expired_url = tocsin_test_http_server_url (expired, "/ok");
  g_autofree char *good_path = g_strconcat ("/to?", expired_url, NULL);
  g_autofree char *good_url = tocsin_test_http_server_url (good, good_path);
  g_autofree char *path = g_strconcat ("/to?", good_url, NULL);
  g_autofree char *url = tocsin_test_http_server_url (plain, path);
  g_autoptr (TocsinMonitor) monitor = make_monitor (url);
  g_autoptr (TocsinSample) sample = probe_fixture_check (fixture, monitor);

  probe_assert_sample (sample, TOCSIN_CODE_TLS_EXPIRED,
                       "TLS: certificate of localhost expired 3 days ago");
  g_assert_cmpint (sample->evidence->redirects, ==, 2);
  g_assert_cmpstr (sample->evidence->final_url, ==, expired_url);
  tocsin_test_http_server_free (plain);
  tocsin_test_http_server_free (good);
  tocsin_test_http_server_free (expired);
}

typedef struct {
  TocsinTestProxyKind kind;
  const char *scheme;
  gboolean tls;
  const char *user, *password; /* that we give */
  TocsinCode code;
  const char *reason;
} ProxyCase;

static const ProxyCase proxy_cases[] = {
  { TOCSIN_TEST_PROXY_HTTP, "http", FALSE, "carol", "let me pass", TOCSIN_CODE_NONE, NULL },
  { TOCSIN_TEST_PROXY_HTTP, "http", TRUE, "carol", "let me pass", TOCSIN_CODE_NONE, NULL },
  { TOCSIN_TEST_PROXY_SOCKS5, "socks5h", FALSE, "carol", "let me pass", TOCSIN_CODE_NONE, NULL },
  { TOCSIN_TEST_PROXY_SOCKS5, "socks5h", TRUE, "carol", "let me pass", TOCSIN_CODE_NONE, NULL },
  { TOCSIN_TEST_PROXY_HTTP, "http", FALSE, "carol", "wrong", TOCSIN_CODE_PROXY_FAILED,
    "407 Proxy Authentication Required: the proxy does not accept the user name and password" },
  { TOCSIN_TEST_PROXY_HTTP, "http", TRUE, NULL, NULL, TOCSIN_CODE_PROXY_FAILED,
    "the proxy refuses the tunnel with status 407: it wants a user name and password" },
  { TOCSIN_TEST_PROXY_SOCKS5, "socks5h", FALSE, "carol", "wrong", TOCSIN_CODE_PROXY_FAILED,
    "the proxy does not help: *" },
};

static void
test_proxies (ProbeFixture *fixture, gconstpointer data)
{
  TocsinTestHttpServer *plain = tocsin_test_http_server_new (NULL);
  TocsinTestHttpServer *secure =
      tocsin_test_http_server_new (tocsin_test_server_ctx (TOCSIN_TEST_CERT_GOOD, FALSE));

  for (guint i = 0; i < G_N_ELEMENTS (proxy_cases); i++) {
    const ProxyCase *one = &proxy_cases[i];
    TocsinTestProxy *proxy = tocsin_test_proxy_new (one->kind, "carol", "let me pass");
    guint16 port = tocsin_test_http_server_get_port (one->tls ? secure : plain);
    g_autofree char *url =
        g_strdup_printf ("%s://shop.example.org:%u/ok", one->tls ? "https" : "http", port);
    g_autoptr (TocsinMonitor) monitor = make_monitor (url);
    g_autoptr (TocsinSample) sample = NULL;

    g_test_message ("case %u", i);
    monitor->proxy =
        g_strdup_printf ("%s://127.0.0.1:%u", one->scheme, tocsin_test_proxy_get_port (proxy));
    monitor->proxy_username = g_strdup (one->user);
    monitor->proxy_password = g_strdup (one->password);
    sample = probe_fixture_check (fixture, monitor);
    probe_assert_sample (sample, one->code, one->reason);
    g_assert_cmpint (tocsin_test_proxy_get_n_served (proxy), ==, one->reason == NULL);
    tocsin_test_proxy_free (proxy);
  }
  tocsin_test_http_server_free (plain);
  tocsin_test_http_server_free (secure);
}

static void
test_no_proxy (ProbeFixture *fixture, gconstpointer data)
{
  g_autoptr (TocsinMonitor) monitor = make_monitor ("http://shop.example.org/");
  g_autoptr (TocsinSample) sample = NULL;

  monitor->proxy = g_strdup_printf ("http://bob:hunter22@127.0.0.1:%u", tocsin_test_free_port ());
  sample = probe_fixture_check (fixture, monitor);
  probe_assert_sample (sample, TOCSIN_CODE_PROXY_FAILED,
                       "the proxy http://127.0.0.1:* can't be reached: connection refused");
}

static gboolean
is_listening (gpointer user_data)
{
  int fd = tocsin_test_connect (*(guint16 *) user_data);

  if (fd >= 0)
    close (fd);
  return fd >= 0;
}

/* (transfer full) (nullable) */
static GSubprocess *
start_nginx (guint16 port)
{
  g_autofree char *nginx = NULL, *config = NULL, *dir = tocsin_test_make_dir ();
  g_autofree char *path = g_build_filename (dir, "nginx.conf", NULL);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;

  nginx = g_find_program_in_path ("nginx");
  if (nginx == NULL && g_file_test ("/usr/sbin/nginx", G_FILE_TEST_IS_EXECUTABLE))
    nginx = g_strdup ("/usr/sbin/nginx");
  if (nginx == NULL)
    return NULL;
  config = g_strdup_printf ("daemon off; master_process off; pid %s/pid; error_log stderr crit;\n"
                            "events {}\nhttp { access_log off;\n"
                            "client_body_temp_path %s/b; proxy_temp_path %s/p;\n"
                            "fastcgi_temp_path %s/f; uwsgi_temp_path %s/u; scgi_temp_path %s/s;\n"
                            "server { listen 127.0.0.1:%u ssl http2;\n"
                            "ssl_certificate %s; ssl_certificate_key %s;\n"
                            "location / { return 503 \"from nginx\"; } } }\n",
                            dir, dir, dir, dir, dir, dir, port,
                            tocsin_test_cert_file (TOCSIN_TEST_CERT_GOOD),
                            tocsin_test_key_file (TOCSIN_TEST_CERT_GOOD));
  g_assert_true (g_file_set_contents (path, config, -1, NULL));
  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error, nginx, "-c", path, "-e",
                              "stderr", NULL);
  g_assert_no_error (error);
  tocsin_test_wait (NULL, is_listening, &port);
  return g_steal_pointer (&process);
}

static void
test_http2 (ProbeFixture *fixture, gconstpointer data)
{
  static const struct {
    TocsinHttpVersion wanted;
    const char *spoken;
  } versions[] = {
    { TOCSIN_HTTP_AUTO, "2" },
    { TOCSIN_HTTP_2, "2" },
    { TOCSIN_HTTP_1_1, "1.1" },
  };
  guint16 port = tocsin_test_free_port ();
  g_autoptr (GSubprocess) nginx = start_nginx (port);
  g_autofree char *url = g_strdup_printf ("https://localhost:%u/", port);

  if (nginx == NULL) {
    g_test_skip ("nginx is not here");
    return;
  }
  for (guint i = 0; i < G_N_ELEMENTS (versions); i++) {
    g_autoptr (TocsinMonitor) monitor = make_monitor (url);
    g_autoptr (TocsinSample) sample = NULL;

    monitor->http_version = versions[i].wanted;
    sample = probe_fixture_check (fixture, monitor);
    probe_assert_sample (sample, TOCSIN_CODE_STATUS_UNEXPECTED,
                         "expected status 200-299, got 503 Service Unavailable");
    g_assert_cmpstr (sample->evidence->http_version, ==, versions[i].spoken);
    g_assert_cmpmem (g_bytes_get_data (sample->evidence->body, NULL),
                     g_bytes_get_size (sample->evidence->body), "from nginx", 10);
  }
  g_subprocess_force_exit (nginx);
  g_subprocess_wait (nginx, NULL, NULL);
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
#define ADD(name, function) \
  g_test_add (name, ProbeFixture, NULL, probe_fixture_setup, function, probe_fixture_teardown)
  ADD ("/https/each-certificate-fault-has-its-code-and-sentence", test_certificates);
  ADD ("/https/a-good-sample-has-the-certificate", test_facts);
  ADD ("/https/the-certificate-must-be-for-the-address", test_wrong_address);
  ADD ("/https/a-client-certificate-is-shown-where-wanted", test_client_certificate);
  ADD ("/https/a-server-without-tls-times-out-in-tls", test_no_tls);
  ADD ("/https/a-server-that-speaks-only-old-tls-is-told", test_old_tls);
  ADD ("/https/after-redirects-the-last-certificate-counts", test_redirect);
  ADD ("/https/proxies-carry-it-and-are-told-apart", test_proxies);
  ADD ("/https/a-dead-proxy-is-not-a-dead-target", test_no_proxy);
  ADD ("/https/http-2-is-spoken-where-offered", test_http2);
  return g_test_run ();
}
