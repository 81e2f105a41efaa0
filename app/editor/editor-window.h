/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <adwaita.h>

#include "client.h"
#include "editor-form.h"

G_BEGIN_DECLS

/* The window itself, for the tests; others call tocsin_editor_present (). */
#define TOCSIN_TYPE_EDITOR (tocsin_editor_get_type ())
G_DECLARE_FINAL_TYPE (TocsinEditor, tocsin_editor, TOCSIN, EDITOR, AdwWindow)

TocsinEditor *tocsin_editor_new (GtkWindow *parent /* (nullable) */, TocsinClient *client,
                                 const char *monitor_id /* (nullable) */, gboolean duplicate);

/* (nullable) while it loads or begins. (transfer none) */
TocsinEditorForm *tocsin_editor_get_form (TocsinEditor *self);

G_END_DECLS
