/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "tokens"

#include "config.h"

#include <string.h>

#include "errors.h"
#include "feed.h"
#include "token.h"
#include "tokens.h"
#include "users.h"

#define LABELS_MOST      20
#define LABEL_MOST_BYTES 60
#define NAMESAKES_MOST   50

/* --- API tokens --- */

char *
tocsin_tokens_create (TocsinPg *pg, const TocsinActor *actor, const TocsinTokenSpec *spec,
                      char **token, GError **error)
{
  g_autofree char *id = tocsin_id_new (actor->at_us);
  g_autofree char *secret = tocsin_token_new ();
  g_auto (GStrv) words = tocsin_may_to_words (spec->may);
  g_autofree char *scopes = tocsin_pg_array ((const char *const *) words);
  const TocsinDeed deed = { "token.create", "token", id, spec->name, NULL };
  guint8 hash[TOCSIN_HASH_BYTES];

  if (!tocsin_name_check ("name", spec->name, error))
    return NULL;
  if (spec->may == 0) {
    tocsin_fail (error, TOCSIN_ERROR_INVALID, "scopes: one of read, write, admin is wanted");
    return NULL;
  }
  if (spec->expires_at != 0 && spec->expires_at <= actor->at_us) {
    tocsin_fail (error, TOCSIN_ERROR_INVALID, "expires_at: a time to come is wanted");
    return NULL;
  }
  tocsin_hash_secret (secret, hash);
  if (!tocsin_pg_run (
          pg, error, NULL,
          "INSERT INTO tokens (hash, id, kind, user_id, team_id, name, scopes, created_at,"
          " expires_at) VALUES ($1, $2::uuid, 'api', $3::uuid, $4::uuid, $5, $6::text[], $7, $8)",
          PG_BYTES (hash, sizeof hash), PG_TEXT (id), PG_TEXT (spec->user_id),
          PG_TEXT (spec->team_id), PG_TEXT (spec->name), PG_TEXT (scopes), PG_INT (actor->at_us),
          PG_INT (spec->expires_at)) ||
      !tocsin_audit_add_for_user (pg, actor, spec->user_id, &deed, error))
    return NULL;
  *token = g_steal_pointer (&secret);
  return g_steal_pointer (&id);
}

gboolean
tocsin_tokens_revoke (TocsinPg *pg, const TocsinActor *actor, const char *user_id, const char *id,
                      GError **error)
{
  g_autoptr (TocsinPgRows) rows =
      tocsin_pg_query (pg, error,
                       "UPDATE tokens SET revoked_at = $3 WHERE id = $1::uuid AND revoked_at = 0"
                       " AND kind IN ('api', 'device') AND ($2::uuid IS NULL OR user_id = $2::uuid)"
                       " RETURNING user_id, name, family",
                       PG_TEXT (id), PG_TEXT (user_id), PG_INT (actor->at_us));
  TocsinDeed deed = { "token.revoke", "token", id, NULL, NULL };

  if (rows == NULL)
    return FALSE;
  if (tocsin_pg_rows_get_n (rows) == 0)
    return tocsin_fail (error, TOCSIN_ERROR_NOT_FOUND, "no token has the id %s", id);
  deed.object_name = tocsin_pg_rows_get_text (rows, 0, 1);
  return tocsin_pg_run (pg, error, NULL,
                        "UPDATE tokens SET revoked_at = $2 WHERE family = $1::uuid"
                        " AND revoked_at = 0",
                        PG_TEXT (tocsin_pg_rows_get_text_or_null (rows, 0, 2)),
                        PG_INT (actor->at_us)) &&
         tocsin_audit_add_for_user (pg, actor, tocsin_pg_rows_get_text (rows, 0, 0), &deed, error);
}

/* --- probes --- */

static gboolean
check_labels (const char *const *labels, GError **error)
{
  guint n = labels != NULL ? g_strv_length ((char **) labels) : 0;

  if (n > LABELS_MOST)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "labels: at most %d are wanted", LABELS_MOST);
  for (guint i = 0; i < n; i++)
    if (*labels[i] == '\0' || strlen (labels[i]) > LABEL_MOST_BYTES ||
        !g_utf8_validate (labels[i], -1, NULL))
      return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                          "labels: words of at most %d bytes are wanted", LABEL_MOST_BYTES);
  return TRUE;
}

