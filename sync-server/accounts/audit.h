/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "pg.h"

G_BEGIN_DECLS

/* Who does something, and when. */
typedef struct {
  const char *kind;    /* a word of the audit log: "user", "token", "operator", … */
  const char *id;      /* (nullable) */
  const char *name;    /* (nullable) */
  const char *address; /* (nullable) */
  gint64 at_us;
  const char *user_id; /* (nullable) the person's, where it is one */
} TocsinActor;

/* What was done to what. */
typedef struct {
  const char *action;      /* "member.add" */
  const char *object_kind; /* "member" */
  const char *object;      /* (nullable) its id */
  const char *object_name; /* (nullable) */
  const char *detail;      /* (nullable) JSON of what changed; never a secret */
} TocsinDeed;

/* One entry of a team's audit log, in the caller's transaction. */
gboolean tocsin_audit_add (TocsinPg *pg, const TocsinActor *actor, const char *team_id,
                           const TocsinDeed *deed, GError **error);

/* The same in each team that the user is a member of. */
gboolean tocsin_audit_add_for_user (TocsinPg *pg, const TocsinActor *actor, const char *user_id,
                                    const TocsinDeed *deed, GError **error);

G_END_DECLS
