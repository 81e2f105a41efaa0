/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "sync"

#include "config.h"

#include <string.h>

#include "account.h"
#include "errors.h"
#include "sync-private.h"

#define CLIENT_ID     "sync-client-id"
#define ACCOUNTS_MOST 20

struct _TocsinSync {
  GObject parent_instance;

  TocsinStore *store; /* (not owned) */
  TocsinWatch *watch; /* (not owned) */
  char *client_id;
  GPtrArray *accounts;      /* (owned) (element-type TocsinAccount) */
  GHashTable *logins;       /* (owned) id → Login, owned */
  GNetworkMonitor *network; /* (not owned) */
};

G_DEFINE_FINAL_TYPE (TocsinSync, tocsin_sync, G_TYPE_OBJECT)

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* --- finding --- */

static void
changed_cb (gpointer user_data)
{
  g_signal_emit (user_data, signals[CHANGED], 0);
}

static TocsinTeamSync *
find_team (TocsinSync *self, const char *id)
{
  for (guint i = 0; i < self->accounts->len; i++) {
    const TocsinAccount *account = self->accounts->pdata[i];
    TocsinTeamSync *team = g_hash_table_lookup (account->teams, id);

    if (team != NULL)
      return team;
  }
  return NULL;
}

/* (transfer container) (element-type TocsinTeamSync) all of them */
static GPtrArray *
list_teams (TocsinSync *self)
{
  GPtrArray *list = g_ptr_array_new ();

  for (guint i = 0; i < self->accounts->len; i++) {
    const TocsinAccount *account = self->accounts->pdata[i];
    GHashTableIter iter;
    gpointer team;

    g_hash_table_iter_init (&iter, account->teams);
    while (g_hash_table_iter_next (&iter, NULL, &team))
      g_ptr_array_add (list, team);
  }
  return list;
}

const char *
tocsin_sync_resolve_team (TocsinSync *self, const char *text, GError **error)
{
  const char *found = NULL;
  guint n = 0;

  g_return_val_if_fail (TOCSIN_IS_SYNC (self), NULL);
  g_return_val_if_fail (text != NULL, NULL);

  for (guint i = 0; i < self->accounts->len; i++) {
    const TocsinAccount *account = self->accounts->pdata[i];
    GHashTableIter iter;
    gpointer id, team;

    g_hash_table_iter_init (&iter, account->teams);
    while (g_hash_table_iter_next (&iter, &id, &team)) {
      if (g_strcmp0 (text, id) == 0)
        return id;
      if (g_strcmp0 (text, tocsin_team_sync_get_name (team)) == 0 ||
          g_strcmp0 (text, tocsin_team_sync_get_slug (team)) == 0) {
        found = id;
        n++;
      }
    }
  }
  if (n == 1)
    return found;
  tocsin_fail (error, n == 0 ? TOCSIN_ERROR_NOT_FOUND : TOCSIN_ERROR_AMBIGUOUS,
               n == 0 ? "“%s”: you are in no team of this id or name"
                      : "“%s”: several teams are called so; give its id",
               text);
  return NULL;
}

static TocsinAccount *
find_account (TocsinSync *self, const char *text, GError **error)
{
  g_autofree char *address = tocsin_server_address_parse (text, NULL);

  for (guint i = 0; i < self->accounts->len; i++) {
    TocsinAccount *account = self->accounts->pdata[i];

    if (g_strcmp0 (account->id, text) == 0 ||
        g_strcmp0 (tocsin_server_client_get_address (account->client), address) == 0)
      return account;
  }
  tocsin_fail (error, TOCSIN_ERROR_NOT_FOUND, "“%s”: nobody is signed in there", text);
  return NULL;
}

/* --- what was changed here --- */

static gboolean
may_change_cb (const TocsinTeamChange *change, GError **error, gpointer user_data)
{
  TocsinTeamSync *team = find_team (user_data, change->team);

  if (team != NULL)
    return tocsin_team_sync_may_change (team, change, error);
  return tocsin_fail (error, TOCSIN_ERROR_NOT_FOUND, "you are in no team of the id %s",
                      change->team);
}

