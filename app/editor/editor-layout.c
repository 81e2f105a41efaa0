/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "editor-layout"

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "editor-layout.h"
#include "maintenance.h"
#include "monitor.h"

static const TocsinEditorLabel monitor_labels[] = {
  { "name", N_ ("Name"), NULL, 0 },
  { "target", N_ ("Target"), NULL, 0 }, /* by kind, see target_labels */
  { "interval", N_ ("Check every"), N_ ("Such as 30s, 5m or 1h; at least 5s"), 0 },
  { "timeout", N_ ("Give up after"), N_ ("Less than the interval, such as 10s"), 0 },
  { "paused", N_ ("Paused"), N_ ("It is not checked for now"), 0 },
  { "failures", N_ ("Failures until it is down"), N_ ("Checks in a row that must fail"), 0 },
  { "successes", N_ ("Good checks until it is up"), N_ ("In a row, after it was down"), 0 },
  { "retry", N_ ("Check again after a failure in"),
    N_ ("Where empty, after 10 s or the interval, whichever is less"), 0 },
  { "slow", N_ ("Slow above"), N_ ("Such as 500ms; where empty, it is never slow"), 0 },
  { "confirm", N_ ("Probes that must agree"), N_ ("0 is a majority of those that report"), 0 },
  { "probes", N_ ("Checked by"), NULL, TOCSIN_SHAPE_PROBES },
  { "upside_down", N_ ("Upside down"), N_ ("Being reachable is the failure"), 0 },
  { "depends_on", N_ ("Behind"), N_ ("While one of these is down, this one is not judged"),
    TOCSIN_SHAPE_MONITORS },
  { "project", N_ ("Project"), N_ ("The group that it is listed in"), TOCSIN_SHAPE_PROJECT },
  { "tags", N_ ("Tags"), N_ ("Words to find it by, with commas between them"),
    TOCSIN_SHAPE_TOKENS },
  { "description", N_ ("Description"), NULL, TOCSIN_SHAPE_TEXT },
  { "family", N_ ("Addresses"), NULL, 0 },

  { "method", N_ ("Method"), N_ ("In capital letters, such as GET, HEAD or POST"), 0 },
  { "headers", N_ ("Headers"), N_ ("Each as Name: value"), 0 },
  { "secret_headers", N_ ("Secret headers"), N_ ("Each as Name: value; kept like a password"), 0 },
  { "body", N_ ("Body"), NULL, TOCSIN_SHAPE_TEXT },
  { "auth", N_ ("Authentication"), NULL, 0 },
  { "username", N_ ("User name"), NULL, 0 },
  { "password", N_ ("Password"), NULL, 0 },
  { "token", N_ ("Token"), NULL, 0 },
  { "http_version", N_ ("HTTP version"), NULL, 0 },
  { "redirects", N_ ("Follow redirects"), N_ ("At most so many; 0 follows none"), 0 },
  { "connect_to", N_ ("Connect to another address"),
    N_ ("ADDRESS or ADDRESS:PORT; host name and certificate stay those of the URL"), 0 },
  { "proxy", N_ ("Proxy"), N_ ("http://HOST:PORT or socks5h://HOST:PORT"), 0 },
  { "proxy_username", N_ ("Proxy user name"), NULL, 0 },
  { "proxy_password", N_ ("Proxy password"), NULL, 0 },
  { "expect_status", N_ ("Accepted statuses"), N_ ("Such as 200-299,401"), 0 },
  { "contains", N_ ("Body contains"), NULL, 0 },
  { "not_contains", N_ ("Body does not contain"), NULL, 0 },
  { "matches", N_ ("Body matches"), N_ ("A regular expression"), 0 },
  { "json_query", N_ ("Value in JSON"), N_ ("A JSONPath, such as $.status"), 0 },
  { "json_compare", N_ ("It must"), NULL, 0 },
  { "json_value", N_ ("This value"), NULL, 0 },
  { "expect_headers", N_ ("Response headers"),
    N_ ("Name is there, Name: value is equal, Name: /regex/ matches"), 0 },

  { "tls_verify", N_ ("Check the certificate"), N_ ("It must be valid, trusted and for this name"),
    0 },
  { "tls_ca_file", N_ ("Trusted issuers"), N_ ("A PEM file, in place of the system’s"), 0 },
  { "tls_server_name", N_ ("Name in the certificate"), N_ ("Where it is not the target’s"), 0 },
  { "tls_warn_days", N_ ("Warn before it ends"), N_ ("Days, such as 21,14,7,3,1; or none"), 0 },
  { "client_cert", N_ ("Client certificate"), N_ ("A PEM file"), 0 },
  { "client_key", N_ ("Client key"), N_ ("A PEM file"), 0 },
  { "client_key_password", N_ ("Password of the key"), NULL, 0 },
  { "tls", N_ ("Encryption"), NULL, 0 },
  { "send", N_ ("Send"), N_ ("With escapes, such as PING\\r\\n"), 0 },
  { "expect", N_ ("Answer contains"), N_ ("With escapes, such as PONG\\r\\n"), 0 },

  { "packets", N_ ("Packets"), NULL, 0 },
  { "packet_bytes", N_ ("Bytes in a packet"), NULL, 0 },
  { "packet_interval", N_ ("Between packets"), N_ ("Such as 200ms"), 0 },
  { "max_loss", N_ ("Percent that may be lost"), N_ ("When more are lost, it fails"), 0 },

  { "record_type", N_ ("Record type"), NULL, 0 },
  { "resolver", N_ ("Name server"), N_ ("IP or IP:PORT; where empty, the system’s"), 0 },
  { "expect_values", N_ ("Expected answers"), NULL, 0 },
  { "expect_mode", N_ ("Answers must have"), NULL, 0 },
  { "expect_nxdomain", N_ ("It must not exist"), N_ ("An answer is the failure"), 0 },

  { "period", N_ ("Every"), N_ ("Such as 15m, 1h or 1d"), 0 },
  { "cron", N_ ("Cron expression"), N_ ("Such as 0 3 * * 1-5"), 0 },
  { "calendar", N_ ("OnCalendar expression"), N_ ("Such as Mon..Fri 03:00"), 0 },
  { "tz", N_ ("Time zone"), N_ ("Such as Europe/Berlin"), 0 },
  { "grace", N_ ("May be late by"), N_ ("Such as 10m or 1h"), 0 },
  { "max_run", N_ ("May run for"), N_ ("Where empty, as long as it may be late"), 0 },
  { "slug", N_ ("Name in ping URLs"), N_ ("a-z, 0-9, - and _"), 0 },
  { "methods", N_ ("Methods that count"), N_ ("POST, or empty for all"), 0 },
  { "start_kw", N_ ("Words that mean start"), N_ ("In a body, with commas between them"), 0 },
  { "success_kw", N_ ("Words that mean success"), N_ ("In a body, with commas between them"), 0 },
  { "failure_kw", N_ ("Words that mean failure"), N_ ("In a body, with commas between them"), 0 },
  { "filter_http_body", N_ ("Look for words in bodies"), NULL, 0 },
  { "filter_default_fail", N_ ("Without a word it failed"), NULL, 0 },
  { "manual_resume", N_ ("Stay paused"), N_ ("A ping does not end a pause"), 0 },
};

