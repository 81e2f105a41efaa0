/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "team-apply"

#include "config.h"

#include "errors.h"
#include "incident.h"
#include "maintenance-windows.h"
#include "schedule.h"
#include "team-sync-private.h"
#include "timetext.h"

/* --- a record as it is shown --- */

/* What people called it last; NULL: nothing is known of it. */
static const char *
get_name (const TocsinRecord *record)
{
  static const char *const members[] = { "name", "title" };

  for (guint i = 0; i < G_N_ELEMENTS (members); i++) {
    JsonNode *node = json_object_get_member (record->body, members[i]);

    if (node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_string (node) != NULL)
      return json_node_get_string (node);
  }
  return record->id;
}

static gboolean
check_schedule (const TocsinMonitor *monitor, GError **error)
{
  g_autoptr (TocsinSchedule) schedule = NULL;

  if (monitor->kind != TOCSIN_MONITOR_HEARTBEAT)
    return TRUE;
  schedule = tocsin_schedule_new_for_monitor (monitor, error);
  return schedule != NULL;
}

static TocsinMonitor *
make_monitor (TocsinTeamSync *team, const TocsinRecord *record, GError **error)
{
  g_autoptr (TocsinMonitor) monitor = tocsin_monitor_from_json (record->body, error);

  if (monitor == NULL)
    return NULL;
  g_free (monitor->id);
  g_free (monitor->project);
  monitor->id = g_strdup (record->id);
  monitor->project = g_strdup (record->project);
  monitor->revision = record->revision;
  monitor->team = g_strdup (team->id);
  if (!tocsin_monitor_validate (monitor, error) || !check_schedule (monitor, error))
    return NULL;
  return g_steal_pointer (&monitor);
}

static void
show_monitor (TocsinTeamSync *team, const char *id, const TocsinRecord *record,
              TocsinStoreBatch *batch)
{
  TocsinMonitor *there = tocsin_watch_get_monitor (team->watch, id);
  g_autoptr (TocsinMonitor) monitor = NULL;
  g_autoptr (GError) error = NULL;
  TocsinRemote *remote;

  if (record != NULL)
    monitor = make_monitor (team, record, &error);
  if (error != NULL)
    g_warning ("%s: a monitor can’t be shown here: %s", team->name, error->message);
  if (monitor == NULL) {
    if (there != NULL && g_strcmp0 (there->team, team->id) == 0) {
      tocsin_store_batch_remove_monitor (batch, id);
      tocsin_watch_drop_team_monitor (team->watch, id);
    }
    return;
  }
  if (there != NULL && there->revision == monitor->revision &&
      tocsin_fields_equal (&tocsin_monitor_fields, there, monitor))
    return; /* it is shown so already: it was changed here */
  tocsin_store_batch_save_monitor (batch, monitor, FALSE);
  tocsin_watch_put_team_monitor (team->watch, g_steal_pointer (&monitor));
  remote = g_hash_table_lookup (team->states, id);
  if (remote == NULL)
    return;
  g_hash_table_steal (team->states, id);
  tocsin_watch_put_remote (team->watch, id, remote, NULL);
}

static void
show_window (TocsinTeamSync *team, const char *id, const TocsinRecord *record,
             TocsinStoreBatch *batch)
{
  g_autoptr (TocsinMaintenance) window = NULL;
  g_autoptr (GError) error = NULL;

  if (record == NULL) {
    tocsin_store_batch_remove_maintenance (batch, id);
    tocsin_watch_drop_team_window (team->watch, id);
    return;
  }
  window = tocsin_maintenance_new ();
  if (!tocsin_fields_from_json (&tocsin_maintenance_fields, window, record->body,
                                TOCSIN_FIELDS_PLAIN, &error) ||
      !tocsin_maintenance_check (window, &error)) {
    g_warning ("%s: a maintenance window can’t be shown here: %s", team->name, error->message);
    return;
  }
  g_free (window->id);
  window->id = g_strdup (id);
  window->team = g_strdup (team->id);
  tocsin_store_batch_save_maintenance (batch, window);
  tocsin_watch_put_team_window (team->watch, g_steal_pointer (&window));
}

static void
show_project (TocsinTeamSync *team, const char *id, const TocsinRecord *record,
              TocsinStoreBatch *batch)
{
  g_autoptr (TocsinDocument) document = NULL;

  tocsin_watch_put_project (team->watch, team->id, id, record != NULL ? get_name (record) : NULL);
  if (record == NULL) {
    tocsin_store_batch_drop (batch, TOCSIN_DOCUMENT_PROJECT, team->id, id);
    return;
  }
  document = tocsin_document_new (TOCSIN_DOCUMENT_PROJECT, team->id, id);
  document->body = g_strdup (get_name (record));
  tocsin_store_batch_put (batch, document);
}

