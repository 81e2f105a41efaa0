/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "own-network"

#include "config.h"

#include <string.h>

#include "own-network.h"

static TocsinNetworkHost *
find_host (TocsinNetworkState *state, guint hash)
{
  TocsinNetworkHost *oldest = &state->hosts[0];

  for (guint i = 0; i < TOCSIN_NETWORK_HOSTS; i++) {
    if (state->hosts[i].host == hash)
      return &state->hosts[i];
    if (state->hosts[i].turned_at < oldest->turned_at)
      oldest = &state->hosts[i];
  }
  *oldest = (TocsinNetworkHost){ .host = hash };
  return oldest;
}

void
tocsin_network_note_sample (TocsinNetworkState *state, const char *host, gboolean good,
                            gint64 now_us)
{
  TocsinNetworkHost *entry;

  g_return_if_fail (state != NULL && host != NULL);

  entry = find_host (state, MAX (g_str_hash (host), 1));
  if (entry->turned_at == 0 || entry->bad != !good) {
    entry->bad = !good;
    entry->turned_at = now_us;
  }
  if (good) {
    state->good_at = now_us;
    state->woke_at = 0;
    state->references_failed = FALSE;
  }
}

void
tocsin_network_note_connectivity (TocsinNetworkState *state, TocsinConnectivity connectivity,
                                  gint64 now_us)
{
  g_return_if_fail (state != NULL);

  if (state->connectivity != connectivity)
    state->good_at = 0; /* what was known before is of another network */
  state->connectivity = connectivity;
}

void
tocsin_network_note_references (TocsinNetworkState *state, guint n_good, guint n_asked,
                                gint64 now_us)
{
  g_return_if_fail (state != NULL);

  state->asked_at = now_us;
  state->nobody_to_ask = n_asked == 0;
  state->references_failed = n_asked == 0 || n_good * 2 < n_asked;
  if (n_good > 0) {
    state->good_at = now_us;
    state->woke_at = 0;
  }
}

void
tocsin_network_note_wake (TocsinNetworkState *state, gint64 now_us)
{
  g_return_if_fail (state != NULL);

  state->woke_at = now_us;
  state->good_at = 0;
  state->asked_at = 0;
}

/* Whether most of the hosts that are known are bad, and one turned so just now, after the last sign
 * of life. */
static gboolean
much_turned_bad (const TocsinNetworkState *state, gint64 now_us)
{
  guint n = 0, n_bad = 0, n_fresh = 0;

  for (guint i = 0; i < TOCSIN_NETWORK_HOSTS; i++) {
    const TocsinNetworkHost *host = &state->hosts[i];

    if (host->host == 0)
      continue;
    n++;
    n_bad += host->bad;
    n_fresh += host->bad && host->turned_at > state->good_at &&
               now_us - host->turned_at <= TOCSIN_NETWORK_WINDOW_US;
  }
  return n >= TOCSIN_NETWORK_HOSTS_LEAST && n_fresh > 0 && n_bad >= TOCSIN_NETWORK_SHARE * n;
}

static gboolean
just_woke (const TocsinNetworkState *state, gint64 now_us)
{
  return state->woke_at != 0 && now_us - state->woke_at < TOCSIN_NETWORK_GRACE_US;
}

TocsinNetworkVerdict
tocsin_network_judge (const TocsinNetworkState *state, gint64 now_us)
{
  gboolean answered_lately, asked_lately;

  g_return_val_if_fail (state != NULL, TOCSIN_NETWORK_ONLINE);

  /* Something outside answered after the last change for the worse: the system may say what it
   * likes, on a network without a default route it always says that there is none. */
  answered_lately = state->good_at != 0 && now_us - state->good_at <= TOCSIN_NETWORK_WINDOW_US;
  if (state->connectivity != TOCSIN_CONNECTIVITY_SOME && !answered_lately)
    return TOCSIN_NETWORK_OFFLINE;
  if (just_woke (state, now_us))
    return TOCSIN_NETWORK_OFFLINE;
  asked_lately = state->asked_at != 0 && now_us - state->asked_at <= TOCSIN_NETWORK_BELIEF_US;
  if (asked_lately)
    return state->references_failed ? TOCSIN_NETWORK_OFFLINE : TOCSIN_NETWORK_ONLINE;
  /* A long outage of ours turns nothing bad any more: only an answer ends it. */
  if ((state->references_failed && !state->nobody_to_ask) || much_turned_bad (state, now_us))
    return TOCSIN_NETWORK_SUSPECT;
  return TOCSIN_NETWORK_ONLINE;
}

const char *
tocsin_network_explain (const TocsinNetworkState *state, gint64 now_us)
{
  if (tocsin_network_judge (state, now_us) == TOCSIN_NETWORK_ONLINE)
    return NULL;
  if (state->connectivity == TOCSIN_CONNECTIVITY_PORTAL)
    return "this computer is behind a captive portal";
  if (state->connectivity == TOCSIN_CONNECTIVITY_NONE)
    return "this computer is offline";
  if (just_woke (state, now_us))
    return "this computer just woke up";
  return "this computer seems to be offline: nearly everything failed at once";
}

gboolean
tocsin_network_is_local_host (const char *host)
{
  g_return_val_if_fail (host != NULL, FALSE);

  return *host == '\0' || g_str_has_prefix (host, "127.") || strcmp (host, "::1") == 0 ||
         g_ascii_strcasecmp (host, "localhost") == 0 || g_str_has_suffix (host, ".localhost");
}
