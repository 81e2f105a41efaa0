/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "connector"

#include "config.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "address-guard.h"
#include "connector.h"
#include "names.h"
#include "timetext.h"

/* RFC 8305, 8: how long one address has before the next one is tried beside it. */
#define DELAY_US (250 * TOCSIN_US_PER_MS)

typedef struct {
  TocsinConnector *connector;
  const struct sockaddr *address; /* within a struct sockaddr_storage */
  int fd;                         /* < 0: not open */
  TocsinWatchFd *watch;
  gint64 started_us;
  int error; /* 0: none yet */
} Attempt;

struct _TocsinConnector {
  TocsinReactor *reactor;
  GArray *addresses; /* (owned) */
  gint64 delay_us;
  TocsinTimer *timer; /* (nullable) when the next address is tried */
  Attempt attempts[TOCSIN_NAMES_ADDRESSES_MOST];
  guint n_addresses, n_started, n_failed;
  Attempt *connected; /* (nullable) */
  TocsinConnectorDone done;
  gpointer user_data;
};

static void
close_attempt (Attempt *attempt)
{
  g_clear_pointer (&attempt->watch, tocsin_watch_fd_remove);
  if (attempt->fd >= 0)
    close (attempt->fd);
  attempt->fd = -1;
}

static void try_next (TocsinConnector *self);

static void
fail_attempt (Attempt *attempt, int error)
{
  TocsinConnector *self = attempt->connector;

  attempt->error = error;
  close_attempt (attempt);
  self->n_failed++;
  if (self->n_started < self->n_addresses)
    try_next (self);
  else if (self->n_failed == self->n_addresses)
    self->done (-1, self->user_data);
}

static void
connected (Attempt *attempt)
{
  TocsinConnector *self = attempt->connector;
  int fd = attempt->fd;

  g_clear_pointer (&attempt->watch, tocsin_watch_fd_remove);
  attempt->fd = -1;
  self->connected = attempt;
  g_clear_pointer (&self->timer, tocsin_timer_remove);
  for (guint i = 0; i < self->n_started; i++)
    close_attempt (&self->attempts[i]);
  self->done (fd, self->user_data);
}

static void
socket_cb (int fd, guint32 events, gpointer user_data)
{
  Attempt *attempt = user_data;
  int error = 0;
  socklen_t length = sizeof error;

  if (getsockopt (fd, SOL_SOCKET, SO_ERROR, &error, &length) < 0)
    error = errno;
  if (error != 0)
    fail_attempt (attempt, error);
  else
    connected (attempt);
}

