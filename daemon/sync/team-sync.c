/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "team-sync"

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "errors.h"
#include "team-sync-private.h"
#include "timetext.h"

#define LIMIT            2000 /* rows in an answer */
#define LOOK_S           30   /* between rounds while nobody tells us that there is something */
#define LOOK_RARELY_S    300  /* and while somebody does: nothing is lost if it is forgotten */
#define BACKOFF_LEAST_MS 1000
#define BACKOFF_MOST_MS  60000

static const char *const states[] = { "in_step", "syncing", "offline", "signed_out", "forbidden" };
const TocsinWords tocsin_team_state_words = TOCSIN_WORDS ("state of a team", states);

/* --- how it stands --- */

static void
log_state (TocsinTeamSync *team, TocsinTeamState state, const char *problem)
{
  TocsinStoreBatch *batch = tocsin_store_batch_new (team->store);
  g_autoptr (TocsinSyncEntry) entry =
      state == TOCSIN_TEAM_IN_STEP
          ? tocsin_sync_entry_new (team->id, TOCSIN_SYNC_IN_STEP, "in step with the server")
          : tocsin_sync_entry_new (team->id, TOCSIN_SYNC_OFFLINE, "%s",
                                   problem != NULL ? problem : "the server can’t be reached");

  tocsin_sync_entry_add (entry, batch);
  tocsin_store_batch_commit (batch, NULL, NULL);
}

void
tocsin_team_sync_set_state (TocsinTeamSync *team, TocsinTeamState state, const char *problem)
{
  gboolean other = team->state != state;
  gboolean settled = state == TOCSIN_TEAM_IN_STEP || state == TOCSIN_TEAM_SYNCING;

  if (!other && g_strcmp0 (team->problem, problem) == 0)
    return;
  if (other && state != TOCSIN_TEAM_SYNCING &&
      (state == TOCSIN_TEAM_IN_STEP ? team->problem != NULL || team->synced_at == 0
                                    : team->problem == NULL))
    log_state (team, state, problem);
  if (other) {
    team->state = state;
    team->since_at = g_get_real_time ();
  }
  if (state != TOCSIN_TEAM_SYNCING) { /* while it tries, what was wrong still is */
    g_free (team->problem);
    team->problem = g_strdup (problem);
  }
  if (!settled)
    tocsin_watch_set_team_away (team->watch, team->id, TRUE);
  else if (state == TOCSIN_TEAM_IN_STEP)
    tocsin_watch_set_team_away (team->watch, team->id, FALSE);
  team->funcs.changed (team->user_data);
}

gboolean
tocsin_team_sync_may_edit (TocsinTeamSync *team)
{
  return team->role != NULL && strcmp (team->role, "viewer") != 0;
}

void
tocsin_team_sync_save (TocsinTeamSync *team, TocsinStoreBatch *batch)
{
  g_autoptr (TocsinDocument) document =
      tocsin_document_new (TOCSIN_DOCUMENT_TEAM, team->account, team->id);
  g_autoptr (JsonObject) json = json_object_new ();
  g_autoptr (JsonNode) node = NULL;

  json_object_set_string_member (json, "name", team->name);
  json_object_set_string_member (json, "slug", team->slug);
  if (team->role != NULL)
    json_object_set_string_member (json, "role", team->role);
  if (team->cursor != NULL)
    json_object_set_string_member (json, "cursor", team->cursor);
  if (team->probe_id != NULL)
    json_object_set_string_member (json, "probe", team->probe_id);
  if (team->old_cursor != NULL) { /* what a restored backup lost is still to be brought back */
    json_object_set_string_member (json, "old_cursor", team->old_cursor);
    json_object_set_int_member (json, "forked", team->forked);
  }
  json_object_set_boolean_member (json, "checks_here", team->checks_here);
  json_object_set_int_member (json, "synced_at", team->synced_at);
  json_object_set_int_member (json, "refused", team->n_refused);
  json_object_set_int_member (json, "dropped", team->n_dropped);
  node = json_node_init_object (json_node_alloc (), json);
  document->body = json_to_string (node, FALSE);
  document->secret = g_strdup (team->probe_token);
  tocsin_store_batch_put (batch, document);
}