static gboolean
add_token (TocsinPg *pg, const TocsinActor *actor, const char *team_id, const char *probe_id,
           const char *name, const char *secret, GError **error)
{
  g_autofree char *id = tocsin_id_new (actor->at_us);
  guint8 hash[TOCSIN_HASH_BYTES];

  tocsin_hash_secret (secret, hash);
  return tocsin_pg_run (
      pg, error, NULL,
      "INSERT INTO tokens (hash, id, kind, team_id, probe_id, name, scopes, created_at)"
      " VALUES ($1, $2::uuid, 'probe', $3::uuid, $4::uuid, $5, '{}', $6)",
      PG_BYTES (hash, sizeof hash), PG_TEXT (id), PG_TEXT (team_id), PG_TEXT (probe_id),
      PG_TEXT (name), PG_INT (actor->at_us));
}

/* `owner_id`: of a desktop, else NULL. */
static char *
create_probe (TocsinPg *pg, const TocsinActor *actor, const char *team_id, const char *name,
              const char *const *labels, const char *owner_id, char **token, GError **error)
{
  g_autofree char *id = tocsin_id_new (actor->at_us);
  g_autofree char *secret = tocsin_token_new ();
  g_autofree char *array = tocsin_pg_array (labels);
  const TocsinDeed deed = { "probe.create", "probe", id, name, NULL };
  gint64 n = 0, seq;

  if (!tocsin_name_check ("name", name, error) || !check_labels (labels, error) ||
      !tocsin_feed_take (pg, team_id, 1, &seq, error) ||
      !tocsin_pg_run (pg, error, &n,
                      "INSERT INTO probes (team_id, id, name, labels, created_at, seq, kind,"
                      " owner_id) VALUES ($1::uuid, $2::uuid, $3, $4::text[], $5, $6, $7, $8::uuid)"
                      " ON CONFLICT DO NOTHING",
                      PG_TEXT (team_id), PG_TEXT (id), PG_TEXT (name), PG_TEXT (array),
                      PG_INT (actor->at_us), PG_INT (seq),
                      PG_TEXT (owner_id != NULL ? "desktop" : "headless"), PG_TEXT (owner_id)))
    return NULL;
  if (n == 0) {
    tocsin_fail (error, TOCSIN_ERROR_EXISTS, "the team has a probe “%s” already", name);
    return NULL;
  }
  if (!add_token (pg, actor, team_id, id, name, secret, error) ||
      !tocsin_audit_add (pg, actor, team_id, &deed, error))
    return NULL;
  *token = g_steal_pointer (&secret);
  return g_steal_pointer (&id);
}

char *
tocsin_probes_create (TocsinPg *pg, const TocsinActor *actor, const char *team_id, const char *name,
                      const char *const *labels, char **token, GError **error)
{
  g_return_val_if_fail (pg != NULL && actor != NULL && team_id != NULL, NULL);

  return create_probe (pg, actor, team_id, name, labels, NULL, token, error);
}

/* --- desktops --- */

/* A computer that signs in again gets a new token; what the one before could do ends. */
static gboolean
renew (TocsinPg *pg, const TocsinActor *actor, const char *team_id, const char *id,
       const char *name, const char *const *labels, char **token, GError **error)
{
  g_autofree char *secret = tocsin_token_new ();
  g_autofree char *array = tocsin_pg_array (labels);
  const TocsinDeed deed = { "probe.renew", "probe", id, name, NULL };
  gint64 seq;

  if (!check_labels (labels, error) ||
      !tocsin_pg_run (pg, error, NULL,
                      "UPDATE tokens SET revoked_at = $3 WHERE team_id = $1::uuid"
                      " AND probe_id = $2::uuid AND revoked_at = 0",
                      PG_TEXT (team_id), PG_TEXT (id), PG_INT (actor->at_us)) ||
      !add_token (pg, actor, team_id, id, name, secret, error) ||
      !tocsin_audit_add (pg, actor, team_id, &deed, error) ||
      !tocsin_feed_take (pg, team_id, 1, &seq, error) ||
      !tocsin_pg_run (pg, error, NULL,
                      "UPDATE probes SET seq = $4, assigned_seq = CASE WHEN labels = $3::text[]"
                      " THEN assigned_seq ELSE $4 END, labels = $3::text[]"
                      " WHERE team_id = $1::uuid AND id = $2::uuid",
                      PG_TEXT (team_id), PG_TEXT (id), PG_TEXT (array), PG_INT (seq)))
    return FALSE;
  *token = g_steal_pointer (&secret);
  return TRUE;
}

