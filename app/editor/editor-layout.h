/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "fields.h"

G_BEGIN_DECLS

/* How the members of lib/model's tables are called and shown: tables alone, so that a new member
 * is a line here. */

typedef enum {
  TOCSIN_SHAPE_BY_KIND,  /* as the field's kind suggests */
  TOCSIN_SHAPE_TEXT,     /* several lines */
  TOCSIN_SHAPE_TOKENS,   /* STRINGS in one line, with commas */
  TOCSIN_SHAPE_MONITORS, /* STRINGS that are ids of monitors */
  TOCSIN_SHAPE_PROBES,   /* STRINGS that choose probes of a team */
  TOCSIN_SHAPE_PROJECT,  /* STRING, the name of a project: a team's are to be picked */
} TocsinShape;

typedef struct {
  const char *member;
  const char *label; /* to be translated */
  const char *hint;  /* (nullable) to be translated: what would be right */
  TocsinShape shape;
} TocsinEditorLabel;

/* Of a monitor's and a maintenance's members. Each that is on a row has one; NULL for others. */
const TocsinEditorLabel *tocsin_editor_find_label (const TocsinFields *fields, const char *member);

/* What people call a value of an enum; the word itself where it is its own name. */
const char *tocsin_editor_get_word (const TocsinWords *words, guint value);

#define TOCSIN_EDITOR_GROUP_MEMBERS 16

typedef struct {
  const char *title; /* (nullable) to be translated; NULL: always shown, the others fold */
  const char *const members[TOCSIN_EDITOR_GROUP_MEMBERS]; /* in their order, ends with NULL */
} TocsinEditorGroup;

/* Where each member of a monitor is. Members that the kind does not have are passed over. */
extern const TocsinEditorGroup tocsin_editor_groups[];
extern const guint tocsin_n_editor_groups;

/* Members that nobody writes by hand. Ends with NULL. */
extern const char *const tocsin_editor_left_out[];

/* When `member` has a meaning: while `on` is set (`values` 0) or has one of `values`, bits; always
 * for a kind that has no `on`. */
typedef struct {
  const char *member;
  const char *on;
  guint values;
} TocsinEditorCondition;

/* (nullable): it always has */
const TocsinEditorCondition *tocsin_editor_find_condition (const char *member);

/* The member that an error of tocsin_monitor_validate () or the daemon speaks of, and in `sentence`
 * (transfer full) what it says of it, with a capital. NULL where it names none; `sentence` is all
 * of it then. */
const TocsinField *tocsin_editor_read_problem (const TocsinFields *fields, gconstpointer object,
                                               const char *message, char **sentence);

G_END_DECLS
