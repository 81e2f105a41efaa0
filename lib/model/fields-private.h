/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "fields.h"
#include "timetext.h"

G_BEGIN_DECLS

/* What the codecs (fields-json.c, fields-variant.c, fields-text.c) share. */

gboolean tocsin_field_is_span (const TocsinField *field);
gboolean tocsin_field_is_set (gconstpointer object, const TocsinField *field);

/* Frees the member and leaves it unset. */
void tocsin_field_clear (gpointer object, const TocsinField *field);
void tocsin_field_set_default (gpointer object, const TocsinField *field);

/* Whether a codec with `flags` writes this member at all. */
gboolean tocsin_field_is_written (const TocsinField *field, guint flags);

/* An error in the house form: "monitor: interval: <what>". */
gboolean tocsin_field_wants (const TocsinField *field, const char *what, GError **error);

G_END_DECLS
