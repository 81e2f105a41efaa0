/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gio/gio.h>

#include "alert-pause.h"
#include "secrets.h"
#include "sync.h"
#include "watch.h"

G_BEGIN_DECLS

/* The daemon on D-Bus: data/org.tocsin.Tocsin1.xml says what each member is. Each handler decodes,
 * makes one call, and completes; nothing is decided here. */
typedef struct _TocsinBus TocsinBus;

#define TOCSIN_BUS_NAME "org.tocsin.Tocsin1"
#define TOCSIN_BUS_PATH "/org/tocsin/Tocsin1"

/* The name is ours. */
typedef void (*TocsinBusReady) (gpointer user_data);
/* There is no bus, or the name is another's; a sentence says which. */
typedef void (*TocsinBusLost) (const char *why, gpointer user_data);

TocsinBus *tocsin_bus_new (TocsinWatch *watch, TocsinAlertPause *pause,
                           TocsinSecrets *secrets /* (nullable) */,
                           TocsinSync *sync /* (nullable) */);
void tocsin_bus_own (TocsinBus *bus, GBusType type, TocsinBusReady ready, TocsinBusLost lost,
                     gpointer user_data);

/* Whether the tray icon is shown; where it is not, a sentence that says why (nullable). */
void tocsin_bus_set_tray (TocsinBus *bus, gboolean shown, const char *problem);

/* Who ends the daemon when it is asked to over the bus; without one Quit is refused. */
typedef void (*TocsinBusQuit) (gpointer user_data);
void tocsin_bus_set_quit (TocsinBus *bus, TocsinBusQuit quit, gpointer user_data);

void tocsin_bus_free (TocsinBus *bus);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinBus, tocsin_bus_free)

G_END_DECLS
