/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "cmd-records"

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "errors.h"
#include "maintenance-windows.h"
#include "maintenance.h"
#include "show.h"
#include "timetext.h"

/* Maintenance windows, all records as a file, and the database. */

static const TocsinOption json_option[] = {
  { "json", '\0', NULL, N_ ("Print JSON") },
  { NULL },
};

/* --- maintenance --- */

#define PREVIEW 5

static const TocsinOption maintenance_options[] = {
  { "title", '\0', "TEXT", N_ ("What is done") },
  { "monitor", 'm', "ID", N_ ("A monitor that it is for; may be given several times") },
  { "tag", '\0', "TAG", N_ ("Every monitor with this tag; may be given several times") },
  { "all", '\0', NULL, N_ ("Every monitor") },
  { "starts", '\0', "TIME", N_ ("Wall time: 2026-12-01T02:00:00 (default: now)") },
  { "duration", '\0', "SPAN", N_ ("How long (default: 1h)") },
  { "tz", '\0', "ZONE", N_ ("IANA time zone of the wall time (default: UTC)") },
  { "rrule", '\0', "RULE", N_ ("Repeats by this rule of RFC 5545: FREQ=WEEKLY;BYDAY=SU") },
  { "except", '\0', "TIME", N_ ("But not then; may be given several times") },
  { "json", '\0', NULL, N_ ("Print JSON") },
  { NULL },
};

static char *
now_in_zone (const char *tz)
{
  g_autoptr (GTimeZone) zone = tz != NULL ? g_time_zone_new_identifier (tz) : NULL;
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) now = g_date_time_new_now (zone != NULL ? zone : utc);

  return g_date_time_format (now, "%Y-%m-%dT%H:%M:%S");
}

static char **
get_all (const TocsinArgs *args, const char *name)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < args->given->len; i++)
    if (strcmp (g_array_index (args->given, TocsinGiven, i).name, name) == 0)
      g_strv_builder_add (builder, g_array_index (args->given, TocsinGiven, i).value);
  return g_strv_builder_end (builder);
}

/* Names become ids: a window keeps its monitors when they are renamed. */
static gboolean
resolve_monitors (TocsinCall *call, char **monitors, GError **error)
{
  for (guint i = 0; monitors[i] != NULL; i++) {
    g_autoptr (GVariant) status = NULL;
    const char *id = NULL;

    if (!tocsin_dbus_tocsin1_call_status_sync (call->daemon, monitors[i], &status, NULL, error))
      return FALSE;
    g_variant_lookup (status, "id", "&s", &id);
    g_free (monitors[i]);
    monitors[i] = g_strdup (id);
  }
  return TRUE;
}

static gboolean
read_maintenance (TocsinCall *call, TocsinMaintenance *maintenance, GError **error)
{
  const TocsinArgs *args = &call->args;
  const char *tz = tocsin_args_get (args, "tz"), *title = tocsin_args_get (args, "title");

  maintenance->title = g_strdup (title != NULL ? title : _ ("Maintenance"));
  if (tz != NULL) {
    g_free (maintenance->tz);
    maintenance->tz = g_strdup (tz);
  }
  maintenance->starts = tocsin_args_get (args, "starts") != NULL
                            ? g_strdup (tocsin_args_get (args, "starts"))
                            : now_in_zone (tz);
  maintenance->rrule = g_strdup (tocsin_args_get (args, "rrule"));
  maintenance->all = tocsin_args_has (args, "all");
  maintenance->monitors = get_all (args, "monitor");
  maintenance->tags = get_all (args, "tag");
  maintenance->except = get_all (args, "except");
  if (!maintenance->all && maintenance->monitors[0] == NULL && maintenance->tags[0] == NULL)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "--monitor, --tag or --all is wanted");
  return tocsin_args_get_span (args, "duration", TOCSIN_US_PER_HOUR, &maintenance->duration_us,
                               error) &&
         tocsin_maintenance_check (maintenance, error) &&
         resolve_monitors (call, maintenance->monitors, error);
}

