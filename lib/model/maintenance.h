/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "fields.h"

G_BEGIN_DECLS

/* A planned interruption: once, or repeating by an RFC 5545 rule, in an IANA zone. While it lasts
 * the monitors that it names are in state `maintenance`: samples are taken and do not count, and
 * nobody is told. */
typedef struct {
  char *team; /* not a field (nullable): whose it is, by id; none: this machine's */

  char *id;
  char *title;
  char **monitors; /* (nullable) ids */
  char **tags;     /* (nullable) every monitor with one of these too */
  gboolean all;    /* every monitor */
  char *starts;    /* local wall time in `tz`: "2026-11-23T02:00:00" */
  char *tz;        /* IANA */
  gint64 duration_us;
  char *rrule;   /* (nullable) "FREQ=WEEKLY;BYDAY=SU"; once where unset */
  char **except; /* (nullable) local wall times of occurrences that do not happen (EXDATE) */
  gint64 created_at;

  JsonObject *unknown; /* (owned) (nullable) */
} TocsinMaintenance;

extern const TocsinFields tocsin_maintenance_fields;

TocsinMaintenance *tocsin_maintenance_new (void);
TocsinMaintenance *tocsin_maintenance_copy (const TocsinMaintenance *maintenance);
void tocsin_maintenance_free (TocsinMaintenance *maintenance);

/* Whether a monitor with this id and these tags (nullable) is meant. */
gboolean tocsin_maintenance_covers (const TocsinMaintenance *maintenance, const char *monitor_id,
                                    char *const *tags);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinMaintenance, tocsin_maintenance_free)

G_END_DECLS
