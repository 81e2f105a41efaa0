/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <adwaita.h>

#include "client.h"

G_BEGIN_DECLS

/* A row with a list of texts that grows and shrinks: entries, or names of monitors that are picked.
 *
 * Signals:
 *   changed () */
#define TOCSIN_TYPE_STRING_LIST (tocsin_string_list_get_type ())
G_DECLARE_FINAL_TYPE (TocsinStringList, tocsin_string_list, TOCSIN, STRING_LIST, AdwPreferencesRow)

typedef enum {
  TOCSIN_STRING_LIST_TEXTS,
  TOCSIN_STRING_LIST_SECRETS,  /* as dots */
  TOCSIN_STRING_LIST_MONITORS, /* ids; people see names */
} TocsinStringListKind;

/* `most` items; `client` for MONITORS. */
GtkWidget *tocsin_string_list_new (TocsinStringListKind kind, guint most,
                                   TocsinClient *client /* (nullable) */);

void tocsin_string_list_set_label (TocsinStringList *self, const char *label,
                                   const char *hint /* (nullable) */);

/* Puts `button` before the one that adds. */
void tocsin_string_list_add_button (TocsinStringList *self, GtkWidget *button);

/* (nullable): none. Without `changed`. */
void tocsin_string_list_set (TocsinStringList *self, char *const *strings);

/* Those that are not empty; NULL where there is none. (transfer full) */
char **tocsin_string_list_get (TocsinStringList *self);

G_END_DECLS
