/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A small picture, or JSON, that says how a check or all checks with a tag stand, for READMEs and
 * dashboards. Pure. */
typedef enum {
  TOCSIN_BADGE_UP,
  TOCSIN_BADGE_LATE,
  TOCSIN_BADGE_DOWN,
  TOCSIN_N_BADGE_STATES,
} TocsinBadgeState;

typedef enum {
  TOCSIN_BADGE_SVG,
  TOCSIN_BADGE_JSON,    /* {status, total, grace, down} */
  TOCSIN_BADGE_SHIELDS, /* of shields.io's endpoint badge, schema version 1 */
  TOCSIN_N_BADGE_FORMS,
} TocsinBadgeForm;

typedef struct {
  const char *label; /* never a ping URL's UUID, which is a secret */
  guint total;
  guint grace; /* late, not yet down */
  guint down;
} TocsinBadge;

#define TOCSIN_BADGE_LABEL_MOST 80 /* characters that are shown */

/* With three states what is late is late, with two it is up. */
TocsinBadgeState tocsin_badge_get_state (const TocsinBadge *badge, gboolean three_states);

GString *tocsin_badge_write (const TocsinBadge *badge, TocsinBadgeForm form, gboolean three_states);

/* "image/svg+xml" (static) */
const char *tocsin_badge_form_get_type (TocsinBadgeForm form);

/* Splits "NAME.svg": the form by what is behind the last dot, and how long NAME is. FALSE where
 * there is no such form. */
gboolean tocsin_badge_split (const char *file, TocsinBadgeForm *form, gsize *name_bytes);
const char *tocsin_badge_form_get_suffix (TocsinBadgeForm form); /* "svg" (static) */

/* How much of SHA-256's base64 (URL and file name safe) is in an address. */
#define TOCSIN_BADGE_SIGNATURE_LENGTH 16

/* Signs a tag, so that who has the badge of one tag does not have those of all. (transfer full) */
char *tocsin_badge_sign (const guint8 *secret, gsize n_bytes, const char *tag);

G_END_DECLS
