/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <adwaita.h>

#include "client.h"
#include "monitor.h"

G_BEGIN_DECLS

/* Which of a team's probes saw what of a monitor, and what is made of it. Not to be seen for a
 * monitor that is this computer's own. */
#define TOCSIN_TYPE_SEEN_GROUP (tocsin_seen_group_get_type ())
G_DECLARE_FINAL_TYPE (TocsinSeenGroup, tocsin_seen_group, TOCSIN, SEEN_GROUP, AdwBin)

GtkWidget *tocsin_seen_group_new (TocsinClient *client);

/* Shows those of `monitor`, of which it keeps a reference, and follows them from then on. */
void tocsin_seen_group_set_monitor (TocsinSeenGroup *self, TocsinMonitor *monitor /* (nullable) */);

G_END_DECLS
