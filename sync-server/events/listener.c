/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "listener"

#include "config.h"

#include <libpq-fe.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "events-private.h"

#define ACCESS_CHANNEL   "tocsin_access" /* a trigger's: somebody may have lost what they had */
#define LOOK_EVERY_MS    5000            /* what expires tells nobody */
#define AFTER_FAILURE_MS 1000

/* A team that somebody listens to. */
typedef struct {
  TocsinCursor at; /* what its streams were told */
  guint n_guests;
  guint n_probes; /* of these */
  char *version;  /* (owned) (nullable) of assignments, as probes were told it */
  gboolean has_news;
} Team;

static void
free_team (gpointer data)
{
  Team *team = data;

  g_free (team->version);
  g_free (team);
}

/* What comes to the thread: a guest who joins, or the number of one who leaves. */
typedef struct {
  TocsinListenerGuest *guest; /* (owned) (nullable) */
  guint64 number;
} Order;

struct _TocsinListener {
  TocsinListenerTell tell;
  gpointer user_data;
  TocsinPg *pg;
  GThread *thread;
  GAsyncQueue *orders; /* of Order */
  int wake_fd;         /* eventfd */
  gint is_ending;      /* atomic */

  /* the thread's own */
  GHashTable *teams;  /* id → Team */
  GHashTable *guests; /* number → TocsinListenerGuest */
  gboolean is_listening;
  gboolean access_changed;
};

void
tocsin_listener_guest_free (TocsinListenerGuest *guest)
{
  g_free (guest->team_id);
  g_free (guest->user_id);
  g_free (guest->credential_id);
  g_free (guest);
}

void
tocsin_told_free (TocsinTold *told)
{
  g_free (told->team_id);
  g_clear_pointer (&told->text, g_bytes_unref);
  g_free (told);
}

static void
say (TocsinListener *self, TocsinToldKind kind, guint64 number, const char *team_id, GBytes *text)
{
  TocsinTold *told = g_new0 (TocsinTold, 1);

  told->kind = kind;
  told->number = number;
  told->team_id = g_strdup (team_id);
  told->text = text;
  self->tell (told, self->user_data);
}

static void
say_to_probes (TocsinListener *self, const char *team_id, GBytes *text)
{
  TocsinTold *told = g_new0 (TocsinTold, 1);

  told->kind = TOCSIN_TOLD_TEAM;
  told->team_id = g_strdup (team_id);
  told->is_of_probe = TRUE;
  told->text = text;
  self->tell (told, self->user_data);
}

/* --- teams --- */

static gboolean
pump_probes (TocsinListener *self, const char *team_id, Team *team, GError **error)
{
  g_autoptr (GError) problem = NULL;
  GBytes *text = NULL;

  if (team->n_probes > 0)
    text = tocsin_events_read_assignments (self->pg, team_id, &team->version, &problem);
  if (problem != NULL) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return FALSE;
  }
  if (text != NULL)
    say_to_probes (self, team_id, text);
  return TRUE;
}

/* Tells a team's streams what is new. */
static gboolean
pump (TocsinListener *self, const char *team_id, Team *team, GError **error)
{
  g_autoptr (GError) problem = NULL;
  TocsinCursor until = team->at;
  GBytes *text = tocsin_events_read (self->pg, team_id, &team->at, &until, &problem);

  if (problem != NULL) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return FALSE;
  }
  if (!pump_probes (self, team_id, team, error)) {
    g_clear_pointer (&text, g_bytes_unref);
    return FALSE;
  }
  team->has_news = FALSE;
  team->at = until;
  if (text != NULL)
    say (self, TOCSIN_TOLD_TEAM, 0, team_id, text);
  return TRUE;
}

static gboolean
pump_all (TocsinListener *self, GError **error)
{
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, self->teams);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (((Team *) value)->has_news && !pump (self, key, value, error))
      return FALSE;
  return TRUE;
}

