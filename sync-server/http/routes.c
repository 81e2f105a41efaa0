/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "routes"

#include "config.h"

#include "api-monitors.h"
#include "api.h"
#include "assets.h"
#include "checks.h"
#include "events.h"
#include "health.h"
#include "oauth.h"
#include "oidc-pages.h"
#include "pages.h"
#include "ping-wire.h"
#include "probe-routes.h"
#include "route.h"
#include "sync.h"

/* Each room has its part; here they are one table, in the order in which they are looked through.
 * What is asked for most comes first. */
/* clang-format off */
static const TocsinRoutes *const rooms[] = {
  &tocsin_ping_routes,
  &tocsin_probe_routes,
  &tocsin_checks_routes,
  &tocsin_badge_routes,
  &tocsin_health_routes,
  &tocsin_api_me_routes,
  &tocsin_api_teams_routes,
  &tocsin_api_members_routes,
  &tocsin_api_invitations_routes,
  &tocsin_api_projects_routes,
  &tocsin_api_tokens_routes,
  &tocsin_api_probes_routes,
  &tocsin_api_audit_routes,
  &tocsin_api_monitors_routes,
  &tocsin_api_monitor_history_routes,
  &tocsin_api_series_routes,
  &tocsin_api_samples_routes,
  &tocsin_api_maintenance_routes,
  &tocsin_api_incidents_routes,
  &tocsin_sync_routes,
  &tocsin_events_routes,
  &tocsin_openapi_routes,
  &tocsin_oauth_routes,
  &tocsin_oidc_routes,
  &tocsin_sign_in_routes,
  &tocsin_reset_routes,
  &tocsin_invitation_routes,
  &tocsin_account_routes,
  &tocsin_second_factor_routes,
  &tocsin_device_routes,
  &tocsin_asset_routes,
};
/* clang-format on */

const TocsinRoutes *
tocsin_routes_get (void)
{
  static TocsinRoutes tables[G_N_ELEMENTS (rooms) + 1];
  static gsize once;

  if (g_once_init_enter (&once)) {
    for (guint i = 0; i < G_N_ELEMENTS (rooms); i++)
      tables[i] = *rooms[i];
    g_once_init_leave (&once, 1);
  }
  return tables;
}
