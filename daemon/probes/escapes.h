/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* "PING\r\n" as it is written in a monitor → the bytes: \a \b \e \f \n \r \t \v \\ \" \' \?,
 * \xHH (two digits at most) and \OOO (octal, three digits at most). NULL with an error that says
 * which escape is none. (transfer full) */
GBytes *tocsin_escapes_decode (const char *text, GError **error);

/* Bytes as they are shown in a sentence: what is neither printable nor UTF-8 as an escape, cut
 * after `most` bytes with “…”. (transfer full) */
char *tocsin_escapes_encode (const guint8 *bytes, gsize length, gsize most);

G_END_DECLS
