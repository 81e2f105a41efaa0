/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "watch-pings"

#include "config.h"

#include "errors.h"
#include "timetext.h"
#include "watch-pings.h"
#include "watch-private.h"

/* A heartbeat's beat looks at its deadline: exactly when it comes, and every minute, since the
 * deadline is wall time and the clock can be set. */
#define LOOK_EVERY_US TOCSIN_US_PER_MIN

#define PING_KEY_SETTING "ping-key"

static const TocsinPingAnswer ok = { 200, "OK" };
static const TocsinPingAnswer created = { 201, "Created" };
static const TocsinPingAnswer not_found = { 404, "not found" };
static const TocsinPingAnswer ambiguous = { 409, "ambiguous slug" };
static const TocsinPingAnswer too_many = { 503, "too many pings are waiting" };
static const TocsinPingAnswer not_stored = { 503, "the ping could not be stored" };

/* --- the machine --- */

static void
arm (TocsinWatch *self, TocsinWatched *watched)
{
  gint64 now_us = g_get_monotonic_time ();
  gint64 wait_us;

  if (watched->beat == NULL)
    watched->beat =
        tocsin_scheduler_add (self->scheduler, now_us + LOOK_EVERY_US, LOOK_EVERY_US, watched);
  if (watched->heartbeat->deadline_at == 0)
    return;
  wait_us = watched->heartbeat->deadline_at - g_get_real_time ();
  if (wait_us < LOOK_EVERY_US)
    tocsin_beat_set_retry (watched->beat, now_us + MAX (wait_us, 0));
}

static char *
encode_heartbeat (const TocsinWatched *watched)
{
  g_autoptr (JsonObject) json =
      tocsin_fields_to_json (&tocsin_heartbeat_fields, watched->heartbeat, 0);
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), json);

  return json_to_string (node, FALSE);
}

/* One event: the samples that it yields are judged in their order. */
static void
step (TocsinWatch *self, TocsinWatched *watched, const TocsinHeartbeatEvent *event)
{
  g_auto (TocsinHeartbeatResult) result = { 0 };

  tocsin_heartbeat_step (watched->monitor, watched->schedule, watched->heartbeat, event,
                         g_get_real_time (), &result);
  for (guint i = 0; i < result.n_samples; i++)
    tocsin_watch_take_sample (self, watched, g_steal_pointer (&result.samples[i]));
  arm (self, watched);
}

static void
save (TocsinWatch *self, const TocsinWatched *watched)
{
  g_autofree char *json = encode_heartbeat (watched);

  tocsin_store_save_heartbeat (self->store, watched->monitor->id, json, NULL, NULL);
}

void
tocsin_watch_pings_due (TocsinWatch *self, TocsinWatched *watched)
{
  TocsinHeartbeatEvent event = { .kind = TOCSIN_HEARTBEAT_DEADLINE,
                                 .deadline_at = watched->heartbeat->deadline_at };

  /* While the machine slept, or before the daemon ran, no ping could come: the jobs get a moment to
   * catch up, as they slept too. */
  if (event.deadline_at == 0 || event.deadline_at > g_get_real_time () || self->grace_id != 0) {
    if (self->grace_id == 0)
      arm (self, watched);
    return;
  }
  step (self, watched, &event);
  save (self, watched);
}

static TocsinHeartbeat *
restore (const char *json)
{
  g_autoptr (JsonNode) node = json != NULL ? json_from_string (json, NULL) : NULL;
  TocsinHeartbeat *heartbeat = NULL;

  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    heartbeat = tocsin_heartbeat_from_json (json_node_get_object (node), NULL);
  return heartbeat != NULL ? heartbeat : tocsin_heartbeat_new ();
}

void
tocsin_watch_pings_added (TocsinWatch *self, TocsinWatched *watched, const char *json)
{
  g_autoptr (GError) error = NULL;

  if (watched->monitor->kind != TOCSIN_MONITOR_HEARTBEAT || watched->team != NULL)
    return;
  watched->schedule = tocsin_schedule_new_for_monitor (watched->monitor, &error);
  if (watched->schedule == NULL) { /* from an import of another time zone database, say */
    g_warning ("%s; it takes pings, and none is due", error->message);
    watched->schedule = tocsin_schedule_new_every (365 * TOCSIN_US_PER_DAY, NULL);
  }
  watched->heartbeat = restore (json);
  if (watched->monitor->paused && watched->heartbeat->status != TOCSIN_HEARTBEAT_PAUSED)
    step (self, watched, &(TocsinHeartbeatEvent){ .kind = TOCSIN_HEARTBEAT_PAUSE });
  arm (self, watched);
}

