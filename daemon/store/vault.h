/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Seals secrets at rest (libsodium's secretbox), with a key from $CREDENTIALS_DIRECTORY/tocsin.key
 * (systemd's LoadCredential), else from the 0600 file `key` in the data folder, made on first
 * need. */
typedef struct _TocsinVault TocsinVault;

TocsinVault *tocsin_vault_open (const char *data_dir, GError **error);
void tocsin_vault_close (TocsinVault *vault);

GBytes *tocsin_vault_seal (TocsinVault *vault, const char *text);

/* NULL with DAMAGED where another key sealed it, or it was changed. The text is wiped by
 * tocsin_vault_free_text (). */
char *tocsin_vault_unseal (TocsinVault *vault, GBytes *sealed, GError **error);
void tocsin_vault_free_text (char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinVault, tocsin_vault_close)

G_END_DECLS
