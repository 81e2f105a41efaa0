/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-dns-server"

#include "config.h"

#include <arpa/inet.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support.h"
#include "test-dns-server.h"
#include "test-listener.h"

#define MESSAGE_BYTES 4096
#define HEADER_BYTES  12

static const char zone[] = "$ORIGIN example.org.\n"
                           "$TTL 60\n"
                           "@ SOA ns1 hostmaster 2026112301 7200 3600 1209600 300\n"
                           "@ NS ns1\n"
                           "@ NS ns2.example.net.\n"
                           "@ A 192.0.2.1\n"
                           "@ A 192.0.2.2\n"
                           "@ AAAA 2001:db8::1\n"
                           "@ MX 10 mail\n"
                           "@ MX 20 backup.example.net.\n"
                           "@ TXT \"v=spf1 -all\"\n"
                           "@ TXT \"two \" \"Strings\"\n"
                           "@ CAA 0 issue \"letsencrypt.org\"\n"
                           "@ CAA 128 iodef \"mailto:security@example.org\"\n"
                           "ns1 A 192.0.2.53\n"
                           "mail A 192.0.2.25\n"
                           "here A 127.0.0.1\n"
                           "www CNAME example.org.\n"
                           "dangling CNAME empty\n"
                           "empty TXT \"\"\n"
                           "_sip._tcp SRV 10 60 5060 sip\n"
                           "sip A 192.0.2.60\n"
                           "both AAAA 2001:db8:9::4\n" /* where nothing answers, see test-netns.c */
                           "both A 127.0.0.1\n";

static const char reverse_zone[] = "$ORIGIN 2.0.192.in-addr.arpa.\n"
                                   "$TTL 60\n"
                                   "@ SOA ns1.example.org. hostmaster.example.org. 1 2 3 4 5\n"
                                   "@ NS ns1.example.org.\n"
                                   "1 PTR example.org.\n";

static const char reverse_zone6[] = "$ORIGIN 8.b.d.0.1.0.0.2.ip6.arpa.\n"
                                    "$TTL 60\n"
                                    "@ SOA ns1.example.org. hostmaster.example.org. 1 2 3 4 5\n"
                                    "@ NS ns1.example.org.\n"
                                    "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0 PTR "
                                    "six.example.org.\n";

#define LONG_RECORDS 60 /* of "long", about a hundred bytes each: no datagram of ours holds them */

struct _TocsinTestNsd {
  GPid pid;
  guint16 port;
  char *host, *address;
};

static void
write_file (const char *dir, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

static void
write_zones (const char *dir)
{
  g_autoptr (GString) text = g_string_new (zone);

  for (guint i = 0; i < LONG_RECORDS; i++)
    g_string_append_printf (text, "long TXT \"%03u %s\"\n", i,
                            "a text that is as long as it takes to fill a message with records, "
                            "which then takes another way");
  write_file (dir, "example.org.zone", text->str);
  write_file (dir, "reverse.zone", reverse_zone);
  write_file (dir, "reverse6.zone", reverse_zone6);
}

static void
write_config (const char *dir, const char *host, guint16 port)
{
  g_autofree char *text = g_strdup_printf (
      "server:\n ip-address: %s@%u\n username: \"\"\n zonesdir: \"%s\"\n database: \"\"\n"
      " logfile: \"%s/log\"\n pidfile: \"%s/pid\"\n xfrdfile: \"%s/xfrd\"\n"
      " zonelistfile: \"%s/zonelist\"\n xfrdir: \"%s\"\n cookie-secret-file: \"%s/cookie\"\n"
      " server-count: 1\n rrl-ratelimit: 0\n reuseport: no\n"
      "remote-control:\n control-enable: no\n"
      "zone:\n name: example.org\n zonefile: example.org.zone\n"
      "zone:\n name: broken.example\n zonefile: missing.zone\n"
      "zone:\n name: 2.0.192.in-addr.arpa\n zonefile: reverse.zone\n"
      "zone:\n name: 8.b.d.0.1.0.0.2.ip6.arpa\n zonefile: reverse6.zone\n",
      host, port, dir, dir, dir, dir, dir, dir, dir);

  write_file (dir, "nsd.conf", text);
}

static gboolean
answers (gpointer user_data)
{
  TocsinTestNsd *self = user_data;
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (self->port) };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  gboolean is_open;

  inet_pton (AF_INET, self->host, &address.sin_addr);
  is_open = connect (fd, (struct sockaddr *) &address, sizeof address) == 0;
  close (fd);
  return is_open;
}

