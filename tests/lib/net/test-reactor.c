/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-reactor"

#include "config.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "reactor.h"
#include "support.h"

#define STEPS 20000

typedef struct {
  GMainContext *context;
  TocsinReactor *reactor;
} Fixture;

static void
setup (Fixture *fixture, gconstpointer data)
{
  fixture->context = g_main_context_new ();
  fixture->reactor = tocsin_reactor_new (fixture->context);
}

static void
teardown (Fixture *fixture, gconstpointer data)
{
  tocsin_reactor_free (fixture->reactor);
  g_main_context_unref (fixture->context);
}

typedef struct {
  TocsinReactor *reactor;
  TocsinTimer *timer; /* NULL once it went off */
  gint64 due_us;
  GPtrArray *went_off;
} Alarm;

static void
alarm_cb (gpointer user_data)
{
  Alarm *alarm = user_data;

  g_assert_cmpint (g_get_monotonic_time (), >=, alarm->due_us);
  alarm->timer = NULL;
  g_ptr_array_add (alarm->went_off, alarm);
}

static gboolean
all_went_off (gpointer user_data)
{
  GPtrArray *went_off = user_data;

  return went_off->len == GPOINTER_TO_UINT (g_ptr_array_index (went_off, 0)) + 1;
}

static void
test_timers_in_order (Fixture *fixture, gconstpointer data)
{
  static const int delays_ms[] = { 7, 1, 3, 3, 12, 0, -5, 3 };
  Alarm alarms[G_N_ELEMENTS (delays_ms)];
  g_autoptr (GPtrArray) went_off = g_ptr_array_new ();
  gint64 now_us = g_get_monotonic_time ();

  g_ptr_array_add (went_off, GUINT_TO_POINTER (G_N_ELEMENTS (delays_ms)));
  for (guint i = 0; i < G_N_ELEMENTS (delays_ms); i++) {
    alarms[i] = (Alarm){ .due_us = now_us + delays_ms[i] * 1000, .went_off = went_off };
    alarms[i].timer =
        tocsin_reactor_timer (fixture->reactor, alarms[i].due_us, alarm_cb, &alarms[i]);
  }
  tocsin_test_wait (fixture->context, all_went_off, went_off);
  for (guint i = 2; i < went_off->len; i++) {
    Alarm *before = g_ptr_array_index (went_off, i - 1), *after = g_ptr_array_index (went_off, i);

    g_assert_true (before->due_us < after->due_us ||
                   (before->due_us == after->due_us && before < after));
  }
}

/* Timers are set and removed at random; in the end just those left have gone off. */
static void
test_random_timers (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();
  g_autofree Alarm *alarms = g_new0 (Alarm, STEPS);
  g_autoptr (GPtrArray) went_off = g_ptr_array_new ();
  gint64 now_us = g_get_monotonic_time ();
  guint left = 0;

  g_ptr_array_add (went_off, NULL);
  for (guint i = 0; i < STEPS; i++) {
    guint victim = (guint) g_rand_int_range (rand, 0, (int) i + 1);

    alarms[i].went_off = went_off;
    alarms[i].due_us = now_us + g_rand_int_range (rand, 0, 20000);
    alarms[i].timer =
        tocsin_reactor_timer (fixture->reactor, alarms[i].due_us, alarm_cb, &alarms[i]);
    left++;
    if (g_rand_boolean (rand) && alarms[victim].timer != NULL) {
      tocsin_timer_remove (alarms[victim].timer);
      alarms[victim].timer = NULL;
      alarms[victim].due_us = G_MAXINT64; /* going off now would fail */
      left--;
    }
  }
  went_off->pdata[0] = GUINT_TO_POINTER (left);
  tocsin_test_wait (fixture->context, all_went_off, went_off);
  for (guint i = 2; i < went_off->len; i++)
    g_assert_cmpint (((Alarm *) went_off->pdata[i - 1])->due_us, <=,
                     ((Alarm *) went_off->pdata[i])->due_us);
}

typedef struct {
  TocsinReactor *reactor;
  guint n_turns;
  gboolean other_came;
} Greedy;

