/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "sample.h"

G_BEGIN_DECLS

/* A sample without its words and its evidence: what is kept of it for long, and what chunks,
 * rollups and series count. */
typedef struct {
  gint64 at_us;
  gint64 latency_us;                /* < 0: none */
  gint64 phase_us[TOCSIN_N_PHASES]; /* < 0: not reached or not measured */
  guint8 outcome;                   /* TocsinOutcome */
  guint8 code;                      /* TocsinCode */
  guint8 flags;                     /* TocsinSampleFlags */
} TocsinPoint;

void tocsin_point_from_sample (TocsinPoint *point, const TocsinSample *sample);

/* Without reason and evidence. (transfer full) */
TocsinSample *tocsin_point_to_sample (const TocsinPoint *point);

/* Whether its latency says how fast the target is: measured, and the check succeeded. The latency
 * of a failure is most often the timeout, and would say something about the configuration. */
gboolean tocsin_point_has_latency (const TocsinPoint *point);

G_END_DECLS
