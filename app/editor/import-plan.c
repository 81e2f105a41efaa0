/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "import-plan"

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "editor-layout.h"
#include "errors.h"
#include "import-plan.h"
#include "jsontext.h"
#include "maintenance-windows.h"

static JsonArray *
get_array (JsonObject *json, const char *name)
{
  JsonNode *node = json_object_get_member (json, name);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static JsonObject *
get_record (JsonArray *array, guint i, GError **error)
{
  JsonNode *node = json_array_get_element (array, i);

  if (JSON_NODE_HOLDS_OBJECT (node))
    return json_node_get_object (node);
  tocsin_fail (error, TOCSIN_ERROR_INVALID, "an object is wanted");
  return NULL;
}

static gboolean
has_secrets (const TocsinMonitor *monitor)
{
  g_autoptr (GVariant) secrets = g_variant_ref_sink (
      tocsin_fields_to_variant (&tocsin_monitor_fields, monitor, TOCSIN_FIELDS_ONLY_SECRETS));

  return g_variant_n_children (secrets) > 0;
}

static gboolean
read_monitor (TocsinImportPlan *plan, JsonObject *json, TocsinImportKnows knows, gpointer user_data,
              GError **error)
{
  g_autoptr (TocsinMonitor) monitor = json != NULL ? tocsin_monitor_from_json (json, error) : NULL;

  if (monitor == NULL || !tocsin_monitor_validate (monitor, error))
    return FALSE;
  plan->n_monitors++;
  plan->n_by_kind[monitor->kind]++;
  plan->n_replaced += monitor->id != NULL && knows (monitor->id, user_data);
  plan->has_secrets |= has_secrets (monitor);
  return TRUE;
}

static gboolean
read_maintenance (TocsinImportPlan *plan, JsonObject *json, GError **error)
{
  g_autoptr (TocsinMaintenance) maintenance = tocsin_maintenance_new ();

  if (json == NULL ||
      !tocsin_fields_from_json (&tocsin_maintenance_fields, maintenance, json, 0, error) ||
      !tocsin_maintenance_check (maintenance, error))
    return FALSE;
  plan->n_maintenance++;
  return TRUE;
}

gboolean
tocsin_import_plan_read (TocsinImportPlan *plan, const char *text, TocsinImportKnows knows,
                         gpointer user_data, GError **error)
{
  g_autoptr (JsonObject) json = NULL;
  TocsinImportPlan read = { 0 };
  JsonArray *array;

  g_return_val_if_fail (plan != NULL && text != NULL && knows != NULL, FALSE);

  json = tocsin_json_parse_object (text, TOCSIN_IMPORT_BYTES, error);
  if (json == NULL)
    return FALSE;
  if (!json_object_has_member (json, "tocsin"))
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        _ ("This is no export of Tocsin: its member “tocsin” is missing."));
  array = get_array (json, "monitors");
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    if (!read_monitor (&read, get_record (array, i, error), knows, user_data, error)) {
      g_prefix_error (error, _ ("Monitor %u in the file: "), i + 1);
      return FALSE;
    }
  array = get_array (json, "maintenance");
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    if (!read_maintenance (&read, get_record (array, i, error), error)) {
      g_prefix_error (error, _ ("Maintenance %u in the file: "), i + 1);
      return FALSE;
    }
  *plan = read;
  return TRUE;
}

static void
add_line (GString *text, char *line)
{
  g_autofree char *owned = line;

  g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", owned);
}

char *
tocsin_import_plan_to_text (const TocsinImportPlan *plan)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint n_new;

  g_return_val_if_fail (plan != NULL, NULL);

  n_new = plan->n_monitors - plan->n_replaced;
  if (plan->n_monitors + plan->n_maintenance == 0)
    return g_strdup (_ ("There is nothing in it."));
  if (n_new > 0)
    add_line (text, g_strdup_printf (ngettext ("%u monitor is new.", "%u monitors are new.", n_new),
                                     n_new));
  if (plan->n_replaced > 0)
    add_line (text, g_strdup_printf (ngettext ("%u monitor is there already and is replaced.",
                                               "%u monitors are there already and are replaced.",
                                               plan->n_replaced),
                                     plan->n_replaced));
  for (guint kind = 0; kind < G_N_ELEMENTS (plan->n_by_kind); kind++)
    if (plan->n_by_kind[kind] > 0)
      /* Translators: a kind of monitor, and how many of it are in a file: “Ping: 3”. */
      add_line (text, g_strdup_printf (_ ("%s: %u"),
                                       tocsin_editor_get_word (&tocsin_monitor_kind_words, kind),
                                       plan->n_by_kind[kind]));
  if (plan->n_maintenance > 0)
    add_line (text, g_strdup_printf (_ ("Maintenance: %u"), plan->n_maintenance));
  if (plan->n_monitors > 0 && !plan->has_secrets)
    add_line (text, g_strdup (_ ("No passwords or tokens are in it.")));
  return g_string_free (g_steal_pointer (&text), FALSE);
}
