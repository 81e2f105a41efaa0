/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "watch"

#include "config.h"

#include "errors.h"
#include "timetext.h"
#include "uuid.h"
#include "watch-pings.h"
#include "watch-private.h"

/* The watch's life: it loads what the store has, starts what it needs, and ends it. */

G_DEFINE_FINAL_TYPE (TocsinWatch, tocsin_watch, G_TYPE_OBJECT)

guint tocsin_watch_signals[TOCSIN_WATCH_N_SIGNALS];

char *
tocsin_watch_new_id (void)
{
  guint8 random[TOCSIN_UUID_RANDOM_BYTES];

  for (guint i = 0; i < sizeof random; i++)
    random[i] = (guint8) g_random_int_range (0, 256);
  return tocsin_uuid_new (g_get_real_time (), random);
}

void
tocsin_watch_emit_changed (TocsinWatch *self, const TocsinWatched *watched)
{
  g_signal_emit (self, tocsin_watch_signals[TOCSIN_WATCH_CHANGED], 0, watched->monitor->id);
}

/* --- loading --- */

static TocsinJudge *
restore_judge (const char *text)
{
  g_autoptr (JsonNode) node = text != NULL ? json_from_string (text, NULL) : NULL;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return NULL;
  return tocsin_judge_from_json (json_node_get_object (node), NULL);
}

static TocsinRemote *
restore_remote (const char *text)
{
  g_autoptr (JsonNode) node = text != NULL ? json_from_string (text, NULL) : NULL;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return NULL;
  return tocsin_remote_from_json (json_node_get_object (node), NULL);
}

/* Covers are facts of the world, not of the past: they are found again, but for the pause, which is
 * the monitor's own. */
static void
take_judge (TocsinWatched *watched, TocsinJudge *judge)
{
  if (judge == NULL)
    return;
  g_clear_pointer (&watched->judge, tocsin_judge_free);
  watched->judge = judge;
  judge->covers &= TOCSIN_COVER_PAUSED;
}

static void
add_stored (TocsinWatch *self, TocsinStoredMonitor *stored)
{
  TocsinWatched *watched = tocsin_watched_new (g_steal_pointer (&stored->monitor));

  watched->watch = self;
  watched->secrets_missing = stored->secrets_missing;
  watched->team = tocsin_watch_find_team (self, watched->monitor->team);
  watched->remote = restore_remote (stored->remote);
  take_judge (watched, restore_judge (stored->judge));
  g_hash_table_insert (self->by_id, watched->monitor->id, watched);
  self->n_dependants += watched->monitor->depends_on != NULL;
  self->n_heartbeats += watched->monitor->kind == TOCSIN_MONITOR_HEARTBEAT;
}

static void
start_stored (TocsinWatch *self, const TocsinStoredMonitor *stored, const char *id)
{
  TocsinWatched *watched = g_hash_table_lookup (self->by_id, id);

  tocsin_watch_pings_added (self, watched, stored->heartbeat);
  tocsin_watch_start (self, watched, TOCSIN_START_SPREAD);
}

static gboolean
load_monitors (TocsinWatch *self, GError **error)
{
  g_autoptr (GPtrArray) list = tocsin_store_load_monitors (self->store, error);

  if (list == NULL)
    return FALSE;
  for (guint i = 0; i < list->len; i++) {
    TocsinStoredMonitor *stored = list->pdata[i];
    const char *id = stored->monitor->id; /* the watched monitor keeps it */

    add_stored (self, stored);
    start_stored (self, stored, id);
  }
  return TRUE;
}

static gboolean
load_incidents (TocsinWatch *self, GError **error)
{
  g_autoptr (GPtrArray) list = tocsin_store_load_open_incidents (self->store, error);

  if (list == NULL)
    return FALSE;
  g_ptr_array_set_free_func (list, NULL);
  for (guint i = 0; i < list->len; i++) {
    g_autoptr (TocsinIncident) incident = list->pdata[i];
    TocsinWatched *watched = g_hash_table_lookup (self->by_id, incident->monitor_id);

    if (watched != NULL && watched->incident == NULL && watched->judge->incident_open)
      watched->incident = g_steal_pointer (&incident);
  }
  return TRUE;
}

/* Ledgers are seeded with what is stored up to now; the few samples that came since the start are
 * in there too. */
