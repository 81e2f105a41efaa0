/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "http-server"

#include "config.h"

#include <libsoup/soup.h>
#include <string.h>
#include <sys/resource.h>

#include "call-private.h"
#include "clients.h"
#include "errors.h"
#include "http-server.h"
#include "listeners.h"
#include "proxies.h"
#include "rate-limits.h"

/* RFC 6585 */
#define STATUS_TOO_MANY_REQUESTS 429
#define STATUS_HEADERS_TOO_LARGE 431

#define URL_MOST_BYTES   8192
#define QUERY_MOST_BYTES 4096
#define HEADERS_MOST     100
#define RESERVED_FDS     128 /* for the database, logs and what else is no client */
#define BURST_S          10  /* of the rate limits */
#define MANY_PEOPLE      10  /* at one address */

struct _TocsinHttpServer {
  GObject parent_instance;

  TocsinWorker *worker;
  SoupServer *soup;
  TocsinListeners *listeners;
  TocsinClients *clients;
  TocsinLimits *limits;
  TocsinLimits *address_limits; /* of those that send credentials */
  TocsinProxies *proxies;
  guint n_busy;
  gboolean is_draining;
};

G_DEFINE_FINAL_TYPE (TocsinHttpServer, tocsin_http_server, G_TYPE_OBJECT)

/* A request from its head to its answer. The call is the handler's in between. */
typedef struct {
  TocsinHttpServer *server;
  TocsinCall *call; /* (nullable) given away */
  GByteArray *kept; /* (nullable) of the body */
  gsize kept_most;
  gboolean is_too_long;
  gboolean is_stream; /* nobody waits for its end */
} Reading;

static GQuark
reading_quark (void)
{
  return g_quark_from_static_string ("tocsin-reading");
}

static void
free_reading (gpointer data)
{
  Reading *reading = data;

  g_clear_pointer (&reading->call, tocsin_call_free);
  g_clear_pointer (&reading->kept, g_byte_array_unref);
  g_free (reading);
}

/* --- the answer --- */

void
tocsin_call_add_common_headers (TocsinCall *call)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (call->message);
  const TocsinRoute *route = call->route;

  soup_message_headers_replace (headers, "X-Request-Id", call->request_id);
  if (soup_message_headers_get_one (headers, "Cache-Control") == NULL)
    soup_message_headers_replace (headers, "Cache-Control", "no-store");
  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
  if (route != NULL && (route->flags & TOCSIN_ROUTE_CORS) != 0)
    soup_message_headers_replace (headers, "Access-Control-Allow-Origin", "*");
  if (tocsin_server_config_is_https (call->config))
    soup_message_headers_replace (headers, "Strict-Transport-Security", "max-age=31536000");
}

/* RFC 9110, section 13.1.2: the client has it already. */
static gboolean
is_not_modified (const TocsinCall *call, SoupMessageHeaders *headers)
{
  const char *tag = soup_message_headers_get_one (headers, "ETag");
  const char *known = tocsin_call_get_header (call, "If-None-Match");

  return tag != NULL && known != NULL && call->status == SOUP_STATUS_OK &&
         (strcmp (known, "*") == 0 || strstr (known, tag) != NULL);
}

static void
send_reply (TocsinCall *call)
{
  SoupServerMessage *message = call->message;
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  for (guint i = 0; i + 1 < call->reply_headers->len; i += 2)
    soup_message_headers_append (headers, g_ptr_array_index (call->reply_headers, i),
                                 g_ptr_array_index (call->reply_headers, i + 1));
  tocsin_call_add_common_headers (call);
  if (is_not_modified (call, headers)) {
    soup_server_message_set_status (message, SOUP_STATUS_NOT_MODIFIED, NULL);
    return;
  }
  soup_server_message_set_status (message, call->status, NULL);
  if (call->reply == NULL || g_bytes_get_size (call->reply) == 0)
    return;
  soup_message_headers_set_content_type (headers, call->reply_type, NULL);
  soup_message_body_append_bytes (soup_server_message_get_response_body (message), call->reply);
}