static Team *
know_team (TocsinListener *self, const char *team_id, GError **error)
{
  Team *team = g_hash_table_lookup (self->teams, team_id);
  TocsinFeedHead head;

  if (team != NULL)
    return pump (self, team_id, team, error) ? team : NULL;
  if (!tocsin_feed_read_head (self->pg, team_id, &head, error))
    return NULL;
  team = g_new0 (Team, 1);
  team->at = head.present;
  g_hash_table_insert (self->teams, g_strdup (team_id), team);
  return team;
}

/* --- guests --- */

/* What the guest has missed is told to it alone; then it is where the team is. That may be a little
 * more than the team was told, and is told again. */
static gboolean
join (TocsinListener *self, TocsinListenerGuest *guest, GError **error)
{
  Team *team = know_team (self, guest->team_id, error);
  g_autoptr (GError) problem = NULL;
  g_autofree char *version = NULL;
  GBytes *text = NULL;
  TocsinCursor until;

  if (team == NULL)
    return FALSE;
  if (guest->is_of_probe)
    text = tocsin_events_read_assignments (self->pg, guest->team_id, &version, &problem);
  else if (guest->has_cursor)
    text = tocsin_events_read (self->pg, guest->team_id, &guest->since, &until, &problem);
  if (problem != NULL) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return FALSE;
  }
  team->n_guests++;
  team->n_probes += guest->is_of_probe ? 1 : 0;
  if (version != NULL && team->version == NULL)
    team->version = g_steal_pointer (&version);
  g_hash_table_insert (self->guests, &guest->number, guest);
  say (self, TOCSIN_TOLD_JOINED, guest->number, NULL, text);
  return TRUE;
}

static void
leave (TocsinListener *self, guint64 number)
{
  const TocsinListenerGuest *guest = g_hash_table_lookup (self->guests, &number);
  Team *team = guest != NULL ? g_hash_table_lookup (self->teams, guest->team_id) : NULL;

  if (guest == NULL)
    return;
  if (team != NULL && guest->is_of_probe)
    team->n_probes--;
  if (team != NULL && --team->n_guests == 0)
    g_hash_table_remove (self->teams, guest->team_id);
  g_hash_table_remove (self->guests, &number);
}

static void
free_order (Order *order)
{
  g_clear_pointer (&order->guest, tocsin_listener_guest_free);
  g_free (order);
}

/* An order that failed comes again, after the connection did. */
static gboolean
take_orders (TocsinListener *self, GError **error)
{
  Order *order;

  while ((order = g_async_queue_try_pop (self->orders)) != NULL) {
    if (order->guest == NULL) {
      leave (self, order->number);
    } else if (!join (self, order->guest, error)) {
      g_async_queue_push_front (self->orders, order);
      return FALSE;
    }
    order->guest = NULL;
    free_order (order);
  }
  return TRUE;
}

/* --- who may not any more --- */

/* Columns of one query for all guests. */
typedef struct {
  GPtrArray *numbers, *credentials, *users, *teams;
} Columns;

static void
add_guest (Columns *columns, const TocsinListenerGuest *guest)
{
  g_ptr_array_add (columns->numbers, g_strdup_printf ("%" G_GUINT64_FORMAT, guest->number));
  g_ptr_array_add (columns->credentials, g_strdup (guest->credential_id));
  g_ptr_array_add (columns->users, g_strdup (guest->user_id != NULL ? guest->user_id : ""));
  g_ptr_array_add (columns->teams, g_strdup (guest->team_id));
}

static char *
make_array (GPtrArray *items)
{
  g_ptr_array_add (items, NULL);
  return tocsin_pg_array ((const char *const *) items->pdata);
}