static void
add_change_cb (const TocsinTeamChange *change, TocsinStoreBatch *batch, gpointer user_data)
{
  TocsinTeamSync *team = find_team (user_data, change->team);

  if (team != NULL)
    tocsin_team_sync_add_change (team, change, batch);
}

static void
add_sample_cb (TocsinMonitor *monitor, const TocsinSample *sample, gpointer user_data)
{
  TocsinTeamSync *team = find_team (user_data, monitor->team);

  if (team != NULL)
    tocsin_team_sync_add_sample (team, monitor->id, sample);
}

static const TocsinTeamFuncs team_funcs = { may_change_cb, add_change_cb, add_sample_cb };

/* --- signing in --- */

typedef struct {
  TocsinSync *sync; /* (not owned) */
  TocsinDeviceLogin *device;
  GCancellable *cancellable;
  char *id;
} Login;

static void
free_login (gpointer data)
{
  Login *login = data;

  g_cancellable_cancel (login->cancellable);
  g_object_unref (login->cancellable);
  g_object_unref (login->device);
  g_free (login->id);
  g_free (login);
}

static void
began_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  TocsinSync *self = g_task_get_source_object (task);
  Login *login = g_task_get_task_data (task);
  GError *error = NULL;

  if (tocsin_device_login_begin_finish (TOCSIN_DEVICE_LOGIN (source), result, &error) != NULL) {
    g_task_return_pointer (task, login, NULL);
    return;
  }
  g_hash_table_remove (self->logins, login->id);
  g_task_return_error (task, error);
}

void
tocsin_sync_login (TocsinSync *self, const char *server, GAsyncReadyCallback callback,
                   gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autofree char *address = NULL, *name = NULL;
  g_autoptr (TocsinServerClient) client = NULL;
  GError *error = NULL;
  Login *login;

  g_return_if_fail (TOCSIN_IS_SYNC (self));
  g_return_if_fail (server != NULL);

  task = g_task_new (self, NULL, callback, user_data);
  address = tocsin_server_address_parse (server, &error);
  if (address != NULL && self->accounts->len >= ACCOUNTS_MOST)
    tocsin_fail (&error, TOCSIN_ERROR_INVALID, "there are %d accounts already", ACCOUNTS_MOST);
  if (error == NULL && !tocsin_store_can_seal (self->store))
    tocsin_fail (&error, TOCSIN_ERROR_UNAVAILABLE,
                 "the token could not be kept: the keyring is locked");
  if (error != NULL) {
    g_task_return_error (task, error);
    return;
  }
  client = tocsin_server_client_new (address);
  login = g_new0 (Login, 1);
  login->sync = self;
  login->id = tocsin_watch_new_id ();
  login->cancellable = g_cancellable_new ();
  login->device = tocsin_device_login_new (client);
  g_hash_table_insert (self->logins, login->id, login);
  g_task_set_task_data (task, login, NULL);
  name = g_strdup_printf ("Tocsin on %s", g_get_host_name ());
  tocsin_device_login_begin (login->device, name, login->cancellable, began_cb,
                             g_steal_pointer (&task));
}

const TocsinDeviceCode *
tocsin_sync_login_finish (TocsinSync *self, GAsyncResult *result, char **id, GError **error)
{
  Login *login = g_task_propagate_pointer (G_TASK (result), error);

  if (login == NULL)
    return NULL;
  *id = g_strdup (login->id);
  return tocsin_device_login_get_code (login->device);
}

/* One person on one server is one account: signing in again gives it a new token. */
static TocsinAccount *
find_same (TocsinSync *self, const TocsinAccount *account)
{
  for (guint i = 0; i < self->accounts->len; i++) {
    TocsinAccount *other = self->accounts->pdata[i];

    if (other != account && g_strcmp0 (other->user, account->user) == 0 &&
        g_strcmp0 (tocsin_server_client_get_address (other->client),
                   tocsin_server_client_get_address (account->client)) == 0)
      return other;
  }
  return NULL;
}

static TocsinAccountSetup
get_setup (TocsinSync *self)
{
  return (TocsinAccountSetup){ self->store, self->watch, self->client_id, changed_cb, self };
}

