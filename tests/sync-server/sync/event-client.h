/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "sync-world.h"

G_BEGIN_DECLS

/* One who listens to events: all that came lies in `text`. */
typedef struct {
  SoupMessage *message;
  GInputStream *input; /* (nullable) */
  GCancellable *cancellable;
  GString *text;
  char buffer[65536];
  gboolean has_begun, has_ended, is_reading;
} EventClient;

/* `last_id` (nullable) is its Last-Event-ID. It is there when the server has answered. */
EventClient *event_client_new (SyncWorld *world, const char *token, const char *last_id);
/* At another address. */
EventClient *event_client_new_at (SyncWorld *world, const char *token, const char *path,
                                  const char *last_id);
void event_client_free (EventClient *client);

/* Waits until `part` has come, or the end. */
void event_client_wait_for (EventClient *client, const char *part);
void event_client_wait_for_end (EventClient *client);

/* The id of the last event. (transfer full) */
char *event_client_get_last_id (EventClient *client);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EventClient, event_client_free)

G_END_DECLS
