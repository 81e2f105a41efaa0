/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The connections that are open, and how long each may still take for what it is at: a client that
 * sends its head or its body byte by byte, or does not take its answer, is let go in time. */
typedef struct _TocsinClients TocsinClients;
typedef struct _TocsinClient TocsinClient;

TocsinClients *tocsin_clients_new (guint most, gint64 patience_us);
void tocsin_clients_free (TocsinClients *clients);

/* A connection that was accepted; it is forgotten when it is closed. `remote` becomes the key by
 * which it is found again. FALSE: there are too many. */
gboolean tocsin_clients_add (TocsinClients *clients, GSocketConnection *connection,
                             GSocketAddress *remote);
TocsinClient *tocsin_clients_find (GSocketAddress *remote);

/* Something went on: its patience begins anew. While it waits for us it can't be late. */
void tocsin_client_is_at_it (TocsinClient *client);
void tocsin_client_waits_for_us (TocsinClient *client);
/* Between two requests. */
void tocsin_client_rests (TocsinClient *client);
gboolean tocsin_client_is_resting (const TocsinClient *client);

/* Closes its connection, whatever it is at. */
void tocsin_client_let_go (TocsinClient *client);

guint tocsin_clients_get_n (TocsinClients *clients);

/* Closes those that rest between two requests: they lose nothing. Those that were just accepted, or
 * whose request is there already and not read, have a moment more. */
void tocsin_clients_close_resting (TocsinClients *clients);
guint tocsin_clients_count_expected (TocsinClients *clients); /* these */

/* Between the two, head and body of an answer go out as one packet: libsoup writes them one after
 * the other, which would be two. */
void tocsin_client_cork (TocsinClient *client);
void tocsin_client_uncork (TocsinClient *client);

G_END_DECLS
