/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <libsoup/soup.h>

#include "clients.h"
#include "server-config.h"

G_BEGIN_DECLS

/* The sockets that listen: what they accept becomes a client, is wrapped in TLS where that is
 * wanted, and is libsoup's from then on. `soup` and `clients` outlive them. */
typedef struct _TocsinListeners TocsinListeners;

TocsinListeners *tocsin_listeners_new (SoupServer *soup, TocsinClients *clients,
                                       const TocsinServerConfig *config);
void tocsin_listeners_free (TocsinListeners *self);

/* Takes connections from `fd` from now on; the descriptor becomes its own. */
gboolean tocsin_listeners_add (TocsinListeners *self, int fd, GError **error);

/* Takes no more. */
void tocsin_listeners_stop (TocsinListeners *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinListeners, tocsin_listeners_free)

G_END_DECLS
