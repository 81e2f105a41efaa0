/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "daemon"

#include "config.h"

#include <glib-unix.h>
#include <signal.h>

#include "alert-pause.h"
#include "bus.h"
#include "daemon.h"
#include "desktop.h"
#include "headless.h"
#include "listener.h"
#include "retention.h"
#include "secrets.h"
#include "service-notify.h"
#include "store.h"
#include "sync.h"
#include "timetext.h"
#include "watch.h"

#define LISTEN_AGAIN_S 30

typedef struct {
  const TocsinOptions *options;
  GMainLoop *loop;
  TocsinStore *store;
  TocsinWatch *watch;
  TocsinAlertPause *pause;
  TocsinSecrets *secrets;   /* (nullable) */
  TocsinSync *sync;         /* (nullable) one of the two */
  TocsinHeadless *headless; /* (nullable) */
  TocsinListener *listener;
  TocsinBus *bus;
  TocsinDesktop *desktop;
  guint listen_id; /* the next try */
  int status;
} Daemon;

static gboolean
quit_cb (gpointer user_data)
{
  Daemon *daemon = user_data;

  g_main_loop_quit (daemon->loop);
  return G_SOURCE_CONTINUE;
}

/* --- the listener: off until there is a heartbeat --- */

static void listen_if_wanted (Daemon *daemon);

static gboolean
listen_again_cb (gpointer user_data)
{
  Daemon *daemon = user_data;

  daemon->listen_id = 0;
  listen_if_wanted (daemon);
  return G_SOURCE_REMOVE;
}

static void
listen_if_wanted (Daemon *daemon)
{
  g_autoptr (GError) error = NULL;

  if (daemon->listen_id != 0 || tocsin_watch_get_ping_base (daemon->watch) != NULL ||
      !tocsin_watch_has_heartbeats (daemon->watch))
    return;
  if (tocsin_listener_start (daemon->listener, &error))
    return;
  g_warning ("pings can’t be taken, tried again in %d s: %s", LISTEN_AGAIN_S, error->message);
  daemon->listen_id = g_timeout_add_seconds (LISTEN_AGAIN_S, listen_again_cb, daemon);
}

static void
changed_cb (TocsinWatch *watch, const char *id, gpointer user_data)
{
  Daemon *daemon = user_data;

  if (tocsin_watch_get_ping_base (watch) == NULL)
    listen_if_wanted (daemon);
}

/* --- the bus --- */

static void
bus_ready_cb (gpointer user_data)
{
  tocsin_service_notify ("READY=1\nSTATUS=Watching.");
}

static void
bus_lost_cb (const char *why, gpointer user_data)
{
  Daemon *daemon = user_data;

  g_printerr ("tocsind: %s\n", why);
  daemon->status = 1;
  g_main_loop_quit (daemon->loop);
}

/* Over the bus, or from the tray. */
static void
asked_to_quit_cb (gpointer user_data)
{
  Daemon *daemon = user_data;

  g_main_loop_quit (daemon->loop);
}

static void
own_bus (Daemon *daemon)
{
  if (daemon->options->bus == TOCSIN_BUS_NONE) {
    bus_ready_cb (daemon);
    return;
  }
  daemon->bus = tocsin_bus_new (daemon->watch, daemon->pause, daemon->secrets, daemon->sync);
  if (daemon->options->bus == TOCSIN_BUS_SESSION)
    tocsin_bus_set_quit (daemon->bus, asked_to_quit_cb, daemon);
  tocsin_bus_own (daemon->bus,
                  daemon->options->bus == TOCSIN_BUS_SYSTEM ? G_BUS_TYPE_SYSTEM
                                                            : G_BUS_TYPE_SESSION,
                  bus_ready_cb, bus_lost_cb, daemon);
}

/* --- the desktop --- */

static void
tray_shown_cb (gboolean shown, const char *problem, gpointer user_data)
{
  Daemon *daemon = user_data;

  tocsin_bus_set_tray (daemon->bus, shown, problem);
}

static const TocsinTrayFuncs tray_funcs = { tray_shown_cb, asked_to_quit_cb };

