/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What the user chose in Preferences about the tray and notifications: the part of the schema
 * org.tocsin.Tocsin that the daemon reads. */
typedef enum {
  TOCSIN_EVENT_DOWN = 1 << 0,
  TOCSIN_EVENT_DEGRADED = 1 << 1,
  TOCSIN_EVENT_UP = 1 << 2,
  TOCSIN_EVENT_CERTIFICATE = 1 << 3,
  TOCSIN_EVENT_MISSED = 1 << 4,
  TOCSIN_EVENT_INCIDENT = 1 << 5,
  TOCSIN_EVENT_OFFLINE = 1 << 6,
  TOCSIN_EVENT_ALL = (1 << 7) - 1,
} TocsinEvents;

typedef struct {
  gboolean tray_icon;
  gboolean notifications;
  guint events;    /* TocsinEvents that are told */
  gboolean urgent; /* an outage stays until it is dismissed */
  gboolean sound;
  gboolean quiet_hours;
  guint quiet_from_min; /* of the local day */
  guint quiet_to_min;
} TocsinSettings;

#define TOCSIN_SETTINGS_DEFAULT                                       \
  {                                                                   \
    TRUE, TRUE, TOCSIN_EVENT_ALL, TRUE, TRUE, FALSE, 22 * 60, 7 * 60, \
  }

/* "22:00" → 1320. FALSE leaves `minutes` alone. */
gboolean tocsin_settings_parse_clock (const char *text, guint *minutes);

/* Until when it is quiet, µs since the epoch, by the clock of `zone`; 0: it is not. From and to at
 * the same minute is never quiet. */
gint64 tocsin_settings_get_quiet_until (const TocsinSettings *settings, GTimeZone *zone,
                                        gint64 now_us);

/* Where the settings are kept; NULL where the schema is not installed, which is no error: the
 * defaults hold then. (transfer full) (nullable) */
GSettings *tocsin_settings_open (void);

/* Reads them all; `store` is nullable. */
void tocsin_settings_read (TocsinSettings *settings, GSettings *store);

G_END_DECLS
