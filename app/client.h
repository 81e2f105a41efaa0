/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gio/gio.h>

#include "bus-generated.h"
#include "monitor-item.h"

G_BEGIN_DECLS

/* The app's side of org.tocsin.Tocsin1: whether the daemon is there, and its monitors as a list
 * model that is kept up to date. Everything else is asked for with the typed calls of the proxy,
 * tocsin_dbus_tocsin1_call_samples () and so on, whose answers app/decode.h reads.
 *
 * Signals:
 *   state-changed ()            of TocsinClientState; also the offline flag, the daemon's problems
 *   monitor-changed (id)        a monitor has a new status: there are new samples, too
 *   monitors-changed ()         any of them, once for all that came together
 *   incidents-changed ()        one opened, closed or got an update
 *   maintenance-changed ()
 *   sync-changed ()             accounts and teams are known anew; projects, probes and the log may
 *                               be other
 *   tick ()                     each second while the app is seen: for texts such as “for 3 min” */
#define TOCSIN_TYPE_CLIENT (tocsin_client_get_type ())
G_DECLARE_FINAL_TYPE (TocsinClient, tocsin_client, TOCSIN, CLIENT, GObject)

typedef enum {
  TOCSIN_CLIENT_CONNECTING,
  TOCSIN_CLIENT_READY,  /* the monitors are loaded */
  TOCSIN_CLIENT_ABSENT, /* no daemon; see tocsin_client_get_reason () */
} TocsinClientState;

TocsinClient *tocsin_client_new (void);

/* Connects, which starts the daemon by D-Bus activation where it does not run. To be called again
 * after ABSENT. */
void tocsin_client_start (TocsinClient *self);

TocsinClientState tocsin_client_get_state (TocsinClient *self);

/* Why it is ABSENT: a sentence. */
const char *tocsin_client_get_reason (TocsinClient *self);

/* (nullable) before the first READY. It stays the same then; while the daemon is away its calls
 * fail with an error. */
TocsinDbusTocsin1 *tocsin_client_get_proxy (TocsinClient *self);

/* (element-type TocsinMonitorItem), in no order; hidden ones are in it. (transfer none) */
GListModel *tocsin_client_get_monitors (TocsinClient *self);

/* (nullable) (transfer none) */
TocsinMonitorItem *tocsin_client_find (TocsinClient *self, const char *id);

/* Hides a monitor that is about to be deleted, or shows it again; nothing where there is none. */
void tocsin_client_hide (TocsinClient *self, const char *id, gboolean hidden);

gboolean tocsin_client_is_offline (TocsinClient *self);

/* What is wrong with the daemon itself; "": nothing. */
const char *tocsin_client_get_problem (TocsinClient *self);
/* Why the daemon has no key for passwords; "": it has, or none is wanted. */
const char *tocsin_client_get_secrets_problem (TocsinClient *self);

/* The servers that somebody signed in to here. (transfer none) (nullable) before they are known
 * (element-type TocsinAccount) */
GPtrArray *tocsin_client_get_accounts (TocsinClient *self);

/* Ticks come only while somebody looks. */
void tocsin_client_set_seen (TocsinClient *self, gboolean seen);

/* An error of a call as a sentence for people: without the name that D-Bus puts before it. */
const char *tocsin_client_error_text (GError *error);

G_END_DECLS
