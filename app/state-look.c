/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "state-look"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "state-look.h"

static const struct {
  const char *icon;
  const char *css_class;
  const char *label;
} looks[TOCSIN_N_STATES] = {
  [TOCSIN_STATE_NEW] = { "tocsin-new-symbolic", "state-new", N_ ("New") },
  [TOCSIN_STATE_UP] = { "tocsin-up-symbolic", "state-up", N_ ("Up") },
  [TOCSIN_STATE_DEGRADED] = { "tocsin-degraded-symbolic", "state-degraded", N_ ("Degraded") },
  [TOCSIN_STATE_CONFIRMING] = { "tocsin-confirming-symbolic", "state-confirming",
                                N_ ("Confirming") },
  [TOCSIN_STATE_DOWN] = { "tocsin-down-symbolic", "state-down", N_ ("Down") },
  [TOCSIN_STATE_PAUSED] = { "tocsin-paused-symbolic", "state-paused", N_ ("Paused") },
  [TOCSIN_STATE_MAINTENANCE] = { "tocsin-maintenance-symbolic", "state-maintenance",
                                 N_ ("Maintenance") },
  [TOCSIN_STATE_UNKNOWN] = { "tocsin-unknown-symbolic", "state-unknown", N_ ("Unknown") },
};

const char *
tocsin_state_get_icon (TocsinState state)
{
  g_return_val_if_fail ((guint) state < TOCSIN_N_STATES, NULL);
  return looks[state].icon;
}

const char *
tocsin_state_get_class (TocsinState state)
{
  g_return_val_if_fail ((guint) state < TOCSIN_N_STATES, NULL);
  return looks[state].css_class;
}

const char *
tocsin_state_get_label (TocsinState state)
{
  g_return_val_if_fail ((guint) state < TOCSIN_N_STATES, NULL);
  return _ (looks[state].label);
}

void
tocsin_state_paint (GtkWidget *widget, TocsinState state)
{
  g_return_if_fail (GTK_IS_WIDGET (widget) && (guint) state < TOCSIN_N_STATES);

  if (gtk_widget_has_css_class (widget, looks[state].css_class))
    return;
  for (guint i = 0; i < TOCSIN_N_STATES; i++)
    gtk_widget_remove_css_class (widget, looks[i].css_class);
  gtk_widget_add_css_class (widget, looks[state].css_class);
}

void
tocsin_state_show (GtkImage *image, TocsinState state)
{
  g_return_if_fail (GTK_IS_IMAGE (image) && (guint) state < TOCSIN_N_STATES);

  if (g_strcmp0 (gtk_image_get_icon_name (image), looks[state].icon) != 0)
    gtk_image_set_from_icon_name (image, looks[state].icon);
  tocsin_state_paint (GTK_WIDGET (image), state);
  gtk_accessible_update_property (GTK_ACCESSIBLE (image), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  tocsin_state_get_label (state), -1);
}
