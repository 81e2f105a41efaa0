/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "options"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "errors.h"
#include "monitor.h"
#include "options.h"
#include "timetext.h"

static const char *const bus_kinds[] = { "session", "system", "none" };
static const TocsinWords bus_words = TOCSIN_WORDS ("bus", bus_kinds);

/* Well spread, on different networks, asked only when much fails at once. */
static const char *const default_references[] = { "1.1.1.1:443", "8.8.8.8:443", "9.9.9.9:443",
                                                  NULL };

void
tocsin_options_clear (TocsinOptions *options)
{
  g_clear_pointer (&options->data_dir, g_free);
  g_clear_pointer (&options->server, g_free);
  g_clear_pointer (&options->probe_token, g_free);
  g_clear_pointer (&options->key_file, g_free);
  g_clear_pointer (&options->listen_host, g_free);
  g_clear_pointer (&options->references, g_strfreev);
}

static gboolean
read_span (const char *name, const char *text, gint64 *span_us, GError **error)
{
  if (text == NULL || tocsin_span_from_text (text, span_us, error))
    return TRUE;
  g_prefix_error (error, "%s: ", name);
  return FALSE;
}

static gboolean
read_references (TocsinOptions *options, char **given, GError **error)
{
  if (given == NULL) {
    options->references = g_strdupv ((char **) default_references);
    return TRUE;
  }
  if (g_strv_length (given) == 1 && g_str_equal (given[0], "none"))
    return TRUE;
  for (guint i = 0; given[i] != NULL; i++) {
    g_autofree char *host = NULL;
    guint16 port;

    if (!tocsin_host_port_parse (given[i], 0, &host, &port, error)) {
      g_prefix_error (error, "--reference: ");
      return FALSE;
    }
  }
  options->references = g_strdupv (given);
  return TRUE;
}

static gboolean
read_listen (TocsinOptions *options, const char *text, GError **error)
{
  options->listen_host = g_strdup ("127.0.0.1");
  if (text == NULL)
    return TRUE;
  g_clear_pointer (&options->listen_host, g_free);
  options->listen_given = TRUE;
  if (tocsin_host_port_parse (text, 0, &options->listen_host, &options->listen_port, error))
    return TRUE;
  g_prefix_error (error, "--listen: ");
  return FALSE;
}

/* What `tocsin-server probe create` prints. A token on the command line would be anybody's to read,
 * so both come from the environment; TOCSIN_PROBE_TOKEN_FILE names a file, as systemd's credentials
 * are. */
static gboolean
read_probe (TocsinOptions *options, GError **error)
{
  const char *server = g_getenv ("TOCSIN_SERVER"), *token = g_getenv ("TOCSIN_PROBE_TOKEN");
  const char *file = g_getenv ("TOCSIN_PROBE_TOKEN_FILE");

  if (token != NULL && *token != '\0')
    options->probe_token = g_strdup (token);
  else if (file != NULL && !g_file_get_contents (file, &options->probe_token, NULL, error))
    return FALSE;
  if (options->probe_token != NULL)
    g_strstrip (options->probe_token);
  if (server != NULL && *server != '\0')
    options->server = g_strdup (server);
  return (options->server != NULL) == (options->probe_token != NULL) ||
         tocsin_fail (error, TOCSIN_ERROR_INVALID,
                      "TOCSIN_SERVER and TOCSIN_PROBE_TOKEN: both or none are wanted");
}

gboolean
tocsin_options_parse (TocsinOptions *options, int *argc, char ***argv, GError **error)
{
  g_autofree char *bus = NULL, *data_dir = NULL, *key_file = NULL, *listen = NULL;
  g_autofree char *keep_samples = NULL, *keep_hours = NULL;
  g_auto (GStrv) references = NULL;
  const GOptionEntry entries[] = {
    { "bus", 0, 0, G_OPTION_ARG_STRING, &bus,
      N_ ("Speak on the session bus (default), the system bus or none"), "session|system|none" },
    { "data-dir", 0, 0, G_OPTION_ARG_FILENAME, &data_dir,
      N_ ("Keep everything here (default: the XDG data folder)"), N_ ("DIR") },
    { "key-file", 0, 0, G_OPTION_ARG_FILENAME, &key_file,
      N_ ("Have the key of stored passwords in this file and not in the keyring"), N_ ("FILE") },
    { "listen", 0, 0, G_OPTION_ARG_STRING, &listen,
      N_ ("Take heartbeat pings here (default: a port of 127.0.0.1)"), N_ ("ADDRESS:PORT") },
    { "reference", 0, 0, G_OPTION_ARG_STRING_ARRAY, &references,
      N_ ("Ask this when much fails at once, to tell our own network from theirs; “none”: never"),
      N_ ("HOST:PORT") },
    { "keep-samples", 0, 0, G_OPTION_ARG_STRING, &keep_samples,
      N_ ("Keep every sample this long (default: 90d)"), N_ ("SPAN") },
    { "keep-hours", 0, 0, G_OPTION_ARG_STRING, &keep_hours,
      N_ ("Keep hourly figures this long (default: 400d)"), N_ ("SPAN") },
    { "verbose", 'v', 0, G_OPTION_ARG_NONE, &options->verbose, N_ ("Log more"), NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &options->version, N_ ("Print the version and end"),
      NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_return_val_if_fail (options != NULL, FALSE);

  options->keep_samples_us = options->keep_hours_us = -1;
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_set_summary (
      context, _ ("Watches what monitors name, keeps what it saw and tells when something fails."));
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  if (*argc > 1)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "“%s”: no argument is wanted here",
                        (*argv)[1]);
  if (bus != NULL && !tocsin_words_find (&bus_words, bus, &options->bus, error)) {
    g_prefix_error (error, "--bus: ");
    return FALSE;
  }
  options->data_dir = data_dir != NULL ? g_steal_pointer (&data_dir)
                                       : g_build_filename (g_get_user_data_dir (), "tocsin", NULL);
  options->key_file =
      key_file != NULL ? g_steal_pointer (&key_file) : g_strdup (g_getenv ("TOCSIN_KEY_FILE"));
  return read_listen (options, listen, error) && read_references (options, references, error) &&
         read_span ("--keep-samples", keep_samples, &options->keep_samples_us, error) &&
         read_span ("--keep-hours", keep_hours, &options->keep_hours_us, error) &&
         read_probe (options, error);
}
