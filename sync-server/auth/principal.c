/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "principal"

#include "config.h"

#include <sodium.h>
#include <string.h>

#include "principal.h"
#include "timetext.h"

#define TOUCH_US (60 * TOCSIN_US_PER_S)

static const char *const roles[] = { "none", "viewer", "editor", "admin", "owner" };
const TocsinWords tocsin_role_words = TOCSIN_WORDS ("role", roles);

static const char *const key_kinds[] = { "rw", "ro", "ping" };
const TocsinWords tocsin_key_kind_words = TOCSIN_WORDS ("kind of key", key_kinds);

static const char *const principal_kinds[] = { "nobody", "user", "token", "probe", "key" };
const TocsinWords tocsin_principal_kind_words = TOCSIN_WORDS ("actor", principal_kinds);

static const char *const scopes[] = { "read", "write", "admin" };
static const TocsinWords scope_words = TOCSIN_WORDS ("scope", scopes);

gboolean
tocsin_may_from_words (char **words, guint *may, GError **error)
{
  guint all = 0, bit;

  for (guint i = 0; words != NULL && words[i] != NULL; i++) {
    if (!tocsin_words_find (&scope_words, words[i], &bit, error))
      return FALSE;
    all |= 1u << bit;
  }
  *may = all;
  return TRUE;
}

char **
tocsin_may_to_words (guint may)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < G_N_ELEMENTS (scopes); i++)
    if ((may & 1u << i) != 0)
      g_strv_builder_add (builder, scopes[i]);
  return g_strv_builder_end (builder);
}

void
tocsin_hash_secret (const char *secret, guint8 hash[TOCSIN_HASH_BYTES])
{
  crypto_hash_sha256 (hash, (const guint8 *) secret, strlen (secret));
}

/* --- look-ups --- */

/* The columns that all people's credentials share: id, user, name, e-mail, used_at. */
static void
read_person (const TocsinPgRows *rows, TocsinPrincipal *principal)
{
  principal->id = g_strdup (tocsin_pg_rows_get_text (rows, 0, 0));
  principal->user_id = g_strdup (tocsin_pg_rows_get_text_or_null (rows, 0, 1));
  principal->name = g_strdup (tocsin_pg_rows_get_text (rows, 0, 2));
  principal->email = g_strdup (tocsin_pg_rows_get_text_or_null (rows, 0, 3));
  principal->used_at = tocsin_pg_rows_get_int (rows, 0, 4);
}

gboolean
tocsin_principal_find_session (TocsinPg *pg, const char *cookie, gint64 now_us,
                               TocsinPrincipal *principal, GError **error)
{
  g_autoptr (TocsinPgRows) rows = NULL;
  guint8 hash[TOCSIN_HASH_BYTES];

  tocsin_hash_secret (cookie, hash);
  rows = tocsin_pg_query (pg, error,
                          "SELECT s.id, u.id, u.name, u.email, s.used_at, s.csrf"
                          " FROM sessions s JOIN users u ON u.id = s.user_id"
                          " WHERE s.hash = $1 AND s.expires_at > $2 AND NOT s.pending"
                          " AND u.disabled_at = 0",
                          PG_BYTES (hash, sizeof hash), PG_INT (now_us));
  if (rows == NULL)
    return FALSE;
  if (tocsin_pg_rows_get_n (rows) == 0)
    return TRUE;
  read_person (rows, principal);
  principal->kind = TOCSIN_PRINCIPAL_SESSION;
  principal->csrf = tocsin_pg_rows_get_bytes (rows, 0, 5);
  principal->may = TOCSIN_MAY_ALL;
  return TRUE;
}

gboolean
tocsin_principal_find_token (TocsinPg *pg, const char *token, gint64 now_us,
                             TocsinPrincipal *principal, GError **error)
{
  g_autoptr (TocsinPgRows) rows = NULL;
  g_auto (GStrv) words = NULL;
  guint8 hash[TOCSIN_HASH_BYTES];

  tocsin_hash_secret (token, hash);
  rows = tocsin_pg_query (
      pg, error,
      "SELECT t.id, u.id, coalesce (u.name, t.name), u.email, t.used_at, t.kind, t.team_id,"
      " t.probe_id, t.scopes FROM tokens t LEFT JOIN users u ON u.id = t.user_id"
      " WHERE t.hash = $1 AND t.kind <> 'refresh' AND t.revoked_at = 0"
      " AND (t.expires_at = 0 OR t.expires_at > $2) AND coalesce (u.disabled_at, 0) = 0",
      PG_BYTES (hash, sizeof hash), PG_INT (now_us));
  if (rows == NULL)
    return FALSE;
  if (tocsin_pg_rows_get_n (rows) == 0)
    return TRUE;
  read_person (rows, principal);
  principal->team_id = g_strdup (tocsin_pg_rows_get_text_or_null (rows, 0, 6));
  if (strcmp (tocsin_pg_rows_get_text (rows, 0, 5), "probe") == 0) {
    principal->kind = TOCSIN_PRINCIPAL_PROBE;
    g_free (principal->id);
    principal->id = g_strdup (tocsin_pg_rows_get_text (rows, 0, 7));
    return TRUE;
  }
  principal->kind = TOCSIN_PRINCIPAL_TOKEN;
  words = tocsin_pg_rows_get_array (rows, 0, 8);
  return tocsin_may_from_words (words, &principal->may, error);
}

