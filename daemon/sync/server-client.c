/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "server-client"

#include "config.h"

#include <libsoup/soup.h>
#include <string.h>

#include "errors.h"
#include "jsontext.h"
#include "server-client.h"

#define TIMEOUT_S     30
#define CHUNK_BYTES   (64 * 1024)
#define ADDRESS_BYTES 2000

struct _TocsinServerClient {
  GObject parent_instance;

  char *address;
  SoupSession *session;   /* (owned) */
  SoupSession *streams;   /* (owned) whose answers do not end */
  char *access, *refresh; /* (owned) (nullable) */
  gboolean renewing;
  GPtrArray *waiting; /* (owned) (element-type GTask) for the new token */
  TocsinServerTokens tokens_func;
  gpointer tokens_data;
};

G_DEFINE_FINAL_TYPE (TocsinServerClient, tocsin_server_client, G_TYPE_OBJECT)

/* A request that may have to be sent twice: with the token that has run out, and the new one. */
typedef struct {
  char *method, *path, *type, *etag, *last_id; /* (owned) (nullable) but the first two */
  GBytes *body;                                /* (owned) (nullable) */
  gboolean is_stream, renewed;
  char *sent_access;    /* (owned) (nullable) */
  SoupMessage *message; /* (owned) of this try */
  GByteArray *got;      /* (owned) */
} Request;

static void
free_request (gpointer data)
{
  Request *request = data;

  g_free (request->method);
  g_free (request->path);
  g_free (request->type);
  g_free (request->etag);
  g_free (request->last_id);
  g_free (request->sent_access);
  g_clear_pointer (&request->body, g_bytes_unref);
  g_clear_pointer (&request->got, g_byte_array_unref);
  g_clear_object (&request->message);
  g_free (request);
}

/* --- replies --- */

void
tocsin_server_reply_free (TocsinServerReply *reply)
{
  if (reply == NULL)
    return;
  g_clear_pointer (&reply->body, g_bytes_unref);
  g_clear_pointer (&reply->json, json_node_unref);
  g_free (reply->etag);
  g_free (reply);
}

JsonObject *
tocsin_server_reply_get_object (const TocsinServerReply *reply)
{
  return reply->json != NULL && JSON_NODE_HOLDS_OBJECT (reply->json)
             ? json_node_get_object (reply->json)
             : NULL;
}

static const char *
get_sentence (const TocsinServerReply *reply)
{
  static const char *const members[] = { "detail", "error_description", "error", "title" };
  JsonObject *object = tocsin_server_reply_get_object (reply);

  for (guint i = 0; object != NULL && i < G_N_ELEMENTS (members); i++) {
    JsonNode *node = json_object_get_member (object, members[i]);

    if (node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_string (node) != NULL)
      return json_node_get_string (node);
  }
  return NULL;
}

gboolean
tocsin_server_reply_check (const TocsinServerReply *reply, GError **error)
{
  const char *sentence;

  g_return_val_if_fail (reply != NULL, FALSE);

  if (reply->status >= 200 && reply->status < 300)
    return TRUE;
  sentence = get_sentence (reply);
  return tocsin_fail (error,
                      reply->status >= 500 || reply->status == 429 ? TOCSIN_ERROR_UNAVAILABLE
                                                                   : TOCSIN_ERROR_INVALID,
                      "the server answered %u%s%s", reply->status, sentence != NULL ? ": " : "",
                      sentence != NULL ? sentence : "");
}

/* --- addresses --- */

static gboolean
is_loopback (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  return g_ascii_strcasecmp (host, "localhost") == 0 ||
         (address != NULL && g_inet_address_get_is_loopback (address));
}

char *
tocsin_server_address_parse (const char *text, GError **error)
{
  g_autofree char *full = NULL, *plain = NULL;
  g_autoptr (GUri) uri = NULL;
  const char *scheme, *host;
  gsize n;

  g_return_val_if_fail (text != NULL, NULL);

  full = strstr (text, "://") != NULL ? g_strdup (text) : g_strconcat ("https://", text, NULL);
  uri = strlen (full) <= ADDRESS_BYTES ? g_uri_parse (full, G_URI_FLAGS_NONE, NULL) : NULL;
  host = uri != NULL ? g_uri_get_host (uri) : NULL;
  scheme = uri != NULL ? g_uri_get_scheme (uri) : NULL;
  if (host == NULL || *host == '\0' || g_uri_get_query (uri) != NULL ||
      g_uri_get_userinfo (uri) != NULL || g_uri_get_fragment (uri) != NULL) {
    tocsin_fail (error, TOCSIN_ERROR_INVALID,
                 "“%s”: a server’s address is wanted, like https://tocsin.example.org", text);
    return NULL;
  }
  if (g_strcmp0 (scheme, "https") != 0 &&
      (g_strcmp0 (scheme, "http") != 0 || !is_loopback (host))) {
    tocsin_fail (error, TOCSIN_ERROR_INVALID,
                 "“%s”: https is wanted, since who listens on the way would have the token", text);
    return NULL;
  }
  plain = g_uri_to_string (uri);
  for (n = strlen (plain); n > 0 && plain[n - 1] == '/'; n--)
    plain[n - 1] = '\0';
  return g_steal_pointer (&plain);
}

