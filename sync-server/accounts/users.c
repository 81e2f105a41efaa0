/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "users"

#include "config.h"

#include <string.h>

#include "errors.h"
#include "password.h"
#include "token.h"
#include "users.h"
#include "zone.h"

/* --- forms --- */

gboolean
tocsin_name_check (const char *what, const char *name, GError **error)
{
  if (name == NULL || *name == '\0')
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "%s: it is wanted", what);
  if (strlen (name) > TOCSIN_NAME_MOST_BYTES || !g_utf8_validate (name, -1, NULL))
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "%s: at most %d bytes of text are wanted",
                        what, TOCSIN_NAME_MOST_BYTES);
  for (const char *p = name; *p != '\0'; p = g_utf8_next_char (p))
    if (g_unichar_iscntrl (g_utf8_get_char (p)))
      return tocsin_fail (error, TOCSIN_ERROR_INVALID, "%s: one line of text is wanted", what);
  return TRUE;
}

/* One "@" with something around it, and nothing that ends a mail's header. What is right beyond that
 * only the mail server knows. */
char *
tocsin_email_normalize (const char *email, GError **error)
{
  g_autofree char *plain = g_strstrip (g_strdup (email != NULL ? email : ""));
  const char *at = strrchr (plain, '@');
  gboolean ok = at != NULL && at != plain && at[1] != '\0' &&
                strlen (plain) <= TOCSIN_EMAIL_MOST_BYTES && g_utf8_validate (plain, -1, NULL) &&
                strpbrk (plain, " ,;:<>()[]\\\"\t\r\n") == NULL;

  for (const char *p = plain; ok && *p != '\0'; p++)
    ok = (guchar) *p > 0x20 && *p != 0x7f;
  if (ok)
    return g_steal_pointer (&plain);
  tocsin_fail (error, TOCSIN_ERROR_INVALID, "email: an address like user@example.org is wanted");
  return NULL;
}

gboolean
tocsin_zone_check (const char *zone, GError **error)
{
  g_autoptr (GTimeZone) found = tocsin_zone_new (zone, NULL);

  return found != NULL ||
         tocsin_fail (error, TOCSIN_ERROR_INVALID,
                      "zone: “%s” is no time zone; one like Europe/Berlin is wanted", zone);
}

/* --- users --- */

char *
tocsin_users_create (TocsinPg *pg, const TocsinActor *actor, const char *email, const char *name,
                     const char *password, GError **error)
{
  g_autofree char *address = tocsin_email_normalize (email, error);
  g_autofree char *id = tocsin_id_new (actor->at_us);
  g_autofree char *hash = NULL;
  gint64 n = 0;

  if (address == NULL || !tocsin_name_check ("name", name, error))
    return NULL;
  if (password != NULL) {
    if (!tocsin_password_check (password, address, error))
      return NULL;
    hash = tocsin_password_hash (password, error);
    if (hash == NULL)
      return NULL;
  }
  if (!tocsin_pg_run (pg, error, &n,
                      "INSERT INTO users (id, email, name, password, password_at, created_at)"
                      " VALUES ($1::uuid, $2, $3, $4, $5, $5) ON CONFLICT DO NOTHING",
                      PG_TEXT (id), PG_TEXT (address), PG_TEXT (name), PG_TEXT (hash),
                      PG_INT (actor->at_us)))
    return NULL;
  if (n == 0) {
    tocsin_fail (error, TOCSIN_ERROR_EXISTS, "there is a user %s already", address);
    return NULL;
  }
  return g_steal_pointer (&id);
}

gboolean
tocsin_users_find (TocsinPg *pg, const char *email, char **id, GError **error)
{
  g_autofree char *address = tocsin_email_normalize (email, NULL);
  g_autoptr (TocsinPgRows) rows = NULL;

  *id = NULL;
  if (address == NULL)
    return TRUE;
  rows = tocsin_pg_query (pg, error, "SELECT id FROM users WHERE lower (email) = lower ($1)",
                          PG_TEXT (address));
  if (rows == NULL)
    return FALSE;
  if (tocsin_pg_rows_get_n (rows) > 0)
    *id = g_strdup (tocsin_pg_rows_get_text (rows, 0, 0));
  return TRUE;
}