gboolean
tocsin_principal_find_key (TocsinPg *pg, const char *key, TocsinPrincipal *principal,
                           GError **error)
{
  g_autoptr (TocsinPgRows) rows = NULL;
  guint8 hash[TOCSIN_HASH_BYTES];

  tocsin_hash_secret (key, hash);
  rows = tocsin_pg_query (pg, error,
                          "SELECT k.id, k.team_id, k.project_id, k.kind, r.name, k.used_at"
                          " FROM project_keys k JOIN records r"
                          " ON r.team_id = k.team_id AND r.id = k.project_id"
                          " WHERE k.hash = $1 AND k.revoked_at = 0 AND r.deleted_at = 0",
                          PG_BYTES (hash, sizeof hash));
  if (rows == NULL)
    return FALSE;
  if (tocsin_pg_rows_get_n (rows) == 0)
    return TRUE;
  principal->kind = TOCSIN_PRINCIPAL_KEY;
  principal->id = g_strdup (tocsin_pg_rows_get_text (rows, 0, 0));
  principal->team_id = g_strdup (tocsin_pg_rows_get_text (rows, 0, 1));
  principal->project_id = g_strdup (tocsin_pg_rows_get_text (rows, 0, 2));
  principal->name = g_strdup (tocsin_pg_rows_get_text (rows, 0, 4));
  principal->used_at = tocsin_pg_rows_get_int (rows, 0, 5);
  return tocsin_words_find (&tocsin_key_kind_words, tocsin_pg_rows_get_text (rows, 0, 3),
                            &principal->key_kind, error);
}

gboolean
tocsin_principal_find_role (TocsinPg *pg, const char *team_id, TocsinPrincipal *principal,
                            GError **error)
{
  g_autoptr (TocsinPgRows) rows = NULL;

  principal->role = TOCSIN_ROLE_NONE;
  if (principal->user_id == NULL)
    return TRUE;
  if (principal->team_id != NULL && g_ascii_strcasecmp (principal->team_id, team_id) != 0)
    return TRUE;
  rows = tocsin_pg_query (pg, error,
                          "SELECT role FROM members WHERE team_id = $1::uuid"
                          " AND user_id = $2::uuid",
                          PG_TEXT (team_id), PG_TEXT (principal->user_id));
  if (rows == NULL)
    return FALSE;
  if (tocsin_pg_rows_get_n (rows) == 0)
    return TRUE;
  return tocsin_words_find (&tocsin_role_words, tocsin_pg_rows_get_text (rows, 0, 0),
                            &principal->role, error);
}

/* --- when it was used --- */

gboolean
tocsin_principal_touch (TocsinPg *pg, const TocsinPrincipal *principal, gint64 now_us,
                        GError **error)
{
  if (principal->id == NULL || now_us - principal->used_at < TOUCH_US)
    return TRUE;
  switch (principal->kind) {
  case TOCSIN_PRINCIPAL_SESSION:
    return tocsin_pg_run (
        pg, error, NULL, "UPDATE sessions SET used_at = greatest (used_at, $2) WHERE id = $1::uuid",
        PG_TEXT (principal->id), PG_INT (now_us));
  case TOCSIN_PRINCIPAL_TOKEN:
    return tocsin_pg_run (pg, error, NULL,
                          "UPDATE tokens SET used_at = greatest (used_at, $2) WHERE id = $1::uuid",
                          PG_TEXT (principal->id), PG_INT (now_us));
  case TOCSIN_PRINCIPAL_PROBE:
    return tocsin_pg_run (pg, error, NULL,
                          "UPDATE probes SET seen_at = greatest (seen_at, $3)"
                          " WHERE team_id = $1::uuid AND id = $2::uuid",
                          PG_TEXT (principal->team_id), PG_TEXT (principal->id), PG_INT (now_us));
  case TOCSIN_PRINCIPAL_KEY:
    return tocsin_pg_run (pg, error, NULL,
                          "UPDATE project_keys SET used_at = greatest (used_at, $4)"
                          " WHERE team_id = $1::uuid AND project_id = $2::uuid AND id = $3::uuid",
                          PG_TEXT (principal->team_id), PG_TEXT (principal->project_id),
                          PG_TEXT (principal->id), PG_INT (now_us));
  case TOCSIN_PRINCIPAL_NOBODY:
    break;
  }
  return TRUE;
}

void
tocsin_principal_clear (TocsinPrincipal *principal)
{
  g_clear_pointer (&principal->user_id, g_free);
  g_clear_pointer (&principal->name, g_free);
  g_clear_pointer (&principal->email, g_free);
  g_clear_pointer (&principal->id, g_free);
  g_clear_pointer (&principal->team_id, g_free);
  g_clear_pointer (&principal->project_id, g_free);
  g_clear_pointer (&principal->csrf, g_bytes_unref);
  *principal = (TocsinPrincipal){ 0 };
}