/* --- sending --- */

static void send_request (TocsinServerClient *self, GTask *task);

static SoupMessage *
make_message (TocsinServerClient *self, Request *request)
{
  g_autofree char *url = g_strconcat (self->address, request->path, NULL);
  SoupMessage *message = soup_message_new (request->method, url);
  SoupMessageHeaders *headers;

  if (message == NULL)
    return NULL;
  headers = soup_message_get_request_headers (message);
  g_free (request->sent_access);
  request->sent_access = g_strdup (self->access);
  if (self->access != NULL) {
    g_autofree char *value = g_strconcat ("Bearer ", self->access, NULL);

    soup_message_headers_replace (headers, "Authorization", value);
  }
  if (request->etag != NULL)
    soup_message_headers_replace (headers, "If-None-Match", request->etag);
  if (request->last_id != NULL)
    soup_message_headers_replace (headers, "Last-Event-ID", request->last_id);
  soup_message_headers_replace (headers, "Accept",
                                request->is_stream ? "text/event-stream" : "application/json");
  if (request->body != NULL)
    soup_message_set_request_body_from_bytes (message, request->type, request->body);
  return message;
}

static void
fail_to_reach (GTask *task, TocsinServerClient *self, const GError *cause)
{
  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_task_return_error (task, g_error_copy (cause));
  else
    g_task_return_new_error (task, TOCSIN_ERROR, TOCSIN_ERROR_UNAVAILABLE,
                             "%s can’t be reached: %s", self->address, cause->message);
}

/* --- a token that has run out --- */

static void
end_waiting (TocsinServerClient *self)
{
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&self->waiting);

  self->waiting = g_ptr_array_new ();
  for (guint i = 0; i < waiting->len; i++)
    send_request (self, waiting->pdata[i]);
}

static void
take_tokens (TocsinServerClient *self, JsonObject *object)
{
  const char *access = json_object_get_string_member_with_default (object, "access_token", NULL);
  const char *refresh = json_object_get_string_member_with_default (object, "refresh_token", NULL);

  if (access == NULL || refresh == NULL)
    return;
  tocsin_server_client_set_tokens (self, access, refresh);
  if (self->tokens_func != NULL)
    self->tokens_func (self->access, self->refresh, self->tokens_data);
}

static void
renewed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinServerClient) self = user_data;
  g_autoptr (GBytes) body = soup_session_send_and_read_finish (SOUP_SESSION (source), result, NULL);
  SoupMessage *message = soup_session_get_async_result_message (SOUP_SESSION (source), result);
  guint status = message != NULL ? soup_message_get_status (message) : 0;
  g_autofree char *text =
      body != NULL ? g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body)) : NULL;
  g_autoptr (JsonObject) object =
      text != NULL ? tocsin_json_parse_object (text, CHUNK_BYTES, NULL) : NULL;

  self->renewing = FALSE;
  if (status == 200 && object != NULL) {
    take_tokens (self, object);
  } else if (status == 400 || status == 401) { /* it is no good any more, and never will be */
    tocsin_server_client_set_tokens (self, NULL, NULL);
    if (self->tokens_func != NULL)
      self->tokens_func (NULL, NULL, self->tokens_data);
  }
  end_waiting (self);
}

static void
renew (TocsinServerClient *self)
{
  g_autofree char *url = g_strconcat (self->address, "/oauth/token", NULL);
  g_autofree char *form =
      soup_form_encode ("grant_type", "refresh_token", "refresh_token", self->refresh, NULL);
  g_autoptr (GBytes) body = g_bytes_new (form, strlen (form));
  g_autoptr (SoupMessage) message = soup_message_new ("POST", url);

  self->renewing = TRUE;
  soup_message_set_request_body_from_bytes (message, SOUP_FORM_MIME_TYPE_URLENCODED, body);
  soup_session_send_and_read_async (self->session, message, G_PRIORITY_DEFAULT, NULL, renewed_cb,
                                    g_object_ref (self));
}

