/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "openapi"

#include "config.h"

#include <string.h>

#include "api.h"

/* The OpenAPI 3.1 document, made of the table of routes and the schemas that requests are checked
 * against: it can't say anything else than the server does. */

static JsonObject *
make_ref (const char *name)
{
  g_autofree char *path = g_strconcat ("#/components/schemas/", name, NULL);
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "$ref", path);
  return object;
}

/* {"application/json": {"schema": SCHEMA}}, which it takes. */
static JsonObject *
make_content (const char *type, JsonObject *schema)
{
  JsonObject *content = json_object_new (), *media = json_object_new ();

  json_object_set_object_member (media, "schema", schema);
  json_object_set_object_member (content, type, media);
  return content;
}

/* A page of "[Name]". */
static JsonObject *
make_page (const char *name)
{
  static const char *const required[] = { "items", "next" };
  JsonObject *page = json_object_new (), *properties = json_object_new ();
  JsonObject *items = json_object_new (), *next = json_object_new ();
  JsonArray *types = json_array_new (), *wanted = json_array_new ();

  json_object_set_string_member (items, "type", "array");
  json_object_set_object_member (items, "items", make_ref (name));
  json_array_add_string_element (types, "string");
  json_array_add_string_element (types, "null");
  json_object_set_array_member (next, "type", types);
  json_object_set_string_member (next, "description", "the cursor of the next page");
  json_object_set_object_member (properties, "items", items);
  json_object_set_object_member (properties, "next", next);
  for (guint i = 0; i < G_N_ELEMENTS (required); i++)
    json_array_add_string_element (wanted, required[i]);
  json_object_set_string_member (page, "type", "object");
  json_object_set_object_member (page, "properties", properties);
  json_object_set_array_member (page, "required", wanted);
  return page;
}

static JsonObject *
make_reply_schema (const char *reply)
{
  g_autofree char *name = NULL;

  if (reply[0] != '[')
    return make_ref (reply);
  name = g_strndup (reply + 1, strlen (reply) - 2);
  return make_page (name);
}

static void
add_response (JsonObject *responses, const char *status, const char *description,
              JsonObject *content /* (nullable) (transfer full) */)
{
  JsonObject *response = json_object_new ();

  json_object_set_string_member (response, "description", description);
  if (content != NULL)
    json_object_set_object_member (response, "content", content);
  json_object_set_object_member (responses, status, response);
}

static void
add_responses (JsonObject *operation, const TocsinRoute *route)
{
  JsonObject *responses = json_object_new ();
  guint status = route->status != 0 ? route->status : 200;
  g_autofree char *text = g_strdup_printf ("%u", status);

  add_response (responses, text, soup_status_get_phrase (status),
                route->reply != NULL
                    ? make_content ("application/json", make_reply_schema (route->reply))
                    : NULL);
  add_response (responses, "default", "What went wrong, in a sentence",
                make_content ("application/problem+json", make_ref ("Problem")));
  json_object_set_object_member (operation, "responses", responses);
}

static void
add_parameter (JsonArray *parameters, const char *name, const char *in, const char *type,
               const char *description)
{
  JsonObject *parameter = json_object_new (), *schema = json_object_new ();

  json_object_set_string_member (schema, "type", type);
  json_object_set_string_member (parameter, "name", name);
  json_object_set_string_member (parameter, "in", in);
  json_object_set_boolean_member (parameter, "required", strcmp (in, "path") == 0);
  if (description != NULL)
    json_object_set_string_member (parameter, "description", description);
  json_object_set_object_member (parameter, "schema", schema);
  json_array_add_object_element (parameters, parameter);
}

static void
add_parameters (JsonObject *operation, const TocsinRoute *route)
{
  JsonArray *parameters = json_array_new ();

  for (const char *p = strchr (route->path, '{'); p != NULL; p = strchr (p + 1, '{')) {
    g_autofree char *name = g_strndup (p + 1, strcspn (p + 1, "}"));

    add_parameter (parameters, name, "path", "string", NULL);
  }
  if (route->reply != NULL && route->reply[0] == '[') {
    add_parameter (parameters, "limit", "query", "integer", "items a page, 1 to 1000");
    add_parameter (parameters, "cursor", "query", "string", "the “next” of the page before");
  }
  if ((route->flags & TOCSIN_ROUTE_REPLAY) != 0)
    add_parameter (parameters, "Idempotency-Key", "header", "string",
                   "a second request with it is answered as the first, and does nothing");
  json_object_set_array_member (operation, "parameters", parameters);
}

