/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <adwaita.h>

#include "client.h"
#include "editor-row.h"
#include "monitor.h"

G_BEGIN_DECLS

/* All members of a monitor on rows: first what matters, the rest folded into groups.
 *
 * Signals:
 *   changed ()   somebody edited something */
#define TOCSIN_TYPE_EDITOR_FORM (tocsin_editor_form_get_type ())
G_DECLARE_FINAL_TYPE (TocsinEditorForm, tocsin_editor_form, TOCSIN, EDITOR_FORM, AdwBin)

/* Begins with `monitor`, which is copied. `is_stored`: the daemon has it, and keeps its secrets. */
GtkWidget *tocsin_editor_form_new (TocsinClient *client, const TocsinMonitor *monitor,
                                   gboolean is_stored);

/* The row of a member; NULL where the kind has none. (transfer none) */
TocsinEditorRow *tocsin_editor_form_find_row (TocsinEditorForm *self, const char *member);

/* What is written, one reference; NULL where it is not right: that is shown beside the field then,
 * which gets the focus. `removed` (transfer full): the secrets that are to be taken away. */
TocsinMonitor *tocsin_editor_form_get_monitor (TocsinEditorForm *self, char ***removed);

/* Shows an error of the daemon beside the field that it names. FALSE where it names none. */
gboolean tocsin_editor_form_show_problem (TocsinEditorForm *self, const char *message);

G_END_DECLS
