/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "guess"

#include "config.h"

#include <gio/gio.h>
#include <string.h>

#include "guess-private.h"
#include "timetext.h"

#define NAME_PATH_BYTES 60 /* a longer one is no name */

/* Ports whose service speaks TLS at once, or after it is asked. */
static const struct {
  guint16 port;
  TocsinTlsMode tls;
} port_modes[] = {
  { 443, TOCSIN_TLS_STRAIGHT }, { 465, TOCSIN_TLS_STRAIGHT }, { 636, TOCSIN_TLS_STRAIGHT },
  { 853, TOCSIN_TLS_STRAIGHT }, { 993, TOCSIN_TLS_STRAIGHT }, { 995, TOCSIN_TLS_STRAIGHT },
  { 110, TOCSIN_TLS_POP3 },     { 143, TOCSIN_TLS_IMAP },     { 587, TOCSIN_TLS_SMTP },
};

/* What is before “://”, other than the web’s; the port is that where none is said. */
static const struct {
  const char *scheme;
  guint16 port;
} schemes[] = {
  { "tcp", 0 },         { "tls", 443 },    { "ssl", 443 },       { "ssh", 22 },
  { "sftp", 22 },       { "ftp", 21 },     { "smtp", 25 },       { "smtps", 465 },
  { "imap", 143 },      { "imaps", 993 },  { "pop3", 110 },      { "pop3s", 995 },
  { "ldap", 389 },      { "ldaps", 636 },  { "mysql", 3306 },    { "postgresql", 5432 },
  { "postgres", 5432 }, { "redis", 6379 }, { "mongodb", 27017 }, { "amqp", 5672 },
  { "mqtt", 1883 },
};

/* Names that only this network knows: nobody serves a website there by default. */
static const char *const local_suffixes[] = { ".local",    ".lan",       ".home",
                                              ".internal", ".home.arpa", ".localdomain" };

static gboolean
is_host (const char *text)
{
  static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";

  if (g_hostname_is_ip_address (text) || g_hostname_is_non_ascii (text))
    return TRUE;
  return g_ascii_isalnum (*text) && text[strspn (text, allowed)] == '\0';
}

static gboolean
is_local (const char *host)
{
  if (strchr (host, '.') == NULL || g_hostname_is_ip_address (host))
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (local_suffixes); i++)
    if (g_str_has_suffix (host, local_suffixes[i]))
      return TRUE;
  return FALSE;
}

static TocsinMonitor *
new_monitor (TocsinMonitorKind kind, const char *name, const char *target)
{
  TocsinMonitor *monitor = tocsin_monitor_new (kind);

  monitor->name = g_strdup (name);
  monitor->target = g_strdup (target);
  return monitor;
}

/* --- the web --- */

