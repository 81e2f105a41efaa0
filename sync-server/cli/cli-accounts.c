/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "cli-accounts"

#include "config.h"

#include "cli-private.h"
#include "errors.h"
#include "password.h"
#include "teams.h"
#include "users.h"

/* --- user --- */

/* The password that was given, or a new one, which is told. */
static gboolean
add_user (TocsinAdmin *admin, char **args, GString *output, GError **error)
{
  TocsinActor actor = tocsin_cli_get_actor (admin);
  g_autofree char *name = tocsin_cli_take_option (args, "--name");
  gboolean is_given = tocsin_cli_take_flag (args, "--password-stdin");
  g_autofree char *password = NULL, *id = NULL;

  if (!tocsin_cli_check_args (args, 1, error))
    return FALSE;
  password = is_given ? tocsin_cli_read_line ("Password", error) : tocsin_password_new ();
  if (password == NULL)
    return FALSE;
  id = tocsin_users_create (admin->pg, &actor, args[0], name != NULL ? name : args[0], password,
                            error);
  if (id == NULL)
    return FALSE;
  if (is_given)
    g_string_append_printf (output, "User %s is there.\n", args[0]);
  else
    g_string_append_printf (output, "User %s is there, with the password\n%s\n", args[0], password);
  return TRUE;
}

static gboolean
list_users (TocsinAdmin *admin, char **args, GString *output, GError **error)
{
  static const char *const columns[] = { "email",       "name",       "id", "second_factor",
                                         "disabled_at", "created_at", NULL };
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query (
      admin->pg, error,
      "SELECT email, name, id, CASE WHEN totp_confirmed_at > 0 THEN 'on' ELSE 'off' END,"
      " disabled_at, created_at FROM users ORDER BY lower (email)");

  if (rows != NULL)
    tocsin_cli_print_rows (admin, rows, columns, output);
  return rows != NULL;
}

static gboolean
disable_user (TocsinAdmin *admin, char **args, GString *output, GError **error)
{
  TocsinActor actor = tocsin_cli_get_actor (admin);
  gboolean enable = tocsin_cli_take_flag (args, "--undo");
  g_autofree char *id = NULL;

  if (!tocsin_cli_check_args (args, 1, error))
    return FALSE;
  id = tocsin_users_get (admin->pg, args[0], error);
  if (id == NULL || !tocsin_users_set_disabled (admin->pg, &actor, id, !enable, error))
    return FALSE;
  g_string_append_printf (output,
                          enable ? "%s may sign in again.\n"
                                 : "%s can no longer sign in; sessions and devices are ended.\n",
                          args[0]);
  return TRUE;
}

static gboolean
reset_password (TocsinAdmin *admin, char **args, GString *output, GError **error)
{
  TocsinActor actor = tocsin_cli_get_actor (admin);
  gboolean is_given = tocsin_cli_take_flag (args, "--password-stdin");
  g_autofree char *id = NULL, *password = NULL;

  if (!tocsin_cli_check_args (args, 1, error))
    return FALSE;
  id = tocsin_users_get (admin->pg, args[0], error);
  if (id == NULL)
    return FALSE;
  password = is_given ? tocsin_cli_read_line ("New password", error) : tocsin_password_new ();
  if (password == NULL || !tocsin_users_set_password (admin->pg, &actor, id, password, NULL, error))
    return FALSE;
  if (is_given)
    g_string_append (output, "The password is changed; all sessions are ended.\n");
  else
    g_string_append_printf (output, "The new password of %s is\n%s\nAll sessions are ended.\n",
                            args[0], password);
  return TRUE;
}

static gboolean
reset_second_factor (TocsinAdmin *admin, char **args, GString *output, GError **error)
{
  TocsinActor actor = tocsin_cli_get_actor (admin);
  g_autofree char *id = tocsin_users_get (admin->pg, args[0], error);

  if (id == NULL || !tocsin_users_reset_second_factor (admin->pg, &actor, id, error))
    return FALSE;
  g_string_append_printf (output, "%s signs in with the password alone now.\n", args[0]);
  return TRUE;
}

/* --- team --- */

static gboolean
add_team (TocsinAdmin *admin, char **args, GString *output, GError **error)
{
  TocsinActor actor = tocsin_cli_get_actor (admin);
  g_autofree char *slug = tocsin_cli_take_option (args, "--slug");
  g_autofree char *owner = tocsin_cli_take_option (args, "--owner");
  g_autofree char *owner_id = NULL, *id = NULL;

  if (!tocsin_cli_check_args (args, 1, error))
    return FALSE;
  if (owner != NULL) {
    owner_id = tocsin_users_get (admin->pg, owner, error);
    if (owner_id == NULL)
      return FALSE;
  }
  id = tocsin_teams_create (admin->pg, &actor, args[0], slug, owner_id, error);
  if (id != NULL)
    g_string_append_printf (output, "%s\n", id);
  return id != NULL;
}

