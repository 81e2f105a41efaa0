/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-store-kill"

#include "config.h"

#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store-fixture.h"
#include "support.h"
#include "timetext.h"

#define N_ROUNDS       12
#define LEAST_LIFE_US  (20 * TOCSIN_US_PER_MS)
#define MOST_LIFE_US   (700 * TOCSIN_US_PER_MS)
#define LONG_LIFE_US   (2500 * TOCSIN_US_PER_MS) /* of the last round: samples must get through */
#define SAMPLES_A_TURN 5
#define OLD_US         (1500 * TOCSIN_US_PER_MS) /* a second, and what the machine may dally */

/* What the child has been told; shared with its parent, so that it outlives the kill. */
typedef struct {
  gint64 ping;       /* (atomic) the last number */
  gint64 incident;   /* (atomic) the last one's begin */
  gint64 record;     /* (atomic) the last revision */
  gint64 sample;     /* (atomic) handed over */
  gint64 old_sample; /* (atomic) handed over OLD_US ago */
} Acknowledged;

typedef struct {
  StoreFixture base;
  Acknowledged *acknowledged;
  TocsinMonitor *monitor;
  gint64 incident, record, sample, old_sample;
} Child;

static gint64
get (gint64 *value)
{
  return __atomic_load_n (value, __ATOMIC_SEQ_CST);
}

static void
set (gint64 *value, gint64 to)
{
  __atomic_store_n (value, to, __ATOMIC_SEQ_CST);
}

/* --- the child: writes, and notes what was acknowledged --- */

static void save_next_incident (Child *child);
static void save_next_record (Child *child);
static void add_next_ping (Child *child);

static void
pinged_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Child *child = user_data;
  gint64 number = tocsin_store_add_ping_finish (child->base.store, result, NULL);

  g_assert_cmpint (number, >, 0);
  set (&child->acknowledged->ping, number);
  add_next_ping (child);
}

static void
add_next_ping (Child *child)
{
  g_autoptr (TocsinPing) ping = tocsin_ping_new ();

  ping->body = g_bytes_new_static ("done", 4);
  tocsin_store_add_ping (child->base.store, child->monitor->id, ping, "{}", pinged_cb, child);
}

static void
incident_saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Child *child = user_data;

  g_assert_true (tocsin_store_finish (child->base.store, result, NULL));
  set (&child->acknowledged->incident, child->incident);
  save_next_incident (child);
}

static void
save_next_incident (Child *child)
{
  g_autoptr (TocsinIncident) incident = tocsin_incident_new ();

  child->incident++;
  incident->id = store_fixture_make_id (2);
  incident->monitor_id = g_strdup (child->monitor->id);
  incident->began_at = child->incident;
  tocsin_store_save_incident (child->base.store, incident, incident_saved_cb, child);
}

static void
record_saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Child *child = user_data;

  g_assert_true (tocsin_store_finish (child->base.store, result, NULL));
  set (&child->acknowledged->record, child->record);
  save_next_record (child);
}

static void
save_next_record (Child *child)
{
  g_autoptr (TocsinMonitor) monitor = tocsin_monitor_copy (child->monitor);

  monitor->revision = ++child->record;
  tocsin_store_save_monitor (child->base.store, monitor, FALSE, record_saved_cb, child);
}

/* Samples have rising times, one µs apart, and must be on disk a second after they were handed
 * over, though nobody asks for it. */
static gboolean
add_samples_cb (gpointer user_data)
{
  Child *child = user_data;
  static gint64 times_us[1 << 16];
  gint64 now_us = g_get_monotonic_time ();

  for (guint i = 0; i < SAMPLES_A_TURN; i++) {
    child->sample++;
    store_fixture_add_sample (&child->base, child->monitor->id, child->sample, FALSE);
    times_us[child->sample % G_N_ELEMENTS (times_us)] = now_us;
  }
  set (&child->acknowledged->sample, child->sample);
  while (child->old_sample + 1 < child->sample &&
         times_us[(child->old_sample + 1) % G_N_ELEMENTS (times_us)] < now_us - OLD_US)
    child->old_sample++;
  set (&child->acknowledged->old_sample, child->old_sample);
  return G_SOURCE_CONTINUE;
}

G_NORETURN static void
run_child (const char *dir, Acknowledged *acknowledged)
{
  Child child = { .acknowledged = acknowledged };

  prctl (PR_SET_PDEATHSIG, SIGKILL);
  child.base.dir = g_strdup (dir);
  store_fixture_open (&child.base, NULL);
  child.monitor = store_fixture_add_monitor (&child.base, 1);
  child.record = acknowledged->record;
  child.incident = acknowledged->incident;
  child.sample = child.old_sample = acknowledged->sample;
  add_next_ping (&child);
  save_next_incident (&child);
  save_next_record (&child);
  g_timeout_add (1, add_samples_cb, &child);
  for (;;)
    g_main_context_iteration (NULL, TRUE);
}

