/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "pg.h"
#include "words.h"

G_BEGIN_DECLS

/* A member's role in a team; each may all that the one before may. */
typedef enum {
  TOCSIN_ROLE_NONE,
  TOCSIN_ROLE_VIEWER,
  TOCSIN_ROLE_EDITOR,
  TOCSIN_ROLE_ADMIN,
  TOCSIN_ROLE_OWNER,
} TocsinRole;

extern const TocsinWords tocsin_role_words;

/* What a token may do; a person's session may all. */
typedef enum {
  TOCSIN_SCOPE_NONE = 0,
  TOCSIN_MAY_READ = 1 << 0,
  TOCSIN_MAY_WRITE = 1 << 1, /* monitors and what belongs to them */
  TOCSIN_MAY_ADMIN = 1 << 2, /* members, keys, tokens, the account */
} TocsinMay;

#define TOCSIN_MAY_ALL (TOCSIN_MAY_READ | TOCSIN_MAY_WRITE | TOCSIN_MAY_ADMIN)

/* "read", "write", "admin" as `scopes` columns and requests have them. INVALID names the word. */
gboolean tocsin_may_from_words (char **words, guint *may, GError **error);
char **tocsin_may_to_words (guint may); /* (transfer full) */

typedef enum {
  TOCSIN_KEY_RW,
  TOCSIN_KEY_RO,
  TOCSIN_KEY_PING,
} TocsinKeyKind;

extern const TocsinWords tocsin_key_kind_words;

typedef enum {
  TOCSIN_PRINCIPAL_NOBODY,
  TOCSIN_PRINCIPAL_SESSION, /* a person in a browser */
  TOCSIN_PRINCIPAL_TOKEN,   /* a person's API token or signed-in device */
  TOCSIN_PRINCIPAL_PROBE,
  TOCSIN_PRINCIPAL_KEY, /* a project's key */
} TocsinPrincipalKind;

extern const TocsinWords tocsin_principal_kind_words; /* as the audit log has them */

/* Who asks. */
typedef struct {
  TocsinPrincipalKind kind;
  char *user_id; /* (nullable) SESSION, TOKEN */
  char *name;    /* (nullable) the person's, the probe's */
  char *email;   /* (nullable) */
  char *id;      /* (nullable) of the session, token, probe or key */
  char *team_id; /* (nullable) the only one that it may see: PROBE, KEY, and a TOKEN of one team */
  char *project_id; /* (nullable) KEY */
  GBytes *csrf;     /* (nullable) SESSION */
  guint may;        /* TocsinMay */
  guint key_kind;   /* TocsinKeyKind, KEY */
  TocsinRole role;  /* in the team of the request; NONE where it is in none */
  gint64 used_at;   /* when it was last used, as stored */
} TocsinPrincipal;

/* Who the credential is. Each is a look-up by hash; FALSE is an error of the database. One that is
 * unknown, expired, revoked, or whose user was disabled leaves `principal` NOBODY. */
gboolean tocsin_principal_find_session (TocsinPg *pg, const char *cookie, gint64 now_us,
                                        TocsinPrincipal *principal, GError **error);
gboolean tocsin_principal_find_token (TocsinPg *pg, const char *token, gint64 now_us,
                                      TocsinPrincipal *principal, GError **error);
gboolean tocsin_principal_find_key (TocsinPg *pg, const char *key, TocsinPrincipal *principal,
                                    GError **error);

/* Sets `role` from the team's members: NONE where the principal has no part in the team. */
gboolean tocsin_principal_find_role (TocsinPg *pg, const char *team_id, TocsinPrincipal *principal,
                                     GError **error);

/* Notes that it was used, at most once a minute. Needs a transaction that may write. */
gboolean tocsin_principal_touch (TocsinPg *pg, const TocsinPrincipal *principal, gint64 now_us,
                                 GError **error);

void tocsin_principal_clear (TocsinPrincipal *principal);

/* SHA-256 of a token, cookie or key: what is stored of it. */
#define TOCSIN_HASH_BYTES 32
void tocsin_hash_secret (const char *secret, guint8 hash[TOCSIN_HASH_BYTES]);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TocsinPrincipal, tocsin_principal_clear)

G_END_DECLS
