/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "client"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "client.h"
#include "decode.h"
#include "team.h"

#define BUS_NAME "org.tocsin.Tocsin1"
#define BUS_PATH "/org/tocsin/Tocsin1"

struct _TocsinClient {
  GObject parent_instance;

  TocsinClientState state;
  char *reason;              /* (owned) (nullable) */
  TocsinDbusTocsin1 *proxy;  /* (owned) (nullable) */
  GListStore *monitors;      /* (owned) */
  GHashTable *by_id;         /* (owned) id, which the item owns, to item */
  GPtrArray *accounts;       /* (owned) (nullable) (element-type TocsinAccount) */
  GCancellable *cancellable; /* (owned) of what is asked for the list */
  guint tick_id;
};

enum {
  SIGNAL_STATE_CHANGED,
  SIGNAL_MONITOR_CHANGED,
  SIGNAL_MONITORS_CHANGED,
  SIGNAL_INCIDENTS_CHANGED,
  SIGNAL_MAINTENANCE_CHANGED,
  SIGNAL_SYNC_CHANGED,
  SIGNAL_TICK,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TocsinClient, tocsin_client, G_TYPE_OBJECT)

static void
set_state (TocsinClient *self, TocsinClientState state, const char *reason)
{
  self->state = state;
  g_free (self->reason);
  self->reason = g_strdup (reason);
  g_signal_emit (self, signals[SIGNAL_STATE_CHANGED], 0);
}

const char *
tocsin_client_error_text (GError *error)
{
  g_return_val_if_fail (error != NULL, NULL);

  if (error->domain == G_DBUS_ERROR && error->code == G_DBUS_ERROR_SERVICE_UNKNOWN)
    return _ ("Tocsin’s background service is not running.");
  g_dbus_error_strip_remote_error (error);
  return error->message;
}

/* --- the list --- */

static void
take_status (TocsinClient *self, TocsinStatus *status)
{
  TocsinMonitorItem *item = g_hash_table_lookup (self->by_id, status->id);

  if (item != NULL) {
    /* the key is the old status's: it goes with it */
    g_hash_table_steal (self->by_id, status->id);
    tocsin_monitor_item_set_status (item, status);
    g_hash_table_insert (self->by_id, (char *) tocsin_monitor_item_get_id (item), item);
  } else {
    g_autoptr (TocsinMonitorItem) added = tocsin_monitor_item_new (status);

    g_hash_table_insert (self->by_id, (char *) tocsin_monitor_item_get_id (added), added);
    g_list_store_append (self->monitors, added);
  }
}

static void
drop (TocsinClient *self, const char *id)
{
  TocsinMonitorItem *item = g_hash_table_lookup (self->by_id, id);
  guint position;

  if (item == NULL)
    return;
  g_hash_table_remove (self->by_id, id);
  if (g_list_store_find (self->monitors, item, &position))
    g_list_store_remove (self->monitors, position);
}

/* Everything that comes at once is one change to those who listen. */
static void
take_statuses (TocsinClient *self, GVariant *list)
{
  g_autoptr (GPtrArray) statuses =
      tocsin_decode_list (list, &tocsin_status_fields, (GDestroyNotify) tocsin_status_free);
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_set_free_func (statuses, NULL);
  for (guint i = 0; i < statuses->len; i++) {
    TocsinStatus *status = statuses->pdata[i];

    g_ptr_array_add (ids, g_strdup (status->id));
    take_status (self, status);
  }
  for (guint i = 0; i < ids->len; i++)
    g_signal_emit (self, signals[SIGNAL_MONITOR_CHANGED], g_quark_try_string (ids->pdata[i]),
                   ids->pdata[i]);
  g_signal_emit (self, signals[SIGNAL_MONITORS_CHANGED], 0);
}

