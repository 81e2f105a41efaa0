/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "team-probe"

#include "config.h"

#include "errors.h"
#include "team-probe.h"
#include "timetext.h"

#define GREET_S         30
#define PAUSE_MS        200 /* between batches of a backlog */
#define BACKOFF_MOST_MS 60000

struct _TocsinTeamProbe {
  GObject parent_instance;

  TocsinServerClient *client; /* (owned) */
  TocsinTeamProbeFuncs funcs;
  gpointer user_data;
  TocsinOutbox *outbox; /* (owned) (nullable) */
  GCancellable *cancellable;

  char *version;       /* (nullable) of the assignments that were told last */
  gboolean looking;    /* they are being asked for */
  gboolean look_again; /* and may be others already */
  gboolean bringing;
  guint greet_id, bring_id;
  guint backoff_ms;
  gint64 n_brought;     /* samples since the last greeting */
  gint64 greeted_at_us; /* monotonic */
};

G_DEFINE_FINAL_TYPE (TocsinTeamProbe, tocsin_team_probe, G_TYPE_OBJECT)

static gboolean
is_stopped (TocsinTeamProbe *self)
{
  return g_cancellable_is_cancelled (self->cancellable);
}

/* Whether the server answered, and rightly; who listens is told of it. */
static gboolean
note_reply (TocsinTeamProbe *self, const TocsinServerReply *reply, const GError *error)
{
  g_autoptr (GError) refusal = NULL;
  gboolean reached = reply != NULL && reply->status < 500 && reply->status != 429;

  if (is_stopped (self))
    return FALSE;
  if (self->outbox != NULL)
    tocsin_outbox_set_away (self->outbox, !reached);
  if (reply == NULL) {
    self->funcs.reached (FALSE, FALSE, error->message, self->user_data);
    return FALSE;
  }
  if (reply->status == 304 || tocsin_server_reply_check (reply, &refusal)) {
    self->funcs.reached (TRUE, FALSE, NULL, self->user_data);
    return TRUE;
  }
  if (reply->status == 401 || reply->status == 403)
    self->funcs.reached (TRUE, TRUE,
                         "the server does not know this probe any more: its token was revoked",
                         self->user_data);
  else
    self->funcs.reached (reached, FALSE, refusal->message, self->user_data);
  return FALSE;
}

/* --- assignments --- */

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinTeamProbe) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TocsinServerReply) reply =
      tocsin_server_client_call_finish (TOCSIN_SERVER_CLIENT (source), result, &error);
  JsonObject *object;
  JsonNode *monitors;

  self->looking = FALSE;
  if (!note_reply (self, reply, error))
    return;
  object = tocsin_server_reply_get_object (reply);
  monitors = object != NULL ? json_object_get_member (object, "monitors") : NULL;
  if (reply->status == 200 && monitors != NULL && JSON_NODE_HOLDS_ARRAY (monitors)) {
    g_free (self->version);
    self->version = g_strdup (reply->etag);
    self->funcs.assigned (json_node_get_array (monitors), self->user_data);
  }
  if (self->look_again)
    tocsin_team_probe_look (self);
}

void
tocsin_team_probe_look (TocsinTeamProbe *self)
{
  g_return_if_fail (TOCSIN_IS_TEAM_PROBE (self));

  self->look_again = self->looking;
  if (self->looking || is_stopped (self))
    return;
  self->looking = TRUE;
  tocsin_server_client_call (self->client, "GET", "/api/v1/probe/assignments", NULL, NULL,
                             self->version, self->cancellable, looked_cb, g_object_ref (self));
}

/* An ETag is the version in quotes. */
static void
compare_version (TocsinTeamProbe *self, JsonObject *object)
{
  const char *version = json_object_get_string_member_with_default (object, "assignments", NULL);
  g_autofree char *etag = version != NULL ? g_strdup_printf ("\"%s\"", version) : NULL;

  if (etag != NULL && g_strcmp0 (etag, self->version) != 0)
    tocsin_team_probe_look (self);
}

/* --- greetings --- */

static void
greeted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinTeamProbe) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TocsinServerReply) reply =
      tocsin_server_client_call_finish (TOCSIN_SERVER_CLIENT (source), result, &error);
  JsonObject *object;
  const char *team, *probe;

  if (!note_reply (self, reply, error))
    return;
  object = tocsin_server_reply_get_object (reply);
  team = object != NULL ? json_object_get_string_member_with_default (object, "team", NULL) : NULL;
  probe =
      object != NULL ? json_object_get_string_member_with_default (object, "probe", NULL) : NULL;
  if (team == NULL || probe == NULL)
    return;
  self->funcs.greeted (team, probe, self->user_data);
  if (self->outbox != NULL)
    tocsin_outbox_acknowledge (self->outbox,
                               json_object_get_int_member_with_default (object, "acked", 0));
  compare_version (self, object);
}

