/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "editor-layout.h"
#include "editor-row.h"

G_BEGIN_DECLS

/* How a kind of member is shown and edited: one of these each, in editor-row-kinds.c. */
typedef struct {
  void (*make) (TocsinEditorRow *self); /* sets widget, source, and input where it is another */
  void (*load) (TocsinEditorRow *self, gconstpointer object);
  gboolean (*store) (TocsinEditorRow *self, gpointer object, GError **error);
  gboolean (*is_empty) (TocsinEditorRow *self);
  void (*set_label) (TocsinEditorRow *self, const char *label, const char *hint);
  void (*set_team) (TocsinEditorRow *self, const char *team); /* (nullable) where it is all one */
} TocsinEditorRowClassTable;

struct _TocsinEditorRow {
  GObject parent_instance;

  const TocsinFields *fields;
  const TocsinField *field;
  const TocsinEditorLabel *label; /* (nullable) */
  const TocsinEditorRowClassTable *way;
  TocsinClient *client; /* (owned) (nullable) */

  GtkWidget *widget;  /* (owned) */
  GtkWidget *problem; /* (owned) */
  GtkWidget *problem_label;
  GtkWidget *input;  /* what a screen reader is told of */
  GtkWidget *remove; /* (nullable) */
  gpointer source;   /* what tells of changes; the handlers have this row as their data */

  gboolean is_stored, is_removed, is_loading, shown;
};

extern const TocsinEditorRowClassTable tocsin_editor_row_entry;
extern const TocsinEditorRowClassTable tocsin_editor_row_text;
extern const TocsinEditorRowClassTable tocsin_editor_row_switch;
extern const TocsinEditorRowClassTable tocsin_editor_row_spin;
extern const TocsinEditorRowClassTable tocsin_editor_row_combo;
extern const TocsinEditorRowClassTable tocsin_editor_row_list;
extern const TocsinEditorRowClassTable tocsin_editor_row_probes;
extern const TocsinEditorRowClassTable tocsin_editor_row_project;

/* Somebody edited it: clears the problem and tells. Does nothing while it is loaded. */
void tocsin_editor_row_changed (TocsinEditorRow *self);

G_END_DECLS
