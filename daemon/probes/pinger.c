/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "pinger"

#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/errqueue.h>
#include <linux/icmp.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "icmp.h"
#include "names.h"
#include "pinger.h"

#define PACKET_BYTES   (65536 + 64) /* the longest that a socket yields */
#define BUFFER_BYTES   (1024 * 1024)
#define IN_FLIGHT_MOST 32768 /* a family; half of the sequence numbers */
#define READS_A_TURN   512
#define SENDS_MOST     3

typedef struct {
  TocsinPinger *pinger;
  int family;
  int fd; /* < 0: not open */
  gboolean is_raw;
  guint16 id; /* of a raw socket's packets; an unprivileged one's is the kernel's own */
  guint16 next_seq;
  TocsinWatchFd *watch;
  GHashTable *packets; /* of TocsinPacket by sequence number */
} Socket;

typedef enum { V4, V6, N_FAMILIES } Family;

struct _TocsinPinger {
  TocsinReactor *reactor;
  GRand *rand;
  guint8 *buffer; /* (owned) of PACKET_BYTES */
  Socket sockets[N_FAMILIES];
};

struct _TocsinPacket {
  Socket *socket;
  TocsinEcho echo;
  struct sockaddr_storage to;
  gint64 sent_us;
  TocsinPacketDone done;
  gpointer user_data;
};

TocsinPinger *
tocsin_pinger_new (TocsinReactor *reactor)
{
  TocsinPinger *self = g_new0 (TocsinPinger, 1);

  self->reactor = reactor;
  self->rand = g_rand_new ();
  self->buffer = g_malloc (PACKET_BYTES);
  for (guint i = 0; i < N_FAMILIES; i++)
    self->sockets[i] = (Socket){ .pinger = self,
                                 .family = i == V6 ? AF_INET6 : AF_INET,
                                 .fd = -1,
                                 .id = (guint16) g_rand_int (self->rand),
                                 .next_seq = (guint16) g_rand_int (self->rand),
                                 .packets = g_hash_table_new (NULL, NULL) };
  return self;
}

static void
close_socket (Socket *socket)
{
  g_clear_pointer (&socket->watch, tocsin_watch_fd_remove);
  if (socket->fd >= 0)
    close (socket->fd);
  socket->fd = -1;
}

void
tocsin_pinger_free (TocsinPinger *pinger)
{
  if (pinger == NULL)
    return;
  for (guint i = 0; i < N_FAMILIES; i++) {
    g_assert (g_hash_table_size (pinger->sockets[i].packets) == 0);
    close_socket (&pinger->sockets[i]);
    g_hash_table_unref (pinger->sockets[i].packets);
  }
  g_rand_free (pinger->rand);
  g_free (pinger->buffer);
  g_free (pinger);
}

static Socket *
get_socket (TocsinPinger *self, int family)
{
  return &self->sockets[family == AF_INET6 ? V6 : V4];
}

static void
free_packet (TocsinPacket *packet)
{
  g_hash_table_remove (packet->socket->packets, GUINT_TO_POINTER (packet->echo.seq));
  g_free (packet);
}

static void
end_packet (TocsinPacket *packet, gint64 rtt_us, const char *error)
{
  TocsinPacketDone done = packet->done;
  gpointer user_data = packet->user_data;

  free_packet (packet);
  done (rtt_us, error, user_data);
}

/* How long ago the kernel received what `message` holds: a busy loop reads late, and that is no
 * part of the round trip. */
static gint64
get_age_us (struct msghdr *message)
{
  for (struct cmsghdr *header = CMSG_FIRSTHDR (message); header != NULL;
       header = CMSG_NXTHDR (message, header)) {
    struct timespec at;
    gint64 age_us;

    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_TIMESTAMPNS)
      continue;
    memcpy (&at, CMSG_DATA (header), sizeof at);
    age_us = g_get_real_time () - (at.tv_sec * G_USEC_PER_SEC + at.tv_nsec / 1000);
    return CLAMP (age_us, 0, G_USEC_PER_SEC); /* the clock may have been set meanwhile */
  }
  return 0;
}

static void
take_reply (Socket *self, struct msghdr *message, gsize length)
{
  gint64 received_us = g_get_monotonic_time () - get_age_us (message);
  gboolean is_v6 = self->family == AF_INET6;
  TocsinPacket *packet;
  TocsinEcho echo;

  if (!tocsin_icmp_parse_reply (message->msg_iov->iov_base, length, is_v6, self->is_raw && !is_v6,
                                &echo))
    return;
  packet = g_hash_table_lookup (self->packets, GUINT_TO_POINTER (echo.seq));
  if (packet == NULL || packet->echo.nonce != echo.nonce || (self->is_raw && echo.id != self->id))
    return;
  end_packet (packet, MAX (received_us - packet->sent_us, 0), NULL);
}