static void
got_rollups_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinWatch) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = tocsin_store_list_finish (NULL, result, &error);

  if (list == NULL) { /* removed meanwhile, or at the end already */
    if (!g_error_matches (error, TOCSIN_ERROR, TOCSIN_ERROR_NOT_FOUND) &&
        !g_error_matches (error, TOCSIN_ERROR, TOCSIN_ERROR_UNAVAILABLE))
      g_warning ("past uptimes can’t be read: %s", error->message);
    return;
  }
  for (guint i = 0; i < list->len; i++) {
    const TocsinStoredRollup *stored = list->pdata[i];
    TocsinWatched *watched = g_hash_table_lookup (self->by_id, stored->id);

    if (watched != NULL)
      tocsin_ledger_seed (watched->ledger, &stored->rollup);
  }
}

typedef struct {
  TocsinWatch *watch; /* (owned) */
  char *id;           /* (owned) */
} Seed;

static void
got_recent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Seed *seed = user_data;
  g_autoptr (TocsinWatch) self = seed->watch;
  g_autofree char *id = seed->id;
  g_autoptr (GPtrArray) samples = tocsin_store_list_finish (NULL, result, NULL);
  TocsinWatched *watched = g_hash_table_lookup (self->by_id, id);

  g_free (seed);
  if (samples == NULL || samples->len == 0 || watched == NULL)
    return;
  tocsin_watched_seed (watched, samples);
  tocsin_watch_emit_changed (self, watched);
}

/* What was seen last before this start: rows show it until there is something newer. */
static void
seed_recent (TocsinWatch *self)
{
  gint64 now_us = g_get_real_time ();
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, &id, NULL)) {
    Seed *seed = g_new (Seed, 1);

    *seed = (Seed){ g_object_ref (self), g_strdup (id) };
    tocsin_store_get_samples (self->store, id, now_us - 7 * TOCSIN_US_PER_DAY, now_us,
                              TOCSIN_STATUS_RECENT, got_recent_cb, seed);
  }
}

static void
seed_ledgers (TocsinWatch *self)
{
  gint64 now_us = g_get_real_time ();
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    tocsin_store_get_rollups (self->store, id, now_us - 26 * TOCSIN_US_PER_HOUR,
                              now_us - 92 * TOCSIN_US_PER_DAY, got_rollups_cb, g_object_ref (self));
}

/* --- the store's troubles --- */

static void
rescued_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinWatch) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *said = tocsin_store_set_aside_finish (NULL, result, &error);
  GHashTableIter iter;
  gpointer value;

  self->rescuing = FALSE;
  if (said == NULL) {
    g_warning ("the damaged database can’t be set aside: %s", error->message);
    return;
  }
  g_warning ("%s", said);
  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    TocsinWatched *watched = value;

    tocsin_store_save_monitor (self->store, watched->monitor, watched->secrets_missing, NULL, NULL);
    tocsin_watch_save_judge (self, watched);
    if (watched->incident != NULL)
      tocsin_store_save_incident (self->store, watched->incident, NULL, NULL);
  }
  for (guint i = 0; i < self->maintenance->len; i++)
    tocsin_store_save_maintenance (self->store, self->maintenance->pdata[i], NULL, NULL);
  tocsin_store_set_setting (self->store, "ping-key", self->ping_key, NULL, NULL);
}

static void
problem_cb (const char *problem, gboolean damaged, gpointer user_data)
{
  TocsinWatch *self = user_data;

  if (g_strcmp0 (self->problem, problem) == 0)
    return;
  if (problem != NULL)
    g_warning ("%s", problem);
  else
    g_message ("the store is well again");
  g_free (self->problem);
  self->problem = g_strdup (problem);
  g_signal_emit (self, tocsin_watch_signals[TOCSIN_WATCH_PROBLEM], 0);
  if (!damaged || self->rescuing)
    return;
  self->rescuing = TRUE;
  tocsin_store_set_aside (self->store, rescued_cb, g_object_ref (self));
}

/* --- life --- */

TocsinWatch *
tocsin_watch_new (TocsinStore *store, char *const *references, GError **error)
{
  static const TocsinEngineLimits limits = { TOCSIN_ENGINE_CHECKS, TOCSIN_ENGINE_CHECKS_A_HOST };
  g_autoptr (TocsinWatch) self = g_object_new (TOCSIN_TYPE_WATCH, NULL);
  g_autoptr (GPtrArray) maintenance = NULL;

  g_return_val_if_fail (store != NULL, NULL);

  self->store = store;
  self->engine = tocsin_engine_new (NULL, &limits);
  self->scheduler = tocsin_scheduler_new (NULL, tocsin_watch_due_cb);
  self->references = tocsin_references_new (self->engine, references);
  tocsin_watch_network_start (self);
  tocsin_watch_pings_load (self);
  maintenance = tocsin_store_load_maintenance (store, error);
  if (maintenance == NULL || !load_monitors (self, error) || !load_incidents (self, error)) {
    tocsin_watch_stop_all (self);
    return NULL;
  }
  g_clear_pointer (&self->maintenance, g_ptr_array_unref);
  self->maintenance = g_steal_pointer (&maintenance);
  g_ptr_array_set_free_func (self->maintenance, (GDestroyNotify) tocsin_maintenance_free);
  tocsin_watch_look_at_maintenance (self);
  seed_ledgers (self);
  seed_recent (self);
  tocsin_store_set_problem_func (store, problem_cb, self);
  return g_steal_pointer (&self);
}

