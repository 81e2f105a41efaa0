/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "decode"

#include "config.h"

#include "decode.h"

gpointer
tocsin_decode_object (GVariant *members, const TocsinFields *fields)
{
  g_autoptr (GError) error = NULL;
  gpointer object;

  g_return_val_if_fail (members != NULL && fields != NULL, NULL);

  if (g_variant_n_children (members) == 0)
    return NULL;
  object = tocsin_fields_new (fields);
  if (tocsin_fields_from_variant (fields, object, members, TOCSIN_FIELDS_PLAIN, &error))
    return object;
  g_debug ("a %s can’t be read: %s", fields->what, error->message);
  tocsin_fields_free (fields, object);
  return NULL;
}

GPtrArray *
tocsin_decode_list (GVariant *list, const TocsinFields *fields, GDestroyNotify free_object)
{
  g_autoptr (GPtrArray) objects = g_ptr_array_new_with_free_func (free_object);
  GVariantIter iter;
  GVariant *members;

  g_return_val_if_fail (list != NULL && fields != NULL && free_object != NULL, NULL);

  g_variant_iter_init (&iter, list);
  while ((members = g_variant_iter_next_value (&iter)) != NULL) {
    gpointer object = tocsin_decode_object (members, fields);

    if (object != NULL)
      g_ptr_array_add (objects, object);
    g_variant_unref (members);
  }
  return g_steal_pointer (&objects);
}

TocsinMonitor *
tocsin_decode_monitor (GVariant *members)
{
  g_autoptr (TocsinMonitor) monitor = NULL;
  g_autoptr (GError) error = NULL;

  g_return_val_if_fail (members != NULL, NULL);

  monitor = tocsin_monitor_from_variant (members, &error);
  if (monitor == NULL)
    g_debug ("a monitor can’t be read: %s", error->message);
  return g_steal_pointer (&monitor);
}
