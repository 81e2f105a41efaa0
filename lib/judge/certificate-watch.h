/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* When people are told that a certificate ends soon: once at each of the thresholds that the
 * monitor names, "21,14,7,3,1" days before its end. A renewed certificate starts over. */

/* The smallest threshold of `days` that `not_after` has fallen below at `now_us`; -1: none yet.
 * "none" and "" have no thresholds. An expired certificate is below all of them. */
gint64 tocsin_certificate_threshold (const char *days, gint64 not_after, gint64 now_us);

/* Whether people are to be told now; `told` (-1: nothing yet) is the threshold that they were told
 * of last, and is updated. */
gboolean tocsin_certificate_is_news (const char *days, gint64 not_after, gint64 now_us,
                                     gint64 *told);

G_END_DECLS
