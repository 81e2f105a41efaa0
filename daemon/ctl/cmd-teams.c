/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "cmd-teams"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "command.h"
#include "errors.h"
#include "show.h"
#include "timetext.h"

/* Servers, their teams, and how far they are in step. */

static const TocsinOption json_option[] = {
  { "json", '\0', NULL, N_ ("Print JSON") },
  { NULL },
};

static const char *
get_text (GVariant *dict, const char *name)
{
  const char *text = "";

  g_variant_lookup (dict, name, "&s", &text);
  return text;
}

static gint64
get_number (GVariant *dict, const char *name)
{
  gint64 number = 0;

  g_variant_lookup (dict, name, "x", &number);
  return number;
}

static void
print_json (GVariant *variant)
{
  g_autoptr (JsonNode) node = json_gvariant_serialize (variant);

  tocsin_show_json_node (node);
}

/* --- signing in and out --- */

static const TocsinOption login_options[] = {
  { "no-browser", '\0', NULL, N_ ("Only print where to type the code in") },
  { NULL },
};

static void
open_browser (const char *url)
{
  g_autoptr (GError) error = NULL;

  if (!g_app_info_launch_default_for_uri (url, NULL, &error))
    g_debug ("no browser: %s", error->message);
}

static gboolean
has_display (void)
{
  return g_getenv ("WAYLAND_DISPLAY") != NULL || g_getenv ("DISPLAY") != NULL;
}

static int
run_login (TocsinCall *call, GError **error)
{
  g_autofree char *login = NULL, *code = NULL, *url = NULL, *complete = NULL, *account = NULL;
  gint64 expires_at;

  if (!tocsin_dbus_tocsin1_call_login_sync (call->daemon, tocsin_args_at (&call->args, 0), &login,
                                            &code, &url, &complete, &expires_at, NULL, error))
    return TOCSIN_EXIT_DOWN;
  g_print (_ ("Open %s and type in this code:\n\n    %s%s%s\n\n"), url,
           tocsin_show_begin (TOCSIN_COLOR_BOLD), code, tocsin_show_end ());
  if (!tocsin_args_has (&call->args, "no-browser") && has_display ())
    open_browser (complete);
  else
    g_print (_ ("Or open %s\n"), complete);
  g_print ("%s\n", _ ("Waiting…"));
  g_dbus_proxy_set_default_timeout (G_DBUS_PROXY (call->daemon), G_MAXINT);
  if (!tocsin_dbus_tocsin1_call_login_wait_sync (call->daemon, login, &account, NULL, error))
    return TOCSIN_EXIT_DOWN;
  g_print ("%s\n", _ ("Signed in. “tocsinctl sync status” shows your teams."));
  return TOCSIN_EXIT_FINE;
}

static const TocsinOption logout_options[] = {
  { "keep", '\0', NULL, N_ ("Keep the teams’ monitors here, as this computer’s own") },
  { NULL },
};

static int
run_logout (TocsinCall *call, GError **error)
{
  if (!tocsin_dbus_tocsin1_call_logout_sync (call->daemon, tocsin_args_at (&call->args, 0),
                                             tocsin_args_has (&call->args, "keep"), NULL, error))
    return TOCSIN_EXIT_DOWN;
  return TOCSIN_EXIT_FINE;
}

/* --- how it stands --- */

static const struct {
  const char *state;
  TocsinColor color;
  const char *text;
} states[] = {
  { "in_step", TOCSIN_COLOR_GOOD, N_ ("✓ in step") },
  { "syncing", TOCSIN_COLOR_GOOD, N_ ("… syncing") },
  { "offline", TOCSIN_COLOR_WARN, N_ ("◌ offline") },
  { "signed_out", TOCSIN_COLOR_BAD, N_ ("✖ signed out") },
  { "forbidden", TOCSIN_COLOR_BAD, N_ ("✖ no member") },
};

static void
add_team (TocsinTable *table, GVariant *team, gint64 now_us)
{
  const char *state = get_text (team, "state");
  g_autofree char *synced = tocsin_show_time (get_number (team, "synced_at"), now_us);
  gint64 n = get_number (team, "operations");
  g_autofree char *waiting =
      g_strdup_printf (ngettext ("%d change waits", "%d changes wait", (gulong) n), (int) n);
  TocsinColor color = TOCSIN_COLOR_NONE;

  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    if (g_strcmp0 (states[i].state, state) == 0) {
      color = states[i].color;
      state = _ (states[i].text);
    }
  tocsin_table_add (table, color, state, get_text (team, "name"), get_text (team, "role"), synced,
                    get_number (team, "operations") > 0 ? waiting : "", get_text (team, "problem"),
                    NULL);
}

