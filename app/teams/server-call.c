/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "server-call"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "server-call.h"

static JsonObject *
parse (const char *text)
{
  g_autoptr (JsonNode) node = *text != '\0' ? json_from_string (text, NULL) : NULL;

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node)
             ? json_object_ref (json_node_get_object (node))
             : NULL;
}

/* RFC 9457: what a problem says for people. */
static const char *
get_problem (JsonObject *json)
{
  const char *text = NULL;

  if (json != NULL)
    text = json_object_get_string_member_with_default (json, "detail", NULL);
  if (text == NULL && json != NULL)
    text = json_object_get_string_member_with_default (json, "title", NULL);
  return text != NULL ? text : _ ("The server refused, and did not say why.");
}

static void
called_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autofree char *text = NULL;
  g_autoptr (JsonObject) json = NULL;
  GError *error = NULL;
  guint status;

  if (!tocsin_dbus_tocsin1_call_server_call_finish (TOCSIN_DBUS_TOCSIN1 (source), &status, &text,
                                                    result, &error)) {
    g_task_return_error (task, error);
    return;
  }
  json = parse (text);
  if (status >= 400)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, "%s",
                             get_problem (json));
  else
    g_task_return_pointer (task, g_steal_pointer (&json), (GDestroyNotify) json_object_unref);
}

void
tocsin_server_call_async (TocsinClient *client, const char *account, const char *method,
                          const char *path, JsonObject *body, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  TocsinDbusTocsin1 *proxy;
  g_autoptr (GTask) task = NULL;
  g_autofree char *text = NULL;

  g_return_if_fail (TOCSIN_IS_CLIENT (client) && account != NULL && path != NULL);

  task = g_task_new (client, cancellable, callback, user_data);
  proxy = tocsin_client_get_proxy (client);
  if (proxy == NULL) {
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, "%s",
                             _ ("Tocsin’s background service is not running."));
    return;
  }
  if (body != NULL) {
    g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), body);

    text = json_to_string (node, FALSE);
  }
  tocsin_dbus_tocsin1_call_server_call (proxy, account, method, path, text != NULL ? text : "",
                                        cancellable, called_cb, g_steal_pointer (&task));
}

gboolean
tocsin_server_call_finish (TocsinClient *client, GAsyncResult *result, JsonObject **answer,
                           GError **error)
{
  g_autoptr (GError) local = NULL;
  JsonObject *json;

  g_return_val_if_fail (g_task_is_valid (result, client), FALSE);

  json = g_task_propagate_pointer (G_TASK (result), &local);
  if (local != NULL) {
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  if (answer != NULL)
    *answer = json;
  else
    g_clear_pointer (&json, json_object_unref);
  return TRUE;
}
