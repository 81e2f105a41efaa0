/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "cmd-schedule"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "command.h"
#include "schedule.h"
#include "timetext.h"

#define NEXT_MOST 10000

static const TocsinOption next_options[] = {
  { "tz", '\0', "ZONE", N_ ("IANA time zone of the expression (default: UTC)") },
  { "from", '\0', "TIME", N_ ("After this time (default: now)") },
  { "count", 'n', "N", N_ ("So many times (default: 1)") },
  { NULL },
};

static int
run_next (TocsinCall *call, GError **error)
{
  const char *from = tocsin_args_get (&call->args, "from");
  gint64 at_us = g_get_real_time ();
  g_autoptr (TocsinSchedule) schedule = NULL;
  guint n;

  if ((from != NULL && !tocsin_time_from_text (from, &at_us, error)) ||
      !tocsin_args_get_count (&call->args, "count", 1, NEXT_MOST, &n, error))
    return TOCSIN_EXIT_USAGE;
  schedule = tocsin_schedule_parse (tocsin_args_at (&call->args, 0),
                                    tocsin_args_get (&call->args, "tz"), error);
  if (schedule == NULL)
    return TOCSIN_EXIT_USAGE;
  for (guint i = 0; i < n; i++) {
    g_autofree char *text = NULL;

    at_us = tocsin_schedule_next (schedule, at_us);
    if (at_us == 0)
      break;
    text = tocsin_time_to_text (at_us);
    g_print ("%s\n", text);
  }
  return TOCSIN_EXIT_FINE;
}

static int
run_words (TocsinCall *call, GError **error)
{
  g_autoptr (TocsinSchedule) schedule = tocsin_schedule_parse (
      tocsin_args_at (&call->args, 0), tocsin_args_get (&call->args, "tz"), error);
  g_autofree char *words = NULL;

  if (schedule == NULL)
    return TOCSIN_EXIT_USAGE;
  words = tocsin_schedule_to_words (schedule);
  g_print ("%s\n", words);
  return TOCSIN_EXIT_FINE;
}

const TocsinCommand tocsin_commands_schedule[] = {
  { "schedule next", "EXPRESSION [--tz ZONE] [--from TIME] [-n N]",
    N_ ("When a schedule is due next: RFC 3339, UTC, one a line"),
    "EXPRESSION is cron, OnCalendar or a span. Nothing is printed where it is never due again.\n\n"
    "Examples:\n  tocsinctl schedule next '0 3 * * *' --tz Europe/Berlin -n 5\n"
    "  tocsinctl schedule next 'Mon..Fri 03:00' --from 2026-12-24",
    next_options, TOCSIN_COMMAND_NO_DAEMON, 1, 1, run_next },
  { "schedule words", "EXPRESSION [--tz ZONE]", N_ ("A schedule in words"), NULL, next_options,
    TOCSIN_COMMAND_NO_DAEMON, 1, 1, run_words },
  { NULL },
};
