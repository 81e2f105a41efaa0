/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gtk/gtk.h>

#include "client.h"
#include "fields.h"

G_BEGIN_DECLS

/* A member of an object on a row of a list: made from its line in the field table, so that nothing
 * here knows a member by name.
 *
 * Signals:
 *   changed ()   somebody edited it */
#define TOCSIN_TYPE_EDITOR_ROW (tocsin_editor_row_get_type ())
G_DECLARE_FINAL_TYPE (TocsinEditorRow, tocsin_editor_row, TOCSIN, EDITOR_ROW, GObject)

/* `client` is where names of monitors come from. `is_stored`: a secret may be kept in the daemon,
 * which does not say it: an empty row means “unchanged”, and a button takes it away. */
TocsinEditorRow *tocsin_editor_row_new (const TocsinFields *fields, const TocsinField *field,
                                        TocsinClient *client, gboolean is_stored);

const TocsinField *tocsin_editor_row_get_field (TocsinEditorRow *self);

/* The rows for the list, in this order: the field’s, and the one below it that says what is wrong.
 * (transfer none) */
GtkWidget *tocsin_editor_row_get_widget (TocsinEditorRow *self);
GtkWidget *tocsin_editor_row_get_problem_widget (TocsinEditorRow *self);

/* From the object to the row, without `changed`. */
void tocsin_editor_row_load (TocsinEditorRow *self, gconstpointer object);

/* From the row to the object; an error names the member. An empty row is the default. */
gboolean tocsin_editor_row_store (TocsinEditorRow *self, gpointer object, GError **error);

/* What is done with a secret that is kept in the daemon. */
typedef enum {
  TOCSIN_SECRET_WRITTEN, /* what the row says; any member that is no secret, too */
  TOCSIN_SECRET_UNCHANGED,
  TOCSIN_SECRET_REMOVED,
} TocsinSecretFate;

TocsinSecretFate tocsin_editor_row_get_secret_fate (TocsinEditorRow *self);

/* NULL: nothing is wrong. */
void tocsin_editor_row_set_problem (TocsinEditorRow *self, const char *sentence /* (nullable) */);

/* Whether it has a meaning now. A row with a problem is shown in any case. */
void tocsin_editor_row_set_shown (TocsinEditorRow *self, gboolean shown);
gboolean tocsin_editor_row_is_shown (TocsinEditorRow *self);

/* Whose it is: what can be picked follows. NULL: this computer's. */
void tocsin_editor_row_set_team (TocsinEditorRow *self, const char *team /* (nullable) */);

/* The name of a member that is called otherwise for this kind. */
void tocsin_editor_row_set_label (TocsinEditorRow *self, const char *label, const char *hint);

/* Unfolds what it is in, and puts the cursor there. */
void tocsin_editor_row_focus (TocsinEditorRow *self);

G_END_DECLS
