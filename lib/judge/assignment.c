/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "assignment"

#include "config.h"

#include <string.h>

#include "assignment.h"
#include "monitor.h"

/* FNV-1a (Fowler, Noll, Vo), 64 bits, then the finalizer of SplitMix64 (Steele, Lea, Flood), since
 * ids that were made one after the other differ little. */
static guint64
mix (guint64 x)
{
  x = (x ^ x >> 30) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  x = (x ^ x >> 27) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return x ^ x >> 31;
}

guint64
tocsin_assignment_key (const char *id)
{
  guint64 key = G_GUINT64_CONSTANT (14695981039346656037);

  g_return_val_if_fail (id != NULL, 0);

  for (const char *p = id; *p != '\0'; p++)
    key = (key ^ (guint8) *p) * G_GUINT64_CONSTANT (1099511628211);
  return mix (key);
}

/* A probe's weight for a monitor; of two that are the same the lower id is before the other. */
static gboolean
is_before (guint64 monitor_key, const TocsinAssignee *a, const TocsinAssignee *b)
{
  guint64 x = mix (monitor_key ^ a->key), y = mix (monitor_key ^ b->key);

  return x != y ? x > y : strcmp (a->id, b->id) < 0;
}

static guint
choose_one (guint64 monitor_key, const TocsinAssignee *probes, guint n, guint *chosen)
{
  const TocsinAssignee *best = NULL;

  for (guint i = 0; i < n; i++)
    if (probes[i].is_online && (best == NULL || is_before (monitor_key, &probes[i], best)))
      best = &probes[i];
  if (best == NULL)
    return 0;
  *chosen = (guint) (best - probes);
  return 1;
}

static gboolean
is_wanted (const char *const *wanted, const TocsinAssignee *probe)
{
  static const gsize prefix = sizeof TOCSIN_MONITOR_PROBE_LABEL - 1;

  for (guint i = 0; wanted[i] != NULL; i++) {
    if (strcmp (wanted[i], TOCSIN_MONITOR_PROBES_ALL) == 0 || strcmp (wanted[i], probe->id) == 0)
      return TRUE;
    if (strncmp (wanted[i], TOCSIN_MONITOR_PROBE_LABEL, prefix) == 0 && probe->labels != NULL &&
        g_strv_contains (probe->labels, wanted[i] + prefix))
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_any (const char *const *wanted)
{
  return wanted == NULL || wanted[0] == NULL || strcmp (wanted[0], TOCSIN_MONITOR_PROBES_ANY) == 0;
}

guint
tocsin_assignment_choose (guint64 monitor_key, const char *const *wanted,
                          const TocsinAssignee *probes, guint n, guint chosen[TOCSIN_ASSIGNED_MOST])
{
  guint n_chosen = 0;

  g_return_val_if_fail (probes != NULL || n == 0, 0);
  g_return_val_if_fail (chosen != NULL, 0);

  if (is_any (wanted))
    return choose_one (monitor_key, probes, n, chosen);
  for (guint i = 0; i < n && n_chosen < TOCSIN_ASSIGNED_MOST; i++)
    if (probes[i].is_online && is_wanted (wanted, &probes[i]))
      chosen[n_chosen++] = i;
  return n_chosen;
}

char *
tocsin_assignment_explain_nobody (const char *const *wanted)
{
  static const gsize prefix = sizeof TOCSIN_MONITOR_PROBE_LABEL - 1;

  if (is_any (wanted) || strcmp (wanted[0], TOCSIN_MONITOR_PROBES_ALL) == 0)
    return g_strdup ("none of the team’s probes is online");
  if (wanted[1] == NULL && strncmp (wanted[0], TOCSIN_MONITOR_PROBE_LABEL, prefix) == 0)
    return g_strdup_printf ("no probe with the label “%s” is online", wanted[0] + prefix);
  return g_strdup ("none of the probes that are to check it is online");
}
