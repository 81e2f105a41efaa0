/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "device"

#include "config.h"

#include <string.h>

#include "device.h"
#include "errors.h"
#include "principal.h"
#include "timetext.h"
#include "token.h"
#include "users.h"

#define SLOWER_BY_US (5 * TOCSIN_US_PER_S) /* RFC 8628, section 3.5 */

void
tocsin_device_flight_clear (TocsinDeviceFlight *flight)
{
  g_clear_pointer (&flight->device_code, g_free);
  g_clear_pointer (&flight->user_code, g_free);
}

void
tocsin_device_request_clear (TocsinDeviceRequest *request)
{
  g_clear_pointer (&request->name, g_free);
  g_clear_pointer (&request->scopes, g_strfreev);
  g_clear_pointer (&request->address, g_free);
}

void
tocsin_device_tokens_clear (TocsinDeviceTokens *tokens)
{
  g_clear_pointer (&tokens->access_token, g_free);
  g_clear_pointer (&tokens->refresh_token, g_free);
  g_clear_pointer (&tokens->scopes, g_strfreev);
}

/* --- the flight --- */

gboolean
tocsin_device_begin (TocsinPg *pg, const char *name, char **scopes, const char *address,
                     gint64 now_us, TocsinDeviceFlight *flight, GError **error)
{
  g_autofree char *array = tocsin_pg_array ((const char *const *) scopes);
  guint8 hash[TOCSIN_HASH_BYTES];
  guint may;

  if (!tocsin_name_check ("client_name", name, error) ||
      !tocsin_may_from_words (scopes, &may, error))
    return FALSE;
  flight->device_code = tocsin_token_new ();
  flight->user_code = tocsin_user_code_new ();
  tocsin_hash_secret (flight->device_code, hash);
  return tocsin_pg_run (
      pg, error, NULL,
      "INSERT INTO device_flights (device_hash, user_code, name, scopes, address, created_at,"
      " expires_at, interval_us) VALUES ($1, $2, $3, $4::text[], $5, $6, $7, $8)",
      PG_BYTES (hash, sizeof hash), PG_TEXT (flight->user_code), PG_TEXT (name), PG_TEXT (array),
      PG_TEXT (address), PG_INT (now_us), PG_INT (now_us + TOCSIN_DEVICE_KEPT_S * TOCSIN_US_PER_S),
      PG_INT (TOCSIN_DEVICE_INTERVAL_S * TOCSIN_US_PER_S));
}

gboolean
tocsin_device_find (TocsinPg *pg, const char *user_code, gint64 now_us,
                    TocsinDeviceRequest *request, GError **error)
{
  g_autoptr (TocsinPgRows) rows =
      tocsin_pg_query (pg, error,
                       "SELECT name, scopes, address, created_at FROM device_flights"
                       " WHERE user_code = $1 AND verdict = 'pending' AND expires_at > $2",
                       PG_TEXT (user_code), PG_INT (now_us));

  if (rows == NULL)
    return FALSE;
  if (tocsin_pg_rows_get_n (rows) == 0)
    return tocsin_fail (error, TOCSIN_ERROR_NOT_FOUND,
                        "No program is waiting with that code. It may be mistyped, or too old.");
  *request = (TocsinDeviceRequest){
    .name = g_strdup (tocsin_pg_rows_get_text (rows, 0, 0)),
    .scopes = tocsin_pg_rows_get_array (rows, 0, 1),
    .address = g_strdup (tocsin_pg_rows_get_text_or_null (rows, 0, 2)),
    .created_at = tocsin_pg_rows_get_int (rows, 0, 3),
  };
  return TRUE;
}

