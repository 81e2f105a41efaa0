/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "sleep-watch"

#include "config.h"

#include <time.h>

#include "sleep-watch.h"
#include "timetext.h"

#define LOOK_EVERY_S 5
#define JUMP_US      (1 * TOCSIN_US_PER_S)

struct _TocsinSleepWatch {
  GObject parent_instance;

  GCancellable *cancellable;
  GDBusConnection *system_bus; /* (owned) (nullable) */
  guint subscription;
  guint look_id;

  gint64 boot_offset_us; /* CLOCK_BOOTTIME − CLOCK_MONOTONIC when we last looked */
  gint64 wall_offset_us; /* wall clock − CLOCK_BOOTTIME, likewise */
};

enum { SUSPENDING, RESUMED, CLOCK_JUMPED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TocsinSleepWatch, tocsin_sleep_watch, G_TYPE_OBJECT)

static gint64
read_clock (clockid_t clock)
{
  struct timespec now;

  clock_gettime (clock, &now);
  return (gint64) now.tv_sec * TOCSIN_US_PER_S + now.tv_nsec / 1000;
}

/* How far each offset moved since the last look. */
static void
look (TocsinSleepWatch *self, gint64 *asleep_us, gint64 *jumped_us)
{
  gint64 boot_us = read_clock (CLOCK_BOOTTIME);
  gint64 boot_offset_us = boot_us - read_clock (CLOCK_MONOTONIC);
  gint64 wall_offset_us = g_get_real_time () - boot_us;

  *asleep_us = boot_offset_us - self->boot_offset_us;
  *jumped_us = wall_offset_us - self->wall_offset_us;
  self->boot_offset_us = boot_offset_us;
  self->wall_offset_us = wall_offset_us;
}

static gboolean
look_cb (gpointer user_data)
{
  TocsinSleepWatch *self = user_data;
  gint64 asleep_us, jumped_us;

  look (self, &asleep_us, &jumped_us);
  if (asleep_us > JUMP_US)
    g_signal_emit (self, signals[RESUMED], 0, asleep_us);
  if (ABS (jumped_us) > JUMP_US)
    g_signal_emit (self, signals[CLOCK_JUMPED], 0, jumped_us);
  return G_SOURCE_CONTINUE;
}

static void
prepare_for_sleep_cb (GDBusConnection *bus, const char *sender, const char *path,
                      const char *interface, const char *signal, GVariant *parameters,
                      gpointer user_data)
{
  TocsinSleepWatch *self = user_data;
  gint64 asleep_us, jumped_us;
  gboolean going;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(b)")))
    return;
  g_variant_get (parameters, "(b)", &going);
  if (going) {
    g_signal_emit (self, signals[SUSPENDING], 0);
    return;
  }
  look (self, &asleep_us, &jumped_us);
  g_signal_emit (self, signals[RESUMED], 0, MAX (asleep_us, 0));
}

static void
bus_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, &error);
  TocsinSleepWatch *self;

  if (bus == NULL) {
    g_debug ("no system bus, so suspends are seen by the clocks alone: %s", error->message);
    return;
  }
  self = user_data; /* alive: a cancelled call has no bus */
  g_dbus_connection_set_exit_on_close (bus, FALSE);
  self->system_bus = g_steal_pointer (&bus);
  self->subscription = g_dbus_connection_signal_subscribe (
      self->system_bus, "org.freedesktop.login1", "org.freedesktop.login1.Manager",
      "PrepareForSleep", "/org/freedesktop/login1", NULL, G_DBUS_SIGNAL_FLAGS_NONE,
      prepare_for_sleep_cb, self, NULL);
}

static void
tocsin_sleep_watch_dispose (GObject *object)
{
  TocsinSleepWatch *self = TOCSIN_SLEEP_WATCH (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->look_id, g_source_remove);
  if (self->subscription != 0)
    g_dbus_connection_signal_unsubscribe (self->system_bus, self->subscription);
  self->subscription = 0;
  g_clear_object (&self->system_bus);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (tocsin_sleep_watch_parent_class)->dispose (object);
}

static void
tocsin_sleep_watch_class_init (TocsinSleepWatchClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tocsin_sleep_watch_dispose;

  signals[SUSPENDING] = g_signal_new ("suspending", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                      NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[RESUMED] = g_signal_new ("resumed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
  signals[CLOCK_JUMPED] =
      g_signal_new ("clock-jumped", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
}

static void
tocsin_sleep_watch_init (TocsinSleepWatch *self)
{
  gint64 asleep_us, jumped_us;

  look (self, &asleep_us, &jumped_us);
  self->cancellable = g_cancellable_new ();
  self->look_id = g_timeout_add_seconds (LOOK_EVERY_S, look_cb, self);
  g_bus_get (G_BUS_TYPE_SYSTEM, self->cancellable, bus_cb, self);
}

TocsinSleepWatch *
tocsin_sleep_watch_new (void)
{
  return g_object_new (TOCSIN_TYPE_SLEEP_WATCH, NULL);
}
