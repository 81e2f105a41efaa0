/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "notifier.h"

G_BEGIN_DECLS

/* The two ways have this in common. */
typedef struct {
  void (*show) (TocsinNotifier *notifier, const TocsinNote *note, gboolean sound);
  void (*close) (TocsinNotifier *notifier, guint key);
  void (*close_all) (TocsinNotifier *notifier);
  void (*free) (TocsinNotifier *notifier);
} TocsinNotifierClass;

struct _TocsinNotifier {
  const TocsinNotifierClass *klass;
  GDBusConnection *connection; /* (owned) */
  const TocsinNotifierFuncs *funcs;
  gpointer user_data;
};

/* A button of a notification; the default action, a click on the whole, is one too. */
typedef struct {
  const char *action;
  char *label; /* (owned) */
} TocsinNoteButton;

#define TOCSIN_NOTE_BUTTONS_MOST 3

/* (transfer full) which a note has, in order. */
GArray *tocsin_note_get_buttons (const TocsinNote *note);

G_END_DECLS
