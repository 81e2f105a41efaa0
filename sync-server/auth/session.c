/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "session"

#include "config.h"

#include <sodium.h>
#include <string.h>

#include "session.h"
#include "timetext.h"
#include "token.h"

#define AGENT_MOST_BYTES 200

static void
set_cookie (TocsinCall *call, const char *value, gint64 kept_us)
{
  const char *name = tocsin_call_get_session_cookie_name (call->config);
  gboolean is_https = tocsin_server_config_is_https (call->config);
  g_autofree char *text =
      g_strdup_printf ("%s=%s; Path=/; HttpOnly; SameSite=Lax; Max-Age=%" G_GINT64_FORMAT "%s",
                       name, value, kept_us / TOCSIN_US_PER_S, is_https ? "; Secure" : "");

  tocsin_call_add_header (call, "Set-Cookie", text);
}

static char *
copy_agent (const TocsinCall *call)
{
  const char *agent = tocsin_call_get_header (call, "User-Agent");
  g_autofree char *cut = agent != NULL ? g_strndup (agent, AGENT_MOST_BYTES) : NULL;

  return cut != NULL ? g_utf8_make_valid (cut, -1) : NULL;
}

/* A new cookie each time: who planted one before gains nothing (session fixation). */
gboolean
tocsin_session_begin (TocsinCall *call, TocsinPg *pg, const char *user_id, gboolean pending,
                      GError **error)
{
  gint64 kept_us = pending ? TOCSIN_SESSION_PENDING_MINS * TOCSIN_US_PER_MIN
                           : TOCSIN_SESSION_KEPT_DAYS * TOCSIN_US_PER_DAY;
  g_autofree char *secret = tocsin_token_new ();
  g_autofree char *id = tocsin_id_new (call->at_us);
  g_autofree char *agent = copy_agent (call);
  guint8 hash[TOCSIN_HASH_BYTES], csrf[TOCSIN_CSRF_BYTES];

  tocsin_hash_secret (secret, hash);
  randombytes_buf (csrf, sizeof csrf);
  if (!tocsin_session_end (call, pg, error) ||
      !tocsin_pg_run (
          pg, error, NULL,
          "INSERT INTO sessions (hash, id, user_id, csrf, pending, created_at, used_at, expires_at,"
          " address, agent) VALUES ($1, $2::uuid, $3::uuid, $4, $5, $6, $6, $7, $8, $9)",
          PG_BYTES (hash, sizeof hash), PG_TEXT (id), PG_TEXT (user_id),
          PG_BYTES (csrf, sizeof csrf), PG_BOOL (pending), PG_INT (call->at_us),
          PG_INT (call->at_us + kept_us), PG_TEXT (call->remote_address), PG_TEXT (agent)))
    return FALSE;
  set_cookie (call, secret, kept_us);
  return TRUE;
}

char *
tocsin_session_find_pending (TocsinCall *call, TocsinPg *pg, GError **error)
{
  g_autofree char *cookie =
      tocsin_call_get_cookie (call, tocsin_call_get_session_cookie_name (call->config));
  g_autoptr (TocsinPgRows) rows = NULL;
  guint8 hash[TOCSIN_HASH_BYTES];

  if (cookie == NULL)
    return g_strdup ("");
  tocsin_hash_secret (cookie, hash);
  rows = tocsin_pg_query (pg, error,
                          "SELECT s.user_id FROM sessions s JOIN users u ON u.id = s.user_id"
                          " WHERE s.hash = $1 AND s.pending AND s.expires_at > $2"
                          " AND u.disabled_at = 0",
                          PG_BYTES (hash, sizeof hash), PG_INT (call->at_us));
  if (rows == NULL)
    return NULL;
  return g_strdup (tocsin_pg_rows_get_n (rows) > 0 ? tocsin_pg_rows_get_text (rows, 0, 0) : "");
}

gboolean
tocsin_session_end (TocsinCall *call, TocsinPg *pg, GError **error)
{
  g_autofree char *cookie =
      tocsin_call_get_cookie (call, tocsin_call_get_session_cookie_name (call->config));
  guint8 hash[TOCSIN_HASH_BYTES];

  if (cookie == NULL)
    return TRUE;
  tocsin_hash_secret (cookie, hash);
  return tocsin_pg_run (pg, error, NULL, "DELETE FROM sessions WHERE hash = $1",
                        PG_BYTES (hash, sizeof hash));
}

void
tocsin_session_forget (TocsinCall *call)
{
  set_cookie (call, "", 0);
}

char *
tocsin_session_get_csrf (const TocsinCall *call)
{
  gsize size;
  const guint8 *data;
  char *text;

  if (call->principal.csrf == NULL)
    return NULL;
  data = g_bytes_get_data (call->principal.csrf, &size);
  text = g_malloc0 (2 * size + 1);
  return sodium_bin2hex (text, 2 * size + 1, data, size);
}

gboolean
tocsin_session_check_csrf (TocsinCall *call, GError **error)
{
  g_autofree char *right = tocsin_session_get_csrf (call);
  const char *given = tocsin_call_get_field (call, "csrf");

  if (right != NULL && given != NULL && strlen (given) == strlen (right) &&
      sodium_memcmp (given, right, strlen (right)) == 0)
    return TRUE;
  return tocsin_http_fail (error, 403, "the form is too old: go back, reload the page, try again");
}
