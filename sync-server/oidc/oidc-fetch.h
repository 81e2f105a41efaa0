/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "server-config.h"

G_BEGIN_DECLS

/* Requests to issuers. They block, for 15 s at most: for the pool's slow lane, outside of a
 * transaction. Addresses of the inside are refused after the name was looked up, unless the
 * operator allows them; redirections are not followed. */

#define TOCSIN_OIDC_ANSWER_MOST_BYTES (256 * 1024)

/* An address of https without credentials, query and fragment; of http only where private addresses
 * are allowed. INVALID names `what`. */
gboolean tocsin_oidc_url_check (const TocsinServerConfig *config, const char *what, const char *url,
                                GError **error);

typedef struct {
  const char *url;
  const char *form;     /* (nullable) is posted; else it is GET */
  const char *user;     /* (nullable) Basic authentication */
  const char *password; /* (nullable) */
} TocsinOidcRequest;

/* The text of an answer of 200 that has no NUL. NULL with UNAVAILABLE where there was none, and
 * FAILED for any other status, with its text in the message only where it is an OAuth error.
 * (transfer full) */
char *tocsin_oidc_fetch (const TocsinServerConfig *config, const TocsinOidcRequest *request,
                         GError **error);

G_END_DECLS
