/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "api"

#include "config.h"

#include "api.h"
#include "uuid.h"

static const char *const roles[] = { "viewer", "editor", "admin", "owner" };
const TocsinWords tocsin_api_roles = TOCSIN_WORDS ("role", roles);

TocsinActor
tocsin_api_get_actor (const TocsinCall *call)
{
  const TocsinPrincipal *principal = &call->principal;

  return (TocsinActor){
    .kind = tocsin_words_get (&tocsin_principal_kind_words, principal->kind),
    .id = principal->kind == TOCSIN_PRINCIPAL_SESSION ? principal->user_id : principal->id,
    .name = principal->name,
    .address = call->remote_address,
    .at_us = call->at_us,
    .user_id = principal->user_id,
  };
}

const char *
tocsin_api_get_id (const TocsinCall *call, const char *name, GError **error)
{
  const char *id = tocsin_call_get_param (call, name);

  if (id != NULL && tocsin_uuid_is_valid (id))
    return id;
  tocsin_http_fail (error, 404, "no %s has the id %s", name, id);
  return NULL;
}

gboolean
tocsin_api_check_role (const TocsinCall *call, TocsinRole role, GError **error)
{
  return role <= call->principal.role ||
         tocsin_http_fail (error, 403, "nobody can give a role above their own: you are %s",
                           tocsin_words_get (&tocsin_role_words, call->principal.role));
}

TocsinRole
tocsin_api_read_role (JsonObject *json, const char *name)
{
  guint role = TOCSIN_ROLE_NONE;

  tocsin_words_find (&tocsin_role_words, tocsin_json_get_string (json, name), &role, NULL);
  return role;
}