void
tocsin_team_show (TocsinTeamSync *team, const char *id, TocsinRecordType type,
                  const TocsinRecord *base, TocsinStoreBatch *batch)
{
  static void (*const shows[]) (TocsinTeamSync *, const char *, const TocsinRecord *,
                                TocsinStoreBatch *) = {
    [TOCSIN_RECORD_TYPE_PROJECT] = show_project,
    [TOCSIN_RECORD_TYPE_MONITOR] = show_monitor,
    [TOCSIN_RECORD_TYPE_MAINTENANCE] = show_window,
    [TOCSIN_RECORD_TYPE_INCIDENT] = NULL,
  };
  g_autoptr (GPtrArray) operations = tocsin_team_operations_of (team, id);
  g_autoptr (TocsinRecord) shown = tocsin_record_show (
      base, (const TocsinOperation *const *) operations->pdata, operations->len);

  if (shows[type] != NULL)
    shows[type](team, id, shown, batch);
}

/* --- changes --- */

/* What somebody's later write took from ours. */
static void
tell_losses (TocsinTeamSync *team, const TocsinRecord *record, TocsinStoreBatch *batch)
{
  for (guint i = 0; record->lost != NULL && i < record->lost->len; i++) {
    const TocsinLoss *loss = record->lost->pdata[i];
    JsonNode *theirs = json_object_get_member (record->body, loss->member);
    const char *by = record->updated_by != NULL ? record->updated_by : "Somebody";
    g_autoptr (TocsinSyncEntry) entry = NULL;

    if (loss->by == NULL || g_strcmp0 (loss->by, team->user) != 0)
      continue;
    entry = tocsin_sync_entry_new (team->id, TOCSIN_SYNC_LOST,
                                   "%s also changed %s of “%s”: theirs was kept", by, loss->member,
                                   get_name (record));
    entry->record = g_strdup (record->id);
    entry->record_name = g_strdup (get_name (record));
    entry->type = g_strdup (tocsin_words_get (&tocsin_record_type_words, record->type));
    entry->member = g_strdup (loss->member);
    entry->by = g_strdup (by);
    if (!tocsin_record_is_secret (record->type, loss->member)) {
      entry->mine = loss->value != NULL ? json_to_string (loss->value, FALSE) : NULL;
      entry->theirs = theirs != NULL ? json_to_string (theirs, FALSE) : NULL;
    }
    tocsin_sync_entry_add (entry, batch);
    tocsin_watch_tell_conflict (team->watch, entry->record, entry->record_name, entry->member, by,
                                entry->text);
  }
}

static void
apply_change (TocsinTeamSync *team, JsonObject *json, TocsinStoreBatch *batch)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TocsinRecord) record = tocsin_record_from_json (json, &error);
  g_autoptr (TocsinDocument) document = NULL;

  if (record == NULL) { /* of a newer server, perhaps: the rest is taken */
    g_warning ("%s: a record can’t be read: %s", team->name, error->message);
    return;
  }
  if (team->seen != NULL)
    g_hash_table_add (team->seen, g_strdup (record->id));
  if (team->whole) { /* the old copy tells what a restored backup has lost */
    g_autoptr (TocsinRecord) old = tocsin_team_load_record (team, record->id);
    TocsinOperation *rescue =
        old != NULL && team->forked >= 0 ? tocsin_record_rescue (old, record, team->forked) : NULL;

    if (rescue != NULL)
      tocsin_team_operations_add_first (team, rescue, get_name (record), batch);
  }
  tell_losses (team, record, batch);
  document = tocsin_team_record_to_document (team, record);
  if (record->deleted)
    tocsin_store_batch_drop (batch, TOCSIN_DOCUMENT_RECORD, team->id, record->id);
  else
    tocsin_store_batch_put (batch, document);
  tocsin_team_show (team, record->id, record->type, record, batch);
}

/* --- how monitors stand --- */

static const TocsinIncident *
find_incident (GPtrArray *incidents, const char *monitor)
{
  for (guint i = incidents->len; i > 0; i--) {
    const TocsinIncident *incident = incidents->pdata[i - 1];

    if (g_strcmp0 (incident->monitor_id, monitor) == 0)
      return incident;
  }
  return NULL;
}

