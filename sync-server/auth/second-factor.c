/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "second-factor"

#include "config.h"

#include <string.h>

#include "errors.h"
#include "principal.h"
#include "seal.h"
#include "second-factor.h"

/* The secret and the last step of a row that was just read, locked. */
static gboolean
open_secret (const TocsinPgRows *rows, const TocsinServerConfig *config,
             guint8 secret[TOCSIN_TOTP_BYTES], GError **error)
{
  g_autoptr (GBytes) sealed = tocsin_pg_rows_get_bytes (rows, 0, 0);
  g_autoptr (GBytes) plain = sealed != NULL ? tocsin_unseal (config, sealed, error) : NULL;

  if (sealed == NULL)
    return tocsin_fail (error, TOCSIN_ERROR_NOT_FOUND, "there is no second factor");
  if (plain == NULL)
    return FALSE;
  if (g_bytes_get_size (plain) != TOCSIN_TOTP_BYTES)
    return tocsin_fail (error, TOCSIN_ERROR_DAMAGED, "the second factor is damaged");
  memcpy (secret, g_bytes_get_data (plain, NULL), TOCSIN_TOTP_BYTES);
  return TRUE;
}

static TocsinPgRows *
lock_user (TocsinPg *pg, const char *user_id, GError **error)
{
  return tocsin_pg_query (pg, error,
                          "SELECT totp_sealed, totp_step, totp_confirmed_at FROM users"
                          " WHERE id = $1::uuid FOR UPDATE",
                          PG_TEXT (user_id));
}

static gboolean
verify_app_code (TocsinPg *pg, const TocsinServerConfig *config, const char *user_id,
                 const char *code, gint64 now_us, gboolean *ok, GError **error)
{
  g_autoptr (TocsinPgRows) rows = lock_user (pg, user_id, error);
  guint8 secret[TOCSIN_TOTP_BYTES];
  gint64 step;

  *ok = FALSE;
  if (rows == NULL)
    return FALSE;
  if (tocsin_pg_rows_get_n (rows) == 0)
    return TRUE;
  if (!open_secret (rows, config, secret, error))
    return FALSE;
  if (!tocsin_totp_verify (secret, code, now_us, tocsin_pg_rows_get_int (rows, 0, 1), &step))
    return TRUE;
  *ok = TRUE;
  return tocsin_pg_run (pg, error, NULL, "UPDATE users SET totp_step = $2 WHERE id = $1::uuid",
                        PG_TEXT (user_id), PG_INT (step));
}

static gboolean
use_recovery_code (TocsinPg *pg, const char *user_id, const char *code, gint64 now_us, gboolean *ok,
                   GError **error)
{
  g_autofree char *plain = tocsin_recovery_code_normalize (code);
  guint8 hash[TOCSIN_HASH_BYTES];
  gint64 n = 0;

  if (strlen (plain) != TOCSIN_RECOVERY_CODE_BYTES)
    return TRUE;
  tocsin_hash_secret (plain, hash);
  if (!tocsin_pg_run (pg, error, &n,
                      "UPDATE recovery_codes SET used_at = $3"
                      " WHERE user_id = $1::uuid AND hash = $2 AND used_at = 0",
                      PG_TEXT (user_id), PG_BYTES (hash, sizeof hash), PG_INT (now_us)))
    return FALSE;
  *ok = n > 0;
  return TRUE;
}

gboolean
tocsin_second_factor_verify (TocsinPg *pg, const TocsinServerConfig *config, const char *user_id,
                             const char *code, gint64 now_us, gboolean *ok, GError **error)
{
  if (!verify_app_code (pg, config, user_id, code, now_us, ok, error))
    return FALSE;
  return *ok || use_recovery_code (pg, user_id, code, now_us, ok, error);
}

