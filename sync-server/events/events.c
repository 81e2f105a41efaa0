/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "events"

#include "config.h"

#include <string.h>

#include "events-private.h"
#include "hub.h"
#include "stream.h"

/* A stream that is open. */
typedef struct {
  TocsinEvents *events;
  TocsinStream *stream;
  guint64 number;
  char *team_id;
  char *credential_id;
  gboolean is_of_probe;
  gboolean has_joined;
} Guest;

/* Counted, since messages of the thread may come after the end: to nobody. */
struct _TocsinEvents {
  TocsinListener *listener; /* (nullable) it is over */
  GMainContext *context;
  GHashTable *guests;      /* number → Guest */
  GHashTable *teams;       /* id → GPtrArray of Guest */
  GHashTable *credentials; /* id → how many guests come with it */
  guint64 last_number;
  guint most;
  guint keep_alive_source;
};

static GBytes *
make_bytes (const char *text)
{
  return g_bytes_new_static (text, strlen (text));
}

/* --- guests --- */

static void
free_guest (gpointer data)
{
  Guest *guest = data;

  g_free (guest->team_id);
  g_free (guest->credential_id);
  g_free (guest);
}

static GPtrArray *
get_team (TocsinEvents *self, const char *team_id)
{
  GPtrArray *team = g_hash_table_lookup (self->teams, team_id);

  if (team == NULL) {
    team = g_ptr_array_new ();
    g_hash_table_insert (self->teams, g_strdup (team_id), team);
  }
  return team;
}

static guint
count_of (TocsinEvents *self, const char *credential_id)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->credentials, credential_id));
}

static void
count (TocsinEvents *self, const char *credential_id, int more)
{
  guint n = (guint) ((int) count_of (self, credential_id) + more);

  if (n > 0)
    g_hash_table_insert (self->credentials, g_strdup (credential_id), GUINT_TO_POINTER (n));
  else
    g_hash_table_remove (self->credentials, credential_id);
}

static void
over_cb (TocsinStream *stream, gpointer user_data)
{
  Guest *guest = user_data;
  TocsinEvents *self = guest->events;
  GPtrArray *team = get_team (self, guest->team_id);

  tocsin_listener_leave (self->listener, guest->number);
  g_ptr_array_remove_fast (team, guest);
  if (team->len == 0)
    g_hash_table_remove (self->teams, guest->team_id);
  count (self, guest->credential_id, -1);
  g_hash_table_remove (self->guests, &guest->number);
}

static void
say_bye (Guest *guest)
{
  g_autoptr (GBytes) bye = make_bytes ("event: bye\ndata: {}\n\n");

  tocsin_stream_send (guest->stream, bye);
  tocsin_stream_end (guest->stream);
}

/* --- what the thread tells --- */

static void
joined (Guest *guest, GBytes *text)
{
  g_autoptr (GBytes) hello = make_bytes (": tocsin\n\n");

  guest->has_joined = TRUE;
  tocsin_stream_send (guest->stream, hello);
  if (text != NULL)
    tocsin_stream_send (guest->stream, text);
}

static void
tell_team (TocsinEvents *self, const TocsinTold *told)
{
  GPtrArray *team = g_hash_table_lookup (self->teams, told->team_id);

  for (guint i = 0; team != NULL && i < team->len; i++) {
    Guest *guest = g_ptr_array_index (team, i);

    if (guest->has_joined && guest->is_of_probe == told->is_of_probe)
      tocsin_stream_send (guest->stream, told->text);
  }
}

typedef struct {
  TocsinEvents *events;
  TocsinTold *told;
} Message;

static gboolean
told_cb (gpointer user_data)
{
  Message *message = user_data;
  TocsinTold *told = message->told;
  Guest *guest;

  if (message->events->listener == NULL)
    return G_SOURCE_REMOVE;
  guest = g_hash_table_lookup (message->events->guests, &told->number);
  switch (told->kind) {
  case TOCSIN_TOLD_TEAM:
    tell_team (message->events, told);
    break;
  case TOCSIN_TOLD_JOINED:
    if (guest != NULL)
      joined (guest, told->text);
    break;
  case TOCSIN_TOLD_BYE:
    if (guest != NULL)
      say_bye (guest);
    break;
  }
  return G_SOURCE_REMOVE;
}

