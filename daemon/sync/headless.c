/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "headless"

#include "config.h"

#include "errors.h"
#include "event-parser.h"
#include "headless.h"
#include "team-probe.h"

#define TEAM_SETTING "probe-team"
#define FETCH_MOST   500 /* monitors in a request */
#define READ_BYTES   4096
#define REOPEN_S     10

struct _TocsinHeadless {
  GObject parent_instance;

  TocsinStore *store; /* (not owned) */
  TocsinWatch *watch; /* (not owned) */
  TocsinServerClient *client;
  TocsinTeamProbe *probe;
  char *team;         /* (nullable) not known yet */
  GHashTable *wanted; /* (owned) (nullable) id → revision: what is assigned */
  GPtrArray *missing; /* (owned) ids that are still to be fetched */
  gboolean fetching;
  char *problem; /* (nullable) that was logged */
  GCancellable *cancellable;
  TocsinEventParser *parser; /* (owned) (nullable) */
  guint open_id;
};

G_DEFINE_FINAL_TYPE (TocsinHeadless, tocsin_headless, G_TYPE_OBJECT)

/* --- the seam with the watch --- */

static gboolean
may_change_cb (const TocsinTeamChange *change, GError **error, gpointer user_data)
{
  return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                      "this is a probe: what it checks is decided by its team");
}

static void
add_change_cb (const TocsinTeamChange *change, TocsinStoreBatch *batch, gpointer user_data)
{
  g_assert_not_reached (); /* none is allowed */
}

static void
add_sample_cb (TocsinMonitor *monitor, const TocsinSample *sample, gpointer user_data)
{
  TocsinHeadless *self = user_data;
  TocsinOutbox *outbox = tocsin_team_probe_get_outbox (self->probe);

  if (outbox != NULL)
    tocsin_outbox_add (outbox, monitor->id, sample);
}

static const TocsinTeamFuncs team_funcs = { may_change_cb, add_change_cb, add_sample_cb };

/* --- monitors --- */

static TocsinMonitor *
read_monitor (TocsinHeadless *self, JsonObject *json, GError **error)
{
  JsonNode *body = json_object_get_member (json, "body");
  const char *id = json_object_get_string_member_with_default (json, "id", NULL);
  g_autoptr (TocsinMonitor) monitor = NULL;

  if (id == NULL || body == NULL || !JSON_NODE_HOLDS_OBJECT (body)) {
    tocsin_fail (error, TOCSIN_ERROR_INVALID, "a monitor has no id or no body");
    return NULL;
  }
  monitor = tocsin_monitor_from_json (json_node_get_object (body), error);
  if (monitor == NULL)
    return NULL;
  g_free (monitor->id);
  monitor->id = g_strdup (id);
  monitor->revision = json_object_get_int_member_with_default (json, "revision", 0);
  monitor->team = g_strdup (self->team);
  if (!tocsin_monitor_validate (monitor, error))
    return NULL;
  return g_steal_pointer (&monitor);
}

static void
apply_assigned (TocsinHeadless *self)
{
  tocsin_watch_set_assigned (self->watch, self->team, self->wanted);
}

static void fetch_missing (TocsinHeadless *self);

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinHeadless) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonArray) monitors =
      tocsin_team_probe_fetch_finish (TOCSIN_TEAM_PROBE (source), result, &error);
  TocsinStoreBatch *batch;

  self->fetching = FALSE;
  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  if (monitors == NULL) { /* the next greeting looks again */
    g_warning ("monitors can’t be fetched: %s", error->message);
    return;
  }
  batch = tocsin_store_batch_new (self->store);
  for (guint i = 0; i < json_array_get_length (monitors); i++) {
    JsonNode *node = json_array_get_element (monitors, i);
    g_autoptr (GError) problem = NULL;
    TocsinMonitor *monitor = JSON_NODE_HOLDS_OBJECT (node)
                                 ? read_monitor (self, json_node_get_object (node), &problem)
                                 : NULL;

    if (monitor == NULL) {
      g_warning ("a monitor can’t be checked here: %s",
                 problem != NULL ? problem->message : "it is no object");
      continue;
    }
    tocsin_store_batch_save_monitor (batch, monitor, FALSE);
    tocsin_watch_put_team_monitor (self->watch, monitor);
  }
  tocsin_store_batch_commit (batch, NULL, NULL);
  apply_assigned (self);
  fetch_missing (self);
}

