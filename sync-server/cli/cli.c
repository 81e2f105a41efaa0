/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "cli"

#include "config.h"

#include <locale.h>
#include <string.h>

#include "cli.h"
#include "errors.h"
#include "log.h"
#include "migrate.h"
#include "pg-pool.h"
#include "supervisor.h"
#include "worker.h"

#define EXIT_WRONG 2

static const TocsinAdminCommand *const tables[] = {
  tocsin_admin_doctor_commands, tocsin_admin_server_commands,  tocsin_admin_account_commands,
  tocsin_admin_issuer_commands, tocsin_admin_project_commands, tocsin_admin_record_commands,
};

typedef struct {
  char *config_path; /* (owned) (nullable) */
  gboolean json;
  gboolean help;
  gboolean version;
  char **words; /* (owned) what is left */
} Line;

/* --- help --- */

static const char summary[] =
    "Usage: tocsin-server [--config FILE] [--json] COMMAND …\n"
    "\n"
    "Tocsin’s team server: accounts, heartbeats and the API, on PostgreSQL.\n"
    "\n";

static const char closing[] =
    "\n"
    "  --config FILE  read these settings in place of " TOCSIN_SERVER_CONFIG_FILE "\n"
    "  --json         print what is told as JSON\n"
    "  --version      print the version\n"
    "\n"
    "Settings come from that file and, over it, from the environment: TOCSIN_DATABASE_URL, …\n"
    "“tocsin-server check-config --list” lists them. “tocsin-server COMMAND --help” says more.\n"
    "The exit status is 0, 1 for a failure, and 2 for a command line that is wrong.\n";

/* The one that is no row: it has no end of its own. */
static const TocsinAdminCommand serving = {
  .name = "serve",
  .usage = "",
  .help = "Serve until SIGTERM; SIGHUP reads the settings again",
  .more =
      "      Brings the schema up to date first, and then starts a worker a core (“workers”), each\n"
      "      in the place of one that ended. SIGTERM and SIGINT answer what has begun, within\n"
      "      10 s. SIGHUP starts the workers anew with new settings, one after the other; what\n"
      "      “listen” and “workers” say is read at the start alone. The log goes to the journal,\n"
      "      as text to a terminal, else as lines of JSON to standard error.\n",
};

static void
add_help (GString *text, const TocsinAdminCommand *command)
{
  g_string_append_printf (text, "  %s%s%s\n      %s\n", command->name,
                          *command->usage != '\0' ? " " : "", command->usage, command->help);
}

static char *
make_help (void)
{
  GString *text = g_string_new (summary);

  add_help (text, &serving);
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    for (const TocsinAdminCommand *command = tables[i]; command->name != NULL; command++)
      add_help (text, command);
  g_string_append (text, closing);
  return g_string_free (text, FALSE);
}

/* Whether the words, as many as there are, begin the command's name. */
static gboolean
is_begun_by (const TocsinAdminCommand *command, char **words)
{
  g_auto (GStrv) name = g_strsplit (command->name, " ", -1);

  for (guint i = 0; words[i] != NULL && name[i] != NULL; i++)
    if (strcmp (words[i], name[i]) != 0)
      return FALSE;
  return TRUE;
}

static void
add_long_help (GString *text, const TocsinAdminCommand *command, char **words)
{
  if (!is_begun_by (command, words))
    return;
  add_help (text, command);
  if (command->more != NULL)
    g_string_append (text, command->more);
}

