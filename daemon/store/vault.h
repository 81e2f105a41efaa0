/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Seals secrets at rest (libsodium's secretbox) with a key of 32 bytes, which a file has, or the
 * desktop's keyring. While a vault is closed, nothing can be sealed or opened. */
typedef struct _TocsinVault TocsinVault;

/* Closed. NULL where libsodium can't be started. */
TocsinVault *tocsin_vault_new (GError **error);

/* Open, with the key from $CREDENTIALS_DIRECTORY/tocsin.key (systemd's LoadCredential), else from
 * the 0600 file `key` in the data folder, which is made where it is missing. */
TocsinVault *tocsin_vault_open (const char *data_dir, GError **error);
void tocsin_vault_close (TocsinVault *vault);

/* Opens it with a file of 32 bytes or their 64 hexadecimal digits, as people make them with
 * `openssl rand -hex 32`; `make`: one is made where it is missing. */
gboolean tocsin_vault_open_with_file (TocsinVault *vault, const char *path, gboolean make,
                                      GError **error);
/* `key` is of 32 bytes. */
void tocsin_vault_open_with_key (TocsinVault *vault, GBytes *key);
gboolean tocsin_vault_is_open (TocsinVault *vault);

/* The key's file within a data folder. (transfer full) */
char *tocsin_vault_key_path (const char *data_dir);

/* Keys: the one in use (NULL: closed), a new random one, and as 64 hexadecimal digits; text that is
 * no key is NULL. They wipe themselves; text is freed by tocsin_vault_free_text (). */
GBytes *tocsin_vault_get_key (TocsinVault *vault);
GBytes *tocsin_vault_make_key (void);
char *tocsin_vault_key_to_text (GBytes *key);
GBytes *tocsin_vault_key_from_text (const char *text);

/* NULL where it is closed. */
GBytes *tocsin_vault_seal (TocsinVault *vault, const char *text);

/* NULL with UNAVAILABLE where it is closed, with DAMAGED where another key sealed it, or it was
 * changed. The text is wiped by tocsin_vault_free_text (). */
char *tocsin_vault_unseal (TocsinVault *vault, GBytes *sealed, GError **error);
void tocsin_vault_free_text (char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinVault, tocsin_vault_close)

G_END_DECLS
