/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-service"

#include "config.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

#include "events.h"
#include "probe-routes.h"
#include "support.h"
#include "test-service.h"

#define FAST_THREADS 8
#define SLOW_THREADS 1
#define CONNECTIONS  64

static int
listen_anywhere (guint16 *port)
{
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t size = sizeof address;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (fd, >=, 0);
  g_assert_no_errno (bind (fd, (struct sockaddr *) &address, sizeof address));
  g_assert_no_errno (listen (fd, CONNECTIONS));
  g_assert_no_errno (getsockname (fd, (struct sockaddr *) &address, &size));
  *port = ntohs (address.sin_port);
  return fd;
}

static TocsinServerConfig *
make_config (const char *database_url, const char *url)
{
  g_autofree char *database = g_strconcat ("TOCSIN_DATABASE_URL=", database_url, NULL);
  g_autofree char *public = g_strconcat ("TOCSIN_PUBLIC_URL=", url, NULL);
  char *environment[] = { database, public, (char *) "TOCSIN_REQUESTS_A_MINUTE=0",
                          (char *) "TOCSIN_SECRETS_KEY="
                                   "000102030405060708090a0b0c0d0e0f"
                                   "101112131415161718191a1b1c1d1e1f",
                          NULL };
  g_autoptr (GError) error = NULL;
  TocsinServerConfig *config = tocsin_server_config_load (NULL, environment, &error);

  g_assert_no_error (error);
  return config;
}

void
test_service_init (TestService *service, const char *database_url)
{
  g_autoptr (GError) error = NULL;
  guint16 port;
  int fd = listen_anywhere (&port);

  *service = (TestService){ 0 };
  service->url = g_strdup_printf ("http://127.0.0.1:%u", port);
  service->config = make_config (database_url, service->url);
  service->worker.config = service->config;
  service->worker.pool = tocsin_pg_pool_new (database_url, FAST_THREADS, SLOW_THREADS);
  service->worker.intake = tocsin_intake_new (service->config, tocsin_probe_answer_batch);
  service->worker.events = tocsin_events_new (service->config);
  service->http = tocsin_http_server_new (&service->worker);
  tocsin_http_server_listen (service->http, fd, &error);
  g_assert_no_error (error);
  service->session = soup_session_new_with_options ("max-conns", CONNECTIONS, "max-conns-per-host",
                                                    CONNECTIONS, NULL);
}

void
test_service_clear (TestService *service)
{
  soup_session_abort (service->session);
  g_clear_pointer (&service->worker.intake, tocsin_intake_free);
  g_clear_object (&service->session);
  g_clear_object (&service->http);
  g_clear_pointer (&service->worker.events, tocsin_events_free);
  g_clear_object (&service->worker.pool);
  g_clear_pointer (&service->config, tocsin_server_config_free);
  g_clear_pointer (&service->url, g_free);
}

typedef struct {
  SoupMessage *message; /* (owned) */
  GBytes *body;         /* (owned) (nullable) */
  gboolean done;
} Flight;

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Flight *flight = user_data;
  g_autoptr (GError) error = NULL;

  flight->body = soup_session_send_and_read_finish (SOUP_SESSION (source), result, &error);
  g_assert_no_error (error);
  flight->done = TRUE;
}

static void
take_off (TestService *service, Flight *flight, const char *method, const char *path,
          const char *const *headers, const char *body)
{
  g_autofree char *url = g_strconcat (service->url, path, NULL);
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_ENCODED, NULL);

  g_assert_nonnull (uri);
  flight->message = soup_message_new_from_uri (method, uri);
  soup_message_set_flags (flight->message, SOUP_MESSAGE_NO_REDIRECT);
  for (guint i = 0; headers != NULL && headers[i] != NULL; i += 2)
    soup_message_headers_append (soup_message_get_request_headers (flight->message), headers[i],
                                 headers[i + 1]);
  if (body != NULL) {
    g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));

    soup_message_set_request_body_from_bytes (flight->message, NULL, bytes);
  }
  soup_session_send_and_read_async (service->session, flight->message, G_PRIORITY_DEFAULT, NULL,
                                    answered_cb, flight);
}

static gboolean
has_landed (gpointer user_data)
{
  return ((Flight *) user_data)->done;
}

static TestAnswer *
land (Flight *flight)
{
  TestAnswer *answer = g_new0 (TestAnswer, 1);

  tocsin_test_wait (NULL, has_landed, flight);
  answer->status = soup_message_get_status (flight->message);
  answer->text = g_strndup (g_bytes_get_data (flight->body, NULL), g_bytes_get_size (flight->body));
  answer->headers = soup_message_headers_ref (soup_message_get_response_headers (flight->message));
  g_bytes_unref (flight->body);
  g_object_unref (flight->message);
  return answer;
}

TestAnswer *
test_service_ask (TestService *service, const char *method, const char *path,
                  const char *const *headers, const char *body)
{
  Flight flight = { 0 };

  take_off (service, &flight, method, path, headers, body);
  return land (&flight);
}

static void
free_answer (gpointer answer)
{
  test_answer_free (answer);
}

GPtrArray *
test_service_ask_all (TestService *service, const char *method, const char *path,
                      const char *const *headers, const char *const *bodies)
{
  guint n = g_strv_length ((char **) bodies);
  g_autofree Flight *flights = g_new0 (Flight, n);
  GPtrArray *answers = g_ptr_array_new_with_free_func (free_answer);

  for (guint i = 0; i < n; i++)
    take_off (service, &flights[i], method, path, headers, bodies[i]);
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (answers, land (&flights[i]));
  return answers;
}

void
test_answer_free (TestAnswer *answer)
{
  g_free (answer->text);
  soup_message_headers_unref (answer->headers);
  g_free (answer);
}

JsonObject *
test_answer_get_json (const TestAnswer *answer)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = json_from_string (answer->text, &error);

  g_assert_no_error (error);
  g_assert_true (JSON_NODE_HOLDS_OBJECT (node));
  return json_node_dup_object (node);
}