/* Of one command, or of those that begin so; NULL: there is none. */
static char *
make_long_help (char **words)
{
  g_autoptr (GString) text = g_string_new (NULL);

  add_long_help (text, &serving, words);
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    for (const TocsinAdminCommand *command = tables[i]; command->name != NULL; command++)
      add_long_help (text, command, words);
  if (text->len == 0)
    return NULL;
  g_string_prepend (text, "Usage: tocsin-server [--config FILE] [--json] COMMAND …\n\n");
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* --- finding the command --- */

/* How many words of the line are the command's name; 0: it is another. */
static guint
match_command (const TocsinAdminCommand *command, char **words)
{
  g_auto (GStrv) name = g_strsplit (command->name, " ", -1);
  guint n = g_strv_length (name);

  for (guint i = 0; i < n; i++)
    if (g_strcmp0 (words[i], name[i]) != 0)
      return 0;
  return n;
}

static const TocsinAdminCommand *
find_command (char **words, guint *n_words)
{
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    for (const TocsinAdminCommand *command = tables[i]; command->name != NULL; command++) {
      *n_words = match_command (command, words);
      if (*n_words > 0)
        return command;
    }
  return NULL;
}

/* --- running it --- */

typedef struct {
  TocsinAdmin *admin;
  const TocsinAdminCommand *command;
  char **args;
  GString *output;
} Running;

static gboolean
run_command (TocsinPg *pg, gpointer data, GError **error)
{
  Running *running = data;
  g_auto (GStrv) args = g_strdupv (running->args); /* a command takes its options out of them */

  g_string_truncate (running->output, 0);
  running->admin->pg = pg;
  return running->command->run (running->admin, args, running->output, error);
}

static gboolean
run_with_database (Running *running, GError **error)
{
  g_autoptr (TocsinPg) pg = tocsin_pg_new (running->admin->config->database_url);

  return tocsin_pg_connect (pg, error) && tocsin_migrate_check (pg, error) &&
         tocsin_pg_work_run (pg, TOCSIN_WORK_WRITE, run_command, running, error);
}

static gboolean
run_found (const Line *line, const TocsinAdminCommand *command, char **args, GError **error)
{
  g_auto (GStrv) environment = g_get_environ ();
  g_autoptr (TocsinServerConfig) config = NULL;
  g_autoptr (GString) output = g_string_new (NULL);
  TocsinAdmin admin = { .config_path = line->config_path,
                        .now_us = g_get_real_time (),
                        .json = line->json };
  Running running = { &admin, command, args, output };
  gboolean ok;

  if (command->flags != 0) {
    config = tocsin_server_config_load (line->config_path, environment, error);
    if (config == NULL)
      return FALSE;
    admin.config = config;
  }
  ok = (command->flags & TOCSIN_ADMIN_DATABASE) != 0 ? run_with_database (&running, error)
                                                     : run_command (NULL, &running, error);
  g_print ("%s", output->str);
  return ok;
}

static int
run_line (const Line *line)
{
  guint n_words = 0;
  const TocsinAdminCommand *command = find_command (line->words, &n_words);
  g_autoptr (GError) error = NULL;
  guint n_args;

  if (command == NULL) {
    g_printerr ("tocsin-server: there is no command “%s”; see tocsin-server --help\n",
                line->words[0]);
    return EXIT_WRONG;
  }
  n_args = g_strv_length (line->words) - n_words;
  if (n_args < command->least_args || n_args > command->most_args) {
    g_printerr ("Usage: tocsin-server %s %s\n", command->name, command->usage);
    return EXIT_WRONG;
  }
  if (run_found (line, command, line->words + n_words, &error))
    return EXIT_SUCCESS;
  g_printerr ("tocsin-server: %s\n", error->message);
  return EXIT_FAILURE;
}

/* --- serving --- */

static gboolean
prepare_database (const TocsinServerConfig *config, GError **error)
{
  g_autoptr (TocsinPg) pg = tocsin_pg_new (config->database_url);
  guint n = 0;

  if (!tocsin_migrate (pg, 0, &n, error))
    return FALSE;
  if (n > 0)
    g_message ("the database took %u migrations", n);
  return TRUE;
}

static int
serve (const Line *line)
{
  g_auto (GStrv) environment = g_get_environ ();
  g_autoptr (GError) error = NULL;
  g_autoptr (TocsinServerConfig) config =
      tocsin_server_config_load (line->config_path, environment, &error);

  if (config != NULL)
    tocsin_log_init (config);
  if (config == NULL || !prepare_database (config, &error)) {
    g_printerr ("tocsin-server: %s\n", error->message);
    return EXIT_FAILURE;
  }
  return tocsin_supervisor_run (config, line->config_path);
}

/* What the supervisor starts: worker NUMBER SOCKETS. */
static int
work (const Line *line)
{
  g_auto (GStrv) environment = g_get_environ ();
  g_autoptr (GError) error = NULL;
  g_autoptr (TocsinServerConfig) config =
      tocsin_server_config_load (line->config_path, environment, &error);
  g_autofree int *fds = NULL;
  guint n_fds;

  if (config == NULL || g_strv_length (line->words) != 3) {
    g_printerr ("tocsin-server: %s\n", error != NULL ? error->message : "worker: by hand?");
    return EXIT_FAILURE;
  }
  tocsin_log_init (config);
  fds = tocsin_supervisor_read_fds (line->words[2], &n_fds);
  return tocsin_worker_run (config, (guint) g_ascii_strtoull (line->words[1], NULL, 10), fds,
                            n_fds);
}

/* --- the line --- */

static gboolean
read_line (Line *line, int argc, char **argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &line->config_path, NULL, NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &line->json, NULL, NULL },
    { "help", 'h', 0, G_OPTION_ARG_NONE, &line->help, NULL, NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &line->version, NULL, NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_set_ignore_unknown_options (context, TRUE); /* those are the commands' */
  if (!g_option_context_parse (context, &argc, &argv, error))
    return FALSE;
  line->words = g_strdupv (argv + 1);
  return TRUE;
}

static int
run (const Line *line)
{
  g_autofree char *help = make_help ();

  if (line->version) {
    g_print ("tocsin-server %s\n", TOCSIN_VERSION);
    return EXIT_SUCCESS;
  }
  if (line->help && line->words[0] != NULL) {
    g_autofree char *long_help = make_long_help (line->words);

    if (long_help != NULL) {
      g_print ("%s", long_help);
      return EXIT_SUCCESS;
    }
  } else if (line->help || line->words[0] == NULL) {
    g_print ("%s", help);
    return line->help ? EXIT_SUCCESS : EXIT_WRONG;
  }
  if (g_str_equal (line->words[0], "serve") && line->words[1] == NULL)
    return serve (line);
  if (g_str_equal (line->words[0], "worker"))
    return work (line);
  return run_line (line);
}

int
tocsin_cli_run (int argc, char **argv)
{
  Line line = { 0 };
  g_autoptr (GError) error = NULL;
  int code = EXIT_WRONG;

  setlocale (LC_ALL, "C.UTF-8");
  if (read_line (&line, argc, argv, &error))
    code = run (&line);
  else
    g_printerr ("tocsin-server: %s\n", error->message);
  g_free (line.config_path);
  g_strfreev (line.words);
  return code;
}