gboolean
tocsin_second_factor_begin (TocsinPg *pg, const TocsinServerConfig *config, const char *user_id,
                            guint8 secret[TOCSIN_TOTP_BYTES], GError **error)
{
  g_autoptr (GBytes) sealed = NULL;
  gint64 n = 0;

  tocsin_totp_new_secret (secret);
  sealed = tocsin_seal (config, secret, TOCSIN_TOTP_BYTES, error);
  if (sealed == NULL ||
      !tocsin_pg_run (pg, error, &n,
                      "UPDATE users SET totp_sealed = $2, totp_step = 0"
                      " WHERE id = $1::uuid AND totp_confirmed_at = 0",
                      PG_TEXT (user_id),
                      PG_BYTES (g_bytes_get_data (sealed, NULL), g_bytes_get_size (sealed))))
    return FALSE;
  return n > 0 || tocsin_fail (error, TOCSIN_ERROR_EXISTS, "the second factor is on already");
}

gboolean
tocsin_second_factor_get_unconfirmed (TocsinPg *pg, const TocsinServerConfig *config,
                                      const char *user_id, guint8 secret[TOCSIN_TOTP_BYTES],
                                      GError **error)
{
  g_autoptr (TocsinPgRows) rows = lock_user (pg, user_id, error);

  if (rows == NULL)
    return FALSE;
  if (tocsin_pg_rows_get_n (rows) == 0 || tocsin_pg_rows_get_int (rows, 0, 2) != 0)
    return tocsin_fail (error, TOCSIN_ERROR_NOT_FOUND, "no second factor awaits its first code");
  return open_secret (rows, config, secret, error);
}

char **
tocsin_second_factor_renew_codes (TocsinPg *pg, const TocsinActor *actor, const char *user_id,
                                  GError **error)
{
  g_autoptr (GStrvBuilder) codes = g_strv_builder_new ();
  const TocsinDeed deed = { "user.recovery-codes", "user", user_id, NULL, NULL };

  if (!tocsin_pg_run (pg, error, NULL, "DELETE FROM recovery_codes WHERE user_id = $1::uuid",
                      PG_TEXT (user_id)))
    return NULL;
  for (guint i = 0; i < TOCSIN_RECOVERY_CODES; i++) {
    g_autofree char *code = tocsin_recovery_code_new ();
    g_autofree char *plain = tocsin_recovery_code_normalize (code);
    guint8 hash[TOCSIN_HASH_BYTES];

    tocsin_hash_secret (plain, hash);
    if (!tocsin_pg_run (pg, error, NULL,
                        "INSERT INTO recovery_codes (user_id, hash) VALUES ($1::uuid, $2)",
                        PG_TEXT (user_id), PG_BYTES (hash, sizeof hash)))
      return NULL;
    g_strv_builder_add (codes, code);
  }
  if (!tocsin_audit_add_for_user (pg, actor, user_id, &deed, error))
    return NULL;
  return g_strv_builder_end (codes);
}

gboolean
tocsin_second_factor_confirm (TocsinPg *pg, const TocsinServerConfig *config,
                              const TocsinActor *actor, const char *user_id, const char *code,
                              gboolean *ok, char ***codes, GError **error)
{
  const TocsinDeed deed = { "user.second-factor-on", "user", user_id, NULL, NULL };
  guint8 secret[TOCSIN_TOTP_BYTES];

  if (!tocsin_second_factor_get_unconfirmed (pg, config, user_id, secret, error) ||
      !verify_app_code (pg, config, user_id, code, actor->at_us, ok, error))
    return FALSE;
  if (!*ok)
    return TRUE;
  if (!tocsin_pg_run (pg, error, NULL,
                      "UPDATE users SET totp_confirmed_at = $2 WHERE id = $1::uuid",
                      PG_TEXT (user_id), PG_INT (actor->at_us)) ||
      !tocsin_audit_add_for_user (pg, actor, user_id, &deed, error))
    return FALSE;
  *codes = tocsin_second_factor_renew_codes (pg, actor, user_id, error);
  return *codes != NULL;
}
