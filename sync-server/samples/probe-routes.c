/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "probe-routes"

#include "config.h"

#include <string.h>

#include "assignments.h"
#include "feed.h"
#include "json-writer.h"
#include "monitors.h"
#include "probe-routes.h"
#include "worker.h"

#define API  TOCSIN_STYLE_API
#define JSON "application/json"
#define M(name_, kind_, ...)                                  \
  {                                                           \
    .name = name_, .kind = TOCSIN_MEMBER_##kind_, __VA_ARGS__ \
  }

/* --- hello --- */

static const TocsinMember hello_members[] = {
  M ("version", STRING, .help = "of the program"),
  M ("monitors", INT, .help = "that it checks now"),
  M ("checks_per_s", NUMBER),
  M ("sent_at", TIME),
};
const TocsinSchema tocsin_probe_hello_schema = TOCSIN_SCHEMA_REQUEST ("ProbeHello", hello_members);

static const TocsinMember welcome_members[] = {
  M ("probe", ID),
  M ("team", ID),
  M ("name", STRING),
  M ("server_time", TIME),
  M ("acked", INT, .help = "all numbers up to it were counted: the next sample’s is higher"),
  M ("assignments", STRING, .help = "the version of who checks what"),
};
const TocsinSchema tocsin_probe_welcome_schema =
    TOCSIN_SCHEMA_REPLY ("ProbeWelcome", welcome_members);

/* A probe that comes back takes its monitors over again. */
static gboolean
mark_online (TocsinPg *pg, const TocsinPrincipal *probe, GError **error)
{
  gint64 seq;

  return tocsin_feed_take (pg, probe->team_id, 1, &seq, error) &&
         tocsin_pg_run (pg, error, NULL,
                        "UPDATE probes SET state = 'online', seq = $3, assigned_seq = $3"
                        " WHERE team_id = $1::uuid AND id = $2::uuid",
                        PG_TEXT (probe->team_id), PG_TEXT (probe->id), PG_INT (seq));
}

/* {"monitors": n, "checks_per_s": x}; NULL where it says neither. (transfer full) */
static char *
make_load (JsonObject *json)
{
  static const char *const names[] = { "monitors", "checks_per_s" };
  g_autoptr (JsonObject) load = json_object_new ();
  g_autoptr (JsonNode) node = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (json_object_has_member (json, names[i]))
      json_object_set_member (load, names[i], json_object_dup_member (json, names[i]));
  if (json_object_get_size (load) == 0)
    return NULL;
  node = json_node_init_object (json_node_alloc (), load);
  return json_to_string (node, FALSE);
}

static TocsinPgRows *
note_hello (TocsinPg *pg, const TocsinCall *call, const char *load, GError **error)
{
  return tocsin_pg_query (
      pg, error,
      "UPDATE probes SET seen_at = greatest (seen_at, $3), load = coalesce ($4::jsonb, load)"
      " WHERE team_id = $1::uuid AND id = $2::uuid RETURNING name, state, coalesce"
      " ((SELECT contiguous FROM probe_numbers n WHERE n.team_id = $1::uuid"
      " AND n.probe_id = $2::uuid), 0)",
      PG_TEXT (call->principal.team_id), PG_TEXT (call->principal.id), PG_INT (call->at_us),
      PG_TEXT (load));
}

