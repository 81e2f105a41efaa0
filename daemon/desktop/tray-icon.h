/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "tray-view.h"

G_BEGIN_DECLS

/* Small pictures of a state, drawn by ourselves, since the daemon links no toolkit: a shape and a
 * colour a state, so that neither is needed alone, and a count in a corner. Pure. */

/* `size` × `size` pixels, each A, R, G, B: 32 bits in network order, not premultiplied, as
 * StatusNotifierItem has it. `count` 0 shows none, more than 9 is "9+" where there is room. */
GBytes *tocsin_tray_icon_draw (TocsinTrayLook look, guint count, guint size);

/* The same picture as R, G, B, A, as notifications have it. */
GBytes *tocsin_tray_icon_to_rgba (GBytes *argb);

/* The name of the symbolic icon that is installed for this state. */
const char *tocsin_tray_icon_get_name (TocsinTrayLook look);

G_END_DECLS