/* (nullable) where the error is none that ends a packet's way. (transfer full) */
static char *
explain_error (const struct sock_extended_err *error)
{
  const struct sockaddr_storage *offender = (gconstpointer) SO_EE_OFFENDER (error);
  gboolean is_v6 = error->ee_origin == SO_EE_ORIGIN_ICMP6;
  g_autofree char *who = NULL;
  const char *words;

  if (error->ee_origin == SO_EE_ORIGIN_LOCAL)
    return g_strdup (g_strerror ((int) error->ee_errno));
  if (error->ee_origin != SO_EE_ORIGIN_ICMP && !is_v6)
    return NULL;
  words = tocsin_icmp_error_words (is_v6, error->ee_type, error->ee_code);
  if (words == NULL)
    return NULL;
  who = tocsin_names_host_to_text (offender);
  return g_strdup_printf ("%s says: %s", who, words);
}

static gboolean
is_same_host (const struct sockaddr_storage *a, const struct sockaddr_storage *b)
{
  if (a->ss_family != b->ss_family)
    return FALSE;
  if (a->ss_family == AF_INET6)
    return memcmp (&((const struct sockaddr_in6 *) a)->sin6_addr,
                   &((const struct sockaddr_in6 *) b)->sin6_addr, sizeof (struct in6_addr)) == 0;
  return ((const struct sockaddr_in *) a)->sin_addr.s_addr ==
         ((const struct sockaddr_in *) b)->sin_addr.s_addr;
}

/* An error names the packet that it is about: whom it was sent to, and how it began. */
static void
take_error (Socket *self, struct msghdr *message, gsize length)
{
  g_autofree char *words = NULL;
  TocsinPacket *packet;
  TocsinEcho echo;

  for (struct cmsghdr *header = CMSG_FIRSTHDR (message); header != NULL && words == NULL;
       header = CMSG_NXTHDR (message, header))
    if ((header->cmsg_level == SOL_IP && header->cmsg_type == IP_RECVERR) ||
        (header->cmsg_level == SOL_IPV6 && header->cmsg_type == IPV6_RECVERR))
      words = explain_error ((const struct sock_extended_err *) (gpointer) CMSG_DATA (header));
  if (words == NULL || !tocsin_icmp_parse_request (message->msg_iov->iov_base, length,
                                                   self->family == AF_INET6, &echo))
    return;
  packet = g_hash_table_lookup (self->packets, GUINT_TO_POINTER (echo.seq));
  if (packet == NULL || (self->is_raw && echo.id != self->id) ||
      !is_same_host (&packet->to, message->msg_name))
    return;
  end_packet (packet, -1, words);
}

/* Reads what waits, replies or (MSG_ERRQUEUE) errors. */
static void
drain (Socket *self, int flags)
{
  TocsinPinger *pinger = self->pinger;
  int error = 0;
  socklen_t error_length = sizeof error;

  for (guint i = 0; i < READS_A_TURN; i++) {
    char control[512];
    struct sockaddr_storage from = { 0 };
    struct iovec bytes = { pinger->buffer, PACKET_BYTES };
    struct msghdr message = { .msg_name = &from,
                              .msg_namelen = sizeof from,
                              .msg_iov = &bytes,
                              .msg_iovlen = 1,
                              .msg_control = control,
                              .msg_controllen = sizeof control };
    gssize length = recvmsg (self->fd, &message, flags | MSG_DONTWAIT);

    if (length < 0 && errno == EAGAIN)
      break;
    if (length < 0)
      continue; /* an error that the queue tells more about */
    if (flags & MSG_ERRQUEUE)
      take_error (self, &message, (gsize) length);
    else
      take_reply (self, &message, (gsize) length);
  }
  if (flags & MSG_ERRQUEUE)
    getsockopt (self->fd, SOL_SOCKET, SO_ERROR, &error, &error_length); /* which clears it */
}

static void
socket_cb (int fd, guint32 events, gpointer user_data)
{
  Socket *self = user_data;

  if (events & EPOLLERR)
    drain (self, MSG_ERRQUEUE);
  if (events & EPOLLIN)
    drain (self, 0);
}

static void
set_option (int fd, int level, int name, int value)
{
  if (setsockopt (fd, level, name, &value, sizeof value) < 0)
    g_debug ("socket option %d of level %d: %s", name, level, g_strerror (errno));
}

/* Of all the ICMP of this machine a raw socket is to see the replies alone. */
static void
set_filter (int fd, int family)
{
  struct icmp_filter filter = { .data = ~(1u << ICMP_ECHOREPLY) };
  struct icmp6_filter filter6;

  ICMP6_FILTER_SETBLOCKALL (&filter6);
  ICMP6_FILTER_SETPASS (ICMP6_ECHO_REPLY, &filter6);
  if (family == AF_INET6)
    setsockopt (fd, IPPROTO_ICMPV6, ICMP6_FILTER, &filter6, sizeof filter6);
  else
    setsockopt (fd, SOL_RAW, ICMP_FILTER, &filter, sizeof filter);
}

