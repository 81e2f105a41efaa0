/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "state.h"

G_BEGIN_DECLS

/* Flap detection after Nagios (base/flapping.c, flapping.html): of the last 21 confirmed states,
 * the 20 changes between them are weighed from 0.75 for the oldest to 1.25 for the newest, and
 * their sum, as a share of 20, is how much the monitor flaps. It starts to flap at 30 % and stops
 * at 20 %; between the two it stays as it is. */
#define TOCSIN_FLAPPING_STATES 21
#define TOCSIN_FLAPPING_ON     0.30
#define TOCSIN_FLAPPING_OFF    0.20

/* The last states, two bits each (up, degraded, down), the newest lowest. States before the first
 * count as the first. */
typedef guint64 TocsinFlapHistory;

/* `history` with one more state behind it; only up, degraded and down are confirmed states. */
TocsinFlapHistory tocsin_flap_history_add (TocsinFlapHistory history, TocsinState state);

/* 0 to 1. */
double tocsin_flap_history_get_share (TocsinFlapHistory history);

/* Whether a monitor that was `flapping` still is, or is now. */
gboolean tocsin_flap_history_is_flapping (TocsinFlapHistory history, gboolean flapping);

G_END_DECLS
