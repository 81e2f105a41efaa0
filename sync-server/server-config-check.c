/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "server-config-check"

#include "config.h"

#include <gio/gio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sodium.h>
#include <string.h>

#include "errors.h"
#include "monitor.h"
#include "server-config-private.h"

#define CREDENTIAL "tocsin-server.key" /* of systemd: LoadCredential= */

static gboolean
read_key_text (TocsinServerConfig *config, const char *text, const char *from, GError **error)
{
  gsize n = 0;

  if (sodium_hex2bin (config->key, sizeof config->key, text, strlen (text), NULL, &n, NULL) != 0 ||
      n != sizeof config->key)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "%s: 64 hexadecimal digits are wanted: openssl rand -hex 32", from);
  config->has_key = TRUE;
  return TRUE;
}

/* What the settings name, else the service manager's credential where there is one. */
static char *
find_key_file (const TocsinServerConfig *config, char **environment)
{
  const char *folder = g_environ_getenv (environment, "CREDENTIALS_DIRECTORY");
  g_autofree char *path = folder != NULL ? g_build_filename (folder, CREDENTIAL, NULL) : NULL;

  if (config->secrets_key_file != NULL)
    return g_strdup (config->secrets_key_file);
  return path != NULL && g_file_test (path, G_FILE_TEST_EXISTS) ? g_steal_pointer (&path) : NULL;
}

static gboolean
read_key (TocsinServerConfig *config, char **environment, GError **error)
{
  g_autofree char *path = find_key_file (config, environment);
  g_autofree char *text = NULL;
  gsize length;

  if (config->secrets_key != NULL)
    return read_key_text (config, config->secrets_key, "secrets_key", error);
  if (path == NULL)
    return TRUE;
  if (!g_file_get_contents (path, &text, &length, error)) {
    g_prefix_error (error, "secrets_key_file: ");
    return FALSE;
  }
  if (length == sizeof config->key) {
    memcpy (config->key, text, length);
    config->has_key = TRUE;
    return TRUE;
  }
  return read_key_text (config, g_strstrip (text), path, error);
}

static gboolean
check_listen (TocsinServerConfig *config, GError **error)
{
  for (guint i = 0; config->listen[i] != NULL; i++) {
    g_autofree char *host = NULL;
    guint16 port;

    if (tocsin_host_port_parse (config->listen[i], 0, &host, &port, error) &&
        g_hostname_is_ip_address (host))
      continue;
    if (error != NULL && *error == NULL)
      tocsin_fail (error, TOCSIN_ERROR_INVALID, "“%s” is no IP address", host);
    g_prefix_error (error,
                    "listen: “%s”: ADDRESS:PORT is wanted, as 127.0.0.1:7880: ", config->listen[i]);
    return FALSE;
  }
  return TRUE;
}

static gboolean
check_public_url (TocsinServerConfig *config, GError **error)
{
  g_autoptr (GUri) uri = g_uri_parse (config->public_url, G_URI_FLAGS_NONE, NULL);
  const char *scheme = uri != NULL ? g_uri_get_scheme (uri) : "";
  const char *path = uri != NULL ? g_uri_get_path (uri) : "";
  gsize length = strlen (config->public_url);

  if (uri == NULL || (strcmp (scheme, "http") != 0 && strcmp (scheme, "https") != 0) ||
      g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0' || strlen (path) > 1 ||
      g_uri_get_query (uri) != NULL || g_uri_get_fragment (uri) != NULL ||
      g_uri_get_userinfo (uri) != NULL)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "public_url: “%s”: an address like https://tocsin.example.org is wanted, "
                        "without a path",
                        config->public_url);
  if (length > 0 && config->public_url[length - 1] == '/')
    config->public_url[length - 1] = '\0';
  return TRUE;
}

