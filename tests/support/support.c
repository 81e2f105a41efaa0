/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "support"

#include "config.h"

#include <arpa/inet.h>
#include <ftw.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support.h"

#define WAIT_MOST_S 30

static char *own_dir; /* set once, before any thread */
static pid_t own_pid;

static int
remove_entry (const char *path, const struct stat *info, int type, struct FTW *ftw)
{
  return g_remove (path);
}

void
tocsin_test_remove (const char *path)
{
  nftw (path, remove_entry, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

static void
remove_own_dir (void)
{
  if (own_dir != NULL && getpid () == own_pid)
    tocsin_test_remove (own_dir);
  g_clear_pointer (&own_dir, g_free);
}

void
tocsin_test_init (int *argc, char ***argv)
{
  static const char *const variables[] = { "HOME",           "XDG_CONFIG_HOME", "XDG_DATA_HOME",
                                           "XDG_CACHE_HOME", "XDG_STATE_HOME",  "XDG_RUNTIME_DIR" };
  g_autoptr (GError) error = NULL;

  own_dir = g_dir_make_tmp ("tocsin-test-XXXXXX", &error);
  g_assert_no_error (error);
  own_pid = getpid ();
  atexit (remove_own_dir);
  for (guint i = 0; i < G_N_ELEMENTS (variables); i++) {
    g_autofree char *path = g_build_filename (own_dir, variables[i], NULL);

    g_assert_no_errno (g_mkdir (path, 0700));
    g_setenv (variables[i], path, TRUE);
  }
  g_test_init (argc, argv, NULL);
}

const char *
tocsin_test_dir (void)
{
  return own_dir;
}

char *
tocsin_test_make_dir (void)
{
  g_autofree char *template = g_build_filename (own_dir, "XXXXXX", NULL);

  g_assert_nonnull (g_mkdtemp (template));
  return g_steal_pointer (&template);
}

static gboolean
wake_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE; /* so that a condition that no source announces is looked at again */
}

void
tocsin_test_wait (GMainContext *context, TocsinTestCondition condition, gpointer user_data)
{
  gint64 give_up_at = g_get_monotonic_time () + WAIT_MOST_S * G_USEC_PER_SEC;
  g_autoptr (GSource) tick = g_timeout_source_new (5);

  g_source_set_callback (tick, wake_cb, NULL, NULL);
  g_source_attach (tick, context);
  while (!condition (user_data)) {
    if (g_get_monotonic_time () > give_up_at)
      g_error ("waited %d s in vain", WAIT_MOST_S);
    g_main_context_iteration (context, TRUE);
  }
  g_source_destroy (tick);
}

guint16
tocsin_test_free_port (void)
{
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t length = sizeof address;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (fd, >=, 0);
  g_assert_no_errno (bind (fd, (struct sockaddr *) &address, sizeof address));
  g_assert_no_errno (getsockname (fd, (struct sockaddr *) &address, &length));
  close (fd);
  return ntohs (address.sin_port);
}

GRand *
tocsin_test_rand (void)
{
  const char *text = g_getenv ("TOCSIN_TEST_SEED");
  guint32 seed = text != NULL ? (guint32) g_ascii_strtoull (text, NULL, 10) : g_random_int ();

  g_test_message ("TOCSIN_TEST_SEED=%u", seed);
  return g_rand_new_with_seed (seed);
}
