/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "keyring"

#include "config.h"

#include <glib/gi18n-lib.h>
#define SECRET_API_SUBJECT_TO_CHANGE 1 /* collections are, on paper; they have not for ten years */
#include <libsecret/secret.h>

#include "errors.h"
#include "keyring.h"
#include "vault.h"

#define SERVICE      "org.freedesktop.secrets"
#define SETTLE_MS    300 /* a keyring that changes says so with several signals */
#define LOOK_AGAIN_S 60  /* should it change without a word */

typedef enum {
  LOOKING,
  OPEN,
  LOCKED,
  ABSENT,
  REFUSED, /* it is there, and does not do what it is asked for */
} State;

struct _TocsinKeyring {
  GObject parent_instance;

  SecretService *service; /* (owned) (nullable) not the shared one: it outlives its service */
  GHashTable *attributes; /* (owned) of the item */
  GBytes *given;          /* (owned) (nullable) to be moved in */
  GBytes *key;            /* (owned) (nullable) */
  State state;
  char *problem;             /* (owned) (nullable) */
  GCancellable *cancellable; /* (owned) */
  GDBusConnection *bus;      /* (owned) (nullable) */
  guint signals_id, name_id;
  guint look_id;
  gboolean is_looking, look_again, has_stored;
  GSList *unlocking; /* (element-type GTask) (owned) they end with the next look */
};

G_DEFINE_FINAL_TYPE (TocsinKeyring, tocsin_keyring, G_TYPE_OBJECT)

enum { SIGNAL_OPENED, SIGNAL_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

static const SecretSchema schema = {
  "org.tocsin.Tocsin.Key",
  SECRET_SCHEMA_NONE,
  { { "folder", SECRET_SCHEMA_ATTRIBUTE_STRING }, { NULL, 0 } },
};

static void look (TocsinKeyring *self);
static void look_soon (TocsinKeyring *self, guint ms);

/* --- what came of it --- */

static void
end_unlocking (TocsinKeyring *self)
{
  GSList *tasks = g_steal_pointer (&self->unlocking);

  for (GSList *at = tasks; at != NULL; at = at->next) {
    g_autoptr (GTask) task = at->data;

    if (self->state == OPEN)
      g_task_return_boolean (task, TRUE);
    else
      g_task_return_new_error (task, TOCSIN_ERROR, TOCSIN_ERROR_UNAVAILABLE, "%s", self->problem);
  }
  g_slist_free (tasks);
}

static void
stop_watching (TocsinKeyring *self)
{
  if (self->signals_id != 0)
    g_dbus_connection_signal_unsubscribe (self->bus, self->signals_id);
  self->signals_id = 0;
  g_clear_handle_id (&self->name_id, g_bus_unwatch_name);
  g_clear_handle_id (&self->look_id, g_source_remove);
}

static char *
make_problem (State state, const char *detail)
{
  switch (state) {
  case LOCKED:
    return g_strdup (_ ("The keyring, which has the key of the passwords, is locked: unlock it"));
  case ABSENT:
    return g_strdup (_ ("This session has no keyring for passwords: start one, such as GNOME "
                        "Keyring, or let tocsind use a file (--key-file)"));
  case REFUSED:
    return g_strdup_printf (_ ("The keyring does not keep the key of the passwords: %s"), detail);
  case LOOKING:
  case OPEN:
  default:
    return NULL;
  }
}

/* The end of a look. */
static void
set_state (TocsinKeyring *self, State state, const char *detail)
{
  g_autofree char *problem = make_problem (state, detail);
  gboolean is_new = g_strcmp0 (problem, self->problem) != 0 || state != self->state;

  self->is_looking = FALSE;
  self->state = state;
  g_free (self->problem);
  self->problem = g_steal_pointer (&problem);
  end_unlocking (self);
  if (state == OPEN) {
    stop_watching (self);
    g_signal_emit (self, signals[SIGNAL_OPENED], 0);
  } else if (self->look_again) {
    look_soon (self, SETTLE_MS);
  } else if (self->look_id == 0) { /* something may have changed meanwhile */
    look_soon (self, LOOK_AGAIN_S * 1000);
  }
  self->look_again = FALSE;
  if (is_new)
    g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
fail (TocsinKeyring *self, const GError *error)
{
  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  g_info ("%s", error->message);
  if (g_error_matches (error, SECRET_ERROR, SECRET_ERROR_IS_LOCKED) ||
      g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_ACCESS_DENIED))
    set_state (self, LOCKED, NULL);
  else if (error->domain == G_DBUS_ERROR)
    set_state (self, ABSENT, NULL);
  else
    set_state (self, REFUSED, error->message);
}

/* --- putting a key in --- */

static void
stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinKeyring) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!secret_service_store_finish (SECRET_SERVICE (source), result, &error)) {
    fail (self, error);
    return;
  }
  self->is_looking = FALSE;
  look (self); /* what was written counts once it could be read */
}