static void
known_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  TocsinAccount *account = g_task_get_task_data (task);
  GError *error = NULL;

  /* Where the server went away in this moment, it is signed in nevertheless. */
  if (!tocsin_account_look_finish (account, result, &error))
    g_warning ("%s: %s", tocsin_server_client_get_address (account->client), error->message);
  g_clear_error (&error);
  g_task_return_pointer (task, g_strdup (account->id), g_free);
}

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  TocsinSync *self = g_task_get_source_object (task);
  TocsinDeviceLogin *device = TOCSIN_DEVICE_LOGIN (source);
  TocsinAccountSetup setup = get_setup (self);
  g_autofree char *login = g_strdup (g_task_get_task_data (task));
  TocsinAccount *account, *same;
  GError *error = NULL;

  if (!tocsin_device_login_wait_finish (device, result, &error)) {
    g_hash_table_remove (self->logins, login);
    g_task_return_error (task, error);
    return;
  }
  account = tocsin_account_new (&setup, tocsin_device_login_get_client (device));
  tocsin_account_set_user (account, tocsin_device_login_get_user (device));
  same = find_same (self, account);
  if (same != NULL) {
    tocsin_account_renew (same, tocsin_device_login_get_access (device),
                          tocsin_device_login_get_refresh (device));
    tocsin_account_free (account);
    account = same;
  } else {
    g_ptr_array_add (self->accounts, account);
    tocsin_account_keep (account);
  }
  g_hash_table_remove (self->logins, login);
  g_task_set_task_data (task, account, NULL);
  tocsin_account_look (account, known_cb, g_steal_pointer (&task));
}

void
tocsin_sync_login_wait (TocsinSync *self, const char *id, GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Login *login;

  g_return_if_fail (TOCSIN_IS_SYNC (self));
  g_return_if_fail (id != NULL);

  task = g_task_new (self, NULL, callback, user_data);
  login = g_hash_table_lookup (self->logins, id);
  if (login == NULL || tocsin_device_login_is_waiting (login->device)) {
    g_task_return_new_error (task, TOCSIN_ERROR, TOCSIN_ERROR_NOT_FOUND,
                             "there is no sign-in of the id %s to wait for", id);
    return;
  }
  g_task_set_task_data (task, g_strdup (id), g_free);
  tocsin_device_login_wait (login->device, login->cancellable, asked_cb, g_steal_pointer (&task));
}

