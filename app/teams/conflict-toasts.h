/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gtk/gtk.h>

#include "client.h"

G_BEGIN_DECLS

/* Says, in the toast overlay that `widget` is in and for as long as that lives, when somebody else
 * changed the same as we did, with a button that writes the other value in its place. */
void tocsin_conflict_toasts_add (GtkWidget *widget, TocsinClient *client);

G_END_DECLS
