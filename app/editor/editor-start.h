/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <adwaita.h>

#include "monitor.h"

G_BEGIN_DECLS

/* Where a new monitor begins: one field for what is to be watched, and the kinds to choose from.
 *
 * Signals:
 *   chosen (monitor)   a TocsinMonitor *, (transfer none): what the form begins with */
#define TOCSIN_TYPE_EDITOR_START (tocsin_editor_start_get_type ())
G_DECLARE_FINAL_TYPE (TocsinEditorStart, tocsin_editor_start, TOCSIN, EDITOR_START, AdwBin)

GtkWidget *tocsin_editor_start_new (void);

void tocsin_editor_start_set_text (TocsinEditorStart *self, const char *text);

G_END_DECLS
