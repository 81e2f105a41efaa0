/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "portable"

#include "config.h"

#include <string.h>

#include "errors.h"
#include "jsontext.h"
#include "maintenance-windows.h"
#include "portable.h"

static int
compare_names (gconstpointer a, gconstpointer b)
{
  const TocsinMonitor *first = *(const TocsinMonitor *const *) a;
  const TocsinMonitor *second = *(const TocsinMonitor *const *) b;
  int order = strcmp (first->name, second->name);

  return order != 0 ? order : strcmp (first->id, second->id);
}

static JsonArray *
encode (const TocsinFields *fields, const GPtrArray *objects, guint flags)
{
  JsonArray *array = json_array_sized_new (objects->len);

  for (guint i = 0; i < objects->len; i++)
    json_array_add_object_element (array, tocsin_fields_to_json (fields, objects->pdata[i], flags));
  return array;
}

char *
tocsin_portable_export (TocsinWatch *watch, gboolean with_secrets)
{
  g_autoptr (GPtrArray) monitors = tocsin_watch_get_monitors (watch);
  g_autoptr (GPtrArray) maintenance = tocsin_watch_get_maintenance (watch);
  g_autoptr (JsonObject) json = json_object_new ();
  g_autoptr (JsonNode) node = NULL;
  guint flags = with_secrets ? TOCSIN_FIELDS_WITH_SECRETS : TOCSIN_FIELDS_PLAIN;

  g_ptr_array_sort (monitors, compare_names);
  json_object_set_int_member (json, "tocsin", TOCSIN_PORTABLE_VERSION);
  json_object_set_array_member (json, "monitors", encode (&tocsin_monitor_fields, monitors, flags));
  json_object_set_array_member (json, "maintenance",
                                encode (&tocsin_maintenance_fields, maintenance, 0));
  node = json_node_init_object (json_node_alloc (), json);
  return tocsin_json_print (node);
}

/* --- import --- */

typedef struct {
  GPtrArray *monitors;    /* (owned) (element-type TocsinMonitor) */
  GPtrArray *maintenance; /* (owned) (element-type TocsinMaintenance) */
  guint n_added, n_updated, n_waiting;
  GError *error; /* (owned) (nullable) the first */
} Import;

static void
free_import (gpointer data)
{
  Import *import = data;

  g_ptr_array_unref (import->monitors);
  g_ptr_array_unref (import->maintenance);
  g_clear_error (&import->error);
  g_free (import);
}

static JsonArray *
get_array (JsonObject *json, const char *name, GError **error)
{
  JsonNode *node = json_object_get_member (json, name);

  if (node != NULL && JSON_NODE_HOLDS_ARRAY (node))
    return json_node_get_array (node);
  if (node != NULL)
    tocsin_fail (error, TOCSIN_ERROR_INVALID, "%s: an array is wanted", name);
  return NULL;
}

static JsonObject *
get_record (JsonArray *array, guint i, const char *what, GError **error)
{
  JsonNode *node = json_array_get_element (array, i);

  if (JSON_NODE_HOLDS_OBJECT (node))
    return json_node_get_object (node);
  tocsin_fail (error, TOCSIN_ERROR_INVALID, "%s %u: an object is wanted", what, i + 1);
  return NULL;
}