char *
tocsin_users_get (TocsinPg *pg, const char *email, GError **error)
{
  char *id = NULL;

  if (tocsin_users_find (pg, email, &id, error) && id == NULL)
    tocsin_fail (error, TOCSIN_ERROR_NOT_FOUND, "there is no user %s", email);
  return id;
}

/* --- what operators and they themselves change --- */

static gboolean
tell_audit (TocsinPg *pg, const TocsinActor *actor, const char *user_id, const char *action,
            GError **error)
{
  const TocsinDeed deed = { .action = action, .object_kind = "user", .object = user_id };

  return tocsin_audit_add_for_user (pg, actor, user_id, &deed, error);
}

static gboolean
end_everything (TocsinPg *pg, const TocsinActor *actor, const char *user_id,
                const char *kept_session, GError **error)
{
  return tocsin_pg_run (pg, error, NULL,
                        "DELETE FROM sessions WHERE user_id = $1::uuid"
                        " AND id IS DISTINCT FROM $2::uuid",
                        PG_TEXT (user_id), PG_TEXT (kept_session)) &&
         tocsin_pg_run (pg, error, NULL,
                        "UPDATE tokens SET revoked_at = $2 WHERE user_id = $1::uuid"
                        " AND kind IN ('device', 'refresh') AND revoked_at = 0",
                        PG_TEXT (user_id), PG_INT (actor->at_us));
}

gboolean
tocsin_users_set_password (TocsinPg *pg, const TocsinActor *actor, const char *user_id,
                           const char *password, const char *kept_session, GError **error)
{
  g_autofree char *hash = NULL;
  g_autoptr (TocsinPgRows) rows =
      tocsin_pg_query (pg, error, "SELECT email FROM users WHERE id = $1::uuid", PG_TEXT (user_id));

  if (rows == NULL)
    return FALSE;
  if (tocsin_pg_rows_get_n (rows) == 0)
    return tocsin_fail (error, TOCSIN_ERROR_NOT_FOUND, "there is no such user");
  if (!tocsin_password_check (password, tocsin_pg_rows_get_text (rows, 0, 0), error))
    return FALSE;
  hash = tocsin_password_hash (password, error);
  return hash != NULL &&
         tocsin_pg_run (pg, error, NULL,
                        "UPDATE users SET password = $2, password_at = $3 WHERE id = $1::uuid",
                        PG_TEXT (user_id), PG_TEXT (hash), PG_INT (actor->at_us)) &&
         tocsin_pg_run (pg, error, NULL, "DELETE FROM mailed_links WHERE user_id = $1::uuid",
                        PG_TEXT (user_id)) &&
         end_everything (pg, actor, user_id, kept_session, error) &&
         tell_audit (pg, actor, user_id, "user.password", error);
}

gboolean
tocsin_users_set_disabled (TocsinPg *pg, const TocsinActor *actor, const char *user_id,
                           gboolean disabled, GError **error)
{
  return tocsin_pg_run (pg, error, NULL, "UPDATE users SET disabled_at = $2 WHERE id = $1::uuid",
                        PG_TEXT (user_id), PG_INT (disabled ? actor->at_us : 0)) &&
         (!disabled || end_everything (pg, actor, user_id, NULL, error)) &&
         tell_audit (pg, actor, user_id, disabled ? "user.disable" : "user.enable", error);
}

gboolean
tocsin_users_reset_second_factor (TocsinPg *pg, const TocsinActor *actor, const char *user_id,
                                  GError **error)
{
  return tocsin_pg_run (pg, error, NULL,
                        "UPDATE users SET totp_sealed = NULL, totp_confirmed_at = 0, totp_step = 0"
                        " WHERE id = $1::uuid",
                        PG_TEXT (user_id)) &&
         tocsin_pg_run (pg, error, NULL, "DELETE FROM recovery_codes WHERE user_id = $1::uuid",
                        PG_TEXT (user_id)) &&
         tell_audit (pg, actor, user_id, "user.second-factor-off", error);
}
