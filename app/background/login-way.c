/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "login-way"

#include "config.h"

#include "login-way.h"

/* The words are those of systemctl(1), is-enabled. A unit that is masked is still systemd's to
 * decide: somebody forbade it, and enabling it says so. */
static const struct {
  const char *name;
  gboolean can_be_enabled;
  gboolean is_on;
} unit_states[] = {
  { "enabled", TRUE, TRUE },
  { "enabled-runtime", TRUE, FALSE }, /* until the computer is switched off */
  { "disabled", TRUE, FALSE },
  { "linked", TRUE, FALSE },
  { "linked-runtime", TRUE, FALSE },
  { "masked", TRUE, FALSE },
  { "masked-runtime", TRUE, FALSE },
  { "alias", TRUE, FALSE },
  { "indirect", TRUE, FALSE },
  { "static", FALSE, FALSE },
  { "generated", FALSE, FALSE },
  { "transient", FALSE, FALSE },
  { "bad", FALSE, FALSE },
};

TocsinLoginWay
tocsin_login_way_choose (gboolean is_sandboxed, const char *unit_state)
{
  if (is_sandboxed)
    return TOCSIN_LOGIN_BY_PORTAL;
  for (guint i = 0; i < G_N_ELEMENTS (unit_states); i++)
    if (g_strcmp0 (unit_state, unit_states[i].name) == 0 && unit_states[i].can_be_enabled)
      return TOCSIN_LOGIN_BY_UNIT;
  return TOCSIN_LOGIN_BY_ENTRY;
}

gboolean
tocsin_login_unit_is_on (const char *unit_state)
{
  for (guint i = 0; i < G_N_ELEMENTS (unit_states); i++)
    if (g_strcmp0 (unit_state, unit_states[i].name) == 0)
      return unit_states[i].is_on;
  return FALSE;
}