gboolean
tocsin_device_decide (TocsinPg *pg, const TocsinActor *actor, const char *user_code,
                      const char *user_id, gboolean grant, GError **error)
{
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query (
      pg, error,
      "UPDATE device_flights SET verdict = $3, user_id = $4::uuid"
      " WHERE user_code = $1 AND verdict = 'pending' AND expires_at > $2 RETURNING name",
      PG_TEXT (user_code), PG_INT (actor->at_us), PG_TEXT (grant ? "granted" : "denied"),
      PG_TEXT (user_id));
  TocsinDeed deed = { grant ? "device.grant" : "device.deny", "device", NULL, NULL, NULL };

  if (rows == NULL)
    return FALSE;
  if (tocsin_pg_rows_get_n (rows) == 0)
    return tocsin_fail (error, TOCSIN_ERROR_NOT_FOUND, "that code is no longer good");
  deed.object_name = tocsin_pg_rows_get_text (rows, 0, 0);
  return tocsin_audit_add_for_user (pg, actor, user_id, &deed, error);
}

/* --- tokens --- */

typedef struct {
  const char *user_id, *name, *scopes, *family;
  gint64 now_us;
} Grant;

static gboolean
add_token (TocsinPg *pg, const Grant *grant, const char *kind, const char *secret, gint64 kept_us,
           GError **error)
{
  g_autofree char *id = tocsin_id_new (grant->now_us);
  guint8 hash[TOCSIN_HASH_BYTES];

  tocsin_hash_secret (secret, hash);
  return tocsin_pg_run (
      pg, error, NULL,
      "INSERT INTO tokens (hash, id, kind, user_id, family, name, scopes, created_at, expires_at)"
      " VALUES ($1, $2::uuid, $3, $4::uuid, $5::uuid, $6, $7::text[], $8, $9)",
      PG_BYTES (hash, sizeof hash), PG_TEXT (id), PG_TEXT (kind), PG_TEXT (grant->user_id),
      PG_TEXT (grant->family), PG_TEXT (grant->name), PG_TEXT (grant->scopes),
      PG_INT (grant->now_us), PG_INT (grant->now_us + kept_us));
}

static gboolean
make_tokens (TocsinPg *pg, const Grant *grant, TocsinDeviceTokens *tokens, GError **error)
{
  tokens->access_token = tocsin_token_new ();
  tokens->refresh_token = tocsin_token_new ();
  return add_token (pg, grant, "device", tokens->access_token,
                    TOCSIN_ACCESS_KEPT_S * TOCSIN_US_PER_S, error) &&
         add_token (pg, grant, "refresh", tokens->refresh_token,
                    TOCSIN_REFRESH_KEPT_DAYS * TOCSIN_US_PER_DAY, error);
}

static gboolean
refuse (const char **refusal, const char *word)
{
  *refusal = word;
  return TRUE;
}

static gboolean
hurry (TocsinPg *pg, const guint8 *hash, gint64 now_us, gint64 slower_us, GError **error)
{
  return tocsin_pg_run (pg, error, NULL,
                        "UPDATE device_flights SET polled_at = $2, interval_us = interval_us + $3"
                        " WHERE device_hash = $1",
                        PG_BYTES (hash, TOCSIN_HASH_BYTES), PG_INT (now_us), PG_INT (slower_us));
}

static gboolean
give_tokens (TocsinPg *pg, const TocsinPgRows *rows, const guint8 *hash, gint64 now_us,
             TocsinDeviceTokens *tokens, GError **error)
{
  g_autofree char *family = tocsin_id_new (now_us);
  const Grant grant = { tocsin_pg_rows_get_text (rows, 0, 1), tocsin_pg_rows_get_text (rows, 0, 2),
                        tocsin_pg_rows_get_text (rows, 0, 3), family, now_us };

  tokens->scopes = tocsin_pg_rows_get_array (rows, 0, 3);
  return make_tokens (pg, &grant, tokens, error) &&
         tocsin_pg_run (pg, error, NULL, "DELETE FROM device_flights WHERE device_hash = $1",
                        PG_BYTES (hash, TOCSIN_HASH_BYTES));
}

