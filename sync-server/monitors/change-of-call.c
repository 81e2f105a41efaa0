/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "change-of-call"

#include "config.h"

#include "change-of-call.h"

TocsinChange
tocsin_change_of_call (const TocsinCall *call, const char *team_id)
{
  const TocsinPrincipal *principal = &call->principal;

  return (TocsinChange){
    .team_id = team_id,
    .actor_kind = tocsin_words_get (&tocsin_principal_kind_words, principal->kind),
    .actor_id = principal->user_id != NULL ? principal->user_id : principal->id,
    .actor_name = principal->name,
    .address = call->remote_address,
    .at_us = call->at_us,
    .key = call->config->has_key ? call->config->key : NULL,
    .user_id = principal->user_id,
  };
}
