/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "assets"

#include "config.h"

#include "assets.h"
#include "call.h"
#include "server-resources.h"

#define HASH_LENGTH 12

static const struct {
  const char *resource;
  const char *stem, *suffix;
  const char *type;
} files[TOCSIN_N_ASSETS] = {
  [TOCSIN_ASSET_STYLE] = { "/org/tocsin/server/web/style.css", "/static/style-", ".css",
                           "text/css; charset=utf-8" },
  [TOCSIN_ASSET_ICON] = { "/org/tocsin/server/web/icon.svg", "/static/icon-", ".svg",
                          "image/svg+xml" },
};

static GBytes *
load (TocsinAsset asset)
{
  GBytes *bytes = g_resource_lookup_data (tocsin_server_get_resource (), files[asset].resource,
                                          G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  g_assert (bytes != NULL);
  return bytes;
}

static char *
make_path (TocsinAsset asset)
{
  g_autoptr (GBytes) bytes = load (asset);
  g_autofree char *hash = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);

  hash[HASH_LENGTH] = '\0';
  return g_strconcat (files[asset].stem, hash, files[asset].suffix, NULL);
}

const char *
tocsin_assets_get_path (TocsinAsset asset)
{
  static const char *paths[TOCSIN_N_ASSETS];
  static gsize once;

  if (g_once_init_enter (&once)) {
    for (guint i = 0; i < TOCSIN_N_ASSETS; i++) {
      g_autofree char *path = make_path (i);

      paths[i] = g_intern_string (path);
    }
    g_once_init_leave (&once, 1);
  }
  return paths[asset];
}

static void
send_asset (TocsinCall *call)
{
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < TOCSIN_N_ASSETS; i++)
    if (g_str_equal (call->path, tocsin_assets_get_path (i))) {
      g_autoptr (GBytes) bytes = load (i);

      tocsin_call_reply_bytes (call, 200, files[i].type, bytes);
      tocsin_call_add_header (call, "Cache-Control", "public, max-age=31536000, immutable");
      tocsin_call_finish (call);
      return;
    }
  tocsin_http_fail (&error, 404, "there is no such file");
  tocsin_call_reply_error (call, error);
  tocsin_call_finish (call);
}

static const TocsinRoute routes[] = {
  { "GET", "/static/{file}", TOCSIN_ACCESS_ANYONE, TOCSIN_STYLE_TEXT, TOCSIN_ROUTE_UNCOUNTED,
    .direct = send_asset },
};

const TocsinRoutes tocsin_asset_routes = TOCSIN_ROUTES (routes);