static void
print_preview (const TocsinMaintenance *maintenance)
{
  TocsinMaintenanceSpan spans[PREVIEW];
  gint64 now_us = g_get_real_time ();
  guint n = tocsin_maintenance_next (maintenance, now_us, spans, PREVIEW);

  for (guint i = 0; i < n; i++) {
    g_autofree char *from = tocsin_show_time (spans[i].starts_at, now_us);
    g_autofree char *to = tocsin_show_time (spans[i].ends_at, now_us);

    g_print ("  %s – %s\n", from, to);
  }
}

static int
run_maintenance_add (TocsinCall *call, GError **error)
{
  g_autoptr (TocsinMaintenance) maintenance = tocsin_maintenance_new ();
  g_autofree char *id = NULL;

  if (!read_maintenance (call, maintenance, error) ||
      !tocsin_dbus_tocsin1_call_add_maintenance_sync (
          call->daemon, tocsin_fields_to_variant (&tocsin_maintenance_fields, maintenance, 0), &id,
          NULL, error))
    return TOCSIN_EXIT_USAGE;
  g_print ("%s\n", id);
  if (!call->json)
    print_preview (maintenance);
  return TOCSIN_EXIT_FINE;
}

static int
run_maintenance_list (TocsinCall *call, GError **error)
{
  g_autoptr (GVariant) variant = NULL;
  g_autoptr (GPtrArray) list = NULL;

  if (!tocsin_dbus_tocsin1_call_maintenance_sync (call->daemon, &variant, NULL, error) ||
      (list = tocsin_ctl_decode_list (&tocsin_maintenance_fields, variant, error)) == NULL)
    return TOCSIN_EXIT_DOWN;
  g_ptr_array_set_free_func (list, (GDestroyNotify) tocsin_maintenance_free);
  if (call->json) {
    tocsin_show_json_list (&tocsin_maintenance_fields, list);
    return TOCSIN_EXIT_FINE;
  }
  for (guint i = 0; i < list->len; i++) {
    const TocsinMaintenance *maintenance = list->pdata[i];

    g_print ("%s  %s%s%s\n", maintenance->id, maintenance->title,
             maintenance->rrule != NULL ? "  " : "",
             maintenance->rrule != NULL ? maintenance->rrule : "");
    print_preview (maintenance);
  }
  return TOCSIN_EXIT_FINE;
}

static int
run_maintenance_remove (TocsinCall *call, GError **error)
{
  return tocsin_dbus_tocsin1_call_remove_maintenance_sync (
             call->daemon, tocsin_args_at (&call->args, 0), NULL, error)
             ? TOCSIN_EXIT_FINE
             : TOCSIN_EXIT_USAGE;
}

/* --- export, import --- */

static const TocsinOption export_options[] = {
  { "with-secrets", '\0', NULL, N_ ("Passwords and tokens too; keep the file safe") },
  { NULL },
};

static int
run_export (TocsinCall *call, GError **error)
{
  const char *path = tocsin_args_at (&call->args, 0);
  gboolean with_secrets = tocsin_args_has (&call->args, "with-secrets");
  g_autofree char *text = NULL;

  if (!tocsin_dbus_tocsin1_call_export_sync (call->daemon, with_secrets, &text, NULL, error))
    return TOCSIN_EXIT_DOWN;
  if (path == NULL || strcmp (path, "-") == 0) {
    g_print ("%s\n", text);
    return TOCSIN_EXIT_FINE;
  }
  return g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT,
                                   with_secrets ? 0600 : 0644, error)
             ? TOCSIN_EXIT_FINE
             : TOCSIN_EXIT_DOWN;
}

static gboolean
read_all_input (char **text, GError **error)
{
  g_autoptr (GString) all = g_string_new (NULL);
  char buffer[65536];
  ssize_t n;

  while ((n = read (STDIN_FILENO, buffer, sizeof buffer)) > 0)
    g_string_append_len (all, buffer, n);
  if (n < 0)
    return tocsin_fail (error, TOCSIN_ERROR_FAILED, "standard input: %s", g_strerror (errno));
  *text = g_string_free (g_steal_pointer (&all), FALSE);
  return TRUE;
}

