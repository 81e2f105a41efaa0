/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-server-config"

#include "config.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "errors.h"
#include "server-config.h"
#include "support.h"
#include "test-certificates.h"

#define DATABASE "database_url = postgresql:///tocsin\n"
#define KEY      "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

static char *
write_file (const char *name, const void *text, gsize length)
{
  char *path = g_build_filename (tocsin_test_dir (), name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, (gssize) length, &error);
  g_assert_no_error (error);
  return path;
}

static TocsinServerConfig *
load (const char *text, const char *const *environment, GError **error)
{
  g_autofree char *path = write_file ("server.conf", text, strlen (text));
  const char *const nothing[] = { NULL };

  return tocsin_server_config_load (path, (char **) (environment != NULL ? environment : nothing),
                                    error);
}

/* What must be in the sentence, each: the key, the value, what would be right. */
static const struct {
  const char *text;
  const char *says[4];
} refused[] = {
  { "", { "database_url", "postgresql://", "TOCSIN_DATABASE_URL" } },
  { "database_url\n", { "server.conf:1", "database_url", "name = value" } },
  { DATABASE "connections = many\n", { "server.conf:2", "connections", "many", "number" } },
  { DATABASE "connections = 0\n", { "connections", "0", "1" } },
  { DATABASE "connections = 101\n", { "connections", "101", "100" } },
  { DATABASE "connections = 4.5\n", { "connections", "4.5", "number" } },
  { DATABASE "workers = -1\n", { "workers", "-1", "0" } },
  { DATABASE "listen = localhost:7880\n", { "listen", "localhost", "127.0.0.1:7880" } },
  { DATABASE "listen = 127.0.0.1\n", { "listen", "127.0.0.1", "ADDRESS:PORT" } },
  { DATABASE "listen = 127.0.0.1:0\n", { "listen", "127.0.0.1:0", "ADDRESS:PORT" } },
  { DATABASE "listen = 127.0.0.1:70000\n", { "listen", "70000", "ADDRESS:PORT" } },
  { DATABASE "public_url = tocsin.example.org\n",
    { "public_url", "tocsin.example.org", "https://" } },
  { DATABASE "public_url = ftp://a.example.org\n", { "public_url", "ftp://", "https://" } },
  { DATABASE "public_url = https://\n", { "public_url", "https://tocsin.example.org" } },
  { DATABASE "public_url = https://a.example.org/?x=1\n", { "public_url", "?x=1", "https://" } },
  { DATABASE "public_url = https://a.example.org/#x\n", { "public_url", "#x", "https://" } },
  { DATABASE "public_url = https://u:p@a.example.org\n", { "public_url", "https://" } },
  { DATABASE "public_url = https://a.example.org/sub\n", { "public_url", "/sub", "https://" } },
  { DATABASE "trusted_proxies = proxy.example.org\n",
    { "trusted_proxies", "proxy.example.org", "10.0.0.0/8" } },
  { DATABASE "trusted_proxies = 10.0.0.0/33\n",
    { "trusted_proxies", "10.0.0.0/33", "10.0.0.0/8" } },
  { DATABASE "tls_certificate = a.pem\n", { "tls_key", "tls_certificate" } },
  { DATABASE "tls_key = a.pem\n", { "tls_certificate", "tls_key" } },
  { DATABASE "tls_key = /nowhere/k.pem\ntls_certificate = /nowhere/c.pem\n",
    { "tls_certificate", "/nowhere/k.pem" } },
  { DATABASE "smtp_url = mail.example.org\n", { "smtp_url", "mail.example.org", "smtp://" } },
  { DATABASE "smtp_url = smtp://mail.example.org\n", { "smtp_from", "tocsin@example.org" } },
  { DATABASE "smtp_url = smtp://mail.example.org\nsmtp_from = nobody\n",
    { "smtp_from", "nobody", "tocsin@example.org" } },
  { DATABASE "secrets_key = abc\n",
    { "secrets_key", "64 hexadecimal digits", "openssl rand -hex 32" } },
  { DATABASE "secrets_key_file = /nowhere/key\n", { "secrets_key_file", "/nowhere/key" } },
  { DATABASE "allow_private = maybe\n", { "allow_private", "maybe", "true" } },
  { DATABASE "idle = 0s\n", { "idle", "0", "1" } },
  { DATABASE "idle = soon\n", { "idle", "soon" } },
  { DATABASE "keep_pings_for = 1m\n", { "keep_pings", "1" } },
  { DATABASE "body_most_bytes = 10\n", { "body_most_bytes", "10", "65536" } },
  { DATABASE "log_form = xml\n", { "log_form", "xml", "journal" } },
  { DATABASE "databse_read_url = x\n",
    { "databse_read_url", "did you mean", "database_read_url" } },
  { DATABASE "listne = 127.0.0.1:1\n", { "listne", "did you mean", "“listen”" } },
  { DATABASE "Workers = 2\n", { "Workers", "did you mean", "“workers”" } },
  { DATABASE "tea = yes\n", { "tea", "no such key" } },
  { DATABASE "[server]\n", { "[server]", "name = value" } },
};