static gboolean
read_monitors (Import *import, JsonArray *array, GError **error)
{
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++) {
    JsonObject *json = get_record (array, i, "monitor", error);
    TocsinMonitor *monitor = json != NULL ? tocsin_monitor_from_json (json, error) : NULL;

    if (monitor == NULL) {
      if (json != NULL)
        g_prefix_error (error, "monitor %u: ", i + 1);
      return FALSE;
    }
    g_ptr_array_add (import->monitors, monitor);
    if (!tocsin_monitor_validate (monitor, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
read_maintenance (Import *import, JsonArray *array, GError **error)
{
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++) {
    JsonObject *json = get_record (array, i, "maintenance", error);
    TocsinMaintenance *maintenance;

    if (json == NULL)
      return FALSE;
    maintenance = tocsin_maintenance_new ();
    g_ptr_array_add (import->maintenance, maintenance);
    if (!tocsin_fields_from_json (&tocsin_maintenance_fields, maintenance, json, 0, error) ||
        !tocsin_maintenance_check (maintenance, error)) {
      g_prefix_error (error, "maintenance %u: ", i + 1);
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
read_all (Import *import, const char *text, GError **error)
{
  g_autoptr (JsonObject) json = tocsin_json_parse_object (text, TOCSIN_PORTABLE_MOST_BYTES, error);
  g_autoptr (GError) problem = NULL;
  JsonArray *monitors, *maintenance;

  if (json == NULL)
    return FALSE;
  if (json_object_get_int_member_with_default (json, "tocsin", 0) != TOCSIN_PORTABLE_VERSION)
    return tocsin_fail (
        error, TOCSIN_ERROR_INVALID,
        "tocsin: %d is wanted: this is no export of Tocsin, or one of a newer version",
        TOCSIN_PORTABLE_VERSION);
  monitors = get_array (json, "monitors", &problem);
  maintenance = problem == NULL ? get_array (json, "maintenance", &problem) : NULL;
  if (problem != NULL) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return FALSE;
  }
  return read_monitors (import, monitors, error) && read_maintenance (import, maintenance, error);
}

/* A monitor comes after those that it is behind, so that each is there when it is asked for. */
static gboolean
is_ready (GPtrArray *done, const GPtrArray *all, const TocsinMonitor *monitor)
{
  for (guint i = 0; i < all->len; i++) {
    const TocsinMonitor *other = all->pdata[i];

    if (other->id != NULL && monitor->depends_on != NULL &&
        g_strv_contains ((const char *const *) monitor->depends_on, other->id) &&
        !g_ptr_array_find (done, other, NULL))
      return FALSE;
  }
  return TRUE;
}

static gboolean
sort_by_dependence (Import *import, GError **error)
{
  g_autoptr (GPtrArray) rest = g_ptr_array_copy (import->monitors, NULL, NULL);
  g_autoptr (GPtrArray) done = g_ptr_array_sized_new (rest->len);

  while (rest->len > 0) {
    guint before = rest->len;

    for (guint i = 0; i < rest->len;)
      if (is_ready (done, import->monitors, rest->pdata[i]))
        g_ptr_array_add (done, g_ptr_array_steal_index (rest, i));
      else
        i++;
    if (rest->len == before)
      return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                          "monitor “%s”: depends_on: monitors are behind each other in a circle",
                          ((TocsinMonitor *) rest->pdata[0])->name);
  }
  for (guint i = 0; i < done->len; i++)
    import->monitors->pdata[i] = done->pdata[i];
  return TRUE;
}

/* --- all at once: each takes effect in its turn, and their commits share transactions --- */

static void
imported_one (GTask *task /* (transfer full) */, GError *error)
{
  G_GNUC_UNUSED g_autoptr (GTask) owned = task;
  Import *import = g_task_get_task_data (task);

  if (error != NULL && import->error == NULL)
    import->error = g_error_copy (error);
  g_clear_error (&error);
  if (--import->n_waiting > 0)
    return;
  if (import->error != NULL)
    g_task_return_error (task, g_steal_pointer (&import->error));
  else
    g_task_return_boolean (task, TRUE);
}

static void
added_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;

  g_free (tocsin_watch_add_finish (TOCSIN_WATCH (source), result, &error));
  imported_one (user_data, error);
}

static void
changed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;

  tocsin_watch_change_finish (TOCSIN_WATCH (source), result, &error);
  imported_one (user_data, error);
}

static void
import_monitor (GTask *task, Import *import, TocsinMonitor *monitor)
{
  TocsinWatch *watch = g_task_get_source_object (task);

  if (monitor->id != NULL && tocsin_watch_get_monitor (watch, monitor->id) != NULL) {
    import->n_updated++;
    tocsin_watch_edit (watch, tocsin_monitor_ref (monitor), tocsin_watch_has_secrets (monitor),
                       changed_cb, g_object_ref (task));
  } else {
    import->n_added++;
    tocsin_watch_add (watch, tocsin_monitor_ref (monitor), added_cb, g_object_ref (task));
  }
}

static void
import_maintenance (GTask *task, Import *import, const TocsinMaintenance *maintenance)
{
  TocsinWatch *watch = g_task_get_source_object (task);
  g_autoptr (GPtrArray) there = tocsin_watch_get_maintenance (watch);
  gboolean known = FALSE;

  for (guint i = 0; i < there->len; i++)
    known |= g_strcmp0 (((TocsinMaintenance *) there->pdata[i])->id, maintenance->id) == 0;
  if (known)
    import->n_updated++;
  else
    import->n_added++;
  tocsin_watch_add_maintenance (watch, tocsin_maintenance_copy (maintenance), changed_cb,
                                g_object_ref (task));
}

static void
import_all (GTask *task)
{
  Import *import = g_task_get_task_data (task);

  /* One more, so that the end does not come before all have begun. */
  import->n_waiting = import->monitors->len + import->maintenance->len + 1;
  for (guint i = 0; i < import->monitors->len; i++)
    import_monitor (task, import, import->monitors->pdata[i]);
  for (guint i = 0; i < import->maintenance->len; i++)
    import_maintenance (task, import, import->maintenance->pdata[i]);
  imported_one (g_object_ref (task), NULL);
}

void
tocsin_portable_import (TocsinWatch *watch, const char *text, GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (watch, NULL, callback, user_data);
  Import *import = g_new0 (Import, 1);
  GError *error = NULL;

  import->monitors = g_ptr_array_new_with_free_func ((GDestroyNotify) tocsin_monitor_unref);
  import->maintenance = g_ptr_array_new_with_free_func ((GDestroyNotify) tocsin_maintenance_free);
  g_task_set_task_data (task, import, free_import);
  if (read_all (import, text, &error) && sort_by_dependence (import, &error))
    import_all (task);
  else
    g_task_return_error (task, error);
}

gboolean
tocsin_portable_import_finish (GAsyncResult *result, guint *n_added, guint *n_updated,
                               GError **error)
{
  const Import *import = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  *n_added = import->n_added;
  *n_updated = import->n_updated;
  return TRUE;
}
