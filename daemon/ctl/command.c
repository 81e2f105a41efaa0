/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "command"

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "command.h"
#include "errors.h"
#include "show.h"

#define DAEMON_NAME "org.tocsin.Tocsin1"
#define DAEMON_PATH "/org/tocsin/Tocsin1"

/* A vacuum or a check of a large database takes its time. */
#define CALL_TIMEOUT_MS (10 * 60 * 1000)

static const TocsinCommand *const families[] = {
  tocsin_commands_monitors,  tocsin_commands_live,    tocsin_commands_history,
  tocsin_commands_incidents, tocsin_commands_records, tocsin_commands_schedule,
  tocsin_commands_teams,
};

/* --- finding a command: one word, or two --- */

static const TocsinCommand *
find_command (int argc, char **argv, int *n_words)
{
  for (*n_words = MIN (argc, 2); *n_words > 0; (*n_words)--) {
    g_autofree char *name =
        *n_words == 2 ? g_strjoin (" ", argv[0], argv[1], NULL) : g_strdup (argv[0]);

    for (guint i = 0; i < G_N_ELEMENTS (families); i++)
      for (const TocsinCommand *command = families[i]; command->name != NULL; command++)
        if (strcmp (command->name, name) == 0)
          return command;
  }
  return NULL;
}

/* --- help --- */

static void
print_overview (void)
{
  g_print (
      _ ("Usage: tocsinctl COMMAND [ARGUMENT…] [--json] [--help]\n\n"
         "Talks to tocsind, the daemon that watches. A monitor is named by its id, a prefix of "
         "it\nthat is unique, or its name.\n\nCommands:\n"));
  for (guint i = 0; i < G_N_ELEMENTS (families); i++)
    for (const TocsinCommand *command = families[i]; command->name != NULL; command++)
      g_print ("  %-22s %s\n", command->name, _ (command->help));
  g_print (
      _ ("\nExit status: 0 fine, 1 something is down or was refused, 2 bad usage, 3 no daemon.\n"
         "“tocsinctl COMMAND --help” says more.\n"));
}

static void
print_options (const TocsinOption *options)
{
  for (; options != NULL && options->name != NULL; options++) {
    g_autofree char *letter =
        options->letter != '\0' ? g_strdup_printf ("-%c, ", options->letter) : g_strdup ("");
    g_autofree char *shown =
        g_strdup_printf ("%s--%s%s%s", letter, options->name, options->value != NULL ? " " : "",
                         options->value != NULL ? options->value : "");

    g_print ("  %-28s %s\n", shown, _ (options->help));
  }
}

static void
print_help (const TocsinCommand *command)
{
  g_print (_ ("Usage: tocsinctl %s %s\n\n%s.\n"), command->name, command->usage, _ (command->help));
  if (command->options != NULL && command->options->name != NULL)
    g_print ("\n%s\n", _ ("Options:"));
  print_options (command->options);
  if ((command->flags & TOCSIN_COMMAND_ANY_OPTION) != 0)
    tocsin_show_member_help (command->name);
  if (command->more != NULL)
    g_print ("\n%s\n", _ (command->more));
}

/* Of the commands that begin with this word: "add" is none itself. */
static gboolean
print_group (const char *word)
{
  g_autofree char *prefix = g_strconcat (word, " ", NULL);
  gboolean found = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (families); i++)
    for (const TocsinCommand *command = families[i]; command->name != NULL; command++)
      if (g_str_has_prefix (command->name, prefix)) {
        g_print ("  tocsinctl %s %s\n      %s\n", command->name, command->usage, _ (command->help));
        found = TRUE;
      }
  return found;
}

/* --- the daemon --- */

static TocsinDbusTocsin1 *
connect_daemon (GError **error)
{
  const char *which = g_getenv ("TOCSIN_BUS");
  GBusType type = g_strcmp0 (which, "system") == 0 ? G_BUS_TYPE_SYSTEM : G_BUS_TYPE_SESSION;
  g_autoptr (GError) problem = NULL;
  TocsinDbusTocsin1 *daemon = tocsin_dbus_tocsin1_proxy_new_for_bus_sync (
      type, G_DBUS_PROXY_FLAGS_NONE, DAEMON_NAME, DAEMON_PATH, NULL, &problem);
  g_autofree char *owner = NULL;

  if (daemon != NULL)
    owner = g_dbus_proxy_get_name_owner (G_DBUS_PROXY (daemon));
  if (owner != NULL) {
    g_dbus_proxy_set_default_timeout (G_DBUS_PROXY (daemon), CALL_TIMEOUT_MS);
    return daemon;
  }
  g_clear_object (&daemon);
  tocsin_fail (error, TOCSIN_ERROR_UNAVAILABLE,
               _ ("the daemon does not answer on the %s bus%s%s; start it with “tocsind” or "
                  "“systemctl --user start tocsind”"),
               type == G_BUS_TYPE_SYSTEM ? "system" : "session", problem != NULL ? ": " : "",
               problem != NULL ? problem->message : "");
  return NULL;
}