static void
fetch_missing (TocsinHeadless *self)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);

  if (self->fetching)
    return;
  while (self->missing->len > 0 && ids->len < FETCH_MOST)
    g_ptr_array_add (ids, g_ptr_array_steal_index_fast (self->missing, self->missing->len - 1));
  if (ids->len == 0)
    return;
  g_ptr_array_add (ids, NULL);
  self->fetching = TRUE;
  tocsin_team_probe_fetch (self->probe, (const char *const *) ids->pdata, fetched_cb,
                           g_object_ref (self));
}

/* What is not assigned any more goes, with its secrets. */
static void
drop_others (TocsinHeadless *self)
{
  g_autoptr (GPtrArray) monitors = tocsin_watch_get_monitors (self->watch);
  TocsinStoreBatch *batch = tocsin_store_batch_new (self->store);

  for (guint i = 0; i < monitors->len; i++) {
    const TocsinMonitor *monitor = monitors->pdata[i];

    if (g_strcmp0 (monitor->team, self->team) != 0 ||
        g_hash_table_contains (self->wanted, monitor->id))
      continue;
    tocsin_store_batch_remove_monitor (batch, monitor->id);
    tocsin_watch_drop_team_monitor (self->watch, monitor->id);
  }
  if (tocsin_store_batch_is_empty (batch))
    tocsin_store_batch_free (batch);
  else
    tocsin_store_batch_commit (batch, NULL, NULL);
}

static void
assigned_cb (JsonArray *monitors, gpointer user_data)
{
  TocsinHeadless *self = user_data;

  if (self->team == NULL)
    return;
  g_clear_pointer (&self->wanted, g_hash_table_unref);
  self->wanted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_ptr_array_set_size (self->missing, 0);
  for (guint i = 0; i < json_array_get_length (monitors); i++) {
    JsonNode *node = json_array_get_element (monitors, i);
    JsonObject *json = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
    const char *id =
        json != NULL ? json_object_get_string_member_with_default (json, "id", NULL) : NULL;
    const TocsinMonitor *there;

    if (id == NULL)
      continue;
    g_hash_table_add (self->wanted, g_strdup (id));
    there = tocsin_watch_get_monitor (self->watch, id);
    if (there == NULL ||
        there->revision != json_object_get_int_member_with_default (json, "revision", 0))
      g_ptr_array_add (self->missing, g_strdup (id));
  }
  drop_others (self);
  apply_assigned (self);
  fetch_missing (self);
}

/* What it checked before the restart, until the server says otherwise. */
static void
resume (TocsinHeadless *self)
{
  g_autoptr (GPtrArray) monitors = tocsin_watch_get_monitors (self->watch);

  self->wanted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < monitors->len; i++) {
    const TocsinMonitor *monitor = monitors->pdata[i];

    if (g_strcmp0 (monitor->team, self->team) == 0)
      g_hash_table_add (self->wanted, g_strdup (monitor->id));
  }
  apply_assigned (self);
}

/* --- the server --- */

static void
take_team (TocsinHeadless *self, const char *team)
{
  if (self->team != NULL)
    return;
  self->team = g_strdup (team);
  tocsin_watch_put_team (self->watch, team, "the team",
                         tocsin_server_client_get_address (self->client));
  tocsin_team_probe_set_outbox (self->probe, self->store, team, TOCSIN_OUTBOX_BYTES);
}

static void
greeted_cb (const char *team, const char *probe, gpointer user_data)
{
  TocsinHeadless *self = user_data;

  if (self->team != NULL && g_strcmp0 (self->team, team) != 0) {
    g_warning ("the token is another team’s than the data folder; give it a folder of its own");
    return;
  }
  if (self->team == NULL)
    tocsin_store_set_setting (self->store, TEAM_SETTING, team, NULL, NULL);
  take_team (self, team);
}

static void
reached_cb (gboolean reached, gboolean revoked, const char *problem, gpointer user_data)
{
  TocsinHeadless *self = user_data;

  if (self->team != NULL)
    tocsin_watch_set_team_away (self->watch, self->team, !reached);
  if (g_strcmp0 (self->problem, problem) == 0)
    return;
  if (problem != NULL)
    g_warning ("%s", problem);
  else
    g_message ("%s is reached again", tocsin_server_client_get_address (self->client));
  g_free (self->problem);
  self->problem = g_strdup (problem);
}

static guint
count_cb (gpointer user_data)
{
  TocsinHeadless *self = user_data;

  return self->team != NULL ? tocsin_watch_count_assigned (self->watch, self->team) : 0;
}

