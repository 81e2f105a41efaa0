/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "event-client"

#include "config.h"

#include <string.h>

#include "event-client.h"
#include "support.h"

static void read_more (EventClient *client);

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  EventClient *client = user_data;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);

  client->is_reading = FALSE;
  if (n <= 0) {
    client->has_ended = TRUE;
    return;
  }
  g_string_append_len (client->text, client->buffer, n);
  read_more (client);
}

static void
read_more (EventClient *client)
{
  client->is_reading = TRUE;
  g_input_stream_read_async (client->input, client->buffer, sizeof client->buffer,
                             G_PRIORITY_DEFAULT, client->cancellable, read_cb, client);
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  EventClient *client = user_data;
  g_autoptr (GError) error = NULL;

  client->input = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  g_assert_no_error (error);
  client->has_begun = TRUE;
  read_more (client);
}

static gboolean
has_begun (gpointer user_data)
{
  return ((EventClient *) user_data)->has_begun;
}

EventClient *
event_client_new_at (SyncWorld *world, const char *token, const char *path, const char *last_id)
{
  EventClient *client = g_new0 (EventClient, 1);
  g_autofree char *url = g_strconcat (world->service.url, path, NULL);
  g_autofree char *bearer = g_strconcat ("Bearer ", token, NULL);
  SoupMessageHeaders *headers;

  client->message = soup_message_new ("GET", url);
  client->text = g_string_new (NULL);
  client->cancellable = g_cancellable_new ();
  headers = soup_message_get_request_headers (client->message);
  soup_message_headers_append (headers, "Authorization", bearer);
  if (last_id != NULL)
    soup_message_headers_append (headers, "Last-Event-ID", last_id);
  soup_session_send_async (world->service.session, client->message, G_PRIORITY_DEFAULT, NULL,
                           sent_cb, client);
  tocsin_test_wait (NULL, has_begun, client);
  return client;
}

EventClient *
event_client_new (SyncWorld *world, const char *token, const char *last_id)
{
  g_autofree char *path = g_strdup_printf ("/api/v1/teams/%s/events", world->team.team_id);

  return event_client_new_at (world, token, path, last_id);
}

static gboolean
is_at_rest (gpointer user_data)
{
  return !((EventClient *) user_data)->is_reading;
}

void
event_client_free (EventClient *client)
{
  g_cancellable_cancel (client->cancellable);
  tocsin_test_wait (NULL, is_at_rest, client);
  g_input_stream_close (client->input, NULL, NULL);
  g_object_unref (client->input);
  g_object_unref (client->message);
  g_object_unref (client->cancellable);
  g_string_free (client->text, TRUE);
  g_free (client);
}

typedef struct {
  EventClient *client;
  const char *part;
} Wait;

static gboolean
has_come (gpointer user_data)
{
  const Wait *wait = user_data;

  return wait->client->has_ended || strstr (wait->client->text->str, wait->part) != NULL;
}

void
event_client_wait_for (EventClient *client, const char *part)
{
  tocsin_test_wait (NULL, has_come, &(Wait){ client, part });
  if (strstr (client->text->str, part) == NULL)
    g_error ("“%s” has not come: %s", part, client->text->str);
}

static gboolean
has_ended (gpointer user_data)
{
  return ((EventClient *) user_data)->has_ended;
}

void
event_client_wait_for_end (EventClient *client)
{
  tocsin_test_wait (NULL, has_ended, client);
}

char *
event_client_get_last_id (EventClient *client)
{
  const char *at = g_strrstr (client->text->str, "id: ");

  g_assert_nonnull (at);
  return g_strndup (at + 4, strcspn (at + 4, "\n"));
}
