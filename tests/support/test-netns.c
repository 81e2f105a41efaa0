/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-netns"

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <unistd.h>

#include "support.h"
#include "test-netns.h"

#define PACKET_BYTES 65536
#define IPV4_BYTES   20
#define IPV6_BYTES   40
#define ICMP_BYTES   8

struct _TocsinTestLink {
  int fd;
  int stop_fds[2]; /* a pipe */
  GThread *thread;
  guint n_third; /* packets to 10.9.0.3 */
};

void
tocsin_test_netns_run (const char *command)
{
  g_autofree char *output = NULL;
  g_autoptr (GError) error = NULL;
  int status = -1;

  g_spawn_command_line_sync (command, NULL, &output, &status, &error);
  g_assert_no_error (error);
  g_spawn_check_wait_status (status, &error);
  if (error != NULL)
    g_error ("%s: %s%s", command, error->message, output);
}

gboolean
tocsin_test_netns_enter (char **why)
{
  if (unshare (CLONE_NEWNET | CLONE_NEWNS) < 0) {
    *why = g_strdup_printf ("a network namespace takes root: %s", g_strerror (errno));
    return FALSE;
  }
  g_assert_no_errno (mount ("none", "/", NULL, MS_REC | MS_PRIVATE, NULL));
  tocsin_test_netns_run ("ip link set lo up");
  return TRUE;
}

void
tocsin_test_netns_replace (const char *path, const char *text)
{
  g_autofree char *dir = tocsin_test_make_dir (), *file = g_build_filename (dir, "file", NULL);
  g_autofree char *target = realpath (path, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (file, text, -1, &error);
  g_assert_no_error (error);
  g_assert_no_errno (mount (file, target != NULL ? target : path, NULL, MS_BIND, NULL));
}

static guint16
sum_up (const guint8 *bytes, gsize length)
{
  guint32 sum = 0;

  for (gsize i = 0; i < length; i++)
    sum += i % 2 == 0 ? (guint32) bytes[i] << 8 : bytes[i];
  while (sum > 0xffff)
    sum = (sum & 0xffff) + (sum >> 16);
  return (guint16) ~sum;
}

static void
set_checksum (guint8 *at, const guint8 *from, gsize length)
{
  guint16 sum;

  at[0] = at[1] = 0;
  sum = sum_up (from, length);
  at[0] = (guint8) (sum >> 8);
  at[1] = (guint8) sum;
}

static void
swap (guint8 *a, guint8 *b, gsize length)
{
  for (gsize i = 0; i < length; i++) {
    guint8 kept = a[i];

    a[i] = b[i];
    b[i] = kept;
  }
}

static void
put (TocsinTestLink *self, const guint8 *packet, gsize length)
{
  g_assert_cmpint (write (self->fd, packet, length), ==, (gssize) length);
}

static void
reply4 (TocsinTestLink *self, guint8 *packet, gsize length)
{
  guint8 *icmp = packet + IPV4_BYTES;

  swap (packet + 12, packet + 16, 4);
  icmp[0] = 0; /* echo reply */
  set_checksum (icmp + 2, icmp, length - IPV4_BYTES);
  put (self, packet, length);
}

/* From 10.9.0.254, with the header of what can't be delivered (RFC 792). */
static void
say_unreachable (TocsinTestLink *self, const guint8 *packet)
{
  static const guint8 router[] = { 10, 9, 0, 254 };
  guint8 error[IPV4_BYTES + ICMP_BYTES + IPV4_BYTES + ICMP_BYTES] = { 0x45, 0, 0, sizeof error };
  guint8 *icmp = error + IPV4_BYTES;

  error[8] = 64; /* time to live */
  error[9] = 1;  /* ICMP */
  memcpy (error + 12, router, sizeof router);
  memcpy (error + 16, packet + 12, 4);
  set_checksum (error + 10, error, IPV4_BYTES);
  icmp[0] = 3; /* destination unreachable: */
  icmp[1] = 1; /* host */
  memcpy (icmp + ICMP_BYTES, packet, IPV4_BYTES + ICMP_BYTES);
  set_checksum (icmp + 2, icmp, sizeof error - IPV4_BYTES);
  put (self, error, sizeof error);
}

static void
take4 (TocsinTestLink *self, guint8 *packet, gsize length)
{
  guint8 host = packet[19];

  if (length < IPV4_BYTES + ICMP_BYTES || packet[0] != 0x45 || packet[9] != 1 ||
      packet[IPV4_BYTES] != 8)
    return;
  if (host == 2 || host == 7 || (host == 3 && ++self->n_third % 2 == 0)) {
    reply4 (self, packet, length);
    if (host == 7)
      put (self, packet, length);
  } else if (host == 5) {
    say_unreachable (self, packet);
  } else if (host == 6) {
    packet[IPV4_BYTES + ICMP_BYTES] ^= 0xff;
    reply4 (self, packet, length);
  }
}

static void
take6 (TocsinTestLink *self, guint8 *packet, gsize length)
{
  guint8 *icmp = packet + IPV6_BYTES;
  guint32 sum;

  if (length < IPV6_BYTES + ICMP_BYTES || packet[6] != 58 || icmp[0] != 128 || packet[39] != 2)
    return;
  swap (packet + 8, packet + 24, 16);
  icmp[0] = 129; /* echo reply: one more in the first word, one less in its checksum (RFC 1624) */
  sum = (guint32) (guint16) ~(icmp[2] << 8 | icmp[3]) + 0x0100;
  sum = ~((sum & 0xffff) + (sum >> 16));
  icmp[2] = (guint8) (sum >> 8);
  icmp[3] = (guint8) sum;
  put (self, packet, length);
}

static gpointer
run (gpointer data)
{
  TocsinTestLink *self = data;
  g_autofree guint8 *packet = g_malloc (PACKET_BYTES);
  GPollFD fds[] = { { .fd = self->fd, .events = G_IO_IN },
                    { .fd = self->stop_fds[0], .events = G_IO_IN } };

  while (g_poll (fds, G_N_ELEMENTS (fds), -1) >= 0 && fds[1].revents == 0) {
    gssize length = read (self->fd, packet, PACKET_BYTES);

    if (length > IPV4_BYTES && packet[0] >> 4 == 4)
      take4 (self, packet, (gsize) length);
    else if (length > IPV6_BYTES && packet[0] >> 4 == 6)
      take6 (self, packet, (gsize) length);
  }
  return NULL;
}

TocsinTestLink *
tocsin_test_link_new (void)
{
  struct ifreq request = { .ifr_name = "tocsin0", .ifr_flags = IFF_TUN | IFF_NO_PI };
  int fd = open ("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
  TocsinTestLink *self;

  if (fd < 0)
    return NULL;
  g_assert_no_errno (ioctl (fd, TUNSETIFF, &request));
  tocsin_test_netns_run ("ip address add 10.9.0.1/24 dev tocsin0");
  tocsin_test_netns_run ("ip -6 address add 2001:db8:9::1/64 dev tocsin0 nodad");
  tocsin_test_netns_run ("ip link set tocsin0 up");
  self = g_new0 (TocsinTestLink, 1);
  self->fd = fd;
  g_assert_no_errno (pipe (self->stop_fds));
  self->thread = g_thread_new ("link", run, self);
  return self;
}

void
tocsin_test_link_free (TocsinTestLink *link)
{
  if (link == NULL)
    return;
  g_assert_cmpint (write (link->stop_fds[1], "", 1), ==, 1);
  g_thread_join (link->thread);
  close (link->fd);
  close (link->stop_fds[0]);
  close (link->stop_fds[1]);
  g_free (link);
}
