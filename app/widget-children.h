/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What the dispose function of a widget with a layout manager does: its children are its own. */
void tocsin_widget_drop_children (GtkWidget *widget);

G_END_DECLS