static void
apply_state (TocsinTeamSync *team, JsonObject *json, GPtrArray *incidents, TocsinStoreBatch *batch)
{
  const char *id = json_object_get_string_member_with_default (json, "monitor", NULL);
  g_autoptr (GError) error = NULL;
  TocsinRemote *remote = tocsin_remote_from_json (json, &error);
  const TocsinRemote *kept;
  g_autofree char *text = NULL;

  if (id == NULL || remote == NULL) {
    g_warning ("%s: a state can’t be read: %s", team->name,
               error != NULL ? error->message : "it is of no monitor");
    g_clear_pointer (&remote, tocsin_remote_free);
    return;
  }
  if (tocsin_watch_get_monitor (team->watch, id) == NULL) { /* it comes on a later page */
    g_hash_table_replace (team->states, g_strdup (id), remote);
    return;
  }
  kept = tocsin_watch_put_remote (team->watch, id, remote, find_incident (incidents, id));
  if (kept == NULL)
    return;
  text = tocsin_remote_to_text (kept);
  tocsin_store_batch_save_remote (batch, id, text);
}

static GPtrArray *
apply_incidents (TocsinTeamSync *team, JsonArray *array, TocsinStoreBatch *batch)
{
  GPtrArray *incidents = g_ptr_array_new_with_free_func ((GDestroyNotify) tocsin_incident_free);

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++) {
    JsonNode *node = json_array_get_element (array, i);
    g_autoptr (TocsinIncident) incident = tocsin_incident_new ();

    if (!JSON_NODE_HOLDS_OBJECT (node) ||
        !tocsin_fields_from_json (&tocsin_incident_fields, incident, json_node_get_object (node),
                                  TOCSIN_FIELDS_PLAIN, NULL) ||
        incident->id == NULL || incident->monitor_id == NULL)
      continue;
    tocsin_store_batch_save_incident (batch, incident);
    tocsin_watch_tell_team_incident (team->watch, incident->id);
    g_ptr_array_add (incidents, g_steal_pointer (&incident));
  }
  return incidents;
}

/* --- probes --- */

void
tocsin_probe_info_free (TocsinProbeInfo *info)
{
  if (info == NULL)
    return;
  g_free (info->id);
  g_free (info->name);
  g_free (info->kind);
  g_free (info->state);
  g_strfreev (info->labels);
  g_free (info);
}

static char **
get_strings (JsonObject *json, const char *name)
{
  JsonNode *node = json_object_get_member (json, name);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  JsonArray *array =
      node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++) {
    JsonNode *item = json_array_get_element (array, i);

    if (JSON_NODE_HOLDS_VALUE (item) && json_node_get_string (item) != NULL)
      g_strv_builder_add (builder, json_node_get_string (item));
  }
  return g_strv_builder_end (builder);
}

static TocsinProbeInfo *
read_probe (JsonObject *json)
{
  const char *seen = json_object_get_string_member_with_default (json, "seen_at", NULL);
  JsonNode *load = json_object_get_member (json, "load");
  TocsinProbeInfo *info;

  if (json_object_get_string_member_with_default (json, "id", NULL) == NULL)
    return NULL;
  info = g_new0 (TocsinProbeInfo, 1);
  info->id = g_strdup (json_object_get_string_member (json, "id"));
  info->name = g_strdup (json_object_get_string_member_with_default (json, "name", info->id));
  info->kind = g_strdup (json_object_get_string_member_with_default (json, "kind", "headless"));
  info->state = g_strdup (json_object_get_string_member_with_default (json, "state", "silent"));
  info->labels = get_strings (json, "labels");
  if (seen != NULL && !tocsin_time_from_text (seen, &info->seen_at, NULL))
    info->seen_at = 0;
  if (load != NULL && JSON_NODE_HOLDS_OBJECT (load))
    info->monitors =
        json_object_get_int_member_with_default (json_node_get_object (load), "monitors", 0);
  return info;
}

static void
put_probe (TocsinTeamSync *team, TocsinProbeInfo *info)
{
  for (guint i = 0; i < team->probes->len; i++)
    if (g_strcmp0 (((TocsinProbeInfo *) team->probes->pdata[i])->id, info->id) == 0) {
      g_ptr_array_remove_index (team->probes, i);
      break;
    }
  if (g_strcmp0 (info->state, "revoked") == 0)
    tocsin_probe_info_free (info);
  else
    g_ptr_array_add (team->probes, info);
}

static void
apply_probe (TocsinTeamSync *team, JsonObject *json, TocsinStoreBatch *batch)
{
  TocsinProbeInfo *info = read_probe (json);
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), json);
  g_autoptr (TocsinDocument) document = NULL;

  if (info == NULL)
    return;
  document = tocsin_document_new (TOCSIN_DOCUMENT_PROBE, team->id, info->id);
  document->body = json_to_string (node, FALSE);
  tocsin_store_batch_put (batch, document);
  put_probe (team, info);
}

