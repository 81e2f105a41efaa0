/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "portal-notifier"

#include "config.h"

#include <string.h>

#include "notifier-private.h"

/* org.freedesktop.portal.Notification, version 1: it knows no hints and tells of no dismissal. */
#define NAME      "org.freedesktop.portal.Desktop"
#define PATH      "/org/freedesktop/portal/desktop"
#define INTERFACE "org.freedesktop.portal.Notification"
#define ID_PREFIX "tocsin-"

typedef struct {
  TocsinNotifier parent;

  GHashTable *shown; /* (owned) a set of keys */
  guint signal_id;
} PortalNotifier;

static void
called_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (answer == NULL)
    g_debug ("the portal did not notify: %s", error->message);
}

static void
call (TocsinNotifier *notifier, const char *method, GVariant *parameters)
{
  g_dbus_connection_call (notifier->connection, NAME, PATH, INTERFACE, method, parameters, NULL,
                          G_DBUS_CALL_FLAGS_NONE, -1, NULL, called_cb, NULL);
}

static GVariant *
make_buttons (const TocsinNote *note)
{
  g_autoptr (GArray) buttons = tocsin_note_get_buttons (note);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < buttons->len; i++) {
    const TocsinNoteButton *button = &g_array_index (buttons, TocsinNoteButton, i);
    GVariantDict dict;

    g_variant_dict_init (&dict, NULL);
    g_variant_dict_insert (&dict, "label", "s", button->label);
    g_variant_dict_insert (&dict, "action", "s", button->action);
    g_variant_builder_add_value (&builder, g_variant_dict_end (&dict));
  }
  return g_variant_builder_end (&builder);
}

static void
portal_show (TocsinNotifier *notifier, const TocsinNote *note, gboolean sound)
{
  PortalNotifier *self = (PortalNotifier *) notifier;
  g_autofree char *id = g_strdup_printf (ID_PREFIX "%u", note->key);
  gboolean is_there = g_hash_table_contains (self->shown, GUINT_TO_POINTER (note->key));
  GVariantDict dict;

  if (note->in_place && !is_there)
    return;
  g_hash_table_add (self->shown, GUINT_TO_POINTER (note->key));
  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "title", "s", note->summary);
  g_variant_dict_insert (&dict, "body", "s", note->body);
  g_variant_dict_insert (&dict, "priority", "s",
                         note->stays             ? "urgent"
                         : note->quiet || !sound ? "low"
                                                 : "normal");
  g_variant_dict_insert (&dict, "default-action", "s", TOCSIN_ACTION_OPEN);
  g_variant_dict_insert_value (&dict, "buttons", make_buttons (note));
  call (notifier, "AddNotification", g_variant_new ("(s@a{sv})", id, g_variant_dict_end (&dict)));
}

static void
portal_close (TocsinNotifier *notifier, guint key)
{
  PortalNotifier *self = (PortalNotifier *) notifier;
  g_autofree char *id = g_strdup_printf (ID_PREFIX "%u", key);

  if (g_hash_table_remove (self->shown, GUINT_TO_POINTER (key)))
    call (notifier, "RemoveNotification", g_variant_new ("(s)", id));
}

static void
portal_close_all (TocsinNotifier *notifier)
{
  g_autoptr (GList) keys = g_hash_table_get_keys (((PortalNotifier *) notifier)->shown);

  for (GList *l = keys; l != NULL; l = l->next)
    portal_close (notifier, GPOINTER_TO_UINT (l->data));
}

static void
signal_cb (GDBusConnection *connection, const char *sender, const char *path, const char *interface,
           const char *signal, GVariant *parameters, gpointer user_data)
{
  PortalNotifier *self = user_data;
  const char *id, *action;
  g_autoptr (GVariant) parameter = NULL;
  guint64 key;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(ssav)")))
    return;
  g_variant_get (parameters, "(&s&s@av)", &id, &action, &parameter);
  if (!g_str_has_prefix (id, ID_PREFIX) ||
      !g_ascii_string_to_unsigned (id + strlen (ID_PREFIX), 10, 1, G_MAXUINT, &key, NULL))
    return;
  self->parent.funcs->acted ((guint) key, action, NULL, self->parent.user_data);
}

static void
portal_free (TocsinNotifier *notifier)
{
  PortalNotifier *self = (PortalNotifier *) notifier;

  g_dbus_connection_signal_unsubscribe (notifier->connection, self->signal_id);
  g_hash_table_unref (self->shown);
  g_free (self);
}

static const TocsinNotifierClass portal_class = { portal_show, portal_close, portal_close_all,
                                                  portal_free };

TocsinNotifier *
tocsin_notifier_new_for_portal (GDBusConnection *connection, const TocsinNotifierFuncs *funcs,
                                gpointer user_data)
{
  PortalNotifier *self = g_new0 (PortalNotifier, 1);

  self->parent = (TocsinNotifier){ &portal_class, g_object_ref (connection), funcs, user_data };
  self->shown = g_hash_table_new (NULL, NULL);
  self->signal_id =
      g_dbus_connection_signal_subscribe (connection, NAME, INTERFACE, "ActionInvoked", PATH, NULL,
                                          G_DBUS_SIGNAL_FLAGS_NONE, signal_cb, self, NULL);
  return &self->parent;
}