/* TRUE: the request is sent again, with another token. */
static gboolean
retry_with_new_token (TocsinServerClient *self, GTask *task)
{
  Request *request = g_task_get_task_data (task);

  if (request->renewed || self->refresh == NULL)
    return FALSE;
  request->renewed = TRUE;
  if (!self->renewing && g_strcmp0 (request->sent_access, self->access) != 0) {
    send_request (self, g_object_ref (task)); /* somebody else renewed it meanwhile */
    return TRUE;
  }
  g_ptr_array_add (self->waiting, g_object_ref (task));
  if (!self->renewing)
    renew (self);
  return TRUE;
}

/* --- answers --- */

static void
finish (GTask *task)
{
  Request *request = g_task_get_task_data (task);
  TocsinServerReply *reply = g_new0 (TocsinServerReply, 1);
  SoupMessageHeaders *headers = soup_message_get_response_headers (request->message);
  gconstpointer data;
  gsize size;

  reply->status = soup_message_get_status (request->message);
  reply->body = g_byte_array_free_to_bytes (g_steal_pointer (&request->got));
  reply->etag = g_strdup (soup_message_headers_get_one (headers, "ETag"));
  data = g_bytes_get_data (reply->body, &size);
  if (size > 0) {
    g_autoptr (JsonParser) parser = json_parser_new_immutable ();

    if (json_parser_load_from_data (parser, data, (gssize) size, NULL))
      reply->json = json_parser_steal_root (parser);
  }
  g_task_return_pointer (task, reply, (GDestroyNotify) tocsin_server_reply_free);
}

static void read_cb (GObject *source, GAsyncResult *result, gpointer user_data);

/* Takes `task`. */
static void
read_more (GInputStream *stream, GTask *task)
{
  g_input_stream_read_bytes_async (stream, CHUNK_BYTES, G_PRIORITY_DEFAULT,
                                   g_task_get_cancellable (task), read_cb, task);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GInputStream *stream = G_INPUT_STREAM (source);
  g_autoptr (GTask) task = user_data;
  TocsinServerClient *self = g_task_get_source_object (task);
  Request *request = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (stream, result, &error);
  gsize size;
  gconstpointer data;

  if (bytes == NULL) {
    fail_to_reach (task, self, error);
    return;
  }
  data = g_bytes_get_data (bytes, &size);
  if (size == 0) {
    finish (task);
    return;
  }
  if (request->got->len + size > TOCSIN_SERVER_REPLY_BYTES) {
    g_task_return_new_error (task, TOCSIN_ERROR, TOCSIN_ERROR_UNAVAILABLE,
                             "%s answers with more than %d MB", self->address,
                             TOCSIN_SERVER_REPLY_BYTES / 1024 / 1024);
    return;
  }
  g_byte_array_append (request->got, data, (guint) size);
  read_more (stream, g_steal_pointer (&task));
}

static void
begin_stream (GTask *task, GInputStream *stream, guint status)
{
  if (status == 200)
    g_task_return_pointer (task, g_object_ref (stream), g_object_unref);
  else
    g_task_return_new_error (task, TOCSIN_ERROR,
                             status == 401 || status == 403 || status == 404
                                 ? TOCSIN_ERROR_NOT_FOUND
                                 : TOCSIN_ERROR_INVALID,
                             "the server answered %u", status);
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  TocsinServerClient *self = g_task_get_source_object (task);
  Request *request = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) stream =
      soup_session_send_finish (SOUP_SESSION (source), result, &error);
  guint status;

  if (stream == NULL) {
    fail_to_reach (task, self, error);
    return;
  }
  status = soup_message_get_status (request->message);
  if (status == 401 && retry_with_new_token (self, task))
    return;
  if (request->is_stream) {
    begin_stream (task, stream, status);
    return;
  }
  g_clear_pointer (&request->got, g_byte_array_unref);
  request->got = g_byte_array_new ();
  read_more (stream, g_steal_pointer (&task));
}

/* Takes `task`. */
static void
send_request (TocsinServerClient *self, GTask *task)
{
  Request *request = g_task_get_task_data (task);

  g_clear_object (&request->message);
  request->message = make_message (self, request);
  if (request->message == NULL) {
    g_task_return_new_error (task, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
                             "“%s%s” is no address of a server", self->address, request->path);
    g_object_unref (task);
    return;
  }
  soup_session_send_async (request->is_stream ? self->streams : self->session, request->message,
                           G_PRIORITY_DEFAULT, g_task_get_cancellable (task), sent_cb, task);
}

