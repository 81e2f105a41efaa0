/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "service-notify"

#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "service-notify.h"

void
tocsin_service_notify (const char *state)
{
  const char *path = g_getenv ("NOTIFY_SOCKET");
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  gsize length;
  int fd;

  g_return_if_fail (state != NULL);

  length = path != NULL ? strlen (path) : 0;
  if (length < 2 || length >= sizeof address.sun_path || (path[0] != '/' && path[0] != '@'))
    return;
  memcpy (address.sun_path, path, length);
  if (address.sun_path[0] == '@') /* an abstract socket */
    address.sun_path[0] = '\0';

  fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return;
  if (sendto (fd, state, strlen (state), MSG_NOSIGNAL, (struct sockaddr *) &address,
              (socklen_t) (G_STRUCT_OFFSET (struct sockaddr_un, sun_path) + length)) < 0)
    g_debug ("can’t reach the service manager at %s: %s", path, g_strerror (errno));
  close (fd);
}

static gboolean
feed_cb (gpointer user_data)
{
  tocsin_service_notify ("WATCHDOG=1");
  return G_SOURCE_CONTINUE;
}

guint
tocsin_service_watchdog_start (void)
{
  const char *text = g_getenv ("WATCHDOG_USEC");
  const char *pid = g_getenv ("WATCHDOG_PID");
  guint64 span_us, for_pid;

  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 1000, G_MAXINT64, &span_us, NULL))
    return 0;
  if (pid != NULL && g_ascii_string_to_unsigned (pid, 10, 1, G_MAXINT32, &for_pid, NULL) &&
      (pid_t) for_pid != getpid ())
    return 0;
  feed_cb (NULL);
  return g_timeout_add ((guint) MAX (span_us / 2000, 1), feed_cb, NULL);
}
