/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "state.h"

G_BEGIN_DECLS

/* State and since when, in one sentence: “Down for 12 min: connection refused by 192.0.2.1:443”.
 * Translated. (transfer full) */
char *tocsin_monitor_sentence (const TocsinStatus *status, gint64 now_us);

G_END_DECLS
