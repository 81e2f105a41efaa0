/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "audit.h"
#include "principal.h"

G_BEGIN_DECLS

/* People's API tokens, and probes. In the caller's transaction. Errors: INVALID, EXISTS, NOT_FOUND
 * (TOCSIN_ERROR), TOCSIN_PG_ERROR. */

typedef struct {
  const char *user_id;
  const char *team_id; /* (nullable) the only one that it may see */
  const char *name;
  guint may;         /* TocsinMay */
  gint64 expires_at; /* 0: never */
} TocsinTokenSpec;

/* `token` (transfer full) is told once. (transfer full) the id. */
char *tocsin_tokens_create (TocsinPg *pg, const TocsinActor *actor, const TocsinTokenSpec *spec,
                            char **token, GError **error);

/* `user_id` NULL: anybody's. */
gboolean tocsin_tokens_revoke (TocsinPg *pg, const TocsinActor *actor, const char *user_id,
                               const char *id, GError **error);

/* A probe with its token. `labels` (nullable). */
char *tocsin_probes_create (TocsinPg *pg, const TocsinActor *actor, const char *team_id,
                            const char *name, const char *const *labels, char **token,
                            GError **error);

/* The probe that a person's computer is for the team: the same one again, with a new token, where
 * the person had one of this name. Another's computer of the name makes it "name (2)". */
char *tocsin_probes_create_desktop (TocsinPg *pg, const TocsinActor *actor, const char *team_id,
                                    const char *name, const char *const *labels, char **token,
                                    GError **error);
gboolean tocsin_probes_revoke (TocsinPg *pg, const TocsinActor *actor, const char *team_id,
                               const char *id, GError **error);

G_END_DECLS