char *
tocsin_sync_login_wait_finish (TocsinSync *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

gboolean
tocsin_sync_login_cancel (TocsinSync *self, const char *id, GError **error)
{
  g_return_val_if_fail (TOCSIN_IS_SYNC (self), FALSE);
  g_return_val_if_fail (id != NULL, FALSE);

  return g_hash_table_remove (self->logins, id) ||
         tocsin_fail (error, TOCSIN_ERROR_NOT_FOUND, "there is no sign-in of the id %s", id);
}

/* --- signing out --- */

static void
forgotten_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (tocsin_store_finish (NULL, result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
tocsin_sync_logout (TocsinSync *self, const char *text, gboolean keep, GAsyncReadyCallback callback,
                    gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  TocsinStoreBatch *batch;
  TocsinAccount *account;
  GError *error = NULL;

  g_return_if_fail (TOCSIN_IS_SYNC (self));
  g_return_if_fail (text != NULL);

  task = g_task_new (self, NULL, callback, user_data);
  account = find_account (self, text, &error);
  if (account == NULL) {
    g_task_return_error (task, error);
    return;
  }
  batch = tocsin_store_batch_new (self->store);
  tocsin_account_forget (account, keep, batch);
  g_ptr_array_remove (self->accounts, account);
  tocsin_store_batch_commit (batch, forgotten_cb, g_steal_pointer (&task));
  g_signal_emit (self, signals[CHANGED], 0);
}

gboolean
tocsin_sync_logout_finish (TocsinSync *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- rounds --- */

typedef struct {
  guint n_waiting;
  GError *error;
} Rounds;

static void
free_rounds (gpointer data)
{
  Rounds *rounds = data;

  g_clear_error (&rounds->error);
  g_free (rounds);
}

static void
end_rounds (GTask *task)
{
  Rounds *rounds = g_task_get_task_data (task);

  if (--rounds->n_waiting > 0)
    return;
  if (rounds->error != NULL)
    g_task_return_error (task, g_steal_pointer (&rounds->error));
  else
    g_task_return_boolean (task, TRUE);
}

static void
ran_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Rounds *rounds = g_task_get_task_data (task);

  tocsin_team_sync_run_finish (NULL, result, rounds->error == NULL ? &rounds->error : NULL);
  end_rounds (task);
}

void
tocsin_sync_run (TocsinSync *self, const char *text, GAsyncReadyCallback callback,
                 gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GPtrArray) teams = NULL;
  const char *id = NULL;
  GError *error = NULL;
  Rounds *rounds;

  g_return_if_fail (TOCSIN_IS_SYNC (self));
  g_return_if_fail (text != NULL);

  task = g_task_new (self, NULL, callback, user_data);
  if (*text != '\0') {
    id = tocsin_sync_resolve_team (self, text, &error);
    if (id == NULL) {
      g_task_return_error (task, error);
      return;
    }
  }
  rounds = g_new0 (Rounds, 1);
  rounds->n_waiting = 1;
  g_task_set_task_data (task, rounds, free_rounds);
  teams = list_teams (self);
  for (guint i = 0; i < teams->len; i++) {
    if (id != NULL && teams->pdata[i] != find_team (self, id))
      continue;
    rounds->n_waiting++;
    tocsin_team_sync_run (teams->pdata[i], ran_cb, g_object_ref (task));
  }
  end_rounds (task);
}

gboolean
tocsin_sync_run_finish (TocsinSync *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

gboolean
tocsin_sync_set_checks_here (TocsinSync *self, const char *text, gboolean on, GError **error)
{
  const char *id;

  g_return_val_if_fail (TOCSIN_IS_SYNC (self), FALSE);

  id = tocsin_sync_resolve_team (self, text, error);
  if (id == NULL)
    return FALSE;
  tocsin_team_sync_set_checks_here (find_team (self, id), on);
  return TRUE;
}

static void
network_cb (GNetworkMonitor *network, gboolean available, gpointer user_data)
{
  TocsinSync *self = user_data;
  g_autoptr (GPtrArray) teams = available ? list_teams (self) : NULL;

  for (guint i = 0; teams != NULL && i < teams->len; i++)
    tocsin_team_sync_start (teams->pdata[i]);
}

/* --- reading --- */

GVariant *
tocsin_sync_list_accounts (TocsinSync *self)
{
  GVariantBuilder builder;

  g_return_val_if_fail (TOCSIN_IS_SYNC (self), NULL);

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < self->accounts->len; i++)
    g_variant_builder_add_value (&builder, tocsin_account_describe (self->accounts->pdata[i]));
  return g_variant_builder_end (&builder);
}

GVariant *
tocsin_sync_list_projects (TocsinSync *self, const char *team)
{
  GVariantBuilder builder;
  GHashTableIter iter;
  gpointer id, name;

  g_return_val_if_fail (TOCSIN_IS_SYNC (self), NULL);
  g_return_val_if_fail (team != NULL, NULL);

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  g_hash_table_iter_init (&iter, tocsin_watch_get_projects (self->watch, team));
  while (g_hash_table_iter_next (&iter, &id, &name)) {
    g_variant_builder_open (&builder, G_VARIANT_TYPE_VARDICT);
    g_variant_builder_add (&builder, "{sv}", "id", g_variant_new_string (id));
    g_variant_builder_add (&builder, "{sv}", "name", g_variant_new_string (name));
    g_variant_builder_close (&builder);
  }
  return g_variant_builder_end (&builder);
}

static GVariant *
describe_probe (const TocsinProbeInfo *info, const char *own)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "id", "s", info->id);
  g_variant_dict_insert (&dict, "name", "s", info->name);
  g_variant_dict_insert (&dict, "kind", "s", info->kind);
  g_variant_dict_insert (&dict, "labels", "^as", info->labels);
  g_variant_dict_insert (&dict, "state", "s", info->state);
  g_variant_dict_insert (&dict, "seen_at", "x", info->seen_at);
  g_variant_dict_insert (&dict, "monitors", "x", info->monitors);
  g_variant_dict_insert (&dict, "here", "b", g_strcmp0 (info->id, own) == 0);
  return g_variant_dict_end (&dict);
}

