/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "monitor-data"

#include "config.h"

#include <math.h>

#include "decode.h"
#include "incident.h"
#include "monitor-data.h"
#include "timetext.h"
#include "uptime.h"

#define SAMPLES_MOST     200
#define INCIDENTS_MOST   500
#define FIGURES_EVERY_US TOCSIN_US_PER_MIN
#define DAYS             90

struct _TocsinMonitorData {
  GObject parent_instance;

  TocsinClient *client;      /* (owned) */
  char *id;                  /* (owned) */
  GCancellable *cancellable; /* (owned) */

  TocsinMonitor *monitor;    /* (owned) (nullable) */
  TocsinSample *last_sample; /* (owned) (nullable) */
  GPtrArray *samples;        /* (owned) (nullable) */
  GPtrArray *incidents;      /* (owned) (nullable) */
  TocsinSeries *hours;       /* (owned) (nullable) */
  TocsinFigure figures[TOCSIN_N_WINDOWS];
  guint figures_left;       /* answers that are still to come */
  gint64 figures_at_us;     /* monotonic */
  gboolean samples_pending; /* asked for, not yet answered */
};

enum {
  SIGNAL_MONITOR_LOADED,
  SIGNAL_SAMPLES_LOADED,
  SIGNAL_FIGURES_LOADED,
  SIGNAL_FAILED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TocsinMonitorData, tocsin_monitor_data, G_TYPE_OBJECT)

/* An answer that is not for this object any more is an error that nobody wants to hear of. */
static void
fail (TocsinMonitorData *self, GError *error)
{
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_signal_emit (self, signals[SIGNAL_FAILED], 0, tocsin_client_error_text (error));
}

/* --- the monitor --- */

static void
got_monitor_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinMonitorData) self = user_data;
  g_autoptr (GVariant) monitor = NULL;
  g_autoptr (GVariant) sample = NULL;
  g_autoptr (GError) error = NULL;

  if (!tocsin_dbus_tocsin1_call_get_finish (TOCSIN_DBUS_TOCSIN1 (source), &monitor, &sample, result,
                                            &error)) {
    fail (self, error);
    return;
  }
  g_clear_pointer (&self->monitor, tocsin_monitor_unref);
  g_clear_pointer (&self->last_sample, tocsin_sample_free);
  self->monitor = tocsin_decode_monitor (monitor);
  self->last_sample = tocsin_decode_object (sample, &tocsin_sample_fields);
  if (self->monitor != NULL)
    g_signal_emit (self, signals[SIGNAL_MONITOR_LOADED], 0);
}

static void
load_monitor (TocsinMonitorData *self)
{
  tocsin_dbus_tocsin1_call_get (tocsin_client_get_proxy (self->client), self->id, self->cancellable,
                                got_monitor_cb, g_object_ref (self));
}

/* --- samples --- */

static void
got_samples_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinMonitorData) self = user_data;
  g_autoptr (GVariant) list = NULL;
  g_autoptr (GError) error = NULL;

  self->samples_pending = FALSE;
  if (!tocsin_dbus_tocsin1_call_samples_finish (TOCSIN_DBUS_TOCSIN1 (source), &list, result,
                                                &error)) {
    fail (self, error);
    return;
  }
  g_clear_pointer (&self->samples, g_ptr_array_unref);
  self->samples =
      tocsin_decode_list (list, &tocsin_sample_fields, (GDestroyNotify) tocsin_sample_free);
  g_signal_emit (self, signals[SIGNAL_SAMPLES_LOADED], 0);
}

static void
load_samples (TocsinMonitorData *self)
{
  gint64 now_us = g_get_real_time ();

  if (self->samples_pending)
    return;
  self->samples_pending = TRUE;
  tocsin_dbus_tocsin1_call_samples (tocsin_client_get_proxy (self->client), self->id,
                                    now_us - 7 * TOCSIN_US_PER_DAY, now_us + TOCSIN_US_PER_MIN,
                                    SAMPLES_MOST, self->cancellable, got_samples_cb,
                                    g_object_ref (self));
}

/* --- figures: a series of one point a window, one of hours, and the incidents --- */

