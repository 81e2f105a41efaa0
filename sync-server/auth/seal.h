/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "server-config.h"

G_BEGIN_DECLS

/* Secrets at rest, under the server's key: a random nonce and then libsodium's secretbox. */

/* INVALID where `key`, of TOCSIN_SERVER_KEY_BYTES, is NULL: the server has none. (transfer full) */
GBytes *tocsin_seal_with (const guint8 *key, gconstpointer data, gsize n_bytes, GError **error);

/* INVALID where there is no key, or another one sealed it. (transfer full) */
GBytes *tocsin_unseal_with (const guint8 *key, GBytes *sealed, GError **error);

/* The same with the key of the settings. */
GBytes *tocsin_seal (const TocsinServerConfig *config, gconstpointer data, gsize n_bytes,
                     GError **error);
GBytes *tocsin_unseal (const TocsinServerConfig *config, GBytes *sealed, GError **error);

G_END_DECLS