static void
log_call (const TocsinCall *call)
{
  gint64 took_us = g_get_real_time () - call->at_us;
  g_autofree char *status = NULL;

  if (call->route != NULL && (call->route->flags & TOCSIN_ROUTE_CUT) != 0)
    return; /* a ping's path is its secret, and there are many */
  status = g_strdup_printf ("%u", call->status);
  g_log_structured (G_LOG_DOMAIN, G_LOG_LEVEL_INFO, "REQUEST", call->request_id, "STATUS", status,
                    "MESSAGE", "%s %s %s %s in %.1f ms", call->request_id, call->method,
                    call->route != NULL ? call->route->path : "(no route)", status,
                    (double) took_us / 1000);
}

/* Each call ends here, on the HTTP thread. */
void
tocsin_call_finish (TocsinCall *call)
{
  g_autoptr (SoupServerMessage) message = g_object_ref (call->message);
  TocsinClient *client = tocsin_clients_find (soup_server_message_get_remote_address (message));

  g_return_if_fail (call->status != 0);

  send_reply (call);
  log_call (call);
  if (client != NULL) {
    tocsin_client_is_at_it (client);
    tocsin_client_cork (client);
  }
  tocsin_call_free (call);
  soup_server_message_unpause (message);
}

void
tocsin_call_is_stream (TocsinCall *call)
{
  Reading *reading = g_object_get_qdata (G_OBJECT (call->message), reading_quark ());

  g_return_if_fail (reading != NULL && !reading->is_stream);

  reading->is_stream = TRUE;
  reading->server->n_busy--;
}

static void
refuse (TocsinCall *call, guint status, const char *text)
{
  g_autoptr (GError) error = NULL;

  tocsin_http_fail (&error, status, "%s", text);
  tocsin_call_reply_error (call, error);
  send_reply (call);
  log_call (call);
}

/* --- handlers --- */

static void
ran_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  TocsinCall *call = user_data;
  g_autoptr (GError) error = NULL;

  if (!tocsin_pg_pool_run_finish (result, &error))
    tocsin_call_reply_error (call, error);
  else if (call->status == 0 && call->route->direct != NULL) {
    call->route->direct (call);
    return;
  } else if (call->status == 0)
    tocsin_call_reply_nothing (call);
  tocsin_call_finish (call);
}

static TocsinWorkMode
get_mode (const TocsinRoute *route)
{
  if ((route->flags & TOCSIN_ROUTE_BARE) != 0)
    return TOCSIN_WORK_BARE;
  return (route->flags & TOCSIN_ROUTE_READ) != 0 ? TOCSIN_WORK_READ : TOCSIN_WORK_WRITE;
}

static void
hand_over (TocsinHttpServer *self, TocsinCall *call)
{
  const TocsinRoute *route = call->route;

  if (route->handler == NULL) {
    route->direct (call);
    return;
  }
  tocsin_pg_pool_run_async (self->worker->pool,
                            (route->flags & TOCSIN_ROUTE_SLOW) != 0 ? TOCSIN_LANE_SLOW
                                                                    : TOCSIN_LANE_FAST,
                            get_mode (route), tocsin_call_run, call, ran_cb, call);
}

/* --- the body --- */

static void
got_chunk_cb (SoupServerMessage *message, GBytes *chunk, gpointer user_data)
{
  Reading *reading = user_data;
  gsize size;
  const guint8 *data = g_bytes_get_data (chunk, &size);
  gsize room;

  if (reading->call == NULL || reading->is_too_long)
    return;
  if (reading->kept == NULL)
    reading->kept = g_byte_array_new ();
  room = reading->kept_most - reading->kept->len;
  reading->call->body_bytes += (gint64) size;
  reading->is_too_long = size > room && (reading->call->route->flags & TOCSIN_ROUTE_CUT) == 0;
  g_byte_array_append (reading->kept, data, (guint) MIN (size, room));
}