/* The first list: one splice, so that a model over it works once and not a thousand times. */
static void
replace_all (TocsinClient *self, GVariant *list)
{
  g_autoptr (GPtrArray) statuses =
      tocsin_decode_list (list, &tocsin_status_fields, (GDestroyNotify) tocsin_status_free);
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_set_free_func (statuses, NULL);
  for (guint i = 0; i < statuses->len; i++) {
    TocsinStatus *status = statuses->pdata[i];
    TocsinMonitorItem *item = g_hash_table_lookup (self->by_id, status->id);

    if (item != NULL) {
      g_ptr_array_add (items, g_object_ref (item));
      tocsin_monitor_item_set_status (item, status);
    } else {
      g_ptr_array_add (items, tocsin_monitor_item_new (status));
    }
  }
  g_hash_table_remove_all (self->by_id);
  for (guint i = 0; i < items->len; i++)
    g_hash_table_insert (self->by_id, (char *) tocsin_monitor_item_get_id (items->pdata[i]),
                         items->pdata[i]);
  g_list_store_splice (self->monitors, 0, g_list_model_get_n_items (G_LIST_MODEL (self->monitors)),
                       items->pdata, items->len);
}

static void
got_list_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  TocsinClient *self = user_data;
  g_autoptr (GVariant) list = NULL;
  g_autoptr (GError) error = NULL;

  if (!tocsin_dbus_tocsin1_call_list_finish (TOCSIN_DBUS_TOCSIN1 (source), &list, result, &error)) {
    if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      set_state (self, TOCSIN_CLIENT_ABSENT, tocsin_client_error_text (error));
    return;
  }
  replace_all (self, list);
  set_state (self, TOCSIN_CLIENT_READY, NULL);
  g_signal_emit (self, signals[SIGNAL_MONITORS_CHANGED], 0);
}

static void
got_statuses_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GVariant) list = NULL;
  g_autoptr (GError) error = NULL;

  if (tocsin_dbus_tocsin1_call_statuses_finish (TOCSIN_DBUS_TOCSIN1 (source), &list, result,
                                                &error))
    take_statuses (user_data, list);
  else
    g_debug ("no statuses: %s", error->message);
}

/* --- servers and teams --- */

static void
got_accounts_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  TocsinClient *self = user_data;
  g_autoptr (GVariant) list = NULL;
  g_autoptr (GError) error = NULL;

  if (!tocsin_dbus_tocsin1_call_accounts_finish (TOCSIN_DBUS_TOCSIN1 (source), &list, result,
                                                 &error)) {
    g_debug ("no accounts: %s", error->message);
    return;
  }
  g_clear_pointer (&self->accounts, g_ptr_array_unref);
  self->accounts =
      tocsin_decode_list (list, &tocsin_account_fields, (GDestroyNotify) tocsin_account_free);
  g_signal_emit (self, signals[SIGNAL_SYNC_CHANGED], 0);
}

static void
load (TocsinClient *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  tocsin_dbus_tocsin1_call_list (self->proxy, self->cancellable, got_list_cb, self);
  tocsin_dbus_tocsin1_call_accounts (self->proxy, self->cancellable, got_accounts_cb, self);
}

/* --- what the daemon tells --- */

static gboolean
has (GVariant *what, const char *key)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (what, key, NULL);

  if (value == NULL)
    return FALSE;
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN))
    return g_variant_get_boolean (value);
  return g_variant_is_container (value) && g_variant_n_children (value) > 0;
}

static void
changed_cb (TocsinDbusTocsin1 *proxy, GVariant *what, gpointer user_data)
{
  TocsinClient *self = user_data;
  g_autofree const char **removed = NULL;
  g_autofree const char **ids = NULL;

  if (self->state != TOCSIN_CLIENT_READY)
    return;
  if (g_variant_lookup (what, "removed", "^a&s", &removed))
    for (guint i = 0; removed[i] != NULL; i++)
      drop (self, removed[i]);
  if (removed != NULL && removed[0] != NULL)
    g_signal_emit (self, signals[SIGNAL_MONITORS_CHANGED], 0);
  if (g_variant_lookup (what, "monitors", "^a&s", &ids) && ids[0] != NULL)
    tocsin_dbus_tocsin1_call_statuses (proxy, (const char *const *) ids, self->cancellable,
                                       got_statuses_cb, self);
  if (has (what, "incidents"))
    g_signal_emit (self, signals[SIGNAL_INCIDENTS_CHANGED], 0);
  if (has (what, "maintenance"))
    g_signal_emit (self, signals[SIGNAL_MAINTENANCE_CHANGED], 0);
  if (has (what, "sync"))
    tocsin_dbus_tocsin1_call_accounts (proxy, self->cancellable, got_accounts_cb, self);
}

