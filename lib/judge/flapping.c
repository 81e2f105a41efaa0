/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "flapping"

#include "config.h"

#include "flapping.h"

#define BITS      2
#define STATE     3u
#define ALL_BITS  ((G_GUINT64_CONSTANT (1) << (BITS * TOCSIN_FLAPPING_STATES)) - 1)
#define N_CHANGES (TOCSIN_FLAPPING_STATES - 1)

/* Of the oldest change and of the newest. */
#define WEIGHT_OLDEST 0.75
#define WEIGHT_NEWEST 1.25

static guint64
code_of (TocsinState state)
{
  switch ((guint) state) {
  case TOCSIN_STATE_UP:
    return 1;
  case TOCSIN_STATE_DEGRADED:
    return 2;
  case TOCSIN_STATE_DOWN:
    return 3;
  default:
    g_assert_not_reached ();
  }
}

TocsinFlapHistory
tocsin_flap_history_add (TocsinFlapHistory history, TocsinState state)
{
  guint64 code = code_of (state);

  if (history == 0) /* the first: as if it had always been so */
    for (guint i = 0; i < TOCSIN_FLAPPING_STATES; i++)
      history = history << BITS | code;
  return (history << BITS | code) & ALL_BITS;
}

double
tocsin_flap_history_get_share (TocsinFlapHistory history)
{
  guint64 changes = (history ^ (history >> BITS)) & (ALL_BITS >> BITS);
  double sum = 0;

  if (changes == 0) /* nearly always */
    return 0;
  for (guint i = 0; i < N_CHANGES; i++) /* the newest first */
    if ((changes >> (BITS * i) & STATE) != 0)
      sum += WEIGHT_NEWEST - i * (WEIGHT_NEWEST - WEIGHT_OLDEST) / (N_CHANGES - 1);
  return sum / N_CHANGES;
}

gboolean
tocsin_flap_history_is_flapping (TocsinFlapHistory history, gboolean flapping)
{
  double share = tocsin_flap_history_get_share (history);

  if (share >= TOCSIN_FLAPPING_ON)
    return TRUE;
  return flapping && share > TOCSIN_FLAPPING_OFF;
}