gboolean
tocsin_guess_set_url (TocsinMonitor *monitor, const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (
      url, G_URI_FLAGS_PARSE_RELAXED | G_URI_FLAGS_HAS_PASSWORD | G_URI_FLAGS_ENCODED, NULL);
  g_autofree char *user = NULL, *password = NULL;
  const char *path;

  if (uri == NULL || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0')
    return FALSE;
  path = g_uri_get_path (uri);
  g_free (monitor->target);
  monitor->target = g_uri_to_string_partial (uri, G_URI_HIDE_USERINFO | G_URI_HIDE_FRAGMENT);
  g_free (monitor->name);
  monitor->name = strlen (path) > 1 && strlen (path) <= NAME_PATH_BYTES
                      ? g_strconcat (g_uri_get_host (uri), path, NULL)
                      : g_strdup (g_uri_get_host (uri));
  if (g_str_has_suffix (monitor->name, "/"))
    monitor->name[strlen (monitor->name) - 1] = '\0';
  user = g_uri_unescape_string (g_uri_get_user (uri), NULL);
  if (user == NULL)
    return TRUE;
  password = g_uri_unescape_string (g_uri_get_password (uri), NULL);
  monitor->auth = TOCSIN_AUTH_BASIC;
  g_free (monitor->username);
  monitor->username = g_steal_pointer (&user);
  g_free (monitor->password);
  monitor->password = g_steal_pointer (&password);
  return TRUE;
}

static TocsinMonitor *
guess_website (const char *url)
{
  g_autoptr (TocsinMonitor) monitor = tocsin_monitor_new (TOCSIN_MONITOR_HTTP);

  return tocsin_guess_set_url (monitor, url) ? g_steal_pointer (&monitor) : NULL;
}

static TocsinMonitor *
guess_url (const char *text)
{
  if (g_ascii_strncasecmp (text, "http://", strlen ("http://")) == 0 ||
      g_ascii_strncasecmp (text, "https://", strlen ("https://")) == 0)
    return guess_website (text);
  return NULL;
}

/* --- ports --- */

static TocsinMonitor *
new_tcp (const char *host, guint16 port)
{
  g_autofree char *target = strchr (host, ':') != NULL ? g_strdup_printf ("[%s]:%u", host, port)
                                                       : g_strdup_printf ("%s:%u", host, port);
  TocsinMonitor *monitor = new_monitor (TOCSIN_MONITOR_TCP, target, target);

  for (guint i = 0; i < G_N_ELEMENTS (port_modes); i++)
    if (port_modes[i].port == port)
      monitor->tls = port_modes[i].tls;
  return monitor;
}

static TocsinMonitor *
guess_port (const char *text)
{
  g_autofree char *host = NULL;
  guint16 port;

  if (strchr (text, ':') == NULL || g_hostname_is_ip_address (text) ||
      !tocsin_host_port_parse (text, 0, &host, &port, NULL) || !is_host (host))
    return NULL;
  return new_tcp (host, port);
}

static TocsinMonitor *
guess_scheme (const char *text)
{
  const char *rest = strstr (text, "://");
  g_autofree char *place = NULL, *host = NULL;
  const char *at;
  guint16 port;

  if (rest == NULL)
    return NULL;
  at = strrchr (rest, '@');
  place = g_strdup (at != NULL ? at + 1 : rest + strlen ("://"));
  place[strcspn (place, "/?#")] = '\0';
  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (strlen (schemes[i].scheme) == (gsize) (rest - text) &&
        g_ascii_strncasecmp (text, schemes[i].scheme, strlen (schemes[i].scheme)) == 0 &&
        tocsin_host_port_parse (place, schemes[i].port, &host, &port, NULL))
      return new_tcp (host, port);
  return NULL;
}

/* --- names --- */

static TocsinMonitor *
new_dns (guint type, const char *domain)
{
  const char *word = tocsin_words_get (&tocsin_dns_type_words, type);
  g_autofree char *name = g_strdup_printf ("%s %s", domain, word);
  TocsinMonitor *monitor = new_monitor (TOCSIN_MONITOR_DNS, name, domain);

  monitor->record_type = type;
  return monitor;
}

static gboolean
find_type (const char *word, guint *type)
{
  for (guint i = 0; i < tocsin_dns_type_words.n_words; i++)
    if (g_ascii_strcasecmp (tocsin_dns_type_words.words[i], word) == 0) {
      *type = i;
      return TRUE;
    }
  return FALSE;
}

/* "mx:example.org", "dns:example.org", "ping:printer" */
static TocsinMonitor *
guess_prefix (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, ":", 2);
  guint type;

  if (g_strv_length (parts) != 2 || !is_host (g_strstrip (parts[1])))
    return NULL;
  if (g_ascii_strcasecmp (parts[0], "ping") == 0)
    return new_monitor (TOCSIN_MONITOR_PING, parts[1], parts[1]);
  if (g_ascii_strcasecmp (parts[0], "dns") == 0)
    return new_dns (TOCSIN_DNS_A, parts[1]);
  /* “ns:5353” is a host with its port. */
  if (strchr (parts[1], '.') != NULL && find_type (parts[0], &type))
    return new_dns (type, parts[1]);
  return NULL;
}

