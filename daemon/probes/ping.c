/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "ping"

#include "config.h"

#include <errno.h>
#include <unistd.h>

#include "names.h"
#include "pinger.h"
#include "probe-private.h"
#include "round-trips.h"
#include "timetext.h"

#define PATIENCE_LEAST_US TOCSIN_US_PER_S /* for the last replies, where others came */
#define PATIENCE_TRIPS    3               /* or as many of the longest round trips */
#define AGAIN_US          TOCSIN_US_PER_MS

/* What ping checks share. */
typedef struct {
  TocsinNames *names;   /* (owned) */
  TocsinPinger *pinger; /* (owned) */
} Shared;

typedef struct _PingRun PingRun;

typedef struct {
  PingRun *run;
  TocsinPacket *packet; /* (nullable) in flight */
} Slot;

/* A check in flight. */
struct _PingRun {
  TocsinRun run;
  TocsinNameLookup *lookup; /* (nullable) */
  GArray *addresses;        /* (owned) (nullable) of struct sockaddr_storage */
  guint address;            /* whom we ping */
  GPtrArray *tried;         /* (owned) (nullable) what became of those before */
  Slot *slots;              /* (owned) (nullable) a packet each */
  gint64 *rtt_us;           /* (owned) (nullable) a packet each, < 0: none yet */
  guint n_sent, n_received, n_in_flight;
  gint64 first_us, last_us; /* when packets were sent; monotonic */
  TocsinTimer *timer;       /* (nullable) the next packet, or the end */
  char *error;              /* (owned) (nullable) the last that was said to us */
};

static gpointer
ping_open (TocsinProber *prober)
{
  Shared *shared = g_new0 (Shared, 1);

  shared->names = tocsin_names_new (prober->reactor);
  shared->pinger = tocsin_pinger_new (prober->reactor);
  return shared;
}

static void
ping_close (gpointer data)
{
  Shared *shared = data;

  tocsin_names_free (shared->names);
  tocsin_pinger_free (shared->pinger);
  g_free (shared);
}

static Shared *
get_shared (PingRun *self)
{
  return self->run.prober->shared[TOCSIN_MONITOR_PING];
}

static const struct sockaddr_storage *
get_address (PingRun *self)
{
  return &g_array_index (self->addresses, struct sockaddr_storage, self->address);
}

static void
note (PingRun *self, const char *words)
{
  g_autofree char *address = tocsin_names_host_to_text (get_address (self));

  if (self->tried == NULL)
    self->tried = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->tried, g_strdup_printf ("%s: %s", address, words));
}

/* "host.example.org (192.0.2.9)", or the address alone where that is the target. (transfer full) */
static char *
name_target (PingRun *self)
{
  g_autofree char *address = tocsin_names_host_to_text (get_address (self));

  if (g_str_equal (address, self->run.monitor->target))
    return g_steal_pointer (&address);
  return g_strdup_printf ("%s (%s)", self->run.monitor->target, address);
}

static void
fail_lost (PingRun *self)
{
  const TocsinMonitor *monitor = self->run.monitor;
  guint lost = self->n_sent - self->n_received;
  g_autofree char *target = name_target (self), *limit = NULL;

  if (lost < self->n_sent)
    limit = g_strdup_printf (", more than %" G_GINT64_FORMAT " %%", monitor->max_loss);
  tocsin_sample_fail (self->run.sample, TOCSIN_CODE_PING_LOST, "%u of %u %s to %s %s lost%s%s%s",
                      lost, self->n_sent, self->n_sent == 1 ? "packet" : "packets", target,
                      lost == 1 ? "was" : "were", limit != NULL ? limit : "",
                      self->error != NULL ? ": " : "", self->error != NULL ? self->error : "");
  note (self, self->error != NULL ? self->error : "no answer");
}

static void
collect_tried (PingRun *self)
{
  TocsinSample *sample = self->run.sample;

  if (self->tried == NULL || sample->outcome != TOCSIN_OUTCOME_FAILED)
    return;
  g_ptr_array_add (self->tried, NULL);
  sample->evidence->addresses_tried =
      (char **) g_ptr_array_free (g_steal_pointer (&self->tried), FALSE);
}

