/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <adwaita.h>

#include "client.h"
#include "monitor.h"

G_BEGIN_DECLS

/* Runs a check once through the daemon, of which nothing is kept, and shows what it saw. It is in
 * two places: the result, which this widget is, and the bar with the button.
 *
 * Signals:
 *   wanted ()          the button: tocsin_trial_run () is to follow, where the monitor is right
 *   refused (message)  the daemon says that it is not */
#define TOCSIN_TYPE_TRIAL (tocsin_trial_get_type ())
G_DECLARE_FINAL_TYPE (TocsinTrial, tocsin_trial, TOCSIN, TRIAL, AdwBin)

/* The bar. (transfer none) */
GtkWidget *tocsin_trial_get_bar (TocsinTrial *self);

/* `members` (consumed where floating) is what Try is told, of a check that ends within
 * `timeout_us`. */
void tocsin_trial_run (TocsinTrial *self, TocsinClient *client, GVariant *members,
                       gint64 timeout_us);

gboolean tocsin_trial_is_running (TocsinTrial *self);

/* Ends what runs, and shows nothing. */
void tocsin_trial_reset (TocsinTrial *self);

G_END_DECLS
