/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "fields.h"

G_BEGIN_DECLS

/* A thing that is watched. */
typedef enum {
  TOCSIN_MONITOR_HTTP,
  TOCSIN_MONITOR_TCP,
  TOCSIN_MONITOR_PING,
  TOCSIN_MONITOR_DNS,
  TOCSIN_MONITOR_HEARTBEAT,
} TocsinMonitorKind;

typedef enum { TOCSIN_FAMILY_ANY, TOCSIN_FAMILY_IPV4, TOCSIN_FAMILY_IPV6 } TocsinFamily;

typedef enum {
  TOCSIN_AUTH_NONE,
  TOCSIN_AUTH_BASIC,
  TOCSIN_AUTH_DIGEST,
  TOCSIN_AUTH_BEARER,
} TocsinAuth;

typedef enum {
  TOCSIN_HTTP_AUTO, /* 2 by ALPN, else 1.1 */
  TOCSIN_HTTP_1_0,
  TOCSIN_HTTP_1_1,
  TOCSIN_HTTP_2,
} TocsinHttpVersion;

typedef enum {
  TOCSIN_COMPARE_EQ,
  TOCSIN_COMPARE_NE,
  TOCSIN_COMPARE_LT,
  TOCSIN_COMPARE_LE,
  TOCSIN_COMPARE_GT,
  TOCSIN_COMPARE_GE,
  TOCSIN_COMPARE_CONTAINS,
  TOCSIN_COMPARE_MATCHES, /* a regular expression */
  TOCSIN_COMPARE_EXISTS,
} TocsinCompare;

typedef enum {
  TOCSIN_TLS_NONE,
  TOCSIN_TLS_STRAIGHT,
  TOCSIN_TLS_SMTP, /* STARTTLS, RFC 3207 */
  TOCSIN_TLS_IMAP, /* STARTTLS, RFC 3501 */
  TOCSIN_TLS_POP3, /* STLS, RFC 2595 */
} TocsinTlsMode;

typedef enum {
  TOCSIN_DNS_A,
  TOCSIN_DNS_AAAA,
  TOCSIN_DNS_CNAME,
  TOCSIN_DNS_MX,
  TOCSIN_DNS_NS,
  TOCSIN_DNS_TXT,
  TOCSIN_DNS_SOA,
  TOCSIN_DNS_SRV,
  TOCSIN_DNS_CAA,
  TOCSIN_DNS_PTR,
} TocsinDnsType;

typedef enum {
  TOCSIN_EXPECT_ALL,   /* each expected value is among the answers */
  TOCSIN_EXPECT_ANY,   /* one of them is */
  TOCSIN_EXPECT_EXACT, /* the answers are these, no more, no fewer */
} TocsinExpectMode;

extern const TocsinWords tocsin_monitor_kind_words;
extern const TocsinWords tocsin_family_words;
extern const TocsinWords tocsin_auth_words;
extern const TocsinWords tocsin_http_version_words;
extern const TocsinWords tocsin_compare_words;
extern const TocsinWords tocsin_tls_mode_words;
extern const TocsinWords tocsin_dns_type_words;
extern const TocsinWords tocsin_expect_mode_words;

#define TOCSIN_MONITOR_INTERVAL_LEAST_US (5 * TOCSIN_US_PER_S)
#define TOCSIN_MONITOR_INTERVAL_MOST_US  (24 * TOCSIN_US_PER_HOUR)
#define TOCSIN_MONITOR_BODY_BYTES        (1024 * 1024) /* of a response that are read at most */
#define TOCSIN_MONITOR_PING_BODY_BYTES   100000        /* of a ping's body that are kept */
#define TOCSIN_MONITOR_NAME_BYTES        400

/* Items of `probes`: none or "any" is any one, "all" is all, else ids and "label:NAME". */
#define TOCSIN_MONITOR_PROBES_ANY  "any"
#define TOCSIN_MONITOR_PROBES_ALL  "all"
#define TOCSIN_MONITOR_PROBE_LABEL "label:"

/* Immutable once it is shared: an edit makes a copy. References are counted atomically, since the
 * engine's thread reads what the main thread owns. */
