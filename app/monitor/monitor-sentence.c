/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "monitor-sentence"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "monitor-sentence.h"
#include "monitor.h"
#include "texts.h"
#include "timetext.h"

static const char *const phrases[TOCSIN_N_STATES] = {
  [TOCSIN_STATE_NEW] = N_ ("Waiting for its first check"),
  [TOCSIN_STATE_UP] = N_ ("Up"),
  [TOCSIN_STATE_DEGRADED] = N_ ("Degraded"),
  [TOCSIN_STATE_CONFIRMING] = N_ ("Failing, not confirmed yet,"),
  [TOCSIN_STATE_DOWN] = N_ ("Down"),
  [TOCSIN_STATE_PAUSED] = N_ ("Paused"),
  [TOCSIN_STATE_MAINTENANCE] = N_ ("In maintenance"),
  [TOCSIN_STATE_UNKNOWN] = N_ ("Not watched"),
};

static const char *
reason_of (const TocsinStatus *status)
{
  if (status->note != NULL && *status->note != '\0')
    return status->note;
  if (status->last_sample == NULL || !tocsin_state_is_problem (status->state))
    return NULL;
  return status->last_sample->reason;
}

static char *
say_since (const TocsinStatus *status, gint64 now_us)
{
  const char *phrase = _ (phrases[status->state]);
  g_autofree char *span = NULL;

  if (status->since <= 0)
    return g_strdup (phrase);
  if (now_us - status->since < TOCSIN_US_PER_S)
    /* Translators: a state that began this second: “Up, just now”. */
    return g_strdup_printf (_ ("%s, just now"), phrase);
  span = tocsin_text_span (now_us - status->since);
  /* Translators: a state and how long it has been so: “Down for 12 min”. */
  return g_strdup_printf (_ ("%s for %s"), phrase, span);
}

char *
tocsin_monitor_sentence (const TocsinStatus *status, gint64 now_us)
{
  g_autofree char *sentence = NULL;
  const char *reason;

  g_return_val_if_fail (status != NULL && status->state < TOCSIN_N_STATES, NULL);

  if (status->state == TOCSIN_STATE_NEW)
    return g_strdup (status->kind == TOCSIN_MONITOR_HEARTBEAT ? _ ("Waiting for its first ping")
                                                              : _ (phrases[status->state]));
  sentence = say_since (status, now_us);
  reason = reason_of (status);
  if (reason != NULL)
    /* Translators: a state and why it is so: “Down for 12 min: connection refused”. */
    return g_strdup_printf (_ ("%s: %s"), sentence, reason);
  return g_steal_pointer (&sentence);
}