static gboolean
say_hello (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const TocsinPrincipal *probe = &call->principal;
  JsonObject *json = tocsin_call_get_json (call, error);
  g_autofree char *load = json != NULL ? make_load (json) : NULL, *version = NULL;
  g_autoptr (TocsinPgRows) rows = json != NULL ? note_hello (pg, call, load, error) : NULL;
  g_auto (TocsinJsonWriter) writer = { 0 };

  if (rows == NULL)
    return FALSE;
  if (tocsin_pg_rows_get_n (rows) == 0)
    return tocsin_http_fail (error, 404, "there is no such probe");
  if (strcmp (tocsin_pg_rows_get_text (rows, 0, 1), "silent") == 0 &&
      !mark_online (pg, probe, error))
    return FALSE;
  version = tocsin_assignments_get_version (pg, probe->team_id, error);
  if (version == NULL)
    return FALSE;
  tocsin_json_writer_init (&writer, 512);
  tocsin_json_writer_begin_object (&writer, NULL);
  tocsin_json_writer_string (&writer, "probe", probe->id);
  tocsin_json_writer_string (&writer, "team", probe->team_id);
  tocsin_json_writer_string (&writer, "name", tocsin_pg_rows_get_text (rows, 0, 0));
  tocsin_json_writer_time (&writer, "server_time", g_get_real_time ());
  tocsin_json_writer_int (&writer, "acked", tocsin_pg_rows_get_int (rows, 0, 2));
  tocsin_json_writer_string (&writer, "assignments", version);
  tocsin_json_writer_end_object (&writer);
  tocsin_call_reply_take (call, 200, JSON, tocsin_json_writer_take (&writer));
  return TRUE;
}

/* --- who checks what --- */

static const TocsinMember assignment_members[] = {
  M ("id", ID),
  M ("revision", INT),
};
const TocsinSchema tocsin_assignment_schema =
    TOCSIN_SCHEMA_REPLY ("Assignment", assignment_members);

static const TocsinMember assignments_members[] = {
  M ("version", STRING),
  M ("monitors", SCHEMAS, .of = "Assignment"),
};
const TocsinSchema tocsin_assignments_schema =
    TOCSIN_SCHEMA_REPLY ("Assignments", assignments_members);

static gboolean
get_assignments (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const TocsinPrincipal *probe = &call->principal;
  const char *known = tocsin_call_get_header (call, "If-None-Match");
  g_autofree char *version = tocsin_assignments_get_version (pg, probe->team_id, error);
  g_autofree char *tag = version != NULL ? g_strdup_printf ("\"%s\"", version) : NULL;
  g_autoptr (GArray) assigned = NULL;
  g_auto (TocsinJsonWriter) writer = { 0 };

  if (version == NULL)
    return FALSE;
  tocsin_call_add_header (call, "ETag", tag);
  if (g_strcmp0 (known, tag) == 0) {
    tocsin_call_reply_nothing (call);
    call->status = 304;
    return TRUE;
  }
  assigned = tocsin_assignments_list (pg, probe->team_id, probe->id, error);
  if (assigned == NULL)
    return FALSE;
  tocsin_json_writer_init (&writer, 100 + (gsize) 64 * assigned->len);
  tocsin_json_writer_begin_object (&writer, NULL);
  tocsin_json_writer_string (&writer, "version", version);
  tocsin_json_writer_begin_array (&writer, "monitors");
  for (guint i = 0; i < assigned->len; i++) {
    const TocsinAssigned *one = &g_array_index (assigned, TocsinAssigned, i);

    tocsin_json_writer_begin_object (&writer, NULL);
    tocsin_json_writer_string (&writer, "id", one->id);
    tocsin_json_writer_int (&writer, "revision", one->revision);
    tocsin_json_writer_end_object (&writer);
  }
  tocsin_json_writer_end_array (&writer);
  tocsin_json_writer_end_object (&writer);
  tocsin_call_reply_take (call, 200, JSON, tocsin_json_writer_take (&writer));
  return TRUE;
}

/* --- what to check --- */

static const TocsinMember wants_members[] = {
  M ("ids", IDS, TOCSIN_MEMBER_REQUIRED, .help = "of monitors that it checks"),
};
const TocsinSchema tocsin_probe_wants_schema = TOCSIN_SCHEMA_REQUEST ("ProbeWants", wants_members);

static const TocsinMember probe_monitor_members[] = {
  M ("id", ID),
  M ("revision", INT),
  M ("body", OBJECT, .help = "the monitor with its secrets"),
};
const TocsinSchema tocsin_probe_monitor_schema =
    TOCSIN_SCHEMA_REPLY ("ProbeMonitor", probe_monitor_members);

