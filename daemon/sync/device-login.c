/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "device-login"

#include "config.h"

#include <libsoup/soup.h>
#include <string.h>

#include "device-login.h"
#include "errors.h"
#include "timetext.h"

#define DEVICE_GRANT  "urn:ietf:params:oauth:grant-type:device_code"
#define SCOPES        "read write admin"
#define INTERVAL_S    5  /* where the server names none, RFC 8628, section 3.2 */
#define SLOWER_BY_S   5  /* section 3.5 */
#define INTERVAL_MOST 60 /* s */

struct _TocsinDeviceLogin {
  GObject parent_instance;

  TocsinServerClient *client; /* (owned) */
  TocsinDeviceCode code;
  char *device_code;
  guint interval_s;
  guint poll_id;
  gulong cancel_id;
  GTask *waiting; /* (owned) (nullable) */
  char *access, *refresh, *user;
};

G_DEFINE_FINAL_TYPE (TocsinDeviceLogin, tocsin_device_login, G_TYPE_OBJECT)

static void
post_form (TocsinDeviceLogin *self, const char *path, char *form /* (transfer full) */,
           GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GBytes) body = g_bytes_new_take (form, strlen (form));

  tocsin_server_client_call (self->client, "POST", path, body, SOUP_FORM_MIME_TYPE_URLENCODED, NULL,
                             cancellable, callback, user_data);
}

static const char *
get_text (JsonObject *object, const char *name)
{
  return json_object_get_string_member_with_default (object, name, NULL);
}

/* --- the code --- */

static gboolean
take_code (TocsinDeviceLogin *self, const TocsinServerReply *reply, GError **error)
{
  JsonObject *object = tocsin_server_reply_get_object (reply);
  const char *device, *user, *url, *complete;
  gint64 interval;

  if (reply->status == 404 || (reply->status == 200 && object == NULL))
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "%s is no Tocsin server",
                        tocsin_server_client_get_address (self->client));
  if (!tocsin_server_reply_check (reply, error))
    return FALSE;
  device = get_text (object, "device_code");
  user = get_text (object, "user_code");
  url = get_text (object, "verification_uri");
  complete = get_text (object, "verification_uri_complete");
  if (device == NULL || user == NULL || url == NULL)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "%s is no Tocsin server",
                        tocsin_server_client_get_address (self->client));
  self->device_code = g_strdup (device);
  self->code.user_code = g_strdup (user);
  self->code.url = g_strdup (url);
  self->code.url_complete = g_strdup (complete != NULL ? complete : url);
  self->code.expires_at =
      g_get_real_time () +
      json_object_get_int_member_with_default (object, "expires_in", 600) * TOCSIN_US_PER_S;
  interval = json_object_get_int_member_with_default (object, "interval", INTERVAL_S);
  self->interval_s = (guint) CLAMP (interval, 1, INTERVAL_MOST);
  return TRUE;
}

static void
began_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  TocsinDeviceLogin *self = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr (TocsinServerReply) reply =
      tocsin_server_client_call_finish (TOCSIN_SERVER_CLIENT (source), result, &error);

  if (reply != NULL && take_code (self, reply, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
tocsin_device_login_begin (TocsinDeviceLogin *self, const char *device_name,
                           GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_return_if_fail (TOCSIN_IS_DEVICE_LOGIN (self));

  post_form (self, "/oauth/device",
             soup_form_encode ("client_name", device_name, "scope", SCOPES, NULL), cancellable,
             began_cb, g_task_new (self, cancellable, callback, user_data));
}

const TocsinDeviceCode *
tocsin_device_login_begin_finish (TocsinDeviceLogin *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error) ? &self->code : NULL;
}

/* --- the wait --- */

static void poll_later (TocsinDeviceLogin *self);

static void
end_wait (TocsinDeviceLogin *self, GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->waiting);

  g_clear_handle_id (&self->poll_id, g_source_remove);
  if (task == NULL) {
    g_clear_error (&error);
    return;
  }
  if (self->cancel_id != 0)
    g_signal_handler_disconnect (g_task_get_cancellable (task), self->cancel_id);
  self->cancel_id = 0;
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
fail_wait (TocsinDeviceLogin *self, const char *sentence)
{
  end_wait (self, g_error_new_literal (TOCSIN_ERROR, TOCSIN_ERROR_UNAVAILABLE, sentence));
}

/* What a refusal means (RFC 8628, section 3.5): whether to ask again. */
static void
take_refusal (TocsinDeviceLogin *self, const char *word)
{
  if (g_strcmp0 (word, "slow_down") == 0)
    self->interval_s = MIN (self->interval_s + SLOWER_BY_S, INTERVAL_MOST);
  if (g_strcmp0 (word, "slow_down") == 0 || g_strcmp0 (word, "authorization_pending") == 0)
    poll_later (self);
  else if (g_strcmp0 (word, "access_denied") == 0)
    fail_wait (self, "the sign-in was denied");
  else if (g_strcmp0 (word, "expired_token") == 0)
    fail_wait (self, "nobody typed the code in, and it has run out; sign in again for a new one");
  else
    fail_wait (self, "the server refused the sign-in");
}

static void
got_me_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinDeviceLogin) self = user_data;
  GError *error = NULL;
  g_autoptr (TocsinServerReply) reply =
      tocsin_server_client_call_finish (TOCSIN_SERVER_CLIENT (source), result, &error);
  JsonObject *me = reply != NULL ? tocsin_server_reply_get_object (reply) : NULL;

  if (reply != NULL && tocsin_server_reply_check (reply, &error) && me != NULL)
    self->user = g_strdup (get_text (me, "id"));
  if (self->user == NULL && error == NULL)
    tocsin_fail (&error, TOCSIN_ERROR_UNAVAILABLE, "the server did not say who signed in");
  end_wait (self, error);
}

