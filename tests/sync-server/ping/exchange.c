/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "exchange"

#include "config.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "exchange.h"

#define PATIENCE_S 20

int
exchange_connect (guint16 port)
{
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_port = htons (port),
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  const struct timeval patience = { .tv_sec = PATIENCE_S };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  setsockopt (fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (connect (fd, (struct sockaddr *) &address, sizeof address) == 0)
    return fd;
  close (fd);
  return -1;
}

/* Bytes of body that follow the head, as the head says. */
static gsize
get_length (const char *head)
{
  const char *found = strstr (head, "Content-Length: ");

  return found != NULL ? g_ascii_strtoull (found + strlen ("Content-Length: "), NULL, 10) : 0;
}

static gboolean
is_whole (const GString *reply)
{
  const char *end = strstr (reply->str, "\r\n\r\n");

  return end != NULL && reply->len >= (gsize) (end + 4 - reply->str) + get_length (reply->str);
}

guint
exchange_run (int fd, const char *request, GString *reply)
{
  char piece[4096];
  ssize_t n;

  g_string_truncate (reply, 0);
  if (send (fd, request, strlen (request), MSG_NOSIGNAL) != (ssize_t) strlen (request))
    return 0;
  while (!is_whole (reply)) {
    n = recv (fd, piece, sizeof piece, 0);
    if (n <= 0)
      return 0;
    g_string_append_len (reply, piece, n);
  }
  if (!g_str_has_prefix (reply->str, "HTTP/1.") || reply->len < 12)
    return 0;
  return (guint) g_ascii_strtoull (reply->str + 9, NULL, 10);
}

guint
exchange_once (guint16 port, const char *request, GString *reply)
{
  int fd = exchange_connect (port);
  guint status = fd >= 0 ? exchange_run (fd, request, reply) : 0;

  if (fd >= 0)
    close (fd);
  return status;
}