static void
greet (TocsinTeamProbe *self)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *sent_at = tocsin_time_to_text (g_get_real_time ());
  gint64 now_us = g_get_monotonic_time ();
  double span_s = (double) (now_us - self->greeted_at_us) / TOCSIN_US_PER_S;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "version");
  json_builder_add_string_value (builder, TOCSIN_VERSION);
  json_builder_set_member_name (builder, "monitors");
  json_builder_add_int_value (builder, self->funcs.count (self->user_data));
  json_builder_set_member_name (builder, "checks_per_s");
  json_builder_add_double_value (
      builder, self->greeted_at_us > 0 && span_s > 0 ? (double) self->n_brought / span_s : 0);
  json_builder_set_member_name (builder, "sent_at");
  json_builder_add_string_value (builder, sent_at);
  json_builder_end_object (builder);
  node = json_builder_get_root (builder);
  self->greeted_at_us = now_us;
  self->n_brought = 0;
  tocsin_server_client_call_json (self->client, "POST", "/api/v1/probe/hello", node,
                                  self->cancellable, greeted_cb, g_object_ref (self));
}

static gboolean
greet_cb (gpointer user_data)
{
  greet (user_data);
  return G_SOURCE_CONTINUE;
}

/* --- samples --- */

static void bring (TocsinTeamProbe *self);

static gboolean
bring_cb (gpointer user_data)
{
  TocsinTeamProbe *self = user_data;

  self->bring_id = 0;
  bring (self);
  return G_SOURCE_REMOVE;
}

static void
bring_later (TocsinTeamProbe *self, guint wait_ms)
{
  if (self->bring_id == 0 && !is_stopped (self))
    self->bring_id = g_timeout_add (wait_ms, bring_cb, self);
}

/* A batch that the server will never take is not brought again: it would stand in the way of all
 * that come after it. */
static gboolean
is_hopeless (guint status)
{
  return status >= 400 && status < 500 && status != 401 && status != 403 && status != 408 &&
         status != 429;
}

static void
warn_of_refused (JsonObject *object)
{
  JsonNode *node = json_object_get_member (object, "refused");
  JsonArray *refused =
      node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  JsonObject *first;

  if (refused == NULL || json_array_get_length (refused) == 0 ||
      !JSON_NODE_HOLDS_OBJECT (json_array_get_element (refused, 0)))
    return;
  first = json_array_get_object_element (refused, 0);
  g_warning ("the server refused %u samples: %s", json_array_get_length (refused),
             json_object_get_string_member_with_default (first, "reason", "it did not say why"));
}

static void
brought_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinTeamProbe) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TocsinServerReply) reply =
      tocsin_server_client_call_finish (TOCSIN_SERVER_CLIENT (source), result, &error);
  gboolean arrived, hopeless;

  self->bringing = FALSE;
  arrived = note_reply (self, reply, error);
  if (is_stopped (self))
    return;
  hopeless = reply != NULL && is_hopeless (reply->status);
  if (hopeless)
    g_warning ("a batch of samples is given up: the server answered %u", reply->status);
  tocsin_outbox_end (self->outbox, arrived || hopeless);
  self->backoff_ms =
      arrived || hopeless ? 0 : MIN (MAX (2 * self->backoff_ms, 1000), BACKOFF_MOST_MS);
  if (arrived && tocsin_server_reply_get_object (reply) != NULL) {
    warn_of_refused (tocsin_server_reply_get_object (reply));
    compare_version (self, tocsin_server_reply_get_object (reply));
  }
  bring_later (self, MAX (self->backoff_ms, PAUSE_MS));
}

static void
taken_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinTeamProbe) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) batch = NULL;

  batch = tocsin_outbox_take_finish (self->outbox, result, &error);
  if (is_stopped (self))
    return;
  if (batch == NULL) {
    self->bringing = FALSE;
    if (error != NULL)
      g_warning ("samples that wait for the server can’t be read: %s", error->message);
    return;
  }
  tocsin_server_client_call (self->client, "POST", "/api/v1/probe/samples", batch,
                             TOCSIN_BATCH_MEDIA_TYPE, NULL, self->cancellable, brought_cb,
                             g_object_ref (self));
}