void
tocsin_watch_pings_edited (TocsinWatch *self, TocsinWatched *watched, gboolean was_paused)
{
  TocsinHeartbeatEvent event = { .kind = TOCSIN_HEARTBEAT_CONFIG };

  if (watched->monitor->kind != TOCSIN_MONITOR_HEARTBEAT || watched->team != NULL)
    return;
  g_clear_pointer (&watched->schedule, tocsin_schedule_free);
  watched->schedule = tocsin_schedule_new_for_monitor (watched->monitor, NULL);
  g_assert (watched->schedule != NULL); /* it was checked before the edit was taken */
  if (watched->monitor->paused != was_paused)
    event.kind = was_paused ? TOCSIN_HEARTBEAT_RESUME : TOCSIN_HEARTBEAT_PAUSE;
  step (self, watched, &event);
  save (self, watched);
}

/* --- finding the monitor --- */

/* A team's heartbeats are pinged at its server. */
static gboolean
is_pinged_here (const TocsinWatched *watched)
{
  return watched->heartbeat != NULL;
}

static TocsinWatched *
find_by_ping_id (TocsinWatch *self, const char *ping_id)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (is_pinged_here (value) &&
        g_strcmp0 (((TocsinWatched *) value)->monitor->ping_id, ping_id) == 0)
      return value;
  return NULL;
}

static guint
find_by_slug (TocsinWatch *self, const char *slug, TocsinWatched **found)
{
  GHashTableIter iter;
  gpointer value;
  guint n = 0;

  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (is_pinged_here (value) && g_strcmp0 (((TocsinWatched *) value)->monitor->slug, slug) == 0) {
      *found = value;
      n++;
    }
  return n;
}

/* FALSE: `answer` says why. A monitor that is to be made is found as NULL. */
static gboolean
find (TocsinWatch *self, const TocsinPingRequest *request, TocsinWatched **found,
      TocsinPingAnswer *answer)
{
  guint n;

  *found = NULL;
  *answer = not_found;
  if (request->ping_id != NULL) {
    *found = find_by_ping_id (self, request->ping_id);
    return *found != NULL;
  }
  if (g_strcmp0 (request->key, self->ping_key) != 0)
    return FALSE;
  n = find_by_slug (self, request->slug, found);
  if (n > 1)
    *answer = ambiguous;
  return n == 1 || (n == 0 && request->create);
}

/* --- taking a ping --- */

typedef struct {
  TocsinPing *ping; /* (owned) */
  TocsinPingRequest request;
  TocsinPingAnswer answer;
} Call;

static void
free_call (gpointer data)
{
  Call *call = data;

  g_clear_pointer (&call->ping, tocsin_ping_free);
  tocsin_ping_request_clear (&call->request);
  g_free (call);
}

static void
answer (GTask *task, TocsinPingAnswer what)
{
  Call *call = g_task_get_task_data (task);

  call->answer = what;
  g_task_return_boolean (task, TRUE);
}

static void
stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  TocsinWatch *self = g_task_get_source_object (task);
  Call *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  self->n_pings_waiting--;
  if (tocsin_store_add_ping_finish (NULL, result, &error) > 0) {
    answer (task, call->answer);
    return;
  }
  g_warning ("a ping could not be stored: %s", error->message);
  answer (task, not_stored);
}

/* A ping ends a pause, unless somebody must do that by hand. */
static void
end_pause (TocsinWatch *self, TocsinWatched *watched, guint kind)
{
  TocsinMonitor *resumed;

  if (!watched->monitor->paused || watched->monitor->manual_resume ||
      (kind != TOCSIN_PING_SUCCESS && kind != TOCSIN_PING_FAIL))
    return;
  resumed = tocsin_monitor_copy (watched->monitor);
  resumed->paused = FALSE;
  tocsin_watch_edit (self, resumed, FALSE, NULL, NULL);
}

