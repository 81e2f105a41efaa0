/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A wire between a client and a server of this machine, which can be cut: what is on it is lost,
 * and who connects is hung up on, until it is mended. */
typedef struct _Link Link;

/* To a port of 127.0.0.1. */
Link *link_new (guint16 to_port);
void link_free (Link *link);
/* Where clients connect to, at 127.0.0.1. */
guint16 link_get_port (Link *link);
void link_cut (Link *link, gboolean is_cut);

G_END_DECLS
