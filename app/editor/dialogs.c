/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "dialogs"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "dialogs.h"
#include "toast.h"

static GtkWidget *
find_overlay (GtkWidget *widget)
{
  GtkWidget *found = NULL;

  if (ADW_IS_TOAST_OVERLAY (widget))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_overlay (child);
  return found;
}

void
tocsin_dialog_toast (GtkWindow *window, const char *text)
{
  GtkWidget *overlay = window != NULL ? find_overlay (GTK_WIDGET (window)) : NULL;

  if (overlay != NULL)
    tocsin_toast (overlay, text);
}

void
tocsin_dialog_toast_error (GtkWindow *window, GError *error)
{
  GtkWidget *overlay = window != NULL ? find_overlay (GTK_WIDGET (window)) : NULL;

  if (overlay != NULL)
    tocsin_toast_error (overlay, error);
}

static void
discard_cb (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  GtkWindow *window = gtk_window_get_transient_for (GTK_WINDOW (dialog));

  if (g_str_equal (response, "discard") && window != NULL)
    gtk_window_destroy (window);
}

void
tocsin_dialog_ask_discard (GtkWindow *window)
{
  GtkWidget *dialog;

  g_return_if_fail (GTK_IS_WINDOW (window));

  dialog = adw_message_dialog_new (window, _ ("Discard Changes?"),
                                   _ ("What you have written will be lost."));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "keep", _ ("_Keep Editing"),
                                    "discard", _ ("_Discard"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "discard",
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "keep");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "keep");
  g_signal_connect (dialog, "response", G_CALLBACK (discard_cb), NULL);
  gtk_window_present (GTK_WINDOW (dialog));
}

typedef struct {
  TocsinDialogConfirmed confirmed;
  gpointer user_data;
  GDestroyNotify destroy;
} Question;

static void
free_question (gpointer data, GClosure *closure)
{
  Question *question = data;

  if (question->destroy != NULL)
    question->destroy (question->user_data);
  g_free (question);
}

static void
delete_cb (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  Question *question = user_data;

  if (g_str_equal (response, "delete"))
    question->confirmed (question->user_data);
}

void
tocsin_dialog_ask_delete (GtkWindow *parent, const char *heading, const char *body,
                          TocsinDialogConfirmed confirmed, gpointer user_data,
                          GDestroyNotify destroy)
{
  GtkWidget *dialog;
  Question *question;

  g_return_if_fail (heading != NULL && confirmed != NULL);

  question = g_new0 (Question, 1);
  question->confirmed = confirmed;
  question->user_data = user_data;
  question->destroy = destroy;
  dialog = adw_message_dialog_new (parent, heading, body);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "delete",
                                    _ ("_Delete"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "delete",
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_data (dialog, "response", G_CALLBACK (delete_cb), question, free_question, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}