TocsinTestNsd *
tocsin_test_nsd_new (const char *address, guint16 port)
{
  g_autofree char *dir = tocsin_test_make_dir (), *program = g_find_program_in_path ("nsd");
  g_autofree char *config = g_build_filename (dir, "nsd.conf", NULL);
  const char *const paths[] = { "/usr/sbin/nsd", "/usr/bin/nsd", "/usr/local/sbin/nsd" };
  g_autoptr (GError) error = NULL;
  TocsinTestNsd *self;

  for (guint i = 0; i < G_N_ELEMENTS (paths) && program == NULL; i++)
    if (g_file_test (paths[i], G_FILE_TEST_IS_EXECUTABLE))
      program = g_strdup (paths[i]);
  if (program == NULL)
    return NULL;
  self = g_new0 (TocsinTestNsd, 1);
  self->port = port != 0 ? port : tocsin_test_free_port ();
  self->host = g_strdup (address != NULL ? address : "127.0.0.1");
  self->address = g_strdup_printf ("%s:%u", self->host, self->port);
  write_zones (dir);
  write_config (dir, self->host, self->port);
  {
    char *const argv[] = { program, (char *) "-d", (char *) "-c", config, NULL };

    g_spawn_async (dir, (char **) argv, NULL,
                   G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL |
                       G_SPAWN_STDERR_TO_DEV_NULL,
                   NULL, NULL, &self->pid, &error);
    g_assert_no_error (error);
  }
  tocsin_test_wait (NULL, answers, self);
  return self;
}

void
tocsin_test_nsd_free (TocsinTestNsd *nsd)
{
  if (nsd == NULL)
    return;
  g_assert_no_errno (kill (nsd->pid, SIGTERM));
  g_assert_cmpint (waitpid (nsd->pid, NULL, 0), ==, nsd->pid);
  g_spawn_close_pid (nsd->pid);
  g_free (nsd->address);
  g_free (nsd->host);
  g_free (nsd);
}

const char *
tocsin_test_nsd_get_address (TocsinTestNsd *nsd)
{
  return nsd->address;
}

struct _TocsinTestResponder {
  TocsinTestListener *tcp; /* its port is both's */
  GThread *thread;
  int udp_fd;
  int stop_fds[2]; /* a pipe */
  int n_tcp;       /* atomic */
  char *address;
};

/* The length of the question at `message`, header included; 0 where it is none. */
static gsize
measure_question (const guint8 *message, gsize length)
{
  gsize at = HEADER_BYTES;

  while (at < length && message[at] != 0)
    at += (gsize) message[at] + 1;
  return at + 5 <= length ? at + 5 : 0;
}

static const struct {
  const char *label;
  guint8 rcode;
} rcodes[] = {
  { "formerr", 1 }, { "servfail", 2 }, { "nxdomain", 3 }, { "notimp", 4 }, { "refused", 5 },
};

static gboolean
is_label (const guint8 *question, const char *label)
{
  const guint8 *at = question + HEADER_BYTES;

  return at[0] == strlen (label) &&
         g_ascii_strncasecmp ((const char *) at + 1, label, strlen (label)) == 0;
}

/* An A record for the name of the question. */
static gsize
add_record (guint8 *answer, gsize length, guint8 last)
{
  const guint8 record[] = { 0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, last };

  memcpy (answer + length, record, sizeof record);
  answer[7] = 1;
  return length + sizeof record;
}

