/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "sign-in"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "dialogs.h"
#include "sign-in.h"
#include "texts.h"
#include "toast.h"

#define TOCSIN_TYPE_SIGN_IN (tocsin_sign_in_get_type ())
G_DECLARE_FINAL_TYPE (TocsinSignIn, tocsin_sign_in, TOCSIN, SIGN_IN, AdwWindow)

struct _TocsinSignIn {
  AdwWindow parent_instance;

  TocsinClient *client;      /* (owned) */
  GCancellable *cancellable; /* (owned) */
  char *login;               /* (owned) (nullable) what waits in the daemon */
  char *url;                 /* (owned) (nullable) with the code in it */
  gint64 expires_at;

  /* of the template */
  GtkStack *stack;
  AdwEntryRow *address;
  GtkLabel *problem, *code, *code_url, *left;
  GtkWidget *go;
};

G_DEFINE_FINAL_TYPE (TocsinSignIn, tocsin_sign_in, ADW_TYPE_WINDOW)

char *
tocsin_sign_in_read_address (const char *text)
{
  g_autofree char *address = g_strstrip (g_strdup (text));
  g_autoptr (GUri) uri = NULL;
  gsize length;

  if (*address == '\0')
    return NULL;
  if (strstr (address, "://") == NULL) {
    char *with_scheme = g_strconcat ("https://", address, NULL);

    g_free (address);
    address = with_scheme;
  }
  uri = g_uri_parse (address, G_URI_FLAGS_NONE, NULL);
  if (uri == NULL || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0' ||
      g_uri_get_userinfo (uri) != NULL || g_uri_get_query (uri) != NULL ||
      (!g_str_equal (g_uri_get_scheme (uri), "https") &&
       !g_str_equal (g_uri_get_scheme (uri), "http")))
    return NULL;
  length = strlen (address);
  while (length > 0 && address[length - 1] == '/')
    address[--length] = '\0';
  return g_steal_pointer (&address);
}

/* --- the address --- */

static void
show_problem (TocsinSignIn *self, const char *text)
{
  g_autofree char *sentence = text != NULL ? tocsin_text_sentence (text) : NULL;

  gtk_stack_set_visible_child_name (self->stack, "address");
  gtk_label_set_text (self->problem, sentence != NULL ? sentence : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), text != NULL);
  gtk_widget_set_visible (self->go, TRUE);
  gtk_widget_set_sensitive (self->go, TRUE);
  if (text != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->address), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->address), "error");
}

static void
address_changed_cb (GtkEditable *editable, gpointer user_data)
{
  TocsinSignIn *self = user_data;
  g_autofree char *address = tocsin_sign_in_read_address (gtk_editable_get_text (editable));

  show_problem (self, NULL);
  gtk_widget_set_sensitive (self->go, address != NULL);
}

/* --- the code --- */

static void
show_left (TocsinSignIn *self)
{
  gint64 left_us = self->expires_at - g_get_real_time ();
  g_autofree char *span = NULL;
  g_autofree char *text = NULL;

  if (self->login == NULL || left_us <= 0)
    return;
  span = tocsin_text_span (left_us);
  /* Translators: a span of time, after which a code to sign in with ends. */
  text = g_strdup_printf (_ ("Waiting for you… The code is good for %s."), span);
  gtk_label_set_text (self->left, text);
}

static void
waited_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinSignIn) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_proxy_call_finish (G_DBUS_PROXY (source), result, &error);

  g_clear_pointer (&self->login, g_free);
  if (answer != NULL) {
    tocsin_dialog_toast (gtk_window_get_transient_for (GTK_WINDOW (self)), _ ("Signed in"));
    gtk_window_destroy (GTK_WINDOW (self));
  } else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    show_problem (self, tocsin_client_error_text (error));
  }
}

