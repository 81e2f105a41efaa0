/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <adwaita.h>

#include "client.h"

G_BEGIN_DECLS

/* Signs in to a server: its address, then a code that a person confirms in the browser. `server` is
 * what stands in the entry at first. */
void tocsin_sign_in_present (GtkWindow *parent, TocsinClient *client,
                             const char *server /* (nullable) */);

/* What a person wrote, as an address: without blanks and a slash at the end, with “https://” where
 * it has no scheme. NULL where it is none. Pure. (transfer full) */
char *tocsin_sign_in_read_address (const char *text);

G_END_DECLS
