/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "team-sync.h"

G_BEGIN_DECLS

/* A person on a server, and the teams that they are a member of. */
typedef struct {
  char *id;
  char *user, *email, *name;
  TocsinServerClient *client; /* (owned) */
  GHashTable *teams;          /* (owned) id → TocsinTeamSync, owned */
  gboolean reached;           /* the server answered the last look */
  gboolean secret_missing;    /* its token waits for the keyring */
  char *problem;              /* (nullable) */

  TocsinStore *store; /* (not owned) */
  TocsinWatch *watch; /* (not owned) */
  char *client_id;
  void (*changed) (gpointer user_data);
  gpointer user_data;
  GCancellable *cancellable;
  gboolean looking;
  guint look_id;
  GPtrArray *waiting; /* (owned) (element-type GTask) for the end of a look */
} TocsinAccount;

typedef struct {
  TocsinStore *store;
  TocsinWatch *watch;
  const char *client_id;
  void (*changed) (gpointer user_data);
  gpointer user_data;
} TocsinAccountSetup;

/* A new one: the client is signed in. */
TocsinAccount *tocsin_account_new (const TocsinAccountSetup *setup, TocsinServerClient *client);
/* One that was kept, with its teams. NULL: it can't be read. */
TocsinAccount *tocsin_account_load (const TocsinAccountSetup *setup,
                                    const TocsinDocument *document);
void tocsin_account_free (TocsinAccount *account);
/* Who it is, before the first look. */
void tocsin_account_set_user (TocsinAccount *account, const char *user);
/* The person signed in once more. */
void tocsin_account_renew (TocsinAccount *account, const char *access, const char *refresh);
/* Keeps what is known of it, with the client's tokens. */
void tocsin_account_keep (TocsinAccount *account);

/* Who we are there and which teams there are; then the teams begin. Ends with the error that kept
 * it from being known. */
void tocsin_account_look (TocsinAccount *account, GAsyncReadyCallback callback, gpointer user_data);
gboolean tocsin_account_look_finish (TocsinAccount *account, GAsyncResult *result, GError **error);

/* Everything of it goes from this machine, into the batch; and its tokens from the server. */
void tocsin_account_forget (TocsinAccount *account, gboolean keep, TocsinStoreBatch *batch);

/* `a{sv}`, floating; see the bus' Accounts. */
GVariant *tocsin_account_describe (const TocsinAccount *account);

G_END_DECLS