static void
test_refused (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (TocsinServerConfig) config = load (refused[i].text, NULL, &error);

    if (config != NULL)
      g_error ("this was taken:\n%s", refused[i].text);
    for (guint j = 0; j < G_N_ELEMENTS (refused[i].says) && refused[i].says[j] != NULL; j++)
      if (strstr (error->message, refused[i].says[j]) == NULL)
        g_error ("“%s” is not in “%s”, which was said of:\n%s", refused[i].says[j], error->message,
                 refused[i].text);
  }
}

/* Whatever is wrong, a password is nothing to tell. */
static void
test_secrets_are_not_told (void)
{
  static const char *const texts[] = {
    "secrets_key = hunter2hunter2\n" DATABASE,
    DATABASE "smtp_password = hunter2hunter2\nsmtp_url = x\n",
    "database_url = postgresql://u:hunter2hunter2@h/d\nworkers = x\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (TocsinServerConfig) config = load (texts[i], NULL, &error);

    g_assert_null (config);
    g_assert_null (strstr (error->message, "hunter2"));
  }
}

static void
test_defaults (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TocsinServerConfig) config = load (DATABASE, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (config->listen[0], ==, "127.0.0.1:7880");
  g_assert_null (config->listen[1]);
  g_assert_cmpstr (config->public_url, ==, "http://127.0.0.1:7880");
  g_assert_cmpint (config->connections, ==, 4);
  g_assert_cmpuint (tocsin_server_config_get_n_workers (config), ==, g_get_num_processors ());
  g_assert_cmpint (config->idle_us, ==, 60 * G_USEC_PER_SEC);
  g_assert_false (config->has_key);
  g_assert_false (tocsin_server_config_is_https (config));
}

static void
test_file (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TocsinServerConfig) config =
      load ("# a comment\n\n  database_url=postgresql://u:p%20=@h/d?a=b \r\n"
            "listen = 127.0.0.1:1, [::1]:2\npublic_url = https://tocsin.example.org/\n"
            "trusted_proxies = 10.0.0.0/8, ::1\nsecrets_key = " KEY "\nallow_private = yes\n",
            NULL, &error);
  g_autofree char *url = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (config->database_url, ==, "postgresql://u:p%20=@h/d?a=b");
  g_assert_cmpstr (config->listen[1], ==, "[::1]:2");
  g_assert_cmpstr (config->trusted_proxies[1], ==, "::1");
  g_assert_true (config->allow_private);
  g_assert_true (tocsin_server_config_is_https (config));
  url = tocsin_server_config_make_url (config, "/a");
  g_assert_cmpstr (url, ==, "https://tocsin.example.org/a");
  g_assert_true (config->has_key);
  for (guint i = 0; i < sizeof config->key; i++)
    g_assert_cmpint (config->key[i], ==, i);
}

