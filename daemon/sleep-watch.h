/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Tells when this machine goes to sleep and wakes: logind's PrepareForSleep, and, where there is
 * none (containers, other inits) or its signal came late, the boot clock running ahead of the
 * monotonic one, which stands still in a suspend.
 *
 * Signals:
 *   suspending ()
 *   resumed (gint64 asleep_us)   how long it slept; 0 where that is not known
 *   clock-jumped (gint64 by_us)  the wall clock was set by more than a second */
#define TOCSIN_TYPE_SLEEP_WATCH (tocsin_sleep_watch_get_type ())
G_DECLARE_FINAL_TYPE (TocsinSleepWatch, tocsin_sleep_watch, TOCSIN, SLEEP_WATCH, GObject)

TocsinSleepWatch *tocsin_sleep_watch_new (void);

G_END_DECLS