static void
store (TocsinKeyring *self, SecretService *service)
{
  g_autoptr (GBytes) made = self->given == NULL ? tocsin_vault_make_key () : NULL;
  char *text = tocsin_vault_key_to_text (made != NULL ? made : self->given);
  SecretValue *value = secret_value_new (text, -1, "text/plain");

  self->has_stored = TRUE;
  secret_service_store (service, &schema, self->attributes, SECRET_COLLECTION_DEFAULT,
                        _ ("Tocsin: key of the passwords"), value, self->cancellable, stored_cb,
                        g_object_ref (self));
  secret_value_unref (value);
  tocsin_vault_free_text (text);
}

static void
got_collection_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinKeyring) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SecretCollection) collection = secret_collection_for_alias_finish (result, &error);

  if (error != NULL)
    fail (self, error);
  else if (collection == NULL || secret_collection_get_locked (collection))
    set_state (self, LOCKED, NULL);
  else
    store (self, secret_collection_get_service (collection));
}

/* An item can be made in an unlocked keyring without anyone being asked. */
static void
store_unless_locked (TocsinKeyring *self, SecretService *service)
{
  if (self->has_stored)
    set_state (self, REFUSED, _ ("it was stored, and is not found again"));
  else
    secret_collection_for_alias (service, SECRET_COLLECTION_DEFAULT, SECRET_COLLECTION_NONE,
                                 self->cancellable, got_collection_cb, g_object_ref (self));
}

/* --- looking --- */

static void
take_key (TocsinKeyring *self, SecretService *service, GBytes *key)
{
  if (self->given != NULL && !g_bytes_equal (self->given, key)) {
    if (self->has_stored)
      set_state (self, REFUSED, _ ("what was stored is not what is found again"));
    else
      store (self, service); /* the one in use is what the passwords were sealed with */
    return;
  }
  g_clear_pointer (&self->key, g_bytes_unref);
  self->key = g_bytes_ref (key);
  set_state (self, OPEN, NULL);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinKeyring) self = user_data;
  SecretItem *item = SECRET_ITEM (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) key = NULL;
  SecretValue *value;

  if (!secret_item_load_secret_finish (item, result, &error)) {
    fail (self, error);
    return;
  }
  value = secret_item_get_secret (item);
  key = value != NULL ? tocsin_vault_key_from_text (secret_value_get_text (value)) : NULL;
  g_clear_pointer (&value, secret_value_unref);
  if (key != NULL)
    take_key (self, secret_item_get_service (item), key);
  else
    set_state (self, REFUSED, _ ("what it has is no key; remove the item “Tocsin”"));
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinKeyring) self = user_data;
  g_autoptr (GError) error = NULL;
  GList *items = secret_service_search_finish (SECRET_SERVICE (source), result, &error);

  if (error != NULL)
    fail (self, error);
  else if (items == NULL)
    store_unless_locked (self, SECRET_SERVICE (source));
  else if (secret_item_get_locked (items->data))
    set_state (self, LOCKED, NULL);
  else
    secret_item_load_secret (items->data, self->cancellable, loaded_cb, g_object_ref (self));
  g_list_free_full (items, g_object_unref);
}

static void
search (TocsinKeyring *self)
{
  secret_service_search (self->service, &schema, self->attributes, SECRET_SEARCH_NONE,
                         self->cancellable, found_cb, g_object_ref (self));
}

static void
got_service_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinKeyring) self = user_data;
  g_autoptr (GError) error = NULL;
  SecretService *service = secret_service_open_finish (result, &error);

  if (service == NULL) {
    fail (self, error);
    return;
  }
  g_clear_object (&self->service);
  self->service = service;
  search (self);
}

static void
look (TocsinKeyring *self)
{
  g_clear_handle_id (&self->look_id, g_source_remove);
  if (self->is_looking) {
    self->look_again = TRUE;
    return;
  }
  self->is_looking = TRUE;
  if (self->service != NULL)
    search (self);
  else
    secret_service_open (SECRET_TYPE_SERVICE, NULL, SECRET_SERVICE_OPEN_SESSION, self->cancellable,
                         got_service_cb, g_object_ref (self));
}

static gboolean
look_cb (gpointer user_data)
{
  TocsinKeyring *self = user_data;

  self->look_id = 0;
  look (self);
  return G_SOURCE_REMOVE;
}

static void
look_soon (TocsinKeyring *self, guint ms)
{
  g_clear_handle_id (&self->look_id, g_source_remove);
  self->look_id = g_timeout_add (ms, look_cb, self);
}