static void
judge (PingRun *self)
{
  TocsinSample *sample = self->run.sample;
  TocsinEvidence *evidence = sample->evidence;
  TocsinRoundTrips trips = tocsin_round_trips (self->rtt_us, self->n_sent);

  evidence->remote_address = tocsin_names_host_to_text (get_address (self));
  evidence->packets_sent = self->n_sent;
  evidence->packets_received = self->n_received;
  evidence->rtt_least_us = trips.least_us;
  evidence->rtt_mean_us = trips.mean_us;
  evidence->rtt_most_us = trips.most_us;
  evidence->jitter_us = trips.jitter_us;
  sample->latency_us = trips.mean_us;
  sample->phase_us[TOCSIN_PHASE_WAIT] = trips.mean_us;
  if (tocsin_is_loss_above (self->n_sent, self->n_received, (guint) self->run.monitor->max_loss))
    fail_lost (self);
  collect_tried (self);
}

static void
end_cb (gpointer user_data)
{
  PingRun *self = user_data;

  self->timer = NULL;
  judge (self);
  tocsin_run_finish (&self->run);
}

/* Once all packets are sent: ends where all are accounted for, and waits no longer than replies
 * take where some have come. Where none has, the whole timeout is theirs. */
static void
look_at_end (PingRun *self)
{
  TocsinRoundTrips trips;
  gint64 patience_us;

  if (self->n_sent < self->run.monitor->packets)
    return;
  g_clear_pointer (&self->timer, tocsin_timer_remove);
  if (self->n_in_flight == 0) {
    end_cb (self);
    return;
  }
  if (self->n_received == 0)
    return;
  trips = tocsin_round_trips (self->rtt_us, self->n_sent);
  patience_us = MAX (PATIENCE_LEAST_US, PATIENCE_TRIPS * trips.most_us);
  self->timer =
      tocsin_reactor_timer (self->run.prober->reactor, self->last_us + patience_us, end_cb, self);
}

static void
packet_cb (gint64 rtt_us, const char *error, gpointer user_data)
{
  Slot *slot = user_data;
  PingRun *self = slot->run;

  slot->packet = NULL;
  self->n_in_flight--;
  if (error == NULL) {
    self->rtt_us[slot - self->slots] = rtt_us;
    self->n_received++;
  } else {
    g_free (self->error);
    self->error = g_strdup (error);
  }
  look_at_end (self);
}

static void send_next (PingRun *self);

static void
send_cb (gpointer user_data)
{
  PingRun *self = user_data;

  self->timer = NULL;
  send_next (self);
}

static void
set_send_timer (PingRun *self, gint64 due_us)
{
  self->timer = tocsin_reactor_timer (self->run.prober->reactor, due_us, send_cb, self);
}

static void
fail_permission (PingRun *self)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL), *words = NULL;

  words = tocsin_pinger_rights_words (getegid (), program != NULL ? program : g_get_prgname ());
  tocsin_sample_fail (self->run.sample, TOCSIN_CODE_PING_NOT_PERMITTED, "%s", words);
  tocsin_run_finish (&self->run);
}

/* The kernel knows no way to this address; maybe to the next one. */
static void
go_on_or_fail (PingRun *self, int error_number)
{
  g_autofree char *words = g_strdup (g_strerror (error_number)), *target = NULL;

  words[0] = g_ascii_tolower (words[0]);
  if (self->n_sent > 0) { /* the way broke off meanwhile: those that are left count as lost */
    self->n_sent++;
    g_free (self->error);
    self->error = g_steal_pointer (&words);
    self->last_us = g_get_monotonic_time ();
    if (self->n_sent < self->run.monitor->packets)
      set_send_timer (self, self->last_us + self->run.monitor->packet_interval_us);
    else
      look_at_end (self);
    return;
  }
  note (self, words);
  if (self->address + 1 < self->addresses->len) {
    self->address++;
    send_next (self);
    return;
  }
  target = name_target (self);
  tocsin_sample_fail (self->run.sample, TOCSIN_CODE_CONNECT_UNREACHABLE, "%s can't be reached: %s",
                      target, words);
  self->run.sample->evidence->remote_address = tocsin_names_host_to_text (get_address (self));
  collect_tried (self);
  tocsin_run_finish (&self->run);
}

