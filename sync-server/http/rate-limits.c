/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "rate-limits"

#include "config.h"

#include "rate-limits.h"

#define MINUTE_US (60 * G_USEC_PER_SEC)

/* When there are more keys than this, those that say nothing any more are dropped. */
#define KEYS_BEFORE_SWEEP 10000

struct _TocsinLimits {
  gint64 period_us; /* 0: no limit */
  gint64 burst;
  GHashTable *tats; /* (owned) key → gint64 * */
  guint sweep_at;   /* keys */
};

gboolean
tocsin_gcra_take (gint64 *tat_us, gint64 now_us, gint64 period_us, gint64 burst,
                  gint64 *retry_after_us)
{
  gint64 next_us = MAX (*tat_us, now_us) + period_us;
  gint64 ahead_us = next_us - now_us - burst * period_us;

  if (ahead_us > 0) {
    *retry_after_us = ahead_us;
    return FALSE;
  }
  *tat_us = next_us;
  return TRUE;
}

static gboolean
is_past (gpointer key, gpointer value, gpointer user_data)
{
  return *(gint64 *) value < *(gint64 *) user_data;
}

static void
sweep (TocsinLimits *limits, gint64 now_us)
{
  if (g_hash_table_size (limits->tats) < limits->sweep_at)
    return;
  g_hash_table_foreach_remove (limits->tats, is_past, &now_us);
  limits->sweep_at = MAX (KEYS_BEFORE_SWEEP, 2 * g_hash_table_size (limits->tats));
}

gboolean
tocsin_limits_take (TocsinLimits *limits, const char *key, gint64 now_us, gint64 *retry_after_us)
{
  gint64 *tat_us;

  g_return_val_if_fail (limits != NULL && key != NULL, FALSE);

  if (limits->period_us == 0)
    return TRUE;
  tat_us = g_hash_table_lookup (limits->tats, key);
  if (tat_us == NULL) {
    sweep (limits, now_us);
    tat_us = g_new0 (gint64, 1);
    g_hash_table_insert (limits->tats, g_strdup (key), tat_us);
  }
  return tocsin_gcra_take (tat_us, now_us, limits->period_us, limits->burst, retry_after_us);
}

TocsinLimits *
tocsin_limits_new (gint64 a_minute, gint64 burst)
{
  TocsinLimits *limits = g_new0 (TocsinLimits, 1);

  limits->period_us = a_minute > 0 ? MAX (MINUTE_US / a_minute, 1) : 0;
  limits->burst = MAX (burst, 1);
  limits->tats = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  limits->sweep_at = KEYS_BEFORE_SWEEP;
  return limits;
}

void
tocsin_limits_free (TocsinLimits *limits)
{
  if (limits == NULL)
    return;
  g_hash_table_unref (limits->tats);
  g_free (limits);
}
