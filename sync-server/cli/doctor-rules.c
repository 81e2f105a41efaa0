/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "doctor-rules"

#include "config.h"

#include <string.h>

#include "doctor.h"
#include "timetext.h"

#define VERSION_LEAST       150000 /* PostgreSQL 15: what the tests run on */
#define CLOCK_WARN_US       (TOCSIN_US_PER_S / 2)
#define CLOCK_FAIL_US       (5 * TOCSIN_US_PER_S) /* deadlines are seconds off then */
#define DISK_FAIL_BYTES     (256 * G_GINT64_CONSTANT (1024 * 1024))
#define DISK_WARN_BYTES     (10 * G_GINT64_CONSTANT (1024 * 1024 * 1024))
#define DISK_WARN_PERCENT   10
#define CERTIFICATE_WARN_US (14 * TOCSIN_US_PER_DAY)

G_GNUC_PRINTF (4, 5)
static void
add (GPtrArray *findings, const char *part, TocsinVerdict verdict, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  tocsin_findings_add (findings, part, verdict, text, NULL);
}

/* Says what would be right, of the last finding. */
G_GNUC_PRINTF (2, 3)
static void
advise (GPtrArray *findings, const char *format, ...)
{
  TocsinFinding *finding = g_ptr_array_index (findings, findings->len - 1);
  va_list args;

  g_free (finding->advice);
  va_start (args, format);
  finding->advice = g_strdup_vprintf (format, args);
  va_end (args);
}

/* --- the database --- */

static void
judge_version (const TocsinDatabaseFacts *facts, GPtrArray *findings)
{
  g_autofree char *took = tocsin_span_to_words (facts->answer_us);
  gboolean old = facts->version < VERSION_LEAST;

  add (findings, "database", old ? TOCSIN_VERDICT_FAIL : TOCSIN_VERDICT_OK,
       "PostgreSQL %d.%d answers in %s", facts->version / 10000, facts->version % 10000, took);
  if (old)
    advise (findings, "version %d or later is wanted", VERSION_LEAST / 10000);
  if (!facts->is_replica)
    return;
  add (findings, "database", TOCSIN_VERDICT_FAIL, "it is a replica, which can’t be written to");
  advise (findings, "name the primary in database_url, the replica in database_read_url");
}

static void
judge_schema (const TocsinDatabaseFacts *facts, GPtrArray *findings)
{
  if (facts->schema == facts->schema_newest) {
    add (findings, "schema", TOCSIN_VERDICT_OK, "version %u, this program’s own", facts->schema);
    return;
  }
  add (findings, "schema", TOCSIN_VERDICT_FAIL, "version %u; this program’s is %u", facts->schema,
       facts->schema_newest);
  if (facts->schema < facts->schema_newest)
    advise (findings, "run “tocsin-server migrate”, or start the server");
  else
    advise (findings, "a newer tocsin-server was here: install that one");
}

static void
judge_connections (const TocsinDatabaseFacts *facts, gint64 wanted, GPtrArray *findings)
{
  gint64 room = facts->connections_most - facts->connections_reserved;
  gint64 left = room - facts->connections_of_others;
  TocsinVerdict verdict = wanted > room   ? TOCSIN_VERDICT_FAIL
                          : wanted > left ? TOCSIN_VERDICT_WARN
                                          : TOCSIN_VERDICT_OK;

  add (findings, "connections", verdict,
       "%" G_GINT64_FORMAT " are wanted of %" G_GINT64_FORMAT ", others have %" G_GINT64_FORMAT,
       wanted, room, facts->connections_of_others);
  if (verdict != TOCSIN_VERDICT_OK)
    advise (findings,
            "raise PostgreSQL’s max_connections to %" G_GINT64_FORMAT
            " or more, or lower workers or connections",
            facts->connections_most + wanted - left);
}

static void
judge_clock (const TocsinDatabaseFacts *facts, GPtrArray *findings)
{
  gint64 off_us = ABS (facts->clock_ahead_us);
  g_autofree char *off = tocsin_span_to_words (off_us);

  if (off_us < CLOCK_WARN_US) {
    add (findings, "clock", TOCSIN_VERDICT_OK, "within %s of the database’s", off);
    return;
  }
  add (findings, "clock", off_us < CLOCK_FAIL_US ? TOCSIN_VERDICT_WARN : TOCSIN_VERDICT_FAIL,
       "%s %s the database’s", off, facts->clock_ahead_us > 0 ? "behind" : "ahead of");
  advise (findings, "let both machines take their time from NTP");
}