GVariant *
tocsin_sync_list_probes (TocsinSync *self, const char *id)
{
  GVariantBuilder builder;
  TocsinTeamSync *team;

  g_return_val_if_fail (TOCSIN_IS_SYNC (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  team = find_team (self, id);
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; team != NULL && i < tocsin_team_sync_get_probes (team)->len; i++)
    g_variant_builder_add_value (&builder,
                                 describe_probe (tocsin_team_sync_get_probes (team)->pdata[i],
                                                 tocsin_team_sync_get_probe (team)));
  return g_variant_builder_end (&builder);
}

static const char *
get_probe_name (TocsinTeamSync *team, const char *id)
{
  GPtrArray *probes = team != NULL ? tocsin_team_sync_get_probes (team) : NULL;

  for (guint i = 0; probes != NULL && i < probes->len; i++) {
    const TocsinProbeInfo *info = probes->pdata[i];

    if (g_strcmp0 (info->id, id) == 0)
      return info->name;
  }
  return id != NULL ? id : "";
}

static GVariant *
describe_vote (const TocsinRemoteVote *vote, TocsinTeamSync *team)
{
  GVariantDict dict;
  const char *own = team != NULL ? tocsin_team_sync_get_probe (team) : NULL;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "probe", "s", vote->probe != NULL ? vote->probe : "");
  g_variant_dict_insert (&dict, "probe_name", "s", get_probe_name (team, vote->probe));
  g_variant_dict_insert (&dict, "at", "x", vote->at_us);
  g_variant_dict_insert (&dict, "failed", "x", vote->n_failed);
  g_variant_dict_insert (&dict, "good", "x", vote->n_good);
  g_variant_dict_insert (&dict, "slow", "x", vote->n_slow);
  g_variant_dict_insert (&dict, "code", "s", tocsin_words_get (&tocsin_code_words, vote->code));
  g_variant_dict_insert (&dict, "here", "b", own != NULL && g_strcmp0 (vote->probe, own) == 0);
  return g_variant_dict_end (&dict);
}

GVariant *
tocsin_sync_list_votes (TocsinSync *self, const char *monitor)
{
  const TocsinRemote *remote;
  TocsinMonitor *there;
  TocsinTeamSync *team;
  GVariantBuilder builder;

  g_return_val_if_fail (TOCSIN_IS_SYNC (self), NULL);
  g_return_val_if_fail (monitor != NULL, NULL);

  there = tocsin_watch_get_monitor (self->watch, monitor);
  team = there != NULL && there->team != NULL ? find_team (self, there->team) : NULL;
  remote = tocsin_watch_get_remote (self->watch, monitor);
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; remote != NULL && remote->votes != NULL && i < remote->votes->len; i++)
    g_variant_builder_add_value (&builder, describe_vote (remote->votes->pdata[i], team));
  return g_variant_builder_end (&builder);
}

TocsinStore *
tocsin_sync_get_store (TocsinSync *self)
{
  return self->store;
}

TocsinWatch *
tocsin_sync_get_watch (TocsinSync *self)
{
  return self->watch;
}

TocsinServerClient *
tocsin_sync_get_client (TocsinSync *self, const char *team)
{
  for (guint i = 0; i < self->accounts->len; i++) {
    const TocsinAccount *account = self->accounts->pdata[i];
    TocsinTeamSync *sync = g_hash_table_lookup (account->teams, team);

    if (sync != NULL)
      return tocsin_team_sync_is_reached (sync) ? account->client : NULL;
  }
  return NULL;
}

/* --- the server's own API --- */

static void
called_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  TocsinServerReply *reply =
      tocsin_server_client_call_finish (TOCSIN_SERVER_CLIENT (source), result, &error);

  if (reply != NULL)
    g_task_return_pointer (task, reply, (GDestroyNotify) tocsin_server_reply_free);
  else
    g_task_return_error (task, error);
}