static const TocsinEditorLabel maintenance_labels[] = {
  { "title", N_ ("Title"), NULL, 0 },
  { "starts", N_ ("Starts"), N_ ("Such as 2026-11-23 02:00"), 0 },
  { "duration", N_ ("Lasts"), N_ ("Such as 30m, 2h or 1d"), 0 },
  { "tz", N_ ("Time zone"), N_ ("Such as Europe/Berlin"), 0 },
  { "rrule", N_ ("Rule"), N_ ("RFC 5545, such as FREQ=MONTHLY;BYDAY=1SU"), 0 },
  { "except", N_ ("Except"), N_ ("Days and times that are left out: 2026-12-25T02:00:00"), 0 },
  { "all", N_ ("All monitors"), NULL, 0 },
  { "monitors", N_ ("Monitors"), NULL, TOCSIN_SHAPE_MONITORS },
  { "tags", N_ ("Tags"), N_ ("And each monitor that has one of them"), TOCSIN_SHAPE_TOKENS },
};

const TocsinEditorLabel *
tocsin_editor_find_label (const TocsinFields *fields, const char *member)
{
  const TocsinEditorLabel *labels = monitor_labels;
  guint n = G_N_ELEMENTS (monitor_labels);

  if (fields == &tocsin_maintenance_fields) {
    labels = maintenance_labels;
    n = G_N_ELEMENTS (maintenance_labels);
  }
  for (guint i = 0; i < n; i++)
    if (strcmp (labels[i].member, member) == 0)
      return &labels[i];
  return NULL;
}