void
tocsin_doctor_judge_database (const TocsinDatabaseFacts *facts, gint64 connections_wanted,
                              GPtrArray *findings)
{
  judge_version (facts, findings);
  judge_schema (facts, findings);
  judge_connections (facts, connections_wanted, findings);
  judge_clock (facts, findings);
}

/* --- the disk --- */

void
tocsin_doctor_judge_disk (const TocsinDiskFacts *facts, GPtrArray *findings)
{
  g_autofree char *own =
      g_format_size_full ((guint64) facts->database_bytes, G_FORMAT_SIZE_IEC_UNITS);
  g_autofree char *free = NULL, *total = NULL;
  TocsinVerdict verdict = TOCSIN_VERDICT_OK;

  if (facts->path == NULL) {
    add (findings, "disk", TOCSIN_VERDICT_OK,
         "the database has %s, on a disk that can’t be seen from here", own);
    return;
  }
  free = g_format_size_full ((guint64) facts->free_bytes, G_FORMAT_SIZE_IEC_UNITS);
  total = g_format_size_full ((guint64) facts->total_bytes, G_FORMAT_SIZE_IEC_UNITS);
  if (facts->free_bytes < DISK_FAIL_BYTES)
    verdict = TOCSIN_VERDICT_FAIL;
  else if (facts->free_bytes < DISK_WARN_BYTES &&
           facts->free_bytes < facts->total_bytes / 100 * DISK_WARN_PERCENT)
    verdict = TOCSIN_VERDICT_WARN;
  add (findings, "disk", verdict, "%s of %s are free at %s, the database has %s", free, total,
       facts->path, own);
  if (verdict != TOCSIN_VERDICT_OK)
    advise (findings, "make room, or lower keep_pings and keep_pings_for");
}

/* --- the public address --- */

static void
judge_wrong_answer (const TocsinAnswerFacts *facts, GPtrArray *findings)
{
  const char *server = facts->server != NULL ? facts->server : "something";

  if (facts->location != NULL)
    add (findings, "public URL", TOCSIN_VERDICT_FAIL, "%s: %s at %s sends us to %s", facts->url,
         server, facts->address, facts->location);
  else
    add (findings, "public URL", TOCSIN_VERDICT_FAIL,
         "%s: %s at %s answered %ld, and it is not this server", facts->url, server, facts->address,
         facts->status);
  if (facts->status >= 500)
    advise (findings, "start tocsin-server, or let the proxy pass on to where it listens");
  else
    advise (findings, "let public_url, its name’s address and the proxy lead to this server");
}

void
tocsin_doctor_judge_answer (const TocsinAnswerFacts *facts, GPtrArray *findings)
{
  g_autofree char *took = tocsin_span_to_words (facts->answer_us);

  if (facts->error != NULL) {
    add (findings, "public URL", TOCSIN_VERDICT_FAIL, "%s: %s", facts->url, facts->error);
    advise (findings, "it must be reached by its own name: look at DNS, firewall, proxy and "
                      "certificate, and whether the server runs");
  } else if (facts->is_ours) {
    add (findings, "public URL", TOCSIN_VERDICT_OK, "%s answers from %s in %s", facts->url,
         facts->address, took);
  } else {
    judge_wrong_answer (facts, findings);
  }
}

void
tocsin_doctor_judge_certificate (const char *name, gint64 expires_at, gint64 now_us,
                                 GPtrArray *findings)
{
  gint64 left_us = expires_at - now_us;
  g_autofree char *left = tocsin_span_to_words (ABS (left_us));

  if (left_us >= CERTIFICATE_WARN_US) {
    add (findings, "certificate", TOCSIN_VERDICT_OK, "%s: %s left", name, left);
    return;
  }
  if (left_us > 0)
    add (findings, "certificate", TOCSIN_VERDICT_WARN, "%s: it expires in %s", name, left);
  else
    add (findings, "certificate", TOCSIN_VERDICT_FAIL, "%s: it expired %s ago", name, left);
  advise (findings, "renew it, then reload whoever shows it");
}