static const TocsinMember probe_monitors_members[] = {
  M ("monitors", SCHEMAS, .of = "ProbeMonitor"),
};
const TocsinSchema tocsin_probe_monitors_schema =
    TOCSIN_SCHEMA_REPLY ("ProbeMonitors", probe_monitors_members);

static gboolean
is_assigned (const GArray *assigned, const char *id)
{
  guint low = 0, high = assigned->len;

  while (low < high) {
    guint middle = low + (high - low) / 2;
    int order = g_ascii_strcasecmp (g_array_index (assigned, TocsinAssigned, middle).id, id);

    if (order == 0)
      return TRUE;
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return FALSE;
}

static gboolean
write_monitor (TocsinJsonWriter *writer, TocsinCall *call, TocsinPg *pg, const char *id,
               GError **error)
{
  const guint8 *key = call->config->has_key ? call->config->key : NULL;
  g_autoptr (TocsinStoredMonitor) stored =
      tocsin_monitors_load (pg, call->principal.team_id, id, TOCSIN_MONITORS_READ, error);
  g_autoptr (JsonObject) json = NULL;
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *text = NULL;

  if (stored == NULL || !tocsin_monitors_unseal (stored, key, error))
    return FALSE;
  json =
      tocsin_fields_to_json (&tocsin_monitor_fields, stored->monitor, TOCSIN_FIELDS_WITH_SECRETS);
  node = json_node_init_object (json_node_alloc (), json);
  text = json_to_string (node, FALSE);
  tocsin_json_writer_begin_object (writer, NULL);
  tocsin_json_writer_string (writer, "id", stored->monitor->id);
  tocsin_json_writer_int (writer, "revision", stored->monitor->revision);
  tocsin_json_writer_value (writer, "body", text);
  tocsin_json_writer_end_object (writer);
  return TRUE;
}

/* Those alone that the probe checks: who has its token learns no others' secrets. */
static gboolean
get_monitors (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const TocsinPrincipal *probe = &call->principal;
  JsonObject *json = tocsin_call_get_json (call, error);
  JsonArray *ids = json != NULL ? json_object_get_array_member (json, "ids") : NULL;
  g_autoptr (GArray) assigned = NULL;
  g_auto (TocsinJsonWriter) writer = { 0 };

  if (ids == NULL)
    return FALSE;
  assigned = tocsin_assignments_list (pg, probe->team_id, probe->id, error);
  if (assigned == NULL)
    return FALSE;
  tocsin_json_writer_init (&writer, 1024);
  tocsin_json_writer_begin_object (&writer, NULL);
  tocsin_json_writer_begin_array (&writer, "monitors");
  for (guint i = 0; i < json_array_get_length (ids); i++) {
    const char *id = json_array_get_string_element (ids, i);

    if (is_assigned (assigned, id) && !write_monitor (&writer, call, pg, id, error))
      return FALSE;
  }
  tocsin_json_writer_end_array (&writer);
  tocsin_json_writer_end_object (&writer);
  tocsin_call_reply_take (call, 200, JSON, tocsin_json_writer_take (&writer));
  return TRUE;
}

/* --- samples --- */

static const TocsinMember refused_members[] = {
  M ("number", INT),
  M ("reason", STRING, .help = "a sentence for people"),
};
const TocsinSchema tocsin_sample_refused_schema =
    TOCSIN_SCHEMA_REPLY ("SampleRefused", refused_members);

static const TocsinMember taken_members[] = {
  M ("acked", INT, .help = "all numbers up to it were counted"),
  M ("server_time", TIME),
  M ("refused", SCHEMAS, .of = "SampleRefused", .help = "they will not be counted, ever"),
  M ("assignments", STRING, .help = "the version of who checks what"),
};
const TocsinSchema tocsin_samples_taken_schema =
    TOCSIN_SCHEMA_REPLY ("SamplesTaken", taken_members);

static void
reply_taken (TocsinCall *call, const TocsinBatchTicket *ticket)
{
  g_auto (TocsinJsonWriter) writer = { 0 };

  tocsin_json_writer_init (&writer, 256 + (gsize) 80 * ticket->refused->len);
  tocsin_json_writer_begin_object (&writer, NULL);
  tocsin_json_writer_int (&writer, "acked", ticket->acked);
  tocsin_json_writer_time (&writer, "server_time", g_get_real_time ());
  tocsin_json_writer_begin_array (&writer, "refused");
  for (guint i = 0; i < ticket->refused->len; i++) {
    const TocsinRefusedSample *refused = &g_array_index (ticket->refused, TocsinRefusedSample, i);

    tocsin_json_writer_begin_object (&writer, NULL);
    tocsin_json_writer_int (&writer, "number", refused->number);
    tocsin_json_writer_string (&writer, "reason", refused->reason);
    tocsin_json_writer_end_object (&writer);
  }
  tocsin_json_writer_end_array (&writer);
  tocsin_json_writer_string (&writer, "assignments", ticket->assignments);
  tocsin_json_writer_end_object (&writer);
  tocsin_call_reply_take (call, 200, JSON, tocsin_json_writer_take (&writer));
}

static void
refuse (TocsinCall *call, guint status, const char *why)
{
  g_autoptr (GError) error = NULL;

  tocsin_http_fail (&error, status, "%s", why);
  tocsin_call_reply_error (call, error);
  if (status == 503)
    tocsin_call_add_header (call, "Retry-After", "5");
  tocsin_call_finish (call);
}

void
tocsin_probe_answer_batch (TocsinBatchTicket *ticket)
{
  TocsinCall *call = ticket->call;

  if (ticket->is_stored) {
    reply_taken (call, ticket);
    tocsin_call_finish (call);
  } else {
    refuse (call, 503, "the samples could not be stored");
  }
  tocsin_batch_ticket_free (ticket);
}

/* Who sends them was found out already; the rest is the intake's. */
static gboolean
let_pass (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const char *type = tocsin_call_get_header (call, "Content-Type");

  return g_strcmp0 (type, TOCSIN_BATCH_MEDIA_TYPE) == 0 ||
         tocsin_http_fail (error, 415, "%s is wanted", TOCSIN_BATCH_MEDIA_TYPE);
}

static void
take_samples (TocsinCall *call)
{
  g_autoptr (TocsinBatchTicket) ticket =
      tocsin_batch_ticket_new (call->principal.team_id, call->principal.id, call->at_us);
  g_autoptr (GError) error = NULL;

  ticket->call = call;
  if (!tocsin_batch_decode (g_bytes_get_data (call->body, NULL), g_bytes_get_size (call->body),
                            &ticket->batch, &error)) {
    refuse (call, 400, error->message);
    return;
  }
  /* None: the worker is about to end. */
  if (call->worker->intake == NULL || !tocsin_intake_take (call->worker->intake, ticket)) {
    refuse (call, 503, "too many samples are waiting");
    return;
  }
  g_steal_pointer (&ticket);
}

static const TocsinRoute routes[] = {
  { "POST", "/api/v1/probe/samples", TOCSIN_ACCESS_PROBE, API, TOCSIN_ROUTE_READ, let_pass,
    take_samples, .summary = "Samples, as a packed batch (" TOCSIN_BATCH_MEDIA_TYPE ")",
    .reply = "SamplesTaken" },
  { "POST", "/api/v1/probe/hello", TOCSIN_ACCESS_PROBE, API, 0, say_hello,
    .summary = "A probe is there, twice a minute", .request = "ProbeHello",
    .reply = "ProbeWelcome" },
  { "GET", "/api/v1/probe/assignments", TOCSIN_ACCESS_PROBE, API, TOCSIN_ROUTE_READ,
    get_assignments, .summary = "What the probe checks", .reply = "Assignments" },
  { "POST", "/api/v1/probe/monitors", TOCSIN_ACCESS_PROBE, API, TOCSIN_ROUTE_READ, get_monitors,
    .summary = "Monitors that it checks, with their secrets", .request = "ProbeWants",
    .reply = "ProbeMonitors" },
};

const TocsinRoutes tocsin_probe_routes = TOCSIN_ROUTES (routes);
