/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "teams"

#include "config.h"

#include <string.h>

#include "errors.h"
#include "teams.h"
#include "token.h"
#include "users.h"
#include "uuid.h"

/* --- slugs --- */

char *
tocsin_slug_make (const char *name)
{
  g_autofree char *plain = g_str_to_ascii (name, "C");
  GString *slug = g_string_new (NULL);

  for (const char *p = plain; *p != '\0' && slug->len < TOCSIN_SLUG_MOST_BYTES; p++) {
    if (g_ascii_isalnum (*p))
      g_string_append_c (slug, g_ascii_tolower (*p));
    else if (slug->len > 0 && slug->str[slug->len - 1] != '-')
      g_string_append_c (slug, '-');
  }
  while (slug->len > 0 && slug->str[slug->len - 1] == '-')
    g_string_truncate (slug, slug->len - 1);
  if (slug->len == 0)
    g_string_assign (slug, "team");
  return g_string_free (slug, FALSE);
}

gboolean
tocsin_slug_check (const char *slug, GError **error)
{
  gsize length = strlen (slug);

  if (length > 0 && length <= TOCSIN_SLUG_MOST_BYTES && slug[0] != '-' &&
      strspn (slug, "abcdefghijklmnopqrstuvwxyz0123456789-") == length)
    return TRUE;
  return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                      "slug: “%s”: up to %d of a-z, 0-9 and hyphens are wanted", slug,
                      TOCSIN_SLUG_MOST_BYTES);
}

/* --- teams --- */

char *
tocsin_teams_create (TocsinPg *pg, const TocsinActor *actor, const char *name, const char *slug,
                     const char *owner, GError **error)
{
  g_autofree char *id = tocsin_id_new (actor->at_us);
  g_autofree char *made = NULL;
  TocsinDeed deed = { .action = "team.create", .object_kind = "team", .object = id };
  gint64 n = 0;

  if (!tocsin_name_check ("name", name, error))
    return NULL;
  if (slug == NULL)
    slug = made = tocsin_slug_make (name);
  if (!tocsin_slug_check (slug, error))
    return NULL;
  deed.object_name = name;
  if (!tocsin_pg_run (pg, error, &n,
                      "INSERT INTO teams (id, name, slug, created_at)"
                      " VALUES ($1::uuid, $2, $3, $4) ON CONFLICT DO NOTHING",
                      PG_TEXT (id), PG_TEXT (name), PG_TEXT (slug), PG_INT (actor->at_us)))
    return NULL;
  if (n == 0) {
    tocsin_fail (error, TOCSIN_ERROR_EXISTS,
                 "there is a team with the slug “%s” already: give it another", slug);
    return NULL;
  }
  if (!tocsin_audit_add (pg, actor, id, &deed, error) ||
      (owner != NULL && !tocsin_members_add (pg, actor, id, owner, TOCSIN_ROLE_OWNER, error)))
    return NULL;
  return g_steal_pointer (&id);
}

char *
tocsin_teams_get (TocsinPg *pg, const char *id_or_slug, GError **error)
{
  g_autoptr (TocsinPgRows) rows =
      tocsin_pg_query (pg, error, "SELECT id FROM teams WHERE slug = $1 OR id::text = lower ($1)",
                       PG_TEXT (id_or_slug));

  if (rows == NULL)
    return NULL;
  if (tocsin_pg_rows_get_n (rows) > 0)
    return g_strdup (tocsin_pg_rows_get_text (rows, 0, 0));
  tocsin_fail (error, TOCSIN_ERROR_NOT_FOUND, "there is no team “%s”", id_or_slug);
  return NULL;
}

/* --- members --- */

static gboolean
tell_audit (TocsinPg *pg, const TocsinActor *actor, const char *team_id, const char *user_id,
            const char *action, TocsinRole role, GError **error)
{
  g_autofree char *detail =
      g_strdup_printf ("{\"role\": \"%s\"}", tocsin_words_get (&tocsin_role_words, role));
  g_autoptr (TocsinPgRows) rows =
      tocsin_pg_query (pg, error, "SELECT email FROM users WHERE id = $1::uuid", PG_TEXT (user_id));
  TocsinDeed deed = { action, "member", user_id, NULL, detail };

  if (rows == NULL)
    return FALSE;
  if (tocsin_pg_rows_get_n (rows) > 0)
    deed.object_name = tocsin_pg_rows_get_text (rows, 0, 0);
  return tocsin_audit_add (pg, actor, team_id, &deed, error);
}

