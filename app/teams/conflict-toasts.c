/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "conflict-toasts"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "conflict-toasts.h"
#include "decode.h"
#include "sync-text.h"
#include "take-back.h"
#include "toast.h"

#define NEWS_MOST 20 /* among which the conflict is: it was just now */
#define TOAST_S   15

/* What a notice said, until the log has told the values. */
typedef struct {
  GtkWidget *widget;            /* (owned) */
  TocsinClient *client;         /* (owned) */
  char *record, *member, *text; /* (owned) (nullable) */
} Told;

static void
told_free (Told *told)
{
  g_object_unref (told->widget);
  g_object_unref (told->client);
  g_free (told->record);
  g_free (told->member);
  g_free (told->text);
  g_free (told);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Told, told_free)

static void
undone_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GtkWidget) widget = user_data;
  g_autoptr (GError) error = NULL;

  if (tocsin_take_back_finish (TOCSIN_CLIENT (source), result, &error))
    tocsin_toast (widget, _ ("Changed"));
  else
    tocsin_toast_error (widget, error);
}

static void
undo_cb (AdwToast *toast, gpointer user_data)
{
  GtkWidget *widget = user_data;
  TocsinClient *client = g_object_get_data (G_OBJECT (toast), "tocsin-client");
  const TocsinSyncNews *news = g_object_get_data (G_OBJECT (toast), "tocsin-news");

  tocsin_take_back_async (client, news, NULL, undone_cb, g_object_ref (widget));
}

static void
show (const Told *told, TocsinSyncNews *news /* (transfer full) */)
{
  g_autofree char *text = tocsin_sync_news_text (news);
  AdwToast *toast;

  if (!tocsin_take_back_is_possible (news)) {
    tocsin_toast (told->widget, text);
    tocsin_sync_news_free (news);
    return;
  }
  toast = tocsin_toast_with_button (told->widget, text, _ ("_Undo"), TOAST_S);
  if (toast == NULL) {
    tocsin_sync_news_free (news);
    return;
  }
  g_object_set_data_full (G_OBJECT (toast), "tocsin-news", news,
                          (GDestroyNotify) tocsin_sync_news_free);
  g_object_set_data_full (G_OBJECT (toast), "tocsin-client", g_object_ref (told->client),
                          g_object_unref);
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (undo_cb), told->widget, 0);
}

static void
got_log_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Told) told = user_data;
  g_autoptr (GVariant) entries = NULL;
  g_autoptr (GPtrArray) list = NULL;

  if (tocsin_dbus_tocsin1_call_sync_log_finish (TOCSIN_DBUS_TOCSIN1 (source), &entries, result,
                                                NULL))
    list = tocsin_decode_list (entries, &tocsin_sync_news_fields,
                               (GDestroyNotify) tocsin_sync_news_free);
  for (guint i = 0; list != NULL && i < list->len; i++) {
    const TocsinSyncNews *news = list->pdata[i];

    if (g_strcmp0 (news->record, told->record) == 0 &&
        g_strcmp0 (news->member, told->member) == 0) {
      show (told, tocsin_fields_copy (&tocsin_sync_news_fields, news));
      return;
    }
  }
  if (told->text != NULL)
    tocsin_toast (told->widget, told->text);
}

static void
notice_cb (TocsinDbusTocsin1 *proxy, GVariant *notice, gpointer user_data)
{
  GtkWidget *widget = user_data;
  const char *kind = NULL;
  Told *told;

  if (!g_variant_lookup (notice, "kind", "&s", &kind) || !g_str_equal (kind, "conflict"))
    return;
  told = g_new0 (Told, 1);
  told->widget = g_object_ref (widget);
  told->client = g_object_ref (g_object_get_data (G_OBJECT (widget), "tocsin-conflict-client"));
  g_variant_lookup (notice, "monitor_id", "s", &told->record);
  g_variant_lookup (notice, "reason", "s", &told->member);
  g_variant_lookup (notice, "text", "s", &told->text);
  tocsin_dbus_tocsin1_call_sync_log (proxy, "", NEWS_MOST, NULL, got_log_cb, told);
}

/* The proxy is there once the client is ready, and stays the same. */
static void
state_changed_cb (TocsinClient *client, gpointer user_data)
{
  TocsinDbusTocsin1 *proxy = tocsin_client_get_proxy (client);

  if (proxy == NULL)
    return;
  g_signal_handlers_disconnect_by_func (client, state_changed_cb, user_data);
  g_signal_connect_object (proxy, "notice", G_CALLBACK (notice_cb), user_data, 0);
}

void
tocsin_conflict_toasts_add (GtkWidget *widget, TocsinClient *client)
{
  g_return_if_fail (GTK_IS_WIDGET (widget) && TOCSIN_IS_CLIENT (client));

  g_object_set_data_full (G_OBJECT (widget), "tocsin-conflict-client", g_object_ref (client),
                          g_object_unref);
  g_signal_connect_object (client, "state-changed", G_CALLBACK (state_changed_cb), widget, 0);
  state_changed_cb (client, widget);
}