static void
print_account (GVariant *account, gint64 now_us)
{
  g_autoptr (GVariant) teams = g_variant_lookup_value (account, "teams", G_VARIANT_TYPE ("aa{sv}"));
  const char *problem = get_text (account, "problem");
  TocsinTable table;

  g_print ("%s%s%s  %s\n", tocsin_show_begin (TOCSIN_COLOR_BOLD), get_text (account, "server"),
           tocsin_show_end (), get_text (account, "email"));
  if (*problem != '\0')
    g_print ("  %s\n", problem);
  tocsin_table_init (&table);
  for (gsize i = 0; teams != NULL && i < g_variant_n_children (teams); i++) {
    g_autoptr (GVariant) team = g_variant_get_child_value (teams, i);

    add_team (&table, team, now_us);
  }
  tocsin_table_print (&table);
}

/* Whether every team is in step. */
static gboolean
are_in_step (GVariant *account)
{
  g_autoptr (GVariant) teams = g_variant_lookup_value (account, "teams", G_VARIANT_TYPE ("aa{sv}"));

  for (gsize i = 0; teams != NULL && i < g_variant_n_children (teams); i++) {
    g_autoptr (GVariant) team = g_variant_get_child_value (teams, i);
    const char *state = get_text (team, "state");

    if (g_strcmp0 (state, "in_step") != 0 && g_strcmp0 (state, "syncing") != 0)
      return FALSE;
  }
  return TRUE;
}

static int
run_status (TocsinCall *call, GError **error)
{
  g_autoptr (GVariant) accounts = NULL;
  gint64 now_us = g_get_real_time ();
  gboolean fine = TRUE;

  if (!tocsin_dbus_tocsin1_call_accounts_sync (call->daemon, &accounts, NULL, error))
    return TOCSIN_EXIT_DOWN;
  if (call->json)
    print_json (accounts);
  else if (g_variant_n_children (accounts) == 0)
    g_print ("%s\n", _ ("Signed in nowhere. “tocsinctl login https://SERVER” signs in."));
  for (gsize i = 0; i < g_variant_n_children (accounts); i++) {
    g_autoptr (GVariant) account = g_variant_get_child_value (accounts, i);

    if (!call->json)
      print_account (account, now_us);
    fine &= are_in_step (account);
  }
  return fine ? TOCSIN_EXIT_FINE : TOCSIN_EXIT_DOWN;
}

static int
run_now (TocsinCall *call, GError **error)
{
  const char *team = tocsin_args_at (&call->args, 0);

  g_dbus_proxy_set_default_timeout (G_DBUS_PROXY (call->daemon), G_MAXINT);
  return tocsin_dbus_tocsin1_call_sync_now_sync (call->daemon, team != NULL ? team : "", NULL,
                                                 error)
             ? TOCSIN_EXIT_FINE
             : TOCSIN_EXIT_DOWN;
}

static const TocsinOption log_options[] = {
  { "limit", 'n', "N", N_ ("At most so many (default: 20)") },
  { "json", '\0', NULL, N_ ("Print JSON") },
  { NULL },
};

static int
run_log (TocsinCall *call, GError **error)
{
  const char *team = tocsin_args_at (&call->args, 0);
  g_autoptr (GVariant) entries = NULL;
  gint64 now_us = g_get_real_time ();
  TocsinTable table;
  guint limit;

  if (!tocsin_args_get_count (&call->args, "limit", 20, 1000, &limit, error) ||
      !tocsin_dbus_tocsin1_call_sync_log_sync (call->daemon, team != NULL ? team : "", limit,
                                               &entries, NULL, error))
    return TOCSIN_EXIT_DOWN;
  if (call->json) {
    print_json (entries);
    return TOCSIN_EXIT_FINE;
  }
  tocsin_table_init (&table);
  for (gsize i = 0; i < g_variant_n_children (entries); i++) {
    g_autoptr (GVariant) entry = g_variant_get_child_value (entries, i);
    g_autofree char *at = tocsin_show_time (get_number (entry, "at"), now_us);

    tocsin_table_add (&table, TOCSIN_COLOR_NONE, at, get_text (entry, "kind"),
                      get_text (entry, "text"), NULL);
  }
  tocsin_table_print (&table);
  return TOCSIN_EXIT_FINE;
}

/* --- what a team has --- */

