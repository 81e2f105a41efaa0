/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gtk/gtk.h>

#include "sample.h"

G_BEGIN_DECLS

/* All that a sample shows: outcome and reason, where the time went, the response, the certificate,
 * the addresses. What the sample does not have is left out. */
#define TOCSIN_TYPE_EVIDENCE_VIEW (tocsin_evidence_view_get_type ())
G_DECLARE_FINAL_TYPE (TocsinEvidenceView, tocsin_evidence_view, TOCSIN, EVIDENCE_VIEW, GtkWidget)

GtkWidget *tocsin_evidence_view_new (void);

/* Shows a copy of `sample`; NULL: nothing. Ages are told as of now. */
void tocsin_evidence_view_set_sample (TocsinEvidenceView *self,
                                      const TocsinSample *sample /* (nullable) */);

G_END_DECLS
