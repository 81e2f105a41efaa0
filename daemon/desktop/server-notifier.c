/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "server-notifier"

#include "config.h"

#include "notifier-private.h"
#include "tray-icon.h"

/* Desktop Notifications Specification 1.2. */
#define NAME           "org.freedesktop.Notifications"
#define PATH           "/org/freedesktop/Notifications"
#define IMAGE_PX       48
#define KEPT_MOST      200 /* notifications that are remembered */
#define REASON_USER    2   /* of NotificationClosed */
#define SERVERS_CHOICE (-1)

/* A notification of ours, while the server has it or is asked for it. */
typedef struct {
  guint key;
  guint id;          /* the server's; 0: none yet */
  GVariant *waiting; /* (owned) (nullable) the Notify call that comes next, without its id */
  gboolean is_asked; /* a call is under way, so the id is not known */
  gboolean is_closed;
  gboolean stays;
} Shown;

typedef struct {
  TocsinNotifier parent;

  GCancellable *cancellable; /* (owned) */
  GHashTable *shown;         /* (owned) key → Shown, owned */
  guint signal_id, watch_id;
  gboolean is_asked, is_known; /* what the server can */
  gboolean has_actions, has_markup;
  guint token_id; /* whose token this is */
  char *token;    /* (owned) (nullable) */
} ServerNotifier;

static void
free_shown (gpointer data)
{
  Shown *shown = data;

  g_clear_pointer (&shown->waiting, g_variant_unref);
  g_free (shown);
}

static Shown *
find_by_id (ServerNotifier *self, guint id)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->shown);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (((Shown *) value)->id == id)
      return value;
  return NULL;
}

static void
drop (ServerNotifier *self, Shown *shown)
{
  g_hash_table_remove (self->shown, GUINT_TO_POINTER (shown->key));
}

/* --- calls --- */

static void send_next (ServerNotifier *self, Shown *shown);

typedef struct {
  ServerNotifier *self;
  guint key;
} Call;

static void
notified_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Call *call = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  Shown *shown;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  shown = g_hash_table_lookup (call->self->shown, GUINT_TO_POINTER (call->key));
  if (shown == NULL)
    return;
  shown->is_asked = FALSE;
  if (answer == NULL) {
    g_debug ("nothing was notified: %s", error->message);
    drop (call->self, shown);
    return;
  }
  g_variant_get (answer, "(u)", &shown->id);
  send_next (call->self, shown);
}

static void
call_close (ServerNotifier *self, guint id)
{
  g_dbus_connection_call (self->parent.connection, NAME, PATH, NAME, "CloseNotification",
                          g_variant_new ("(u)", id), NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, -1,
                          NULL, NULL, NULL);
}

/* Sends what waits, once it is known what the server can and what it called the last one. */
static void
send_next (ServerNotifier *self, Shown *shown)
{
  g_autoptr (GVariant) waiting = NULL;
  g_autoptr (GVariant) hints = NULL;
  g_autofree const char **actions = NULL;
  const char *summary, *body;
  g_autofree char *markup = NULL;
  Call *call;

  if (!self->is_known || shown->is_asked)
    return;
  if (shown->is_closed) {
    if (shown->id != 0)
      call_close (self, shown->id);
    drop (self, shown);
    return;
  }
  if (shown->waiting == NULL)
    return;
  waiting = g_steal_pointer (&shown->waiting);
  g_variant_get (waiting, "(&s&s^a&s@a{sv})", &summary, &body, &actions, &hints);
  markup = self->has_markup ? g_markup_escape_text (body, -1) : g_strdup (body);
  if (!self->has_actions)
    actions[0] = NULL;
  call = g_new0 (Call, 1);
  call->self = self;
  call->key = shown->key;
  shown->is_asked = TRUE;
  g_dbus_connection_call (
      self->parent.connection, NAME, PATH, NAME, "Notify",
      g_variant_new ("(susss^as@a{sv}i)", "Tocsin", shown->id, "org.tocsin.Tocsin", summary, markup,
                     actions, hints, shown->stays ? 0 : SERVERS_CHOICE),
      G_VARIANT_TYPE ("(u)"), G_DBUS_CALL_FLAGS_NONE, -1, self->cancellable, notified_cb, call);
}

static void
send_all (ServerNotifier *self)
{
  g_autoptr (GList) all = g_hash_table_get_values (self->shown);

  for (GList *l = all; l != NULL; l = l->next)
    send_next (self, l->data);
}

