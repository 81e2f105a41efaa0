/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* What the dialogs of this room share. */

/* A toast in the overlay that is in `window`: for what a dialog did that is closed now. `window` is
 * nullable, and may have no overlay. */
void tocsin_dialog_toast (GtkWindow *window, const char *text);
void tocsin_dialog_toast_error (GtkWindow *window, GError *error);

/* Asks whether what was written may be lost; destroys `window` where it may. */
void tocsin_dialog_ask_discard (GtkWindow *window);

/* “Delete “Backup”?”, with what that means; `confirmed` is called where it is wanted, with
 * `user_data`, which `destroy` (nullable) ends in any case. */
typedef void (*TocsinDialogConfirmed) (gpointer user_data);
void tocsin_dialog_ask_delete (GtkWindow *parent, const char *heading, const char *body,
                               TocsinDialogConfirmed confirmed, gpointer user_data,
                               GDestroyNotify destroy);

G_END_DECLS
