/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <adwaita.h>

#include "client.h"

G_BEGIN_DECLS

/* A row that says which of a team's probes check a monitor: any one, all, or those that are ticked
 * by name or label, as the member `probes` has it.
 *
 * Signals:
 *   changed () */
#define TOCSIN_TYPE_PROBE_CHOOSER (tocsin_probe_chooser_get_type ())
G_DECLARE_FINAL_TYPE (TocsinProbeChooser, tocsin_probe_chooser, TOCSIN, PROBE_CHOOSER,
                      AdwPreferencesRow)

GtkWidget *tocsin_probe_chooser_new (TocsinClient *client);

/* Asks the daemon for the team's probes. */
void tocsin_probe_chooser_set_team (TocsinProbeChooser *self, const char *team /* (nullable) */);

void tocsin_probe_chooser_set_label (TocsinProbeChooser *self, const char *label);

/* (nullable): any one. Without `changed`. */
void tocsin_probe_chooser_set (TocsinProbeChooser *self, char *const *probes);

/* NULL for any one. What is ticked and was not there when the probes were told stays. (transfer
 * full) */
char **tocsin_probe_chooser_get (TocsinProbeChooser *self);

G_END_DECLS
