/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "team-enrol"

#include "config.h"

#include "team-sync-private.h"
#include "timetext.h"

/* A desktop is a probe of its team too: it gets a token of its own for that, by which the server
 * knows it from its person, and which an admin can revoke alone. */

/* --- what it checks --- */

void
tocsin_team_apply_assigned (TocsinTeamSync *team)
{
  if (team->assigned != NULL)
    tocsin_watch_set_assigned (team->watch, team->id, team->assigned);
}

static void
save_assigned (TocsinTeamSync *team)
{
  TocsinStoreBatch *batch = tocsin_store_batch_new (team->store);
  g_autoptr (TocsinDocument) document =
      tocsin_document_new (TOCSIN_DOCUMENT_ASSIGNED, team->id, "monitors");
  g_autofree const char **ids =
      (const char **) g_hash_table_get_keys_as_array (team->assigned, NULL);

  document->body = g_strjoinv (" ", (char **) ids);
  tocsin_store_batch_put (batch, document);
  tocsin_store_batch_commit (batch, NULL, NULL);
}

static void
set_assigned (TocsinTeamSync *team, GHashTable *ids /* (transfer full) */)
{
  g_clear_pointer (&team->assigned, g_hash_table_unref);
  team->assigned = ids;
  tocsin_team_apply_assigned (team);
}

static GHashTable *
new_set (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

void
tocsin_team_load_assigned (TocsinTeamSync *team)
{
  g_autoptr (GPtrArray) documents =
      tocsin_store_load_documents (team->store, TOCSIN_DOCUMENT_ASSIGNED, team->id, NULL, NULL);
  g_auto (GStrv) ids = NULL;
  GHashTable *set;

  if (documents == NULL || documents->len == 0)
    return;
  set = new_set ();
  ids = g_strsplit (((const TocsinDocument *) documents->pdata[0])->body, " ", -1);
  for (guint i = 0; ids[i] != NULL; i++)
    g_hash_table_add (set, g_strdup (ids[i]));
  set_assigned (team, set);
}

static void
assigned_cb (JsonArray *monitors, gpointer user_data)
{
  TocsinTeamSync *team = user_data;
  GHashTable *set = new_set ();

  for (guint i = 0; i < json_array_get_length (monitors); i++) {
    JsonNode *node = json_array_get_element (monitors, i);
    const char *id =
        JSON_NODE_HOLDS_OBJECT (node)
            ? json_object_get_string_member_with_default (json_node_get_object (node), "id", NULL)
            : NULL;

    if (id != NULL)
      g_hash_table_add (set, g_strdup (id));
  }
  set_assigned (team, set);
  save_assigned (team);
}

/* --- as a probe --- */

static void
greeted_cb (const char *team_id, const char *probe, gpointer user_data)
{
}

static void
forget_probe (TocsinTeamSync *team, const char *why)
{
  TocsinStoreBatch *batch = tocsin_store_batch_new (team->store);
  g_autoptr (TocsinSyncEntry) entry =
      tocsin_sync_entry_new (team->id, TOCSIN_SYNC_REFUSED,
                             "this computer checks nothing more for %s: %s", team->name, why);

  g_clear_pointer (&team->probe_id, g_free);
  g_clear_pointer (&team->probe_token, tocsin_vault_free_text);
  team->checks_here = FALSE;
  tocsin_sync_entry_add (entry, batch);
  tocsin_team_sync_save (team, batch);
  tocsin_store_batch_commit (batch, NULL, NULL);
  set_assigned (team, new_set ());
  save_assigned (team);
}

static gboolean
leave_cb (gpointer user_data)
{
  TocsinTeamProbe *probe = user_data;

  g_object_unref (probe);
  return G_SOURCE_REMOVE;
}

void
tocsin_team_leave_probe (TocsinTeamSync *team)
{
  if (team->probe == NULL)
    return;
  tocsin_team_probe_stop (team->probe);
  g_idle_add (leave_cb, g_steal_pointer (&team->probe)); /* it may be what calls */
}

/* Samples that made room are told of, once in a while. */
static void
count_dropped (TocsinTeamSync *team)
{
  TocsinOutbox *outbox = tocsin_team_probe_get_outbox (team->probe);
  gint64 dropped = outbox != NULL ? tocsin_outbox_take_dropped (outbox) : 0;
  g_autoptr (TocsinSyncEntry) entry = NULL;
  TocsinStoreBatch *batch;

  if (dropped == 0)
    return;
  team->n_dropped += dropped;
  batch = tocsin_store_batch_new (team->store);
  entry = tocsin_sync_entry_new (team->id, TOCSIN_SYNC_DROPPED,
                                 "the server was away for so long that the %" G_GINT64_FORMAT
                                 " oldest samples that waited for it were dropped",
                                 dropped);
  tocsin_sync_entry_add (entry, batch);
  tocsin_team_sync_save (team, batch);
  tocsin_store_batch_commit (batch, NULL, NULL);
}

static void
reached_cb (gboolean reached, gboolean revoked, const char *problem, gpointer user_data)
{
  TocsinTeamSync *team = user_data;

  count_dropped (team);
  if (!revoked)
    return;
  tocsin_team_leave_probe (team);
  forget_probe (team, problem);
  team->funcs.changed (team->user_data);
}

static guint
count_cb (gpointer user_data)
{
  TocsinTeamSync *team = user_data;

  return tocsin_watch_count_assigned (team->watch, team->id);
}

static void
begin_probe (TocsinTeamSync *team)
{
  static const TocsinTeamProbeFuncs funcs = { greeted_cb, assigned_cb, reached_cb, count_cb };
  g_autoptr (TocsinServerClient) client =
      tocsin_server_client_new (tocsin_server_client_get_address (team->client));

  tocsin_server_client_set_tokens (client, team->probe_token, NULL);
  team->probe = tocsin_team_probe_new (client, &funcs, team);
  tocsin_team_probe_set_outbox (team->probe, team->store, team->id, TOCSIN_OUTBOX_BYTES);
  tocsin_team_probe_start (team->probe);
}

/* --- becoming one --- */

static void
enrolled_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TocsinServerReply) reply =
      tocsin_server_client_call_finish (TOCSIN_SERVER_CLIENT (source), result, &error);
  TocsinTeamSync *team = user_data;
  JsonObject *object = reply != NULL ? tocsin_server_reply_get_object (reply) : NULL;
  const char *id, *token;
  TocsinStoreBatch *batch;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* the team is gone */
  team->enrolling = FALSE;
  if (reply != NULL)
    tocsin_server_reply_check (reply, &error);
  id = object != NULL ? json_object_get_string_member_with_default (object, "id", NULL) : NULL;
  token =
      object != NULL ? json_object_get_string_member_with_default (object, "token", NULL) : NULL;
  if (error != NULL || id == NULL || token == NULL) {
    g_info ("%s: this computer could not become a probe: %s", team->name,
            error != NULL ? error->message : "the answer can’t be read");
    return; /* tried again after the next round */
  }
  team->probe_id = g_strdup (id);
  team->probe_token = g_strdup (token);
  batch = tocsin_store_batch_new (team->store);
  tocsin_team_sync_save (team, batch);
  tocsin_store_batch_commit (batch, NULL, NULL);
  tocsin_team_enrol (team);
  team->funcs.changed (team->user_data);
}

