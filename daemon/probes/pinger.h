/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "reactor.h"

G_BEGIN_DECLS

/* Echo requests of many checks through one ICMP socket a family: an unprivileged one where the
 * kernel allows it (net.ipv4.ping_group_range), else a raw one. */
typedef struct _TocsinPinger TocsinPinger;

/* A packet in flight. */
typedef struct _TocsinPacket TocsinPacket;

/* `rtt_us` < 0 where `error` came in place of a reply: "192.0.2.1 says: host unreachable". The
 * packet is gone when this is called. Called from the main loop. */
typedef void (*TocsinPacketDone) (gint64 rtt_us, const char *error, gpointer user_data);

TocsinPinger *tocsin_pinger_new (TocsinReactor *reactor);
void tocsin_pinger_free (TocsinPinger *pinger); /* no packet may be in flight */

/* Makes sure of the family's socket; else FALSE and `error_number`: EACCES and EPERM where it is
 * not permitted. */
gboolean tocsin_pinger_open (TocsinPinger *pinger, int family, int *error_number);

/* Sends one packet. NULL and `error_number` where the kernel refuses: EAGAIN and ENOBUFS mean
 * later. */
TocsinPacket *tocsin_pinger_send (TocsinPinger *pinger, const struct sockaddr_storage *to,
                                  gsize payload_bytes, TocsinPacketDone done, gpointer user_data,
                                  int *error_number);
void tocsin_packet_cancel (TocsinPacket *packet); /* (nullable) */

/* How to be permitted, for a process of `group` that runs `program`. Pure. (transfer full) */
char *tocsin_pinger_rights_words (gid_t group, const char *program);

G_END_DECLS