static void
property_cb (GObject *proxy, GParamSpec *pspec, gpointer user_data)
{
  g_signal_emit (user_data, signals[SIGNAL_STATE_CHANGED], 0);
}

static void
owner_cb (GObject *proxy, GParamSpec *pspec, gpointer user_data)
{
  TocsinClient *self = user_data;
  g_autofree char *owner = g_dbus_proxy_get_name_owner (G_DBUS_PROXY (proxy));

  if (owner != NULL) {
    load (self);
  } else {
    g_cancellable_cancel (self->cancellable);
    set_state (self, TOCSIN_CLIENT_ABSENT, _ ("Tocsin’s background service has stopped."));
  }
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinClient) self = user_data;
  g_autoptr (GError) error = NULL;

  self->proxy = tocsin_dbus_tocsin1_proxy_new_for_bus_finish (result, &error);
  if (self->proxy == NULL) {
    set_state (self, TOCSIN_CLIENT_ABSENT, tocsin_client_error_text (error));
    return;
  }
  g_signal_connect (self->proxy, "changed", G_CALLBACK (changed_cb), self);
  g_signal_connect (self->proxy, "notify::g-name-owner", G_CALLBACK (owner_cb), self);
  g_signal_connect (self->proxy, "notify::offline", G_CALLBACK (property_cb), self);
  g_signal_connect (self->proxy, "notify::problem", G_CALLBACK (property_cb), self);
  g_signal_connect (self->proxy, "notify::secrets-problem", G_CALLBACK (property_cb), self);
  /* Where it does not run, this call starts it, and says why where that can't be done. */
  load (self);
}

/* --- life --- */

static void
tocsin_client_dispose (GObject *object)
{
  TocsinClient *self = TOCSIN_CLIENT (object);

  g_clear_handle_id (&self->tick_id, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->proxy != NULL)
    g_signal_handlers_disconnect_by_data (self->proxy, self);
  g_clear_object (&self->proxy);
  g_clear_pointer (&self->accounts, g_ptr_array_unref);
  g_clear_pointer (&self->by_id, g_hash_table_unref);
  g_clear_object (&self->monitors);
  g_clear_pointer (&self->reason, g_free);
  G_OBJECT_CLASS (tocsin_client_parent_class)->dispose (object);
}

