/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "point"

#include "config.h"

#include <string.h>

#include "point.h"

void
tocsin_point_from_sample (TocsinPoint *point, const TocsinSample *sample)
{
  g_return_if_fail (point != NULL);
  g_return_if_fail (sample != NULL);

  *point = (TocsinPoint){
    .at_us = sample->at_us,
    .latency_us = sample->latency_us,
    .outcome = (guint8) sample->outcome,
    .code = (guint8) sample->code,
    .flags = (guint8) sample->flags,
  };
  memcpy (point->phase_us, sample->phase_us, sizeof point->phase_us);
}

TocsinSample *
tocsin_point_to_sample (const TocsinPoint *point)
{
  TocsinSample *sample;

  g_return_val_if_fail (point != NULL, NULL);

  sample = tocsin_sample_new (point->at_us, point->outcome);
  sample->code = point->code;
  sample->flags = point->flags;
  sample->latency_us = point->latency_us;
  memcpy (sample->phase_us, point->phase_us, sizeof sample->phase_us);
  return sample;
}

gboolean
tocsin_point_has_latency (const TocsinPoint *point)
{
  return point->latency_us >= 0 && tocsin_outcome_is_good (point->outcome);
}
