/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "guess-command"

#include "config.h"

#include <string.h>

#include "cron.h"
#include "guess-private.h"
#include "schedule.h"
#include "timetext.h"

/* --- schedules --- */

/* "backup.sh" of "cd /srv && /usr/local/bin/backup.sh --all": what the job does, not how it gets
 * there. */
static char *
name_of_command (const char *command)
{
  const char *last = strstr (command, "&& ");
  g_auto (GStrv) words = NULL;

  words = g_strsplit_set (last != NULL ? last + strlen ("&& ") : command, " \t", 2);
  return words[0] != NULL && *words[0] != '\0' ? g_path_get_basename (words[0]) : NULL;
}

static TocsinMonitor *
new_job (const char *name)
{
  TocsinMonitor *monitor = tocsin_monitor_new (TOCSIN_MONITOR_HEARTBEAT);

  monitor->name = g_strdup (name);
  return monitor;
}

/* "5 minutes backup": the span, and in `rest` what follows it. */
static gboolean
read_every (const char *text, gint64 *span_us, const char **rest)
{
  static const struct {
    const char *word;
    gint64 unit_us;
  } units[] = {
    { "seconds", TOCSIN_US_PER_S },     { "second", TOCSIN_US_PER_S },
    { "sec", TOCSIN_US_PER_S },         { "minutes", TOCSIN_US_PER_MIN },
    { "minute", TOCSIN_US_PER_MIN },    { "min", TOCSIN_US_PER_MIN },
    { "hours", TOCSIN_US_PER_HOUR },    { "hour", TOCSIN_US_PER_HOUR },
    { "days", TOCSIN_US_PER_DAY },      { "day", TOCSIN_US_PER_DAY },
    { "weeks", 7 * TOCSIN_US_PER_DAY }, { "week", 7 * TOCSIN_US_PER_DAY },
    { "s", TOCSIN_US_PER_S },           { "m", TOCSIN_US_PER_MIN },
    { "h", TOCSIN_US_PER_HOUR },        { "d", TOCSIN_US_PER_DAY },
    { "w", 7 * TOCSIN_US_PER_DAY },
  };
  char *end = NULL;
  guint64 n = 1;

  if (g_ascii_isdigit (*text)) {
    n = g_ascii_strtoull (text, &end, 10);
    text = end + strspn (end, " ");
  }
  for (guint i = 0; i < G_N_ELEMENTS (units); i++) {
    gsize length = strlen (units[i].word);

    if (g_ascii_strncasecmp (text, units[i].word, length) != 0 || g_ascii_isalpha (text[length]) ||
        n == 0 || n > 366 * 86400)
      continue;
    *span_us = (gint64) n * units[i].unit_us;
    *rest = text + length + strspn (text + length, " ,:");
    return TRUE;
  }
  return FALSE;
}

static TocsinMonitor *
guess_every (const char *text)
{
  static const char every[] = "every ";
  const char *rest = NULL;
  gint64 span_us;
  TocsinMonitor *monitor;

  if (g_ascii_strncasecmp (text, every, strlen (every)) != 0 ||
      !read_every (text + strlen (every), &span_us, &rest))
    return NULL;
  monitor = new_job (*rest != '\0' ? rest : NULL);
  monitor->period_us = span_us;
  return monitor;
}

/* The first five words, or the one with @, as a line of a crontab has them. */
static TocsinMonitor *
guess_cron (const char *text)
{
  const char *rest = text;
  g_autofree char *expression = NULL, *name = NULL;
  TocsinMonitor *monitor;
  TocsinCron cron;

  for (guint i = 0; i < (*text == '@' ? 1 : 5); i++) {
    rest += strcspn (rest, " \t");
    rest += strspn (rest, " \t");
  }
  expression = g_strchomp (g_strndup (text, (gsize) (rest - text)));
  if (!g_str_is_ascii (expression) || strlen (expression) > TOCSIN_SCHEDULE_BYTES ||
      !tocsin_cron_parse (expression, &cron, NULL))
    return NULL;
  name = name_of_command (rest);
  monitor = new_job (name);
  monitor->cron = g_steal_pointer (&expression);
  return monitor;
}

TocsinMonitor *
tocsin_guess_schedule (const char *text)
{
  g_autoptr (TocsinSchedule) schedule = NULL;
  TocsinMonitor *monitor = guess_every (text);

  if (monitor == NULL)
    monitor = guess_cron (text);
  if (monitor != NULL)
    return monitor;
  schedule = tocsin_schedule_parse (text, NULL, NULL);
  if (schedule == NULL || schedule->kind != TOCSIN_SCHEDULE_CALENDAR)
    return NULL;
  monitor = new_job (NULL);
  monitor->calendar = g_strdup (text);
  return monitor;
}

TocsinMonitor *
tocsin_guess_job (const char *text)
{
  g_autofree char *name = NULL;
  TocsinMonitor *monitor;

  if (strpbrk (text, " \t") == NULL && *text != '/' && *text != '~' && *text != '.')
    return NULL;
  name = name_of_command (text);
  monitor = new_job (name);
  monitor->period_us = TOCSIN_US_PER_DAY;
  return monitor;
}

/* --- commands that test --- */