static void
tocsin_client_class_init (TocsinClientClass *klass)
{
  static const char *const plain[N_SIGNALS] = {
    [SIGNAL_STATE_CHANGED] = "state-changed",
    [SIGNAL_MONITORS_CHANGED] = "monitors-changed",
    [SIGNAL_INCIDENTS_CHANGED] = "incidents-changed",
    [SIGNAL_MAINTENANCE_CHANGED] = "maintenance-changed",
    [SIGNAL_SYNC_CHANGED] = "sync-changed",
    [SIGNAL_TICK] = "tick",
  };

  G_OBJECT_CLASS (klass)->dispose = tocsin_client_dispose;
  for (guint i = 0; i < N_SIGNALS; i++)
    if (plain[i] != NULL)
      signals[i] = g_signal_new (plain[i], TOCSIN_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_MONITOR_CHANGED] =
      g_signal_new ("monitor-changed", TOCSIN_TYPE_CLIENT, G_SIGNAL_RUN_LAST | G_SIGNAL_DETAILED, 0,
                    NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
tocsin_client_init (TocsinClient *self)
{
  self->monitors = g_list_store_new (TOCSIN_TYPE_MONITOR_ITEM);
  self->by_id = g_hash_table_new (g_str_hash, g_str_equal);
}

TocsinClient *
tocsin_client_new (void)
{
  return g_object_new (TOCSIN_TYPE_CLIENT, NULL);
}

void
tocsin_client_start (TocsinClient *self)
{
  g_return_if_fail (TOCSIN_IS_CLIENT (self));

  set_state (self, TOCSIN_CLIENT_CONNECTING, NULL);
  if (self->proxy != NULL)
    load (self);
  else
    tocsin_dbus_tocsin1_proxy_new_for_bus (
        G_BUS_TYPE_SESSION, G_DBUS_PROXY_FLAGS_DO_NOT_AUTO_START_AT_CONSTRUCTION, BUS_NAME,
        BUS_PATH, NULL, connected_cb, g_object_ref (self));
}

TocsinClientState
tocsin_client_get_state (TocsinClient *self)
{
  g_return_val_if_fail (TOCSIN_IS_CLIENT (self), TOCSIN_CLIENT_ABSENT);
  return self->state;
}

const char *
tocsin_client_get_reason (TocsinClient *self)
{
  g_return_val_if_fail (TOCSIN_IS_CLIENT (self), NULL);
  return self->reason;
}

TocsinDbusTocsin1 *
tocsin_client_get_proxy (TocsinClient *self)
{
  g_return_val_if_fail (TOCSIN_IS_CLIENT (self), NULL);
  return self->proxy;
}

GListModel *
tocsin_client_get_monitors (TocsinClient *self)
{
  g_return_val_if_fail (TOCSIN_IS_CLIENT (self), NULL);
  return G_LIST_MODEL (self->monitors);
}

TocsinMonitorItem *
tocsin_client_find (TocsinClient *self, const char *id)
{
  g_return_val_if_fail (TOCSIN_IS_CLIENT (self) && id != NULL, NULL);
  return g_hash_table_lookup (self->by_id, id);
}

void
tocsin_client_hide (TocsinClient *self, const char *id, gboolean hidden)
{
  TocsinMonitorItem *item;

  g_return_if_fail (TOCSIN_IS_CLIENT (self) && id != NULL);

  item = g_hash_table_lookup (self->by_id, id);
  if (item == NULL)
    return;
  tocsin_monitor_item_set_hidden (item, hidden);
  g_signal_emit (self, signals[SIGNAL_MONITORS_CHANGED], 0);
}

gboolean
tocsin_client_is_offline (TocsinClient *self)
{
  g_return_val_if_fail (TOCSIN_IS_CLIENT (self), FALSE);
  return self->proxy != NULL && tocsin_dbus_tocsin1_get_offline (self->proxy);
}

const char *
tocsin_client_get_problem (TocsinClient *self)
{
  const char *problem;

  g_return_val_if_fail (TOCSIN_IS_CLIENT (self), "");
  problem = self->proxy != NULL ? tocsin_dbus_tocsin1_get_problem (self->proxy) : NULL;
  return problem != NULL ? problem : "";
}

const char *
tocsin_client_get_secrets_problem (TocsinClient *self)
{
  const char *problem;

  g_return_val_if_fail (TOCSIN_IS_CLIENT (self), "");
  problem = self->proxy != NULL ? tocsin_dbus_tocsin1_get_secrets_problem (self->proxy) : NULL;
  return problem != NULL ? problem : "";
}

GPtrArray *
tocsin_client_get_accounts (TocsinClient *self)
{
  g_return_val_if_fail (TOCSIN_IS_CLIENT (self), NULL);
  return self->accounts;
}

static gboolean
tick_cb (gpointer user_data)
{
  g_signal_emit (user_data, signals[SIGNAL_TICK], 0);
  return G_SOURCE_CONTINUE;
}

void
tocsin_client_set_seen (TocsinClient *self, gboolean seen)
{
  g_return_if_fail (TOCSIN_IS_CLIENT (self));

  if (seen && self->tick_id == 0)
    self->tick_id = g_timeout_add_seconds (1, tick_cb, self);
  else if (!seen)
    g_clear_handle_id (&self->tick_id, g_source_remove);
}
