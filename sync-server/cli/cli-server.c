/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "cli-server"

#include "config.h"

#include "cli.h"
#include "errors.h"
#include "migrate.h"

/* --- migrate --- */

static gboolean
migrate (TocsinAdmin *admin, char **args, GString *output, GError **error)
{
  g_autoptr (TocsinPg) pg = tocsin_pg_new (admin->config->database_url);
  guint n = 0;

  if (!tocsin_migrate (pg, 0, &n, error))
    return FALSE;
  g_string_append_printf (output, "%u migrations taken; the schema is %u.\n", n,
                          tocsin_migrate_get_newest ());
  return TRUE;
}

/* --- check-config --- */

static void
list_settings (GString *output)
{
  const TocsinFields *fields = &tocsin_server_config_fields;

  for (guint i = 0; i < fields->n_rows; i++) {
    g_autofree char *upper = g_ascii_strup (fields->rows[i].name, -1);

    g_string_append_printf (output, "%s, TOCSIN_%s\n    %s\n", fields->rows[i].name, upper,
                            fields->rows[i].help);
  }
}

static gboolean
check_config (TocsinAdmin *admin, char **args, GString *output, GError **error)
{
  g_auto (GStrv) environment = g_get_environ ();
  g_autoptr (TocsinServerConfig) config = NULL;

  if (args[0] != NULL && !g_str_equal (args[0], "--list"))
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "“%s”: only --list is known here", args[0]);
  if (args[0] != NULL) {
    list_settings (output);
    return TRUE;
  }
  config = tocsin_server_config_load (admin->config_path, environment, error);
  if (config == NULL)
    return FALSE;
  if (!config->has_key)
    g_string_append (output, "There is no secrets_key: second factors, OpenID Connect and mail"
                             " passwords can’t be kept. Make one: openssl rand -hex 32\n");
  g_string_append (output, "The settings are right.\n");
  return TRUE;
}

const TocsinAdminCommand tocsin_admin_server_commands[] = {
  { "migrate", "", "Bring the database’s schema up to date; “serve” does so too",
    TOCSIN_ADMIN_CONFIG, 0, 0, migrate,
    .more =
        "      Forward only, each step in a transaction, under a lock that any number of servers\n"
        "      may wait for. A schema of a newer server is refused and left alone. Back up first:\n"
        "      pg_dump --format=custom --file=tocsin.dump \"$TOCSIN_DATABASE_URL\"\n" },
  { "check-config", "[--list]", "Say what is wrong with the settings, or list them all", 0, 0, 1,
    check_config,
    .more = "      Names the key, its value and what would be right. With --list: each key, its\n"
            "      variable and what it is for.\n" },
  { NULL },
};