static void
append (char ***list, const char *item)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (*list != NULL)
    g_strv_builder_addv (builder, (const char **) *list);
  g_strv_builder_add (builder, item);
  g_strfreev (*list);
  *list = g_strv_builder_end (builder);
}

static void
set_user (TocsinMonitor *monitor, const char *value)
{
  g_auto (GStrv) parts = g_strsplit (value, ":", 2);

  monitor->auth = TOCSIN_AUTH_BASIC;
  g_free (monitor->username);
  monitor->username = g_strdup (parts[0]);
  g_free (monitor->password);
  monitor->password = g_strdup (parts[0] != NULL ? parts[1] : NULL);
}

/* A header that carries a token is kept like a password. */
static void
add_header (TocsinMonitor *monitor, const char *value)
{
  gboolean is_secret =
      g_ascii_strncasecmp (value, "authorization:", strlen ("authorization:")) == 0;

  append (is_secret ? &monitor->secret_headers : &monitor->headers, value);
}

static void
set_method (TocsinMonitor *monitor, const char *value)
{
  g_free (monitor->method);
  monitor->method = g_ascii_strup (value, -1);
}

static void
set_body (TocsinMonitor *monitor, const char *value)
{
  g_free (monitor->body);
  monitor->body = g_strdup (value);
  if (g_strcmp0 (monitor->method, "GET") == 0)
    set_method (monitor, "POST");
}

static void
set_head (TocsinMonitor *monitor, const char *value)
{
  set_method (monitor, "HEAD");
}

static void
set_insecure (TocsinMonitor *monitor, const char *value)
{
  monitor->tls_verify = FALSE;
}

/* The options that matter to a check; an unknown one is passed over. */
static const struct {
  const char *option, *long_option;
  gboolean has_value;
  void (*take) (TocsinMonitor *monitor, const char *value);
} curl_options[] = {
  { "-X", "--request", TRUE, set_method },     { "-H", "--header", TRUE, add_header },
  { "-d", "--data", TRUE, set_body },          { "-d", "--data-raw", TRUE, set_body },
  { "-u", "--user", TRUE, set_user },          { "-I", "--head", FALSE, set_head },
  { "-k", "--insecure", FALSE, set_insecure }, { "-o", "--output", TRUE, NULL },
  { "-A", "--user-agent", TRUE, NULL },        { "-m", "--max-time", TRUE, NULL },
};

static TocsinMonitor *
guess_curl (char **words)
{
  g_autoptr (TocsinMonitor) monitor = tocsin_monitor_new (TOCSIN_MONITOR_HTTP);
  g_autofree char *with_scheme = NULL;
  const char *url = NULL;

  for (guint i = 1; words[i] != NULL; i++) {
    if (*words[i] != '-') {
      url = url != NULL ? url : words[i];
      continue;
    }
    for (guint j = 0; j < G_N_ELEMENTS (curl_options); j++) {
      gboolean is_it = g_str_equal (words[i], curl_options[j].option) ||
                       g_str_equal (words[i], curl_options[j].long_option);

      if (!is_it || (curl_options[j].has_value && words[i + 1] == NULL))
        continue;
      i += curl_options[j].has_value;
      if (curl_options[j].take != NULL)
        curl_options[j].take (monitor, words[i]);
      break;
    }
  }
  if (url == NULL)
    return NULL;
  with_scheme = strstr (url, "://") != NULL ? g_strdup (url) : g_strconcat ("http://", url, NULL);
  if (!tocsin_guess_set_url (monitor, with_scheme))
    return NULL;
  return g_steal_pointer (&monitor);
}

/* The last word that is no option, as "ping:WORD". */
static TocsinMonitor *
guess_ping (char **words)
{
  g_autofree char *said = g_strconcat ("ping:", words[g_strv_length (words) - 1], NULL);

  return tocsin_guess_monitor (said);
}

static TocsinMonitor *
guess_dig (char **words)
{
  g_autoptr (GString) said = g_string_new (NULL);

  for (guint i = 1; words[i] != NULL; i++)
    if (*words[i] != '-' && *words[i] != '+' && *words[i] != '@')
      g_string_append_printf (said, "%s%s", said->len > 0 ? " " : "", words[i]);
  if (strchr (said->str, ' ') == NULL)
    g_string_prepend (said, "dns:");
  return tocsin_guess_monitor (said->str);
}

static TocsinMonitor *
guess_nc (char **words)
{
  guint n = g_strv_length (words);
  g_autofree char *said = NULL;

  if (n < 3)
    return NULL;
  said = g_strdup_printf ("tcp://%s:%s", words[n - 2], words[n - 1]);
  return tocsin_guess_monitor (said);
}

TocsinMonitor *
tocsin_guess_command (const char *text)
{
  static const struct {
    const char *program;
    TocsinMonitor *(*guess) (char **words);
  } programs[] = {
    { "curl", guess_curl }, { "wget", guess_curl }, { "ping", guess_ping }, { "dig", guess_dig },
    { "host", guess_dig },  { "nc", guess_nc },     { "telnet", guess_nc },
  };
  g_auto (GStrv) words = NULL;

  if (!g_shell_parse_argv (text, NULL, &words, NULL) || words[1] == NULL)
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (programs); i++)
    if (g_str_equal (words[0], programs[i].program))
      return programs[i].guess (words);
  return NULL;
}
