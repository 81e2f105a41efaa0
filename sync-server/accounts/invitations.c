/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "invitations"

#include "config.h"

#include "errors.h"
#include "teams.h"
#include "timetext.h"
#include "token.h"
#include "users.h"

char *
tocsin_invitations_create (TocsinPg *pg, const TocsinActor *actor, const char *team_id,
                           const char *email, TocsinRole role, const char *invited_by, char **code,
                           GError **error)
{
  g_autofree char *id = tocsin_id_new (actor->at_us);
  g_autofree char *secret = tocsin_token_new ();
  g_autofree char *address = email != NULL ? tocsin_email_normalize (email, error) : NULL;
  g_autofree char *detail =
      g_strdup_printf ("{\"role\": \"%s\"}", tocsin_words_get (&tocsin_role_words, role));
  const TocsinDeed deed = { "invitation.create", "invitation", id, address, detail };
  guint8 hash[TOCSIN_HASH_BYTES];

  if (email != NULL && address == NULL)
    return NULL;
  tocsin_hash_secret (secret, hash);
  if (!tocsin_pg_run (
          pg, error, NULL,
          "INSERT INTO invitations (team_id, id, hash, email, role, invited_by, created_at,"
          " expires_at) VALUES ($1::uuid, $2::uuid, $3, $4, $5, $6::uuid, $7, $8)",
          PG_TEXT (team_id), PG_TEXT (id), PG_BYTES (hash, sizeof hash), PG_TEXT (address),
          PG_TEXT (tocsin_words_get (&tocsin_role_words, role)), PG_TEXT (invited_by),
          PG_INT (actor->at_us),
          PG_INT (actor->at_us + TOCSIN_INVITATION_KEPT_DAYS * TOCSIN_US_PER_DAY)) ||
      !tocsin_audit_add (pg, actor, team_id, &deed, error))
    return NULL;
  *code = g_steal_pointer (&secret);
  return g_steal_pointer (&id);
}

gboolean
tocsin_invitations_find (TocsinPg *pg, const char *code, gint64 now_us,
                         TocsinInvitation *invitation, GError **error)
{
  g_autoptr (TocsinPgRows) rows = NULL;
  guint8 hash[TOCSIN_HASH_BYTES];
  guint role;

  tocsin_hash_secret (code, hash);
  rows = tocsin_pg_query (pg, error,
                          "SELECT i.team_id, t.name, i.id, i.email, i.role FROM invitations i"
                          " JOIN teams t ON t.id = i.team_id"
                          " WHERE i.hash = $1 AND i.accepted_at = 0 AND i.expires_at > $2",
                          PG_BYTES (hash, sizeof hash), PG_INT (now_us));
  if (rows == NULL)
    return FALSE;
  if (tocsin_pg_rows_get_n (rows) == 0)
    return tocsin_fail (error, TOCSIN_ERROR_NOT_FOUND,
                        "this invitation was used, taken back or is over: ask for a new one");
  if (!tocsin_words_find (&tocsin_role_words, tocsin_pg_rows_get_text (rows, 0, 4), &role, error))
    return FALSE;
  *invitation = (TocsinInvitation){
    .team_id = g_strdup (tocsin_pg_rows_get_text (rows, 0, 0)),
    .team_name = g_strdup (tocsin_pg_rows_get_text (rows, 0, 1)),
    .id = g_strdup (tocsin_pg_rows_get_text (rows, 0, 2)),
    .email = g_strdup (tocsin_pg_rows_get_text_or_null (rows, 0, 3)),
    .role = role,
  };
  return TRUE;
}

void
tocsin_invitation_clear (TocsinInvitation *invitation)
{
  g_clear_pointer (&invitation->team_id, g_free);
  g_clear_pointer (&invitation->team_name, g_free);
  g_clear_pointer (&invitation->id, g_free);
  g_clear_pointer (&invitation->email, g_free);
}

static gboolean
check_address (TocsinPg *pg, const TocsinInvitation *invitation, const char *user_id,
               GError **error)
{
  g_autoptr (TocsinPgRows) rows = NULL;

  if (invitation->email == NULL)
    return TRUE;
  rows = tocsin_pg_query (pg, error,
                          "SELECT lower (email) = lower ($2) FROM users WHERE id = $1::uuid",
                          PG_TEXT (user_id), PG_TEXT (invitation->email));
  if (rows == NULL)
    return FALSE;
  return (tocsin_pg_rows_get_n (rows) > 0 && tocsin_pg_rows_get_bool (rows, 0, 0)) ||
         tocsin_fail (error, TOCSIN_ERROR_INVALID,
                      "this invitation is for another e-mail address than yours");
}

/* Whoever comes first has it: the row is changed only while nobody accepted it. */
static gboolean
mark_accepted (TocsinPg *pg, const TocsinActor *actor, const TocsinInvitation *invitation,
               const char *user_id, GError **error)
{
  gint64 n = 0;

  if (!tocsin_pg_run (pg, error, &n,
                      "UPDATE invitations SET accepted_at = $3, accepted_by = $4::uuid"
                      " WHERE team_id = $1::uuid AND id = $2::uuid AND accepted_at = 0",
                      PG_TEXT (invitation->team_id), PG_TEXT (invitation->id),
                      PG_INT (actor->at_us), PG_TEXT (user_id)))
    return FALSE;
  return n > 0 ||
         tocsin_fail (error, TOCSIN_ERROR_NOT_FOUND, "this invitation was just used by another");
}

gboolean
tocsin_invitations_accept (TocsinPg *pg, const TocsinActor *actor, const char *code,
                           const char *user_id, TocsinInvitation *invitation, GError **error)
{
  return tocsin_invitations_find (pg, code, actor->at_us, invitation, error) &&
         check_address (pg, invitation, user_id, error) &&
         mark_accepted (pg, actor, invitation, user_id, error) &&
         tocsin_members_add (pg, actor, invitation->team_id, user_id, invitation->role, error);
}
