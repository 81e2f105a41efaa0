/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "seal"

#include "config.h"

#include <sodium.h>

#include "errors.h"
#include "seal.h"

#define OVERHEAD (crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES)

G_STATIC_ASSERT (TOCSIN_SERVER_KEY_BYTES == crypto_secretbox_KEYBYTES);

static gboolean
check_key (const guint8 *key, GError **error)
{
  return key != NULL ||
         tocsin_fail (error, TOCSIN_ERROR_INVALID,
                      "the server has no key to seal secrets with: its operator sets secrets_key "
                      "or secrets_key_file");
}

GBytes *
tocsin_seal_with (const guint8 *key, gconstpointer data, gsize n_bytes, GError **error)
{
  guint8 *sealed;

  if (!check_key (key, error))
    return NULL;
  sealed = g_malloc (OVERHEAD + n_bytes);
  randombytes_buf (sealed, crypto_secretbox_NONCEBYTES);
  crypto_secretbox_easy (sealed + crypto_secretbox_NONCEBYTES, data, n_bytes, sealed, key);
  return g_bytes_new_take (sealed, OVERHEAD + n_bytes);
}

GBytes *
tocsin_unseal_with (const guint8 *key, GBytes *sealed, GError **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (sealed, &size);
  g_autofree guint8 *plain = NULL;

  if (!check_key (key, error))
    return NULL;
  plain = g_malloc (MAX (size, OVERHEAD) - OVERHEAD + 1);
  if (size < OVERHEAD ||
      crypto_secretbox_open_easy (plain, data + crypto_secretbox_NONCEBYTES,
                                  size - crypto_secretbox_NONCEBYTES, data, key) != 0) {
    tocsin_fail (error, TOCSIN_ERROR_INVALID,
                 "a stored secret can’t be opened: secrets_key is not the one that sealed it");
    return NULL;
  }
  return g_bytes_new_take (g_steal_pointer (&plain), size - OVERHEAD);
}

static const guint8 *
get_key (const TocsinServerConfig *config)
{
  return config->has_key ? config->key : NULL;
}

GBytes *
tocsin_seal (const TocsinServerConfig *config, gconstpointer data, gsize n_bytes, GError **error)
{
  return tocsin_seal_with (get_key (config), data, n_bytes, error);
}

GBytes *
tocsin_unseal (const TocsinServerConfig *config, GBytes *sealed, GError **error)
{
  return tocsin_unseal_with (get_key (config), sealed, error);
}
