/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Several lines of text with a button that saves them (Ctrl+Return does, too). What somebody is
 * writing is never replaced by what comes in meanwhile.
 *
 * Signals:
 *   save (text)   to be answered with tocsin_prose_editor_set_saved () once it is done */
#define TOCSIN_TYPE_PROSE_EDITOR (tocsin_prose_editor_get_type ())
G_DECLARE_FINAL_TYPE (TocsinProseEditor, tocsin_prose_editor, TOCSIN, PROSE_EDITOR, GtkWidget)

/* `title` stands over it and names it, `hint` in it while it is empty. With `empties` it is for
 * what is sent and not kept, such as a note. */
GtkWidget *tocsin_prose_editor_new (const char *title, const char *hint, const char *button_label,
                                    gboolean empties);

/* What is saved elsewhere now; shown unless somebody is writing. NULL: nothing. One that empties
 * does so if that is still what it has. */
void tocsin_prose_editor_set_saved (TocsinProseEditor *self, const char *text);

/* What is written and not saved; NULL where nothing is. (transfer full) */
char *tocsin_prose_editor_get_draft (TocsinProseEditor *self);

/* Begins anew with `saved` and, on top of it, an unsaved `draft` where there is one. */
void tocsin_prose_editor_reset (TocsinProseEditor *self, const char *saved, const char *draft);

G_END_DECLS
