/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "api-probes"

#include "config.h"

#include "api.h"
#include "json-writer.h"
#include "lists.h"
#include "tokens.h"

#define M TOCSIN_API_MEMBER

static const char *const kinds[] = { "desktop", "headless" };
static const TocsinWords kind_words = TOCSIN_WORDS ("kind of probe", kinds);
static const char *const states[] = { "online", "silent", "revoked" };
static const TocsinWords state_words = TOCSIN_WORDS ("state of a probe", states);

static const TocsinMember probe_members[] = {
  M ("id", ID),
  M ("name", STRING),
  M ("labels", STRINGS),
  M ("created_at", TIME),
  M ("seen_at", TIME, TOCSIN_MEMBER_NULLABLE),
  M ("kind", STRING, .words = &kind_words),
  M ("state", STRING, .words = &state_words, .help = "silent: not heard for 90 s"),
  M ("load", OBJECT, TOCSIN_MEMBER_NULLABLE,
     .help = "what it said of itself: monitors, checks_per_s"),
};
const TocsinSchema tocsin_probe_schema = TOCSIN_SCHEMA_REPLY ("Probe", probe_members);

static const TocsinMember probe_new_members[] = {
  M ("name", STRING, TOCSIN_MEMBER_REQUIRED),
  M ("labels", STRINGS),
};
const TocsinSchema tocsin_probe_new_schema = TOCSIN_SCHEMA_REQUEST ("ProbeNew", probe_new_members);

static const TocsinMember probe_made_members[] = {
  M ("id", ID),
  M ("token", STRING, .help = "TOCSIN_PROBE_TOKEN of the probe; told only now"),
  M ("server", STRING, .help = "its TOCSIN_SERVER"),
  M ("environment", STRING, .help = "both, as lines to paste"),
};
const TocsinSchema tocsin_probe_made_schema = TOCSIN_SCHEMA_REPLY ("ProbeMade", probe_made_members);

/* A probe as JSON, of a row of `probes`. */
#define PROBE                                                          \
  "json_build_object ('id', id, 'name', name, 'labels', labels,"       \
  " 'created_at', rfc3339 (created_at), 'seen_at', rfc3339 (seen_at)," \
  " 'kind', kind, 'state', state, 'load', load)"

static gboolean
list_probes (TocsinCall *call, TocsinPg *pg, GError **error)
{
  g_auto (TocsinList) list = { 0 };
  g_autoptr (TocsinPgRows) rows = NULL;

  if (!tocsin_list_read (call, &list, error))
    return FALSE;
  rows = tocsin_pg_query (
      pg, error,
      "SELECT " PROBE ", name FROM probes"
      " WHERE team_id = $1::uuid AND revoked_at = 0 AND ($2::text IS NULL OR name > $2)"
      " ORDER BY name LIMIT $3",
      PG_TEXT (tocsin_call_get_param (call, "team")), PG_TEXT (list.after),
      TOCSIN_LIST_ROWS (&list));
  if (rows != NULL)
    tocsin_list_reply (call, &list, rows);
  return rows != NULL;
}

static void
reply_made (TocsinCall *call, const char *id, const char *token)
{
  g_autofree char *environment = g_strdup_printf ("TOCSIN_SERVER=%s\nTOCSIN_PROBE_TOKEN=%s\n",
                                                  call->config->public_url, token);
  g_auto (TocsinJsonWriter) writer = { 0 };

  tocsin_json_writer_init (&writer, 256);
  tocsin_json_writer_begin_object (&writer, NULL);
  tocsin_json_writer_string (&writer, "id", id);
  tocsin_json_writer_string (&writer, "token", token);
  tocsin_json_writer_string (&writer, "server", call->config->public_url);
  tocsin_json_writer_string (&writer, "environment", environment);
  tocsin_json_writer_end_object (&writer);
  tocsin_call_reply_take (call, 201, "application/json", tocsin_json_writer_take (&writer));
}

typedef char *(*Create) (TocsinPg *pg, const TocsinActor *actor, const char *team_id,
                         const char *name, const char *const *labels, char **token, GError **error);

static gboolean
create (TocsinCall *call, TocsinPg *pg, Create create_one, GError **error)
{
  JsonObject *json = tocsin_call_get_json (call, error);
  TocsinActor actor = tocsin_api_get_actor (call);
  g_autofree char *id = NULL, *token = NULL;
  g_auto (GStrv) labels = NULL;

  if (json == NULL)
    return FALSE;
  labels = tocsin_json_get_strings (json, "labels");
  id = create_one (pg, &actor, tocsin_call_get_param (call, "team"),
                   tocsin_json_get_string (json, "name"), (const char *const *) labels, &token,
                   error);
  if (id == NULL)
    return FALSE;
  reply_made (call, id, token);
  return TRUE;
}

static gboolean
create_probe (TocsinCall *call, TocsinPg *pg, GError **error)
{
  return create (call, pg, tocsin_probes_create, error);
}

static gboolean
create_desktop (TocsinCall *call, TocsinPg *pg, GError **error)
{
  return create (call, pg, tocsin_probes_create_desktop, error);
}

static gboolean
revoke_probe (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const char *id = tocsin_api_get_id (call, "probe", error);
  TocsinActor actor = tocsin_api_get_actor (call);

  if (id == NULL ||
      !tocsin_probes_revoke (pg, &actor, tocsin_call_get_param (call, "team"), id, error))
    return FALSE;
  tocsin_call_reply_nothing (call);
  return TRUE;
}

/* What a probe asks first: whether its token is good, and who it is. */
static gboolean
greet_probe (TocsinCall *call, TocsinPg *pg, GError **error)
{
  g_autoptr (TocsinPgRows) rows =
      tocsin_pg_query (pg, error,
                       "SELECT " PROBE " FROM probes"
                       " WHERE team_id = $1::uuid AND id = $2::uuid",
                       PG_TEXT (call->principal.team_id), PG_TEXT (call->principal.id));

  return rows != NULL && tocsin_reply_one (call, 200, rows, "there is no such probe", error);
}

#define ALL "/api/v1/teams/{team}/probes"

static const TocsinRoute routes[] = {
  { "GET", ALL, TOCSIN_ACCESS_VIEWER, API, TOCSIN_ROUTE_READ, list_probes,
    .summary = "A team’s probes", .reply = "[Probe]" },
  { "POST", ALL, TOCSIN_ACCESS_ADMIN, API, TOCSIN_ROUTE_REPLAY, create_probe,
    .summary = "Make a probe", .request = "ProbeNew", .reply = "ProbeMade", .status = 201 },
  { "POST", "/api/v1/teams/{team}/desktops", TOCSIN_ACCESS_EDITOR, API, TOCSIN_ROUTE_REPLAY,
    create_desktop,
    .summary = "This computer as a probe of the team: the same one again, with a new token",
    .request = "ProbeNew", .reply = "ProbeMade", .status = 201 },
  { "DELETE", ALL "/{probe}", TOCSIN_ACCESS_ADMIN, API, 0, revoke_probe,
    .summary = "Revoke a probe", .status = 204 },
  { "GET", "/api/v1/probe", TOCSIN_ACCESS_PROBE, API, 0, greet_probe,
    .summary = "The probe whose token asks", .reply = "Probe" },
};

const TocsinRoutes tocsin_api_probes_routes = TOCSIN_ROUTES (routes);
