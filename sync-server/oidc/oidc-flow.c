/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "oidc-flow"

#include "config.h"

#include <sodium.h>
#include <string.h>

#include "base64url.h"
#include "errors.h"
#include "oidc-flow.h"
#include "timetext.h"

gboolean
tocsin_oidc_flight_begin (TocsinPg *pg, const char *team_id, const char *return_to, gint64 now_us,
                          TocsinOidcTicket *ticket, GError **error)
{
  g_autofree char *verifier = tocsin_base64url_random ();
  guint8 state_hash[TOCSIN_HASH_BYTES], browser_hash[TOCSIN_HASH_BYTES];

  ticket->state = tocsin_base64url_random ();
  ticket->nonce = tocsin_base64url_random ();
  ticket->browser = tocsin_base64url_random ();
  ticket->challenge = tocsin_base64url_sha256 (verifier);
  tocsin_hash_secret (ticket->state, state_hash);
  tocsin_hash_secret (ticket->browser, browser_hash);
  return tocsin_pg_run (
      pg, error, NULL,
      "INSERT INTO oidc_flights (state_hash, team_id, browser_hash, nonce, verifier, return_to,"
      " expires_at) VALUES ($1, $2::uuid, $3, $4, $5, $6, $7)",
      PG_BYTES (state_hash, sizeof state_hash), PG_TEXT (team_id),
      PG_BYTES (browser_hash, sizeof browser_hash), PG_TEXT (ticket->nonce), PG_TEXT (verifier),
      PG_TEXT (return_to), PG_INT (now_us + TOCSIN_OIDC_FLIGHT_MOST_S * TOCSIN_US_PER_S));
}

static gboolean
is_of_browser (const TocsinPgRows *rows, const char *browser)
{
  g_autoptr (GBytes) stored = tocsin_pg_rows_get_bytes (rows, 0, 1);
  guint8 hash[TOCSIN_HASH_BYTES];

  tocsin_hash_secret (browser, hash);
  return g_bytes_get_size (stored) == sizeof hash &&
         sodium_memcmp (g_bytes_get_data (stored, NULL), hash, sizeof hash) == 0;
}

gboolean
tocsin_oidc_flight_end (TocsinPg *pg, const char *state, const char *browser, gint64 now_us,
                        TocsinOidcFlight *flight, GError **error)
{
  g_autoptr (TocsinPgRows) rows = NULL;
  guint8 hash[TOCSIN_HASH_BYTES];

  tocsin_hash_secret (state, hash);
  rows =
      tocsin_pg_query (pg, error,
                       "DELETE FROM oidc_flights WHERE state_hash = $1"
                       " RETURNING team_id, browser_hash, nonce, verifier, return_to, expires_at",
                       PG_BYTES (hash, sizeof hash));
  if (rows == NULL)
    return FALSE;
  if (tocsin_pg_rows_get_n (rows) == 0 || !is_of_browser (rows, browser) ||
      tocsin_pg_rows_get_int (rows, 0, 5) <= now_us)
    return tocsin_fail (error, TOCSIN_ERROR_NOT_FOUND, "no such sign-in is under way");
  flight->team_id = g_strdup (tocsin_pg_rows_get_text (rows, 0, 0));
  flight->nonce = g_strdup (tocsin_pg_rows_get_text (rows, 0, 2));
  flight->verifier = g_strdup (tocsin_pg_rows_get_text (rows, 0, 3));
  flight->return_to = g_strdup (tocsin_pg_rows_get_text (rows, 0, 4));
  return TRUE;
}

char *
tocsin_oidc_make_url (const TocsinOidcProvider *provider, const char *client_id,
                      const char *redirect_uri, const TocsinOidcTicket *ticket)
{
  const char *const members[] = {
    "response_type",
    "code",
    "scope",
    "openid email profile",
    "client_id",
    client_id,
    "state",
    ticket->state,
    "redirect_uri",
    redirect_uri,
    "nonce",
    ticket->nonce,
    "code_challenge",
    ticket->challenge,
    "code_challenge_method",
    "S256",
  };
  const char *endpoint = provider->authorization_endpoint;
  GString *url = g_string_new (endpoint);
  char between = strchr (endpoint, '?') != NULL ? '&' : '?';

  for (gsize i = 0; i < G_N_ELEMENTS (members); i += 2) {
    g_autofree char *escaped = g_uri_escape_string (members[i + 1], NULL, FALSE);

    g_string_append_printf (url, "%c%s=%s", between, members[i], escaped);
    between = '&';
  }
  return g_string_free (url, FALSE);
}

void
tocsin_oidc_ticket_clear (TocsinOidcTicket *ticket)
{
  g_clear_pointer (&ticket->state, g_free);
  g_clear_pointer (&ticket->nonce, g_free);
  g_clear_pointer (&ticket->challenge, g_free);
  g_clear_pointer (&ticket->browser, g_free);
}

void
tocsin_oidc_flight_clear (TocsinOidcFlight *flight)
{
  g_clear_pointer (&flight->team_id, g_free);
  g_clear_pointer (&flight->nonce, g_free);
  g_clear_pointer (&flight->verifier, g_free);
  g_clear_pointer (&flight->return_to, g_free);
}
