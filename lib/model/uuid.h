/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TOCSIN_UUID_RANDOM_BYTES 10
#define TOCSIN_UUID_LENGTH       36

/* UUIDv7 (RFC 9562, section 5.7): 48 bits of milliseconds, then `random`, of which 74 bits are
 * used. Randomness and time are arguments: this room has neither. (transfer full) */
char *tocsin_uuid_new (gint64 at_us, const guint8 random[TOCSIN_UUID_RANDOM_BYTES]);

/* Whether `text` is a UUID in its canonical form, any version, either case. */
gboolean tocsin_uuid_is_valid (const char *text);

G_END_DECLS