/* --- an answer --- */

static JsonArray *
get_array (JsonObject *json, const char *name)
{
  JsonNode *node = json_object_get_member (json, name);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static JsonObject *
get_element (JsonArray *array, guint i)
{
  JsonNode *node = json_array_get_element (array, i);

  return JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

void
tocsin_team_apply (TocsinTeamSync *team, JsonObject *answer, TocsinStoreBatch *batch)
{
  JsonArray *changes = get_array (answer, "changes"), *states = get_array (answer, "states");
  JsonArray *probes = get_array (answer, "probes");
  g_autoptr (GPtrArray) incidents = apply_incidents (team, get_array (answer, "incidents"), batch);
  gboolean others = FALSE;

  for (guint i = 0; changes != NULL && i < json_array_get_length (changes); i++)
    if (get_element (changes, i) != NULL)
      apply_change (team, get_element (changes, i), batch);
  for (guint i = 0; states != NULL && i < json_array_get_length (states); i++)
    if (get_element (states, i) != NULL)
      apply_state (team, get_element (states, i), incidents, batch);
  for (guint i = 0; probes != NULL && i < json_array_get_length (probes); i++)
    if (get_element (probes, i) != NULL)
      apply_probe (team, get_element (probes, i), batch);
  others = (changes != NULL && json_array_get_length (changes) > 0) ||
           (probes != NULL && json_array_get_length (probes) > 0);
  if (!others)
    return;
  tocsin_team_apply_assigned (team);
  if (team->probe != NULL)
    tocsin_team_probe_look (team->probe);
}

/* --- after everything was fetched anew --- */

static void
finish_missing (TocsinTeamSync *team, const TocsinDocument *document, TocsinStoreBatch *batch)
{
  g_autoptr (JsonObject) json = tocsin_document_get_json (document);
  g_autoptr (TocsinRecord) old = json != NULL ? tocsin_record_from_json (json, NULL) : NULL;
  g_autoptr (GPtrArray) operations = tocsin_team_operations_of (team, document->id);
  TocsinOperation *rescue =
      old != NULL && team->forked >= 0 ? tocsin_record_rescue (old, NULL, team->forked) : NULL;

  for (guint i = 0; i < operations->len; i++)
    tocsin_operation_complete (operations->pdata[i], old);
  if (rescue != NULL)
    tocsin_team_operations_add_first (team, rescue, get_name (old), batch);
  tocsin_store_batch_drop (batch, TOCSIN_DOCUMENT_RECORD, team->id, document->id);
  if (old != NULL)
    tocsin_team_show (team, old->id, old->type, NULL, batch);
}

void
tocsin_team_finish_whole (TocsinTeamSync *team, TocsinStoreBatch *batch)
{
  g_autoptr (GPtrArray) documents =
      tocsin_store_load_documents (team->store, TOCSIN_DOCUMENT_RECORD, team->id, NULL, NULL);

  for (guint i = 0; documents != NULL && i < documents->len; i++) {
    const TocsinDocument *document = documents->pdata[i];

    if (!g_hash_table_contains (team->seen, document->id))
      finish_missing (team, document, batch);
  }
  g_clear_pointer (&team->seen, g_hash_table_unref);
  g_clear_pointer (&team->old_cursor, g_free);
  g_hash_table_remove_all (team->states);
  team->whole = FALSE;
  team->forked = -1;
}

/* --- at the start --- */

void
tocsin_team_load_known (TocsinTeamSync *team)
{
  g_autoptr (GPtrArray) projects =
      tocsin_store_load_documents (team->store, TOCSIN_DOCUMENT_PROJECT, team->id, NULL, NULL);
  g_autoptr (GPtrArray) probes =
      tocsin_store_load_documents (team->store, TOCSIN_DOCUMENT_PROBE, team->id, NULL, NULL);

  for (guint i = 0; projects != NULL && i < projects->len; i++) {
    const TocsinDocument *document = projects->pdata[i];

    tocsin_watch_put_project (team->watch, team->id, document->id, document->body);
  }
  for (guint i = 0; probes != NULL && i < probes->len; i++) {
    g_autoptr (JsonObject) json = tocsin_document_get_json (probes->pdata[i]);
    TocsinProbeInfo *info = json != NULL ? read_probe (json) : NULL;

    if (info != NULL)
      put_probe (team, info);
  }
}