/* --- a round --- */

static void run (TocsinTeamSync *team);

static gboolean
run_cb (gpointer user_data)
{
  TocsinTeamSync *team = user_data;

  team->round_id = 0;
  run (team);
  return G_SOURCE_REMOVE;
}

static void
run_in (TocsinTeamSync *team, guint wait_ms)
{
  g_clear_handle_id (&team->round_id, g_source_remove);
  team->round_id = g_timeout_add (wait_ms, run_cb, team);
}

void
tocsin_team_sync_run_soon (TocsinTeamSync *team, guint wait_ms)
{
  if (team->running)
    team->again = TRUE;
  else if (team->backoff_ms == 0) /* else the server is away, and the next try is due anyway */
    run_in (team, wait_ms);
}

static void
end_waiting (TocsinTeamSync *team, const GError *error)
{
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&team->waiting);

  team->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < waiting->len; i++) {
    if (error != NULL)
      g_task_return_error (waiting->pdata[i], g_error_copy (error));
    else
      g_task_return_boolean (waiting->pdata[i], TRUE);
  }
}

/* It did not go well: later again, and with patience. */
static void
fail_round (TocsinTeamSync *team, TocsinTeamState state, const GError *error)
{
  team->running = FALSE;
  team->backoff_ms = CLAMP (2 * team->backoff_ms, BACKOFF_LEAST_MS, BACKOFF_MOST_MS);
  tocsin_team_events_stop (team);
  tocsin_team_sync_set_state (team, state, error->message);
  end_waiting (team, error);
  if (state != TOCSIN_TEAM_SIGNED_OUT)
    run_in (team, team->backoff_ms / 2 + (guint) g_random_int_range (0, (int) team->backoff_ms));
}

static void
end_round (TocsinTeamSync *team, gboolean more)
{
  team->running = FALSE;
  team->backoff_ms = 0;
  if (more || team->again || team->pending->len > 0) {
    team->again = FALSE;
    run_in (team, 0);
    return;
  }
  team->synced_at = g_get_real_time ();
  tocsin_team_sync_set_state (team, TOCSIN_TEAM_IN_STEP, NULL);
  end_waiting (team, NULL);
  tocsin_team_events_start (team);
  tocsin_team_enrol (team);
  run_in (team, 1000 * (tocsin_team_events_are_open (team) ? LOOK_RARELY_S : LOOK_S));
}

/* Everything anew: our cursor is too old, or of a database that was restored from a backup. */
static void
begin_whole (TocsinTeamSync *team, gint64 forked)
{
  team->whole = TRUE;
  if (team->cursor != NULL)
    team->forked = forked;
  g_clear_pointer (&team->seen, g_hash_table_unref);
  team->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (team->cursor == NULL) /* an earlier one was broken off by the end of this program */
    return;
  g_free (team->old_cursor);
  team->old_cursor = g_steal_pointer (&team->cursor);
}

static void
start_anew (TocsinTeamSync *team, JsonObject *problem)
{
  TocsinStoreBatch *batch = tocsin_store_batch_new (team->store);
  g_autoptr (TocsinSyncEntry) entry = tocsin_sync_entry_new (
      team->id, TOCSIN_SYNC_RESYNC,
      "everything was fetched anew: this computer was away for too long, or the server’s database "
      "was restored from a backup");

  tocsin_sync_entry_add (entry, batch);
  tocsin_store_batch_commit (batch, NULL, NULL);
  begin_whole (
      team, problem != NULL ? json_object_get_int_member_with_default (problem, "forked", -1) : -1);
  team->running = FALSE;
  run_in (team, 0);
}