static void
take (TocsinWatch *self, TocsinWatched *watched, GTask *task /* (transfer full) */)
{
  Call *call = g_task_get_task_data (task);
  TocsinPing *ping = call->ping;
  g_autofree char *json = NULL;

  ping->kind = tocsin_ping_request_classify (&call->request, watched->monitor, ping->body);
  ping->exit_status = call->request.exit_status;
  ping->rid = g_strdup (call->request.rid);
  ping->method = g_strdup (call->request.method);
  end_pause (self, watched, ping->kind);
  step (self, watched, &(TocsinHeartbeatEvent){ .kind = TOCSIN_HEARTBEAT_PING, .ping = ping });
  json = encode_heartbeat (watched);
  self->n_pings_waiting++;
  tocsin_store_add_ping (self->store, watched->monitor->id, ping, json, stored_cb, task);
  tocsin_watch_emit_changed (self, watched);
}

static void
made_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  TocsinWatch *self = TOCSIN_WATCH (source);
  Call *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autofree char *id = tocsin_watch_add_finish (self, result, &error);
  TocsinWatched *watched = id != NULL ? g_hash_table_lookup (self->by_id, id) : NULL;

  if (watched == NULL) {
    g_warning ("a monitor could not be made for a ping: %s", error != NULL ? error->message : id);
    answer (task, not_stored);
    return;
  }
  call->answer = created;
  take (self, watched, g_steal_pointer (&task));
}

/* As the API has it: a day's period, an hour's grace. */
static TocsinMonitor *
make_monitor (const char *slug)
{
  TocsinMonitor *monitor = tocsin_monitor_new (TOCSIN_MONITOR_HEARTBEAT);

  monitor->name = g_strdup (slug);
  monitor->slug = g_strdup (slug);
  monitor->period_us = TOCSIN_US_PER_DAY;
  monitor->grace_us = TOCSIN_US_PER_HOUR;
  return monitor;
}

static void
copy_request (TocsinPingRequest *to, const TocsinPingRequest *from)
{
  *to = *from;
  to->ping_id = g_strdup (from->ping_id);
  to->key = g_strdup (from->key);
  to->slug = g_strdup (from->slug);
  to->rid = g_strdup (from->rid);
  to->method = g_strdup (from->method);
}

void
tocsin_watch_ping (TocsinWatch *self, const TocsinPingRequest *request, TocsinPing *ping,
                   GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  TocsinWatched *watched = NULL;
  TocsinPingAnswer refusal;
  Call *call;

  g_return_if_fail (TOCSIN_IS_WATCH (self));
  g_return_if_fail (request != NULL && ping != NULL);

  task = g_task_new (self, NULL, callback, user_data);
  call = g_new0 (Call, 1);
  call->ping = ping;
  call->answer = ok;
  copy_request (&call->request, request);
  g_task_set_task_data (task, call, free_call);
  if (self->n_pings_waiting >= TOCSIN_PINGS_WAITING_MOST)
    answer (task, too_many);
  else if (!find (self, request, &watched, &refusal))
    answer (task, refusal);
  else if (watched != NULL)
    take (self, watched, g_steal_pointer (&task));
  else
    tocsin_watch_add (self, make_monitor (request->slug), made_cb, g_steal_pointer (&task));
}

void
tocsin_watch_ping_finish (TocsinWatch *self, GAsyncResult *result, TocsinPingAnswer *what)
{
  Call *call = g_task_get_task_data (G_TASK (result));

  *what = call->answer;
}

const char *
tocsin_watch_get_ping_key (TocsinWatch *self)
{
  g_return_val_if_fail (TOCSIN_IS_WATCH (self), NULL);

  return self->ping_key;
}

void
tocsin_watch_pings_load (TocsinWatch *self)
{
  self->ping_key = tocsin_store_get_setting (self->store, PING_KEY_SETTING);
  if (self->ping_key != NULL)
    return;
  self->ping_key = g_uuid_string_random ();
  g_strdelimit (self->ping_key, "-", 'x'); /* so that it is no UUID, and one segment of a path */
  tocsin_store_set_setting (self->store, PING_KEY_SETTING, self->ping_key, NULL, NULL);
}