typedef struct {
  gatomicrefcount refs; /* not a field */
  gboolean is_trial;    /* not a field: a good check, too, is to show all that it saw */
  char *team;           /* not a field (nullable): whose it is, by id; none: this machine's */

  char *id; /* UUIDv7 */
  guint kind;
  char *name;
  char *target;      /* URL, HOST:PORT, HOST or domain name; none for a heartbeat */
  char *project;     /* (nullable) */
  char **tags;       /* (nullable) */
  char *description; /* (nullable) */
  gint64 created_at;
  gint64 revision;

  /* when */
  gint64 interval_us;
  gint64 timeout_us;
  gboolean paused;

  /* judging */
  gint64 failures;  /* consecutive failed samples that open an incident */
  gint64 successes; /* consecutive good samples that close it */
  gint64 retry_us;  /* < 0: the lesser of 10 s and the interval */
  gint64 slow_us;   /* < 0: never slow */
  gint64 confirm;   /* probes that must agree; 0: a majority */
  char **probes;    /* (nullable) which of a team's probes check it; see below */
  gboolean upside_down;
  char **depends_on; /* (nullable) ids of monitors that this one is behind */

  /* http, tcp, ping */
  guint family;
  /* http */
  char *method;
  char **headers;        /* (nullable) "Name: value" */
  char **secret_headers; /* (nullable) the same, kept like a password */
  char *body;            /* (nullable) */
  guint auth;
  char *username;            /* (nullable) */
  char *password;            /* (nullable) */
  char *token;               /* (nullable) bearer */
  char *client_cert;         /* (nullable) PEM file */
  char *client_key;          /* (nullable) PEM file */
  char *client_key_password; /* (nullable) */
  char *proxy;               /* (nullable) "http://HOST:PORT", "socks5h://HOST:PORT" */
  char *proxy_username;      /* (nullable) */
  char *proxy_password;      /* (nullable) */
  guint http_version;
  char *connect_to;    /* (nullable) "ADDRESS" or "ADDRESS:PORT"; Host and SNI stay the URL's */
  gint64 redirects;    /* followed at most; 0: none */
  char *expect_status; /* "200-299,401" */
  char *contains;      /* (nullable) */
  char *not_contains;  /* (nullable) */
  char *matches;       /* (nullable) a Perl-compatible regular expression (GRegex) */
  char *json_query;    /* (nullable) a JSONPath (json-glib's dialect) */
  guint json_compare;
  char *json_value; /* (nullable) */
  char *
      *expect_headers; /* (nullable) "Name" is there, "Name: value" equals, "Name: /re/" matches */
  /* http, tcp */
  gboolean tls_verify;
  char *tls_ca_file;     /* (nullable) PEM file in place of the system's store */
  char *tls_server_name; /* (nullable) SNI and the name that is verified, tcp only */
  char *tls_warn_days;   /* "21,14,7,3,1"; "" none */
  /* tcp */
  guint tls;
  char *send;   /* (nullable) with C escapes: "PING\\r\\n" */
  char *expect; /* (nullable) bytes that must come, with C escapes */
  /* ping */
  gint64 packets;
  gint64 packet_bytes;
  gint64 packet_interval_us;
  gint64 max_loss; /* percent that may be lost; more is a failure */
  /* dns */
  guint record_type;
  char *resolver;       /* (nullable) "IP" or "IP:PORT"; the system's where unset */
  char **expect_values; /* (nullable) */
  guint expect_mode;
  gboolean expect_nxdomain;
  /* heartbeat: one of period, cron, calendar */
  gint64 period_us; /* < 0: unset */
  char *cron;       /* (nullable) */
  char *calendar;   /* (nullable) OnCalendar */
  char *tz;         /* IANA */
  gint64 grace_us;
  gint64 max_run_us; /* < 0: as grace */
  char *slug;        /* (nullable) [a-z0-9-_]* */
  char *ping_id;     /* (nullable until saved) the UUID of its ping URL: a secret of sorts */
  gboolean manual_resume;
  char *methods;    /* (nullable) "POST": other verbs are ignored */
  char *start_kw;   /* (nullable) comma-separated */
  char *success_kw; /* (nullable) */
  char *failure_kw; /* (nullable) */
  gboolean filter_http_body;
  gboolean filter_default_fail;

  JsonObject *unknown; /* (owned) (nullable) members of a newer version, kept */
} TocsinMonitor;

extern const TocsinFields tocsin_monitor_fields;

/* A monitor of `kind` with its kind's defaults, no id and no name. One reference. */
TocsinMonitor *tocsin_monitor_new (TocsinMonitorKind kind);
TocsinMonitor *tocsin_monitor_ref (TocsinMonitor *monitor);
void tocsin_monitor_unref (TocsinMonitor *monitor);

/* A copy to be edited. */
TocsinMonitor *tocsin_monitor_copy (const TocsinMonitor *monitor);

/* From JSON, with the defaults of its kind. NULL with an error that names the member. */
TocsinMonitor *tocsin_monitor_from_json (JsonObject *json, GError **error);

/* As it crosses the bus, `a{sv}` (floating): its members and, where it has one, "team". `flags` as
 * in fields.h. Reading needs "kind"; NULL with an error that names the member. */
GVariant *tocsin_monitor_to_variant (const TocsinMonitor *monitor, guint flags);
TocsinMonitor *tocsin_monitor_from_variant (GVariant *members, GError **error);

/* Every rule that needs no look at the world: limits, the target's form, status lists, regular
 * expressions, timeout below interval. Schedules are checked by lib/judge. The error starts with
 * the monitor's name and then the member: "monitor “shop”: interval: 0s is below the least, 5s". */
gboolean tocsin_monitor_validate (const TocsinMonitor *monitor, GError **error);

/* `retry_us` with its default: the lesser of 10 s and the interval. */
gint64 tocsin_monitor_get_retry_us (const TocsinMonitor *monitor);
/* `max_run_us` with its default: the grace. */
gint64 tocsin_monitor_get_max_run_us (const TocsinMonitor *monitor);

/* The host that the target names, for limits a host: "example.org"; "" for a heartbeat. (transfer
 * full) */
char *tocsin_monitor_get_host (const TocsinMonitor *monitor);

/* "200-299,401": whether `status` is among them; reads the list each time. */
gboolean tocsin_status_list_has (const char *list, gint64 status);
gboolean tocsin_status_list_check (const char *list, GError **error);

/* "HOST:PORT", "[IPV6]:PORT", or "HOST" with `default_port` > 0. Out: host without brackets. */
gboolean tocsin_host_port_parse (const char *text, guint16 default_port, char **host, guint16 *port,
                                 GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinMonitor, tocsin_monitor_unref)

G_END_DECLS