/* "MX example.org" and "example.org MX"; "ping example.org" is a command. */
static TocsinMonitor *
guess_record (const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", 2);
  guint type;

  if (g_strv_length (words) != 2)
    return NULL;
  g_strstrip (words[1]);
  if (is_host (words[1]) && strchr (words[1], '.') != NULL && find_type (words[0], &type))
    return new_dns (type, words[1]);
  if (is_host (words[0]) && strchr (words[0], '.') != NULL && find_type (words[1], &type))
    return new_dns (type, words[0]);
  return NULL;
}

/* "example.org", "example.org/status", "localhost:8080/ok", "[2001:db8::1]" */
static TocsinMonitor *
guess_host (const char *text)
{
  gsize length = strcspn (text, "/?");
  g_autofree char *place = g_strndup (text, length), *host = NULL, *url = NULL;
  guint16 port;

  if (strstr (text, "://") != NULL || !tocsin_host_port_parse (place, 1, &host, &port, NULL) ||
      !is_host (host))
    return NULL;
  if (text[length] == '\0' && is_local (host))
    return new_monitor (TOCSIN_MONITOR_PING, host, host);
  url = g_strconcat (is_local (host) ? "http://" : "https://", text, NULL);
  return guess_website (url);
}

TocsinMonitor *
tocsin_guess_monitor (const char *text)
{
  /* The first that understands it. */
  static TocsinMonitor *(*const guesses[]) (const char *) = {
    guess_url,  guess_scheme,         guess_prefix,          guess_record,
    guess_port, tocsin_guess_command, tocsin_guess_schedule, tocsin_guess_job,
    guess_host,
  };
  g_autofree char *stripped = NULL;
  TocsinMonitor *monitor = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  stripped = g_strstrip (g_strdup (text));
  if (*stripped == '\0' || !g_utf8_validate (stripped, -1, NULL))
    return NULL;
  for (guint i = 0; monitor == NULL && i < G_N_ELEMENTS (guesses); i++)
    monitor = guesses[i](stripped);
  return monitor;
}

/* --- a kind that was chosen --- */

static void
retarget (TocsinMonitor *monitor, const char *host)
{
  switch ((TocsinMonitorKind) monitor->kind) {
  case TOCSIN_MONITOR_HTTP:
    monitor->target = g_strconcat ("https://", host, "/", NULL);
    break;
  case TOCSIN_MONITOR_TCP:
    monitor->target = g_strconcat (host, ":443", NULL);
    monitor->tls = TOCSIN_TLS_STRAIGHT;
    break;
  case TOCSIN_MONITOR_PING:
  case TOCSIN_MONITOR_DNS:
    monitor->target = g_strdup (host);
    break;
  case TOCSIN_MONITOR_HEARTBEAT:
    break;
  }
  monitor->name = g_strdup (host);
}

TocsinMonitor *
tocsin_guess_monitor_of (TocsinMonitorKind kind, const char *text)
{
  g_autoptr (TocsinMonitor) guess = NULL;
  g_autofree char *host = NULL;
  TocsinMonitor *monitor;

  g_return_val_if_fail (text != NULL, NULL);

  guess = tocsin_guess_monitor (text);
  if (guess != NULL && guess->kind == kind)
    return g_steal_pointer (&guess);
  monitor = tocsin_monitor_new (kind);
  if (kind == TOCSIN_MONITOR_HEARTBEAT) {
    monitor->name = guess != NULL ? g_strdup (guess->name) : NULL;
    monitor->period_us = TOCSIN_US_PER_DAY;
    return monitor;
  }
  host = guess != NULL ? tocsin_monitor_get_host (guess) : NULL;
  if (host != NULL && *host != '\0')
    retarget (monitor, host);
  return monitor;
}