gboolean
tocsin_members_add (TocsinPg *pg, const TocsinActor *actor, const char *team_id,
                    const char *user_id, TocsinRole role, GError **error)
{
  gint64 n = 0;

  g_return_val_if_fail (role != TOCSIN_ROLE_NONE, FALSE);

  if (!tocsin_pg_run (pg, error, &n,
                      "INSERT INTO members (team_id, user_id, role, created_at)"
                      " VALUES ($1::uuid, $2::uuid, $3, $4) ON CONFLICT DO NOTHING",
                      PG_TEXT (team_id), PG_TEXT (user_id),
                      PG_TEXT (tocsin_words_get (&tocsin_role_words, role)), PG_INT (actor->at_us)))
    return FALSE;
  if (n == 0)
    return tocsin_fail (error, TOCSIN_ERROR_EXISTS, "that person is a member of the team already");
  return tell_audit (pg, actor, team_id, user_id, "member.add", role, error);
}

/* Locks the team, so that two owners can't remove each other at the same moment. */
static gboolean
check_an_owner_stays (TocsinPg *pg, const char *team_id, const char *user_id, GError **error)
{
  g_autoptr (TocsinPgRows) team = tocsin_pg_query (
      pg, error, "SELECT id FROM teams WHERE id = $1::uuid FOR UPDATE", PG_TEXT (team_id));
  g_autoptr (TocsinPgRows) rows = NULL;

  if (team == NULL)
    return FALSE;
  rows = tocsin_pg_query (pg, error,
                          "SELECT count (*) FROM members m JOIN users u ON u.id = m.user_id"
                          " WHERE team_id = $1::uuid AND role = 'owner' AND user_id <> $2::uuid"
                          " AND u.disabled_at = 0",
                          PG_TEXT (team_id), PG_TEXT (user_id));
  if (rows == NULL)
    return FALSE;
  return tocsin_pg_rows_get_int (rows, 0, 0) > 0 ||
         tocsin_fail (error, TOCSIN_ERROR_EXISTS,
                      "that person is the team’s last owner: make somebody else an owner first");
}

gboolean
tocsin_members_set_role (TocsinPg *pg, const TocsinActor *actor, const char *team_id,
                         const char *user_id, TocsinRole role, GError **error)
{
  gint64 n = 0;

  g_return_val_if_fail (role != TOCSIN_ROLE_NONE, FALSE);

  if (role != TOCSIN_ROLE_OWNER && !check_an_owner_stays (pg, team_id, user_id, error))
    return FALSE;
  if (!tocsin_pg_run (pg, error, &n,
                      "UPDATE members SET role = $3, revision = revision + 1"
                      " WHERE team_id = $1::uuid AND user_id = $2::uuid",
                      PG_TEXT (team_id), PG_TEXT (user_id),
                      PG_TEXT (tocsin_words_get (&tocsin_role_words, role))))
    return FALSE;
  if (n == 0)
    return tocsin_fail (error, TOCSIN_ERROR_NOT_FOUND, "that person is no member of the team");
  return tell_audit (pg, actor, team_id, user_id, "member.role", role, error);
}

gboolean
tocsin_members_remove (TocsinPg *pg, const TocsinActor *actor, const char *team_id,
                       const char *user_id, GError **error)
{
  gint64 n = 0;

  if (!check_an_owner_stays (pg, team_id, user_id, error) ||
      !tell_audit (pg, actor, team_id, user_id, "member.remove", TOCSIN_ROLE_NONE, error) ||
      !tocsin_pg_run (pg, error, NULL,
                      "UPDATE tokens SET revoked_at = $3 WHERE team_id = $1::uuid"
                      " AND user_id = $2::uuid AND revoked_at = 0",
                      PG_TEXT (team_id), PG_TEXT (user_id), PG_INT (actor->at_us)) ||
      !tocsin_pg_run (pg, error, &n,
                      "DELETE FROM members WHERE team_id = $1::uuid AND user_id = $2::uuid",
                      PG_TEXT (team_id), PG_TEXT (user_id)))
    return FALSE;
  return n > 0 ||
         tocsin_fail (error, TOCSIN_ERROR_NOT_FOUND, "that person is no member of the team");
}
