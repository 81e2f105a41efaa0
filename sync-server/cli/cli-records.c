/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "cli-records"

#include "config.h"

#include "cli-private.h"
#include "epoch.h"
#include "errors.h"
#include "jsontext.h"
#include "teams.h"
#include "transfer-team.h"

#define FILE_BYTES ((gsize) 1024 * 1024 * 1024)

static const guint8 *
get_key (const TocsinAdmin *admin)
{
  return admin->config->has_key ? admin->config->key : NULL;
}

/* Both make transactions of their own. */
static gboolean
export_team (TocsinAdmin *admin, char **args, GString *output, GError **error)
{
  gboolean with_secrets = tocsin_cli_take_flag (args, "--secrets");
  g_autoptr (TocsinPg) pg = tocsin_pg_new (admin->config->database_url);
  g_autofree char *team_id = NULL;
  GString *text;

  if (!tocsin_cli_check_args (args, 1, error))
    return FALSE;
  team_id = tocsin_teams_get (pg, args[0], error);
  if (team_id == NULL)
    return FALSE;
  text = tocsin_team_export (pg, team_id, with_secrets, get_key (admin), error);
  if (text == NULL)
    return FALSE;
  g_string_append_len (output, text->str, (gssize) text->len);
  g_string_append_c (output, '\n');
  g_string_free (text, TRUE);
  return TRUE;
}

static void
tell_import (const TocsinImport *import, GString *output)
{
  g_string_append_printf (output,
                          "%u records written, %u were there already, %u incidents written,"
                          " %u refused.\n",
                          import->n_written, import->n_same, import->n_incidents,
                          import->refused->len);
  for (guint i = 0; i < import->refused->len; i++)
    g_string_append_printf (output, "  %s\n", (char *) g_ptr_array_index (import->refused, i));
}

static gboolean
import_team (TocsinAdmin *admin, char **args, GString *output, GError **error)
{
  g_autofree char *team = tocsin_cli_take_option (args, "--team");
  g_autofree char *text = NULL, *team_id = NULL;
  g_autoptr (TocsinPg) pg = tocsin_pg_new (admin->config->database_url);
  TocsinActor actor = tocsin_cli_get_actor (admin);
  g_auto (TocsinImport) import = { 0 };
  g_autoptr (JsonObject) file = NULL;
  gsize length;

  if (!tocsin_cli_check_args (args, 1, error))
    return FALSE;
  if (team == NULL)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "say into which team: --team SLUG");
  team_id = tocsin_teams_get (pg, team, error);
  if (team_id == NULL || !g_file_get_contents (args[0], &text, &length, error))
    return FALSE;
  file = tocsin_json_parse_object (text, FILE_BYTES, error);
  if (file == NULL ||
      !tocsin_team_import (pg, &actor, team_id, file, get_key (admin), &import, error))
    return FALSE;
  tell_import (&import, output);
  return TRUE;
}

static gboolean
restored (TocsinAdmin *admin, char **args, GString *output, GError **error)
{
  if (!tocsin_feed_begin_epoch (admin->pg, admin->now_us, error))
    return FALSE;
  g_string_append (output, "A new epoch has begun: each desktop syncs anew, and sends what the"
                           " backup does not know.\n");
  return TRUE;
}

const TocsinAdminCommand tocsin_admin_record_commands[] = {
  { "export", "TEAM [--secrets]", "Write a team’s records as JSON to standard output",
    TOCSIN_ADMIN_CONFIG, 1, 2, export_team,
    .more =
        "      Projects, monitors, maintenances and incidents. With --secrets passwords and the\n"
        "      addresses of pings are in it too: keep the file as safe as the server’s key.\n" },
  { "import", "FILE --team TEAM", "Take a team’s records from such a file", TOCSIN_ADMIN_CONFIG, 1,
    3, import_team,
    .more = "      What is there already, by its id, is changed; the rest is made. A record that\n"
            "      can’t be is told and left out. Taken twice, it is there once.\n" },
  { "restored", "", "After a backup was restored: let every desktop sync anew",
    TOCSIN_ADMIN_CONFIG | TOCSIN_ADMIN_DATABASE, 0, 0, restored,
    .more =
        "      Run it once after pg_restore and before “serve”. Numbers that desktops have seen\n"
        "      would be given again for something else; a new epoch makes them sync anew, and\n"
        "      send what they saw accepted and the backup does not know. Deletions that it does\n"
        "      not know have to be made again.\n" },
  { NULL },
};