static void
free_message (gpointer data)
{
  Message *message = data;

  tocsin_told_free (message->told);
  g_atomic_rc_box_release (message->events);
  g_free (message);
}

/* On the thread. */
static void
tell_cb (TocsinTold *told, gpointer user_data)
{
  TocsinEvents *self = user_data;
  Message *message = g_new0 (Message, 1);
  GSource *source = g_idle_source_new ();

  message->events = g_atomic_rc_box_acquire (self);
  message->told = told;
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, told_cb, message, free_message);
  g_source_attach (source, self->context);
  g_source_unref (source);
}

/* --- streams --- */

gboolean
tocsin_events_has_room (TocsinEvents *self, const char *credential_id)
{
  return g_hash_table_size (self->guests) < self->most &&
         count_of (self, credential_id) < TOCSIN_EVENTS_OF_ONE;
}

void
tocsin_events_open (TocsinEvents *self, TocsinCall *call, const char *team_id,
                    const TocsinCursor *since)
{
  Guest *guest = g_new0 (Guest, 1);
  TocsinListenerGuest *order = g_new0 (TocsinListenerGuest, 1);
  const TocsinPrincipal *principal = &call->principal;

  guest->events = self;
  guest->number = order->number = ++self->last_number;
  guest->team_id = g_strdup (team_id);
  guest->credential_id = g_strdup (principal->id);
  guest->is_of_probe = principal->kind == TOCSIN_PRINCIPAL_PROBE;
  order->team_id = g_strdup (team_id);
  order->user_id = g_strdup (principal->user_id);
  order->credential_id = g_strdup (principal->id);
  order->is_of_probe = guest->is_of_probe;
  order->has_cursor = since != NULL;
  if (since != NULL)
    order->since = *since;
  g_hash_table_insert (self->guests, &guest->number, guest);
  g_ptr_array_add (get_team (self, team_id), guest);
  count (self, guest->credential_id, 1);
  guest->stream = tocsin_stream_new (call, "text/event-stream", over_cb, guest);
  tocsin_listener_join (self->listener, order);
}

static gboolean
keep_alive_cb (gpointer user_data)
{
  TocsinEvents *self = user_data;
  g_autoptr (GBytes) comment = make_bytes (":\n\n");
  GHashTableIter iter;
  gpointer guest;

  g_hash_table_iter_init (&iter, self->guests);
  while (g_hash_table_iter_next (&iter, NULL, &guest))
    if (((Guest *) guest)->has_joined)
      tocsin_stream_send (((Guest *) guest)->stream, comment);
  return G_SOURCE_CONTINUE;
}

void
tocsin_events_drain (TocsinEvents *self)
{
  g_autoptr (GList) guests = NULL;

  g_return_if_fail (self != NULL);

  self->most = 0;
  guests = g_hash_table_get_values (self->guests);
  for (GList *l = guests; l != NULL; l = l->next)
    say_bye (l->data);
}

/* --- life --- */

TocsinEvents *
tocsin_events_new (const TocsinServerConfig *config)
{
  TocsinEvents *self = g_atomic_rc_box_new0 (TocsinEvents);

  self->context = g_main_context_ref_thread_default ();
  self->guests = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, free_guest);
  self->teams =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  self->credentials = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->most = (guint) (config->connections_most / 4 * 3); /* the rest is for requests */
  self->keep_alive_source = g_timeout_add_seconds (TOCSIN_EVENTS_KEEP_ALIVE_S, keep_alive_cb, self);
  self->listener = tocsin_listener_new (config->database_url, tell_cb, self);
  return self;
}

void
tocsin_events_free (TocsinEvents *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->listener, tocsin_listener_free);
  g_source_remove (self->keep_alive_source);
  g_hash_table_unref (self->credentials);
  g_hash_table_unref (self->teams);
  g_hash_table_unref (self->guests);
  g_main_context_unref (self->context);
  g_atomic_rc_box_release (self);
}