gboolean
tocsin_device_poll (TocsinPg *pg, const char *device_code, gint64 now_us,
                    TocsinDeviceTokens *tokens, const char **refusal, GError **error)
{
  g_autoptr (TocsinPgRows) rows = NULL;
  guint8 hash[TOCSIN_HASH_BYTES];
  const char *verdict;

  tocsin_hash_secret (device_code, hash);
  rows = tocsin_pg_query (pg, error,
                          "SELECT verdict, user_id, name, scopes, expires_at, polled_at,"
                          " interval_us FROM device_flights WHERE device_hash = $1 FOR UPDATE",
                          PG_BYTES (hash, sizeof hash));
  if (rows == NULL)
    return FALSE;
  if (tocsin_pg_rows_get_n (rows) == 0)
    return refuse (refusal, "invalid_grant");
  if (tocsin_pg_rows_get_int (rows, 0, 4) <= now_us)
    return refuse (refusal, "expired_token");
  verdict = tocsin_pg_rows_get_text (rows, 0, 0);
  if (strcmp (verdict, "denied") == 0)
    return refuse (refusal, "access_denied");
  if (strcmp (verdict, "granted") == 0)
    return give_tokens (pg, rows, hash, now_us, tokens, error);
  if (now_us - tocsin_pg_rows_get_int (rows, 0, 5) < tocsin_pg_rows_get_int (rows, 0, 6))
    return refuse (refusal, "slow_down") && hurry (pg, hash, now_us, SLOWER_BY_US, error);
  return refuse (refusal, "authorization_pending") && hurry (pg, hash, now_us, 0, error);
}

static gboolean
end_family (TocsinPg *pg, const char *family, gint64 now_us, GError **error)
{
  return tocsin_pg_run (pg, error, NULL,
                        "UPDATE tokens SET revoked_at = $2 WHERE family = $1::uuid"
                        " AND revoked_at = 0",
                        PG_TEXT (family), PG_INT (now_us));
}

gboolean
tocsin_device_refresh (TocsinPg *pg, const char *refresh_token, gint64 now_us,
                       TocsinDeviceTokens *tokens, const char **refusal, GError **error)
{
  g_autoptr (TocsinPgRows) rows = NULL;
  guint8 hash[TOCSIN_HASH_BYTES];
  Grant grant = { .now_us = now_us };

  tocsin_hash_secret (refresh_token, hash);
  rows = tocsin_pg_query (
      pg, error,
      "SELECT t.user_id, t.name, t.scopes, t.family, t.revoked_at, t.expires_at FROM tokens t"
      " JOIN users u ON u.id = t.user_id WHERE t.hash = $1 AND t.kind = 'refresh'"
      " AND u.disabled_at = 0 FOR UPDATE OF t",
      PG_BYTES (hash, sizeof hash));
  if (rows == NULL)
    return FALSE;
  if (tocsin_pg_rows_get_n (rows) == 0)
    return refuse (refusal, "invalid_grant");
  grant.family = tocsin_pg_rows_get_text (rows, 0, 3);
  if (tocsin_pg_rows_get_int (rows, 0, 4) != 0) /* used before: one of the two is a thief's */
    return refuse (refusal, "invalid_grant") && end_family (pg, grant.family, now_us, error);
  if (tocsin_pg_rows_get_int (rows, 0, 5) <= now_us)
    return refuse (refusal, "invalid_grant");
  grant.user_id = tocsin_pg_rows_get_text (rows, 0, 0);
  grant.name = tocsin_pg_rows_get_text (rows, 0, 1);
  grant.scopes = tocsin_pg_rows_get_text (rows, 0, 2);
  tokens->scopes = tocsin_pg_rows_get_array (rows, 0, 2);
  return end_family (pg, grant.family, now_us, error) && make_tokens (pg, &grant, tokens, error);
}

gboolean
tocsin_device_revoke (TocsinPg *pg, const char *token, gint64 now_us, GError **error)
{
  g_autoptr (TocsinPgRows) rows = NULL;
  guint8 hash[TOCSIN_HASH_BYTES];

  tocsin_hash_secret (token, hash);
  rows = tocsin_pg_query (pg, error,
                          "UPDATE tokens SET revoked_at = $2 WHERE hash = $1 AND revoked_at = 0"
                          " AND kind <> 'probe' RETURNING family",
                          PG_BYTES (hash, sizeof hash), PG_INT (now_us));
  if (rows == NULL)
    return FALSE;
  return tocsin_pg_rows_get_n (rows) == 0 ||
         end_family (pg, tocsin_pg_rows_get_text_or_null (rows, 0, 0), now_us, error);
}
