/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "import"

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "dialogs.h"
#include "import-export.h"
#include "import-plan.h"

/* One import, from the choice of a file to the daemon's answer; each step passes it on. */
typedef struct {
  GtkWindow *parent;    /* (owned) (nullable) */
  TocsinClient *client; /* (owned) */
  char *text;           /* (owned) (nullable) */
} Import;

static void
free_import (Import *import)
{
  g_clear_object (&import->parent);
  g_clear_object (&import->client);
  g_free (import->text);
  g_free (import);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Import, free_import)

static void
show_problem (Import *import, const char *text)
{
  GtkWidget *dialog = adw_message_dialog_new (import->parent, _ ("Nothing Was Imported"), text);

  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _ ("_Close"));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
imported_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Import) import = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *said = NULL;
  guint n_added, n_updated;

  if (!tocsin_dbus_tocsin1_call_import_finish (TOCSIN_DBUS_TOCSIN1 (source), &n_added, &n_updated,
                                               result, &error)) {
    show_problem (import, tocsin_client_error_text (error));
    return;
  }
  said = g_strdup_printf (_ ("Imported: %u new, %u replaced"), n_added, n_updated);
  tocsin_dialog_toast (import->parent, said);
}

static void
confirmed_cb (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  g_autoptr (Import) import = user_data;
  TocsinDbusTocsin1 *proxy = tocsin_client_get_proxy (import->client);

  if (!g_str_equal (response, "import"))
    return;
  if (proxy == NULL) {
    show_problem (import, _ ("Tocsin’s background service is not running."));
    return;
  }
  tocsin_dbus_tocsin1_call_import (proxy, import->text, NULL, imported_cb, import);
  g_steal_pointer (&import);
}

static gboolean
is_known (const char *id, gpointer user_data)
{
  return tocsin_client_find (user_data, id) != NULL;
}

/* Says first what would happen. */
static void
ask (Import *import /* (transfer full) */)
{
  g_autoptr (Import) owned = import;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  TocsinImportPlan plan;
  GtkWidget *dialog;

  if (!tocsin_import_plan_read (&plan, import->text, is_known, import->client, &error)) {
    show_problem (import, error->message);
    return;
  }
  text = tocsin_import_plan_to_text (&plan);
  dialog = adw_message_dialog_new (import->parent, _ ("Import This File?"), text);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "import",
                                    _ ("_Import"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "import",
                                              plan.n_replaced > 0 ? ADW_RESPONSE_DESTRUCTIVE
                                                                  : ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_response_enabled (ADW_MESSAGE_DIALOG (dialog), "import",
                                           plan.n_monitors + plan.n_maintenance > 0);
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect (dialog, "response", G_CALLBACK (confirmed_cb), g_steal_pointer (&owned));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Import) import = user_data;
  g_autoptr (GError) error = NULL;
  gsize size = 0;

  if (!g_file_load_contents_finish (G_FILE (source), result, &import->text, &size, NULL, &error))
    show_problem (import, error->message);
  else if (size > TOCSIN_IMPORT_BYTES)
    show_problem (import, _ ("The file is too large."));
  else
    ask (g_steal_pointer (&import));
}

static void
chosen_cb (GtkNativeDialog *dialog, int response, gpointer user_data)
{
  g_autoptr (Import) import = user_data;
  g_autoptr (GFile) file = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  g_object_unref (dialog);
  if (file != NULL)
    g_file_load_contents_async (file, NULL, loaded_cb, g_steal_pointer (&import));
}

void
tocsin_import_present (GtkWindow *parent, TocsinClient *client)
{
  GtkFileChooserNative *dialog;
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();
  Import *import;

  g_return_if_fail (TOCSIN_IS_CLIENT (client));

  import = g_new0 (Import, 1);
  import->parent = parent != NULL ? g_object_ref (parent) : NULL;
  import->client = g_object_ref (client);
  dialog = gtk_file_chooser_native_new (_ ("Import Monitors"), parent, GTK_FILE_CHOOSER_ACTION_OPEN,
                                        _ ("_Open"), _ ("_Cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  gtk_file_filter_set_name (filter, _ ("JSON files"));
  gtk_file_filter_add_suffix (filter, "json");
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (dialog), filter);
  /* The dialog is ours until it has answered: nothing else holds it. */
  g_signal_connect (dialog, "response", G_CALLBACK (chosen_cb), import);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}