void
tocsin_sync_call (TocsinSync *self, const char *text, const char *method, const char *path,
                  const char *json, GAsyncReadyCallback callback, gpointer user_data)
{
  static const char *const methods[] = { "GET", "POST", "PATCH", "PUT", "DELETE", NULL };
  g_autoptr (GTask) task = NULL;
  g_autoptr (GBytes) body = NULL;
  TocsinAccount *account;
  GError *error = NULL;

  g_return_if_fail (TOCSIN_IS_SYNC (self));
  g_return_if_fail (text != NULL && method != NULL && path != NULL);

  task = g_task_new (self, NULL, callback, user_data);
  account = find_account (self, text, &error);
  if (account != NULL && !g_strv_contains (methods, method))
    tocsin_fail (&error, TOCSIN_ERROR_INVALID, "method: GET, POST, PATCH, PUT or DELETE is wanted");
  else if (account != NULL && !g_str_has_prefix (path, "/api/v1/"))
    tocsin_fail (&error, TOCSIN_ERROR_INVALID, "path: one below /api/v1/ is wanted");
  if (error != NULL) {
    g_task_return_error (task, error);
    return;
  }
  if (json != NULL && *json != '\0')
    body = g_bytes_new (json, strlen (json));
  tocsin_server_client_call (account->client, method, path, body, "application/json", NULL, NULL,
                             called_cb, g_steal_pointer (&task));
}

TocsinServerReply *
tocsin_sync_call_finish (TocsinSync *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- life --- */

static void
load_accounts (TocsinSync *self)
{
  TocsinAccountSetup setup = get_setup (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) documents =
      tocsin_store_load_documents (self->store, TOCSIN_DOCUMENT_ACCOUNT, "", NULL, &error);

  if (documents == NULL) {
    g_warning ("accounts can’t be read: %s", error->message);
    return;
  }
  for (guint i = 0; i < documents->len; i++) {
    TocsinAccount *account = tocsin_account_load (&setup, documents->pdata[i]);

    if (account == NULL) {
      g_warning ("an account can’t be read and is left where it is");
      continue;
    }
    g_ptr_array_add (self->accounts, account);
    if (tocsin_server_client_is_signed_in (account->client))
      tocsin_account_look (account, NULL, NULL);
  }
}

void
tocsin_sync_unseal (TocsinSync *self)
{
  gboolean waits = FALSE;

  g_return_if_fail (TOCSIN_IS_SYNC (self));

  for (guint i = 0; i < self->accounts->len; i++)
    waits |= ((TocsinAccount *) self->accounts->pdata[i])->secret_missing;
  if (!waits || !tocsin_store_can_seal (self->store))
    return;
  g_ptr_array_set_size (self->accounts, 0);
  load_accounts (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

TocsinSync *
tocsin_sync_new (TocsinStore *store, TocsinWatch *watch)
{
  TocsinSync *self = g_object_new (TOCSIN_TYPE_SYNC, NULL);

  self->store = store;
  self->watch = watch;
  self->client_id = tocsin_store_get_setting (store, CLIENT_ID);
  if (self->client_id == NULL) {
    self->client_id = tocsin_watch_new_id ();
    tocsin_store_set_setting (store, CLIENT_ID, self->client_id, NULL, NULL);
  }
  tocsin_watch_set_team_funcs (watch, &team_funcs, self);
  load_accounts (self);
  self->network = g_network_monitor_get_default ();
  g_signal_connect_object (self->network, "network-changed", G_CALLBACK (network_cb), self, 0);
  return self;
}

void
tocsin_sync_stop (TocsinSync *self)
{
  g_return_if_fail (TOCSIN_IS_SYNC (self));

  tocsin_watch_set_team_funcs (self->watch, NULL, NULL);
  g_hash_table_remove_all (self->logins);
  g_ptr_array_set_size (self->accounts, 0);
}

static void
tocsin_sync_finalize (GObject *object)
{
  TocsinSync *self = TOCSIN_SYNC (object);

  g_clear_pointer (&self->logins, g_hash_table_unref);
  g_clear_pointer (&self->accounts, g_ptr_array_unref);
  g_free (self->client_id);
  G_OBJECT_CLASS (tocsin_sync_parent_class)->finalize (object);
}

static void
tocsin_sync_class_init (TocsinSyncClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tocsin_sync_finalize;
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
tocsin_sync_init (TocsinSync *self)
{
  self->accounts = g_ptr_array_new_with_free_func ((GDestroyNotify) tocsin_account_free);
  self->logins = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, free_login);
}
