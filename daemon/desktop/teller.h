/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "alert-pause.h"
#include "notifier.h"
#include "settings.h"
#include "watch.h"

G_BEGIN_DECLS

/* Brings what the watch tells to the digest, what that decides to the notifier, and what the user
 * does there back. */
typedef struct _TocsinTeller TocsinTeller;

/* Notifications go through the portal where `sandboxed`. */
TocsinTeller *tocsin_teller_new (TocsinWatch *watch, TocsinAlertPause *pause,
                                 GDBusConnection *connection, gboolean sandboxed);
void tocsin_teller_free (TocsinTeller *teller);

void tocsin_teller_set_settings (TocsinTeller *teller, const TocsinSettings *settings);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinTeller, tocsin_teller_free)

G_END_DECLS
