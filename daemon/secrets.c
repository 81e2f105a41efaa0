/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "secrets"

#include "config.h"

#include <errno.h>
#include <glib/gstdio.h>

#include "errors.h"
#include "keyring.h"
#include "secrets.h"
#include "store.h"

struct _TocsinSecrets {
  GObject parent_instance;

  TocsinStore *store;     /* (not owned) */
  TocsinWatch *watch;     /* (owned) */
  TocsinKeyring *keyring; /* (owned) */
  char *key_path;         /* (owned) of the file that a key may still lie in */
};

G_DEFINE_FINAL_TYPE (TocsinSecrets, tocsin_secrets, G_TYPE_OBJECT)

enum { SIGNAL_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* A service on the session bus that was given credentials by systemd has its key already. */
static gboolean
wants_keyring (const TocsinOptions *options)
{
  return options->bus == TOCSIN_BUS_SESSION && options->key_file == NULL &&
         g_getenv ("CREDENTIALS_DIRECTORY") == NULL;
}

TocsinVault *
tocsin_secrets_make_vault (const TocsinOptions *options, GError **error)
{
  g_autoptr (TocsinVault) vault = NULL;
  g_autofree char *path = NULL;

  g_return_val_if_fail (options != NULL, NULL);

  if (g_mkdir_with_parents (options->data_dir, 0700) != 0) {
    tocsin_fail (error, TOCSIN_ERROR_FAILED, "%s: can’t make the folder: %s", options->data_dir,
                 g_strerror (errno));
    return NULL;
  }
  if (options->key_file == NULL && !wants_keyring (options))
    return tocsin_vault_open (options->data_dir, error);
  vault = tocsin_vault_new (error);
  if (vault == NULL)
    return NULL;
  path = options->key_file != NULL ? g_canonicalize_filename (options->key_file, options->data_dir)
                                   : tocsin_vault_key_path (options->data_dir);
  if (options->key_file == NULL && !g_file_test (path, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&vault);
  return tocsin_vault_open_with_file (vault, path, options->key_file != NULL, error)
             ? g_steal_pointer (&vault)
             : NULL;
}

/* --- the keyring has answered --- */

static void
opened_cb (TocsinSecrets *self)
{
  GBytes *key = tocsin_keyring_get_key (self->keyring);

  if (!tocsin_store_can_seal (self->store)) {
    tocsin_store_open_vault (self->store, key);
    tocsin_watch_unseal (self->watch);
    return;
  }
  /* it was in the file, and the keyring has been seen to have it */
  if (g_unlink (self->key_path) == 0)
    g_message ("the key of the passwords is in the keyring now, and not in %s any more",
               self->key_path);
  else
    g_warning ("%s: can’t be removed, though the keyring has the key: %s", self->key_path,
               g_strerror (errno));
}

static void
changed_cb (TocsinSecrets *self)
{
  const char *problem = tocsin_keyring_get_problem (self->keyring);

  if (problem != NULL)
    g_message ("%s", problem);
  tocsin_watch_set_secrets_problem (self->watch, problem);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
wanted_cb (TocsinSecrets *self)
{
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/* --- life --- */

static void
tocsin_secrets_dispose (GObject *object)
{
  TocsinSecrets *self = TOCSIN_SECRETS (object);

  if (self->keyring != NULL) {
    g_signal_handlers_disconnect_by_data (self->keyring, self);
    g_object_run_dispose (G_OBJECT (self->keyring)); /* what it waits for holds it */
  }
  g_clear_object (&self->keyring);
  if (self->watch != NULL)
    g_signal_handlers_disconnect_by_data (self->watch, self);
  g_clear_object (&self->watch);
  g_clear_pointer (&self->key_path, g_free);
  G_OBJECT_CLASS (tocsin_secrets_parent_class)->dispose (object);
}

static void
tocsin_secrets_class_init (TocsinSecretsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tocsin_secrets_dispose;
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", TOCSIN_TYPE_SECRETS, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tocsin_secrets_init (TocsinSecrets *self)
{
}

TocsinSecrets *
tocsin_secrets_new (const TocsinOptions *options, TocsinStore *store, TocsinWatch *watch)
{
  g_autofree char *folder = NULL;
  g_autoptr (GBytes) key = NULL;
  TocsinSecrets *self;

  g_return_val_if_fail (options != NULL && store != NULL && TOCSIN_IS_WATCH (watch), NULL);

  if (!wants_keyring (options))
    return NULL;
  self = g_object_new (TOCSIN_TYPE_SECRETS, NULL);
  self->store = store;
  self->watch = g_object_ref (watch);
  self->key_path = tocsin_vault_key_path (options->data_dir);
  folder = g_canonicalize_filename (options->data_dir, NULL);
  key = tocsin_store_get_vault_key (store);
  self->keyring = tocsin_keyring_new (folder, key);
  g_signal_connect_swapped (self->keyring, "opened", G_CALLBACK (opened_cb), self);
  g_signal_connect_swapped (self->keyring, "changed", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (watch, "problem", G_CALLBACK (wanted_cb), self);
  return self;
}

const char *
tocsin_secrets_get_problem (TocsinSecrets *self)
{
  const char *problem;

  g_return_val_if_fail (TOCSIN_IS_SECRETS (self), "");

  problem = tocsin_keyring_get_problem (self->keyring);
  if (problem == NULL || tocsin_store_can_seal (self->store))
    return "";
  return tocsin_watch_wants_secrets (self->watch) ? problem : "";
}

/* --- unlocking --- */

static void
unlocked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (tocsin_keyring_unlock_finish (TOCSIN_KEYRING (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
tocsin_secrets_unlock (TocsinSecrets *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (TOCSIN_IS_SECRETS (self));
  tocsin_keyring_unlock (self->keyring, unlocked_cb, g_task_new (self, NULL, callback, user_data));
}

gboolean
tocsin_secrets_unlock_finish (TocsinSecrets *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