/* Within one epoch nothing that was accepted is lost: what is not there was deleted. */
static void
compare_epochs (TocsinTeamSync *team, JsonObject *answer)
{
  const char *cursor = json_object_get_string_member_with_default (answer, "cursor", NULL);
  const char *dot = cursor != NULL ? strchr (cursor, '.') : NULL;

  if (!team->whole || team->old_cursor == NULL ||
      (dot != NULL && strncmp (cursor, team->old_cursor, (gsize) (dot - cursor) + 1) == 0))
    team->forked = -1;
}

static void
take_cursor (TocsinTeamSync *team, JsonObject *answer)
{
  const char *cursor = json_object_get_string_member_with_default (answer, "cursor", NULL);
  const char *role = json_object_get_string_member_with_default (answer, "role", NULL);

  if (cursor != NULL) {
    g_free (team->cursor);
    team->cursor = g_strdup (cursor);
  }
  if (role == NULL || g_strcmp0 (role, team->role) == 0)
    return;
  if (g_strcmp0 (team->role, "viewer") == 0) { /* secrets come with everything, and only then */
    g_clear_pointer (&team->cursor, g_free);
    team->again = TRUE;
  }
  g_free (team->role);
  team->role = g_strdup (role);
}

static void
take_answer (TocsinTeamSync *team, JsonObject *answer)
{
  TocsinStoreBatch *batch = tocsin_store_batch_new (team->store);
  JsonNode *results = json_object_get_member (answer, "results");
  gboolean more = json_object_get_boolean_member_with_default (answer, "more", FALSE);
  g_autofree char *before = g_strdup (team->cursor);

  if (results != NULL && JSON_NODE_HOLDS_ARRAY (results))
    tocsin_team_operations_take_answers (team, json_node_get_array (results), batch);
  compare_epochs (team, answer);
  tocsin_team_apply (team, answer, batch);
  take_cursor (team, answer);
  if (team->whole && !more)
    tocsin_team_finish_whole (team, batch);
  if (team->whole) { /* broken off, it begins from the start */
    g_autofree char *cursor = g_steal_pointer (&team->cursor);

    tocsin_team_sync_save (team, batch);
    team->cursor = g_steal_pointer (&cursor);
  } else if (g_strcmp0 (before, team->cursor) != 0 || !tocsin_store_batch_is_empty (batch)) {
    tocsin_team_sync_save (team, batch);
  }
  if (tocsin_store_batch_is_empty (batch))
    tocsin_store_batch_free (batch);
  else
    tocsin_store_batch_commit (batch, NULL, NULL);
  end_round (team, more);
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TocsinServerReply) reply =
      tocsin_server_client_call_finish (TOCSIN_SERVER_CLIENT (source), result, &error);
  TocsinTeamSync *team = user_data;
  JsonObject *object = reply != NULL ? tocsin_server_reply_get_object (reply) : NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* the team is gone */
  if (reply != NULL && reply->status == 410) {
    start_anew (team, object);
  } else if (reply != NULL &&
             (reply->status == 401 || reply->status == 403 || reply->status == 404)) {
    tocsin_server_reply_check (reply, &error);
    fail_round (team, reply->status == 401 ? TOCSIN_TEAM_SIGNED_OUT : TOCSIN_TEAM_FORBIDDEN, error);
    team->funcs.look (team->user_data);
  } else if (reply != NULL && tocsin_server_reply_check (reply, &error) && object != NULL) {
    take_answer (team, object);
  } else {
    if (error == NULL)
      tocsin_fail (&error, TOCSIN_ERROR_UNAVAILABLE, "the server’s answer can’t be read");
    fail_round (team, TOCSIN_TEAM_OFFLINE, error);
  }
}