static void
join_desktop (Daemon *daemon)
{
  if (daemon->options->bus == TOCSIN_BUS_SESSION)
    daemon->desktop = tocsin_desktop_new (daemon->watch, daemon->pause, &tray_funcs, daemon);
}

/* --- teams --- */

static void
secrets_changed_cb (Daemon *daemon)
{
  if (daemon->sync != NULL)
    tocsin_sync_unseal (daemon->sync);
}

/* A probe of one team by its token, or a machine on which people sign in. */
static gboolean
join_teams (Daemon *daemon, GError **error)
{
  const TocsinOptions *options = daemon->options;

  if (options->server != NULL) {
    daemon->headless = tocsin_headless_new (daemon->store, daemon->watch, options->server,
                                            options->probe_token, error);
    return daemon->headless != NULL;
  }
  daemon->sync = tocsin_sync_new (daemon->store, daemon->watch);
  if (daemon->secrets != NULL)
    g_signal_connect_swapped (daemon->secrets, "changed", G_CALLBACK (secrets_changed_cb), daemon);
  return TRUE;
}

/* --- life --- */

static gboolean
start (Daemon *daemon, GError **error)
{
  const TocsinOptions *options = daemon->options;
  TocsinVault *vault = tocsin_secrets_make_vault (options, error);

  if (vault == NULL)
    return FALSE;
  daemon->store = tocsin_store_open_sealed (options->data_dir, vault, error);
  if (daemon->store == NULL)
    return FALSE;
  tocsin_retention_load (daemon->store, options->keep_samples_us, options->keep_hours_us);
  daemon->watch = tocsin_watch_new (daemon->store, options->references, error);
  if (daemon->watch == NULL)
    return FALSE;
  daemon->pause = tocsin_alert_pause_new (daemon->store);
  daemon->secrets = tocsin_secrets_new (options, daemon->store, daemon->watch);
  if (!join_teams (daemon, error))
    return FALSE;
  daemon->listener = tocsin_listener_new (daemon->watch, options->data_dir, options->listen_host,
                                          options->listen_port);
  g_signal_connect (daemon->watch, "changed", G_CALLBACK (changed_cb), daemon);
  listen_if_wanted (daemon);
  own_bus (daemon);
  join_desktop (daemon);
  return TRUE;
}

/* Who asks is gone first, then who looks; the store writes last. */
static void
stop (Daemon *daemon)
{
  tocsin_service_notify ("STOPPING=1");
  g_clear_handle_id (&daemon->listen_id, g_source_remove);
  g_clear_pointer (&daemon->desktop, tocsin_desktop_free);
  g_clear_pointer (&daemon->bus, tocsin_bus_free);
  g_clear_object (&daemon->listener);
  if (daemon->secrets != NULL)
    g_signal_handlers_disconnect_by_data (daemon->secrets, daemon);
  if (daemon->sync != NULL)
    tocsin_sync_stop (daemon->sync);
  g_clear_object (&daemon->sync);
  if (daemon->headless != NULL)
    tocsin_headless_stop (daemon->headless);
  g_clear_object (&daemon->headless);
  g_clear_object (&daemon->secrets);
  g_clear_object (&daemon->pause);
  if (daemon->watch != NULL) {
    g_signal_handlers_disconnect_by_data (daemon->watch, daemon);
    tocsin_watch_stop_all (daemon->watch);
  }
  g_clear_pointer (&daemon->store, tocsin_store_close);
  g_clear_object (&daemon->watch);
}

int
tocsin_daemon_run (const TocsinOptions *options)
{
  Daemon daemon = { .options = options };
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) error = NULL;
  guint term_id = g_unix_signal_add (SIGTERM, quit_cb, &daemon);
  guint int_id = g_unix_signal_add (SIGINT, quit_cb, &daemon);
  guint watchdog_id;

  g_return_val_if_fail (options != NULL, 1);

  daemon.loop = loop;
  if (start (&daemon, &error)) {
    watchdog_id = tocsin_service_watchdog_start ();
    g_main_loop_run (loop);
    g_clear_handle_id (&watchdog_id, g_source_remove);
  } else {
    g_printerr ("tocsind: %s\n", error->message);
    daemon.status = 1;
  }
  stop (&daemon);
  g_source_remove (term_id);
  g_source_remove (int_id);
  return daemon.status;
}
