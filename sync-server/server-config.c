/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "server-config"

#include "config.h"

#include <gio/gio.h>
#include <sodium.h>
#include <string.h>

#include "errors.h"
#include "monitor.h"
#include "server-config-private.h"
#include "server-config.h"
#include "timetext.h"

#define ENVIRONMENT_PREFIX "TOCSIN_"
#define FILE_MOST_BYTES    (256 * 1024)
#define SLIP_MOST          2 /* characters that differ */

static const char *const log_forms[] = { "auto", "text", "json", "journal" };
static const TocsinWords log_form_words = TOCSIN_WORDS ("form of the log", log_forms);

#define ROW(member, k, ...)                                             \
  {                                                                     \
    .name = #member, .kind = TOCSIN_FIELD_##k,                          \
    .offset = G_STRUCT_OFFSET (TocsinServerConfig, member), __VA_ARGS__ \
  }
#define SPAN_ROW(name_, member, ...)                                    \
  {                                                                     \
    .name = name_, .kind = TOCSIN_FIELD_SPAN,                           \
    .offset = G_STRUCT_OFFSET (TocsinServerConfig, member), __VA_ARGS__ \
  }

static const TocsinField rows[] = {
  ROW (database_url, STRING, .flags = TOCSIN_FIELD_REQUIRED | TOCSIN_FIELD_SECRET, .most = 4096,
       .help = "PostgreSQL’s address: postgresql://user:password@host/database"),
  ROW (database_read_url, STRING, .flags = TOCSIN_FIELD_SECRET, .most = 4096,
       .help = "a replica’s address, for what the public reads"),
  ROW (connections, INT, .least = 1, .most = 100, .fallback = 4,
       .help = "connections to the database for requests, of each worker"),
  ROW (listen, STRINGS, .most = 16, .help = "where it listens: 127.0.0.1:7880, [::]:7880"),
  ROW (public_url, STRING, .most = 1024,
       .help = "how people and programs reach it: https://tocsin.example.org"),
  ROW (workers, INT, .least = 0, .most = 256, .help = "processes; 0 is one a core"),
  ROW (tls_certificate, STRING, .most = 4096, .help = "PEM file of the certificate and its chain"),
  ROW (tls_key, STRING, .most = 4096, .help = "PEM file of the certificate’s key"),
  ROW (trusted_proxies, STRINGS, .most = 64,
       .help = "networks whose X-Forwarded-For and -Proto are believed: 127.0.0.1, 10.0.0.0/8"),
  ROW (smtp_url, STRING, .most = 1024, .help = "the mail server: smtp://host:587, smtps://host"),
  ROW (smtp_user, STRING, .most = 1024, .help = "its user"),
  ROW (smtp_password, STRING, .flags = TOCSIN_FIELD_SECRET, .most = 1024, .help = "its password"),
  ROW (smtp_from, STRING, .most = 1024, .help = "the sender: Tocsin <tocsin@example.org>"),
  ROW (secrets_key, STRING, .flags = TOCSIN_FIELD_SECRET, .most = 128,
       .help = "64 hexadecimal digits that seal secrets: openssl rand -hex 32"),
  ROW (secrets_key_file, STRING, .most = 4096, .help = "a file with these digits, or 32 bytes"),
  ROW (allow_private, BOOL, .help = "requests to other servers may reach private addresses"),
  ROW (body_most_bytes, INT, .least = 65536, .most = 64 * 1024 * 1024, .fallback = 1024 * 1024,
       .help = "the longest body of a request"),
  ROW (ping_body_most_bytes, INT, .least = 0, .most = 10 * 1024 * 1024,
       .fallback = TOCSIN_MONITOR_PING_BODY_BYTES, .help = "what is kept of a ping’s body"),
  ROW (pings_waiting_most, INT, .least = 16, .most = 1024 * 1024, .fallback = 4096,
       .help = "pings that wait in a worker; more are told to come again"),
  ROW (pings_a_minute, INT, .least = 0, .most = 1000000, .fallback = 60,
       .help = "pings of one monitor on average; 0 is any"),
  ROW (requests_a_minute, INT, .least = 0, .most = 10000000, .fallback = 1200,
       .help = "other requests of one address, session or token on average; 0 is any"),
  ROW (connections_most, INT, .least = 16, .most = 1000000, .fallback = 20000,
       .help = "connections of clients at the same time, of each worker"),
  SPAN_ROW ("idle", idle_us, .least = TOCSIN_US_PER_S, .most = TOCSIN_US_PER_HOUR,
            .fallback = 60 * TOCSIN_US_PER_S, .help = "after which a silent client is let go"),
  ROW (keep_pings, INT, .least = 1, .most = 1000000, .fallback = 1000,
       .help = "the last pings that are kept of each monitor"),
  SPAN_ROW ("keep_pings_for", keep_pings_us, .least = TOCSIN_US_PER_HOUR,
            .most = 100 * 365 * TOCSIN_US_PER_DAY, .fallback = 90 * TOCSIN_US_PER_DAY,
            .help = "how long pings are kept"),
  SPAN_ROW ("keep_flips_for", keep_flips_us, .least = TOCSIN_US_PER_DAY,
            .most = 100 * 365 * TOCSIN_US_PER_DAY, .fallback = 400 * TOCSIN_US_PER_DAY,
            .help = "how long changes of state are kept"),
  SPAN_ROW ("keep_samples_for", keep_samples_us, .least = TOCSIN_US_PER_DAY,
            .most = 10 * 365 * TOCSIN_US_PER_DAY, .fallback = 90 * TOCSIN_US_PER_DAY,
            .help = "how long every sample is kept; those that come later are refused"),
  SPAN_ROW ("keep_hours_for", keep_hours_us, .least = TOCSIN_US_PER_DAY,
            .most = 100 * 365 * TOCSIN_US_PER_DAY, .fallback = 400 * TOCSIN_US_PER_DAY,
            .help = "how long the sums of each hour are kept; those of days are kept for ever"),
  SPAN_ROW ("keep_audit_for", keep_audit_us, .least = TOCSIN_US_PER_DAY,
            .most = 100 * 365 * TOCSIN_US_PER_DAY, .fallback = 400 * TOCSIN_US_PER_DAY,
            .help = "how long the audit log is kept"),
  ROW (log_form, WORD, .words = &log_form_words, .help = "auto, text, json or journal"),
  ROW (verbose, BOOL, .help = "log more"),
};