static gboolean
list_teams (TocsinAdmin *admin, char **args, GString *output, GError **error)
{
  static const char *const columns[] = { "slug", "name", "id", "members", "created_at", NULL };
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query (
      admin->pg, error,
      "SELECT slug, name, id, (SELECT count (*) FROM members m WHERE m.team_id = t.id), created_at"
      " FROM teams t ORDER BY slug");

  if (rows != NULL)
    tocsin_cli_print_rows (admin, rows, columns, output);
  return rows != NULL;
}

/* --- member --- */

static gboolean
find_member (TocsinAdmin *admin, char **args, char **team, char **user, GError **error)
{
  *team = tocsin_teams_get (admin->pg, args[0], error);
  *user = *team != NULL ? tocsin_users_get (admin->pg, args[1], error) : NULL;
  return *user != NULL;
}

static gboolean
read_role (const char *text, TocsinRole *role, GError **error)
{
  guint value;

  if (!tocsin_words_find (&tocsin_role_words, text, &value, error))
    return FALSE;
  *role = value;
  return value != TOCSIN_ROLE_NONE ||
         tocsin_fail (error, TOCSIN_ERROR_INVALID,
                      "role: owner, admin, editor or viewer is wanted");
}

static gboolean
add_member (TocsinAdmin *admin, char **args, GString *output, GError **error)
{
  TocsinActor actor = tocsin_cli_get_actor (admin);
  g_autofree char *team = NULL, *user = NULL;
  TocsinRole role;

  return read_role (args[2] != NULL ? args[2] : "viewer", &role, error) &&
         find_member (admin, args, &team, &user, error) &&
         tocsin_members_add (admin->pg, &actor, team, user, role, error);
}

static gboolean
change_role (TocsinAdmin *admin, char **args, GString *output, GError **error)
{
  TocsinActor actor = tocsin_cli_get_actor (admin);
  g_autofree char *team = NULL, *user = NULL;
  TocsinRole role;

  return read_role (args[2], &role, error) && find_member (admin, args, &team, &user, error) &&
         tocsin_members_set_role (admin->pg, &actor, team, user, role, error);
}

static gboolean
remove_member (TocsinAdmin *admin, char **args, GString *output, GError **error)
{
  TocsinActor actor = tocsin_cli_get_actor (admin);
  g_autofree char *team = NULL, *user = NULL;

  return find_member (admin, args, &team, &user, error) &&
         tocsin_members_remove (admin->pg, &actor, team, user, error);
}

static gboolean
list_members (TocsinAdmin *admin, char **args, GString *output, GError **error)
{
  static const char *const columns[] = { "email", "role", "name", "id", "created_at", NULL };
  g_autofree char *team = tocsin_teams_get (admin->pg, args[0], error);
  g_autoptr (TocsinPgRows) rows = NULL;

  if (team == NULL)
    return FALSE;
  rows = tocsin_pg_query (admin->pg, error,
                          "SELECT u.email, m.role, u.name, u.id, m.created_at FROM members m"
                          " JOIN users u ON u.id = m.user_id WHERE m.team_id = $1::uuid"
                          " ORDER BY lower (u.email)",
                          PG_TEXT (team));
  if (rows != NULL)
    tocsin_cli_print_rows (admin, rows, columns, output);
  return rows != NULL;
}

#define DATABASE (TOCSIN_ADMIN_CONFIG | TOCSIN_ADMIN_DATABASE)

const TocsinAdminCommand tocsin_admin_account_commands[] = {
  { "user add", "EMAIL [--name NAME] [--password-stdin]",
    "Make an account; without --password-stdin a password is made and told", DATABASE, 1, 4,
    add_user },
  { "user list", "", "List all accounts", DATABASE, 0, 0, list_users },
  { "user disable", "EMAIL [--undo]", "Let nobody sign in as this user", DATABASE, 1, 2,
    disable_user },
  { "user reset-password", "EMAIL [--password-stdin]", "Give the user a new password", DATABASE, 1,
    2, reset_password },
  { "user reset-2fa", "EMAIL", "Take the user’s second factor away", DATABASE, 1, 1,
    reset_second_factor },
  { "team add", "NAME [--slug SLUG] [--owner EMAIL]", "Make a team; tells its id", DATABASE, 1, 5,
    add_team },
  { "team list", "", "List all teams", DATABASE, 0, 0, list_teams },
  { "member add", "TEAM EMAIL [ROLE]", "Make a user a member: owner, admin, editor or viewer",
    DATABASE, 2, 3, add_member },
  { "member role", "TEAM EMAIL ROLE", "Change a member’s role", DATABASE, 3, 3, change_role },
  { "member remove", "TEAM EMAIL", "Remove a member from a team", DATABASE, 2, 2, remove_member },
  { "member list", "TEAM", "List a team’s members", DATABASE, 1, 1, list_members },
  { NULL },
};