static void
start_attempt (Attempt *attempt)
{
  TocsinConnector *self = attempt->connector;
  socklen_t length = attempt->address->sa_family == AF_INET6 ? sizeof (struct sockaddr_in6)
                                                             : sizeof (struct sockaddr_in);
  int at_once = 1;

  attempt->started_us = g_get_monotonic_time ();
  attempt->fd = socket (attempt->address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (attempt->fd < 0) {
    fail_attempt (attempt, errno);
    return;
  }
  setsockopt (attempt->fd, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
  if (connect (attempt->fd, attempt->address, length) < 0 && errno != EINPROGRESS) {
    fail_attempt (attempt, errno);
    return;
  }
  attempt->watch = tocsin_reactor_watch (self->reactor, attempt->fd, EPOLLOUT, socket_cb, attempt);
}

static void
timer_cb (gpointer user_data)
{
  TocsinConnector *self = user_data;

  self->timer = NULL;
  try_next (self);
}

static void
try_next (TocsinConnector *self)
{
  Attempt *attempt = &self->attempts[self->n_started++];

  g_clear_pointer (&self->timer, tocsin_timer_remove);
  if (self->n_started < self->n_addresses)
    self->timer = tocsin_reactor_timer (self->reactor, g_get_monotonic_time () + self->delay_us,
                                        timer_cb, self);
  start_attempt (attempt);
}

TocsinConnector *
tocsin_connector_new (TocsinReactor *reactor, GArray *addresses, gint64 timeout_us,
                      TocsinConnectorDone done, gpointer user_data)
{
  TocsinConnector *self;

  g_return_val_if_fail (addresses != NULL && addresses->len > 0, NULL);

  self = g_new0 (TocsinConnector, 1);
  self->reactor = reactor;
  self->addresses = addresses;
  self->n_addresses = MIN (addresses->len, TOCSIN_NAMES_ADDRESSES_MOST);
  self->delay_us = MIN (DELAY_US, timeout_us / self->n_addresses);
  self->done = done;
  self->user_data = user_data;
  for (guint i = 0; i < self->n_addresses; i++) {
    self->attempts[i].connector = self;
    self->attempts[i].fd = -1;
    self->attempts[i].address =
        (const struct sockaddr *) &g_array_index (addresses, struct sockaddr_storage, i);
  }
  self->timer = tocsin_reactor_timer (reactor, 0, timer_cb, self); /* never from within this call */
  return self;
}

void
tocsin_connector_free (TocsinConnector *connector)
{
  if (connector == NULL)
    return;
  g_clear_pointer (&connector->timer, tocsin_timer_remove);
  for (guint i = 0; i < connector->n_started; i++)
    close_attempt (&connector->attempts[i]);
  g_array_unref (connector->addresses);
  g_free (connector);
}

char *
tocsin_connector_get_peer (TocsinConnector *connector)
{
  const Attempt *attempt =
      connector->connected != NULL ? connector->connected : &connector->attempts[0];

  return tocsin_address_to_text (attempt->address);
}

static char *
get_words (int error)
{
  char *words = g_strdup (g_strerror (error));

  words[0] = g_ascii_tolower (words[0]);
  return words;
}

char **
tocsin_connector_get_attempts (TocsinConnector *connector)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  guint n = 0;

  for (guint i = 0; i < connector->n_started; i++) {
    const Attempt *attempt = &connector->attempts[i];
    g_autofree char *address = tocsin_address_to_text (attempt->address), *words = NULL;
    g_autofree char *waited = NULL, *text = NULL;

    if (attempt == connector->connected)
      continue;
    if (attempt->error != 0) {
      words = get_words (attempt->error);
    } else {
      waited = tocsin_span_to_words ((g_get_monotonic_time () - attempt->started_us) /
                                     TOCSIN_US_PER_MS * TOCSIN_US_PER_MS);
      words = g_strdup_printf ("no answer within %s", waited);
    }
    text = g_strdup_printf ("%s: %s", address, words);
    g_strv_builder_add (builder, text);
    n++;
  }
  return n > 0 ? g_strv_builder_end (builder) : NULL;
}

/* Where several addresses fail in several ways, the first of these tells most. */
static const struct {
  int error;
  TocsinCode code;
  const char *words; /* after the target, before the addresses */
} failures[] = {
  { ECONNREFUSED, TOCSIN_CODE_CONNECT_REFUSED, "refused the connection" },
  { ECONNRESET, TOCSIN_CODE_CONNECT_RESET, "reset the connection" },
  { ETIMEDOUT, TOCSIN_CODE_TIMEOUT_CONNECT, "does not answer" },
  { EHOSTUNREACH, TOCSIN_CODE_CONNECT_UNREACHABLE, "can't be reached: no route to the host" },
  { EHOSTDOWN, TOCSIN_CODE_CONNECT_UNREACHABLE, "can't be reached: the host is down" },
  { ENETUNREACH, TOCSIN_CODE_CONNECT_UNREACHABLE, "can't be reached: no route to its network" },
  { ENETDOWN, TOCSIN_CODE_CONNECT_UNREACHABLE, "can't be reached: the network is down" },
  { EADDRNOTAVAIL, TOCSIN_CODE_CONNECT_UNREACHABLE,
    "can't be reached: this machine has no address of that family" },
  { EAFNOSUPPORT, TOCSIN_CODE_CONNECT_UNREACHABLE,
    "can't be reached: this machine does not speak its address family" },
};

/* The addresses that failed with `error`: "192.0.2.7, 192.0.2.8"; "" where the target is the
 * address. (transfer full) */
static char *
list_hosts (TocsinConnector *self, int error, const char *target)
{
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < self->n_started; i++) {
    g_autofree char *address = tocsin_address_to_text (self->attempts[i].address), *host = NULL;

    if (self->attempts[i].error != error || g_str_equal (address, target))
      continue;
    host = tocsin_names_host_to_text ((gconstpointer) self->attempts[i].address);
    g_string_append_printf (list, "%s%s", list->len > 0 ? ", " : " (", host);
  }
  if (list->len > 0)
    g_string_append_c (list, ')');
  return g_string_free (g_steal_pointer (&list), FALSE);
}

static gboolean
has_error (TocsinConnector *self, int error)
{
  for (guint i = 0; i < self->n_started; i++)
    if (self->attempts[i].error == error)
      return TRUE;
  return FALSE;
}

void
tocsin_connector_fail (TocsinConnector *connector, const char *target, TocsinSample *sample)
{
  g_autofree char *hosts = NULL, *words = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (failures); i++)
    if (has_error (connector, failures[i].error)) {
      hosts = list_hosts (connector, failures[i].error, target);
      tocsin_sample_fail (sample, failures[i].code, "%s %s%s", target, failures[i].words, hosts);
      return;
    }
  words = get_words (connector->attempts[0].error);
  hosts = list_hosts (connector, connector->attempts[0].error, target);
  tocsin_sample_fail (sample, TOCSIN_CODE_CONNECT_FAILED, "%s can't be connected: %s%s", target,
                      words, hosts);
}