/* --- hints --- */

static void open_stream (TocsinHeadless *self);

static gboolean
open_cb (gpointer user_data)
{
  TocsinHeadless *self = user_data;

  self->open_id = 0;
  open_stream (self);
  return G_SOURCE_REMOVE;
}

static void
open_later (TocsinHeadless *self)
{
  if (self->open_id == 0 && !g_cancellable_is_cancelled (self->cancellable))
    self->open_id = g_timeout_add_seconds (REOPEN_S, open_cb, self);
}

static void
event_cb (const char *kind, const char *id, const char *data, gpointer user_data)
{
  TocsinHeadless *self = user_data;

  tocsin_team_probe_look (self->probe);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinHeadless) self = user_data;
  GInputStream *stream = G_INPUT_STREAM (source);
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (stream, result, NULL);
  gsize size = 0;
  const char *data = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;

  if (size == 0 || g_cancellable_is_cancelled (self->cancellable)) {
    open_later (self);
    return;
  }
  tocsin_event_parser_feed (self->parser, data, size);
  g_input_stream_read_bytes_async (stream, READ_BYTES, G_PRIORITY_DEFAULT, self->cancellable,
                                   read_cb, g_object_ref (self));
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinHeadless) self = user_data;
  g_autoptr (GInputStream) stream =
      tocsin_server_client_open_finish (TOCSIN_SERVER_CLIENT (source), result, NULL);

  if (stream == NULL) {
    open_later (self);
    return;
  }
  g_clear_pointer (&self->parser, tocsin_event_parser_free);
  self->parser = tocsin_event_parser_new (event_cb, self);
  g_input_stream_read_bytes_async (stream, READ_BYTES, G_PRIORITY_DEFAULT, self->cancellable,
                                   read_cb, g_object_ref (self));
}

static void
open_stream (TocsinHeadless *self)
{
  tocsin_server_client_open (self->client, "/api/v1/probe/events", NULL, self->cancellable,
                             opened_cb, g_object_ref (self));
}

/* --- life --- */

TocsinHeadless *
tocsin_headless_new (TocsinStore *store, TocsinWatch *watch, const char *server, const char *token,
                     GError **error)
{
  static const TocsinTeamProbeFuncs funcs = { greeted_cb, assigned_cb, reached_cb, count_cb };
  g_autofree char *address = NULL, *team = NULL;
  TocsinHeadless *self;

  g_return_val_if_fail (store != NULL && watch != NULL, NULL);
  g_return_val_if_fail (server != NULL && token != NULL, NULL);

  address = tocsin_server_address_parse (server, error);
  if (address == NULL)
    return NULL;
  self = g_object_new (TOCSIN_TYPE_HEADLESS, NULL);
  self->store = store;
  self->watch = watch;
  self->client = tocsin_server_client_new (address);
  tocsin_server_client_set_tokens (self->client, token, NULL);
  self->probe = tocsin_team_probe_new (self->client, &funcs, self);
  tocsin_watch_set_team_funcs (watch, &team_funcs, self);
  team = tocsin_store_get_setting (store, TEAM_SETTING);
  if (team != NULL) {
    take_team (self, team);
    resume (self);
  }
  tocsin_team_probe_start (self->probe);
  open_stream (self);
  return self;
}

void
tocsin_headless_stop (TocsinHeadless *self)
{
  g_return_if_fail (TOCSIN_IS_HEADLESS (self));

  tocsin_watch_set_team_funcs (self->watch, NULL, NULL);
  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->open_id, g_source_remove);
  tocsin_team_probe_stop (self->probe);
}

static void
tocsin_headless_finalize (GObject *object)
{
  TocsinHeadless *self = TOCSIN_HEADLESS (object);

  g_clear_object (&self->probe);
  g_clear_object (&self->client);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->parser, tocsin_event_parser_free);
  g_clear_pointer (&self->wanted, g_hash_table_unref);
  g_clear_pointer (&self->missing, g_ptr_array_unref);
  g_free (self->team);
  g_free (self->problem);
  G_OBJECT_CLASS (tocsin_headless_parent_class)->finalize (object);
}

static void
tocsin_headless_class_init (TocsinHeadlessClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tocsin_headless_finalize;
}

static void
tocsin_headless_init (TocsinHeadless *self)
{
  self->cancellable = g_cancellable_new ();
  self->missing = g_ptr_array_new_with_free_func (g_free);
}