/* --- mail --- */

void
tocsin_doctor_judge_mail (const TocsinMailFacts *facts, GPtrArray *findings)
{
  if (facts->url == NULL) {
    add (findings, "mail", TOCSIN_VERDICT_WARN,
         "there is no smtp_url: invitations and new "
         "passwords can’t be sent");
    advise (findings, "set smtp_url and smtp_from");
  } else if (facts->error != NULL) {
    add (findings, "mail", TOCSIN_VERDICT_FAIL, "%s: %s", facts->url, facts->error);
    advise (findings, "look at smtp_url, smtp_user and smtp_password");
  } else if (!facts->is_encrypted && !facts->is_local) {
    add (findings, "mail", TOCSIN_VERDICT_WARN, "%s answers, without TLS", facts->url);
    advise (findings, "use smtps://, or a mail server that offers STARTTLS");
  } else {
    add (findings, "mail", TOCSIN_VERDICT_OK, "%s answers%s%s", facts->url,
         facts->is_encrypted ? ", with TLS" : "", facts->has_signed ? ", and knows us" : "");
  }
  if (facts->sent_to != NULL && facts->error == NULL)
    add (findings, "mail", TOCSIN_VERDICT_OK, "it took a message to %s", facts->sent_to);
}

/* --- the settings --- */

gboolean
tocsin_doctor_is_local_url (const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;
  g_autoptr (GInetAddress) address = host != NULL ? g_inet_address_new_from_string (host) : NULL;

  return (host != NULL && g_ascii_strcasecmp (host, "localhost") == 0) ||
         (address != NULL && g_inet_address_get_is_loopback (address));
}

static void
judge_scheme (const TocsinServerConfig *config, GPtrArray *findings)
{
  if (tocsin_server_config_is_https (config) || tocsin_doctor_is_local_url (config->public_url))
    return;
  add (findings, "settings", TOCSIN_VERDICT_WARN,
       "public_url is %s: passwords cross the network in the clear", config->public_url);
  advise (findings, "set tls_certificate and tls_key, or let a proxy speak TLS, and say https://");
}

static gboolean
is_everybody (char **networks)
{
  for (guint i = 0; networks != NULL && networks[i] != NULL; i++)
    if (g_str_has_suffix (networks[i], "/0"))
      return TRUE;
  return FALSE;
}

static void
judge_proxies (const TocsinServerConfig *config, GPtrArray *findings)
{
  gboolean has_any = config->trusted_proxies != NULL && config->trusted_proxies[0] != NULL;
  g_autofree char *list = has_any ? g_strjoinv (", ", config->trusted_proxies) : NULL;

  if (is_everybody (config->trusted_proxies)) {
    add (findings, "proxies", TOCSIN_VERDICT_FAIL,
         "trusted_proxies is %s: any client may say that "
         "it is another",
         list);
    advise (findings, "name the proxies’ own addresses");
  } else if (!has_any && tocsin_server_config_is_https (config) &&
             config->tls_certificate == NULL) {
    add (findings, "proxies", TOCSIN_VERDICT_WARN,
         "a proxy must speak TLS for us, and trusted_proxies is empty: all clients look like the "
         "proxy, and share its limits");
    advise (findings, "set trusted_proxies to the proxy’s address, as 127.0.0.1");
  } else {
    add (findings, "proxies", TOCSIN_VERDICT_OK, "%s", has_any ? list : "none, and none is needed");
  }
}

void
tocsin_doctor_judge_settings (const TocsinServerConfig *config, GPtrArray *findings)
{
  judge_scheme (config, findings);
  judge_proxies (config, findings);
  if (config->has_key) {
    add (findings, "secrets", TOCSIN_VERDICT_OK, "there is a key to seal them with");
    return;
  }
  add (findings, "secrets", TOCSIN_VERDICT_WARN,
       "there is no secrets_key: second factors and OpenID Connect can’t be kept");
  advise (findings,
          "make one: openssl rand -hex 32 (the unit’s credential can’t be seen from here)");
}