static void
greedy_cb (gpointer user_data)
{
  Greedy *greedy = user_data;

  if (!greedy->other_came && greedy->n_turns++ < STEPS)
    tocsin_reactor_timer (greedy->reactor, 0, greedy_cb, greedy);
}

static void
other_cb (gpointer user_data)
{
  ((Greedy *) user_data)->other_came = TRUE;
}

static gboolean
other_came (gpointer user_data)
{
  return ((Greedy *) user_data)->other_came;
}

static void
test_greedy_timer (Fixture *fixture, gconstpointer data)
{
  Greedy greedy = { .reactor = fixture->reactor };

  tocsin_reactor_timer (fixture->reactor, 0, greedy_cb, &greedy);
  tocsin_reactor_timer (fixture->reactor, g_get_monotonic_time (), other_cb, &greedy);
  tocsin_test_wait (fixture->context, other_came, &greedy);
  g_assert_cmpuint (greedy.n_turns, <, 10);
  while (g_main_context_iteration (fixture->context, FALSE))
    ;
}

/* Both ways to watch promise the same. */
typedef struct {
  TocsinWatchFd *(*watch) (TocsinReactor *reactor, int fd, guint32 events,
                           TocsinWatchFdFunc callback, gpointer user_data);
} Way;

static const Way plainly = { tocsin_reactor_watch };
static const Way lazily = { tocsin_reactor_watch_lazily };

typedef struct {
  TocsinWatchFd *watches[3];
  int fds[3];
  guint n_calls;
} Group;

static void
remove_all_cb (int fd, guint32 events, gpointer user_data)
{
  Group *group = user_data;

  g_assert_cmphex (events & EPOLLIN, !=, 0);
  group->n_calls++;
  for (guint i = 0; i < G_N_ELEMENTS (group->watches); i++)
    g_clear_pointer (&group->watches[i], tocsin_watch_fd_remove);
}

static gboolean
was_called (gpointer user_data)
{
  return ((Group *) user_data)->n_calls > 0;
}

/* All three are ready in one turn; the first to be called removes all, so that no other is. */
static void
test_removal_within (Fixture *fixture, gconstpointer data)
{
  const Way *way = data;
  Group group = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (group.fds); i++) {
    group.fds[i] = eventfd (1, EFD_CLOEXEC | EFD_NONBLOCK);
    group.watches[i] = way->watch (fixture->reactor, group.fds[i], EPOLLIN, remove_all_cb, &group);
  }
  tocsin_test_wait (fixture->context, was_called, &group);
  while (g_main_context_iteration (fixture->context, FALSE))
    ;
  g_assert_cmpuint (group.n_calls, ==, 1);
  for (guint i = 0; i < G_N_ELEMENTS (group.fds); i++)
    close (group.fds[i]);
}

static void
count_cb (int fd, guint32 events, gpointer user_data)
{
  Group *group = user_data;

  g_assert_cmphex (events, ==, EPOLLOUT);
  if (++group->n_calls == 3)
    tocsin_watch_fd_modify (group->watches[0], 0);
}

static gboolean
was_called_thrice (gpointer user_data)
{
  return ((Group *) user_data)->n_calls == 3;
}

/* Level triggered: it is called until what is watched changes. */
static void
test_modify (Fixture *fixture, gconstpointer data)
{
  const Way *way = data;
  Group group = { .fds = { eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK) } };

  group.watches[0] = way->watch (fixture->reactor, group.fds[0], EPOLLIN, count_cb, &group);
  g_main_context_iteration (fixture->context, FALSE);
  g_assert_cmpuint (group.n_calls, ==, 0);
  tocsin_watch_fd_modify (group.watches[0], EPOLLOUT);
  tocsin_test_wait (fixture->context, was_called_thrice, &group);
  while (g_main_context_iteration (fixture->context, FALSE))
    ;
  g_assert_cmpuint (group.n_calls, ==, 3);
  tocsin_watch_fd_remove (group.watches[0]);
  close (group.fds[0]);
}

static void
note_cb (int fd, guint32 events, gpointer user_data)
{
  *(guint32 *) user_data |= events;
}

