/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "replay"

#include "config.h"

#include <sodium.h>
#include <string.h>

#include "replay.h"
#include "seal.h"

#define KEY_MOST_BYTES 255

/* Of what the request asks for: method, path and body. */
static void
hash_request (const TocsinCall *call, guint8 hash[TOCSIN_HASH_BYTES])
{
  crypto_hash_sha256_state state;
  gsize size;
  const guint8 *body = g_bytes_get_data (call->body, &size);

  crypto_hash_sha256_init (&state);
  crypto_hash_sha256_update (&state, (const guint8 *) call->method, strlen (call->method) + 1);
  crypto_hash_sha256_update (&state, (const guint8 *) call->path, strlen (call->path) + 1);
  if (size > 0)
    crypto_hash_sha256_update (&state, body, size);
  crypto_hash_sha256_final (&state, hash);
}

static char *
get_owner (const TocsinCall *call)
{
  const TocsinPrincipal *principal = &call->principal;

  return g_strconcat (tocsin_words_get (&tocsin_principal_kind_words, principal->kind), ":",
                      principal->user_id != NULL ? principal->user_id : principal->id, NULL);
}

/* The headers of a reply as "name\nvalue\n…": their values have no line ends. */
static char *
join_headers (const TocsinCall *call)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < call->reply_headers->len; i++)
    g_string_append_printf (text, "%s\n", (char *) g_ptr_array_index (call->reply_headers, i));
  return g_string_free (text, FALSE);
}

static void
split_headers (TocsinCall *call, const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "\n", -1);

  for (guint i = 0; parts[i] != NULL && parts[i + 1] != NULL; i += 2)
    tocsin_call_add_header (call, parts[i], parts[i + 1]);
}

/* Answers may have a new token in them, so they are kept sealed, or not at all. */
static GBytes *
open_body (const TocsinCall *call, const TocsinPgRows *rows, GError **error)
{
  g_autoptr (GBytes) sealed = tocsin_pg_rows_get_bytes (rows, 0, 3);

  if (sealed != NULL)
    return tocsin_unseal (call->config, sealed, error);
  tocsin_http_fail (error, 409,
                    "this was done already; what was answered is not kept, since the server has no "
                    "secrets_key");
  return NULL;
}

static gboolean
tell_again (TocsinCall *call, TocsinPg *pg, const char *owner, const char *key,
            const guint8 hash[TOCSIN_HASH_BYTES], GError **error)
{
  g_autoptr (TocsinPgRows) rows =
      tocsin_pg_query (pg, error,
                       "SELECT request_hash = $3, status, headers, body FROM replays"
                       " WHERE owner = $1 AND key = $2",
                       PG_TEXT (owner), PG_TEXT (key), PG_BYTES (hash, TOCSIN_HASH_BYTES));
  g_autoptr (GBytes) body = NULL;

  if (rows == NULL)
    return FALSE;
  if (tocsin_pg_rows_get_n (rows) == 0)
    return tocsin_http_fail (error, 409, "the request with this Idempotency-Key is under way");
  if (!tocsin_pg_rows_get_bool (rows, 0, 0))
    return tocsin_http_fail (error, 422,
                             "this Idempotency-Key was used for another request: take a new one");
  body = open_body (call, rows, error);
  if (body == NULL)
    return FALSE;
  tocsin_call_reply_bytes (call, (guint) tocsin_pg_rows_get_int (rows, 0, 1), "application/json",
                           body);
  split_headers (call, tocsin_pg_rows_get_text (rows, 0, 2));
  tocsin_call_add_header (call, "Idempotent-Replayed", "true");
  return TRUE;
}

static gboolean
store (TocsinCall *call, TocsinPg *pg, const char *owner, const char *key, GError **error)
{
  g_autofree char *headers = join_headers (call);
  g_autoptr (GBytes) sealed = NULL;
  gsize size = 0;
  gconstpointer body = call->reply != NULL ? g_bytes_get_data (call->reply, &size) : NULL;

  if (call->config->has_key) {
    sealed = tocsin_seal (call->config, body, size, error);
    if (sealed == NULL)
      return FALSE;
  }
  return tocsin_pg_run (
      pg, error, NULL,
      "UPDATE replays SET status = $3, headers = $4, body = $5 WHERE owner = $1 AND key = $2",
      PG_TEXT (owner), PG_TEXT (key), PG_INT (call->status), PG_TEXT (headers),
      PG_BYTES (sealed != NULL ? g_bytes_get_data (sealed, NULL) : NULL,
                sealed != NULL ? g_bytes_get_size (sealed) : 0));
}

gboolean
tocsin_replay_handle (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const char *key = tocsin_call_get_header (call, "Idempotency-Key");
  g_autofree char *owner = get_owner (call);
  guint8 hash[TOCSIN_HASH_BYTES];
  gint64 n = 0;

  if (key == NULL)
    return call->route->handler (call, pg, error);
  if (strlen (key) > KEY_MOST_BYTES || !g_utf8_validate (key, -1, NULL))
    return tocsin_http_fail (error, 400, "Idempotency-Key: at most %d bytes of text are wanted",
                             KEY_MOST_BYTES);
  hash_request (call, hash);
  /* Who comes second waits here until the first has committed. */
  if (!tocsin_pg_run (pg, error, &n,
                      "INSERT INTO replays (owner, key, request_hash, created_at)"
                      " VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
                      PG_TEXT (owner), PG_TEXT (key), PG_BYTES (hash, sizeof hash),
                      PG_INT (call->at_us)))
    return FALSE;
  if (n == 0)
    return tell_again (call, pg, owner, key, hash, error);
  return call->route->handler (call, pg, error) && store (call, pg, owner, key, error);
}