static void
count_incidents (TocsinMonitorData *self)
{
  gint64 now_us = g_get_real_time ();

  for (guint window = 0; window < TOCSIN_N_WINDOWS; window++) {
    gint64 from_us = now_us - tocsin_window_get_span_us (window);

    self->figures[window].n_incidents = 0;
    for (guint i = 0; self->incidents != NULL && i < self->incidents->len; i++) {
      const TocsinIncident *incident = self->incidents->pdata[i];

      if (incident->ended_at == 0 || incident->ended_at > from_us)
        self->figures[window].n_incidents++;
    }
  }
}

static void
figure_came (TocsinMonitorData *self)
{
  if (--self->figures_left > 0)
    return;
  count_incidents (self);
  g_signal_emit (self, signals[SIGNAL_FIGURES_LOADED], 0);
}

static void
got_incidents_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinMonitorData) self = user_data;
  g_autoptr (GVariant) list = NULL;
  g_autoptr (GError) error = NULL;

  if (tocsin_dbus_tocsin1_call_incidents_finish (TOCSIN_DBUS_TOCSIN1 (source), &list, result,
                                                 &error)) {
    g_clear_pointer (&self->incidents, g_ptr_array_unref);
    self->incidents =
        tocsin_decode_list (list, &tocsin_incident_fields, (GDestroyNotify) tocsin_incident_free);
  } else {
    fail (self, error);
  }
  figure_came (self);
}

/* Where the answer to a question for a series belongs. */
typedef struct {
  TocsinMonitorData *self; /* (owned) */
  guint window;            /* TOCSIN_N_WINDOWS: the hours */
} Wanted;

static void
take_figure (TocsinFigure *figure, const TocsinSeries *series)
{
  TocsinUptime uptime = { .up_us = series->up_us[0],
                          .down_us = series->down_us[0],
                          .uncounted_us = series->uncounted_us[0] };

  figure->share_up = tocsin_uptime_get_share (&uptime);
  figure->mean_us = series->mean_us[0];
  figure->p95_us = series->p95_us[0];
}

static void
got_series_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Wanted *wanted = user_data;
  g_autoptr (TocsinMonitorData) self = wanted->self;
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (TocsinSeries) series = NULL;

  if (tocsin_dbus_tocsin1_call_series_finish (TOCSIN_DBUS_TOCSIN1 (source), &answer, result,
                                              &error))
    series = tocsin_series_from_variant (answer, &error);
  if (series == NULL)
    fail (self, error);
  else if (wanted->window < TOCSIN_N_WINDOWS)
    take_figure (&self->figures[wanted->window], series);
  else {
    g_clear_pointer (&self->hours, tocsin_series_free);
    self->hours = g_steal_pointer (&series);
  }
  figure_came (self);
}

static void
ask_series (TocsinMonitorData *self, guint window, gint64 from_us, gint64 to_us, guint n_points)
{
  Wanted *wanted = g_new0 (Wanted, 1);

  wanted->self = g_object_ref (self);
  wanted->window = window;
  tocsin_dbus_tocsin1_call_series (tocsin_client_get_proxy (self->client), self->id, from_us, to_us,
                                   n_points, self->cancellable, got_series_cb, wanted);
}

/* The begin of the local day 89 days ago: hours from there on fall on the hours of local days. */
static gint64
first_day (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) midnight =
      g_date_time_new_local (g_date_time_get_year (now), g_date_time_get_month (now),
                             g_date_time_get_day_of_month (now), 0, 0, 0);
  g_autoptr (GDateTime) first = g_date_time_add_days (midnight, 1 - DAYS);

  return g_date_time_to_unix (first) * TOCSIN_US_PER_S;
}

static void
load_figures (TocsinMonitorData *self)
{
  gint64 now_us = g_get_real_time (), first_us = first_day ();
  guint n_hours = (guint) ((now_us - first_us) / TOCSIN_US_PER_HOUR) + 1;

  if (self->figures_left > 0)
    return;
  self->figures_at_us = g_get_monotonic_time ();
  self->figures_left = TOCSIN_N_WINDOWS + 2;
  for (guint i = 0; i < TOCSIN_N_WINDOWS; i++)
    ask_series (self, i, now_us - tocsin_window_get_span_us (i), now_us, 1);
  ask_series (self, TOCSIN_N_WINDOWS, first_us, first_us + n_hours * TOCSIN_US_PER_HOUR, n_hours);
  tocsin_dbus_tocsin1_call_incidents (tocsin_client_get_proxy (self->client), self->id,
                                      now_us - DAYS * TOCSIN_US_PER_DAY, now_us + TOCSIN_US_PER_MIN,
                                      INCIDENTS_MOST, self->cancellable, got_incidents_cb,
                                      g_object_ref (self));
}