/* What a watch is told is what poll () says, whatever came before. */
static void
test_random_readiness (Fixture *fixture, gconstpointer data)
{
  static const guint32 choices[] = { 0, EPOLLIN, EPOLLOUT, EPOLLIN | EPOLLOUT };
  const Way *way = data;
  g_autoptr (GRand) rand = tocsin_test_rand ();
  guint32 wanted = 0, told = 0;
  TocsinWatchFd *watch;
  char bytes[4096] = "";
  int fds[2];

  g_assert_no_errno (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds));
  watch = way->watch (fixture->reactor, fds[0], 0, note_cb, &told);
  for (guint i = 0; i < STEPS; i++) {
    struct pollfd ready = { .fd = fds[0], .events = POLLIN | POLLOUT };
    gint32 what = g_rand_int_range (rand, 0, 5);

    if (what == 0)
      tocsin_watch_fd_modify (watch, wanted = choices[g_rand_int_range (rand, 0, 4)]);
    else if (what < 3) /* half of the time by a buffer that fills up */
      g_assert_cmpint (write (fds[what - 1], bytes, sizeof bytes), !=, 0);
    else
      g_assert_cmpint (read (fds[what - 3], bytes, (gsize) g_rand_int_range (rand, 1, 4096)), !=,
                       0);
    told = 0;
    g_main_context_iteration (fixture->context, FALSE);
    g_assert_cmpint (poll (&ready, 1, 0), >=, 0);
    g_assert_cmphex (told, ==, wanted & (guint32) ready.revents);
  }
  close (fds[1]);
  tocsin_watch_fd_modify (watch, EPOLLIN);
  g_main_context_iteration (fixture->context, FALSE);
  g_assert_cmphex (told & (EPOLLIN | EPOLLHUP), ==, EPOLLIN | EPOLLHUP);
  tocsin_watch_fd_remove (watch);
  close (fds[0]);
}

/* The number of a closed descriptor goes to the next that is opened; and while a process that was
 * forked has the old one too, the kernel tells of it still. */
static void
test_closed (Fixture *fixture, gconstpointer data)
{
  const Way *way = data;
  guint32 told = 0, told_anew = 0;
  int fd = eventfd (1, EFD_CLOEXEC | EFD_NONBLOCK), kept = dup (fd);
  TocsinWatchFd *watch = way->watch (fixture->reactor, fd, EPOLLIN, note_cb, &told);

  tocsin_watch_fd_forget (watch);
  close (fd);
  g_main_context_iteration (fixture->context, FALSE);
  g_assert_cmphex (told, ==, 0);

  g_assert_cmpint (eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK), ==, fd);
  watch = way->watch (fixture->reactor, fd, EPOLLIN, note_cb, &told_anew);
  g_assert_no_errno (eventfd_write (kept, 1));
  g_main_context_iteration (fixture->context, FALSE);
  g_assert_cmphex (told | told_anew, ==, 0);
  close (kept);
  g_assert_no_errno (eventfd_write (fd, 1));
  g_main_context_iteration (fixture->context, FALSE);
  g_assert_cmphex (told_anew, ==, EPOLLIN);
  close (fd);
  tocsin_watch_fd_remove (watch);
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
#define ADD(name, function, data) g_test_add (name, Fixture, data, setup, function, teardown)
  ADD ("/reactor/timers-go-off-in-order-and-never-early", test_timers_in_order, NULL);
  ADD ("/reactor/removed-timers-stay-silent", test_random_timers, NULL);
  ADD ("/reactor/a-timer-that-sets-itself-again-starves-no-other", test_greedy_timer, NULL);
#define ADD_BOTH(name, function)                      \
  ADD ("/reactor/plainly/" name, function, &plainly); \
  ADD ("/reactor/lazily/" name, function, &lazily)
  ADD_BOTH ("a-callback-may-remove-every-watch", test_removal_within);
  ADD_BOTH ("a-watch-listens-for-what-it-is-told", test_modify);
  ADD_BOTH ("a-watch-is-told-what-is-ready-as-long-as-it-is", test_random_readiness);
  ADD_BOTH ("a-closed-descriptor-is-let-go", test_closed);
  return g_test_run ();
}
