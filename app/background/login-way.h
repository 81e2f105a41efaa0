/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* By what the daemon is started when its user logs in. Pure. */
typedef enum {
  TOCSIN_LOGIN_BY_PORTAL, /* the desktop's Background portal: within a sandbox nothing else can */
  TOCSIN_LOGIN_BY_UNIT,   /* tocsind.service of the user's systemd */
  TOCSIN_LOGIN_BY_ENTRY,  /* a file in the desktop's autostart folder */
} TocsinLoginWay;

/* `unit_state` is what systemd's GetUnitFileState says of the unit; NULL where there is no systemd,
 * or it does not know the unit, as where Tocsin is run without being installed. */
TocsinLoginWay tocsin_login_way_choose (gboolean is_sandboxed, const char *unit_state);

/* Whether a unit in this state starts at every login. */
gboolean tocsin_login_unit_is_on (const char *unit_state);

G_END_DECLS
