/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "team-series"

#include "config.h"

#include "sync-private.h"
#include "team-sync.h"
#include "timetext.h"

/* A chart of a team's monitor shows what all of its probes saw, which is the server's to tell. */

typedef struct {
  TocsinStore *store; /* (not owned) */
  char *monitor;
  gint64 from_us, to_us;
  guint n_points;
} Query;

static void
free_query (gpointer data)
{
  Query *query = data;

  g_free (query->monitor);
  g_free (query);
}

static void
got_own_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  TocsinSeries *series = tocsin_store_get_series_finish (NULL, result, &error);

  if (series != NULL)
    g_task_return_pointer (task, series, (GDestroyNotify) tocsin_series_free);
  else
    g_task_return_error (task, error);
}

/* Takes `task`. */
static void
ask_store (GTask *task)
{
  const Query *query = g_task_get_task_data (task);

  tocsin_store_get_series (query->store, query->monitor, query->from_us, query->to_us,
                           query->n_points, got_own_cb, task);
}

static void
told_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  g_autoptr (TocsinServerReply) reply =
      tocsin_server_client_call_finish (TOCSIN_SERVER_CLIENT (source), result, NULL);
  JsonObject *json =
      reply != NULL && reply->status == 200 ? tocsin_server_reply_get_object (reply) : NULL;
  g_autoptr (GError) error = NULL;
  TocsinSeries *series = json != NULL ? tocsin_series_from_json (json, &error) : NULL;

  if (error != NULL)
    g_warning ("the server's series can’t be read: %s", error->message);
  if (series == NULL) {
    ask_store (task);
    return;
  }
  g_task_return_pointer (task, series, (GDestroyNotify) tocsin_series_free);
  g_object_unref (task);
}

static char *
make_path (const TocsinMonitor *monitor, const Query *query)
{
  g_autofree char *from = tocsin_time_to_text (query->from_us);
  g_autofree char *to = tocsin_time_to_text (query->to_us);

  return g_strdup_printf ("/api/v1/teams/%s/monitors/%s/series?from=%s&to=%s&points=%u",
                          monitor->team, monitor->id, from, to, query->n_points);
}

void
tocsin_sync_get_series (TocsinSync *self, const char *id, gint64 from_us, gint64 to_us,
                        guint n_points, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autofree char *path = NULL;
  const TocsinMonitor *monitor;
  TocsinServerClient *client;
  GTask *task;
  Query *query;

  g_return_if_fail (TOCSIN_IS_SYNC (self));
  g_return_if_fail (id != NULL);

  task = g_task_new (self, NULL, callback, user_data);
  query = g_new (Query, 1);
  *query = (Query){ tocsin_sync_get_store (self), g_strdup (id), from_us, to_us, n_points };
  g_task_set_task_data (task, query, free_query);
  monitor = tocsin_watch_get_monitor (tocsin_sync_get_watch (self), id);
  client = monitor != NULL && monitor->team != NULL ? tocsin_sync_get_client (self, monitor->team)
                                                    : NULL;
  if (client == NULL) {
    ask_store (task);
    return;
  }
  path = make_path (monitor, query);
  tocsin_server_client_call (client, "GET", path, NULL, NULL, NULL, NULL, told_cb, task);
}

TocsinSeries *
tocsin_sync_get_series_finish (TocsinSync *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
