/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The key of the vault, kept in the desktop's keyring (Secret Service, by libsecret) as one item a
 * data folder. One key for all, and not an item a password: a keyring then asks once, and the
 * records that the passwords belong to can't get out of step with it.
 *
 * It looks at once and, while it has no key, again whenever something about the keyring changes; it
 * never makes the desktop ask for a password by itself. Signals: "opened", the key is there;
 * "changed", the problem is another. */
#define TOCSIN_TYPE_KEYRING (tocsin_keyring_get_type ())
G_DECLARE_FINAL_TYPE (TocsinKeyring, tocsin_keyring, TOCSIN, KEYRING, GObject)

/* `key`: one that is in use already, which is to be moved into the keyring; nullable: the keyring's
 * is taken, or one is made there. */
TocsinKeyring *tocsin_keyring_new (const char *data_dir, GBytes *key);

/* The key, once the keyring has it: read back, not only written. (nullable) */
GBytes *tocsin_keyring_get_key (TocsinKeyring *self);

/* Why there is no key, as a translated sentence that says what to do; NULL while it is not known,
 * and where there is one. */
const char *tocsin_keyring_get_problem (TocsinKeyring *self);

/* Whether a password would help: there is a keyring, and it is locked. */
gboolean tocsin_keyring_is_locked (TocsinKeyring *self);

/* Lets the desktop ask for what is wanted. UNAVAILABLE with the problem where it stays locked. */
void tocsin_keyring_unlock (TocsinKeyring *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean tocsin_keyring_unlock_finish (TocsinKeyring *self, GAsyncResult *result, GError **error);

G_END_DECLS
