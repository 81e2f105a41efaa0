/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "sealed-secrets"

#include "config.h"

#include <sodium.h>
#include <string.h>

#include "jsontext.h"
#include "seal.h"
#include "stored-monitor.h"

#define SECRETS_BYTES (256 * 1024)

GBytes *
tocsin_monitors_seal (const TocsinMonitor *monitor, const guint8 *key, GError **error)
{
  g_autoptr (JsonObject) json = tocsin_fields_to_json (
      &tocsin_monitor_fields, monitor, TOCSIN_FIELDS_WITH_SECRETS | TOCSIN_FIELDS_ONLY_SECRETS);
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *text = NULL;
  GBytes *sealed;

  if (json_object_get_size (json) == 0)
    return NULL;
  node = json_node_init_object (json_node_alloc (), json);
  text = json_to_string (node, FALSE);
  sealed = tocsin_seal_with (key, text, strlen (text), error);
  sodium_memzero (text, strlen (text));
  return sealed;
}

gboolean
tocsin_monitors_unseal (TocsinStoredMonitor *stored, const guint8 *key, GError **error)
{
  g_autoptr (GBytes) plain = NULL;
  g_autofree char *text = NULL;
  g_autoptr (JsonObject) json = NULL;

  g_return_val_if_fail (stored != NULL, FALSE);

  if (stored->sealed == NULL || stored->is_unsealed) {
    stored->is_unsealed = TRUE;
    return TRUE;
  }
  plain = tocsin_unseal_with (key, stored->sealed, error);
  if (plain == NULL)
    return FALSE;
  text = g_strndup (g_bytes_get_data (plain, NULL), g_bytes_get_size (plain));
  json = tocsin_json_parse_object (text, SECRETS_BYTES, error);
  sodium_memzero (text, strlen (text));
  if (json == NULL || !tocsin_fields_from_json (&tocsin_monitor_fields, stored->monitor, json,
                                                TOCSIN_FIELDS_PLAIN, error))
    return FALSE;
  stored->is_unsealed = TRUE;
  return TRUE;
}