static int
run_import (TocsinCall *call, GError **error)
{
  const char *path = tocsin_args_at (&call->args, 0);
  g_autofree char *text = NULL;
  guint n_added, n_updated;

  if (!(strcmp (path, "-") == 0 ? read_all_input (&text, error)
                                : g_file_get_contents (path, &text, NULL, error)))
    return TOCSIN_EXIT_USAGE;
  if (!g_utf8_validate (text, -1, NULL)) {
    tocsin_fail (error, TOCSIN_ERROR_INVALID, "%s: not UTF-8", path);
    return TOCSIN_EXIT_USAGE;
  }
  if (!tocsin_dbus_tocsin1_call_import_sync (call->daemon, text, &n_added, &n_updated, NULL, error))
    return TOCSIN_EXIT_USAGE;
  g_print (_ ("%u added, %u updated\n"), n_added, n_updated);
  return TOCSIN_EXIT_FINE;
}

/* --- the database --- */

/* A person who types a password takes longer than a call may by default. */
static int
run_unlock (TocsinCall *call, GError **error)
{
  g_autoptr (GVariant) answer =
      g_dbus_proxy_call_sync (G_DBUS_PROXY (call->daemon), "UnlockSecrets", NULL,
                              G_DBUS_CALL_FLAGS_NONE, G_MAXINT, NULL, error);

  return answer != NULL ? TOCSIN_EXIT_FINE : TOCSIN_EXIT_DOWN;
}

static int
run_db_check (TocsinCall *call, GError **error)
{
  g_autofree char *answer = NULL;

  if (!tocsin_dbus_tocsin1_call_db_check_sync (call->daemon, &answer, NULL, error))
    return TOCSIN_EXIT_DOWN;
  g_print ("%s\n", answer);
  return strcmp (answer, "ok") == 0 ? TOCSIN_EXIT_FINE : TOCSIN_EXIT_DOWN;
}

static int
run_db_vacuum (TocsinCall *call, GError **error)
{
  return tocsin_dbus_tocsin1_call_db_vacuum_sync (call->daemon, NULL, error) ? TOCSIN_EXIT_FINE
                                                                             : TOCSIN_EXIT_DOWN;
}

static int
run_db_backup (TocsinCall *call, GError **error)
{
  g_autofree char *path = g_canonicalize_filename (tocsin_args_at (&call->args, 0), NULL);

  return tocsin_dbus_tocsin1_call_db_backup_sync (call->daemon, path, NULL, error)
             ? TOCSIN_EXIT_FINE
             : TOCSIN_EXIT_DOWN;
}

const TocsinCommand tocsin_commands_records[] = {
  { "maintenance add", "(--monitor ID | --tag TAG | --all) [--starts TIME] [--duration SPAN]",
    N_ ("Plan an interruption; shows when it will be"),
    "Examples:\n  tocsinctl maintenance add --all --duration 30m --title 'new switch'\n"
    "  tocsinctl maintenance add --tag eu --starts 2026-12-06T02:00:00 --tz Europe/Berlin "
    "--duration 2h --rrule 'FREQ=WEEKLY;BYDAY=SU'",
    maintenance_options, 0, 0, 0, run_maintenance_add },
  { "maintenance list", "[--json]", N_ ("Planned interruptions, with the next five of each"), NULL,
    json_option, 0, 0, 0, run_maintenance_list },
  { "maintenance remove", "ID", N_ ("Forget a planned interruption"), NULL, NULL, 0, 1, 1,
    run_maintenance_remove },
  { "export", "[FILE] [--with-secrets]", N_ ("All records as JSON"), NULL, export_options, 0, 0, 1,
    run_export },
  { "import", "FILE", N_ ("Records that were exported; “-” reads standard input"), NULL, NULL, 0, 1,
    1, run_import },
  { "unlock", "", N_ ("Let the desktop ask for the password of the keyring"), NULL, NULL, 0, 0, 0,
    run_unlock },
  { "db check", "", N_ ("Look through the whole database for damage"), NULL, NULL, 0, 0, 0,
    run_db_check },
  { "db vacuum", "", N_ ("Give unused space back to the disk"), NULL, NULL, 0, 0, 0,
    run_db_vacuum },
  { "db backup", "FILE", N_ ("Copy the database to a new file while everything goes on"), NULL,
    NULL, 0, 1, 1, run_db_backup },
  { NULL },
};