static const struct {
  const TocsinWords *words;
  const char *labels[9];
} words_labels[] = {
  { &tocsin_monitor_kind_words,
    { N_ ("Website or API"), N_ ("Port"), N_ ("Ping"), N_ ("DNS"), N_ ("Heartbeat") } },
  { &tocsin_family_words, { N_ ("IPv4 and IPv6"), N_ ("IPv4 only"), N_ ("IPv6 only") } },
  { &tocsin_auth_words, { N_ ("None"), N_ ("Basic"), N_ ("Digest"), N_ ("Bearer token") } },
  { &tocsin_http_version_words, { N_ ("Automatic"), "HTTP/1.0", "HTTP/1.1", "HTTP/2" } },
  { &tocsin_compare_words,
    { N_ ("Be equal to"), N_ ("Not be equal to"), N_ ("Be less than"), N_ ("Be at most"),
      N_ ("Be greater than"), N_ ("Be at least"), N_ ("Contain"), N_ ("Match"), N_ ("Exist") } },
  { &tocsin_tls_mode_words,
    { N_ ("None"), N_ ("TLS"), N_ ("STARTTLS (SMTP)"), N_ ("STARTTLS (IMAP)"),
      N_ ("STLS (POP3)") } },
  { &tocsin_expect_mode_words, { N_ ("All of these"), N_ ("One of these"), N_ ("Exactly these") } },
};

const char *
tocsin_editor_get_word (const TocsinWords *words, guint value)
{
  for (guint i = 0; i < G_N_ELEMENTS (words_labels); i++)
    if (words_labels[i].words == words && value < words->n_words &&
        value < G_N_ELEMENTS (words_labels[i].labels))
      return _ (words_labels[i].labels[value]);
  return tocsin_words_get (words, value);
}

const TocsinEditorGroup tocsin_editor_groups[] = {
  { NULL,
    { "name", "target", "record_type", "tls", "interval", "period", "cron", "calendar", "tz",
      "grace" } },
  { N_ ("Expectations"),
    { "expect_status", "contains", "not_contains", "matches", "json_query", "json_compare",
      "json_value", "expect_headers", "send", "expect", "expect_values", "expect_mode",
      "expect_nxdomain", "max_loss" } },
  { N_ ("Request"),
    { "method", "headers", "secret_headers", "body", "auth", "username", "password", "token",
      "redirects", "http_version" } },
  { N_ ("TLS"),
    { "tls_verify", "tls_warn_days", "tls_server_name", "tls_ca_file", "client_cert", "client_key",
      "client_key_password" } },
  { N_ ("Pings"),
    { "slug", "methods", "filter_http_body", "start_kw", "success_kw", "failure_kw",
      "filter_default_fail", "manual_resume" } },
  { N_ ("Judging"),
    { "timeout", "failures", "successes", "retry", "slow", "max_run", "upside_down" } },
  { N_ ("Probes"), { "probes", "confirm" } },
  { N_ ("Network"),
    { "family", "resolver", "connect_to", "proxy", "proxy_username", "proxy_password", "packets",
      "packet_bytes", "packet_interval" } },
  { N_ ("Organization"), { "project", "tags", "description", "depends_on", "paused" } },
};
const guint tocsin_n_editor_groups = G_N_ELEMENTS (tocsin_editor_groups);

