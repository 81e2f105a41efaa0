/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "client.h"
#include "monitor.h"
#include "series.h"

G_BEGIN_DECLS

/* What a window of time amounts to. */
typedef struct {
  double share_up; /* 0 to 1; NAN: nobody looked */
  guint n_incidents;
  double mean_us, p95_us; /* NAN: nothing was measured */
} TocsinFigure;

/* All that the daemon knows of one monitor, loaded and kept up to date for its page: the monitor,
 * its last samples, figures, days and incidents. Figures and days are asked for again at most once
 * a minute.
 *
 * Signals:
 *   monitor-loaded ()   monitor and last sample
 *   samples-loaded ()
 *   figures-loaded ()   figures, days and incidents
 *   failed (text)       a call went wrong */
#define TOCSIN_TYPE_MONITOR_DATA (tocsin_monitor_data_get_type ())
G_DECLARE_FINAL_TYPE (TocsinMonitorData, tocsin_monitor_data, TOCSIN, MONITOR_DATA, GObject)

TocsinMonitorData *tocsin_monitor_data_new (TocsinClient *client, const char *id);

/* Begins to load; connect to the signals first. */
void tocsin_monitor_data_start (TocsinMonitorData *self);

const char *tocsin_monitor_data_get_id (TocsinMonitorData *self);

/* Each (transfer none) (nullable) before it is loaded. */
TocsinMonitor *tocsin_monitor_data_get_monitor (TocsinMonitorData *self);
const TocsinSample *tocsin_monitor_data_get_last_sample (TocsinMonitorData *self);
GPtrArray *tocsin_monitor_data_get_samples (TocsinMonitorData *self); /* newest first */
GPtrArray *tocsin_monitor_data_get_incidents (
    TocsinMonitorData *self); /* of 90 days, newest first */
const TocsinFigure *tocsin_monitor_data_get_figure (TocsinMonitorData *self, TocsinWindow window);

/* Hours of the last 90 local days up to now: what a bar of days is folded from. */
const TocsinSeries *tocsin_monitor_data_get_hours (TocsinMonitorData *self);

G_END_DECLS