static const char *
describe_access (TocsinAccess access)
{
  static const char *const texts[TOCSIN_N_ACCESSES] = {
    [TOCSIN_ACCESS_ANYONE] = "For anybody.",
    [TOCSIN_ACCESS_SIGNED_IN] = "For who is signed in.",
    [TOCSIN_ACCESS_VIEWER] = "For the team’s viewers and above; scope read.",
    [TOCSIN_ACCESS_EDITOR] = "For the team’s editors and above; scope write.",
    [TOCSIN_ACCESS_ADMIN] = "For the team’s admins and owners; scope admin.",
    [TOCSIN_ACCESS_OWNER] = "For the team’s owners; scope admin.",
    [TOCSIN_ACCESS_KEY_READ] = "With a key of the project.",
    [TOCSIN_ACCESS_KEY_WRITE] = "With a read-write key of the project.",
    [TOCSIN_ACCESS_PROBE] = "With a probe’s token.",
  };

  return texts[access];
}

static JsonObject *
make_operation (const TocsinRoute *route)
{
  JsonObject *operation = json_object_new ();

  json_object_set_string_member (operation, "summary", route->summary);
  json_object_set_string_member (operation, "description", describe_access (route->access));
  add_parameters (operation, route);
  if (route->request != NULL) {
    const char *type =
        strcmp (route->method, "PATCH") == 0 ? "application/merge-patch+json" : "application/json";
    JsonObject *body = make_content (type, make_ref (route->request));
    JsonObject *request = json_object_new ();

    json_object_set_boolean_member (request, "required", TRUE);
    json_object_set_object_member (request, "content", body);
    json_object_set_object_member (operation, "requestBody", request);
  }
  add_responses (operation, route);
  return operation;
}

static void
add_route (JsonObject *paths, const TocsinRoute *route)
{
  g_autofree char *method = g_ascii_strdown (route->method, -1);
  JsonObject *item;

  if (route->summary == NULL)
    return;
  if (!json_object_has_member (paths, route->path))
    json_object_set_object_member (paths, route->path, json_object_new ());
  item = json_object_get_object_member (paths, route->path);
  json_object_set_object_member (item, method, make_operation (route));
}

static JsonObject *
make_components (void)
{
  JsonObject *components = json_object_new (), *schemas = json_object_new ();
  JsonObject *security = json_object_new (), *bearer = json_object_new ();

  for (const TocsinSchema *const *at = tocsin_schemas_get (); *at != NULL; at++)
    json_object_set_member (schemas, (*at)->name, tocsin_schema_describe (*at));
  json_object_set_string_member (bearer, "type", "http");
  json_object_set_string_member (bearer, "scheme", "bearer");
  json_object_set_object_member (security, "token", bearer);
  json_object_set_object_member (components, "schemas", schemas);
  json_object_set_object_member (components, "securitySchemes", security);
  return components;
}

static void
add_head (JsonObject *document, const char *url)
{
  JsonObject *info = json_object_new (), *server = json_object_new ();
  JsonObject *requirement = json_object_new ();
  JsonArray *servers = json_array_new (), *security = json_array_new ();

  json_object_set_string_member (document, "openapi", "3.1.0");
  json_object_set_string_member (info, "title", "Tocsin");
  json_object_set_string_member (info, "version", TOCSIN_VERSION);
  json_object_set_object_member (document, "info", info);
  json_object_set_string_member (server, "url", url);
  json_array_add_object_element (servers, server);
  json_object_set_array_member (document, "servers", servers);
  json_object_set_array_member (requirement, "token", json_array_new ());
  json_array_add_object_element (security, requirement);
  json_object_set_array_member (document, "security", security);
}

static void
tell_openapi (TocsinCall *call)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *document = json_object_new (), *paths = json_object_new ();

  json_node_take_object (node, document);
  add_head (document, call->config->public_url);
  for (const TocsinRoutes *table = tocsin_routes_get (); table->routes != NULL; table++)
    for (guint i = 0; i < table->n_routes; i++)
      add_route (paths, &table->routes[i]);
  json_object_set_object_member (document, "paths", paths);
  json_object_set_object_member (document, "components", make_components ());
  tocsin_call_reply_json (call, 200, node);
  tocsin_call_finish (call);
}

static const TocsinRoute routes[] = {
  { "GET", "/api/openapi.json", TOCSIN_ACCESS_ANYONE, API, TOCSIN_ROUTE_CORS,
    .direct = tell_openapi },
};

const TocsinRoutes tocsin_openapi_routes = TOCSIN_ROUTES (routes);