static void
got_capabilities_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ServerNotifier *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_autofree const char **list = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self->is_asked = FALSE;
  if (answer == NULL) {
    g_debug ("there is no notification server: %s", error->message);
    g_hash_table_remove_all (self->shown);
    return;
  }
  g_variant_get (answer, "(^a&s)", &list);
  self->has_actions = g_strv_contains (list, "actions");
  self->has_markup = g_strv_contains (list, "body-markup");
  self->is_known = TRUE;
  send_all (self);
}

/* What the server can is asked with the first notification, which starts one where it can be
 * started. */
static void
ask_for_capabilities (ServerNotifier *self)
{
  if (self->is_known || self->is_asked)
    return;
  self->is_asked = TRUE;
  g_dbus_connection_call (self->parent.connection, NAME, PATH, NAME, "GetCapabilities", NULL,
                          G_VARIANT_TYPE ("(as)"), G_DBUS_CALL_FLAGS_NONE, -1, self->cancellable,
                          got_capabilities_cb, self);
}

/* --- what is sent --- */

static GVariant *
make_image (guint kind)
{
  static const guint8 looks[] = {
    [TOCSIN_NOTICE_DOWN] = TOCSIN_TRAY_DOWN,
    [TOCSIN_NOTICE_DEGRADED] = TOCSIN_TRAY_DEGRADED,
    [TOCSIN_NOTICE_UP] = TOCSIN_TRAY_UP,
    [TOCSIN_NOTICE_FLAPPING] = TOCSIN_TRAY_DEGRADED,
    [TOCSIN_NOTICE_STEADY] = TOCSIN_TRAY_UP,
    [TOCSIN_NOTICE_CERTIFICATE] = TOCSIN_TRAY_DEGRADED,
    [TOCSIN_NOTICE_OFFLINE] = TOCSIN_TRAY_OFFLINE,
    [TOCSIN_NOTICE_ONLINE] = TOCSIN_TRAY_UP,
    [TOCSIN_NOTICE_INCIDENT] = TOCSIN_TRAY_UNKNOWN,
  };
  g_autoptr (GBytes) argb = tocsin_tray_icon_draw (looks[kind], 0, IMAGE_PX);
  g_autoptr (GBytes) rgba = tocsin_tray_icon_to_rgba (argb);

  return g_variant_new ("(iiibii@ay)", IMAGE_PX, IMAGE_PX, IMAGE_PX * 4, TRUE, 8, 4,
                        g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, rgba, TRUE));
}

static GVariant *
make_hints (const TocsinNote *note, gboolean sound)
{
  gboolean is_error = note->kind == TOCSIN_NOTICE_DOWN;
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "urgency", "y", note->urgency);
  g_variant_dict_insert (&dict, "category", "s", is_error ? "network.error" : "network");
  g_variant_dict_insert (&dict, "desktop-entry", "s", "org.tocsin.Tocsin");
  g_variant_dict_insert_value (&dict, "image-data", make_image (note->kind));
  if (note->stays)
    g_variant_dict_insert (&dict, "resident", "b", TRUE);
  if (!sound || note->quiet)
    g_variant_dict_insert (&dict, "suppress-sound", "b", TRUE);
  else if (is_error)
    g_variant_dict_insert (&dict, "sound-name", "s", "dialog-warning");
  return g_variant_dict_end (&dict);
}

static GVariant *
make_call (const TocsinNote *note, gboolean sound)
{
  g_autoptr (GArray) buttons = tocsin_note_get_buttons (note);
  GVariantBuilder actions;

  g_variant_builder_init (&actions, G_VARIANT_TYPE_STRING_ARRAY);
  for (guint i = 0; i < buttons->len; i++) {
    const TocsinNoteButton *button = &g_array_index (buttons, TocsinNoteButton, i);

    g_variant_builder_add (&actions, "s", button->action);
    g_variant_builder_add (&actions, "s", button->label);
  }
  return g_variant_ref_sink (g_variant_new ("(ssas@a{sv})", note->summary, note->body, &actions,
                                            make_hints (note, sound)));
}

static void
server_show (TocsinNotifier *notifier, const TocsinNote *note, gboolean sound)
{
  ServerNotifier *self = (ServerNotifier *) notifier;
  Shown *shown = g_hash_table_lookup (self->shown, GUINT_TO_POINTER (note->key));

  if (shown == NULL && (note->in_place || g_hash_table_size (self->shown) >= KEPT_MOST))
    return;
  if (shown == NULL) {
    shown = g_new0 (Shown, 1);
    shown->key = note->key;
    g_hash_table_insert (self->shown, GUINT_TO_POINTER (note->key), shown);
  }
  g_clear_pointer (&shown->waiting, g_variant_unref);
  shown->waiting = make_call (note, sound);
  shown->stays = note->stays;
  shown->is_closed = FALSE;
  ask_for_capabilities (self);
  send_next (self, shown);
}