/* --- asking for it --- */

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinKeyring) self = user_data;
  g_autoptr (GError) error = NULL;
  GList *items = secret_service_search_finish (SECRET_SERVICE (source), result, &error);

  self->is_looking = FALSE;
  if (error != NULL) {
    fail (self, error);
  } else if (items != NULL) {
    look (self);
  } else {
    self->is_looking = TRUE;
    store (self, SECRET_SERVICE (source)); /* asks too, where the keyring is locked or not made */
  }
  g_list_free_full (items, g_object_unref);
}

void
tocsin_keyring_unlock (TocsinKeyring *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (TOCSIN_IS_KEYRING (self));

  task = g_task_new (self, NULL, callback, user_data);
  if (self->state == OPEN) {
    g_task_return_boolean (task, TRUE);
    return;
  }
  self->unlocking = g_slist_prepend (self->unlocking, g_steal_pointer (&task));
  if (self->service == NULL || self->is_looking) {
    look (self); /* it ends with what is so now */
    return;
  }
  g_clear_handle_id (&self->look_id, g_source_remove);
  self->is_looking = TRUE;
  self->has_stored = FALSE;
  secret_service_search (self->service, &schema, self->attributes, SECRET_SEARCH_UNLOCK,
                         self->cancellable, asked_cb, g_object_ref (self));
}

gboolean
tocsin_keyring_unlock_finish (TocsinKeyring *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- watching --- */

static void
signal_cb (GDBusConnection *bus, const char *sender, const char *path, const char *interface,
           const char *name, GVariant *parameters, gpointer user_data)
{
  look_soon (user_data, SETTLE_MS);
}

/* Another service knows nothing of the session that was opened with the last one. */
static void
appeared_cb (GDBusConnection *bus, const char *name, const char *owner, gpointer user_data)
{
  TocsinKeyring *self = user_data;

  g_clear_object (&self->service);
  look_soon (self, SETTLE_MS);
}

static void
vanished_cb (GDBusConnection *bus, const char *name, gpointer user_data)
{
  g_clear_object (&((TocsinKeyring *) user_data)->service);
}

static void
got_bus_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinKeyring) self = user_data;

  self->bus = g_bus_get_finish (result, NULL);
  if (self->bus == NULL || self->state == OPEN)
    return;
  self->signals_id = g_dbus_connection_signal_subscribe (
      self->bus, SERVICE, NULL, NULL, NULL, NULL, G_DBUS_SIGNAL_FLAGS_NONE, signal_cb, self, NULL);
  self->name_id = g_bus_watch_name_on_connection (self->bus, SERVICE, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                                  appeared_cb, vanished_cb, self, NULL);
}

/* --- life --- */

static void
tocsin_keyring_dispose (GObject *object)
{
  TocsinKeyring *self = TOCSIN_KEYRING (object);

  stop_watching (self);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->bus);
  g_clear_object (&self->service);
  G_OBJECT_CLASS (tocsin_keyring_parent_class)->dispose (object);
}

static void
tocsin_keyring_finalize (GObject *object)
{
  TocsinKeyring *self = TOCSIN_KEYRING (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->attributes, g_hash_table_unref);
  g_clear_pointer (&self->given, g_bytes_unref);
  g_clear_pointer (&self->key, g_bytes_unref);
  g_free (self->problem);
  G_OBJECT_CLASS (tocsin_keyring_parent_class)->finalize (object);
}

static void
tocsin_keyring_class_init (TocsinKeyringClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = tocsin_keyring_dispose;
  object_class->finalize = tocsin_keyring_finalize;
  signals[SIGNAL_OPENED] = g_signal_new ("opened", TOCSIN_TYPE_KEYRING, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", TOCSIN_TYPE_KEYRING, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tocsin_keyring_init (TocsinKeyring *self)
{
  self->cancellable = g_cancellable_new ();
}

TocsinKeyring *
tocsin_keyring_new (const char *data_dir, GBytes *key)
{
  TocsinKeyring *self;

  g_return_val_if_fail (data_dir != NULL, NULL);

  self = g_object_new (TOCSIN_TYPE_KEYRING, NULL);
  self->attributes = secret_attributes_build (&schema, "folder", data_dir, NULL);
  self->given = key != NULL ? g_bytes_ref (key) : NULL;
  g_bus_get (G_BUS_TYPE_SESSION, self->cancellable, got_bus_cb, g_object_ref (self));
  look (self);
  return self;
}

GBytes *
tocsin_keyring_get_key (TocsinKeyring *self)
{
  g_return_val_if_fail (TOCSIN_IS_KEYRING (self), NULL);
  return self->key;
}

const char *
tocsin_keyring_get_problem (TocsinKeyring *self)
{
  g_return_val_if_fail (TOCSIN_IS_KEYRING (self), NULL);
  return self->problem;
}

gboolean
tocsin_keyring_is_locked (TocsinKeyring *self)
{
  g_return_val_if_fail (TOCSIN_IS_KEYRING (self), FALSE);
  return self->state == LOCKED;
}
