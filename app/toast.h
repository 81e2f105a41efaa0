/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Shows `text`, which is plain (AdwToast would read markup), in the toast overlay that `widget` is
 * in. What people did is answered so; a state wants a banner. */
void tocsin_toast (GtkWidget *widget, const char *text);

/* The same for what went wrong with a call of the daemon: the error's sentence. Nothing is shown
 * for one that was cancelled. */
void tocsin_toast_error (GtkWidget *widget, GError *error);

/* The same for a window with a way of its own to show one. (transfer full) */
AdwToast *tocsin_toast_new_for_error (GError *error);

/* A toast with a button; `widget`'s overlay shows it. (transfer none): connect to `button-clicked`
 * and `dismissed`. NULL where `widget` is in none. */
AdwToast *tocsin_toast_with_button (GtkWidget *widget, const char *text, const char *button_label,
                                    guint timeout_s);

G_END_DECLS
