/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "fields.h"

G_BEGIN_DECLS

#define TOCSIN_SERVER_CONFIG_FILE "/etc/tocsin/server.conf"
#define TOCSIN_SERVER_KEY_BYTES   32 /* of the key that seals secrets */

typedef enum {
  TOCSIN_LOG_AUTO,
  TOCSIN_LOG_TEXT,
  TOCSIN_LOG_JSON,
  TOCSIN_LOG_JOURNAL
} TocsinLogForm;

/* How the server runs: server.conf, one `name = value` a line, and over it the environment,
 * `TOCSIN_NAME`. Read once, then shared by all threads and changed by none. */
typedef struct {
  char *database_url;
  char *database_read_url; /* (nullable) a replica, for public pages */
  gint64 connections;      /* to the database, of each worker, for requests */

  char **listen;          /* "ADDRESS:PORT" */
  char *public_url;       /* without a slash at the end */
  gint64 workers;         /* 0: one a core */
  char *tls_certificate;  /* (nullable) PEM file */
  char *tls_key;          /* (nullable) PEM file */
  char **trusted_proxies; /* (nullable) "10.0.0.0/8": whose X-Forwarded-* are believed */

  char *smtp_url;      /* (nullable) "smtp://HOST:PORT", "smtps://HOST" */
  char *smtp_user;     /* (nullable) */
  char *smtp_password; /* (nullable) */
  char *smtp_from;     /* (nullable) */

  char *secrets_key;      /* (nullable) 64 hexadecimal digits */
  char *secrets_key_file; /* (nullable) of the same, or of 32 bytes */

  gboolean allow_private;      /* outbound requests may reach private addresses */
  gint64 body_most_bytes;      /* of a request */
  gint64 ping_body_most_bytes; /* kept of a ping's body */
  gint64 pings_waiting_most;   /* for their commit, in a worker; more get 503 */
  gint64 pings_a_minute;       /* of one monitor; 0: any */
  gint64 requests_a_minute;    /* of one address or token, pings apart; 0: any */
  gint64 connections_most;     /* of clients, a worker */
  gint64 idle_us;              /* after which a client that says nothing is let go */

  gint64 keep_pings; /* a monitor */
  gint64 keep_pings_us;
  gint64 keep_flips_us;
  gint64 keep_samples_us; /* every one; older ones are refused */
  gint64 keep_hours_us;   /* what is known of each hour */
  gint64 keep_audit_us;

  guint log_form; /* TocsinLogForm */
  gboolean verbose;

  guint8 key[TOCSIN_SERVER_KEY_BYTES]; /* what the two settings say; not a field */
  gboolean has_key;                    /* not a field */
} TocsinServerConfig;

extern const TocsinFields tocsin_server_config_fields;

/* Reads `path` (NULL: the file of TOCSIN_CONFIG, or TOCSIN_SERVER_CONFIG_FILE where it is there)
 * and then `environment` ("NAME=value", as g_get_environ () gives). NULL with an error that says which
 * key, what value, and what would be right. */
TocsinServerConfig *tocsin_server_config_load (const char *path, char **environment,
                                               GError **error);
void tocsin_server_config_free (TocsinServerConfig *config);

/* `workers`, with its default. */
guint tocsin_server_config_get_n_workers (const TocsinServerConfig *config);

/* "https://tocsin.example.org" + `path`. (transfer full) */
char *tocsin_server_config_make_url (const TocsinServerConfig *config, const char *path);

/* Whether browsers reach it by https, so that cookies may say so. */
gboolean tocsin_server_config_is_https (const TocsinServerConfig *config);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinServerConfig, tocsin_server_config_free)

G_END_DECLS