static TocsinPgRows *
query_lost (TocsinListener *self, Columns *columns, GError **error)
{
  g_autofree char *numbers = make_array (columns->numbers);
  g_autofree char *credentials = make_array (columns->credentials);
  g_autofree char *users = make_array (columns->users), *teams = make_array (columns->teams);

  return tocsin_pg_query (
      self->pg, error,
      "SELECT g.number FROM unnest ($1::bigint[], $2::uuid[], $3::text[], $4::uuid[])"
      " AS g (number, credential, who, team) WHERE NOT CASE WHEN g.who = ''"
      " THEN EXISTS (SELECT 1 FROM tokens t JOIN probes p ON p.team_id = t.team_id"
      "  AND p.id = t.probe_id WHERE p.team_id = g.team AND p.id = g.credential"
      "  AND t.revoked_at = 0 AND p.revoked_at = 0)"
      " ELSE EXISTS (SELECT 1 FROM members m JOIN users u ON u.id = m.user_id"
      "  WHERE m.team_id = g.team AND m.user_id::text = g.who AND u.disabled_at = 0)"
      "  AND (EXISTS (SELECT 1 FROM tokens t WHERE t.id = g.credential AND t.revoked_at = 0"
      "   AND (t.expires_at = 0 OR t.expires_at > $5))"
      "  OR EXISTS (SELECT 1 FROM sessions s WHERE s.id = g.credential AND s.expires_at > $5))"
      " END",
      PG_TEXT (numbers), PG_TEXT (credentials), PG_TEXT (users), PG_TEXT (teams),
      PG_INT (g_get_real_time ()));
}

static gboolean
check_access (TocsinListener *self, GError **error)
{
  Columns columns = { g_ptr_array_new_with_free_func (g_free),
                      g_ptr_array_new_with_free_func (g_free),
                      g_ptr_array_new_with_free_func (g_free),
                      g_ptr_array_new_with_free_func (g_free) };
  G_GNUC_UNUSED g_autoptr (GPtrArray) numbers = columns.numbers;
  G_GNUC_UNUSED g_autoptr (GPtrArray) credentials = columns.credentials;
  G_GNUC_UNUSED g_autoptr (GPtrArray) users = columns.users;
  G_GNUC_UNUSED g_autoptr (GPtrArray) teams = columns.teams;
  g_autoptr (TocsinPgRows) rows = NULL;
  GHashTableIter iter;
  gpointer guest;

  g_hash_table_iter_init (&iter, self->guests);
  while (g_hash_table_iter_next (&iter, NULL, &guest))
    add_guest (&columns, guest);
  rows = query_lost (self, &columns, error);
  for (guint i = 0; rows != NULL && i < tocsin_pg_rows_get_n (rows); i++) {
    guint64 number = (guint64) tocsin_pg_rows_get_int (rows, i, 0);

    leave (self, number);
    say (self, TOCSIN_TOLD_BYE, number, NULL, NULL);
  }
  self->access_changed = rows == NULL;
  return rows != NULL;
}

/* --- the database --- */

/* All may have news where we did not listen. */
static gboolean
listen (TocsinListener *self, GError **error)
{
  GHashTableIter iter;
  gpointer team;

  if (self->is_listening && tocsin_pg_get_raw (self->pg) != NULL)
    return TRUE;
  if (!tocsin_pg_connect (self->pg, error) ||
      !tocsin_pg_script (self->pg, "LISTEN " TOCSIN_FEED_CHANNEL "; LISTEN " ACCESS_CHANNEL, error))
    return FALSE;
  self->is_listening = self->access_changed = TRUE;
  g_hash_table_iter_init (&iter, self->teams);
  while (g_hash_table_iter_next (&iter, NULL, &team))
    ((Team *) team)->has_news = TRUE;
  return TRUE;
}

static void
hear (TocsinListener *self, const PGnotify *notify)
{
  Team *team = g_hash_table_lookup (self->teams, notify->extra);

  if (team != NULL)
    team->has_news = TRUE;
  if (strcmp (notify->relname, ACCESS_CHANNEL) == 0)
    self->access_changed = TRUE;
}

