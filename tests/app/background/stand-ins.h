/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What answers in the place of a desktop's own services, which no test may change: systemd's
 * manager of units and the Background portal, each under its name on the test's bus, by the words
 * of their interfaces' documents. */

typedef struct {
  GDBusConnection *connection; /* (owned) another program's */
  guint object_id;
  char *state;     /* (owned) (nullable) of the unit's file; NULL: there is none */
  char *refusal;   /* (owned) (nullable) what a change answers */
  gboolean sticks; /* a change is answered well, and nothing changes */
  GString *calls;  /* (owned) the changes, by their names */
} SystemdStandIn;

void systemd_stand_in_start (SystemdStandIn *systemd, const char *state);
void systemd_stand_in_stop (SystemdStandIn *systemd);

typedef struct {
  GDBusConnection *connection; /* (owned) another program's */
  guint object_id;
  guint response;   /* 0: done, 1: the user said no */
  gboolean grants;  /* and where it is done, whether it was allowed */
  GVariant *wanted; /* (owned) (nullable) the options of the last request */
} PortalStandIn;

void portal_stand_in_start (PortalStandIn *portal);
void portal_stand_in_stop (PortalStandIn *portal);

G_END_DECLS
