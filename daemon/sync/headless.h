/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "watch-teams.h"

G_BEGIN_DECLS

/* A daemon without a person: a probe of one team, by a token of its own. It checks what the server
 * assigns to it, and goes on with that while the server is away, also after a restart. */
#define TOCSIN_TYPE_HEADLESS (tocsin_headless_get_type ())
G_DECLARE_FINAL_TYPE (TocsinHeadless, tocsin_headless, TOCSIN, HEADLESS, GObject)

/* `server` and `token` are what `tocsin-server probe create` printed. Both must outlive it.
 * INVALID: no server's address. */
TocsinHeadless *tocsin_headless_new (TocsinStore *store, TocsinWatch *watch, const char *server,
                                     const char *token, GError **error);
void tocsin_headless_stop (TocsinHeadless *self);

G_END_DECLS