void
tocsin_watch_stop_all (TocsinWatch *self)
{
  GHashTableIter iter;
  gpointer value;

  g_return_if_fail (TOCSIN_IS_WATCH (self));

  if (self->store != NULL)
    tocsin_store_set_problem_func (self->store, NULL, NULL);
  g_clear_handle_id (&self->maintenance_id, g_source_remove);
  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    tocsin_watch_stop (self, value);
  tocsin_watch_network_stop (self);
  g_clear_pointer (&self->references, tocsin_references_free);
  g_clear_pointer (&self->engine, tocsin_engine_free);
  g_hash_table_remove_all (self->by_id);
  g_clear_pointer (&self->scheduler, tocsin_scheduler_free);
}

static void
tocsin_watch_finalize (GObject *object)
{
  TocsinWatch *self = TOCSIN_WATCH (object);

  g_assert (self->engine == NULL); /* stop_all came first */
  g_clear_pointer (&self->by_id, g_hash_table_unref);
  g_clear_pointer (&self->teams, g_hash_table_unref);
  g_clear_pointer (&self->maintenance, g_ptr_array_unref);
  g_free (self->ping_base);
  g_free (self->ping_key);
  g_free (self->secrets_problem);
  g_free (self->problem);
  G_OBJECT_CLASS (tocsin_watch_parent_class)->finalize (object);
}

static void
tocsin_watch_class_init (TocsinWatchClass *klass)
{
  static const struct {
    const char *name;
    GType argument;
  } signals[TOCSIN_WATCH_N_SIGNALS] = {
    [TOCSIN_WATCH_CHANGED] = { "changed", G_TYPE_STRING },
    [TOCSIN_WATCH_NOTICE] = { "notice", G_TYPE_POINTER },
    [TOCSIN_WATCH_INCIDENT] = { "incident", G_TYPE_STRING },
    [TOCSIN_WATCH_MAINTENANCE] = { "maintenance", G_TYPE_NONE },
    [TOCSIN_WATCH_PROBLEM] = { "problem", G_TYPE_NONE },
  };

  G_OBJECT_CLASS (klass)->finalize = tocsin_watch_finalize;
  for (guint i = 0; i < TOCSIN_WATCH_N_SIGNALS; i++) {
    guint n = signals[i].argument != G_TYPE_NONE ? 1 : 0;
    GType type = signals[i].argument == G_TYPE_STRING ? G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE
                                                      : signals[i].argument;

    tocsin_watch_signals[i] =
        g_signal_new (signals[i].name, G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                      NULL, G_TYPE_NONE, n, type);
  }
}

static void
tocsin_watch_init (TocsinWatch *self)
{
  self->by_id =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) tocsin_watched_free);
  self->teams = tocsin_watch_make_teams ();
  self->maintenance = g_ptr_array_new_with_free_func ((GDestroyNotify) tocsin_maintenance_free);
}

/* --- small questions --- */

const char *
tocsin_watch_get_problem (TocsinWatch *self)
{
  g_return_val_if_fail (TOCSIN_IS_WATCH (self), NULL);

  return self->problem;
}

TocsinStore *
tocsin_watch_get_store (TocsinWatch *self)
{
  g_return_val_if_fail (TOCSIN_IS_WATCH (self), NULL);

  return self->store;
}

void
tocsin_watch_set_ping_base (TocsinWatch *self, const char *base_url)
{
  g_return_if_fail (TOCSIN_IS_WATCH (self));

  g_free (self->ping_base);
  self->ping_base = g_strdup (base_url);
  g_signal_emit (self, tocsin_watch_signals[TOCSIN_WATCH_PROBLEM], 0);
}

const char *
tocsin_watch_get_ping_base (TocsinWatch *self)
{
  g_return_val_if_fail (TOCSIN_IS_WATCH (self), NULL);

  return self->ping_base;
}

gboolean
tocsin_watch_is_offline (TocsinWatch *self)
{
  g_return_val_if_fail (TOCSIN_IS_WATCH (self), FALSE);

  return self->offline;
}

gboolean
tocsin_watch_has_heartbeats (TocsinWatch *self)
{
  g_return_val_if_fail (TOCSIN_IS_WATCH (self), FALSE);

  return self->n_heartbeats > 0;
}