static void
polled_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinDeviceLogin) self = user_data;
  g_autoptr (TocsinServerReply) reply =
      tocsin_server_client_call_finish (TOCSIN_SERVER_CLIENT (source), result, NULL);
  JsonObject *object = reply != NULL ? tocsin_server_reply_get_object (reply) : NULL;

  if (self->waiting == NULL)
    return;
  if (reply == NULL || reply->status >= 500 || reply->status == 429) { /* it may come back */
    poll_later (self);
    return;
  }
  if (reply->status != 200 || object == NULL || get_text (object, "access_token") == NULL) {
    take_refusal (self, object != NULL ? get_text (object, "error") : NULL);
    return;
  }
  self->access = g_strdup (get_text (object, "access_token"));
  self->refresh = g_strdup (get_text (object, "refresh_token"));
  tocsin_server_client_set_tokens (self->client, self->access, self->refresh);
  tocsin_server_client_call (self->client, "GET", "/api/v1/me", NULL, NULL, NULL,
                             g_task_get_cancellable (self->waiting), got_me_cb,
                             g_object_ref (self));
}

static gboolean
poll_cb (gpointer user_data)
{
  TocsinDeviceLogin *self = user_data;

  self->poll_id = 0;
  if (g_get_real_time () > self->code.expires_at)
    take_refusal (self, "expired_token");
  else
    post_form (
        self, "/oauth/token",
        soup_form_encode ("grant_type", DEVICE_GRANT, "device_code", self->device_code, NULL),
        g_task_get_cancellable (self->waiting), polled_cb, g_object_ref (self));
  return G_SOURCE_REMOVE;
}

static void
poll_later (TocsinDeviceLogin *self)
{
  self->poll_id = g_timeout_add_seconds (self->interval_s, poll_cb, self);
}

static void
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  TocsinDeviceLogin *self = user_data;

  self->cancel_id = 0; /* it can't be disconnected from within */
  fail_wait (self, "the sign-in was given up");
}

void
tocsin_device_login_wait (TocsinDeviceLogin *self, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (TOCSIN_IS_DEVICE_LOGIN (self));
  g_return_if_fail (self->device_code != NULL && self->waiting == NULL);

  self->waiting = g_task_new (self, cancellable, callback, user_data);
  g_task_set_check_cancellable (self->waiting, FALSE);
  if (cancellable != NULL)
    self->cancel_id = g_signal_connect (cancellable, "cancelled", G_CALLBACK (cancelled_cb), self);
  poll_later (self);
}

gboolean
tocsin_device_login_wait_finish (TocsinDeviceLogin *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- life --- */

const char *
tocsin_device_login_get_access (TocsinDeviceLogin *self)
{
  g_return_val_if_fail (TOCSIN_IS_DEVICE_LOGIN (self), NULL);

  return self->access;
}

const char *
tocsin_device_login_get_refresh (TocsinDeviceLogin *self)
{
  g_return_val_if_fail (TOCSIN_IS_DEVICE_LOGIN (self), NULL);

  return self->refresh;
}

const char *
tocsin_device_login_get_user (TocsinDeviceLogin *self)
{
  g_return_val_if_fail (TOCSIN_IS_DEVICE_LOGIN (self), NULL);

  return self->user;
}

const TocsinDeviceCode *
tocsin_device_login_get_code (TocsinDeviceLogin *self)
{
  g_return_val_if_fail (TOCSIN_IS_DEVICE_LOGIN (self), NULL);

  return &self->code;
}

gboolean
tocsin_device_login_is_waiting (TocsinDeviceLogin *self)
{
  g_return_val_if_fail (TOCSIN_IS_DEVICE_LOGIN (self), FALSE);

  return self->waiting != NULL;
}

TocsinServerClient *
tocsin_device_login_get_client (TocsinDeviceLogin *self)
{
  g_return_val_if_fail (TOCSIN_IS_DEVICE_LOGIN (self), NULL);

  return self->client;
}

TocsinDeviceLogin *
tocsin_device_login_new (TocsinServerClient *client)
{
  TocsinDeviceLogin *self = g_object_new (TOCSIN_TYPE_DEVICE_LOGIN, NULL);

  self->client = g_object_ref (client);
  return self;
}

static void
tocsin_device_login_finalize (GObject *object)
{
  TocsinDeviceLogin *self = TOCSIN_DEVICE_LOGIN (object);

  g_assert (self->waiting == NULL); /* it holds a reference */
  g_clear_handle_id (&self->poll_id, g_source_remove);
  g_clear_object (&self->client);
  g_free (self->device_code);
  g_free (self->code.user_code);
  g_free (self->code.url);
  g_free (self->code.url_complete);
  g_free (self->access);
  g_free (self->refresh);
  g_free (self->user);
  G_OBJECT_CLASS (tocsin_device_login_parent_class)->finalize (object);
}

static void
tocsin_device_login_class_init (TocsinDeviceLoginClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tocsin_device_login_finalize;
}

static void
tocsin_device_login_init (TocsinDeviceLogin *self)
{
}