void
tocsin_ctl_strip_error (GError *error)
{
  g_dbus_error_strip_remote_error (error);
}

gpointer
tocsin_ctl_decode (const TocsinFields *fields, GVariant *variant, GError **error)
{
  gpointer object = tocsin_fields_new (fields);

  if (tocsin_fields_from_variant (fields, object, variant, 0, error))
    return object;
  tocsin_fields_free (fields, object);
  return NULL;
}

GPtrArray *
tocsin_ctl_decode_list (const TocsinFields *fields, GVariant *variant, GError **error)
{
  GPtrArray *list = g_ptr_array_new ();

  for (gsize i = 0; i < g_variant_n_children (variant); i++) {
    g_autoptr (GVariant) child = g_variant_get_child_value (variant, i);
    gpointer object = tocsin_ctl_decode (fields, child, error);

    if (object == NULL) {
      tocsin_ctl_free_list (fields, list);
      return NULL;
    }
    g_ptr_array_add (list, object);
  }
  return list;
}

void
tocsin_ctl_free_list (const TocsinFields *fields, GPtrArray *list)
{
  for (guint i = 0; i < list->len; i++)
    tocsin_fields_free (fields, list->pdata[i]);
  g_ptr_array_unref (list);
}

/* --- running --- */

static const TocsinOption no_options[] = { { NULL } };

static gboolean
check_count (const TocsinCall *call, GError **error)
{
  guint n = call->args.positional->len;

  if (n >= call->command->least && n <= call->command->most)
    return TRUE;
  return tocsin_fail (error, TOCSIN_ERROR_INVALID, "%s: tocsinctl %s %s",
                      n < call->command->least ? _ ("an argument is missing")
                                               : _ ("there is an argument too many"),
                      call->command->name, call->command->usage);
}

static int
status_of (const GError *error)
{
  if (g_error_matches (error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID) ||
      g_error_matches (error, TOCSIN_ERROR, TOCSIN_ERROR_AMBIGUOUS) ||
      g_error_matches (error, TOCSIN_ERROR, TOCSIN_ERROR_NOT_FOUND) ||
      g_error_matches (error, TOCSIN_ERROR, TOCSIN_ERROR_EXISTS))
    return TOCSIN_EXIT_USAGE;
  if (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN) ||
      g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY) ||
      g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER))
    return TOCSIN_EXIT_NO_DAEMON;
  return TOCSIN_EXIT_DOWN;
}

static int
run_command (TocsinCall *call, int argc, char **argv)
{
  const TocsinCommand *command = call->command;
  const TocsinOption *options = command->options != NULL ? command->options : no_options;
  g_autoptr (GError) error = NULL;
  int status;

  if (!tocsin_args_parse (&call->args, options, (command->flags & TOCSIN_COMMAND_ANY_OPTION) != 0,
                          argc, argv, &error)) {
    g_printerr ("tocsinctl: %s\n", error->message);
    return TOCSIN_EXIT_USAGE;
  }
  if (call->args.wants_help) {
    print_help (command);
    return TOCSIN_EXIT_FINE;
  }
  if (!check_count (call, &error)) {
    g_printerr ("tocsinctl: %s\n", error->message);
    return TOCSIN_EXIT_USAGE;
  }
  if ((command->flags & TOCSIN_COMMAND_NO_DAEMON) == 0) {
    call->daemon = connect_daemon (&error);
    if (call->daemon == NULL) {
      g_printerr ("tocsinctl: %s\n", error->message);
      return TOCSIN_EXIT_NO_DAEMON;
    }
  }
  call->json = tocsin_args_has (&call->args, "json");
  status = command->run (call, &error);
  if (error == NULL)
    return status;
  tocsin_ctl_strip_error (error);
  g_printerr ("tocsinctl: %s\n", error->message);
  return status_of (error);
}

int
tocsin_ctl_run (int argc, char **argv)
{
  TocsinCall call = { 0 };
  int n_words, status;

  tocsin_error_quark (); /* so that the daemon's errors come out of the bus as themselves */
  if (argc < 2 || strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0 ||
      strcmp (argv[1], "help") == 0) {
    print_overview ();
    return argc < 2 ? TOCSIN_EXIT_USAGE : TOCSIN_EXIT_FINE;
  }
  if (strcmp (argv[1], "--version") == 0 || strcmp (argv[1], "version") == 0) {
    g_print ("tocsinctl %s\n", TOCSIN_VERSION);
    return TOCSIN_EXIT_FINE;
  }
  call.command = find_command (argc - 1, argv + 1, &n_words);
  if (call.command == NULL) {
    if (print_group (argv[1]))
      return argc > 2 && strcmp (argv[2], "--help") == 0 ? TOCSIN_EXIT_FINE : TOCSIN_EXIT_USAGE;
    g_printerr (_ ("tocsinctl: “%s”: no such command; “tocsinctl --help” lists them\n"), argv[1]);
    return TOCSIN_EXIT_USAGE;
  }
  status = run_command (&call, argc - 1 - n_words, argv + 1 + n_words);
  tocsin_args_clear (&call.args);
  g_clear_object (&call.daemon);
  return status;
}