/* How many were heard. */
static guint
hear_all (TocsinListener *self)
{
  PGconn *raw = tocsin_pg_get_raw (self->pg);
  PGnotify *notify;
  guint n = 0;

  if (raw == NULL || PQconsumeInput (raw) == 0) {
    self->is_listening = FALSE;
    tocsin_pg_disconnect (self->pg);
    return 0;
  }
  while ((notify = PQnotifies (raw)) != NULL) {
    hear (self, notify);
    PQfreemem (notify);
    n++;
  }
  return n;
}

/* --- the thread --- */

/* A query takes notifications in, too, and the socket is silent then: so the last that is done
 * before it is waited for is to hear. */
static gboolean
take_turn (TocsinListener *self, GError **error)
{
  if (!listen (self, error) || !take_orders (self, error))
    return FALSE;
  hear_all (self);
  do {
    if (!listen (self, error) || !pump_all (self, error) ||
        (self->access_changed && !check_access (self, error)))
      return FALSE;
  } while (hear_all (self) > 0 || !self->is_listening);
  return TRUE;
}

static void
wait_for_news (TocsinListener *self, gboolean has_failed)
{
  PGconn *raw = tocsin_pg_get_raw (self->pg);
  struct pollfd fds[] = { { .fd = self->wake_fd, .events = POLLIN },
                          { .fd = raw != NULL ? PQsocket (raw) : -1, .events = POLLIN } };
  guint64 times;

  if (has_failed)
    fds[1].fd = -1;
  if (poll (fds, G_N_ELEMENTS (fds), has_failed ? AFTER_FAILURE_MS : LOOK_EVERY_MS) == 0)
    self->access_changed = TRUE;
  if ((fds[0].revents & POLLIN) != 0 && read (self->wake_fd, &times, sizeof times) < 0)
    g_debug ("nobody woke us");
}

static gpointer
run (gpointer data)
{
  TocsinListener *self = data;

  while (!g_atomic_int_get (&self->is_ending)) {
    g_autoptr (GError) error = NULL;
    gboolean has_failed = !take_turn (self, &error);

    if (has_failed) {
      g_info ("events wait: %s", error->message);
      self->is_listening = FALSE;
    }
    wait_for_news (self, has_failed);
  }
  return NULL;
}

static void
wake (TocsinListener *self)
{
  guint64 once = 1;

  if (write (self->wake_fd, &once, sizeof once) < 0)
    g_debug ("it is awake");
}

static void
give_order (TocsinListener *self, TocsinListenerGuest *guest, guint64 number)
{
  Order *order = g_new0 (Order, 1);

  order->guest = guest;
  order->number = number;
  g_async_queue_push (self->orders, order);
  wake (self);
}

void
tocsin_listener_join (TocsinListener *self, TocsinListenerGuest *guest)
{
  give_order (self, guest, guest->number);
}

void
tocsin_listener_leave (TocsinListener *self, guint64 number)
{
  give_order (self, NULL, number);
}

TocsinListener *
tocsin_listener_new (const char *url, TocsinListenerTell tell, gpointer user_data)
{
  TocsinListener *self = g_new0 (TocsinListener, 1);

  self->tell = tell;
  self->user_data = user_data;
  self->pg = tocsin_pg_new (url);
  self->orders = g_async_queue_new_full ((GDestroyNotify) free_order);
  self->wake_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  g_assert (self->wake_fd >= 0);
  self->teams = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_team);
  self->guests = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL,
                                        (GDestroyNotify) tocsin_listener_guest_free);
  self->thread = g_thread_new ("events", run, self);
  return self;
}

void
tocsin_listener_free (TocsinListener *self)
{
  if (self == NULL)
    return;
  g_atomic_int_set (&self->is_ending, TRUE);
  wake (self);
  g_thread_join (self->thread);
  g_hash_table_unref (self->guests);
  g_hash_table_unref (self->teams);
  g_async_queue_unref (self->orders);
  tocsin_pg_free (self->pg);
  close (self->wake_fd);
  g_free (self);
}
