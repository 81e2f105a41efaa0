/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "export"

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "dialogs.h"
#include "import-export.h"

typedef struct {
  GtkWindow *parent;    /* (owned) (nullable) */
  TocsinClient *client; /* (owned) */
  gboolean with_secrets;
  GFile *file; /* (owned) (nullable) */
} Export;

static void
free_export (Export *export)
{
  g_clear_object (&export->parent);
  g_clear_object (&export->client);
  g_clear_object (&export->file);
  g_free (export);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Export, free_export)

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Export) export = user_data;
  g_autoptr (GError) error = NULL;

  if (g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    tocsin_dialog_toast (export->parent, _ ("Monitors exported"));
  else
    tocsin_dialog_toast_error (export->parent, error);
}

static void
exported_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Export) export = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *json = NULL;
  gsize size;
  GFile *file;

  if (!tocsin_dbus_tocsin1_call_export_finish (TOCSIN_DBUS_TOCSIN1 (source), &json, result,
                                               &error)) {
    tocsin_dialog_toast_error (export->parent, error);
    return;
  }
  size = strlen (json);
  bytes = g_bytes_new_take (g_steal_pointer (&json), size);
  file = export->file;
  g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE,
                                       G_FILE_CREATE_PRIVATE | G_FILE_CREATE_REPLACE_DESTINATION,
                                       NULL, written_cb, g_steal_pointer (&export));
}

static void
chosen_cb (GtkNativeDialog *dialog, int response, gpointer user_data)
{
  g_autoptr (Export) export = user_data;
  TocsinDbusTocsin1 *proxy = tocsin_client_get_proxy (export->client);

  if (response == GTK_RESPONSE_ACCEPT)
    export->file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  g_object_unref (dialog);
  if (export->file == NULL)
    return;
  if (proxy == NULL) {
    tocsin_dialog_toast (export->parent, _ ("Tocsin’s background service is not running."));
    return;
  }
  tocsin_dbus_tocsin1_call_export (proxy, export->with_secrets, NULL, exported_cb, export);
  g_steal_pointer (&export);
}

static void
choose_file (Export *export /* (transfer full) */)
{
  GtkFileChooserNative *dialog =
      gtk_file_chooser_native_new (_ ("Export Monitors"), export->parent,
                                   GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"), _ ("_Cancel"));

  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), "tocsin.json");
  g_signal_connect (dialog, "response", G_CALLBACK (chosen_cb), export);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static void
answered_cb (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  g_autoptr (Export) export = user_data;
  GtkWidget *button = adw_message_dialog_get_extra_child (dialog);

  export->with_secrets = gtk_check_button_get_active (GTK_CHECK_BUTTON (button));
  if (g_str_equal (response, "export"))
    choose_file (g_steal_pointer (&export));
}

static void
secrets_cb (GtkCheckButton *button, GParamSpec *pspec, gpointer user_data)
{
  gboolean with_secrets = gtk_check_button_get_active (button);

  adw_message_dialog_set_body (
      user_data, with_secrets
                     ? _ ("Whoever has the file can read all passwords and tokens in it. It is "
                          "not encrypted.")
                     : _ ("All monitors and maintenance are written to a file. History is not."));
  adw_message_dialog_set_response_appearance (
      user_data, "export", with_secrets ? ADW_RESPONSE_DESTRUCTIVE : ADW_RESPONSE_SUGGESTED);
}

void
tocsin_export_present (GtkWindow *parent, TocsinClient *client)
{
  GtkWidget *dialog, *secrets;
  Export *export;

  g_return_if_fail (TOCSIN_IS_CLIENT (client));

  export = g_new0 (Export, 1);
  export->parent = parent != NULL ? g_object_ref (parent) : NULL;
  export->client = g_object_ref (client);
  dialog = adw_message_dialog_new (parent, _ ("Export Monitors"), NULL);
  secrets = gtk_check_button_new_with_mnemonic (_ ("Include _passwords and tokens"));
  g_signal_connect (secrets, "notify::active", G_CALLBACK (secrets_cb), dialog);
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), secrets);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "export",
                                    _ ("_Export…"), NULL);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "export");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  secrets_cb (GTK_CHECK_BUTTON (secrets), NULL, dialog);
  g_signal_connect (dialog, "response", G_CALLBACK (answered_cb), export);
  gtk_window_present (GTK_WINDOW (dialog));
}
