/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "account"

#include "config.h"

#include <libsoup/soup.h>
#include <string.h>

#include "account.h"
#include "errors.h"
#include "jsontext.h"
#include "team-sync-private.h"

#define LOOK_AGAIN_S  3600 /* teams that we were added to */
#define LOOK_FAILED_S 30
#define SECRET_BYTES  8192
#define TEAMS_MOST    100

/* --- on disk --- */

static char *
to_text (JsonObject *json)
{
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), json);

  return json_to_string (node, FALSE);
}

static void
save (TocsinAccount *account, const char *access, const char *refresh)
{
  TocsinStoreBatch *batch = tocsin_store_batch_new (account->store);
  g_autoptr (TocsinDocument) document =
      tocsin_document_new (TOCSIN_DOCUMENT_ACCOUNT, "", account->id);
  g_autoptr (JsonObject) json = json_object_new ();
  g_autoptr (JsonObject) tokens = json_object_new ();

  json_object_set_string_member (json, "server",
                                 tocsin_server_client_get_address (account->client));
  json_object_set_string_member (json, "user", account->user);
  json_object_set_string_member (json, "email", account->email);
  json_object_set_string_member (json, "name", account->name);
  document->body = to_text (json);
  if (access != NULL) {
    json_object_set_string_member (tokens, "access", access);
    json_object_set_string_member (tokens, "refresh", refresh);
    document->secret = to_text (tokens);
  }
  tocsin_store_batch_put (batch, document);
  tocsin_store_batch_commit (batch, NULL, NULL);
}

void
tocsin_account_keep (TocsinAccount *account)
{
  save (account, tocsin_server_client_get_access (account->client),
        tocsin_server_client_get_refresh (account->client));
}

static void
tokens_cb (const char *access, const char *refresh, gpointer user_data)
{
  TocsinAccount *account = user_data;

  save (account, access, refresh);
  account->changed (account->user_data);
}

/* --- teams --- */

static void look_cb (gpointer user_data);

static void
team_changed_cb (gpointer user_data)
{
  TocsinAccount *account = user_data;

  account->changed (account->user_data);
}

static TocsinTeamSync *
add_team (TocsinAccount *account, const char *id, const TocsinDocument *document)
{
  static const TocsinTeamSyncFuncs funcs = { team_changed_cb, look_cb };
  TocsinTeamSyncSetup setup = { account->store, account->watch, account->client,
                                account->id,    account->user,  account->client_id };
  TocsinTeamSync *team = tocsin_team_sync_new (&setup, id, document, &funcs, account);

  g_hash_table_insert (account->teams, team->id, team);
  return team;
}

/* We are no member of it any more: nothing of it stays, secrets least of all. */
static void
leave_team (TocsinAccount *account, const char *id)
{
  TocsinTeamSync *team = g_hash_table_lookup (account->teams, id);
  TocsinStoreBatch *batch = tocsin_store_batch_new (account->store);
  g_autoptr (TocsinSyncEntry) entry = tocsin_sync_entry_new (
      id, TOCSIN_SYNC_LEFT,
      "you are no member of %s any more: its monitors were taken off this computer%s", team->name,
      team->pending->len > 0 ? ", and with them changes that its server did not have yet" : "");

  tocsin_sync_entry_add (entry, batch);
  tocsin_team_sync_forget (team, FALSE, batch);
  tocsin_store_batch_commit (batch, NULL, NULL);
  g_hash_table_remove (account->teams, id);
  tocsin_watch_tell_conflict (account->watch, NULL, NULL, NULL, NULL, entry->text);
}

static const char *
get_text (JsonObject *object, const char *name)
{
  return json_object_get_string_member_with_default (object, name, NULL);
}

static void
log_sign_in (TocsinAccount *account, const char *team)
{
  TocsinStoreBatch *batch = tocsin_store_batch_new (account->store);
  g_autoptr (TocsinSyncEntry) entry =
      tocsin_sync_entry_new (team, TOCSIN_SYNC_SIGNED_IN, "signed in to %s as %s",
                             tocsin_server_client_get_address (account->client), account->email);

  tocsin_sync_entry_add (entry, batch);
  tocsin_store_batch_commit (batch, NULL, NULL);
}