/* Turns a question into its answer, in place; answers its length, 0 for none. */
static gsize
answer (guint8 *message, gsize length, gboolean over_tcp)
{
  length = measure_question (message, length);
  if (length == 0 || is_label (message, "silent"))
    return 0;
  if (is_label (message, "short"))
    return 5;
  message[2] = 0x85; /* a response, authoritative, recursion wanted */
  message[3] = 0x80;
  memset (message + 6, 0, 6);
  for (guint i = 0; i < G_N_ELEMENTS (rcodes); i++)
    if (is_label (message, rcodes[i].label)) {
      message[3] |= rcodes[i].rcode;
      return length;
    }
  if (is_label (message, "stranger")) {
    message[0] ^= 0xff;
    return add_record (message, length, 66);
  }
  if (is_label (message, "truncated") && !over_tcp) {
    message[2] |= 0x02;
    return length;
  }
  length = add_record (message, length, is_label (message, "truncated") ? 88 : 77);
  return is_label (message, "garbage") ? length - 7 : length;
}

static void
handle_tcp (TocsinTestListener *listener, int fd, gpointer user_data)
{
  TocsinTestResponder *self = user_data;
  guint8 message[MESSAGE_BYTES];
  gboolean can_read, other;

  while (tocsin_test_listener_poll (listener, fd, -1, &can_read, &other)) {
    guint8 size[2];
    gsize length;

    if (recv (fd, size, 2, MSG_WAITALL) != 2)
      break;
    length = (gsize) (size[0] << 8 | size[1]);
    if (length > sizeof message || recv (fd, message, length, MSG_WAITALL) != (gssize) length)
      break;
    g_atomic_int_inc (&self->n_tcp);
    length = answer (message, length, TRUE);
    size[0] = (guint8) (length >> 8);
    size[1] = (guint8) length;
    if (length == 0 || send (fd, size, 2, MSG_NOSIGNAL | MSG_MORE) != 2 ||
        send (fd, message, length, MSG_NOSIGNAL) != (gssize) length)
      break;
  }
  close (fd);
}

static gpointer
run_udp (gpointer data)
{
  TocsinTestResponder *self = data;
  GPollFD fds[] = { { .fd = self->udp_fd, .events = G_IO_IN },
                    { .fd = self->stop_fds[0], .events = G_IO_IN } };

  while (g_poll (fds, G_N_ELEMENTS (fds), -1) >= 0 && fds[1].revents == 0) {
    guint8 message[MESSAGE_BYTES];
    struct sockaddr_in from;
    socklen_t from_length = sizeof from;
    gssize length = recvfrom (self->udp_fd, message, sizeof message, MSG_DONTWAIT,
                              (struct sockaddr *) &from, &from_length);
    gsize answered = length > HEADER_BYTES ? answer (message, (gsize) length, FALSE) : 0;

    if (answered > 0)
      sendto (self->udp_fd, message, answered, 0, (struct sockaddr *) &from, from_length);
  }
  return NULL;
}

TocsinTestResponder *
tocsin_test_responder_new (void)
{
  TocsinTestResponder *self = g_new0 (TocsinTestResponder, 1);
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };

  self->tcp = tocsin_test_listener_new (handle_tcp, self);
  address.sin_port = htons (tocsin_test_listener_get_port (self->tcp));
  self->udp_fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  g_assert_no_errno (bind (self->udp_fd, (struct sockaddr *) &address, sizeof address));
  g_assert_no_errno (pipe (self->stop_fds));
  self->address = g_strdup_printf ("127.0.0.1:%u", tocsin_test_listener_get_port (self->tcp));
  self->thread = g_thread_new ("responder", run_udp, self);
  return self;
}

void
tocsin_test_responder_free (TocsinTestResponder *responder)
{
  g_assert_cmpint (write (responder->stop_fds[1], "", 1), ==, 1);
  g_thread_join (responder->thread);
  tocsin_test_listener_free (responder->tcp);
  close (responder->udp_fd);
  close (responder->stop_fds[0]);
  close (responder->stop_fds[1]);
  g_free (responder->address);
  g_free (responder);
}

const char *
tocsin_test_responder_get_address (TocsinTestResponder *responder)
{
  return responder->address;
}

int
tocsin_test_responder_get_n_tcp (TocsinTestResponder *responder)
{
  return g_atomic_int_get (&responder->n_tcp);
}