static gboolean
check_proxies (const TocsinServerConfig *config, GError **error)
{
  for (guint i = 0; config->trusted_proxies != NULL && config->trusted_proxies[i] != NULL; i++) {
    g_autoptr (GInetAddressMask) mask =
        g_inet_address_mask_new_from_string (config->trusted_proxies[i], error);

    if (mask != NULL)
      continue;
    g_prefix_error (error, "trusted_proxies: “%s”: a network like 10.0.0.0/8 is wanted: ",
                    config->trusted_proxies[i]);
    return FALSE;
  }
  return TRUE;
}

/* Gio reads both and does not look whether they belong together. */
static gboolean
check_pair (const TocsinServerConfig *config, GError **error)
{
  SSL_CTX *ctx = SSL_CTX_new (TLS_server_method ());
  gboolean ok = ctx != NULL &&
                SSL_CTX_use_certificate_chain_file (ctx, config->tls_certificate) == 1 &&
                SSL_CTX_use_PrivateKey_file (ctx, config->tls_key, SSL_FILETYPE_PEM) == 1;

  ERR_clear_error ();
  SSL_CTX_free (ctx);
  if (ok)
    return TRUE;
  return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                      "tls_key: “%s” is not the key of tls_certificate, “%s”", config->tls_key,
                      config->tls_certificate);
}

static gboolean
check_files (const TocsinServerConfig *config, GError **error)
{
  if ((config->tls_certificate == NULL) != (config->tls_key == NULL))
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "%s: it is wanted where %s is given",
                        config->tls_key == NULL ? "tls_key" : "tls_certificate",
                        config->tls_key == NULL ? "tls_certificate" : "tls_key");
  if (config->tls_key != NULL) {
    g_autoptr (GTlsCertificate) pair =
        g_tls_certificate_new_from_files (config->tls_certificate, config->tls_key, error);

    if (pair == NULL) {
      g_prefix_error (error, "tls_certificate, tls_key: ");
      return FALSE;
    }
    return check_pair (config, error);
  }
  return TRUE;
}

static gboolean
check_mail (const TocsinServerConfig *config, GError **error)
{
  if (config->smtp_url == NULL)
    return TRUE;
  if (!g_str_has_prefix (config->smtp_url, "smtp://") &&
      !g_str_has_prefix (config->smtp_url, "smtps://"))
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "smtp_url: “%s”: smtp://HOST:PORT or smtps://HOST:PORT is wanted",
                        config->smtp_url);
  if (config->smtp_from == NULL)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "smtp_from: it is wanted where smtp_url is given, as "
                        "Tocsin <tocsin@example.org>");
  if (strchr (config->smtp_from, '@') == NULL || strpbrk (config->smtp_from, "\r\n") != NULL)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "smtp_from: “%s”: an address is wanted, as Tocsin <tocsin@example.org>",
                        config->smtp_from);
  return TRUE;
}

static void
fill_defaults (TocsinServerConfig *config)
{
  static const char *const listen[] = { "127.0.0.1:7880", NULL };

  if (config->listen == NULL || config->listen[0] == NULL) {
    g_strfreev (config->listen);
    config->listen = g_strdupv ((char **) listen);
  }
  if (config->public_url == NULL)
    config->public_url = g_strdup_printf ("http://%s", config->listen[0]);
}

/* --- all of it --- */

gboolean
tocsin_server_config_check (TocsinServerConfig *config, char **environment, GError **error)
{
  if (config->database_url == NULL)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "database_url: it is wanted, as "
                        "postgresql://tocsin:password@db.example.org/tocsin; set it in %s or as "
                        "TOCSIN_DATABASE_URL",
                        TOCSIN_SERVER_CONFIG_FILE);
  fill_defaults (config);
  return tocsin_fields_check (&tocsin_server_config_fields, config, error) &&
         check_listen (config, error) && check_public_url (config, error) &&
         check_proxies (config, error) && check_files (config, error) &&
         check_mail (config, error) && read_key (config, environment, error);
}
