/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "fields.h"

G_BEGIN_DECLS

/* Every table of the models, by `what` and, where there is a selector, one entry a value. */
typedef struct {
  const TocsinFields *fields;
  guint selector;
} RandomTable;

extern const RandomTable random_tables[];
extern const guint n_random_tables;

/* An object of the table within its limits, filled. (transfer full): tocsin_fields_free () */
gpointer random_object (const RandomTable *table, GRand *rand);

G_END_DECLS