static void
count_sent (PingRun *self)
{
  gint64 now_us = g_get_monotonic_time ();

  if (self->n_sent == 0)
    self->first_us = now_us;
  self->last_us = now_us;
  self->n_sent++;
  self->n_in_flight++;
  if (self->n_sent < self->run.monitor->packets)
    set_send_timer (self, self->first_us + self->n_sent * self->run.monitor->packet_interval_us);
  else
    look_at_end (self);
}

static void
send_next (PingRun *self)
{
  TocsinPinger *pinger = get_shared (self)->pinger;
  const struct sockaddr_storage *to = get_address (self);
  Slot *slot = &self->slots[self->n_sent];
  int error_number = 0;

  if (!tocsin_pinger_open (pinger, to->ss_family, &error_number)) {
    if (error_number == EACCES || error_number == EPERM)
      fail_permission (self);
    else
      go_on_or_fail (self, error_number);
    return;
  }
  slot->run = self;
  slot->packet = tocsin_pinger_send (pinger, to, (gsize) self->run.monitor->packet_bytes, packet_cb,
                                     slot, &error_number);
  if (slot->packet != NULL)
    count_sent (self);
  else if (error_number == EAGAIN || error_number == ENOBUFS)
    set_send_timer (self, g_get_monotonic_time () + AGAIN_US);
  else
    go_on_or_fail (self, error_number);
}

static void
lookup_cb (int status, GArray *addresses, gpointer user_data)
{
  PingRun *self = user_data;
  const TocsinMonitor *monitor = self->run.monitor;

  self->lookup = NULL;
  self->run.sample->phase_us[TOCSIN_PHASE_LOOKUP] = tocsin_run_get_elapsed_us (&self->run);
  if (addresses == NULL) {
    tocsin_name_lookup_fail (status, monitor->target, monitor->family, self->run.sample);
    tocsin_run_finish (&self->run);
    return;
  }
  self->addresses = addresses;
  send_next (self);
}

static void
ping_start (TocsinRun *run)
{
  PingRun *self = (PingRun *) run;
  guint n = (guint) run->monitor->packets;

  self->slots = g_new0 (Slot, n);
  self->rtt_us = g_new (gint64, n);
  for (guint i = 0; i < n; i++)
    self->rtt_us[i] = -1;
  self->lookup = tocsin_names_look_up (get_shared (self)->names, run->monitor->target, 0,
                                       run->monitor->family, lookup_cb, self);
}

static void
ping_time_out (TocsinRun *run)
{
  PingRun *self = (PingRun *) run;
  g_autofree char *within = tocsin_span_to_words (run->monitor->timeout_us), *target = NULL;

  if (self->addresses == NULL) {
    tocsin_sample_fail (run->sample, TOCSIN_CODE_TIMEOUT_LOOKUP,
                        "no answer within %s: the name %s was still being looked up", within,
                        run->monitor->target);
  } else if (self->n_sent == 0) {
    target = name_target (self);
    tocsin_sample_fail (run->sample, TOCSIN_CODE_INTERNAL,
                        "no packet to %s could be sent within %s: this machine’s queues are full",
                        target, within);
    run->sample->outcome = TOCSIN_OUTCOME_INCONCLUSIVE;
  } else {
    judge (self);
  }
}

static void
ping_stop (TocsinRun *run)
{
  PingRun *self = (PingRun *) run;

  tocsin_name_lookup_cancel (self->lookup);
  g_clear_pointer (&self->timer, tocsin_timer_remove);
  for (guint i = 0; self->slots != NULL && i < run->monitor->packets; i++)
    g_clear_pointer (&self->slots[i].packet, tocsin_packet_cancel);
  g_clear_pointer (&self->slots, g_free);
  g_clear_pointer (&self->rtt_us, g_free);
  g_clear_pointer (&self->addresses, g_array_unref);
  g_clear_pointer (&self->tried, g_ptr_array_unref);
  g_clear_pointer (&self->error, g_free);
}

const TocsinProbe tocsin_ping_probe = {
  .run_size = sizeof (PingRun),
  .open = ping_open,
  .close = ping_close,
  .start = ping_start,
  .time_out = ping_time_out,
  .stop = ping_stop,
};
