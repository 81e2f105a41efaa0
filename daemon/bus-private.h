/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "alert-pause.h"
#include "bus-generated.h"
#include "bus.h"
#include "store.h"

G_BEGIN_DECLS

struct _TocsinBus {
  TocsinWatch *watch;          /* (owned) */
  TocsinAlertPause *pause;     /* (owned) */
  TocsinSecrets *secrets;      /* (owned) (nullable) */
  TocsinSync *sync;            /* (owned) (nullable) */
  TocsinDbusTocsin1 *skeleton; /* (owned) */
  guint name_id;
  TocsinBusReady ready;
  TocsinBusLost lost;
  gpointer user_data;
  TocsinBusQuit quit; /* (nullable) */
  gpointer quit_data;

  /* what changed since the last signal */
  GHashTable *changed;   /* (owned) a set of monitor ids */
  GHashTable *incidents; /* (owned) a set of incident ids */
  gboolean maintenance_changed, problem_changed, sync_changed;
  guint changed_id;
  gint64 told_at_us; /* monotonic */
};

/* A method's name with "handle-" before it, and who answers it. */
typedef struct {
  const char *signal;
  GCallback handler;
} TocsinBusMethod;

extern const TocsinBusMethod tocsin_bus_monitor_methods[];
extern const TocsinBusMethod tocsin_bus_history_methods[];
extern const TocsinBusMethod tocsin_bus_care_methods[];
extern const TocsinBusMethod tocsin_bus_alert_methods[];
extern const TocsinBusMethod tocsin_bus_secret_methods[];
extern const TocsinBusMethod tocsin_bus_sync_methods[];

/* Keeps the property about the keyring as it is. */
void tocsin_bus_watch_secrets (TocsinBus *bus);
/* Keeps the properties about paused and muted alerts as they are. */
void tocsin_bus_watch_pause (TocsinBus *bus);

/* Each ends the invocation: it takes it over. */
void tocsin_bus_return (GDBusMethodInvocation *invocation, GVariant *value);
void tocsin_bus_return_error (GDBusMethodInvocation *invocation, GError *error);

/* The id of the monitor that a caller means; NULL: the invocation has ended with the error. */
char *tocsin_bus_resolve (TocsinBus *bus, GDBusMethodInvocation *invocation, const char *text);

/* aa{sv} of objects. */
GVariant *tocsin_bus_list (const TocsinFields *fields, const GPtrArray *objects);

/* Callbacks of store and watch calls whose user_data is the invocation (transfer
 * full): done, or the error. */
void tocsin_bus_stored_cb (GObject *source, GAsyncResult *result, gpointer user_data);
void tocsin_bus_changed_cb (GObject *source, GAsyncResult *result, gpointer user_data);

G_END_DECLS
