/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "read-monitor"

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "errors.h"
#include "monitor.h"

/* A monitor from options: each member is one, by its name with dashes, and a few have shorter names
 * that people expect. */

#define SECRET_MOST_BYTES 65536

static const struct {
  const char *option;
  const char *member;
  guint kinds; /* 0: all */
} aliases[] = {
  { "tag", "tags", 0 },
  { "header", "headers", 1u << TOCSIN_MONITOR_HTTP },
  { "secret-header", "secret_headers", 1u << TOCSIN_MONITOR_HTTP },
  { "expect-header", "expect_headers", 1u << TOCSIN_MONITOR_HTTP },
  { "type", "record_type", 1u << TOCSIN_MONITOR_DNS },
  { "expect", "expect_values", 1u << TOCSIN_MONITOR_DNS },
  { "every", "period", 1u << TOCSIN_MONITOR_HEARTBEAT },
  { "depends", "depends_on", 0 },
};

static char *
get_member (const TocsinMonitor *monitor, const char *option)
{
  char *name;

  for (guint i = 0; i < G_N_ELEMENTS (aliases); i++)
    if (strcmp (aliases[i].option, option) == 0 &&
        (aliases[i].kinds == 0 || (aliases[i].kinds & (1u << monitor->kind)) != 0))
      return g_strdup (aliases[i].member);
  name = g_strdup (option);
  g_strdelimit (name, "-", '_');
  return name;
}

/* Lists grow with each option; a comma within a value stays. */
static gboolean
append_string (TocsinMonitor *monitor, const TocsinField *field, const char *value)
{
  char ***list = TOCSIN_FIELD_AT (char **, monitor, field);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (*list != NULL)
    g_strv_builder_addv (builder, (const char **) *list);
  g_strv_builder_add (builder, value);
  g_strfreev (*list);
  *list = g_strv_builder_end (builder);
  return TRUE;
}

/* "-" reads standard input, "@FILE" a file: so that a password need not stand in the shell's
 * history and the list of processes. */
static char *
read_secret (const char *value, GError **error)
{
  g_autofree char *text = NULL;

  if (strcmp (value, "-") == 0) {
    char buffer[SECRET_MOST_BYTES];
    gsize length = 0;
    ssize_t n;

    while (length < sizeof buffer &&
           (n = read (STDIN_FILENO, buffer + length, sizeof buffer - length)) > 0)
      length += (gsize) n;
    text = g_strndup (buffer, length);
  } else if (value[0] == '@') {
    if (!g_file_get_contents (value + 1, &text, NULL, error))
      return NULL;
  } else {
    g_printerr (
        _ ("tocsinctl: a secret on the command line can be seen by others; give “-” to read "
           "it from standard input, or “@FILE”\n"));
    return g_strdup (value);
  }
  g_strchomp (text);
  return g_steal_pointer (&text);
}

static gboolean
set_member (TocsinMonitor *monitor, const char *option, const char *value, GError **error)
{
  g_autofree char *name = get_member (monitor, option);
  const TocsinField *field = tocsin_fields_find (&tocsin_monitor_fields, monitor, name);
  g_autofree char *secret = NULL;

  if (strcmp (option, "team") == 0) { /* not what it is, but whose */
    g_free (monitor->team);
    monitor->team = g_strdup (value);
    return TRUE;
  }
  if (field != NULL && (field->flags & TOCSIN_FIELD_FIXED) != 0)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "--%s: can’t be set", option);
  if (field != NULL && (field->flags & TOCSIN_FIELD_SECRET) != 0) {
    secret = read_secret (value, error);
    if (secret == NULL)
      return FALSE;
    value = secret;
  }
  if (field != NULL && field->kind == TOCSIN_FIELD_STRINGS && value[0] != '[')
    return append_string (monitor, field, value);
  if (tocsin_fields_set_text (&tocsin_monitor_fields, monitor, name, value, error))
    return TRUE;
  g_prefix_error (error, "--%s: ", option);
  return FALSE;
}

/* "example.org" is a website as people write it. */
static char *
complete_target (guint kind, const char *text)
{
  if (kind == TOCSIN_MONITOR_HTTP && strstr (text, "://") == NULL)
    return g_strconcat ("https://", text, NULL);
  return g_strdup (text);
}

/* "https://shop.example.org/health" → "shop.example.org/health" */
static char *
suggest_name (const TocsinMonitor *monitor)
{
  const char *name = strstr (monitor->target, "://");
  gsize length;

  name = name != NULL ? name + strlen ("://") : monitor->target;
  length = strcspn (name, "?#");
  if (length > 0 && name[length - 1] == '/')
    length--;
  if (monitor->kind == TOCSIN_MONITOR_DNS)
    return g_strdup_printf ("%.*s %s", (int) length, name,
                            tocsin_words_get (&tocsin_dns_type_words, monitor->record_type));
  return g_strndup (name, length);
}

/* Whoever checks every five seconds and says nothing of the timeout wants a shorter one, not an
 * error. */
static void
fit_timeout (TocsinCall *call, TocsinMonitor *monitor)
{
  if (!tocsin_args_has (&call->args, "timeout") && monitor->timeout_us >= monitor->interval_us)
    monitor->timeout_us = monitor->interval_us * 4 / 5;
}

gpointer
tocsin_ctl_read_monitor (TocsinCall *call, guint kind, GError **error)
{
  g_autoptr (TocsinMonitor) monitor = tocsin_monitor_new (kind);
  const char *target = tocsin_args_at (&call->args, 0);

  if (target != NULL)
    monitor->target = complete_target (kind, target);
  for (guint i = 0; i < call->args.given->len; i++) {
    const TocsinGiven *given = &g_array_index (call->args.given, TocsinGiven, i);

    if (strcmp (given->name, "json") != 0 &&
        !set_member (monitor, given->name, given->value, error))
      return NULL;
  }
  fit_timeout (call, monitor);
  if (monitor->name == NULL && monitor->target != NULL)
    monitor->name = suggest_name (monitor);
  if (monitor->name == NULL) {
    tocsin_fail (error, TOCSIN_ERROR_INVALID, "--name: is missing");
    return NULL;
  }
  return tocsin_monitor_validate (monitor, error) ? g_steal_pointer (&monitor) : NULL;
}
