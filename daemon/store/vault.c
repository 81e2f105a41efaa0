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
  guint8 key[crypto_secretbox_KEYBYTES];
};

/* A key is 32 bytes, or their 64 hexadecimal digits with white space around, as people make them
 * with `openssl rand -hex 32`. */
static gboolean
read_key (TocsinVault *vault, const char *path, GError **error)
{
  g_autofree char *text = NULL;
  gboolean ok;
  gsize size, n;

  if (!g_file_get_contents (path, &text, &size, error))
    return FALSE;
  ok = size == sizeof vault->key;
  if (ok) {
    memcpy (vault->key, text, sizeof vault->key);
  } else {
    g_strstrip (text);
    ok = sodium_hex2bin (vault->key, sizeof vault->key, text, strlen (text), NULL, &n, NULL) == 0 &&
         n == sizeof vault->key;
  }
  sodium_memzero (text, size);
  if (ok)
    return TRUE;
  return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                      "%s: no key; 32 bytes or 64 hexadecimal digits are wanted", path);
}

static gboolean
make_key (TocsinVault *vault, const char *path, GError **error)
{
  int fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  gboolean ok;

  if (fd < 0)
    return tocsin_fail (error, TOCSIN_ERROR_FAILED, "%s: can’t make the key: %s", path,
                        g_strerror (errno));
  randombytes_buf (vault->key, sizeof vault->key);
  ok = write (fd, vault->key, sizeof vault->key) == (ssize_t) sizeof vault->key && fsync (fd) == 0;
  close (fd);
  if (ok)
    return TRUE;
  unlink (path);
  return tocsin_fail (error, TOCSIN_ERROR_FAILED, "%s: can’t write the key", path);
}

TocsinVault *
tocsin_vault_open (const char *data_dir, GError **error)
{
  const char *credentials = g_getenv ("CREDENTIALS_DIRECTORY");
  g_autoptr (TocsinVault) vault = g_new0 (TocsinVault, 1);
  g_autofree char *path = g_build_filename (data_dir, KEY_FILE, NULL);
  gboolean ok;

  if (sodium_init () < 0) {
    tocsin_fail (error, TOCSIN_ERROR_FAILED, "libsodium can’t be started");
    return NULL;
  }
  if (credentials != NULL) {
    g_autofree char *given = g_build_filename (credentials, CREDENTIAL, NULL);

    if (access (given, F_OK) == 0) {
      g_free (path);
      path = g_steal_pointer (&given);
    }
  }
  ok = access (path, F_OK) == 0 ? read_key (vault, path, error) : make_key (vault, path, error);
  return ok ? g_steal_pointer (&vault) : NULL;
}

void
tocsin_vault_close (TocsinVault *vault)
{
  if (vault == NULL)
    return;
  sodium_memzero (vault->key, sizeof vault->key);
  g_free (vault);
}

GBytes *
tocsin_vault_seal (TocsinVault *vault, const char *text)
{
  gsize length = strlen (text);
  gsize size = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + length;
  guint8 *sealed = g_malloc (size);

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