static void
bring (TocsinTeamProbe *self)
{
  if (self->bringing || self->outbox == NULL || is_stopped (self) ||
      tocsin_outbox_is_empty (self->outbox))
    return;
  self->bringing = TRUE;
  tocsin_outbox_take (self->outbox, taken_cb, g_object_ref (self));
}

static void
ready_cb (gpointer user_data)
{
  TocsinTeamProbe *self = user_data;

  if (self->backoff_ms == 0)
    bring_later (self, 0);
}

void
tocsin_team_probe_set_outbox (TocsinTeamProbe *self, TocsinStore *store, const char *team,
                              gint64 bytes)
{
  g_return_if_fail (TOCSIN_IS_TEAM_PROBE (self));
  g_return_if_fail (self->outbox == NULL);

  self->outbox = tocsin_outbox_new (store, team, bytes, ready_cb, self);
  bring_later (self, PAUSE_MS);
}

TocsinOutbox *
tocsin_team_probe_get_outbox (TocsinTeamProbe *self)
{
  g_return_val_if_fail (TOCSIN_IS_TEAM_PROBE (self), NULL);

  return self->outbox;
}

/* --- monitors of a probe that has no other way to them --- */

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  TocsinTeamProbe *self = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr (TocsinServerReply) reply =
      tocsin_server_client_call_finish (TOCSIN_SERVER_CLIENT (source), result, &error);
  JsonObject *object = reply != NULL ? tocsin_server_reply_get_object (reply) : NULL;
  JsonNode *monitors = object != NULL ? json_object_get_member (object, "monitors") : NULL;

  if (reply != NULL && note_reply (self, reply, NULL) && monitors != NULL &&
      JSON_NODE_HOLDS_ARRAY (monitors)) {
    g_task_return_pointer (task, json_node_dup_array (monitors), (GDestroyNotify) json_array_unref);
    return;
  }
  if (error == NULL)
    tocsin_fail (&error, TOCSIN_ERROR_UNAVAILABLE, "the server gave no monitors");
  g_task_return_error (task, error);
}

void
tocsin_team_probe_fetch (TocsinTeamProbe *self, const char *const *ids,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) node = NULL;

  g_return_if_fail (TOCSIN_IS_TEAM_PROBE (self));
  g_return_if_fail (ids != NULL);

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "ids");
  json_builder_begin_array (builder);
  for (guint i = 0; ids[i] != NULL; i++)
    json_builder_add_string_value (builder, ids[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  node = json_builder_get_root (builder);
  tocsin_server_client_call_json (self->client, "POST", "/api/v1/probe/monitors", node,
                                  self->cancellable, fetched_cb,
                                  g_task_new (self, self->cancellable, callback, user_data));
}

JsonArray *
tocsin_team_probe_fetch_finish (TocsinTeamProbe *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- life --- */

void
tocsin_team_probe_start (TocsinTeamProbe *self)
{
  g_return_if_fail (TOCSIN_IS_TEAM_PROBE (self));

  if (self->greet_id != 0)
    return;
  self->greet_id = g_timeout_add_seconds (GREET_S, greet_cb, self);
  greet (self);
}

void
tocsin_team_probe_stop (TocsinTeamProbe *self)
{
  g_return_if_fail (TOCSIN_IS_TEAM_PROBE (self));

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->greet_id, g_source_remove);
  g_clear_handle_id (&self->bring_id, g_source_remove);
  g_clear_pointer (&self->outbox, tocsin_outbox_free); /* which writes what it holds: the store is
                                                          there now, and later perhaps not */
}

TocsinTeamProbe *
tocsin_team_probe_new (TocsinServerClient *client, const TocsinTeamProbeFuncs *funcs,
                       gpointer user_data)
{
  TocsinTeamProbe *self = g_object_new (TOCSIN_TYPE_TEAM_PROBE, NULL);

  self->client = g_object_ref (client);
  self->funcs = *funcs;
  self->user_data = user_data;
  return self;
}

static void
tocsin_team_probe_finalize (GObject *object)
{
  TocsinTeamProbe *self = TOCSIN_TEAM_PROBE (object);

  g_assert (self->greet_id == 0 && self->bring_id == 0); /* it was stopped */
  g_clear_object (&self->client);
  g_clear_object (&self->cancellable);
  g_free (self->version);
  G_OBJECT_CLASS (tocsin_team_probe_parent_class)->finalize (object);
}

static void
tocsin_team_probe_class_init (TocsinTeamProbeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tocsin_team_probe_finalize;
}

static void
tocsin_team_probe_init (TocsinTeamProbe *self)
{
  self->cancellable = g_cancellable_new ();
}
