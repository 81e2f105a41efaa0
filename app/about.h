/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gtk/gtk.h>

#include "client.h"

G_BEGIN_DECLS

/* The About window, with facts to paste into a report: versions, desktop, how many monitors; no
 * names, no addresses. */
void tocsin_about_present (GtkWindow *parent, TocsinClient *client);

G_END_DECLS
