/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "sample.h"

G_BEGIN_DECLS

/* A sample in words, translated: a row a fact. */
typedef struct {
  const char *section; /* to be translated; facts of one section follow each other */
  const char *label;   /* to be translated */
  /* (transfer full) (nullable): NULL where the sample has no such fact */
  char *(*write) (const TocsinSample *sample, gint64 now_us);
  gboolean is_monospace;
  gboolean is_long;
} TocsinEvidenceFact;

extern const TocsinEvidenceFact tocsin_evidence_facts[];
extern const guint tocsin_n_evidence_facts;

/* "OK in 42 ms", "Failed". (transfer full) */
char *tocsin_evidence_text_outcome (const TocsinSample *sample);

/* "12 ms"; NULL where the phase was not reached. (transfer full) */
char *tocsin_evidence_text_phase (const TocsinSample *sample, TocsinPhase phase);

/* "Connect" */
const char *tocsin_evidence_get_phase_label (TocsinPhase phase);

G_END_DECLS
