/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "snippets"

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "snippets.h"
#include "timetext.h"

#define JOB "/path/to/job"

/* --- the schedule in each language --- */

/* A period as five fields, where they can say it: it divides an hour, a day, or is a day or a week.
 * (transfer full) (nullable) */
static char *
period_to_cron (gint64 period_us)
{
  gint64 minutes = period_us / TOCSIN_US_PER_MIN, hours = period_us / TOCSIN_US_PER_HOUR;

  if (period_us <= 0 || period_us % TOCSIN_US_PER_MIN != 0)
    return NULL;
  if (minutes == 1)
    return g_strdup ("* * * * *");
  if (minutes < 60 && 60 % minutes == 0)
    return g_strdup_printf ("*/%d * * * *", (int) minutes);
  if (minutes % 60 != 0)
    return NULL;
  if (hours == 1)
    return g_strdup ("0 * * * *");
  if (hours < 24 && 24 % hours == 0)
    return g_strdup_printf ("0 */%d * * *", (int) hours);
  if (hours == 24)
    return g_strdup ("0 0 * * *");
  return hours == 7 * 24 ? g_strdup ("0 0 * * 0") : NULL;
}

static char *
get_cron (const TocsinMonitor *monitor)
{
  return monitor->cron != NULL ? g_strdup (monitor->cron) : period_to_cron (monitor->period_us);
}

/* Whatever it is called: what can't be said in the other language stands in a comment. */
static char *
get_expression (const TocsinMonitor *monitor)
{
  if (monitor->cron != NULL)
    return g_strdup (monitor->cron);
  if (monitor->calendar != NULL)
    return g_strdup (monitor->calendar);
  return monitor->period_us > 0 ? tocsin_span_to_text (monitor->period_us) : g_strdup ("");
}

static gboolean
has_zone (const TocsinMonitor *monitor)
{
  return monitor->tz != NULL && *monitor->tz != '\0';
}

/* --- the languages --- */

/* A % is a new line to cron, crontab(5). */
static void
append_for_cron (GString *out, const char *text)
{
  for (const char *p = text; *p != '\0'; p++) {
    if (*p == '%')
      g_string_append_c (out, '\\');
    g_string_append_c (out, *p);
  }
}

static char *
write_crontab (const TocsinMonitor *monitor, const char *url)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autofree char *cron = get_cron (monitor);
  g_autofree char *expression = get_expression (monitor);

  if (monitor->cron != NULL && has_zone (monitor))
    g_string_append_printf (out, "CRON_TZ=%s\n", monitor->tz);
  if (cron == NULL)
    /* Translators: a comment in a crontab; %s is a schedule such as “Mon..Fri 03:00”. */
    g_string_append_printf (out, _ ("# cron can’t say “%s”: choose the five fields yourself\n"),
                            expression);
  g_string_append_printf (out, "%s " JOB " && curl -fsS -m 10 --retry 3 -o /dev/null ",
                          cron != NULL ? cron : "* * * * *");
  append_for_cron (out, url);
  g_string_append_c (out, '\n');
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* systemd.unit(5): a % begins a specifier. */
static char *
escape_for_unit (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "%", -1);

  return g_strjoinv ("%%", parts);
}

static void
append_timer (GString *out, const TocsinMonitor *monitor)
{
  g_autofree char *expression = get_expression (monitor);

  g_string_append (out, "\n# job.timer\n[Timer]\n");
  if (monitor->calendar != NULL && has_zone (monitor) && strstr (monitor->calendar, "/") == NULL &&
      !g_str_has_suffix (monitor->calendar, " UTC"))
    g_string_append_printf (out, "OnCalendar=%s %s\nPersistent=true\n", monitor->calendar,
                            monitor->tz);
  else if (monitor->calendar != NULL)
    g_string_append_printf (out, "OnCalendar=%s\nPersistent=true\n", monitor->calendar);
  else if (monitor->cron == NULL && monitor->period_us > 0)
    g_string_append_printf (out, "OnActiveSec=0\nOnUnitActiveSec=%d\n",
                            (int) (monitor->period_us / TOCSIN_US_PER_S));
  else
    /* Translators: a comment in a systemd timer; %s is a cron expression. */
    g_string_append_printf (out, _ ("# the same as “%s” in cron; see systemd.time(7)\n#%s\n"),
                            expression, "OnCalendar=");
  g_string_append (out, "\n[Install]\nWantedBy=timers.target\n");
}