const TocsinFields tocsin_server_config_fields = {
  .what = "configuration",
  .size = sizeof (TocsinServerConfig),
  .rows = rows,
  .n_rows = G_N_ELEMENTS (rows),
  .selector_offset = TOCSIN_FIELDS_NO_SELECTOR,
  .unknown_offset = TOCSIN_FIELDS_NO_UNKNOWN,
};

/* --- one setting --- */

/* How unlike two words are: edits of a character (Levenshtein), for “did you mean”. */
static guint
get_distance (const char *a, const char *b)
{
  gsize n = strlen (b);
  g_autofree guint *row = g_new (guint, n + 1);

  for (gsize j = 0; j <= n; j++)
    row[j] = (guint) j;
  for (gsize i = 1; a[i - 1] != '\0'; i++) {
    guint corner = row[0];

    row[0] = (guint) i;
    for (gsize j = 1; j <= n; j++) {
      guint above = row[j];

      row[j] = MIN (MIN (above, row[j - 1]) + 1, corner + (a[i - 1] == b[j - 1] ? 0 : 1));
      corner = above;
    }
  }
  return row[n];
}

static const char *
find_nearest (const char *name)
{
  const char *nearest = rows[0].name;

  for (guint i = 1; i < G_N_ELEMENTS (rows); i++)
    if (get_distance (name, rows[i].name) < get_distance (name, nearest))
      nearest = rows[i].name;
  return nearest;
}

static gboolean
refuse_name (const char *name, GError **error)
{
  const char *nearest = find_nearest (name);

  if (get_distance (name, nearest) > 1 + strlen (name) / 2)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "%s: there is no such key; see “tocsin-server check-config --list”", name);
  return tocsin_fail (error, TOCSIN_ERROR_INVALID, "%s: there is no such key; did you mean “%s”?",
                      name, nearest);
}

static const TocsinField *
find_row (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (strcmp (rows[i].name, name) == 0)
      return &rows[i];
  return NULL;
}

static gboolean
set_one (TocsinServerConfig *config, const char *name, const char *value, GError **error)
{
  const TocsinField *row = find_row (name);
  g_autoptr (GError) why = NULL;

  if (row == NULL)
    return refuse_name (name, error);
  if (tocsin_fields_set_text (&tocsin_server_config_fields, config, name, value, &why))
    return TRUE;
  if ((row->flags & TOCSIN_FIELD_SECRET) != 0)
    g_propagate_error (error, g_steal_pointer (&why));
  else
    g_propagate_prefixed_error (error, g_steal_pointer (&why), "“%s = %s”: ", name, value);
  return FALSE;
}

