/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "editor-changes"

#include "config.h"

#include "editor-changes.h"

gboolean
tocsin_editor_is_same (const TocsinField *field, const TocsinMonitor *a, const TocsinMonitor *b)
{
  /* A table of one row compares one member. */
  TocsinFields one = { .what = "member",
                       .rows = field,
                       .n_rows = 1,
                       .selector_offset = TOCSIN_FIELDS_NO_SELECTOR,
                       .unknown_offset = TOCSIN_FIELDS_NO_UNKNOWN };

  return tocsin_fields_equal (&one, a, b);
}

/* The field of a member as it is called on the bus: spans have "_us" there. */
static const TocsinField *
find_field (const TocsinMonitor *monitor, const char *bus_name)
{
  g_autofree char *name = g_strdup (bus_name);

  if (g_str_has_suffix (name, "_us"))
    name[strlen (name) - strlen ("_us")] = '\0';
  return tocsin_fields_find (&tocsin_monitor_fields, monitor, name);
}

static gboolean
is_of_edit (const TocsinField *field)
{
  return field != NULL && (field->flags & TOCSIN_FIELD_FIXED) == 0;
}

gboolean
tocsin_editor_changes (const TocsinMonitor *before, const TocsinMonitor *after,
                       const char *const *removed, GVariant **set, char ***unset)
{
  g_autoptr (GVariant) old = NULL, new = NULL;
  g_autoptr (GStrvBuilder) gone = g_strv_builder_new ();
  GVariantDict changes;
  GVariantIter iter;
  const char *name;
  GVariant *value;
  guint n = 0;

  g_return_val_if_fail (before != NULL && after != NULL, FALSE);

  old = g_variant_ref_sink (tocsin_fields_to_variant (&tocsin_monitor_fields, before, 0));
  new = g_variant_ref_sink (
      tocsin_fields_to_variant (&tocsin_monitor_fields, after, TOCSIN_FIELDS_WITH_SECRETS));
  g_variant_dict_init (&changes, NULL);
  g_variant_iter_init (&iter, new);
  while (g_variant_iter_loop (&iter, "{&sv}", &name, &value)) {
    g_autoptr (GVariant) was = g_variant_lookup_value (old, name, NULL);

    if (!is_of_edit (find_field (after, name)) || (was != NULL && g_variant_equal (was, value)))
      continue;
    g_variant_dict_insert_value (&changes, name, value);
    n++;
  }
  g_variant_iter_init (&iter, old);
  while (g_variant_iter_loop (&iter, "{&sv}", &name, &value)) {
    g_autoptr (GVariant) is = g_variant_lookup_value (new, name, NULL);
    const TocsinField *field = find_field (after, name);

    if (is != NULL || !is_of_edit (field))
      continue;
    g_strv_builder_add (gone, field->name);
    n++;
  }
  for (guint i = 0; removed != NULL && removed[i] != NULL; i++, n++)
    g_strv_builder_add (gone, removed[i]);
  if (n == 0) {
    g_variant_dict_clear (&changes);
    return FALSE;
  }
  *set = g_variant_dict_end (&changes);
  *unset = g_strv_builder_end (gone);
  return TRUE;
}

GVariant *
tocsin_editor_describe (const TocsinMonitor *monitor, const char *const *removed)
{
  g_autoptr (GVariant) members = NULL;
  GVariantDict dict;

  g_return_val_if_fail (monitor != NULL, NULL);

  members = g_variant_ref_sink (
      tocsin_fields_to_variant (&tocsin_monitor_fields, monitor, TOCSIN_FIELDS_WITH_SECRETS));
  g_variant_dict_init (&dict, members);
  if (monitor->team != NULL)
    g_variant_dict_insert (&dict, "team", "s", monitor->team);
  for (guint i = 0; removed != NULL && removed[i] != NULL; i++) {
    const TocsinField *field = tocsin_fields_find (&tocsin_monitor_fields, monitor, removed[i]);

    if (field != NULL && field->kind == TOCSIN_FIELD_STRINGS)
      g_variant_dict_insert_value (&dict, removed[i], g_variant_new_strv (NULL, 0));
    else
      g_variant_dict_insert (&dict, removed[i], "s", "");
  }
  return g_variant_dict_end (&dict);
}
