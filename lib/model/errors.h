/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The one error domain. A code exists only where a caller acts on it; the message is for people
 * and says what was tried, with what, what was wrong and what would be right. */
#define TOCSIN_ERROR (tocsin_error_quark ())

typedef enum {
  TOCSIN_ERROR_FAILED,      /* the world refused: disk, network, a library */
  TOCSIN_ERROR_INVALID,     /* input that breaks a rule; the message names the member */
  TOCSIN_ERROR_NOT_FOUND,   /* no such object */
  TOCSIN_ERROR_AMBIGUOUS,   /* a name or prefix that several objects share */
  TOCSIN_ERROR_EXISTS,      /* it is there already */
  TOCSIN_ERROR_BUSY,        /* a queue is full or a check is in flight: later may work */
  TOCSIN_ERROR_TOO_NEW,     /* written by a newer version of Tocsin; left untouched */
  TOCSIN_ERROR_DAMAGED,     /* a stored file or blob is not what was written */
  TOCSIN_ERROR_NO_SPACE,    /* the disk is full */
  TOCSIN_ERROR_UNAVAILABLE, /* a part that this call needs is not running */
} TocsinError;

GQuark tocsin_error_quark (void);

/* The code's name on the bus and in JSON: "not-found". */
const char *tocsin_error_name (TocsinError code);

/* Sets `error` and answers FALSE, so that a check is one line. */
gboolean tocsin_fail (GError **error, TocsinError code, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

G_END_DECLS