static char *
write_systemd (const TocsinMonitor *monitor, const char *url)
{
  g_autoptr (GString) out = g_string_new ("# job.service\n[Service]\nType=oneshot\n");
  g_autofree char *escaped = escape_for_unit (url);

  g_string_append_printf (out, "ExecStartPre=-curl -fsS -m 10 -o /dev/null %s/start\n", escaped);
  g_string_append (out, "ExecStart=" JOB "\n");
  /* $EXIT_STATUS is a number or, where a signal ended the job, its name */
  g_string_append_printf (out,
                          "ExecStopPost=-sh -c 'case $$EXIT_STATUS in [0-9]*) s=$$EXIT_STATUS;; "
                          "*) s=fail;; esac; curl -fsS -m 10 --retry 3 -o /dev/null %s/$$s'\n",
                          escaped);
  append_timer (out, monitor);
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static char *
write_curl (const TocsinMonitor *monitor, const char *url)
{
  g_autoptr (GString) out = g_string_new ("#!/bin/sh\n");

  g_string_append_printf (out, "url='%s'\n", url);
  g_string_append (out, "curl -fsS -m 10 -o /dev/null \"$url/start\"\n"
                        "output=$(" JOB " 2>&1)\n"
                        "status=$?\n"
                        "printf '%s' \"$output\" | tail -c 10000 |\n"
                        "  curl -fsS -m 10 --retry 3 -o /dev/null --data-binary @- "
                        "\"$url/$status\"\n"
                        "exit $status\n");
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static char *
write_powershell (const TocsinMonitor *monitor, const char *url)
{
  return g_strdup_printf ("$url = '%s'\n"
                          "Invoke-RestMethod -Uri \"$url/start\" -TimeoutSec 10 | Out-Null\n"
                          "try {\n"
                          "  & 'C:\\path\\to\\job.exe'\n"
                          "  $status = $LASTEXITCODE\n"
                          "} catch {\n"
                          "  $status = 'fail'\n"
                          "}\n"
                          "Invoke-RestMethod -Uri \"$url/$status\" -TimeoutSec 10 | Out-Null\n",
                          url);
}

static char *
write_python (const TocsinMonitor *monitor, const char *url)
{
  return g_strdup_printf ("import subprocess\n"
                          "import urllib.request\n"
                          "\n"
                          "URL = '%s'\n"
                          "\n"
                          "\n"
                          "def ping(path, body=b''):\n"
                          "    try:\n"
                          "        urllib.request.urlopen(URL + path, data=body, timeout=10)\n"
                          "    except OSError as error:\n"
                          "        print('ping:', error)\n"
                          "\n"
                          "\n"
                          "ping('/start')\n"
                          "job = subprocess.run(['" JOB "'], stdout=subprocess.PIPE,\n"
                          "                     stderr=subprocess.STDOUT)\n"
                          "# a signal has a negative number\n"
                          "path = f'/{job.returncode}' if job.returncode >= 0 else '/fail'\n"
                          "ping(path, job.stdout[-10000:])\n",
                          url);
}

/* By its name it is found wherever the daemon listens; names that a shell would read are quoted. */
static char *
write_exec (const TocsinMonitor *monitor, const char *url)
{
  g_autofree char *quoted = NULL;
  const char *name = monitor->name != NULL ? monitor->name : url;

  if (strspn (name, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "-_.") == strlen (name) &&
      *name != '-' && *name != '\0')
    return g_strdup_printf ("tocsinctl exec --ping %s -- " JOB "\n", name);
  quoted = g_shell_quote (name);
  return g_strdup_printf ("tocsinctl exec --ping %s -- " JOB "\n", quoted);
}

static const struct {
  const char *label;
  char *(*write) (const TocsinMonitor *monitor, const char *url);
} snippets[TOCSIN_N_SNIPPETS] = {
  [TOCSIN_SNIPPET_CRONTAB] = { "crontab", write_crontab },
  [TOCSIN_SNIPPET_SYSTEMD] = { "systemd timer", write_systemd },
  [TOCSIN_SNIPPET_CURL] = { "curl", write_curl },
  [TOCSIN_SNIPPET_POWERSHELL] = { "PowerShell", write_powershell },
  [TOCSIN_SNIPPET_PYTHON] = { "Python", write_python },
  [TOCSIN_SNIPPET_EXEC] = { "tocsinctl exec", write_exec },
};

const char *
tocsin_snippet_get_label (TocsinSnippet snippet)
{
  g_return_val_if_fail (snippet < TOCSIN_N_SNIPPETS, NULL);
  return snippets[snippet].label;
}

char *
tocsin_snippet_to_text (TocsinSnippet snippet, const TocsinMonitor *monitor, const char *url)
{
  g_return_val_if_fail (snippet < TOCSIN_N_SNIPPETS && monitor != NULL && url != NULL, NULL);
  return snippets[snippet].write (monitor, url);
}
