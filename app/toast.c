/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "toast"

#include "config.h"

#include "client.h"
#include "toast.h"

static AdwToast *
toast_new (const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  return adw_toast_new (escaped);
}

static AdwToastOverlay *
find_overlay (GtkWidget *widget)
{
  return ADW_TOAST_OVERLAY (gtk_widget_get_ancestor (widget, ADW_TYPE_TOAST_OVERLAY));
}

void
tocsin_toast (GtkWidget *widget, const char *text)
{
  AdwToastOverlay *overlay;

  g_return_if_fail (GTK_IS_WIDGET (widget) && text != NULL);

  overlay = find_overlay (widget);
  if (overlay != NULL)
    adw_toast_overlay_add_toast (overlay, toast_new (text));
}

AdwToast *
tocsin_toast_new_for_error (GError *error)
{
  g_return_val_if_fail (error != NULL, NULL);

  return toast_new (tocsin_client_error_text (error));
}

void
tocsin_toast_error (GtkWidget *widget, GError *error)
{
  g_return_if_fail (GTK_IS_WIDGET (widget) && error != NULL);

  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    tocsin_toast (widget, tocsin_client_error_text (error));
}

AdwToast *
tocsin_toast_with_button (GtkWidget *widget, const char *text, const char *button_label,
                          guint timeout_s)
{
  AdwToastOverlay *overlay;
  AdwToast *toast;

  g_return_val_if_fail (GTK_IS_WIDGET (widget) && text != NULL && button_label != NULL, NULL);

  overlay = find_overlay (widget);
  if (overlay == NULL)
    return NULL;
  toast = toast_new (text);
  adw_toast_set_button_label (toast, button_label);
  adw_toast_set_timeout (toast, timeout_s);
  adw_toast_overlay_add_toast (overlay, toast);
  return toast;
}
