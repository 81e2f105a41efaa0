/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "seen-text"

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "quorum.h"
#include "seen-text.h"
#include "texts.h"

#define LABEL "label:"

/* As the judge has it: older than two intervals does not count. */
static gboolean
is_silent (const TocsinSeen *seen, const TocsinMonitor *monitor, gint64 now_us)
{
  return seen->at <= 0 || now_us - seen->at > 2 * MAX (monitor->interval_us, 0);
}

TocsinState
tocsin_seen_get_look (const TocsinSeen *seen, const TocsinMonitor *monitor, gint64 now_us)
{
  g_return_val_if_fail (seen != NULL && monitor != NULL, TOCSIN_STATE_UNKNOWN);

  if (is_silent (seen, monitor, now_us))
    return TOCSIN_STATE_UNKNOWN;
  if (seen->failed > 0)
    return seen->failed >= monitor->failures ? TOCSIN_STATE_DOWN : TOCSIN_STATE_CONFIRMING;
  return seen->slow > 0 && seen->slow >= monitor->failures ? TOCSIN_STATE_DEGRADED
                                                           : TOCSIN_STATE_UP;
}

static char *
say_result (const TocsinSeen *seen)
{
  g_autofree char *counted = NULL;
  g_autofree char *code = NULL;

  if (seen->failed > 0) {
    counted = g_strdup_printf (
        ngettext ("Failed once", "Failed %d times in a row", (gulong) seen->failed),
        (int) seen->failed);
    code = g_strdelimit (g_strdup (seen->code != NULL ? seen->code : ""), "_", ' ');
    if (*code == '\0' || g_str_equal (code, "none"))
      return g_steal_pointer (&counted);
    /* Translators: what a probe saw, and why: “Failed 3 times in a row: connect refused”. */
    return g_strdup_printf (_ ("%s: %s"), counted, code);
  }
  return g_strdup (seen->slow > 0 ? _ ("Slow") : _ ("Good"));
}

char *
tocsin_seen_text (const TocsinSeen *seen, const TocsinMonitor *monitor, gint64 now_us)
{
  g_autofree char *result = NULL;
  g_autofree char *distance = NULL;

  g_return_val_if_fail (seen != NULL && monitor != NULL, NULL);

  if (seen->at <= 0)
    return g_strdup (_ ("Has not reported yet"));
  distance = tocsin_text_distance (seen->at, now_us);
  result = say_result (seen);
  if (is_silent (seen, monitor, now_us))
    /* Translators: a probe that says nothing any more: what it saw last, and when. */
    return g_strdup_printf (_ ("Silent, does not count. Last: %s, %s"), result, distance);
  /* Translators: what a probe saw, and when: “Good, 12 s ago”. */
  return g_strdup_printf (_ ("%s, %s"), result, distance);
}

static void
decide (GPtrArray *list, const TocsinMonitor *monitor, gint64 now_us, TocsinQuorum *quorum)
{
  TocsinJudgePolicy policy = { .failures = (guint) MAX (monitor->failures, 1),
                               .successes = (guint) MAX (monitor->successes, 1),
                               .confirm = (guint) MAX (monitor->confirm, 0),
                               .interval_us = monitor->interval_us,
                               .retry_us = monitor->retry_us };
  g_autofree TocsinVote *votes = g_new0 (TocsinVote, MAX (list->len, 1));
  g_autofree const TocsinVote **all = g_new0 (const TocsinVote *, MAX (list->len, 1));

  for (guint i = 0; i < list->len; i++) {
    const TocsinSeen *seen = list->pdata[i];

    votes[i] = (TocsinVote){ .probe = seen->probe,
                             .at_us = seen->at,
                             .n_failed = seen->failed,
                             .n_good = seen->good,
                             .n_slow = seen->slow,
                             .first_failed_at = seen->failed > 0 ? seen->at : 0,
                             .first_good_at = seen->good > 0 ? seen->at : 0 };
    all[i] = &votes[i];
  }
  tocsin_quorum_decide (all, list->len, &policy, now_us, quorum);
}

char *
tocsin_seen_quorum_text (GPtrArray *list, const TocsinMonitor *monitor, gint64 now_us)
{
  TocsinQuorum quorum = { 0 };
  g_autofree char *say = NULL;
  g_autofree char *need = NULL;

  g_return_val_if_fail (list != NULL && monitor != NULL, NULL);

  if (list->len > TOCSIN_QUORUM_VOTES)
    return g_strdup ("");
  decide (list, monitor, now_us, &quorum);
  if (quorum.n_voting == 0)
    return g_strdup (_ ("No probe has reported within two intervals."));
  /* Translators: first how many say that it is down, then of how many probes. */
  say = g_strdup_printf (ngettext ("%u of %u probe says that it is down",
                                   "%u of %u probes say that it is down", quorum.n_voting),
                         quorum.n_down, quorum.n_voting);
  need = g_strdup_printf (ngettext ("%u must agree", "%u must agree", quorum.n_needed),
                          quorum.n_needed);
  /* Translators: “1 of 3 probes say that it is down; 2 must agree.” */
  return g_strdup_printf (_ ("%s; %s."), say, need);
}

static char *
name_of (const char *chosen, GPtrArray *probes)
{
  if (g_str_has_prefix (chosen, LABEL))
    /* Translators: all probes that have a label, such as “eu”. */
    return g_strdup_printf (_ ("all with label “%s”"), chosen + strlen (LABEL));
  for (guint i = 0; probes != NULL && i < probes->len; i++) {
    const TocsinProbe *probe = probes->pdata[i];

    if (g_strcmp0 (probe->id, chosen) == 0)
      return g_strdup (probe->name);
  }
  return g_strdup (_ ("a probe that is gone"));
}

char *
tocsin_probes_text (char *const *chosen, GPtrArray *probes)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (chosen == NULL || chosen[0] == NULL || g_strv_contains ((const char *const *) chosen, "any"))
    return g_strdup (_ ("Any one probe"));
  if (g_strv_contains ((const char *const *) chosen, "all"))
    return g_strdup (_ ("All probes"));
  for (guint i = 0; chosen[i] != NULL; i++) {
    g_autofree char *name = name_of (chosen[i], probes);

    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", name);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}
