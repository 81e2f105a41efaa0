/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The questions that people have, answered; without a network, as everything here. */
void tocsin_help_present (GtkWindow *parent);

G_END_DECLS
