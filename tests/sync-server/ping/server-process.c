/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "server-process"

#include "config.h"

#include <gio/gio.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "exchange.h"
#include "server-process.h"
#include "support.h"

struct _ServerProcess {
  GSubprocessLauncher *launcher;
  GSubprocess *process; /* (owned) (nullable) */
  char *program;
  guint16 port;
};

/* In the child, between fork and exec. */
static void
child_setup_cb (gpointer user_data)
{
  setpgid (0, 0);
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

/* A worker answers, not just a socket that the supervisor holds. */
static gboolean
answers (gpointer user_data)
{
  const ServerProcess *server = user_data;
  g_autoptr (GString) reply = g_string_new (NULL);

  return exchange_once (server->port, "GET /readyz HTTP/1.0\r\n\r\n", reply) == 200;
}

void
server_process_start (ServerProcess *server)
{
  const char *argv[] = { server->program, "serve", NULL };
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GError) error = NULL;

  g_assert_null (server->process);
  server->process = g_subprocess_launcher_spawnv (server->launcher, argv, &error);
  g_assert_no_error (error);
  tocsin_test_wait (context, answers, server);
}

static pid_t
get_pid (const ServerProcess *server)
{
  return atoi (g_subprocess_get_identifier (server->process));
}

void
server_process_kill (ServerProcess *server)
{
  pid_t group = get_pid (server);

  g_assert_no_errno (kill (-group, SIGKILL));
  g_subprocess_wait (server->process, NULL, NULL);
  g_clear_object (&server->process);
}

int
server_process_stop (ServerProcess *server)
{
  int status;

  g_subprocess_send_signal (server->process, SIGTERM);
  g_subprocess_wait (server->process, NULL, NULL);
  status = g_subprocess_get_if_exited (server->process)
               ? g_subprocess_get_exit_status (server->process)
               : -1;
  g_clear_object (&server->process);
  return status;
}

GArray *
server_process_get_workers (const ServerProcess *server)
{
  pid_t pid = get_pid (server);
  g_autofree char *path = g_strdup_printf ("/proc/%d/task/%d/children", pid, pid);
  g_autofree char *text = NULL;
  g_auto (GStrv) words = NULL;
  GArray *workers = g_array_new (FALSE, FALSE, sizeof (pid_t));

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  words = g_strsplit (g_strstrip (text), " ", -1);
  for (guint i = 0; words[i] != NULL; i++) {
    pid_t worker = atoi (words[i]);

    if (worker > 0)
      g_array_append_val (workers, worker);
  }
  return workers;
}

guint16
server_process_get_port (const ServerProcess *server)
{
  return server->port;
}

static void
set_environment (ServerProcess *server, const char *name, const char *value)
{
  g_subprocess_launcher_setenv (server->launcher, name, value, TRUE);
}

ServerProcess *
server_process_new (const char *program, const char *database_url, guint n_workers,
                    const char *const *environment)
{
  ServerProcess *server = g_new0 (ServerProcess, 1);
  g_autofree char *workers = g_strdup_printf ("%u", n_workers);
  g_autofree char *listen = NULL, *public_url = NULL, *log = NULL;

  server->program = g_strdup (program);
  server->port = tocsin_test_free_port ();
  listen = g_strdup_printf ("127.0.0.1:%u", server->port);
  public_url = g_strdup_printf ("http://%s", listen);
  log = g_strdup_printf ("%s/server-%u.log", tocsin_test_dir (), server->port);
  server->launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_subprocess_launcher_set_stderr_file_path (server->launcher, log);
  g_subprocess_launcher_set_child_setup (server->launcher, child_setup_cb, NULL, NULL);
  g_subprocess_launcher_unsetenv (server->launcher, "G_DEBUG"); /* it warns of what the tests do */
  set_environment (server, "TOCSIN_DATABASE_URL", database_url);
  set_environment (server, "TOCSIN_LISTEN", listen);
  set_environment (server, "TOCSIN_PUBLIC_URL", public_url);
  set_environment (server, "TOCSIN_WORKERS", workers);
  for (guint i = 0; environment != NULL && environment[i] != NULL; i++) {
    g_auto (GStrv) parts = g_strsplit (environment[i], "=", 2);

    set_environment (server, parts[0], parts[1]);
  }
  server_process_start (server);
  return server;
}

void
server_process_free (ServerProcess *server)
{
  if (server == NULL)
    return;
  if (server->process != NULL)
    server_process_stop (server);
  g_clear_object (&server->launcher);
  g_free (server->program);
  g_free (server);
}
