/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "cli-projects"

#include "config.h"

#include "cli-private.h"
#include "errors.h"
#include "projects.h"
#include "teams.h"
#include "timetext.h"
#include "tokens.h"
#include "users.h"

/* --- token --- */

static gboolean
read_scopes (const char *text, guint *may, GError **error)
{
  g_auto (GStrv) words = g_strsplit (text, ",", -1);

  return tocsin_may_from_words (words, may, error);
}

static gboolean
read_expiry (const TocsinAdmin *admin, const char *text, gint64 *expires_at, GError **error)
{
  gint64 span_us;

  *expires_at = 0;
  if (text == NULL)
    return TRUE;
  if (!tocsin_span_from_text (text, &span_us, error)) {
    g_prefix_error (error, "--expires: ");
    return FALSE;
  }
  *expires_at = admin->now_us + span_us;
  return TRUE;
}

static gboolean
create_token (TocsinAdmin *admin, char **args, GString *output, GError **error)
{
  TocsinActor actor = tocsin_cli_get_actor (admin);
  g_autofree char *name = tocsin_cli_take_option (args, "--name");
  g_autofree char *scopes = tocsin_cli_take_option (args, "--scopes");
  g_autofree char *team = tocsin_cli_take_option (args, "--team");
  g_autofree char *expires = tocsin_cli_take_option (args, "--expires");
  g_autofree char *user_id = NULL, *team_id = NULL, *token = NULL, *id = NULL;
  TocsinTokenSpec spec = { .name = name != NULL ? name : "made by the operator" };

  if (!tocsin_cli_check_args (args, 1, error) ||
      !read_scopes (scopes != NULL ? scopes : "read", &spec.may, error) ||
      !read_expiry (admin, expires, &spec.expires_at, error))
    return FALSE;
  user_id = tocsin_users_get (admin->pg, args[0], error);
  team_id = user_id != NULL && team != NULL ? tocsin_teams_get (admin->pg, team, error) : NULL;
  if (user_id == NULL || (team != NULL && team_id == NULL))
    return FALSE;
  spec.user_id = user_id;
  spec.team_id = team_id;
  id = tocsin_tokens_create (admin->pg, &actor, &spec, &token, error);
  if (id != NULL)
    g_string_append_printf (output, "%s\n", token);
  return id != NULL;
}

static gboolean
list_tokens (TocsinAdmin *admin, char **args, GString *output, GError **error)
{
  static const char *const columns[] = { "id",         "kind",       "owner",   "name", "scopes",
                                         "created_at", "expires_at", "used_at", NULL };
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query (
      admin->pg, error,
      "SELECT t.id, t.kind, coalesce (u.email, p.name), t.name, array_to_string (t.scopes, ','),"
      " t.created_at, t.expires_at, t.used_at FROM tokens t LEFT JOIN users u ON u.id = t.user_id"
      " LEFT JOIN probes p ON p.team_id = t.team_id AND p.id = t.probe_id"
      " WHERE t.revoked_at = 0 AND t.kind <> 'refresh' ORDER BY t.created_at");

  if (rows != NULL)
    tocsin_cli_print_rows (admin, rows, columns, output);
  return rows != NULL;
}

static gboolean
revoke_token (TocsinAdmin *admin, char **args, GString *output, GError **error)
{
  TocsinActor actor = tocsin_cli_get_actor (admin);

  return tocsin_tokens_revoke (admin->pg, &actor, NULL, args[0], error);
}

/* --- project and key --- */

static gboolean
create_project (TocsinAdmin *admin, char **args, GString *output, GError **error)
{
  TocsinActor actor = tocsin_cli_get_actor (admin);
  g_autofree char *slug = tocsin_cli_take_option (args, "--slug");
  g_autofree char *team_id = NULL, *id = NULL;

  if (!tocsin_cli_check_args (args, 2, error))
    return FALSE;
  team_id = tocsin_teams_get (admin->pg, args[0], error);
  if (team_id == NULL)
    return FALSE;
  id = tocsin_projects_create (admin->pg, &actor, team_id, args[1], slug, error);
  if (id != NULL)
    g_string_append_printf (output, "%s\n", id);
  return id != NULL;
}

static gboolean
list_projects (TocsinAdmin *admin, char **args, GString *output, GError **error)
{
  static const char *const columns[] = { "slug", "name", "id", "monitors", "created_at", NULL };
  g_autofree char *team_id = tocsin_teams_get (admin->pg, args[0], error);
  g_autoptr (TocsinPgRows) rows = NULL;

  if (team_id == NULL)
    return FALSE;
  rows = tocsin_pg_query (
      admin->pg, error,
      "SELECT p.body ->> 'slug', p.name, p.id, (SELECT count (*) FROM records m"
      " WHERE m.team_id = p.team_id AND m.project_id = p.id AND m.deleted_at = 0), p.created_at"
      " FROM records p WHERE p.team_id = $1::uuid AND p.type = 'project' AND p.deleted_at = 0"
      " ORDER BY p.name",
      PG_TEXT (team_id));
  if (rows != NULL)
    tocsin_cli_print_rows (admin, rows, columns, output);
  return rows != NULL;
}

