/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "options.h"
#include "vault.h"
#include "watch.h"

G_BEGIN_DECLS

/* Where the key of the stored passwords comes from: on a desktop's session bus from the keyring, so
 * that nothing in the data folder opens them; else, or where a file is named, from a file. It sees
 * that the store's vault is opened when the key is there, and that a key file of before moves into
 * the keyring. Signal "changed": the problem is another. */
#define TOCSIN_TYPE_SECRETS (tocsin_secrets_get_type ())
G_DECLARE_FINAL_TYPE (TocsinSecrets, tocsin_secrets, TOCSIN, SECRETS, GObject)

/* The vault to begin with, closed where the keyring is to open it. */
TocsinVault *tocsin_secrets_make_vault (const TocsinOptions *options, GError **error);

/* NULL where no keyring is wanted: the vault is open and stays so. */
TocsinSecrets *tocsin_secrets_new (const TocsinOptions *options, TocsinStore *store,
                                   TocsinWatch *watch);

/* Why the passwords that somebody waits for, or wanted to give, can't be read or kept; "": they can,
 * or nobody does. */
const char *tocsin_secrets_get_problem (TocsinSecrets *self);

/* Lets the desktop ask for the keyring's password. UNAVAILABLE where it is still locked then. */
void tocsin_secrets_unlock (TocsinSecrets *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean tocsin_secrets_unlock_finish (TocsinSecrets *self, GAsyncResult *result, GError **error);

G_END_DECLS
