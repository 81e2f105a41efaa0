/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "cli-issuers"

#include "config.h"

#include "cli-private.h"
#include "errors.h"
#include "issuers.h"
#include "oidc-pages.h"
#include "teams.h"

static gboolean
read_role (const char *text, TocsinIssuer *issuer, GError **error)
{
  guint role = TOCSIN_ROLE_VIEWER;

  if (text != NULL && !tocsin_words_find (&tocsin_role_words, text, &role, error))
    return FALSE;
  issuer->role = role;
  return TRUE;
}

static gboolean
set_issuer (TocsinAdmin *admin, char **args, GString *output, GError **error)
{
  TocsinActor actor = tocsin_cli_get_actor (admin);
  g_autofree char *domains = tocsin_cli_take_option (args, "--domains");
  g_autofree char *role = tocsin_cli_take_option (args, "--role");
  gboolean is_public = tocsin_cli_take_flag (args, "--public");
  g_autofree char *callback = tocsin_server_config_make_url (admin->config, TOCSIN_OIDC_CALLBACK);
  g_auto (TocsinIssuer) issuer = { 0 };

  issuer.label = tocsin_cli_take_option (args, "--label");
  if (!tocsin_cli_check_args (args, 3, error) || !read_role (role, &issuer, error))
    return FALSE;
  issuer.team_id = tocsin_teams_get (admin->pg, args[0], error);
  if (issuer.team_id == NULL)
    return FALSE;
  issuer.issuer = g_strdup (args[1]);
  issuer.client_id = g_strdup (args[2]);
  issuer.domains = domains != NULL ? g_strsplit (domains, ",", -1) : NULL;
  if (issuer.label == NULL)
    issuer.label = g_strdup ("single sign-on");
  if (!is_public)
    issuer.client_secret = tocsin_cli_read_line ("client secret", error);
  if ((!is_public && issuer.client_secret == NULL) ||
      !tocsin_issuers_set (admin->pg, admin->config, &actor, &issuer, error))
    return FALSE;
  g_string_append_printf (output, "The issuer has to know where people come back to:\n%s\n",
                          callback);
  return TRUE;
}

static gboolean
list_issuers (TocsinAdmin *admin, char **args, GString *output, GError **error)
{
  static const char *const columns[] = { "team", "label",   "issuer", "client_id",
                                         "role", "domains", NULL };
  g_autoptr (TocsinPgRows) rows =
      tocsin_pg_query (admin->pg, error,
                       "SELECT t.slug, i.label, i.issuer, i.client_id, i.role,"
                       " array_to_string (i.domains, ',') FROM team_issuers i"
                       " JOIN teams t ON t.id = i.team_id ORDER BY t.slug");

  if (rows != NULL)
    tocsin_cli_print_rows (admin, rows, columns, output);
  return rows != NULL;
}

static gboolean
remove_issuer (TocsinAdmin *admin, char **args, GString *output, GError **error)
{
  TocsinActor actor = tocsin_cli_get_actor (admin);
  g_autofree char *team_id = tocsin_teams_get (admin->pg, args[0], error);

  return team_id != NULL && tocsin_issuers_remove (admin->pg, &actor, team_id, error);
}

#define DATABASE (TOCSIN_ADMIN_CONFIG | TOCSIN_ADMIN_DATABASE)

const TocsinAdminCommand tocsin_admin_issuer_commands[] = {
  { "issuer set",
    "TEAM ISSUER CLIENT-ID [--public] [--domains A,B] [--role viewer|editor|admin] [--label TEXT]",
    "Let a team’s people sign in by OpenID Connect; the client’s secret is read from standard "
    "input",
    DATABASE, 3, 10, set_issuer },
  { "issuer list", "", "List the teams’ issuers", DATABASE, 0, 0, list_issuers },
  { "issuer remove", "TEAM", "Take a team’s issuer away", DATABASE, 1, 1, remove_issuer },
  { NULL },
};