const char *const tocsin_editor_left_out[] = { "id",       "kind",    "created_at",
                                               "revision", "ping_id", NULL };

#define BIT(value) (1u << (value))

static const TocsinEditorCondition conditions[] = {
  { "username", "auth", BIT (TOCSIN_AUTH_BASIC) | BIT (TOCSIN_AUTH_DIGEST) },
  { "password", "auth", BIT (TOCSIN_AUTH_BASIC) | BIT (TOCSIN_AUTH_DIGEST) },
  { "token", "auth", BIT (TOCSIN_AUTH_BEARER) },
  { "proxy_username", "proxy", 0 },
  { "proxy_password", "proxy", 0 },
  { "json_compare", "json_query", 0 },
  { "json_value", "json_query", 0 },
  { "client_key", "client_cert", 0 },
  { "client_key_password", "client_cert", 0 },
  { "tls_verify", "tls", ~BIT (TOCSIN_TLS_NONE) },
  { "tls_warn_days", "tls", ~BIT (TOCSIN_TLS_NONE) },
  { "tls_server_name", "tls", ~BIT (TOCSIN_TLS_NONE) },
  { "tls_ca_file", "tls", ~BIT (TOCSIN_TLS_NONE) },
  { "start_kw", "filter_http_body", BIT (TRUE) },
  { "success_kw", "filter_http_body", BIT (TRUE) },
  { "failure_kw", "filter_http_body", BIT (TRUE) },
  { "filter_default_fail", "filter_http_body", BIT (TRUE) },
};

const TocsinEditorCondition *
tocsin_editor_find_condition (const char *member)
{
  for (guint i = 0; i < G_N_ELEMENTS (conditions); i++)
    if (strcmp (conditions[i].member, member) == 0)
      return &conditions[i];
  return NULL;
}

/* "monitor “shop”: " before the member, where the name may have colons of its own. */
static const char *
skip_subject (const TocsinFields *fields, const char *message)
{
  g_autofree char *opening = g_strdup_printf ("%s “", fields->what);
  const char *closing = g_str_has_prefix (message, opening) ? strstr (message, "”: ") : NULL;

  return closing != NULL ? closing + strlen ("”: ") : message;
}

const TocsinField *
tocsin_editor_read_problem (const TocsinFields *fields, gconstpointer object, const char *message,
                            char **sentence)
{
  const char *at, *colon;
  const TocsinField *field = NULL;
  g_autofree char *rest = NULL, *first = NULL;
  gunichar initial;

  g_return_val_if_fail (fields != NULL && object != NULL && message != NULL, NULL);

  at = skip_subject (fields, message);
  colon = strstr (at, ": ");
  if (colon != NULL) {
    g_autofree char *name = g_strndup (at, (gsize) (colon - at));

    field = tocsin_fields_find (fields, object, name);
  }
  rest = g_strdup (field != NULL ? colon + strlen (": ") : at);
  initial = g_utf8_get_char_validated (rest, -1);
  if (initial == 0 || initial == (gunichar) -1 || initial == (gunichar) -2) {
    *sentence = g_steal_pointer (&rest);
    return field;
  }
  first = g_utf8_strup (rest, g_utf8_next_char (rest) - rest);
  *sentence = g_strconcat (first, g_utf8_next_char (rest), NULL);
  return field;
}
