/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Round trips of one check, in the order in which their packets were sent. */
typedef struct {
  guint n;
  gint64 least_us, mean_us, most_us; /* < 0: none came back */
  /* The mean of the differences between one round trip and the next, which is what RFC 3550, 6.4.1
   * smooths; over a few packets there is nothing to smooth. 0 with one, < 0 with none. */
  gint64 jitter_us;
} TocsinRoundTrips;

/* `rtt_us` < 0: lost, and left out. Pure. */
TocsinRoundTrips tocsin_round_trips (const gint64 *rtt_us, guint n);

/* Whether more than `max_loss` percent of `sent` packets did not come back. */
gboolean tocsin_is_loss_above (guint sent, guint received, guint max_loss);

G_END_DECLS
