/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "take-back"

#include "config.h"

#include "decode.h"
#include "editor-changes.h"
#include "monitor.h"
#include "sync-text.h"
#include "take-back.h"

typedef struct {
  char *id, *member, *value; /* (owned); value: JSON, (nullable) unsets it */
} Wanted;

static void
wanted_free (Wanted *wanted)
{
  g_free (wanted->id);
  g_free (wanted->member);
  g_free (wanted->value);
  g_free (wanted);
}

gboolean
tocsin_take_back_is_possible (const TocsinSyncNews *news)
{
  g_return_val_if_fail (news != NULL, FALSE);

  return tocsin_sync_news_is_conflict (news) && g_strcmp0 (news->type, "monitor") == 0 &&
         news->record != NULL && (news->mine != NULL || news->theirs != NULL);
}

static void
edited_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (tocsin_dbus_tocsin1_call_edit_finish (TOCSIN_DBUS_TOCSIN1 (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* The monitor with the other value in it. */
static TocsinMonitor *
make_after (const TocsinMonitor *before, const Wanted *wanted, GError **error)
{
  g_autoptr (TocsinMonitor) after = tocsin_monitor_copy (before);
  g_autoptr (JsonObject) json = json_object_new ();
  JsonNode *value = wanted->value != NULL ? json_from_string (wanted->value, error) : NULL;

  if (wanted->value != NULL && value == NULL)
    return NULL;
  json_object_set_member (json, wanted->member,
                          value != NULL ? value : json_node_init_null (json_node_alloc ()));
  if (!tocsin_fields_from_json (&tocsin_monitor_fields, after, json, TOCSIN_FIELDS_EDIT, error))
    return NULL;
  return g_steal_pointer (&after);
}

static void
got_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  const Wanted *wanted = g_task_get_task_data (task);
  g_autoptr (GVariant) members = NULL;
  g_autoptr (TocsinMonitor) before = NULL;
  g_autoptr (TocsinMonitor) after = NULL;
  g_auto (GStrv) unset = NULL;
  GVariant *set = NULL;
  GError *error = NULL;

  if (tocsin_dbus_tocsin1_call_get_finish (TOCSIN_DBUS_TOCSIN1 (source), &members, NULL, result,
                                           &error))
    before = tocsin_monitor_from_variant (members, &error);
  if (before != NULL)
    after = make_after (before, wanted, &error);
  if (after == NULL) {
    g_task_return_error (task, error);
    return;
  }
  if (!tocsin_editor_changes (before, after, NULL, &set, &unset)) {
    g_task_return_boolean (task, TRUE);
    return;
  }
  tocsin_dbus_tocsin1_call_edit (TOCSIN_DBUS_TOCSIN1 (source), wanted->id, set,
                                 (const char *const *) unset, g_task_get_cancellable (task),
                                 edited_cb, g_object_ref (task));
}

void
tocsin_take_back_async (TocsinClient *client, const TocsinSyncNews *news, GCancellable *cancellable,
                        GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Wanted *wanted;

  g_return_if_fail (TOCSIN_IS_CLIENT (client) && tocsin_take_back_is_possible (news));

  task = g_task_new (client, cancellable, callback, user_data);
  wanted = g_new0 (Wanted, 1);
  wanted->id = g_strdup (news->record);
  wanted->member = g_strdup (news->member);
  wanted->value = g_strdup (tocsin_sync_news_get_other (news));
  g_task_set_task_data (task, wanted, (GDestroyNotify) wanted_free);
  tocsin_dbus_tocsin1_call_get (tocsin_client_get_proxy (client), news->record, cancellable, got_cb,
                                g_object_ref (task));
}

gboolean
tocsin_take_back_finish (TocsinClient *client, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, client), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