static void
server_close (TocsinNotifier *notifier, guint key)
{
  ServerNotifier *self = (ServerNotifier *) notifier;
  Shown *shown = g_hash_table_lookup (self->shown, GUINT_TO_POINTER (key));

  if (shown == NULL)
    return;
  shown->is_closed = TRUE;
  if (self->is_known)
    send_next (self, shown);
  else
    drop (self, shown);
}

static void
server_close_all (TocsinNotifier *notifier)
{
  ServerNotifier *self = (ServerNotifier *) notifier;
  g_autoptr (GList) keys = g_hash_table_get_keys (self->shown);

  for (GList *l = keys; l != NULL; l = l->next)
    server_close (notifier, GPOINTER_TO_UINT (l->data));
}

/* --- what the server tells --- */

static void
closed (ServerNotifier *self, guint id, guint reason)
{
  Shown *shown = find_by_id (self, id);
  guint key;

  if (shown == NULL || id == 0)
    return;
  key = shown->key;
  if (shown->is_asked || shown->waiting != NULL)
    shown->id = 0; /* another is on its way */
  else
    drop (self, shown);
  if (reason == REASON_USER)
    self->parent.funcs->dismissed (key, self->parent.user_data);
}

static void
acted (ServerNotifier *self, guint id, const char *action)
{
  Shown *shown = find_by_id (self, id);
  g_autofree char *token = g_steal_pointer (&self->token);

  if (shown != NULL && id != 0)
    self->parent.funcs->acted (shown->key, action, self->token_id == id ? token : NULL,
                               self->parent.user_data);
}

static void
signal_cb (GDBusConnection *connection, const char *sender, const char *path, const char *interface,
           const char *signal, GVariant *parameters, gpointer user_data)
{
  ServerNotifier *self = user_data;
  const char *text;
  guint id, reason;

  if (g_str_equal (signal, "NotificationClosed") &&
      g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(uu)"))) {
    g_variant_get (parameters, "(uu)", &id, &reason);
    closed (self, id, reason);
  } else if (g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(us)"))) {
    g_variant_get (parameters, "(u&s)", &id, &text);
    if (g_str_equal (signal, "ActionInvoked")) {
      acted (self, id, text);
    } else if (g_str_equal (signal, "ActivationToken")) {
      g_free (self->token);
      self->token = g_strdup (text);
      self->token_id = id;
    }
  }
}

/* Another server knows none of them, and can other things. */
static void
vanished_cb (GDBusConnection *connection, const char *name, gpointer user_data)
{
  ServerNotifier *self = user_data;
  GHashTableIter iter;
  gpointer value;

  self->is_known = FALSE;
  g_hash_table_iter_init (&iter, self->shown);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (((Shown *) value)->waiting == NULL)
      g_hash_table_iter_remove (&iter);
    else
      ((Shown *) value)->id = 0;
}

/* --- life --- */

static void
server_free (TocsinNotifier *notifier)
{
  ServerNotifier *self = (ServerNotifier *) notifier;

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_dbus_connection_signal_unsubscribe (notifier->connection, self->signal_id);
  g_bus_unwatch_name (self->watch_id);
  g_hash_table_unref (self->shown);
  g_free (self->token);
  g_free (self);
}

static const TocsinNotifierClass server_class = { server_show, server_close, server_close_all,
                                                  server_free };

TocsinNotifier *
tocsin_notifier_new (GDBusConnection *connection, const TocsinNotifierFuncs *funcs,
                     gpointer user_data)
{
  ServerNotifier *self = g_new0 (ServerNotifier, 1);

  self->parent = (TocsinNotifier){ &server_class, g_object_ref (connection), funcs, user_data };
  self->cancellable = g_cancellable_new ();
  self->shown = g_hash_table_new_full (NULL, NULL, NULL, free_shown);
  self->signal_id = g_dbus_connection_signal_subscribe (
      connection, NAME, NAME, NULL, PATH, NULL, G_DBUS_SIGNAL_FLAGS_NONE, signal_cb, self, NULL);
  self->watch_id = g_bus_watch_name_on_connection (connection, NAME, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                                   NULL, vanished_cb, self, NULL);
  return &self->parent;
}
