/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "sealed-secrets"

#include "config.h"

#include <sodium.h>
#include <string.h>

#include "errors.h"
#include "jsontext.h"
#include "server-config.h"
#include "stored-monitor.h"

#define SECRETS_BYTES (256 * 1024)

G_STATIC_ASSERT (TOCSIN_SERVER_KEY_BYTES == crypto_secretbox_KEYBYTES);

/* A sealed text is the nonce and then the box. */
GBytes *
tocsin_monitors_seal (const TocsinMonitor *monitor, const guint8 *key, GError **error)
{
  g_autoptr (JsonObject) json = tocsin_fields_to_json (
      &tocsin_monitor_fields, monitor, TOCSIN_FIELDS_WITH_SECRETS | TOCSIN_FIELDS_ONLY_SECRETS);
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *text = NULL;
  guint8 *sealed;
  gsize n_bytes;

  if (json_object_get_size (json) == 0)
    return NULL;
  if (key == NULL) {
    tocsin_fail (error, TOCSIN_ERROR_INVALID,
                 "the server has no key to seal secrets with: secrets_key or secrets_key_file is "
                 "wanted in its configuration");
    return NULL;
  }
  node = json_node_init_object (json_node_alloc (), json);
  text = json_to_string (node, FALSE);
  n_bytes = strlen (text);
  sealed = g_malloc (crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + n_bytes);
  randombytes_buf (sealed, crypto_secretbox_NONCEBYTES);
  crypto_secretbox_easy (sealed + crypto_secretbox_NONCEBYTES, (const guint8 *) text, n_bytes,
                         sealed, key);
  sodium_memzero (text, n_bytes);
  return g_bytes_new_take (sealed,
                           crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + n_bytes);
}

gboolean
tocsin_monitors_unseal (TocsinStoredMonitor *stored, const guint8 *key, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (JsonObject) json = NULL;
  const guint8 *data;
  gsize size, n_bytes;

  g_return_val_if_fail (stored != NULL, FALSE);

  if (stored->sealed == NULL || stored->is_unsealed) {
    stored->is_unsealed = TRUE;
    return TRUE;
  }
  data = g_bytes_get_data (stored->sealed, &size);
  n_bytes = size - MIN (size, crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES);
  text = g_malloc0 (n_bytes + 1);
  if (key == NULL || n_bytes == 0 ||
      crypto_secretbox_open_easy ((guint8 *) text, data + crypto_secretbox_NONCEBYTES,
                                  size - crypto_secretbox_NONCEBYTES, data, key) != 0)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "the monitor’s secrets can’t be opened: the server’s key is not the one "
                        "that sealed them");
  json = tocsin_json_parse_object (text, SECRETS_BYTES, error);
  sodium_memzero (text, n_bytes);
  if (json == NULL || !tocsin_fields_from_json (&tocsin_monitor_fields, stored->monitor, json,
                                                TOCSIN_FIELDS_PLAIN, error))
    return FALSE;
  stored->is_unsealed = TRUE;
  return TRUE;
}