static JsonNode *
make_request (TocsinTeamSync *team, JsonArray *operations /* (transfer full) */)
{
  JsonObject *json = json_object_new ();
  JsonNode *node = json_node_alloc ();

  json_object_set_string_member (json, "client_id", team->client_id);
  if (team->cursor != NULL)
    json_object_set_string_member (json, "cursor", team->cursor);
  else
    json_object_set_null_member (json, "cursor");
  json_object_set_int_member (json, "limit", LIMIT);
  json_object_set_array_member (json, "operations", operations);
  json_node_init_object (node, json);
  json_object_unref (json);
  return node;
}

static void
send_round (TocsinTeamSync *team, JsonNode *request /* (transfer full) */)
{
  g_autoptr (JsonNode) node = request;
  g_autofree char *path = g_strdup_printf ("/api/v1/teams/%s/sync", team->id);

  tocsin_server_client_call_json (team->client, "POST", path, node, team->cancellable, answered_cb,
                                  team);
}

typedef struct {
  TocsinTeamSync *team;
  GCancellable *cancellable; /* (owned) whether the team is still there */
  JsonNode *request;         /* (owned) */
} Marked;

/* That they are under way is on disk: from now on they stay as they are. */
static void
marked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Marked *marked = user_data;
  g_autoptr (GCancellable) cancellable = marked->cancellable;
  g_autoptr (GError) error = NULL;
  gboolean ok = tocsin_store_finish (NULL, result, &error);

  if (g_cancellable_is_cancelled (cancellable))
    json_node_unref (marked->request);
  else if (ok)
    send_round (marked->team, marked->request);
  else {
    json_node_unref (marked->request);
    fail_round (marked->team, TOCSIN_TEAM_OFFLINE, error);
  }
  g_free (marked);
}

static void
run (TocsinTeamSync *team)
{
  TocsinStoreBatch *batch;
  JsonNode *request;
  Marked *marked;

  if (team->running)
    return;
  g_clear_handle_id (&team->round_id, g_source_remove);
  team->running = TRUE;
  team->again = FALSE;
  tocsin_team_sync_set_state (team, TOCSIN_TEAM_SYNCING, NULL);
  if (team->cursor == NULL && !team->whole)
    begin_whole (team, -1);
  batch = tocsin_store_batch_new (team->store);
  request = make_request (team, team->whole ? json_array_new ()
                                            : tocsin_team_operations_to_send (team, batch));
  if (tocsin_store_batch_is_empty (batch)) {
    tocsin_store_batch_free (batch);
    send_round (team, request);
    return;
  }
  marked = g_new (Marked, 1);
  *marked = (Marked){ team, g_object_ref (team->cancellable), request };
  tocsin_store_batch_commit (batch, marked_cb, marked);
}

void
tocsin_team_sync_start (TocsinTeamSync *team)
{
  g_return_if_fail (team != NULL);

  team->backoff_ms = 0;
  tocsin_team_sync_run_soon (team, 0);
}

void
tocsin_team_sync_run (TocsinTeamSync *team, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (team != NULL);

  g_ptr_array_add (team->waiting, g_task_new (NULL, NULL, callback, user_data));
  tocsin_team_sync_start (team);
}