static void
begun_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinSignIn) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *code = NULL;
  g_autofree char *url = NULL;

  if (!tocsin_dbus_tocsin1_call_login_finish (TOCSIN_DBUS_TOCSIN1 (source), &self->login, &code,
                                              &url, &self->url, &self->expires_at, result,
                                              &error)) {
    if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      show_problem (self, tocsin_client_error_text (error));
    return;
  }
  gtk_label_set_text (self->code, code);
  gtk_label_set_text (self->code_url, url);
  show_left (self);
  gtk_stack_set_visible_child_name (self->stack, "code");
  gtk_widget_set_visible (self->go, FALSE);
  /* A person in a browser takes longer than a call may by default. */
  g_dbus_proxy_call (G_DBUS_PROXY (source), "LoginWait", g_variant_new ("(s)", self->login),
                     G_DBUS_CALL_FLAGS_NONE, G_MAXINT, self->cancellable, waited_cb,
                     g_object_ref (self));
}

static void
go_cb (gpointer source, gpointer user_data)
{
  TocsinSignIn *self = user_data;
  TocsinDbusTocsin1 *proxy = tocsin_client_get_proxy (self->client);
  g_autofree char *address =
      tocsin_sign_in_read_address (gtk_editable_get_text (GTK_EDITABLE (self->address)));

  if (address == NULL) {
    show_problem (self, _ ("Such as https://tocsin.example.org"));
    return;
  }
  if (proxy == NULL) {
    show_problem (self, _ ("Tocsin’s background service is not running."));
    return;
  }
  gtk_widget_set_sensitive (self->go, FALSE);
  tocsin_dbus_tocsin1_call_login (proxy, address, self->cancellable, begun_cb, g_object_ref (self));
}

static void
open_cb (GtkButton *button, gpointer user_data)
{
  TocsinSignIn *self = user_data;

  gtk_show_uri (GTK_WINDOW (self), self->url, GDK_CURRENT_TIME);
}

static void
copy_cb (GtkButton *button, gpointer user_data)
{
  TocsinSignIn *self = user_data;

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)),
                          gtk_label_get_text (self->code));
  tocsin_toast (GTK_WIDGET (self->stack), _ ("Copied"));
}

/* --- life --- */

static void
tocsin_sign_in_dispose (GObject *object)
{
  TocsinSignIn *self = TOCSIN_SIGN_IN (object);

  g_cancellable_cancel (self->cancellable);
  if (self->login != NULL && tocsin_client_get_proxy (self->client) != NULL)
    tocsin_dbus_tocsin1_call_login_cancel (tocsin_client_get_proxy (self->client), self->login,
                                           NULL, NULL, NULL);
  g_clear_pointer (&self->login, g_free);
  g_clear_pointer (&self->url, g_free);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (tocsin_sign_in_parent_class)->dispose (object);
}

static void
tocsin_sign_in_class_init (TocsinSignInClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tocsin_sign_in_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/tocsin/Tocsin/ui/sign-in.ui");
  gtk_widget_class_bind_template_child (widget_class, TocsinSignIn, stack);
  gtk_widget_class_bind_template_child (widget_class, TocsinSignIn, address);
  gtk_widget_class_bind_template_child (widget_class, TocsinSignIn, problem);
  gtk_widget_class_bind_template_child (widget_class, TocsinSignIn, code);
  gtk_widget_class_bind_template_child (widget_class, TocsinSignIn, code_url);
  gtk_widget_class_bind_template_child (widget_class, TocsinSignIn, left);
  gtk_widget_class_bind_template_child (widget_class, TocsinSignIn, go);
  gtk_widget_class_bind_template_callback (widget_class, address_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, go_cb);
  gtk_widget_class_bind_template_callback (widget_class, open_cb);
  gtk_widget_class_bind_template_callback (widget_class, copy_cb);
}

static void
tocsin_sign_in_init (TocsinSignIn *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_window_set_default_widget (GTK_WINDOW (self), self->go);
}

void
tocsin_sign_in_present (GtkWindow *parent, TocsinClient *client, const char *server)
{
  TocsinSignIn *self;

  g_return_if_fail (TOCSIN_IS_CLIENT (client));

  self = g_object_new (TOCSIN_TYPE_SIGN_IN, "transient-for", parent, NULL);
  self->client = g_object_ref (client);
  g_signal_connect_object (client, "tick", G_CALLBACK (show_left), self, G_CONNECT_SWAPPED);
  gtk_editable_set_text (GTK_EDITABLE (self->address), server != NULL ? server : "");
  gtk_widget_grab_focus (GTK_WIDGET (self->address)); /* not on the button that gives up */
  gtk_window_present (GTK_WINDOW (self));
}
