/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* "Is it us?" Before the daemon believes that everything broke at once it looks whether its own
 * network is up. This is the thinking part; the daemon feeds it:
 *
 * - every conclusive sample of a monitor whose target is not on this machine, with its host;
 * - what the system says of its connectivity (GNetworkMonitor);
 * - how many of the reference targets answered, when it was asked to ask them;
 * - when the machine woke up.
 *
 * The verdict is ONLINE, SUSPECT (ask the references, and believe no failure until they answered)
 * or OFFLINE (failures say nothing). A good sample from anywhere outside always means ONLINE. */
typedef enum {
  TOCSIN_NETWORK_ONLINE,
  TOCSIN_NETWORK_SUSPECT,
  TOCSIN_NETWORK_OFFLINE,
} TocsinNetworkVerdict;

/* What the system says, in the order of GNetworkConnectivity. */
typedef enum {
  TOCSIN_CONNECTIVITY_NONE,   /* no route to anywhere */
  TOCSIN_CONNECTIVITY_PORTAL, /* a captive portal answers in place of everybody */
  TOCSIN_CONNECTIVITY_SOME,   /* a route, or nobody knows more */
} TocsinConnectivity;

#define TOCSIN_NETWORK_HOSTS       64 /* distinct hosts that are remembered */
#define TOCSIN_NETWORK_HOSTS_LEAST 5  /* fewer say nothing about us */
#define TOCSIN_NETWORK_SHARE       0.6
#define TOCSIN_NETWORK_WINDOW_US   (G_GINT64_CONSTANT (30) * 1000000)
#define TOCSIN_NETWORK_GRACE_US    (G_GINT64_CONSTANT (60) * 1000000) /* after the machine woke */
#define TOCSIN_NETWORK_BELIEF_US   (G_GINT64_CONSTANT (60) * 1000000) /* in what references said */

typedef struct {
  guint host; /* a hash of its name; 0: unused */
  gboolean bad;
  gint64 turned_at; /* when it last turned from good to bad or back */
} TocsinNetworkHost;

/* Plain, starts as all zero with `connectivity` SOME. */
typedef struct {
  TocsinConnectivity connectivity;
  gint64 woke_at;             /* 0: long ago, or an answer came since */
  gint64 good_at;             /* the last sign of life from outside */
  gint64 asked_at;            /* when the references last answered, or did not */
  gboolean references_failed; /* since then nothing outside answered */
  gboolean nobody_to_ask;     /* there are no references: what failed is believed after a while */
  TocsinNetworkHost hosts[TOCSIN_NETWORK_HOSTS];
} TocsinNetworkState;

void tocsin_network_note_sample (TocsinNetworkState *state, const char *host, gboolean good,
                                 gint64 now_us);
void tocsin_network_note_connectivity (TocsinNetworkState *state, TocsinConnectivity connectivity,
                                       gint64 now_us);
/* 0 of 0 where there are none to ask: then the others' fate alone decides. */
void tocsin_network_note_references (TocsinNetworkState *state, guint n_good, guint n_asked,
                                     gint64 now_us);
void tocsin_network_note_wake (TocsinNetworkState *state, gint64 now_us);

TocsinNetworkVerdict tocsin_network_judge (const TocsinNetworkState *state, gint64 now_us);

/* Why it is not ONLINE, for people; NULL where it is. */
const char *tocsin_network_explain (const TocsinNetworkState *state, gint64 now_us);

/* Whether a target is this machine: its failures are believed whatever the network does. */
gboolean tocsin_network_is_local_host (const char *host);

G_END_DECLS
