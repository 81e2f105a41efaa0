/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "probed-verdict"

#include "config.h"

#include "state.h"
#include "stored-monitor.h"

gboolean
tocsin_probed_verdict_pause (TocsinPg *pg, const TocsinStoredMonitor *stored, gint64 now_us,
                             GError **error)
{
  guint state = stored->monitor->paused ? TOCSIN_STATE_PAUSED : TOCSIN_STATE_NEW;
  gint64 seq;

  return tocsin_feed_take (pg, stored->team_id, 1, &seq, error) &&
         tocsin_pg_run (pg, error, NULL,
                        "UPDATE verdicts SET state = $3, since_at = $4, note = NULL, seq = $5"
                        " WHERE team_id = $1::uuid AND monitor_id = $2::uuid",
                        PG_TEXT (stored->team_id), PG_TEXT (stored->monitor->id),
                        PG_TEXT (tocsin_words_get (&tocsin_state_words, state)), PG_INT (now_us),
                        PG_INT (seq));
}
