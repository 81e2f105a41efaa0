/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "issuers"

#include "config.h"

#include <string.h>

#include "errors.h"
#include "issuers.h"
#include "oidc-fetch.h"
#include "seal.h"
#include "users.h"

#define CLIENT_MOST_BYTES 1024
#define DOMAINS_MOST      20
#define DOMAIN_MOST_BYTES 253

/* --- what is right --- */

static gboolean
check_domain (const char *domain, GError **error)
{
  gboolean ok =
      strlen (domain) <= DOMAIN_MOST_BYTES && strchr (domain, '.') != NULL && domain[0] != '.';

  for (const char *p = domain; ok && *p != '\0'; p++)
    ok = g_ascii_isalnum (*p) || *p == '-' || *p == '.';
  return ok ||
         tocsin_fail (error, TOCSIN_ERROR_INVALID,
                      "domains: “%s”: the part after the @ is wanted, as example.org", domain);
}

static gboolean
check_client (const char *what, const char *text, GError **error)
{
  gboolean ok = *text != '\0' && strlen (text) <= CLIENT_MOST_BYTES;

  for (const char *p = text; ok && *p != '\0'; p++)
    ok = (guchar) *p > 0x20 && (guchar) *p < 0x7f;
  return ok || tocsin_fail (error, TOCSIN_ERROR_INVALID,
                            "%s: what the issuer gave you is wanted, without blanks", what);
}

gboolean
tocsin_issuer_check (const TocsinServerConfig *config, const TocsinIssuer *issuer, GError **error)
{
  if (!tocsin_oidc_url_check (config, "issuer", issuer->issuer, error) ||
      !check_client ("client id", issuer->client_id, error) ||
      (issuer->client_secret != NULL &&
       !check_client ("client secret", issuer->client_secret, error)) ||
      !tocsin_name_check ("label", issuer->label, error))
    return FALSE;
  if (issuer->role == TOCSIN_ROLE_NONE || issuer->role == TOCSIN_ROLE_OWNER)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "role: viewer, editor or admin is wanted");
  if (issuer->domains != NULL && g_strv_length (issuer->domains) > DOMAINS_MOST)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "domains: at most %d are wanted",
                        DOMAINS_MOST);
  for (guint i = 0; issuer->domains != NULL && issuer->domains[i] != NULL; i++)
    if (!check_domain (issuer->domains[i], error))
      return FALSE;
  return TRUE;
}

gboolean
tocsin_issuer_has_domain (const TocsinIssuer *issuer, const char *email)
{
  const char *at = strrchr (email, '@');

  for (guint i = 0; at != NULL && issuer->domains != NULL && issuer->domains[i] != NULL; i++)
    if (g_ascii_strcasecmp (at + 1, issuer->domains[i]) == 0)
      return TRUE;
  return FALSE;
}

/* --- the table --- */

gboolean
tocsin_issuers_set (TocsinPg *pg, const TocsinServerConfig *config, const TocsinActor *actor,
                    const TocsinIssuer *issuer, GError **error)
{
  const TocsinDeed deed = { "issuer.set", "issuer", issuer->issuer, issuer->label, NULL };
  g_autofree char *domains = tocsin_pg_array ((const char *const *) issuer->domains);
  g_autoptr (GBytes) sealed = NULL;
  gsize size = 0;
  const guint8 *data = NULL;

  if (!tocsin_issuer_check (config, issuer, error))
    return FALSE;
  if (issuer->client_secret != NULL) {
    sealed = tocsin_seal (config, issuer->client_secret, strlen (issuer->client_secret), error);
    if (sealed == NULL)
      return FALSE;
    data = g_bytes_get_data (sealed, &size);
  }
  return tocsin_pg_run (
             pg, error, NULL,
             "INSERT INTO team_issuers (team_id, issuer, client_id, client_secret_sealed, domains,"
             " role, label) VALUES ($1::uuid, $2, $3, $4, $5::text[], $6, $7)"
             " ON CONFLICT (team_id) DO UPDATE SET issuer = excluded.issuer,"
             " client_id = excluded.client_id,"
             " client_secret_sealed = excluded.client_secret_sealed,"
             " domains = excluded.domains, role = excluded.role, label = excluded.label",
             PG_TEXT (issuer->team_id), PG_TEXT (issuer->issuer), PG_TEXT (issuer->client_id),
             PG_BYTES (data, size), PG_TEXT (domains),
             PG_TEXT (tocsin_words_get (&tocsin_role_words, issuer->role)),
             PG_TEXT (issuer->label)) &&
         tocsin_audit_add (pg, actor, issuer->team_id, &deed, error);
}

