/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "vault"

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "errors.h"
#include "vault.h"

#define CREDENTIAL        "tocsin.key"
#define KEY_FILE          "key"
#define SECRET_MOST_BYTES (1024 * 1024)

struct _TocsinVault {
  gboolean is_open;
  guint8 key[crypto_secretbox_KEYBYTES];
};

/* --- keys --- */

typedef struct {
  guint8 key[crypto_secretbox_KEYBYTES];
} Key;

static void
wipe_key (gpointer data)
{
  sodium_memzero (data, sizeof (Key));
  g_free (data);
}

static GBytes *
take_key (Key *key)
{
  return g_bytes_new_with_free_func (key->key, sizeof key->key, wipe_key, key);
}

GBytes *
tocsin_vault_make_key (void)
{
  Key *key = g_new (Key, 1);

  randombytes_buf (key->key, sizeof key->key);
  return take_key (key);
}

char *
tocsin_vault_key_to_text (GBytes *key)
{
  gsize size, length = 2 * crypto_secretbox_KEYBYTES + 1;
  const guint8 *data = g_bytes_get_data (key, &size);

  g_return_val_if_fail (size == crypto_secretbox_KEYBYTES, NULL);
  return sodium_bin2hex (g_malloc (length), length, data, size);
}

GBytes *
tocsin_vault_key_from_text (const char *text)
{
  Key *key;
  gsize n;

  if (text == NULL)
    return NULL;
  key = g_new (Key, 1);
  /* white space around it is what editors and echo leave */
  if (sodium_hex2bin (key->key, sizeof key->key, text, strlen (text), " \t\r\n", &n, NULL) == 0 &&
      n == sizeof key->key)
    return take_key (key);
  wipe_key (key);
  return NULL;
}

static gboolean
read_key (TocsinVault *vault, const char *path, GError **error)
{
  g_autoptr (GBytes) key = NULL;
  char *text = NULL;
  gsize size;

  if (!g_file_get_contents (path, &text, &size, error))
    return FALSE;
  key = size == sizeof vault->key ? take_key (g_memdup2 (text, size))
                                  : tocsin_vault_key_from_text (text);
  sodium_memzero (text, size);
  g_free (text);
  if (key == NULL)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "%s: no key; 32 bytes or 64 hexadecimal digits are wanted", path);
  tocsin_vault_open_with_key (vault, key);
  return TRUE;
}

static gboolean
write_key (GBytes *key, const char *path, GError **error)
{
  int fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  const guint8 *data;
  gboolean ok;
  gsize size;

  if (fd < 0)
    return tocsin_fail (error, TOCSIN_ERROR_FAILED, "%s: can’t make the key: %s", path,
                        g_strerror (errno));
  data = g_bytes_get_data (key, &size);
  ok = write (fd, data, size) == (gssize) size && fsync (fd) == 0;
  close (fd);
  if (ok)
    return TRUE;
  unlink (path);
  return tocsin_fail (error, TOCSIN_ERROR_FAILED, "%s: can’t write the key", path);
}

static gboolean
make_key_file (TocsinVault *vault, const char *path, GError **error)
{
  g_autoptr (GBytes) key = tocsin_vault_make_key ();

  if (!write_key (key, path, error))
    return FALSE;
  tocsin_vault_open_with_key (vault, key);
  return TRUE;
}

/* --- opening --- */

TocsinVault *
tocsin_vault_new (GError **error)
{
  if (sodium_init () >= 0)
    return g_new0 (TocsinVault, 1);
  tocsin_fail (error, TOCSIN_ERROR_FAILED, "libsodium can’t be started");
  return NULL;
}

char *
tocsin_vault_key_path (const char *data_dir)
{
  return g_build_filename (data_dir, KEY_FILE, NULL);
}

gboolean
tocsin_vault_open_with_file (TocsinVault *vault, const char *path, gboolean make, GError **error)
{
  g_return_val_if_fail (vault != NULL && path != NULL, FALSE);

  return make && access (path, F_OK) != 0 ? make_key_file (vault, path, error)
                                          : read_key (vault, path, error);
}

void
tocsin_vault_open_with_key (TocsinVault *vault, GBytes *key)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (key, &size);

  g_return_if_fail (vault != NULL && size == sizeof vault->key);

  memcpy (vault->key, data, size);
  vault->is_open = TRUE;
}

gboolean
tocsin_vault_is_open (TocsinVault *vault)
{
  g_return_val_if_fail (vault != NULL, FALSE);
  return vault->is_open;
}

GBytes *
tocsin_vault_get_key (TocsinVault *vault)
{
  g_return_val_if_fail (vault != NULL, NULL);
  return vault->is_open ? take_key (g_memdup2 (vault->key, sizeof vault->key)) : NULL;
}

TocsinVault *
tocsin_vault_open (const char *data_dir, GError **error)
{
  const char *credentials = g_getenv ("CREDENTIALS_DIRECTORY");
  g_autoptr (TocsinVault) vault = tocsin_vault_new (error);
  g_autofree char *path = tocsin_vault_key_path (data_dir);

  if (vault == NULL)
    return NULL;
  if (credentials != NULL) {
    g_autofree char *given = g_build_filename (credentials, CREDENTIAL, NULL);

    if (access (given, F_OK) == 0) {
      g_free (path);
      path = g_steal_pointer (&given);
    }
  }
  return tocsin_vault_open_with_file (vault, path, TRUE, error) ? g_steal_pointer (&vault) : NULL;
}

void
tocsin_vault_close (TocsinVault *vault)
{
  if (vault == NULL)
    return;
  sodium_memzero (vault->key, sizeof vault->key);
  g_free (vault);
}

/* --- sealing --- */

GBytes *
tocsin_vault_seal (TocsinVault *vault, const char *text)
{
  gsize length = strlen (text);
  gsize size = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + length;
  guint8 *sealed;

  if (!vault->is_open)
    return NULL;
  sealed = g_malloc (size);
  randombytes_buf (sealed, crypto_secretbox_NONCEBYTES);
  crypto_secretbox_easy (sealed + crypto_secretbox_NONCEBYTES, (const guint8 *) text, length,
                         sealed, vault->key);
  return g_bytes_new_take (sealed, size);
}

char *
tocsin_vault_unseal (TocsinVault *vault, GBytes *sealed, GError **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (sealed, &size);
  gsize overhead = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
  char *text;

  if (!vault->is_open) {
    tocsin_fail (error, TOCSIN_ERROR_UNAVAILABLE, "the key of the sealed secrets is not there");
    return NULL;
  }
  if (size < overhead || size > SECRET_MOST_BYTES) {
    tocsin_fail (error, TOCSIN_ERROR_DAMAGED, "a sealed secret is damaged");
    return NULL;
  }
  text = g_malloc0 (size - overhead + 1);
  if (crypto_secretbox_open_easy ((guint8 *) text, data + crypto_secretbox_NONCEBYTES,
                                  size - crypto_secretbox_NONCEBYTES, data, vault->key) == 0)
    return text;
  g_free (text);
  tocsin_fail (error, TOCSIN_ERROR_DAMAGED,
               "a sealed secret can’t be opened: it was sealed with another key");
  return NULL;
}

void
tocsin_vault_free_text (char *text)
{
  if (text == NULL)
    return;
  sodium_memzero (text, strlen (text));
  g_free (text);
}
