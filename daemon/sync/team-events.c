/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "team-events"

#include "config.h"

#include <string.h>

#include "team-sync-private.h"

/* The server's stream of events is only a hint that a round is worth while: what it says is taken
 * from the round's answer, so that nothing depends on every event being heard. */

#define READ_BYTES 16384
#define GATHER_MS  20 /* events that come together make one round */
#define REOPEN_MS  5000
#define SILENCE_S  60 /* the server says something every 15 s */

typedef struct {
  TocsinTeamSync *team;
  GCancellable *cancellable; /* (owned) */
  guint silence_id;
} Reading;

static void open_stream (TocsinTeamSync *team);
static void read_more (GInputStream *stream, Reading *reading);

static gboolean
reopen_cb (gpointer user_data)
{
  TocsinTeamSync *team = user_data;

  team->stream_id = 0;
  tocsin_team_sync_run_soon (team, 0); /* which opens it, where it goes well */
  return G_SOURCE_REMOVE;
}

static void
close_stream (TocsinTeamSync *team)
{
  if (team->stream_cancellable != NULL)
    g_cancellable_cancel (team->stream_cancellable);
  g_clear_object (&team->stream_cancellable);
  g_clear_pointer (&team->parser, tocsin_event_parser_free);
}

static void
lose_stream (TocsinTeamSync *team)
{
  close_stream (team);
  if (team->stream_id == 0)
    team->stream_id = g_timeout_add (REOPEN_MS, reopen_cb, team);
}

static void
event_cb (const char *kind, const char *id, const char *data, gpointer user_data)
{
  tocsin_team_sync_run_soon (user_data, GATHER_MS);
}

static void
free_reading (Reading *reading)
{
  g_clear_handle_id (&reading->silence_id, g_source_remove);
  g_object_unref (reading->cancellable);
  g_free (reading);
}

static gboolean
silence_cb (gpointer user_data)
{
  Reading *reading = user_data;

  reading->silence_id = 0;
  lose_stream (reading->team);
  return G_SOURCE_REMOVE;
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GInputStream *stream = G_INPUT_STREAM (source);
  Reading *reading = user_data;
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (stream, result, NULL);
  gboolean given_up = g_cancellable_is_cancelled (reading->cancellable); /* perhaps with the team */
  gsize size = 0;
  const char *data = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;

  if (given_up || size == 0) {
    if (!given_up)
      lose_stream (reading->team);
    free_reading (reading);
    return;
  }
  tocsin_event_parser_feed (reading->team->parser, data, size);
  read_more (stream, reading);
}

static void
read_more (GInputStream *stream, Reading *reading)
{
  g_clear_handle_id (&reading->silence_id, g_source_remove);
  reading->silence_id = g_timeout_add_seconds (SILENCE_S, silence_cb, reading);
  g_input_stream_read_bytes_async (stream, READ_BYTES, G_PRIORITY_DEFAULT, reading->cancellable,
                                   read_cb, reading);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Reading *reading = user_data;
  g_autoptr (GInputStream) stream =
      tocsin_server_client_open_finish (TOCSIN_SERVER_CLIENT (source), result, NULL);

  if (g_cancellable_is_cancelled (reading->cancellable)) {
    free_reading (reading);
  } else if (stream == NULL) {
    lose_stream (reading->team);
    free_reading (reading);
  } else {
    reading->team->parser = tocsin_event_parser_new (event_cb, reading->team);
    read_more (stream, reading);
  }
}

static void
open_stream (TocsinTeamSync *team)
{
  g_autofree char *path = g_strdup_printf ("/api/v1/teams/%s/events", team->id);
  Reading *reading = g_new0 (Reading, 1);

  team->stream_cancellable = g_cancellable_new ();
  reading->team = team;
  reading->cancellable = g_object_ref (team->stream_cancellable);
  tocsin_server_client_open (team->client, path, team->cursor, reading->cancellable, opened_cb,
                             reading);
}

void
tocsin_team_events_start (TocsinTeamSync *team)
{
  if (team->stream_cancellable == NULL && team->stream_id == 0)
    open_stream (team);
}

void
tocsin_team_events_stop (TocsinTeamSync *team)
{
  g_clear_handle_id (&team->stream_id, g_source_remove);
  close_stream (team);
}

gboolean
tocsin_team_events_are_open (TocsinTeamSync *team)
{
  return team->stream_cancellable != NULL;
}
