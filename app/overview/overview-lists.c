/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "overview-lists"

#include "config.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "monitor.h"
#include "overview-lists.h"
#include "timetext.h"

#define CERTIFICATE_WITHIN_US (60 * TOCSIN_US_PER_DAY)

double
tocsin_overview_recent_mean_ms (const TocsinStatus *status)
{
  double sum = 0;
  guint n = 0;

  g_return_val_if_fail (status != NULL, NAN);

  for (guint i = 0; status->recent != NULL && status->recent[i] != NULL; i++)
    if (g_ascii_isdigit (status->recent[i][0])) {
      sum += g_ascii_strtod (status->recent[i], NULL);
      n++;
    }
  return n > 0 ? sum / n : NAN;
}

/* What a status is picked by, the smaller the earlier; NAN: it is not picked. */
static double
key_of (const TocsinStatus *status, TocsinPick pick, gint64 now_us)
{
  switch (pick) {
  case TOCSIN_PICK_SLOWEST:
    if (status->state == TOCSIN_STATE_DOWN || status->state == TOCSIN_STATE_PAUSED ||
        status->kind == TOCSIN_MONITOR_HEARTBEAT)
      return NAN;
    return -tocsin_overview_recent_mean_ms (status);
  case TOCSIN_PICK_LEAST_UP:
    return status->uptime[TOCSIN_WINDOW_24H] < 1 ? status->uptime[TOCSIN_WINDOW_24H] : NAN;
  case TOCSIN_PICK_CERTIFICATES:
    if (status->cert_not_after == 0 || status->cert_not_after > now_us + CERTIFICATE_WITHIN_US)
      return NAN;
    return (double) status->cert_not_after;
  case TOCSIN_PICK_HEARTBEATS:
    if (status->kind != TOCSIN_MONITOR_HEARTBEAT || status->next_at == 0 ||
        status->state == TOCSIN_STATE_PAUSED)
      return NAN;
    return (double) status->next_at;
  case TOCSIN_N_PICKS:
  default:
    return NAN;
  }
}

typedef struct {
  double key;
  TocsinStatus *status;
} Candidate;

static int
compare (gconstpointer a, gconstpointer b)
{
  const Candidate *left = a, *right = b;

  if (left->key != right->key)
    return left->key < right->key ? -1 : 1;
  return g_strcmp0 (left->status->name, right->status->name);
}

GPtrArray *
tocsin_overview_pick (const GPtrArray *statuses, TocsinPick pick, guint most, gint64 now_us)
{
  g_autoptr (GArray) candidates = g_array_new (FALSE, FALSE, sizeof (Candidate));
  GPtrArray *picked = g_ptr_array_new ();

  g_return_val_if_fail (statuses != NULL && pick < TOCSIN_N_PICKS, picked);

  for (guint i = 0; i < statuses->len; i++) {
    Candidate candidate = { .status = statuses->pdata[i] };

    candidate.key = key_of (candidate.status, pick, now_us);
    if (!isnan (candidate.key))
      g_array_append_val (candidates, candidate);
  }
  g_array_sort (candidates, compare);
  for (guint i = 0; i < MIN (candidates->len, most); i++)
    g_ptr_array_add (picked, g_array_index (candidates, Candidate, i).status);
  return picked;
}

char *
tocsin_overview_sentence (const guint n_by_state[TOCSIN_N_STATES])
{
  guint n = 0, n_watched;

  for (guint i = 0; i < TOCSIN_N_STATES; i++)
    n += n_by_state[i];
  n_watched = n - n_by_state[TOCSIN_STATE_PAUSED];
  if (n_by_state[TOCSIN_STATE_DOWN] > 0)
    return g_strdup_printf (ngettext ("%u of %u monitors is down", "%u of %u monitors are down",
                                      n_by_state[TOCSIN_STATE_DOWN]),
                            n_by_state[TOCSIN_STATE_DOWN], n);
  if (n_by_state[TOCSIN_STATE_CONFIRMING] > 0)
    return g_strdup_printf (ngettext ("%u monitor may be down", "%u monitors may be down",
                                      n_by_state[TOCSIN_STATE_CONFIRMING]),
                            n_by_state[TOCSIN_STATE_CONFIRMING]);
  if (n_by_state[TOCSIN_STATE_DEGRADED] > 0)
    return g_strdup_printf (ngettext ("%u monitor is degraded", "%u monitors are degraded",
                                      n_by_state[TOCSIN_STATE_DEGRADED]),
                            n_by_state[TOCSIN_STATE_DEGRADED]);
  if (n_watched == 0)
    return g_strdup (_ ("Nothing is watched"));
  if (n_by_state[TOCSIN_STATE_UP] == n_watched)
    return g_strdup_printf (ngettext ("The monitor is up", "All %u monitors are up", n_watched),
                            n_watched);
  /* Translators: some are new, in maintenance or unknown, and nothing is wrong with the others. */
  return g_strdup_printf (
      ngettext ("%u of %u monitor is up", "%u of %u monitors are up", n_watched),
      n_by_state[TOCSIN_STATE_UP], n_watched);
}