static void
take_team (TocsinAccount *account, JsonObject *json, GHashTable *seen)
{
  const char *id = get_text (json, "id"), *name = get_text (json, "name");
  const char *slug = get_text (json, "slug"), *role = get_text (json, "role");
  TocsinTeamSync *team;

  if (id == NULL || name == NULL || slug == NULL)
    return;
  g_hash_table_add (seen, g_strdup (id));
  team = g_hash_table_lookup (account->teams, id);
  if (team == NULL) {
    team = add_team (account, id, NULL);
    log_sign_in (account, id);
  }
  tocsin_team_sync_set_about (team, name, slug, role);
  tocsin_team_sync_start (team);
}

static void
take_teams (TocsinAccount *account, JsonArray *array)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GList) there = NULL;

  for (guint i = 0; i < json_array_get_length (array) && i < TEAMS_MOST; i++)
    if (JSON_NODE_HOLDS_OBJECT (json_array_get_element (array, i)))
      take_team (account, json_array_get_object_element (array, i), seen);
  there = g_hash_table_get_keys (account->teams);
  for (GList *link = there; link != NULL; link = link->next)
    if (!g_hash_table_contains (seen, link->data))
      leave_team (account, link->data);
}

/* --- looking --- */

static gboolean
look_again_cb (gpointer user_data)
{
  TocsinAccount *account = user_data;

  account->look_id = 0;
  tocsin_account_look (account, NULL, NULL);
  return G_SOURCE_REMOVE;
}

static void
end_look (TocsinAccount *account, const GError *error)
{
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&account->waiting);
  gboolean signed_in = tocsin_server_client_is_signed_in (account->client);

  account->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  account->looking = FALSE;
  account->reached = error == NULL;
  g_free (account->problem);
  account->problem = error != NULL ? g_strdup (error->message) : NULL;
  for (guint i = 0; i < waiting->len; i++) {
    if (error != NULL)
      g_task_return_error (waiting->pdata[i], g_error_copy (error));
    else
      g_task_return_boolean (waiting->pdata[i], TRUE);
  }
  account->changed (account->user_data);
  if (signed_in && account->look_id == 0)
    account->look_id = g_timeout_add_seconds (error != NULL ? LOOK_FAILED_S : LOOK_AGAIN_S,
                                              look_again_cb, account);
}

/* NULL with an error: the answer is none, or a refusal. (transfer full) */
static TocsinServerReply *
take_reply (GObject *source, GAsyncResult *result, GError **error)
{
  g_autoptr (TocsinServerReply) reply =
      tocsin_server_client_call_finish (TOCSIN_SERVER_CLIENT (source), result, error);

  if (reply == NULL || !tocsin_server_reply_check (reply, error))
    return NULL;
  if (tocsin_server_reply_get_object (reply) != NULL)
    return g_steal_pointer (&reply);
  tocsin_fail (error, TOCSIN_ERROR_UNAVAILABLE, "the server’s answer can’t be read");
  return NULL;
}

static void
got_teams_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TocsinServerReply) reply = take_reply (source, result, &error);
  TocsinAccount *account = user_data;
  JsonNode *items;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* the account is gone */
  items = reply != NULL ? json_object_get_member (tocsin_server_reply_get_object (reply), "items")
                        : NULL;
  if (items != NULL && JSON_NODE_HOLDS_ARRAY (items))
    take_teams (account, json_node_get_array (items));
  else if (error == NULL)
    tocsin_fail (&error, TOCSIN_ERROR_UNAVAILABLE, "the server’s answer can’t be read");
  end_look (account, error);
}

static void
replace (char **text, const char *with)
{
  if (with == NULL)
    return;
  g_free (*text);
  *text = g_strdup (with);
}