static void
finished_cb (SoupServerMessage *message, gpointer user_data)
{
  TocsinHttpServer *self = user_data;
  TocsinClient *client = tocsin_clients_find (soup_server_message_get_remote_address (message));
  const Reading *reading = g_object_get_qdata (G_OBJECT (message), reading_quark ());

  if (reading == NULL || !reading->is_stream)
    self->n_busy--;
  g_object_set_qdata (G_OBJECT (message), reading_quark (), NULL); /* whose call has the message */
  if (client != NULL) {
    tocsin_client_uncork (client);
    tocsin_client_rests (client);
  }
}

/* --- the head --- */

static gboolean
is_within_limit (TocsinLimits *limits, const TocsinCall *call, const char *credential,
                 gint64 *retry_after_us)
{
  g_autofree char *key = tocsin_proxies_make_limit_key (call->remote_address, credential);

  return tocsin_limits_take (limits, key, call->at_us, retry_after_us);
}

/* By the credential that was sent, and by the address too, since anybody can send a new one each
 * time; an address of many people has more. */
static gboolean
take_from_limit (TocsinHttpServer *self, TocsinCall *call)
{
  const char *credential = tocsin_call_get_header (call, "Authorization");
  g_autofree char *wait = NULL;
  gint64 retry_after_us = 0;

  if ((call->route->flags & (TOCSIN_ROUTE_CUT | TOCSIN_ROUTE_UNCOUNTED)) != 0)
    return TRUE;
  if (credential == NULL)
    credential = tocsin_call_get_header (call, "X-Api-Key");
  if (is_within_limit (credential != NULL ? self->address_limits : self->limits, call, NULL,
                       &retry_after_us) &&
      (credential == NULL || is_within_limit (self->limits, call, credential, &retry_after_us)))
    return TRUE;
  wait = g_strdup_printf ("%" G_GINT64_FORMAT, retry_after_us / G_USEC_PER_SEC + 1);
  refuse (call, STATUS_TOO_MANY_REQUESTS, "too many requests; slow down");
  soup_message_headers_replace (soup_server_message_get_response_headers (call->message),
                                "Retry-After", wait);
  return FALSE;
}

static gboolean
check_head (TocsinCall *call)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (call->message);
  SoupMessageHeadersIter iter;
  const char *name, *value;
  guint n = 0;

  if (strlen (call->path) > URL_MOST_BYTES ||
      (call->query != NULL && strlen (call->query) > QUERY_MOST_BYTES)) {
    refuse (call, SOUP_STATUS_REQUEST_URI_TOO_LONG, "the address is too long");
    return FALSE;
  }
  soup_message_headers_iter_init (&iter, headers);
  while (soup_message_headers_iter_next (&iter, &name, &value))
    n++;
  if (n <= HEADERS_MOST)
    return TRUE;
  refuse (call, STATUS_HEADERS_TOO_LARGE, "there are too many headers");
  return FALSE;
}

static gboolean
is_given_twice (SoupMessageHeaders *headers, const char *name)
{
  const char *list = soup_message_headers_get_list (headers, name);

  return list != NULL && strchr (list, ',') != NULL;
}

/* Where a body ends must be beyond doubt: a proxy that sees it elsewhere would take what follows
 * for another client's request (RFC 9112, section 11.2). libsoup takes the last length that is
 * given, and what is no number in a chunk's head for its end; so no request follows chunks on a
 * connection. */
static gboolean
check_framing (TocsinCall *call)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (call->message);
  gboolean has_length = soup_message_headers_get_one (headers, "Content-Length") != NULL;
  gboolean has_coding = soup_message_headers_get_one (headers, "Transfer-Encoding") != NULL;

  if (has_coding)
    soup_message_headers_replace (soup_server_message_get_response_headers (call->message),
                                  "Connection", "close");
  if (!(has_length && has_coding) && !is_given_twice (headers, "Content-Length") &&
      !is_given_twice (headers, "Host"))
    return TRUE;
  soup_message_headers_replace (soup_server_message_get_response_headers (call->message),
                                "Connection", "close");
  refuse (call, SOUP_STATUS_BAD_REQUEST, "the request says twice where it goes or where it ends");
  return FALSE;
}