static void
ask_for_token (TocsinTeamSync *team)
{
  g_autofree char *path = g_strdup_printf ("/api/v1/teams/%s/desktops", team->id);
  g_autoptr (JsonObject) json = json_object_new ();
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), json);

  json_object_set_string_member (json, "name", g_get_host_name ());
  team->enrolling = TRUE;
  tocsin_server_client_call_json (team->client, "POST", path, node, team->cancellable, enrolled_cb,
                                  team);
}

void
tocsin_team_enrol (TocsinTeamSync *team)
{
  gboolean wanted = team->checks_here && tocsin_team_sync_may_edit (team);

  if (!wanted) {
    if (team->probe == NULL)
      return;
    tocsin_team_leave_probe (team);
    set_assigned (team, new_set ());
    save_assigned (team);
  } else if (team->probe == NULL && team->probe_token != NULL) {
    begin_probe (team);
  } else if (team->probe == NULL && !team->enrolling && team->state == TOCSIN_TEAM_IN_STEP) {
    ask_for_token (team);
  }
}

void
tocsin_team_sync_set_checks_here (TocsinTeamSync *team, gboolean on)
{
  TocsinStoreBatch *batch;

  g_return_if_fail (team != NULL);

  if (team->checks_here == on)
    return;
  team->checks_here = on;
  batch = tocsin_store_batch_new (team->store);
  tocsin_team_sync_save (team, batch);
  tocsin_store_batch_commit (batch, NULL, NULL);
  tocsin_team_enrol (team);
  team->funcs.changed (team->user_data);
}

void
tocsin_team_sync_add_sample (TocsinTeamSync *team, const char *monitor, const TocsinSample *sample)
{
  g_return_if_fail (team != NULL && monitor != NULL && sample != NULL);

  if (team->probe != NULL)
    tocsin_outbox_add (tocsin_team_probe_get_outbox (team->probe), monitor, sample);
}
