/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gtk/gtk.h>

#include "state.h"

G_BEGIN_DECLS

/* How a state looks and is called: a shape, a colour (a class of resources/style.css) and a word,
 * never a colour alone. */

/* "tocsin-down-symbolic" */
const char *tocsin_state_get_icon (TocsinState state);

/* "state-down" */
const char *tocsin_state_get_class (TocsinState state);

/* Translated: "Down" */
const char *tocsin_state_get_label (TocsinState state);

/* Gives `image` the shape, colour and accessible name of `state`, in place of another state's. */
void tocsin_state_show (GtkImage *image, TocsinState state);

/* Puts the class of `state` on `widget` in place of another state's. */
void tocsin_state_paint (GtkWidget *widget, TocsinState state);

G_END_DECLS