static int
run_projects (TocsinCall *call, GError **error)
{
  g_autoptr (GVariant) projects = NULL;
  TocsinTable table;

  if (!tocsin_dbus_tocsin1_call_projects_sync (call->daemon, tocsin_args_at (&call->args, 0),
                                               &projects, NULL, error))
    return TOCSIN_EXIT_DOWN;
  if (call->json) {
    print_json (projects);
    return TOCSIN_EXIT_FINE;
  }
  tocsin_table_init (&table);
  for (gsize i = 0; i < g_variant_n_children (projects); i++) {
    g_autoptr (GVariant) project = g_variant_get_child_value (projects, i);

    tocsin_table_add (&table, TOCSIN_COLOR_NONE, get_text (project, "id"),
                      get_text (project, "name"), NULL);
  }
  tocsin_table_print (&table);
  return TOCSIN_EXIT_FINE;
}

static void
add_probe (TocsinTable *table, GVariant *probe, gint64 now_us)
{
  const char *state = get_text (probe, "state");
  g_autofree char *seen = tocsin_show_time (get_number (probe, "seen_at"), now_us);
  g_autofree char *monitors = g_strdup_printf ("%" G_GINT64_FORMAT, get_number (probe, "monitors"));
  g_autofree const char **labels = NULL;
  g_autofree char *list = NULL;
  gboolean online = g_strcmp0 (state, "online") == 0, here = FALSE;

  g_variant_lookup (probe, "here", "b", &here);
  g_variant_lookup (probe, "labels", "^a&s", &labels);
  list = labels != NULL ? g_strjoinv (",", (char **) labels) : g_strdup ("");
  tocsin_table_add (table, online ? TOCSIN_COLOR_GOOD : TOCSIN_COLOR_WARN,
                    online ? _ ("● online") : _ ("◌ silent"), get_text (probe, "name"),
                    get_text (probe, "kind"), seen, monitors, list, here ? _ ("this computer") : "",
                    NULL);
}

static int
run_probes (TocsinCall *call, GError **error)
{
  g_autoptr (GVariant) probes = NULL;
  gint64 now_us = g_get_real_time ();
  TocsinTable table;

  if (!tocsin_dbus_tocsin1_call_probes_sync (call->daemon, tocsin_args_at (&call->args, 0), &probes,
                                             NULL, error))
    return TOCSIN_EXIT_DOWN;
  if (call->json) {
    print_json (probes);
    return TOCSIN_EXIT_FINE;
  }
  tocsin_table_init (&table);
  for (gsize i = 0; i < g_variant_n_children (probes); i++) {
    g_autoptr (GVariant) probe = g_variant_get_child_value (probes, i);

    add_probe (&table, probe, now_us);
  }
  tocsin_table_print (&table);
  return TOCSIN_EXIT_FINE;
}

static int
run_checks (TocsinCall *call, GError **error)
{
  const char *word = tocsin_args_at (&call->args, 1);
  gboolean on = g_strcmp0 (word, "on") == 0;

  if (!on && g_strcmp0 (word, "off") != 0) {
    tocsin_fail (error, TOCSIN_ERROR_INVALID, "“%s”: on or off is wanted", word);
    return TOCSIN_EXIT_USAGE;
  }
  return tocsin_dbus_tocsin1_call_set_checks_here_sync (
             call->daemon, tocsin_args_at (&call->args, 0), on, NULL, error)
             ? TOCSIN_EXIT_FINE
             : TOCSIN_EXIT_DOWN;
}

const TocsinCommand tocsin_commands_teams[] = {
  { "login", "SERVER", N_ ("Sign in to a team server"),
    "A code is shown, which you type in at the server’s page in any browser.\n\nExample:\n"
    "  tocsinctl login https://tocsin.example.org",
    login_options, 0, 1, 1, run_login },
  { "logout", "SERVER [--keep]", N_ ("Sign out, and take the teams’ monitors off this computer"),
    NULL, logout_options, 0, 1, 1, run_logout },
  { "sync status", "", N_ ("Your teams, and whether they are in step"),
    "Ends with 1 where a team is not in step.", json_option, 0, 0, 0, run_status },
  { "sync now", "[TEAM]", N_ ("Sync now, and wait for the end"), NULL, NULL, 0, 0, 1, run_now },
  { "sync log", "[TEAM]", N_ ("What happened: conflicts, refused changes, times offline"), NULL,
    log_options, 0, 0, 1, run_log },
  { "sync checks", "TEAM on|off", N_ ("Whether this computer checks monitors for the team"), NULL,
    NULL, 0, 2, 2, run_checks },
  { "projects", "TEAM", N_ ("A team’s projects"), NULL, json_option, 0, 1, 1, run_projects },
  { "probes", "TEAM", N_ ("A team’s probes"), NULL, json_option, 0, 1, 1, run_probes },
  { NULL },
};
