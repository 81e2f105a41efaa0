/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "supervisor"

#include "config.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "errors.h"
#include "monitor.h"
#include "service-notify.h"
#include "supervisor.h"

#define BACKLOG          4096
#define END_MOST_MS      10000 /* after which what has not ended is killed */
#define RELOAD_TURN_MS   500
#define RESTART_MS       50  /* doubled each time that a worker ends at once */
#define RESTART_MOST_MS  800 /* a worker is replaced within a second, however often it ends */
#define ENDED_AT_ONCE_US (2 * G_USEC_PER_SEC)
#define FIRST_FD         3 /* in the worker */

typedef struct {
  struct _Supervisor *supervisor;
  guint number;
  GPtrArray *sockets;   /* (owned) of GSocket, one for each address */
  GSubprocess *process; /* (owned) (nullable) */
  gint64 started_at;    /* monotonic */
  guint restart_ms;
  guint restart_source;
} Seat;

typedef struct _Supervisor {
  const TocsinServerConfig *config;
  const char *config_path; /* (nullable) */
  char *program;
  GMainLoop *loop;
  GPtrArray *seats; /* (owned) */
  guint n_running;
  guint reload_next; /* the seat that comes next; more than there are: none does */
  gboolean is_ending;
} Supervisor;

static gboolean start_worker (Seat *seat);

/* --- sockets --- */

/* GSocket's own binding takes SO_REUSEPORT off again. */
static gboolean
bind_shared (GSocket *socket, GSocketAddress *address, GError **error)
{
  struct sockaddr_storage native;
  gssize size = g_socket_address_get_native_size (address);
  int yes = 1, fd = g_socket_get_fd (socket);

  if (!g_socket_address_to_native (address, &native, sizeof native, error))
    return FALSE;
  if (setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0 &&
      setsockopt (fd, SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes) == 0 &&
      bind (fd, (struct sockaddr *) &native, (socklen_t) size) == 0)
    return TRUE;
  return tocsin_fail (error, TOCSIN_ERROR_FAILED, "%s", g_strerror (errno));
}

static GSocket *
open_socket (const char *text, GError **error)
{
  g_autofree char *host = NULL;
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GSocket) socket = NULL;
  guint16 port;

  if (!tocsin_host_port_parse (text, 0, &host, &port, error))
    return NULL;
  address = g_inet_socket_address_new_from_string (host, port);
  if (address == NULL) {
    tocsin_fail (error, TOCSIN_ERROR_INVALID, "“%s” is no IP address", host);
    return NULL;
  }
  socket = g_socket_new (g_socket_address_get_family (address), G_SOCKET_TYPE_STREAM,
                         G_SOCKET_PROTOCOL_TCP, error);
  if (socket == NULL)
    return NULL;
  g_socket_set_listen_backlog (socket, BACKLOG);
  if (!bind_shared (socket, address, error) || !g_socket_listen (socket, error))
    return NULL;
  return g_steal_pointer (&socket);
}

static gboolean
open_sockets (Supervisor *self, Seat *seat, GError **error)
{
  for (guint i = 0; self->config->listen[i] != NULL; i++) {
    GSocket *socket = open_socket (self->config->listen[i], error);

    if (socket == NULL) {
      g_prefix_error (error, "can’t listen on %s: ", self->config->listen[i]);
      return FALSE;
    }
    g_ptr_array_add (seat->sockets, socket);
  }
  return TRUE;
}

/* SO_REUSEPORT would let a second server of the same user share our port in silence. */
static gboolean
check_that_nobody_listens (const TocsinServerConfig *config, GError **error)
{
  for (guint i = 0; config->listen[i] != NULL; i++) {
    g_autofree char *host = NULL;
    g_autoptr (GSocketAddress) address = NULL;
    g_autoptr (GSocket) socket = NULL;
    guint16 port;

    if (!tocsin_host_port_parse (config->listen[i], 0, &host, &port, error))
      return FALSE;
    address = g_inet_socket_address_new_from_string (host, port);
    socket = g_socket_new (g_socket_address_get_family (address), G_SOCKET_TYPE_STREAM,
                           G_SOCKET_PROTOCOL_TCP, error);
    if (socket == NULL || !g_socket_bind (socket, address, TRUE, error)) {
      g_prefix_error (error, "can’t listen on %s: ", config->listen[i]);
      return FALSE;
    }
  }
  return TRUE;
}