static void
got_me_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TocsinServerReply) reply = take_reply (source, result, &error);
  TocsinAccount *account = user_data;
  JsonObject *me;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (reply == NULL) {
    end_look (account, error);
    return;
  }
  me = tocsin_server_reply_get_object (reply);
  replace (&account->user, get_text (me, "id"));
  replace (&account->email, get_text (me, "email"));
  replace (&account->name, get_text (me, "name"));
  tocsin_account_keep (account); /* so that it is known while the server is away */
  tocsin_server_client_call (account->client, "GET", "/api/v1/teams?limit=100", NULL, NULL, NULL,
                             account->cancellable, got_teams_cb, account);
}

void
tocsin_account_look (TocsinAccount *account, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (account != NULL);

  if (callback != NULL)
    g_ptr_array_add (account->waiting, g_task_new (NULL, NULL, callback, user_data));
  if (account->looking)
    return;
  g_clear_handle_id (&account->look_id, g_source_remove);
  account->looking = TRUE;
  tocsin_server_client_call (account->client, "GET", "/api/v1/me", NULL, NULL, NULL,
                             account->cancellable, got_me_cb, account);
}

gboolean
tocsin_account_look_finish (TocsinAccount *account, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* A team asks whether we are a member still. */
static void
look_cb (gpointer user_data)
{
  TocsinAccount *account = user_data;

  if (tocsin_server_client_is_signed_in (account->client))
    tocsin_account_look (account, NULL, NULL);
}

/* --- reading --- */

static const char *
get_state (const TocsinAccount *account)
{
  if (!tocsin_server_client_is_signed_in (account->client) && !account->secret_missing)
    return "signed_out";
  return account->reached ? "ok" : "offline";
}

GVariant *
tocsin_account_describe (const TocsinAccount *account)
{
  GVariantDict dict;
  GVariantBuilder teams;
  GHashTableIter iter;
  gpointer team;

  g_variant_builder_init (&teams, G_VARIANT_TYPE ("aa{sv}"));
  g_hash_table_iter_init (&iter, account->teams);
  while (g_hash_table_iter_next (&iter, NULL, &team))
    g_variant_builder_add_value (&teams, tocsin_team_sync_describe (team));
  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "id", "s", account->id);
  g_variant_dict_insert (&dict, "server", "s", tocsin_server_client_get_address (account->client));
  g_variant_dict_insert (&dict, "email", "s", account->email);
  g_variant_dict_insert (&dict, "name", "s", account->name);
  g_variant_dict_insert (&dict, "state", "s", get_state (account));
  if (account->secret_missing)
    g_variant_dict_insert (&dict, "problem", "s", "its token lies in the keyring, which is locked");
  else if (account->problem != NULL)
    g_variant_dict_insert (&dict, "problem", "s", account->problem);
  g_variant_dict_insert_value (&dict, "teams", g_variant_builder_end (&teams));
  return g_variant_dict_end (&dict);
}

/* --- life --- */

static TocsinAccount *
make (const TocsinAccountSetup *setup, TocsinServerClient *client, const char *id)
{
  TocsinAccount *account = g_new0 (TocsinAccount, 1);

  account->id = g_strdup (id);
  account->user = g_strdup ("");
  account->email = g_strdup ("");
  account->name = g_strdup ("");
  account->client = g_object_ref (client);
  account->store = setup->store;
  account->watch = setup->watch;
  account->client_id = g_strdup (setup->client_id);
  account->changed = setup->changed;
  account->user_data = setup->user_data;
  account->cancellable = g_cancellable_new ();
  account->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  account->teams =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) tocsin_team_sync_free);
  tocsin_server_client_set_tokens_func (client, tokens_cb, account);
  return account;
}

TocsinAccount *
tocsin_account_new (const TocsinAccountSetup *setup, TocsinServerClient *client)
{
  g_autofree char *id = tocsin_watch_new_id ();

  return make (setup, client, id);
}

void
tocsin_account_set_user (TocsinAccount *account, const char *user)
{
  replace (&account->user, user);
}