gboolean
tocsin_pinger_open (TocsinPinger *pinger, int family, int *error_number)
{
  Socket *self = get_socket (pinger, family);
  int protocol = family == AF_INET6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
  int flags = SOCK_CLOEXEC | SOCK_NONBLOCK;

  if (self->fd >= 0)
    return TRUE;
  self->fd = socket (family, SOCK_DGRAM | flags, protocol);
  self->is_raw = self->fd < 0;
  if (self->is_raw)
    self->fd = socket (family, SOCK_RAW | flags, protocol);
  if (self->fd < 0) {
    *error_number = errno;
    return FALSE;
  }
  if (self->is_raw)
    set_filter (self->fd, family);
  set_option (self->fd, SOL_SOCKET, SO_TIMESTAMPNS, 1);
  set_option (self->fd, SOL_SOCKET, SO_RCVBUF, BUFFER_BYTES);
  set_option (self->fd, SOL_SOCKET, SO_SNDBUF, BUFFER_BYTES);
  if (family == AF_INET6)
    set_option (self->fd, SOL_IPV6, IPV6_RECVERR, 1);
  else
    set_option (self->fd, SOL_IP, IP_RECVERR, 1);
  self->watch = tocsin_reactor_watch (pinger->reactor, self->fd, EPOLLIN, socket_cb, self);
  return TRUE;
}

/* An error about an earlier packet, of whomever, is told to the next one that is sent, which then
 * does not leave: it is taken in its place and the packet sent again. */
static gboolean
send_bytes (Socket *self, gsize length, const struct sockaddr_storage *to, int *error_number)
{
  socklen_t to_length =
      to->ss_family == AF_INET6 ? sizeof (struct sockaddr_in6) : sizeof (struct sockaddr_in);
  struct sockaddr_storage plain = *to;

  if (to->ss_family == AF_INET6) /* a port is a protocol to raw sockets */
    ((struct sockaddr_in6 *) &plain)->sin6_port = 0;
  for (guint i = 0; i < SENDS_MOST; i++) {
    int stale = 0;
    socklen_t stale_length = sizeof stale;

    if (sendto (self->fd, self->pinger->buffer, length, MSG_NOSIGNAL,
                (const struct sockaddr *) &plain, to_length) >= 0)
      return TRUE;
    *error_number = errno;
    if (errno == EAGAIN || errno == ENOBUFS)
      return FALSE;
    getsockopt (self->fd, SOL_SOCKET, SO_ERROR, &stale, &stale_length);
  }
  return FALSE;
}

TocsinPacket *
tocsin_pinger_send (TocsinPinger *pinger, const struct sockaddr_storage *to, gsize payload_bytes,
                    TocsinPacketDone done, gpointer user_data, int *error_number)
{
  Socket *self = get_socket (pinger, to->ss_family);
  TocsinPacket *packet;
  gsize length;

  g_return_val_if_fail (self->fd >= 0, NULL);
  g_return_val_if_fail (payload_bytes + TOCSIN_ICMP_HEADER_BYTES <= PACKET_BYTES, NULL);

  if (g_hash_table_size (self->packets) >= IN_FLIGHT_MOST) {
    *error_number = ENOBUFS;
    return NULL;
  }
  while (g_hash_table_contains (self->packets, GUINT_TO_POINTER (self->next_seq)))
    self->next_seq++;
  packet = g_new0 (TocsinPacket, 1);
  packet->socket = self;
  packet->echo.id = self->id;
  packet->echo.seq = self->next_seq++;
  packet->echo.nonce = (guint64) g_rand_int (pinger->rand) << 32 | g_rand_int (pinger->rand);
  packet->to = *to;
  packet->done = done;
  packet->user_data = user_data;
  length =
      tocsin_icmp_build (pinger->buffer, to->ss_family == AF_INET6, &packet->echo, payload_bytes);
  packet->sent_us = g_get_monotonic_time ();
  if (!send_bytes (self, length, to, error_number)) {
    g_free (packet);
    return NULL;
  }
  g_hash_table_insert (self->packets, GUINT_TO_POINTER (packet->echo.seq), packet);
  return packet;
}

void
tocsin_packet_cancel (TocsinPacket *packet)
{
  if (packet != NULL)
    free_packet (packet);
}

char *
tocsin_pinger_rights_words (gid_t group, const char *program)
{
  return g_strdup_printf (
      "this process may not send pings: it lacks the right to open ICMP sockets. Grant it to its "
      "group with: sysctl -w net.ipv4.ping_group_range=\"%u %u\"; or to the program with: setcap "
      "cap_net_raw+ep %s",
      group, group, program);
}