gboolean
tocsin_team_sync_run_finish (TocsinTeamSync *team, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- reading --- */

gboolean
tocsin_team_sync_is_reached (TocsinTeamSync *team)
{
  return team->state == TOCSIN_TEAM_IN_STEP || team->state == TOCSIN_TEAM_SYNCING;
}

const char *
tocsin_team_sync_get_name (TocsinTeamSync *team)
{
  return team->name;
}

const char *
tocsin_team_sync_get_slug (TocsinTeamSync *team)
{
  return team->slug;
}

const char *
tocsin_team_sync_get_probe (TocsinTeamSync *team)
{
  return team->probe_id;
}

GPtrArray *
tocsin_team_sync_get_probes (TocsinTeamSync *team)
{
  return team->probes;
}

GVariant *
tocsin_team_sync_describe (TocsinTeamSync *team)
{
  GVariantDict dict;
  TocsinOutbox *outbox = team->probe != NULL ? tocsin_team_probe_get_outbox (team->probe) : NULL;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "id", "s", team->id);
  g_variant_dict_insert (&dict, "name", "s", team->name);
  g_variant_dict_insert (&dict, "slug", "s", team->slug);
  g_variant_dict_insert (&dict, "role", "s", team->role != NULL ? team->role : "");
  g_variant_dict_insert (&dict, "state", "s",
                         tocsin_words_get (&tocsin_team_state_words, team->state));
  g_variant_dict_insert (&dict, "since", "x", team->since_at);
  g_variant_dict_insert (&dict, "synced_at", "x", team->synced_at);
  g_variant_dict_insert (&dict, "operations", "x", (gint64) team->pending->len);
  g_variant_dict_insert (&dict, "refused", "x", team->n_refused);
  g_variant_dict_insert (&dict, "dropped", "x", team->n_dropped);
  g_variant_dict_insert (&dict, "outbox_bytes", "x",
                         outbox != NULL ? tocsin_outbox_get_bytes (outbox) : (gint64) 0);
  g_variant_dict_insert (&dict, "checks_here", "b", team->checks_here);
  if (team->probe_id != NULL)
    g_variant_dict_insert (&dict, "probe", "s", team->probe_id);
  if (team->problem != NULL)
    g_variant_dict_insert (&dict, "problem", "s", team->problem);
  return g_variant_dict_end (&dict);
}

/* --- life --- */

void
tocsin_team_sync_set_about (TocsinTeamSync *team, const char *name, const char *slug,
                            const char *role)
{
  const char *address = tocsin_server_client_get_address (team->client);
  TocsinStoreBatch *batch;

  g_return_if_fail (team != NULL && name != NULL && slug != NULL);

  tocsin_watch_put_team (team->watch, team->id, name, address);
  if (g_strcmp0 (team->name, name) == 0 && g_strcmp0 (team->slug, slug) == 0 &&
      g_strcmp0 (team->role, role) == 0)
    return;
  g_free (team->name);
  g_free (team->slug);
  g_free (team->role);
  team->name = g_strdup (name);
  team->slug = g_strdup (slug);
  team->role = g_strdup (role);
  batch = tocsin_store_batch_new (team->store);
  tocsin_team_sync_save (team, batch);
  tocsin_store_batch_commit (batch, NULL, NULL);
  tocsin_team_enrol (team);
  team->funcs.changed (team->user_data);
}

void
tocsin_team_sync_forget (TocsinTeamSync *team, gboolean keep, TocsinStoreBatch *batch)
{
  static const TocsinDocumentKind kinds[] = { TOCSIN_DOCUMENT_RECORD, TOCSIN_DOCUMENT_OPERATION,
                                              TOCSIN_DOCUMENT_PROJECT, TOCSIN_DOCUMENT_PROBE,
                                              TOCSIN_DOCUMENT_ASSIGNED };

  g_return_if_fail (team != NULL && batch != NULL);

  tocsin_watch_drop_team (team->watch, team->id, keep, batch);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    tocsin_store_batch_drop (batch, kinds[i], team->id, NULL);
  tocsin_store_batch_drop (batch, TOCSIN_DOCUMENT_TEAM, team->account, team->id);
  tocsin_store_batch_clear_outbox (batch, team->id);
}

