/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "bench"

#include "config.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

#define BACKLOG       4096
#define EVENTS_A_TURN 256

void
bench_print_at_least (const char *name, double value, const char *unit, double limit)
{
  g_print ("%s %.4g %s, limit %.4g, ratio %.2f\n", name, value, unit, limit, value / limit);
}

void
bench_print_at_most (const char *name, double value, const char *unit, double limit)
{
  g_print ("%s %.4g %s, limit %.4g, ratio %.2f\n", name, value, unit, limit, limit / value);
}

void
bench_print (const char *name, double value, const char *unit)
{
  g_print ("%s %.4g %s\n", name, value, unit);
}

double
bench_cpu_seconds (pid_t pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", pid);
  g_autofree char *text = NULL;
  g_auto (GStrv) fields = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  fields = g_strsplit (strrchr (text, ')') + 2, " ", -1); /* from the third field on */
  return (g_ascii_strtod (fields[11], NULL) + g_ascii_strtod (fields[12], NULL)) /
         (double) sysconf (_SC_CLK_TCK);
}

double
bench_own_cpu_seconds (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

double
bench_resident_bytes (pid_t pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/status", pid);
  g_autofree char *text = NULL;
  const char *line;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  line = strstr (text, "VmRSS:");
  return line != NULL ? g_ascii_strtod (line + strlen ("VmRSS:"), NULL) * 1024 : 0;
}

static void
serve_one (int fd, guint64 *n_answered)
{
  static const char response[] = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
                                 "Content-Length: 3\r\nConnection: close\r\n\r\nok\n";
  char request[4096];
  ssize_t n = recv (fd, request, sizeof request, 0); /* a request of ours comes in one piece */

  if (n > 0 && send (fd, response, sizeof response - 1, MSG_NOSIGNAL) > 0)
    (*n_answered)++;
  close (fd);
}

static void
take_in (int epoll_fd, int listener)
{
  int fd;

  while ((fd = accept4 (listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
    struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };

    epoll_ctl (epoll_fd, EPOLL_CTL_ADD, fd, &event);
  }
}

static gboolean
is_listener (const int *listeners, int fd)
{
  for (guint i = 0; i < BENCH_TARGET_HOSTS; i++)
    if (listeners[i] == fd)
      return TRUE;
  return FALSE;
}

static void G_GNUC_NORETURN
serve (const int *listeners, guint64 *n_answered)
{
  int epoll_fd = epoll_create1 (EPOLL_CLOEXEC);

  prctl (PR_SET_PDEATHSIG, SIGKILL);
  for (guint i = 0; i < BENCH_TARGET_HOSTS; i++) {
    struct epoll_event event = { .events = EPOLLIN, .data.fd = listeners[i] };

    epoll_ctl (epoll_fd, EPOLL_CTL_ADD, listeners[i], &event);
  }
  for (;;) {
    struct epoll_event events[EVENTS_A_TURN];
    int n = epoll_wait (epoll_fd, events, EVENTS_A_TURN, -1);

    for (int i = 0; i < n; i++) {
      int fd = events[i].data.fd;

      if (is_listener (listeners, fd))
        take_in (epoll_fd, fd);
      else
        serve_one (fd, n_answered);
    }
  }
}

/* On `*port` of 127.0.0.`host`; 0 is any, and becomes the one that it got. */
static int
listen_at (guint host, guint16 *port)
{
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_port = htons (*port),
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK - 1 + host) };
  socklen_t length = sizeof address;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

  g_assert_no_errno (bind (fd, (struct sockaddr *) &address, sizeof address));
  g_assert_no_errno (listen (fd, BACKLOG));
  g_assert_no_errno (getsockname (fd, (struct sockaddr *) &address, &length));
  *port = ntohs (address.sin_port);
  return fd;
}

void
bench_target_start (BenchTarget *target)
{
  int listeners[BENCH_TARGET_HOSTS];

  target->port = 0;
  for (guint i = 0; i < BENCH_TARGET_HOSTS; i++)
    listeners[i] = listen_at (i + 1, &target->port);
  target->n_answered = mmap (NULL, sizeof *target->n_answered, PROT_READ | PROT_WRITE,
                             MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  g_assert_true (target->n_answered != MAP_FAILED);
  target->pid = fork ();
  g_assert_cmpint (target->pid, >=, 0);
  if (target->pid == 0)
    serve (listeners, target->n_answered);
  for (guint i = 0; i < BENCH_TARGET_HOSTS; i++)
    close (listeners[i]);
}

void
bench_target_stop (BenchTarget *target)
{
  kill (target->pid, SIGKILL);
  waitpid (target->pid, NULL, 0);
  munmap (target->n_answered, sizeof *target->n_answered);
}