gboolean
tocsin_issuers_remove (TocsinPg *pg, const TocsinActor *actor, const char *team_id, GError **error)
{
  const TocsinDeed deed = { .action = "issuer.remove", .object_kind = "issuer" };
  gint64 n = 0;

  if (!tocsin_pg_run (pg, error, &n, "DELETE FROM team_issuers WHERE team_id = $1::uuid",
                      PG_TEXT (team_id)))
    return FALSE;
  if (n == 0)
    return tocsin_fail (error, TOCSIN_ERROR_NOT_FOUND, "the team has no issuer");
  return tocsin_audit_add (pg, actor, team_id, &deed, error);
}

static gboolean
unseal_secret (const TocsinServerConfig *config, const TocsinPgRows *rows, TocsinIssuer *issuer,
               GError **error)
{
  g_autoptr (GBytes) sealed = tocsin_pg_rows_get_bytes (rows, 0, 4);
  g_autoptr (GBytes) plain = NULL;

  if (sealed == NULL)
    return TRUE;
  plain = tocsin_unseal (config, sealed, error);
  if (plain == NULL)
    return FALSE;
  issuer->client_secret = g_strndup (g_bytes_get_data (plain, NULL), g_bytes_get_size (plain));
  return TRUE;
}

gboolean
tocsin_issuers_find (TocsinPg *pg, const TocsinServerConfig *config, const char *team,
                     TocsinIssuer *issuer, GError **error)
{
  g_autoptr (TocsinPgRows) rows =
      tocsin_pg_query (pg, error,
                       "SELECT i.team_id, t.slug, i.issuer, i.client_id, i.client_secret_sealed,"
                       " i.domains, i.role, i.label FROM team_issuers i"
                       " JOIN teams t ON t.id = i.team_id"
                       " WHERE t.slug = $1 OR t.id::text = lower ($1)",
                       PG_TEXT (team));
  guint role;

  if (rows == NULL)
    return FALSE;
  if (tocsin_pg_rows_get_n (rows) == 0)
    return TRUE;
  if (!unseal_secret (config, rows, issuer, error) ||
      !tocsin_words_find (&tocsin_role_words, tocsin_pg_rows_get_text (rows, 0, 6), &role, error))
    return FALSE;
  issuer->team_id = g_strdup (tocsin_pg_rows_get_text (rows, 0, 0));
  issuer->slug = g_strdup (tocsin_pg_rows_get_text (rows, 0, 1));
  issuer->issuer = g_strdup (tocsin_pg_rows_get_text (rows, 0, 2));
  issuer->client_id = g_strdup (tocsin_pg_rows_get_text (rows, 0, 3));
  issuer->domains = tocsin_pg_rows_get_array (rows, 0, 5);
  issuer->role = role;
  issuer->label = g_strdup (tocsin_pg_rows_get_text (rows, 0, 7));
  return TRUE;
}

void
tocsin_issuer_clear (TocsinIssuer *issuer)
{
  g_clear_pointer (&issuer->team_id, g_free);
  g_clear_pointer (&issuer->slug, g_free);
  g_clear_pointer (&issuer->issuer, g_free);
  g_clear_pointer (&issuer->client_id, g_free);
  g_clear_pointer (&issuer->client_secret, g_free);
  g_clear_pointer (&issuer->domains, g_strfreev);
  g_clear_pointer (&issuer->label, g_free);
}
