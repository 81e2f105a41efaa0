/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "audit.h"
#include "principal.h"

G_BEGIN_DECLS

/* Teams and who is in them, in the caller's transaction. Errors: INVALID, EXISTS, NOT_FOUND
 * (TOCSIN_ERROR), TOCSIN_PG_ERROR; CONFLICT is EXISTS. */

#define TOCSIN_SLUG_MOST_BYTES 60

/* Lower-case letters, digits and hyphens from a name: "My Team" is "my-team". (transfer full) */
char *tocsin_slug_make (const char *name);
gboolean tocsin_slug_check (const char *slug, GError **error);

/* `slug` NULL: made from the name. `owner` (nullable) becomes the first member. (transfer full) the
 * id. */
char *tocsin_teams_create (TocsinPg *pg, const TocsinActor *actor, const char *name,
                           const char *slug, const char *owner, GError **error);

/* By id or slug; NOT_FOUND. (transfer full) */
char *tocsin_teams_get (TocsinPg *pg, const char *id_or_slug, GError **error);

/* --- members --- */

gboolean tocsin_members_add (TocsinPg *pg, const TocsinActor *actor, const char *team_id,
                             const char *user_id, TocsinRole role, GError **error);

/* A team keeps an owner: who is the last one can neither be removed nor become something else. */
gboolean tocsin_members_set_role (TocsinPg *pg, const TocsinActor *actor, const char *team_id,
                                  const char *user_id, TocsinRole role, GError **error);
gboolean tocsin_members_remove (TocsinPg *pg, const TocsinActor *actor, const char *team_id,
                                const char *user_id, GError **error);

/* --- invitations --- */

#define TOCSIN_INVITATION_KEPT_DAYS 7

/* `email` (nullable): whoever has the code. `code` (transfer full) is told once. (transfer full)
 * the id. */
char *tocsin_invitations_create (TocsinPg *pg, const TocsinActor *actor, const char *team_id,
                                 const char *email, TocsinRole role, const char *invited_by,
                                 char **code, GError **error);

typedef struct {
  char *team_id;
  char *team_name;
  char *id;
  char *email; /* (nullable) */
  TocsinRole role;
} TocsinInvitation;

/* The one that the code is of, if it can still be accepted; NOT_FOUND. */
gboolean tocsin_invitations_find (TocsinPg *pg, const char *code, gint64 now_us,
                                  TocsinInvitation *invitation, GError **error);
void tocsin_invitation_clear (TocsinInvitation *invitation);

/* Makes the user a member. An invitation to an address is for who has that address. */
gboolean tocsin_invitations_accept (TocsinPg *pg, const TocsinActor *actor, const char *code,
                                    const char *user_id, TocsinInvitation *invitation,
                                    GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TocsinInvitation, tocsin_invitation_clear)

G_END_DECLS
