/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-server"

#include "config.h"

#include <errno.h>
#include <gio/gio.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support.h"
#include "test-listener.h"
#include "test-server.h"

#define ANSWER_MOST 65536
#define PATIENCE_S  30

struct _TocsinTestServer {
  GSubprocess *process;
  guint16 port;
  gboolean has_tls;
};

/* --- the process --- */

static void
child_setup_cb (gpointer user_data)
{
  guint files = GPOINTER_TO_UINT (user_data);
  struct rlimit limit = { files, files };

  if (files != 0)
    setrlimit (RLIMIT_NOFILE, &limit);
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static gboolean
is_ready (gpointer user_data)
{
  TocsinTestServer *self = user_data;

  g_assert_nonnull (g_subprocess_get_identifier (self->process)); /* else it ended at once */
  if (self->has_tls) {
    int fd = tocsin_test_connect (self->port);

    return fd >= 0 && close (fd) == 0;
  }
  return tocsin_test_wire_get (self->port, "/readyz") == 200;
}

static void
set_variables (GSubprocessLauncher *launcher, const char *const *settings)
{
  for (guint i = 0; settings != NULL && settings[i] != NULL; i++) {
    g_auto (GStrv) parts = g_strsplit (settings[i], "=", 2);
    g_autofree char *name = g_strconcat ("TOCSIN_", parts[0], NULL);

    g_subprocess_launcher_setenv (launcher, name, parts[1], TRUE);
  }
}

static gboolean
has_tls (const char *const *settings)
{
  for (guint i = 0; settings != NULL && settings[i] != NULL; i++)
    if (g_str_has_prefix (settings[i], "TLS_KEY="))
      return TRUE;
  return FALSE;
}

TocsinTestServer *
tocsin_test_server_new_limited (const char *database_url, const char *const *settings, guint files)
{
  g_autofree char *program =
      g_test_build_filename (G_TEST_BUILT, "..", "sync-server", "tocsin-server", NULL);
  TocsinTestServer *self = g_new0 (TocsinTestServer, 1);
  g_autofree char *listen = NULL;
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GError) error = NULL;

  self->port = tocsin_test_free_port ();
  self->has_tls = has_tls (settings);
  listen = g_strdup_printf ("127.0.0.1:%u", self->port);
  g_subprocess_launcher_setenv (launcher, "TOCSIN_DATABASE_URL", database_url, TRUE);
  g_subprocess_launcher_setenv (launcher, "TOCSIN_LISTEN", listen, TRUE);
  g_subprocess_launcher_setenv (launcher, "TOCSIN_WORKERS", "2", TRUE);
  g_subprocess_launcher_setenv (launcher, "TOCSIN_REQUESTS_A_MINUTE", "0", TRUE);
  /* It warns of what these tests do to it, and no more than that. */
  g_subprocess_launcher_setenv (launcher, "G_DEBUG", "fatal-criticals", TRUE);
  set_variables (launcher, settings);
  g_subprocess_launcher_set_child_setup (launcher, child_setup_cb, GUINT_TO_POINTER (files), NULL);
  self->process = g_subprocess_launcher_spawn (launcher, &error, program, "serve", NULL);
  g_assert_no_error (error);
  tocsin_test_wait (context, is_ready, self);
  return self;
}

TocsinTestServer *
tocsin_test_server_new (const char *database_url, const char *const *settings)
{
  return tocsin_test_server_new_limited (database_url, settings, 0);
}

int
tocsin_test_server_wait (TocsinTestServer *self)
{
  g_assert_true (g_subprocess_wait (self->process, NULL, NULL));
  return g_subprocess_get_if_exited (self->process) ? g_subprocess_get_exit_status (self->process)
                                                    : -g_subprocess_get_term_sig (self->process);
}

void
tocsin_test_server_free (TocsinTestServer *self)
{
  if (self == NULL)
    return;
  if (g_subprocess_get_identifier (self->process) != NULL) {
    g_subprocess_send_signal (self->process, SIGTERM);
    g_assert_cmpint (tocsin_test_server_wait (self), ==, 0);
  }
  g_object_unref (self->process);
  g_free (self);
}