static gboolean
answer_preflight (TocsinCall *call, const char *allow)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (call->message);

  if (strcmp (call->method, "OPTIONS") != 0)
    return FALSE;
  soup_message_headers_replace (headers, "Allow", allow);
  soup_message_headers_replace (headers, "Access-Control-Allow-Origin", "*");
  soup_message_headers_replace (headers, "Access-Control-Allow-Methods", allow);
  soup_message_headers_replace (headers, "Access-Control-Allow-Headers",
                                "X-Api-Key, Content-Type, Authorization");
  soup_message_headers_replace (headers, "Access-Control-Max-Age", "600");
  soup_server_message_set_status (call->message, SOUP_STATUS_NO_CONTENT, NULL);
  return TRUE;
}

static gboolean
find_route (TocsinCall *call)
{
  g_autofree char *allow = NULL;

  switch (tocsin_routes_match (tocsin_routes_get (), call->method, call->path, &call->route,
                               call->params, &allow)) {
  case TOCSIN_MATCH_FOUND:
    return TRUE;
  case TOCSIN_MATCH_METHOD:
    if (answer_preflight (call, allow))
      return FALSE;
    soup_message_headers_replace (soup_server_message_get_response_headers (call->message), "Allow",
                                  allow);
    refuse (call, SOUP_STATUS_METHOD_NOT_ALLOWED, "this address does not take this method");
    return FALSE;
  case TOCSIN_MATCH_NONE:
    break;
  }
  refuse (call, SOUP_STATUS_NOT_FOUND, "there is nothing at this address");
  return FALSE;
}

static gboolean
check_length (TocsinHttpServer *self, TocsinCall *call, gsize most)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (call->message);

  if ((call->route->flags & TOCSIN_ROUTE_CUT) != 0 ||
      soup_message_headers_get_encoding (headers) != SOUP_ENCODING_CONTENT_LENGTH ||
      soup_message_headers_get_content_length (headers) <= (goffset) most)
    return TRUE;
  refuse (call, SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE, "the body is too long");
  return FALSE;
}

static gsize
get_body_most (const TocsinCall *call)
{
  return (gsize) ((call->route->flags & TOCSIN_ROUTE_CUT) != 0 ? call->config->ping_body_most_bytes
                                                               : call->config->body_most_bytes);
}

static gboolean
has_body (SoupServerMessage *message)
{
  return soup_message_headers_get_encoding (soup_server_message_get_request_headers (message)) !=
         SOUP_ENCODING_NONE;
}

/* Before the body is read. What is answered here is not read on. */
static void
early_cb (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query,
          gpointer user_data)
{
  TocsinHttpServer *self = user_data;
  g_autoptr (TocsinCall) call = tocsin_call_new (self->worker, message);
  TocsinClient *client = tocsin_clients_find (soup_server_message_get_remote_address (message));
  Reading *reading;

  self->n_busy++;
  g_signal_connect_object (message, "finished", G_CALLBACK (finished_cb), self, 0);
  soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
  if (client != NULL)
    tocsin_client_is_at_it (client);
  if (self->is_draining)
    soup_message_headers_replace (soup_server_message_get_response_headers (message), "Connection",
                                  "close");
  tocsin_proxies_apply (self->proxies, call);
  if (!check_head (call) || !check_framing (call) || !find_route (call) ||
      !take_from_limit (self, call) || !check_length (self, call, get_body_most (call)))
    return;
  reading = g_new0 (Reading, 1);
  reading->server = self;
  reading->kept_most = get_body_most (call);
  reading->call = g_steal_pointer (&call);
  g_object_set_qdata_full (G_OBJECT (message), reading_quark (), reading, free_reading);
  if (has_body (message))
    g_signal_connect (message, "got-chunk", G_CALLBACK (got_chunk_cb), reading);
}

