/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "incident-export"

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "incident-export.h"
#include "incident-markdown.h"
#include "toast.h"

void
tocsin_incident_export_copy (GtkWidget *widget, const TocsinIncident *incident)
{
  g_autofree char *text = NULL;

  g_return_if_fail (GTK_IS_WIDGET (widget) && incident != NULL);

  text = tocsin_incident_to_markdown (incident, g_get_real_time (), NULL);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
  tocsin_toast (widget, _ ("Copied as Markdown"));
}

/* A document on its way to a file. */
typedef struct {
  GtkWidget *widget; /* (owned) */
  char *text;        /* (owned) */
} Export;

static void
free_export (Export *export)
{
  g_object_unref (export->widget);
  g_free (export->text);
  g_free (export);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Export, free_export)

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Export) export = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_file_get_basename (G_FILE (source));
  g_autofree char *shown = g_filename_display_name (name);
  g_autofree char *text = NULL;

  if (!g_file_replace_contents_finish (G_FILE (source), result, NULL, &error)) {
    tocsin_toast_error (export->widget, error);
    return;
  }
  /* Translators: the name of a file. */
  text = g_strdup_printf (_ ("Saved as “%s”"), shown);
  tocsin_toast (export->widget, text);
}

static void
response_cb (GtkNativeDialog *dialog, int response, gpointer user_data)
{
  g_autoptr (GtkNativeDialog) owned G_GNUC_UNUSED = dialog;
  g_autoptr (Export) export = user_data;
  g_autoptr (GFile) file = NULL;
  const char *text = export->text;

  if (response != GTK_RESPONSE_ACCEPT)
    return;
  file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  if (file != NULL)
    g_file_replace_contents_async (file, text, strlen (text), NULL, FALSE,
                                   G_FILE_CREATE_REPLACE_DESTINATION, NULL, written_cb,
                                   g_steal_pointer (&export));
}

void
tocsin_incident_export_save (GtkWidget *widget, const TocsinIncident *incident)
{
  g_autofree char *name = NULL;
  GtkFileChooserNative *dialog;
  Export *export;

  g_return_if_fail (GTK_IS_WIDGET (widget) && incident != NULL);

  export = g_new0 (Export, 1);
  export->widget = g_object_ref (widget);
  export->text = tocsin_incident_to_markdown (incident, g_get_real_time (), NULL);
  dialog = gtk_file_chooser_native_new (_ ("Save as Markdown"),
                                        GTK_WINDOW (gtk_widget_get_root (widget)),
                                        GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"), _ ("_Cancel"));
  name = tocsin_incident_make_file_name (incident, NULL);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect (dialog, "response", G_CALLBACK (response_cb), export);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}