int *
tocsin_supervisor_read_fds (const char *text, guint *n_fds)
{
  guint n = (guint) g_ascii_strtoull (text, NULL, 10);
  int *fds = g_new0 (int, MAX (n, 1));

  for (guint i = 0; i < n; i++)
    fds[i] = FIRST_FD + (int) i;
  *n_fds = n;
  return fds;
}

/* --- workers --- */

static gboolean
restart_cb (gpointer user_data)
{
  Seat *seat = user_data;

  seat->restart_source = 0;
  start_worker (seat);
  return G_SOURCE_REMOVE;
}

static void
restart_later (Seat *seat)
{
  gboolean at_once = g_get_monotonic_time () - seat->started_at < ENDED_AT_ONCE_US;

  seat->restart_ms = at_once ? MIN (seat->restart_ms * 2, RESTART_MOST_MS) : RESTART_MS;
  seat->restart_source = g_timeout_add (seat->restart_ms, restart_cb, seat);
}

static void
tell_end (const Seat *seat)
{
  if (g_subprocess_get_if_signaled (seat->process))
    g_warning ("worker %u was ended by signal %d: a new one comes in its place", seat->number,
               g_subprocess_get_term_sig (seat->process));
  else if (g_subprocess_get_exit_status (seat->process) != 0)
    g_warning ("worker %u ended with status %d: a new one comes in its place", seat->number,
               g_subprocess_get_exit_status (seat->process));
}

static void
ended_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Seat *seat = user_data;
  Supervisor *self = seat->supervisor;

  g_subprocess_wait_finish (G_SUBPROCESS (source), result, NULL);
  self->n_running--;
  if (!self->is_ending)
    tell_end (seat);
  g_clear_object (&seat->process);
  if (!self->is_ending)
    restart_later (seat);
  else if (self->n_running == 0)
    g_main_loop_quit (self->loop);
}

static gboolean
start_worker (Seat *seat)
{
  Supervisor *self = seat->supervisor;
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autofree char *number = g_strdup_printf ("%u", seat->number);
  g_autofree char *n_fds = g_strdup_printf ("%u", seat->sockets->len);
  g_autoptr (GError) error = NULL;
  const char *argv[] = {
    self->program,     "worker", number, n_fds, self->config_path != NULL ? "--config" : NULL,
    self->config_path, NULL
  };

  for (guint i = 0; i < seat->sockets->len; i++)
    g_subprocess_launcher_take_fd (
        launcher, dup (g_socket_get_fd (g_ptr_array_index (seat->sockets, i))), FIRST_FD + (int) i);
  seat->started_at = g_get_monotonic_time ();
  seat->process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  if (seat->process == NULL) {
    g_warning ("worker %u can’t be started: %s", seat->number, error->message);
    restart_later (seat);
    return FALSE;
  }
  self->n_running++;
  g_subprocess_wait_async (seat->process, NULL, ended_cb, seat);
  return TRUE;
}

/* --- signals --- */

static void
send_to_all (Supervisor *self, int number)
{
  for (guint i = 0; i < self->seats->len; i++) {
    Seat *seat = g_ptr_array_index (self->seats, i);

    g_clear_handle_id (&seat->restart_source, g_source_remove);
    if (seat->process != NULL)
      g_subprocess_send_signal (seat->process, number);
  }
}

static gboolean
kill_cb (gpointer user_data)
{
  Supervisor *self = user_data;

  g_warning ("%u workers did not end in time and are killed", self->n_running);
  send_to_all (self, SIGKILL);
  return G_SOURCE_REMOVE;
}