static gboolean
create_key (TocsinAdmin *admin, char **args, GString *output, GError **error)
{
  TocsinActor actor = tocsin_cli_get_actor (admin);
  g_autofree char *kind = tocsin_cli_take_option (args, "--kind");
  g_autofree char *team_id = NULL, *project_id = NULL, *id = NULL, *key = NULL;
  guint which;

  if (!tocsin_cli_check_args (args, 1, error))
    return FALSE;
  if (kind == NULL)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "--kind rw, ro or ping is wanted");
  if (!tocsin_words_find (&tocsin_key_kind_words, kind, &which, error) ||
      !tocsin_projects_get (admin->pg, args[0], &team_id, &project_id, error))
    return FALSE;
  id = tocsin_keys_create (admin->pg, &actor, team_id, project_id, which, &key, error);
  if (id != NULL)
    g_string_append_printf (output, "%s\n", key);
  return id != NULL;
}

/* --- probe --- */

static gboolean
create_probe (TocsinAdmin *admin, char **args, GString *output, GError **error)
{
  TocsinActor actor = tocsin_cli_get_actor (admin);
  g_autofree char *labels = tocsin_cli_take_option (args, "--labels");
  g_auto (GStrv) words = labels != NULL ? g_strsplit (labels, ",", -1) : NULL;
  g_autofree char *team_id = NULL, *id = NULL, *token = NULL;

  if (!tocsin_cli_check_args (args, 2, error))
    return FALSE;
  team_id = tocsin_teams_get (admin->pg, args[0], error);
  if (team_id == NULL)
    return FALSE;
  id = tocsin_probes_create (admin->pg, &actor, team_id, args[1], (const char *const *) words,
                             &token, error);
  if (id != NULL)
    g_string_append_printf (output, "TOCSIN_SERVER=%s\nTOCSIN_PROBE_TOKEN=%s\n",
                            admin->config->public_url, token);
  return id != NULL;
}

static gboolean
list_probes (TocsinAdmin *admin, char **args, GString *output, GError **error)
{
  static const char *const columns[] = { "name",    "id",   "labels", "created_at",
                                         "seen_at", "kind", "state",  NULL };
  g_autofree char *team_id = tocsin_teams_get (admin->pg, args[0], error);
  g_autoptr (TocsinPgRows) rows = NULL;

  if (team_id == NULL)
    return FALSE;
  rows = tocsin_pg_query (
      admin->pg, error,
      "SELECT name, id, array_to_string (labels, ','), created_at, seen_at, kind, state FROM probes"
      " WHERE team_id = $1::uuid AND revoked_at = 0 ORDER BY name",
      PG_TEXT (team_id));
  if (rows != NULL)
    tocsin_cli_print_rows (admin, rows, columns, output);
  return rows != NULL;
}

static gboolean
revoke_probe (TocsinAdmin *admin, char **args, GString *output, GError **error)
{
  TocsinActor actor = tocsin_cli_get_actor (admin);
  g_autofree char *team_id = tocsin_teams_get (admin->pg, args[0], error);

  return team_id != NULL && tocsin_probes_revoke (admin->pg, &actor, team_id, args[1], error);
}

#define DATABASE (TOCSIN_ADMIN_CONFIG | TOCSIN_ADMIN_DATABASE)

const TocsinAdminCommand tocsin_admin_project_commands[] = {
  { "token create",
    "EMAIL [--name NAME] [--scopes read,write,admin] [--team TEAM] [--expires SPAN]",
    "Make an API token for a user; it is told once", DATABASE, 1, 9, create_token },
  { "token list", "", "List all tokens", DATABASE, 0, 0, list_tokens },
  { "token revoke", "ID", "Make a token worth nothing", DATABASE, 1, 1, revoke_token },
  { "project create", "TEAM NAME [--slug SLUG]", "Make a project; tells its id", DATABASE, 2, 4,
    create_project },
  { "project list", "TEAM", "List a team’s projects", DATABASE, 1, 1, list_projects },
  { "key create", "PROJECT --kind rw|ro|ping",
    "Make a key of a project (TEAM/PROJECT, or its id); it is told once", DATABASE, 1, 3,
    create_key },
  { "probe create", "TEAM NAME [--labels A,B]", "Make a probe; tells the two lines to paste",
    DATABASE, 2, 4, create_probe },
  { "probe list", "TEAM", "List a team’s probes", DATABASE, 1, 1, list_probes },
  { "probe revoke", "TEAM ID", "Make a probe’s token worth nothing", DATABASE, 2, 2, revoke_probe },
  { NULL },
};
