/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "cmd-exec"

#include "config.h"

#include <curl/curl.h>
#include <errno.h>
#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd-exec.h"
#include "errors.h"
#include "monitor.h"
#include "ring.h"
#include "timetext.h"

/* Runs a job between two pings. The job comes first: whatever happens to the pings, it runs, and
 * its exit status is ours. */

#define PING_TRIES     3
#define PING_TIMEOUT_S 10L
#define PING_WAIT_US   (G_USEC_PER_SEC / 2)
#define KILL_AFTER_MS  10000 /* a job that was asked to end has so long */

#define EXIT_SIGNALLED 128 /* plus the signal, as shells have it */
#define EXIT_NOT_FOUND 127
#define EXIT_NO_START  126

typedef struct {
  GMainLoop *loop;
  GPid pid;
  int wait_status;
  gboolean exited, timed_out;
  guint n_open; /* pipes */
  guint timeout_id, kill_id;
  TocsinRing output;
} Job;

/* --- pings --- */

static size_t
drop_cb (char *data, size_t size, size_t n, void *user_data)
{
  return size * n;
}

static gboolean
send_once (const char *url, GBytes *body, char *problem)
{
  CURL *easy = curl_easy_init ();
  gsize size = 0;
  const char *data = body != NULL ? g_bytes_get_data (body, &size) : NULL;
  long status = 0;
  CURLcode code;

  curl_easy_setopt (easy, CURLOPT_URL, url);
  curl_easy_setopt (easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt (easy, CURLOPT_TIMEOUT, PING_TIMEOUT_S);
  curl_easy_setopt (easy, CURLOPT_ERRORBUFFER, problem);
  curl_easy_setopt (easy, CURLOPT_WRITEFUNCTION, drop_cb);
  curl_easy_setopt (easy, CURLOPT_USERAGENT, "tocsinctl/" TOCSIN_VERSION);
  curl_easy_setopt (easy, CURLOPT_POST, 1L);
  curl_easy_setopt (easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t) size);
  curl_easy_setopt (easy, CURLOPT_POSTFIELDS, data != NULL ? data : "");
  code = curl_easy_perform (easy);
  curl_easy_getinfo (easy, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_cleanup (easy);
  if (code == CURLE_OK && status / 100 != 2)
    g_snprintf (problem, CURL_ERROR_SIZE, "the answer was %ld", status);
  return code == CURLE_OK && status / 100 == 2;
}

static void
send_ping (const char *url, const char *suffix, const char *rid, GBytes *body)
{
  g_autofree char *full = NULL;
  char problem[CURL_ERROR_SIZE] = "";

  if (url == NULL)
    return;
  full = g_strdup_printf ("%s/%s?rid=%s", url, suffix, rid);
  for (guint i = 0; i < PING_TRIES; i++) {
    if (i > 0)
      g_usleep (PING_WAIT_US);
    if (send_once (full, body, problem))
      return;
  }
  g_printerr (_ ("tocsinctl: the ping could not be sent, the job is not affected: %s\n"), problem);
}

/* --- the job --- */

static void
end_if_done (Job *job)
{
  if (job->exited && job->n_open == 0)
    g_main_loop_quit (job->loop);
}

static gboolean
read_cb (int fd, GIOCondition condition, gpointer user_data)
{
  Job *job = user_data;
  int out = (g_source_get_priority (g_main_current_source ()) == G_PRIORITY_HIGH) ? STDERR_FILENO
                                                                                  : STDOUT_FILENO;
  char buffer[16384];
  ssize_t n = read (fd, buffer, sizeof buffer);

  if (n < 0 && (errno == EINTR || errno == EAGAIN))
    return G_SOURCE_CONTINUE;
  if (n <= 0) {
    close (fd);
    job->n_open--;
    end_if_done (job);
    return G_SOURCE_REMOVE;
  }
  tocsin_ring_put (&job->output, buffer, (gsize) n);
  for (ssize_t done = 0; done < n;) {
    ssize_t written = write (out, buffer + done, (gsize) (n - done));

    if (written < 0 && errno != EINTR)
      break; /* our own output is gone; the job's end is still wanted */
    done += MAX (written, 0);
  }
  return G_SOURCE_CONTINUE;
}

static void
exited_cb (GPid pid, int wait_status, gpointer user_data)
{
  Job *job = user_data;

  job->wait_status = wait_status;
  job->exited = TRUE;
  end_if_done (job);
}

static gboolean
kill_cb (gpointer user_data)
{
  Job *job = user_data;

  job->kill_id = 0;
  killpg (job->pid, SIGKILL);
  return G_SOURCE_REMOVE;
}

static gboolean
timeout_cb (gpointer user_data)
{
  Job *job = user_data;

  job->timeout_id = 0;
  job->timed_out = TRUE;
  g_printerr ("%s", _ ("tocsinctl: the job took too long and is being ended\n"));
  killpg (job->pid, SIGTERM);
  job->kill_id = g_timeout_add (KILL_AFTER_MS, kill_cb, job);
  return G_SOURCE_REMOVE;
}

typedef struct {
  Job *job;
  int signal;
} Forward;

static gboolean
forward_cb (gpointer user_data)
{
  Forward *forward = user_data;

  killpg (forward->job->pid, forward->signal);
  return G_SOURCE_CONTINUE;
}

/* Its own process group, so that a timeout ends what it started too. */
static void
prepare_child (gpointer user_data)
{
  setpgid (0, 0);
}

static void
watch_pipe (Job *job, int fd, int priority)
{
  g_autoptr (GSource) source = g_unix_fd_source_new (fd, G_IO_IN | G_IO_HUP | G_IO_ERR);

  g_source_set_callback (source, G_SOURCE_FUNC (read_cb), job, NULL);
  g_source_set_priority (source, priority);
  g_source_attach (source, NULL);
  job->n_open++;
}

static gboolean
start_job (Job *job, char **argv, GError **error)
{
  int out, err;

  if (!g_spawn_async_with_pipes (NULL, argv, NULL,
                                 G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD |
                                     G_SPAWN_CHILD_INHERITS_STDIN,
                                 prepare_child, NULL, &job->pid, NULL, &out, &err, error))
    return FALSE;
  watch_pipe (job, out, G_PRIORITY_DEFAULT);
  watch_pipe (job, err, G_PRIORITY_HIGH);
  g_child_watch_add (job->pid, exited_cb, job);
  return TRUE;
}

static int
run_job (Job *job, gint64 timeout_us)
{
  static const int signals[] = { SIGTERM, SIGINT, SIGHUP };
  Forward forwards[G_N_ELEMENTS (signals)];
  guint ids[G_N_ELEMENTS (signals)];

  for (guint i = 0; i < G_N_ELEMENTS (signals); i++) {
    forwards[i] = (Forward){ job, signals[i] };
    ids[i] = g_unix_signal_add (signals[i], forward_cb, &forwards[i]);
  }
  if (timeout_us > 0)
    job->timeout_id =
        g_timeout_add ((guint) MIN (timeout_us / TOCSIN_US_PER_MS, G_MAXUINT), timeout_cb, job);
  g_main_loop_run (job->loop);
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    g_source_remove (ids[i]);
  g_clear_handle_id (&job->timeout_id, g_source_remove);
  g_clear_handle_id (&job->kill_id, g_source_remove);
  if (WIFSIGNALED (job->wait_status))
    return EXIT_SIGNALLED + WTERMSIG (job->wait_status);
  return WEXITSTATUS (job->wait_status);
}

/* --- the command --- */

/* A name is asked of the daemon; where there is none the job runs all the same. */
static char *
find_url (const char *text)
{
  g_autoptr (TocsinDbusTocsin1) daemon = NULL;
  g_autoptr (GVariant) status = NULL;
  g_autoptr (GError) error = NULL;
  char *url = NULL;

  if (text == NULL || strstr (text, "://") != NULL)
    return g_strdup (text);
  daemon = tocsin_dbus_tocsin1_proxy_new_for_bus_sync (G_BUS_TYPE_SESSION, G_DBUS_PROXY_FLAGS_NONE,
                                                       "org.tocsin.Tocsin1", "/org/tocsin/Tocsin1",
                                                       NULL, &error);
  if (daemon != NULL &&
      tocsin_dbus_tocsin1_call_status_sync (daemon, text, &status, NULL, &error) &&
      g_variant_lookup (status, "ping_url", "s", &url))
    return url;
  if (error != NULL)
    tocsin_ctl_strip_error (error);
  g_printerr (_ ("tocsinctl: “%s” can’t be pinged, the job runs all the same: %s\n"), text,
              error != NULL ? error->message : _ ("it is no heartbeat, or no pings are taken now"));
  return NULL;
}

int
tocsin_ctl_run_exec (TocsinCall *call, GError **error)
{
  g_autofree char *url = find_url (tocsin_args_get (&call->args, "ping"));
  g_autofree char *rid = g_uuid_string_random (), *suffix = NULL;
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) problem = NULL;
  g_autoptr (GBytes) output = NULL;
  gint64 timeout_us = 0;
  Job job = { .loop = loop };
  int status;

  if (!tocsin_args_get_span (&call->args, "timeout", 0, &timeout_us, error))
    return TOCSIN_EXIT_USAGE;
  curl_global_init (CURL_GLOBAL_DEFAULT);
  tocsin_ring_init (&job.output, TOCSIN_MONITOR_PING_BODY_BYTES);
  g_ptr_array_add (call->args.positional, NULL);
  send_ping (url, "start", rid, NULL);
  if (start_job (&job, (char **) call->args.positional->pdata, &problem)) {
    status = run_job (&job, timeout_us);
  } else {
    g_printerr ("tocsinctl: %s\n", problem->message);
    tocsin_ring_put (&job.output, problem->message, strlen (problem->message));
    status = g_error_matches (problem, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT) ? EXIT_NOT_FOUND
                                                                           : EXIT_NO_START;
  }
  output = tocsin_ring_get (&job.output);
  suffix = g_strdup_printf ("%d", job.timed_out && status == 0 ? 1 : status);
  send_ping (url, suffix, rid, output);
  tocsin_ring_clear (&job.output);
  curl_global_cleanup ();
  return status;
}