/* Locks the probe of this name; `rows` is empty where there is none. */
static TocsinPgRows *
lock_name (TocsinPg *pg, const char *team_id, const char *name, const char *user_id, GError **error)
{
  return tocsin_pg_query (pg, error,
                          "SELECT id, kind = 'desktop' AND owner_id = $3::uuid FROM probes"
                          " WHERE team_id = $1::uuid AND name = $2 AND revoked_at = 0"
                          " FOR NO KEY UPDATE",
                          PG_TEXT (team_id), PG_TEXT (name), PG_TEXT (user_id));
}

char *
tocsin_probes_create_desktop (TocsinPg *pg, const TocsinActor *actor, const char *team_id,
                              const char *name, const char *const *labels, char **token,
                              GError **error)
{
  g_return_val_if_fail (pg != NULL && actor != NULL && team_id != NULL, NULL);
  g_return_val_if_fail (actor->user_id != NULL, NULL);

  if (!tocsin_name_check ("name", name, error))
    return NULL;
  for (guint i = 1; i <= NAMESAKES_MOST; i++) {
    g_autofree char *its = i == 1 ? g_strdup (name) : g_strdup_printf ("%s (%u)", name, i);
    g_autoptr (TocsinPgRows) rows = lock_name (pg, team_id, its, actor->user_id, error);

    if (rows == NULL)
      return NULL;
    if (tocsin_pg_rows_get_n (rows) == 0)
      return create_probe (pg, actor, team_id, its, labels, actor->user_id, token, error);
    if (!tocsin_pg_rows_get_bool (rows, 0, 1))
      continue; /* another person's computer has the name */
    if (!renew (pg, actor, team_id, tocsin_pg_rows_get_text (rows, 0, 0), its, labels, token,
                error))
      return NULL;
    return g_strdup (tocsin_pg_rows_get_text (rows, 0, 0));
  }
  tocsin_fail (error, TOCSIN_ERROR_EXISTS, "the team has too many probes called “%s”", name);
  return NULL;
}

gboolean
tocsin_probes_revoke (TocsinPg *pg, const TocsinActor *actor, const char *team_id, const char *id,
                      GError **error)
{
  const TocsinDeed deed = { "probe.revoke", "probe", id, NULL, NULL };
  gint64 n = 0, seq;

  /* The probe's row before the team's, as everybody locks them. */
  if (!tocsin_pg_run (pg, error, &n,
                      "UPDATE probes SET revoked_at = $3, state = 'revoked'"
                      " WHERE team_id = $1::uuid AND id = $2::uuid AND revoked_at = 0",
                      PG_TEXT (team_id), PG_TEXT (id), PG_INT (actor->at_us)))
    return FALSE;
  if (n == 0)
    return tocsin_fail (error, TOCSIN_ERROR_NOT_FOUND, "no probe has the id %s", id);
  return tocsin_feed_take (pg, team_id, 1, &seq, error) &&
         tocsin_pg_run (pg, error, NULL,
                        "UPDATE probes SET seq = $3, assigned_seq = $3"
                        " WHERE team_id = $1::uuid AND id = $2::uuid",
                        PG_TEXT (team_id), PG_TEXT (id), PG_INT (seq)) &&
         tocsin_pg_run (pg, error, NULL,
                        "UPDATE tokens SET revoked_at = $3 WHERE team_id = $1::uuid"
                        " AND probe_id = $2::uuid AND revoked_at = 0",
                        PG_TEXT (team_id), PG_TEXT (id), PG_INT (actor->at_us)) &&
         tocsin_audit_add (pg, actor, team_id, &deed, error);
}