guint16
tocsin_test_server_get_port (TocsinTestServer *self)
{
  return self->port;
}

pid_t
tocsin_test_server_get_pid (TocsinTestServer *self)
{
  return (pid_t) g_ascii_strtoll (g_subprocess_get_identifier (self->process), NULL, 10);
}

GArray *
tocsin_test_server_get_workers (TocsinTestServer *self)
{
  pid_t pid = tocsin_test_server_get_pid (self);
  g_autofree char *path = g_strdup_printf ("/proc/%d/task/%d/children", pid, pid);
  g_autofree char *text = NULL;
  g_auto (GStrv) words = NULL;
  GArray *workers = g_array_new (FALSE, FALSE, sizeof (pid_t));

  if (g_file_get_contents (path, &text, NULL, NULL))
    words = g_strsplit (text, " ", -1);
  for (guint i = 0; words != NULL && words[i] != NULL; i++) {
    pid_t worker = (pid_t) g_ascii_strtoll (words[i], NULL, 10);

    if (worker > 0)
      g_array_append_val (workers, worker);
  }
  return workers;
}

/* --- raw clients --- */

int
tocsin_test_wire_connect (guint16 port)
{
  const struct timeval patience = { .tv_sec = PATIENCE_S };
  int fd = tocsin_test_connect (port);

  if (fd < 0)
    return -1;
  g_assert_no_errno (setsockopt (fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience));
  g_assert_no_errno (setsockopt (fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience));
  return fd;
}

gboolean
tocsin_test_wire_send (int fd, const void *data, gsize length)
{
  for (gsize sent = 0; sent < length;) {
    gssize n = send (fd, (const char *) data + sent, length - sent, MSG_NOSIGNAL);

    if (n <= 0) {
      g_assert_cmpint (errno, !=, EAGAIN); /* it neither reads nor closes */
      return FALSE;
    }
    sent += (gsize) n;
  }
  return TRUE;
}

static gboolean
read_more (int fd, GString *text, gsize most)
{
  char buffer[4096];
  gssize n = recv (fd, buffer, MIN (sizeof buffer, most), 0);

  if (n < 0)
    g_assert_cmpint (errno, !=, EAGAIN); /* it neither answers nor closes */
  if (n > 0)
    g_string_append_len (text, buffer, n);
  return n > 0;
}

char *
tocsin_test_wire_read (int fd)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const char *length;
  gsize left;

  while (strstr (text->str, "\r\n\r\n") == NULL)
    if (!read_more (fd, text, 1))
      return NULL;
  length = strstr (text->str, "\r\nContent-Length: ");
  left = length != NULL ? (gsize) g_ascii_strtoull (length + 18, NULL, 10) : 0;
  g_assert_cmpuint (left, <=, ANSWER_MOST);
  while (left > 0) {
    gsize before = text->len;

    if (!read_more (fd, text, left))
      return NULL;
    left -= text->len - before;
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

guint
tocsin_test_wire_get_status (const char *answer)
{
  guint status = 0;

  return answer != NULL && sscanf (answer, "HTTP/1.%*d %u", &status) == 1 ? status : 0;
}

guint
tocsin_test_wire_ask (guint16 port, const char *request)
{
  g_autofree char *answer = NULL;
  int fd = tocsin_test_wire_connect (port);

  if (fd < 0)
    return 0;
  if (tocsin_test_wire_send (fd, request, strlen (request)))
    answer = tocsin_test_wire_read (fd);
  close (fd);
  return tocsin_test_wire_get_status (answer);
}

guint
tocsin_test_wire_get (guint16 port, const char *path)
{
  g_autofree char *request = g_strdup_printf ("GET %s HTTP/1.1\r\nHost: a\r\n\r\n", path);

  return tocsin_test_wire_ask (port, request);
}