static void
load_document (TocsinTeamSync *team, const TocsinDocument *document)
{
  g_autoptr (JsonObject) json = tocsin_document_get_json (document);

  if (json == NULL)
    return;
  g_free (team->name);
  g_free (team->slug);
  team->name = g_strdup (json_object_get_string_member_with_default (json, "name", team->id));
  team->slug = g_strdup (json_object_get_string_member_with_default (json, "slug", ""));
  team->role = g_strdup (json_object_get_string_member_with_default (json, "role", NULL));
  team->cursor = g_strdup (json_object_get_string_member_with_default (json, "cursor", NULL));
  team->probe_id = g_strdup (json_object_get_string_member_with_default (json, "probe", NULL));
  team->probe_token = g_strdup (document->secret);
  team->old_cursor =
      g_strdup (json_object_get_string_member_with_default (json, "old_cursor", NULL));
  team->forked = json_object_get_int_member_with_default (json, "forked", -1);
  team->checks_here = json_object_get_boolean_member_with_default (json, "checks_here", TRUE);
  team->synced_at = json_object_get_int_member_with_default (json, "synced_at", 0);
  team->n_refused = json_object_get_int_member_with_default (json, "refused", 0);
  team->n_dropped = json_object_get_int_member_with_default (json, "dropped", 0);
}

TocsinTeamSync *
tocsin_team_sync_new (const TocsinTeamSyncSetup *setup, const char *id,
                      const TocsinDocument *document, const TocsinTeamSyncFuncs *funcs,
                      gpointer user_data)
{
  TocsinTeamSync *team = g_new0 (TocsinTeamSync, 1);

  team->store = setup->store;
  team->watch = setup->watch;
  team->client = g_object_ref (setup->client);
  team->account = g_strdup (setup->account);
  team->user = g_strdup (setup->user);
  team->client_id = g_strdup (setup->client_id);
  team->id = g_strdup (id);
  team->name = g_strdup (id);
  team->slug = g_strdup ("");
  team->funcs = *funcs;
  team->user_data = user_data;
  team->checks_here = TRUE;
  team->state = TOCSIN_TEAM_OFFLINE;
  team->forked = -1;
  team->since_at = g_get_real_time ();
  team->cancellable = g_cancellable_new ();
  team->pending = g_ptr_array_new_with_free_func ((GDestroyNotify) tocsin_pending_free);
  team->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  team->probes = g_ptr_array_new_with_free_func ((GDestroyNotify) tocsin_probe_info_free);
  team->states =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) tocsin_remote_free);
  if (document != NULL)
    load_document (team, document);
  tocsin_watch_put_team (team->watch, id, team->name,
                         tocsin_server_client_get_address (team->client));
  tocsin_team_load_known (team);
  tocsin_team_operations_load (team);
  tocsin_team_load_assigned (team);
  tocsin_team_enrol (team); /* samples wait from the start on, whether the server is there or not */
  return team;
}

void
tocsin_team_sync_free (TocsinTeamSync *team)
{
  g_autoptr (GError) gone = NULL;

  if (team == NULL)
    return;
  tocsin_fail (&gone, TOCSIN_ERROR_UNAVAILABLE, "%s is not synced any more", team->name);
  g_cancellable_cancel (team->cancellable);
  g_clear_handle_id (&team->round_id, g_source_remove);
  end_waiting (team, gone);
  tocsin_team_events_stop (team);
  tocsin_team_leave_probe (team);
  g_clear_pointer (&team->pending, g_ptr_array_unref);
  g_clear_pointer (&team->waiting, g_ptr_array_unref);
  g_clear_pointer (&team->probes, g_ptr_array_unref);
  g_clear_pointer (&team->seen, g_hash_table_unref);
  g_clear_pointer (&team->states, g_hash_table_unref);
  g_clear_pointer (&team->assigned, g_hash_table_unref);
  g_clear_object (&team->cancellable);
  g_clear_object (&team->client);
  tocsin_vault_free_text (team->probe_token);
  g_free (team->probe_id);
  g_free (team->old_cursor);
  g_free (team->cursor);
  g_free (team->problem);
  g_free (team->name);
  g_free (team->slug);
  g_free (team->role);
  g_free (team->client_id);
  g_free (team->user);
  g_free (team->account);
  g_free (team->id);
  g_free (team);
}
