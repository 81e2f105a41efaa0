/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "fields.h"
#include "state.h"

G_BEGIN_DECLS

/* How a team's server judges a monitor, as it tells its members. */

/* What one probe saw last. */
typedef struct {
  char *probe; /* id */
  gint64 at_us;
  gint64 n_failed, n_good, n_slow; /* in a row */
  guint code;                      /* TocsinCode of the last failure */
} TocsinRemoteVote;

typedef struct {
  guint state; /* TocsinState */
  gint64 since_at;
  char *incident;   /* (nullable) the open one */
  char *note;       /* (nullable) why it is as it is */
  GPtrArray *votes; /* (nullable) (element-type TocsinRemoteVote) */
  guint told;       /* TocsinState that people here were told last; not the server's */
} TocsinRemote;

extern const TocsinFields tocsin_remote_vote_fields, tocsin_remote_fields;

/* What the server sent, or what was stored; any JSON: a remote or an error. */
TocsinRemote *tocsin_remote_from_json (JsonObject *json, GError **error);
char *tocsin_remote_to_text (const TocsinRemote *remote);
void tocsin_remote_free (TocsinRemote *remote);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinRemote, tocsin_remote_free)

G_END_DECLS