/* --- where settings come from --- */

static gboolean
read_line (TocsinServerConfig *config, char *line, GError **error)
{
  char *equals;

  g_strstrip (line);
  if (*line == '\0' || *line == '#')
    return TRUE;
  equals = strchr (line, '=');
  if (equals == NULL)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "“%s”: “name = value” is wanted", line);
  *equals = '\0';
  return set_one (config, g_strchomp (line), g_strchug (equals + 1), error);
}

static gboolean
read_file (TocsinServerConfig *config, const char *path, GError **error)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, error))
    return FALSE;
  if (length > FILE_MOST_BYTES || !g_utf8_validate (text, (gssize) length, NULL))
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "%s: lines of text in UTF-8 are wanted, at most %d bytes", path,
                        FILE_MOST_BYTES);
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (!read_line (config, lines[i], error)) {
      g_prefix_error (error, "%s:%u: ", path, i + 1);
      return FALSE;
    }
  return TRUE;
}

/* Other programs have variables that begin so, too: only what looks like a slip is refused. */
static gboolean
check_variable (const char *variable, GError **error)
{
  gsize length = strcspn (variable, "=");
  g_autofree char *name = NULL, *upper = NULL;
  const char *nearest;
  guint distance;

  if (!g_str_has_prefix (variable, ENVIRONMENT_PREFIX))
    return TRUE;
  name = g_ascii_strdown (variable + strlen (ENVIRONMENT_PREFIX),
                          (gssize) (length - strlen (ENVIRONMENT_PREFIX)));
  nearest = find_nearest (name);
  distance = get_distance (name, nearest);
  if (distance == 0 || distance > SLIP_MOST)
    return TRUE;
  upper = g_ascii_strup (nearest, -1);
  return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                      "%.*s: there is no such variable; did you mean “%s%s”?", (int) length,
                      variable, ENVIRONMENT_PREFIX, upper);
}

static gboolean
read_environment (TocsinServerConfig *config, char **environment, GError **error)
{
  for (guint i = 0; environment[i] != NULL; i++)
    if (!check_variable (environment[i], error))
      return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *upper = g_ascii_strup (rows[i].name, -1);
    g_autofree char *name = g_strconcat (ENVIRONMENT_PREFIX, upper, NULL);
    const char *value = g_environ_getenv (environment, name);

    if (value == NULL || set_one (config, rows[i].name, value, error))
      continue;
    g_prefix_error (error, "%s: ", name);
    return FALSE;
  }
  return TRUE;
}

/* --- public --- */

TocsinServerConfig *
tocsin_server_config_load (const char *path, char **environment, GError **error)
{
  g_autoptr (TocsinServerConfig) config = tocsin_fields_new (&tocsin_server_config_fields);
  const char *named = path != NULL ? path : g_environ_getenv (environment, "TOCSIN_CONFIG");

  if (named == NULL && g_file_test (TOCSIN_SERVER_CONFIG_FILE, G_FILE_TEST_EXISTS))
    named = TOCSIN_SERVER_CONFIG_FILE;
  if ((named != NULL && !read_file (config, named, error)) ||
      !read_environment (config, environment, error) ||
      !tocsin_server_config_check (config, environment, error))
    return NULL;
  return g_steal_pointer (&config);
}

void
tocsin_server_config_free (TocsinServerConfig *config)
{
  if (config == NULL)
    return;
  sodium_memzero (config->key, sizeof config->key);
  tocsin_fields_free (&tocsin_server_config_fields, config);
}

guint
tocsin_server_config_get_n_workers (const TocsinServerConfig *config)
{
  g_return_val_if_fail (config != NULL, 1);

  return config->workers > 0 ? (guint) config->workers : g_get_num_processors ();
}

char *
tocsin_server_config_make_url (const TocsinServerConfig *config, const char *path)
{
  g_return_val_if_fail (config != NULL && path != NULL, NULL);

  return g_strconcat (config->public_url, path, NULL);
}

gboolean
tocsin_server_config_is_https (const TocsinServerConfig *config)
{
  g_return_val_if_fail (config != NULL, FALSE);

  return g_str_has_prefix (config->public_url, "https:");
}