/* With the body. */
static void
request_cb (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query,
            gpointer user_data)
{
  TocsinHttpServer *self = user_data;
  Reading *reading = g_object_get_qdata (G_OBJECT (message), reading_quark ());
  TocsinClient *client = tocsin_clients_find (soup_server_message_get_remote_address (message));
  TocsinCall *call;

  if (client != NULL)
    tocsin_client_waits_for_us (client);
  if (reading == NULL || reading->call == NULL)
    return; /* answered early */
  if (reading->is_too_long) {
    refuse (reading->call, SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE, "the body is too long");
    return;
  }
  call = g_steal_pointer (&reading->call);
  call->body = reading->kept != NULL ? g_byte_array_free_to_bytes (g_steal_pointer (&reading->kept))
                                     : g_bytes_new_static ("", 0);
  soup_server_message_pause (message);
  hand_over (self, call);
}

/* --- connections --- */

gboolean
tocsin_http_server_listen (TocsinHttpServer *self, int fd, GError **error)
{
  g_return_val_if_fail (TOCSIN_IS_HTTP_SERVER (self), FALSE);

  return tocsin_listeners_add (self->listeners, fd, error);
}

void
tocsin_http_server_drain (TocsinHttpServer *self)
{
  g_return_if_fail (TOCSIN_IS_HTTP_SERVER (self));

  self->is_draining = TRUE;
  tocsin_listeners_stop (self->listeners);
  tocsin_clients_close_resting (self->clients);
}

guint
tocsin_http_server_get_n_busy (TocsinHttpServer *self)
{
  g_return_val_if_fail (TOCSIN_IS_HTTP_SERVER (self), 0);

  return self->n_busy + tocsin_clients_count_expected (self->clients);
}

/* --- life --- */

static void
tocsin_http_server_dispose (GObject *object)
{
  TocsinHttpServer *self = TOCSIN_HTTP_SERVER (object);

  g_clear_pointer (&self->listeners, tocsin_listeners_free);
  if (self->soup != NULL)
    soup_server_disconnect (self->soup);
  g_clear_object (&self->soup);
  g_clear_pointer (&self->clients, tocsin_clients_free);
  g_clear_pointer (&self->limits, tocsin_limits_free);
  g_clear_pointer (&self->address_limits, tocsin_limits_free);
  g_clear_pointer (&self->proxies, tocsin_proxies_free);
  G_OBJECT_CLASS (tocsin_http_server_parent_class)->dispose (object);
}

static void
tocsin_http_server_class_init (TocsinHttpServerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tocsin_http_server_dispose;
}

static void
tocsin_http_server_init (TocsinHttpServer *self)
{
  self->soup = soup_server_new ("server-header", "tocsin", "raw-paths", TRUE, NULL);
  soup_server_add_early_handler (self->soup, NULL, early_cb, self, NULL);
  soup_server_add_handler (self->soup, NULL, request_cb, self, NULL);
}

/* As many clients as are wanted, and as descriptors allow. */
static guint
get_clients_most (const TocsinServerConfig *config)
{
  struct rlimit limit = { 1024, 1024 };
  gint64 most = config->connections_most;

  getrlimit (RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max;
    setrlimit (RLIMIT_NOFILE, &limit);
    getrlimit (RLIMIT_NOFILE, &limit);
  }
  if (limit.rlim_cur != RLIM_INFINITY)
    most = MIN (most, (gint64) limit.rlim_cur - RESERVED_FDS);
  return (guint) MAX (most, 16);
}

static TocsinLimits *
make_limits (gint64 a_minute)
{
  return tocsin_limits_new (a_minute, a_minute * BURST_S / 60);
}

TocsinHttpServer *
tocsin_http_server_new (TocsinWorker *worker)
{
  TocsinHttpServer *self = g_object_new (TOCSIN_TYPE_HTTP_SERVER, NULL);
  const TocsinServerConfig *config = worker->config;

  self->worker = worker;
  self->clients = tocsin_clients_new (get_clients_most (config), config->idle_us);
  self->limits = make_limits (config->requests_a_minute);
  self->address_limits = make_limits (config->requests_a_minute * MANY_PEOPLE);
  self->proxies = tocsin_proxies_new (config);
  self->listeners = tocsin_listeners_new (self->soup, self->clients, config);
  return self;
}