static gboolean
end_cb (gpointer user_data)
{
  Supervisor *self = user_data;

  if (self->is_ending)
    return G_SOURCE_CONTINUE;
  self->is_ending = TRUE;
  tocsin_service_notify ("STOPPING=1");
  send_to_all (self, SIGTERM);
  if (self->n_running == 0)
    g_main_loop_quit (self->loop);
  else
    g_timeout_add (END_MOST_MS, kill_cb, self);
  return G_SOURCE_CONTINUE;
}

/* One after the other, so that there is always somebody who answers. */
static gboolean
reload_one_cb (gpointer user_data)
{
  Supervisor *self = user_data;
  Seat *seat;

  if (self->is_ending || self->reload_next >= self->seats->len)
    return G_SOURCE_REMOVE;
  seat = g_ptr_array_index (self->seats, self->reload_next++);
  if (seat->process != NULL)
    g_subprocess_send_signal (seat->process, SIGTERM);
  return G_SOURCE_CONTINUE;
}

static gboolean
reload_cb (gpointer user_data)
{
  Supervisor *self = user_data;
  g_auto (GStrv) environment = g_get_environ ();
  g_autoptr (GError) error = NULL;
  g_autoptr (TocsinServerConfig) config =
      tocsin_server_config_load (self->config_path, environment, &error);

  if (config == NULL) {
    g_warning ("the settings stay as they are: %s", error->message);
    return G_SOURCE_CONTINUE;
  }
  g_message ("new settings: the workers start anew, one after the other");
  self->reload_next = 0;
  reload_one_cb (self);
  g_timeout_add (RELOAD_TURN_MS, reload_one_cb, self);
  return G_SOURCE_CONTINUE;
}

/* --- life --- */

static void
free_seat (gpointer data)
{
  Seat *seat = data;

  g_ptr_array_unref (seat->sockets);
  g_clear_object (&seat->process);
  g_free (seat);
}

static gboolean
make_seats (Supervisor *self, GError **error)
{
  guint n = tocsin_server_config_get_n_workers (self->config);

  if (!check_that_nobody_listens (self->config, error))
    return FALSE;
  for (guint i = 0; i < n; i++) {
    Seat *seat = g_new0 (Seat, 1);

    seat->supervisor = self;
    seat->number = i;
    seat->restart_ms = RESTART_MS;
    seat->sockets = g_ptr_array_new_with_free_func (g_object_unref);
    g_ptr_array_add (self->seats, seat);
    if (!open_sockets (self, seat, error))
      return FALSE;
  }
  return TRUE;
}

static void
run (Supervisor *self)
{
  g_autofree char *where = g_strjoinv (", ", self->config->listen);

  for (guint i = 0; i < self->seats->len; i++)
    start_worker (g_ptr_array_index (self->seats, i));
  g_unix_signal_add (SIGTERM, end_cb, self);
  g_unix_signal_add (SIGINT, end_cb, self);
  g_unix_signal_add (SIGHUP, reload_cb, self);
  g_message ("serving %s on %s with %u workers", self->config->public_url, where, self->seats->len);
  tocsin_service_notify ("READY=1");
  tocsin_service_watchdog_start ();
  g_main_loop_run (self->loop);
}

int
tocsin_supervisor_run (const TocsinServerConfig *config, const char *config_path)
{
  Supervisor self = { .config = config, .config_path = config_path, .reload_next = G_MAXUINT };
  g_autoptr (GError) error = NULL;
  gboolean ok;

  self.program = g_file_read_link ("/proc/self/exe", &error);
  self.loop = g_main_loop_new (NULL, FALSE);
  self.seats = g_ptr_array_new_with_free_func (free_seat);
  ok = self.program != NULL && make_seats (&self, &error);
  if (ok)
    run (&self);
  else
    g_printerr ("tocsin-server: %s\n", error->message);
  g_ptr_array_unref (self.seats);
  g_main_loop_unref (self.loop);
  g_free (self.program);
  return ok ? 0 : 1;
}
