/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "oidc-accounts"

#include "config.h"

#include <string.h>

#include "oidc-accounts.h"
#include "teams.h"
#include "users.h"

static gboolean
find_bound (TocsinPg *pg, const TocsinIssuer *issuer, const TocsinJwtPerson *person, char **id,
            GError **error)
{
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query (
      pg, error, "SELECT user_id FROM identities WHERE issuer = $1 AND subject = $2",
      PG_TEXT (issuer->issuer), PG_TEXT (person->subject));

  if (rows == NULL)
    return FALSE;
  if (tocsin_pg_rows_get_n (rows) > 0)
    *id = g_strdup (tocsin_pg_rows_get_text (rows, 0, 0));
  return TRUE;
}

static gboolean
is_believed (const TocsinIssuer *issuer, const TocsinJwtPerson *person)
{
  g_autofree char *email = tocsin_email_normalize (person->email, NULL);

  return email != NULL && person->email_is_verified && tocsin_issuer_has_domain (issuer, email);
}

/* --- binding --- */

/* Whoever made the account may be somebody else. */
static gboolean
shut_out_others (TocsinPg *pg, const TocsinActor *actor, const char *user_id, GError **error)
{
  return tocsin_pg_run (pg, error, NULL, "UPDATE users SET password = NULL WHERE id = $1::uuid",
                        PG_TEXT (user_id)) &&
         tocsin_pg_run (pg, error, NULL, "DELETE FROM mailed_links WHERE user_id = $1::uuid",
                        PG_TEXT (user_id)) &&
         tocsin_pg_run (pg, error, NULL, "DELETE FROM sessions WHERE user_id = $1::uuid",
                        PG_TEXT (user_id)) &&
         tocsin_pg_run (pg, error, NULL,
                        "UPDATE tokens SET revoked_at = $2 WHERE user_id = $1::uuid"
                        " AND revoked_at = 0",
                        PG_TEXT (user_id), PG_INT (actor->at_us));
}

static char *
make_user (TocsinPg *pg, const TocsinActor *actor, const TocsinJwtPerson *person, GError **error)
{
  g_autofree char *local = g_strndup (person->email, strcspn (person->email, "@"));
  gboolean has_name = tocsin_name_check ("name", person->name, NULL);

  return tocsin_users_create (pg, actor, person->email, has_name ? person->name : local, NULL,
                              error);
}

static gboolean
bind (TocsinPg *pg, const TocsinActor *actor, const TocsinIssuer *issuer,
      const TocsinJwtPerson *person, char **id, GError **error)
{
  const TocsinDeed deed = { "identity.add", "user", NULL, issuer->label, NULL };
  TocsinDeed told = deed;

  if (!tocsin_users_find (pg, person->email, id, error))
    return FALSE;
  if (*id != NULL && !shut_out_others (pg, actor, *id, error))
    return FALSE;
  if (*id == NULL)
    *id = make_user (pg, actor, person, error);
  if (*id == NULL)
    return FALSE;
  told.object = *id;
  return tocsin_pg_run (pg, error, NULL,
                        "INSERT INTO identities (issuer, subject, user_id, created_at)"
                        " VALUES ($1, $2, $3::uuid, $4)",
                        PG_TEXT (issuer->issuer), PG_TEXT (person->subject), PG_TEXT (*id),
                        PG_INT (actor->at_us)) &&
         tocsin_audit_add_for_user (pg, actor, *id, &told, error);
}

/* --- joining --- */

static gboolean
join (TocsinPg *pg, const TocsinActor *actor, const TocsinIssuer *issuer, const char *user_id,
      GError **error)
{
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query (
      pg, error,
      "SELECT EXISTS (SELECT 1 FROM members WHERE team_id = $1::uuid AND user_id = $2::uuid)"
      " OR EXISTS (SELECT 1 FROM audit WHERE team_id = $1::uuid AND action = 'member.remove'"
      " AND object = $3)",
      PG_TEXT (issuer->team_id), PG_TEXT (user_id), PG_TEXT (user_id));

  if (rows == NULL)
    return FALSE;
  return tocsin_pg_rows_get_bool (rows, 0, 0) ||
         tocsin_members_add (pg, actor, issuer->team_id, user_id, issuer->role, error);
}

/* Forgets one who may not come in. */
static gboolean
look_at_user (TocsinPg *pg, TocsinOidcUser *user, GError **error)
{
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query (
      pg, error, "SELECT disabled_at > 0, totp_confirmed_at > 0 FROM users WHERE id = $1::uuid",
      PG_TEXT (user->user_id));

  if (rows == NULL)
    return FALSE;
  if (tocsin_pg_rows_get_n (rows) == 0 || tocsin_pg_rows_get_bool (rows, 0, 0))
    g_clear_pointer (&user->user_id, g_free);
  else
    user->has_second_factor = tocsin_pg_rows_get_bool (rows, 0, 1);
  return TRUE;
}

gboolean
tocsin_oidc_find_user (TocsinPg *pg, const TocsinActor *actor, const TocsinIssuer *issuer,
                       const TocsinJwtPerson *person, TocsinOidcUser *user, GError **error)
{
  gboolean believed = is_believed (issuer, person);
  TocsinActor self = *actor;

  if (!find_bound (pg, issuer, person, &user->user_id, error))
    return FALSE;
  if (user->user_id == NULL && believed && !bind (pg, actor, issuer, person, &user->user_id, error))
    return FALSE;
  if (user->user_id == NULL)
    return TRUE;
  if (!look_at_user (pg, user, error))
    return FALSE;
  self.id = user->user_id;
  return user->user_id == NULL || !believed || join (pg, &self, issuer, user->user_id, error);
}

void
tocsin_oidc_user_clear (TocsinOidcUser *user)
{
  g_clear_pointer (&user->user_id, g_free);
}