/* --- the parent --- */

static gint64
read_last_ping (StoreFixture *fixture, const char *id)
{
  g_autoptr (GPtrArray) pings = NULL;

  tocsin_store_get_pings (fixture->store, id, 100000, store_fixture_done_cb, fixture);
  pings = store_fixture_list (fixture);
  for (guint i = 1; i < pings->len; i++)
    g_assert_cmpint (((TocsinPing *) pings->pdata[i - 1])->number, ==,
                     ((TocsinPing *) pings->pdata[i])->number + 1);
  return pings->len > 0 ? ((TocsinPing *) pings->pdata[0])->number : 0;
}

static gint64
read_newest_sample (StoreFixture *fixture, const char *id)
{
  g_autoptr (GPtrArray) samples = NULL;

  tocsin_store_get_samples (fixture->store, id, 0, G_MAXINT64, 1, store_fixture_done_cb, fixture);
  samples = store_fixture_list (fixture);
  return samples->len > 0 ? ((TocsinSample *) samples->pdata[0])->at_us : 0;
}

/* Everything that was acknowledged is there; what was not may be there or not. */
static void
verify (const char *dir, Acknowledged *acknowledged)
{
  StoreFixture fixture = { .dir = g_strdup (dir) };
  g_autoptr (GPtrArray) monitors = NULL, incidents = NULL;
  g_autofree char *id = store_fixture_make_id (1);
  gint64 ping, incident = 0, record = 0, sample;

  store_fixture_open (&fixture, NULL);
  g_assert_null (fixture.problem);
  monitors = tocsin_store_load_monitors (fixture.store, NULL);
  if (monitors->len > 0)
    record = ((TocsinStoredMonitor *) monitors->pdata[0])->monitor->revision;
  incidents = tocsin_store_load_open_incidents (fixture.store, NULL);
  if (incidents->len > 0)
    incident = ((TocsinIncident *) incidents->pdata[0])->began_at;
  ping = read_last_ping (&fixture, id);
  sample = read_newest_sample (&fixture, id);
  g_test_message ("pings %" G_GINT64_FORMAT ", records %" G_GINT64_FORMAT
                  ", incidents %" G_GINT64_FORMAT ", samples %" G_GINT64_FORMAT
                  " of %" G_GINT64_FORMAT,
                  ping, record, incident, sample, acknowledged->sample);
  g_assert_cmpint (ping, >=, acknowledged->ping);
  g_assert_cmpint (record, >=, acknowledged->record);
  g_assert_cmpint (incident, >=, acknowledged->incident);
  g_assert_cmpint (sample, >=, acknowledged->old_sample);

  /* the next child goes on from what is there; its first save of the monitor says revision 0 */
  acknowledged->record = 0;
  acknowledged->incident = incident;
  acknowledged->sample = sample;
  acknowledged->old_sample = 0;
  store_fixture_close (&fixture);
}

static void
test_kill_loses_nothing_that_was_acknowledged (void)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();
  g_autofree char *dir = tocsin_test_make_dir ();
  Acknowledged *acknowledged =
      mmap (NULL, sizeof *acknowledged, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

  g_assert_true (acknowledged != MAP_FAILED);
  for (guint round = 0; round < N_ROUNDS; round++) {
    gint64 life_us =
        round + 1 < N_ROUNDS ? g_rand_int_range (rand, LEAST_LIFE_US, MOST_LIFE_US) : LONG_LIFE_US;
    pid_t pid = fork ();
    int status;

    if (pid == 0)
      run_child (dir, acknowledged);
    g_usleep ((gulong) life_us); /* the moment of the kill, not a wait for something */
    g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
    g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
    g_assert_true (WIFSIGNALED (status) && WTERMSIG (status) == SIGKILL);
    if (round + 1 == N_ROUNDS)
      g_assert_cmpint (get (&acknowledged->old_sample), >, 0);
    verify (dir, acknowledged);
  }
  g_assert_cmpint (acknowledged->ping, >, N_ROUNDS);
  munmap (acknowledged, sizeof *acknowledged);
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);

  g_test_add_func ("/store/kill-loses-nothing-that-was-acknowledged",
                   test_kill_loses_nothing_that_was_acknowledged);
  return g_test_run ();
}