void
tocsin_account_renew (TocsinAccount *account, const char *access, const char *refresh)
{
  tocsin_server_client_set_tokens (account->client, access, refresh);
  account->secret_missing = FALSE;
  tocsin_account_keep (account);
}

static void
load_tokens (TocsinAccount *account, const TocsinDocument *document)
{
  g_autoptr (JsonObject) tokens =
      document->secret != NULL ? tocsin_json_parse_object (document->secret, SECRET_BYTES, NULL)
                               : NULL;

  account->secret_missing = document->secret_missing;
  if (tokens != NULL)
    tocsin_server_client_set_tokens (account->client, get_text (tokens, "access"),
                                     get_text (tokens, "refresh"));
}

static void
load_teams (TocsinAccount *account)
{
  g_autoptr (GPtrArray) teams =
      tocsin_store_load_documents (account->store, TOCSIN_DOCUMENT_TEAM, account->id, NULL, NULL);

  for (guint i = 0; teams != NULL && i < teams->len; i++)
    add_team (account, ((const TocsinDocument *) teams->pdata[i])->id, teams->pdata[i]);
}

TocsinAccount *
tocsin_account_load (const TocsinAccountSetup *setup, const TocsinDocument *document)
{
  g_autoptr (JsonObject) json = tocsin_document_get_json (document);
  const char *server = json != NULL ? get_text (json, "server") : NULL;
  g_autoptr (TocsinServerClient) client = NULL;
  TocsinAccount *account;

  if (server == NULL)
    return NULL;
  client = tocsin_server_client_new (server);
  account = make (setup, client, document->id);
  replace (&account->user, get_text (json, "user"));
  replace (&account->email, get_text (json, "email"));
  replace (&account->name, get_text (json, "name"));
  load_tokens (account, document);
  load_teams (account);
  return account;
}

/* Nobody waits for it: the server forgets the device by itself in time. */
static void
revoke_tokens (TocsinAccount *account)
{
  const char *refresh = tocsin_server_client_get_refresh (account->client);
  g_autoptr (GBytes) body = NULL;
  char *form;

  if (refresh == NULL)
    return;
  form = soup_form_encode ("token", refresh, NULL);
  body = g_bytes_new_take (form, strlen (form));
  tocsin_server_client_call (account->client, "POST", "/oauth/revoke", body,
                             SOUP_FORM_MIME_TYPE_URLENCODED, NULL, NULL, NULL, NULL);
}

void
tocsin_account_forget (TocsinAccount *account, gboolean keep, TocsinStoreBatch *batch)
{
  GHashTableIter iter;
  gpointer team;

  g_return_if_fail (account != NULL && batch != NULL);

  tocsin_server_client_set_tokens_func (account->client, NULL, NULL);
  revoke_tokens (account);
  g_hash_table_iter_init (&iter, account->teams);
  while (g_hash_table_iter_next (&iter, NULL, &team))
    tocsin_team_sync_forget (team, keep, batch);
  tocsin_store_batch_drop (batch, TOCSIN_DOCUMENT_ACCOUNT, "", account->id);
}

void
tocsin_account_free (TocsinAccount *account)
{
  g_autoptr (GError) gone = NULL;

  if (account == NULL)
    return;
  tocsin_server_client_set_tokens_func (account->client, NULL, NULL);
  g_cancellable_cancel (account->cancellable);
  tocsin_fail (&gone, TOCSIN_ERROR_UNAVAILABLE, "nobody is signed in there any more");
  for (guint i = 0; i < account->waiting->len; i++)
    g_task_return_error (account->waiting->pdata[i], g_error_copy (gone));
  g_clear_pointer (&account->waiting, g_ptr_array_unref);
  g_clear_handle_id (&account->look_id, g_source_remove);
  g_clear_pointer (&account->teams, g_hash_table_unref);
  g_clear_object (&account->cancellable);
  g_clear_object (&account->client);
  g_free (account->problem);
  g_free (account->client_id);
  g_free (account->id);
  g_free (account->user);
  g_free (account->email);
  g_free (account->name);
  g_free (account);
}