/* --- changes --- */

static void
changed_cb (TocsinMonitorData *self)
{
  load_monitor (self);
  load_samples (self);
  if (g_get_monotonic_time () - self->figures_at_us >= FIGURES_EVERY_US)
    load_figures (self);
}

/* --- life --- */

static void
tocsin_monitor_data_dispose (GObject *object)
{
  TocsinMonitorData *self = TOCSIN_MONITOR_DATA (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->client);
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->monitor, tocsin_monitor_unref);
  g_clear_pointer (&self->last_sample, tocsin_sample_free);
  g_clear_pointer (&self->samples, g_ptr_array_unref);
  g_clear_pointer (&self->incidents, g_ptr_array_unref);
  g_clear_pointer (&self->hours, tocsin_series_free);
  G_OBJECT_CLASS (tocsin_monitor_data_parent_class)->dispose (object);
}

static void
tocsin_monitor_data_class_init (TocsinMonitorDataClass *klass)
{
  static const char *const names[] = { "monitor-loaded", "samples-loaded", "figures-loaded" };

  G_OBJECT_CLASS (klass)->dispose = tocsin_monitor_data_dispose;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    signals[i] = g_signal_new (names[i], TOCSIN_TYPE_MONITOR_DATA, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                               NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_FAILED] = g_signal_new ("failed", TOCSIN_TYPE_MONITOR_DATA, G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
tocsin_monitor_data_init (TocsinMonitorData *self)
{
  self->cancellable = g_cancellable_new ();
  for (guint i = 0; i < TOCSIN_N_WINDOWS; i++)
    self->figures[i] = (TocsinFigure){ .share_up = NAN, .mean_us = NAN, .p95_us = NAN };
}

TocsinMonitorData *
tocsin_monitor_data_new (TocsinClient *client, const char *id)
{
  TocsinMonitorData *self;
  g_autofree char *signal = NULL;

  g_return_val_if_fail (TOCSIN_IS_CLIENT (client) && id != NULL, NULL);

  self = g_object_new (TOCSIN_TYPE_MONITOR_DATA, NULL);
  self->client = g_object_ref (client);
  self->id = g_strdup (id);
  signal = g_strdup_printf ("monitor-changed::%s", id);
  g_signal_connect_object (client, signal, G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (client, "incidents-changed", G_CALLBACK (load_figures), self,
                           G_CONNECT_SWAPPED);
  return self;
}

void
tocsin_monitor_data_start (TocsinMonitorData *self)
{
  g_return_if_fail (TOCSIN_IS_MONITOR_DATA (self));

  load_monitor (self);
  load_samples (self);
  load_figures (self);
}

const char *
tocsin_monitor_data_get_id (TocsinMonitorData *self)
{
  g_return_val_if_fail (TOCSIN_IS_MONITOR_DATA (self), NULL);
  return self->id;
}

TocsinMonitor *
tocsin_monitor_data_get_monitor (TocsinMonitorData *self)
{
  g_return_val_if_fail (TOCSIN_IS_MONITOR_DATA (self), NULL);
  return self->monitor;
}

const TocsinSample *
tocsin_monitor_data_get_last_sample (TocsinMonitorData *self)
{
  g_return_val_if_fail (TOCSIN_IS_MONITOR_DATA (self), NULL);
  return self->last_sample;
}

GPtrArray *
tocsin_monitor_data_get_samples (TocsinMonitorData *self)
{
  g_return_val_if_fail (TOCSIN_IS_MONITOR_DATA (self), NULL);
  return self->samples;
}

GPtrArray *
tocsin_monitor_data_get_incidents (TocsinMonitorData *self)
{
  g_return_val_if_fail (TOCSIN_IS_MONITOR_DATA (self), NULL);
  return self->incidents;
}

const TocsinFigure *
tocsin_monitor_data_get_figure (TocsinMonitorData *self, TocsinWindow window)
{
  g_return_val_if_fail (TOCSIN_IS_MONITOR_DATA (self), NULL);
  g_return_val_if_fail (window < TOCSIN_N_WINDOWS, NULL);
  return &self->figures[window];
}

const TocsinSeries *
tocsin_monitor_data_get_hours (TocsinMonitorData *self)
{
  g_return_val_if_fail (TOCSIN_IS_MONITOR_DATA (self), NULL);
  return self->hours;
}