static void
test_environment_wins (void)
{
  const char *const environment[] = { "TOCSIN_WORKERS=3", "TOCSIN_IDLE=90s", "HOME=/", NULL };
  const char *const wrong[] = { "TOCSIN_WORKERS=x", NULL };
  const char *const unknown[] = { "TOCSIN_WORKER=3", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (TocsinServerConfig) config = load (DATABASE "workers = 2\n", environment, &error);

  g_assert_no_error (error);
  g_assert_cmpint (config->workers, ==, 3);
  g_assert_cmpint (config->idle_us, ==, 90 * G_USEC_PER_SEC);

  g_assert_null (load (DATABASE, wrong, &error));
  g_assert_nonnull (strstr (error->message, "TOCSIN_WORKERS"));
  g_clear_error (&error);
  g_assert_null (load (DATABASE, unknown, &error));
  g_assert_nonnull (strstr (error->message, "TOCSIN_WORKER:"));
  g_assert_nonnull (strstr (error->message, "TOCSIN_WORKERS"));
}

/* What belongs to Tocsin's other programs, to tests and to systemd is none of the server's. */
static void
test_other_variables (void)
{
  const char *const environment[] = { "TOCSIN_DATABASE_URL=postgresql:///x",
                                      "TOCSIN_KEY_FILE=key",
                                      "TOCSIN_LOCALEDIR=/x",
                                      "TOCSIN_DATA_DIR=/x",
                                      "TOCSIN_TEST_SEED=1",
                                      "TOCSIN_SERVER_DATA_DIR=/x",
                                      NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (TocsinServerConfig) config = load ("", environment, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (config->database_url, ==, "postgresql:///x");
}

static void
test_missing_file (void)
{
  const char *const environment[] = { "TOCSIN_CONFIG=/nowhere/server.conf", "TOCSIN_DATABASE_URL=x",
                                      NULL };
  g_autoptr (GError) error = NULL;

  g_assert_null (tocsin_server_config_load (NULL, (char **) environment, &error));
  g_assert_nonnull (strstr (error->message, "/nowhere/server.conf"));
}

static void
test_keys (void)
{
  guint8 raw[TOCSIN_SERVER_KEY_BYTES] = { 0, 7 };
  g_autofree char *of_bytes = write_file ("raw.key", raw, sizeof raw);
  g_autofree char *of_digits = write_file ("hex.key", KEY "\n", strlen (KEY) + 1);
  g_autofree char *credential = write_file ("tocsin-server.key", KEY, strlen (KEY));
  g_autofree char *folder = g_strconcat ("CREDENTIALS_DIRECTORY=", tocsin_test_dir (), NULL);
  g_autofree char *named = g_strconcat ("TOCSIN_SECRETS_KEY_FILE=", of_bytes, NULL);
  g_autofree char *digits = g_strconcat ("TOCSIN_SECRETS_KEY_FILE=", of_digits, NULL);
  const struct {
    const char *set; /* in the environment */
    guint8 second;   /* byte of the key */
  } cases[] = { { named, 7 }, { digits, 1 }, { folder, 1 } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const char *const environment[] = { cases[i].set, NULL };
    g_autoptr (GError) error = NULL;
    g_autoptr (TocsinServerConfig) config = load (DATABASE, environment, &error);

    g_assert_no_error (error);
    g_assert_true (config->has_key);
    g_assert_cmpint (config->key[1], ==, cases[i].second);
  }
  g_assert_cmpint (g_remove (credential), ==, 0);
}

static void
test_tls (void)
{
  g_autofree char *good = g_strdup_printf (DATABASE "tls_certificate = %s\ntls_key = %s\n",
                                           tocsin_test_cert_file (TOCSIN_TEST_CERT_GOOD),
                                           tocsin_test_key_file (TOCSIN_TEST_CERT_GOOD));
  g_autofree char *mixed = g_strdup_printf (DATABASE "tls_certificate = %s\ntls_key = %s\n",
                                            tocsin_test_cert_file (TOCSIN_TEST_CERT_GOOD),
                                            tocsin_test_key_file (TOCSIN_TEST_CERT_EXPIRED));
  g_autoptr (GError) error = NULL;
  g_autoptr (TocsinServerConfig) config = load (good, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (config->tls_key);
  g_assert_null (load (mixed, NULL, &error));
  g_assert_nonnull (strstr (error->message, "tls_key"));
}

/* The example shows every key, with its default where it has one, and each line is right. */
static void
test_example (void)
{
  const TocsinFields *fields = &tocsin_server_config_fields;
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", "data", "server.conf", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  TocsinServerConfig *plain = tocsin_fields_new (fields);
  TocsinServerConfig *set = tocsin_fields_new (fields);

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < fields->n_rows; i++) {
    const TocsinField *row = &fields->rows[i];
    g_autofree char *begin = g_strdup_printf ("\n#%s = ", row->name);
    const char *at = strstr (text, begin);
    g_autofree char *value = NULL;

    if (at == NULL)
      g_error ("data/server.conf does not show “%s”", row->name);
    at += strlen (begin);
    value = g_strndup (at, strcspn (at, "\n"));
    tocsin_fields_set_text (fields, set, row->name, value, &error);
    g_assert_no_error (error);
    if (row->kind == TOCSIN_FIELD_INT || row->kind == TOCSIN_FIELD_SPAN)
      g_assert_cmpint (*TOCSIN_FIELD_AT (gint64, set, row), ==,
                       *TOCSIN_FIELD_AT (gint64, plain, row));
    if (row->kind == TOCSIN_FIELD_BOOL || row->kind == TOCSIN_FIELD_WORD)
      g_assert_cmpuint (*TOCSIN_FIELD_AT (guint, set, row), ==,
                        *TOCSIN_FIELD_AT (guint, plain, row));
  }
  tocsin_fields_free (fields, plain);
  tocsin_fields_free (fields, set);
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
  g_test_add_func ("/server-config/what-is-wrong-is-named-with-what-would-be-right", test_refused);
  g_test_add_func ("/server-config/secrets-are-not-told", test_secrets_are_not_told);
  g_test_add_func ("/server-config/one-setting-is-enough", test_defaults);
  g_test_add_func ("/server-config/a-file-is-read", test_file);
  g_test_add_func ("/server-config/the-environment-wins", test_environment_wins);
  g_test_add_func ("/server-config/other-variables-are-left-alone", test_other_variables);
  g_test_add_func ("/server-config/a-file-that-is-named-must-be-there", test_missing_file);
  g_test_add_func ("/server-config/the-key-is-found-where-it-lies", test_keys);
  g_test_add_func ("/server-config/certificate-and-key-belong-together", test_tls);
  g_test_add_func ("/server-config/the-example-has-every-key", test_example);
  return g_test_run ();
}