void
tocsin_server_client_call (TocsinServerClient *self, const char *method, const char *path,
                           GBytes *body, const char *type, const char *etag,
                           GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  GTask *task;
  Request *request;

  g_return_if_fail (TOCSIN_IS_SERVER_CLIENT (self));
  g_return_if_fail (method != NULL && path != NULL && *path == '/');

  task = g_task_new (self, cancellable, callback, user_data);
  request = g_new0 (Request, 1);
  request->method = g_strdup (method);
  request->path = g_strdup (path);
  request->type = g_strdup (type);
  request->etag = g_strdup (etag);
  request->body = body != NULL ? g_bytes_ref (body) : NULL;
  g_task_set_task_data (task, request, free_request);
  send_request (self, task);
}

void
tocsin_server_client_call_json (TocsinServerClient *self, const char *method, const char *path,
                                JsonNode *json, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  char *text = json != NULL ? json_to_string (json, FALSE) : NULL;
  g_autoptr (GBytes) body = text != NULL ? g_bytes_new_take (text, strlen (text)) : NULL;

  tocsin_server_client_call (self, method, path, body, "application/json", NULL, cancellable,
                             callback, user_data);
}

TocsinServerReply *
tocsin_server_client_call_finish (TocsinServerClient *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
tocsin_server_client_open (TocsinServerClient *self, const char *path, const char *last_id,
                           GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  GTask *task;
  Request *request;

  g_return_if_fail (TOCSIN_IS_SERVER_CLIENT (self));
  g_return_if_fail (path != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  request = g_new0 (Request, 1);
  request->method = g_strdup ("GET");
  request->path = g_strdup (path);
  request->last_id = g_strdup (last_id);
  request->is_stream = TRUE;
  g_task_set_task_data (task, request, free_request);
  send_request (self, task);
}

GInputStream *
tocsin_server_client_open_finish (TocsinServerClient *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- life --- */

void
tocsin_server_client_set_tokens (TocsinServerClient *self, const char *access, const char *refresh)
{
  char *old_access, *old_refresh;

  g_return_if_fail (TOCSIN_IS_SERVER_CLIENT (self));

  old_access = self->access;
  old_refresh = self->refresh;
  self->access = g_strdup (access);
  self->refresh = g_strdup (refresh);
  g_free (old_access);
  g_free (old_refresh);
}

void
tocsin_server_client_set_tokens_func (TocsinServerClient *self, TocsinServerTokens func,
                                      gpointer user_data)
{
  g_return_if_fail (TOCSIN_IS_SERVER_CLIENT (self));

  self->tokens_func = func;
  self->tokens_data = user_data;
}

const char *
tocsin_server_client_get_address (TocsinServerClient *self)
{
  g_return_val_if_fail (TOCSIN_IS_SERVER_CLIENT (self), NULL);

  return self->address;
}

const char *
tocsin_server_client_get_access (TocsinServerClient *self)
{
  g_return_val_if_fail (TOCSIN_IS_SERVER_CLIENT (self), NULL);

  return self->access;
}

const char *
tocsin_server_client_get_refresh (TocsinServerClient *self)
{
  g_return_val_if_fail (TOCSIN_IS_SERVER_CLIENT (self), NULL);

  return self->refresh;
}

gboolean
tocsin_server_client_is_signed_in (TocsinServerClient *self)
{
  g_return_val_if_fail (TOCSIN_IS_SERVER_CLIENT (self), FALSE);

  return self->access != NULL;
}

TocsinServerClient *
tocsin_server_client_new (const char *address)
{
  TocsinServerClient *self = g_object_new (TOCSIN_TYPE_SERVER_CLIENT, NULL);

  self->address = g_strdup (address);
  return self;
}

static void
tocsin_server_client_finalize (GObject *object)
{
  TocsinServerClient *self = TOCSIN_SERVER_CLIENT (object);

  g_assert (self->waiting->len == 0); /* each holds a reference */
  g_clear_pointer (&self->waiting, g_ptr_array_unref);
  g_clear_object (&self->session);
  g_clear_object (&self->streams);
  g_free (self->address);
  g_free (self->access);
  g_free (self->refresh);
  G_OBJECT_CLASS (tocsin_server_client_parent_class)->finalize (object);
}

static void
tocsin_server_client_class_init (TocsinServerClientClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tocsin_server_client_finalize;
}

static void
tocsin_server_client_init (TocsinServerClient *self)
{
  self->session = soup_session_new_with_options ("timeout", TIMEOUT_S, "user-agent",
                                                 "tocsind/" TOCSIN_VERSION, NULL);
  self->streams =
      soup_session_new_with_options ("timeout", 0, "user-agent", "tocsind/" TOCSIN_VERSION, NULL);
  self->waiting = g_ptr_array_new ();
}
