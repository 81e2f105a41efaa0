/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "trial"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "decode.h"
#include "evidence-text.h"
#include "evidence-view.h"
#include "sample.h"
#include "state-look.h"
#include "timetext.h"
#include "trial.h"

#define ANSWER_GRACE_MS 10000 /* of the daemon, beyond the check's own time-out */

struct _TocsinTrial {
  AdwBin parent_instance;

  GCancellable *cancellable; /* (owned) (nullable) of the call that is under way */
  GtkWidget *bar;            /* (owned) */
  GtkWidget *try, *cancel, *spinner, *image, *summary;
  GtkWidget *evidence;
};

G_DEFINE_FINAL_TYPE (TocsinTrial, tocsin_trial, ADW_TYPE_BIN)

enum { SIGNAL_WANTED, SIGNAL_REFUSED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
show_running (TocsinTrial *self, gboolean running)
{
  gtk_widget_set_visible (self->try, !running);
  gtk_widget_set_visible (self->cancel, running);
  gtk_widget_set_visible (self->spinner, running);
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), running);
  if (running) {
    gtk_widget_set_visible (self->image, FALSE);
    gtk_label_set_label (GTK_LABEL (self->summary), _ ("Checking…"));
  }
}

static void
say (TocsinTrial *self, TocsinState state, const char *text)
{
  tocsin_state_show (GTK_IMAGE (self->image), state);
  gtk_widget_set_visible (self->image, TRUE);
  gtk_label_set_label (GTK_LABEL (self->summary), text);
}

/* The result is below the form: it is brought into sight once it has its size. */
static gboolean
scroll_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  GtkWidget *scroller = gtk_widget_get_ancestor (widget, GTK_TYPE_SCROLLED_WINDOW);
  GtkWidget *content = gtk_widget_get_parent (widget);
  GtkAdjustment *adjustment;
  double y;

  if (scroller == NULL || gtk_widget_get_height (widget) == 0)
    return G_SOURCE_CONTINUE;
  adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scroller));
  if (gtk_widget_translate_coordinates (widget, content, 0, 0, NULL, &y))
    gtk_adjustment_set_value (adjustment, y);
  return G_SOURCE_REMOVE;
}

static void
show_sample (TocsinTrial *self, const TocsinSample *sample)
{
  static const TocsinState states[] = {
    [TOCSIN_OUTCOME_OK] = TOCSIN_STATE_UP,
    [TOCSIN_OUTCOME_SLOW] = TOCSIN_STATE_DEGRADED,
    [TOCSIN_OUTCOME_FAILED] = TOCSIN_STATE_DOWN,
    [TOCSIN_OUTCOME_INCONCLUSIVE] = TOCSIN_STATE_UNKNOWN,
  };
  g_autofree char *text = tocsin_evidence_text_outcome (sample);

  say (self, states[sample->outcome], text);
  tocsin_evidence_view_set_sample (TOCSIN_EVIDENCE_VIEW (self->evidence), sample);
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  gtk_widget_add_tick_callback (GTK_WIDGET (self), scroll_cb, NULL, NULL);
}

static void
tried_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinTrial) self = user_data;
  g_autoptr (GVariant) answer = NULL, members = NULL;
  g_autoptr (TocsinSample) sample = NULL;
  g_autoptr (GError) error = NULL;

  answer = g_dbus_proxy_call_finish (G_DBUS_PROXY (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* whoever cancelled has tidied up, and another may run */
  g_clear_object (&self->cancellable);
  show_running (self, FALSE);
  if (answer == NULL) {
    say (self, TOCSIN_STATE_UNKNOWN, tocsin_client_error_text (error));
    g_signal_emit (self, signals[SIGNAL_REFUSED], 0, error->message);
    return;
  }
  g_variant_get (answer, "(@a{sv})", &members);
  sample = tocsin_decode_object (members, &tocsin_sample_fields);
  if (sample != NULL && sample->outcome <= TOCSIN_OUTCOME_INCONCLUSIVE)
    show_sample (self, sample);
  else
    say (self, TOCSIN_STATE_UNKNOWN, _ ("The answer can’t be read."));
}

static void
try_cb (GtkButton *button, gpointer user_data)
{
  g_signal_emit (user_data, signals[SIGNAL_WANTED], 0);
}

static void
cancel_cb (GtkButton *button, gpointer user_data)
{
  tocsin_trial_reset (user_data);
  gtk_widget_grab_focus (TOCSIN_TRIAL (user_data)->try);
}

static void
tocsin_trial_dispose (GObject *object)
{
  TocsinTrial *self = TOCSIN_TRIAL (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->bar != NULL) {
    g_signal_handlers_disconnect_by_data (self->try, self);
    g_signal_handlers_disconnect_by_data (self->cancel, self);
  }
  g_clear_object (&self->bar);
  G_OBJECT_CLASS (tocsin_trial_parent_class)->dispose (object);
}

static void
tocsin_trial_class_init (TocsinTrialClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tocsin_trial_dispose;
  signals[SIGNAL_WANTED] = g_signal_new ("wanted", TOCSIN_TYPE_TRIAL, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_REFUSED] = g_signal_new ("refused", TOCSIN_TYPE_TRIAL, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
make_bar (TocsinTrial *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);

  self->try = gtk_button_new_with_mnemonic (_ ("_Try"));
  self->cancel = gtk_button_new_with_mnemonic (_ ("S_top"));
  self->spinner = gtk_spinner_new ();
  self->image = gtk_image_new ();
  self->summary = gtk_label_new (_ ("Check it once, before it is saved"));
  gtk_label_set_xalign (GTK_LABEL (self->summary), 0);
  gtk_label_set_wrap (GTK_LABEL (self->summary), TRUE);
  gtk_widget_set_hexpand (self->summary, TRUE);
  gtk_widget_set_visible (self->image, FALSE);
  gtk_widget_set_valign (self->try, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (self->cancel, GTK_ALIGN_CENTER);
  g_signal_connect (self->try, "clicked", G_CALLBACK (try_cb), self);
  g_signal_connect (self->cancel, "clicked", G_CALLBACK (cancel_cb), self);
  gtk_box_append (GTK_BOX (box), self->spinner);
  gtk_box_append (GTK_BOX (box), self->image);
  gtk_box_append (GTK_BOX (box), self->summary);
  gtk_box_append (GTK_BOX (box), self->cancel);
  gtk_box_append (GTK_BOX (box), self->try);
  gtk_widget_add_css_class (box, "trial-bar");
  self->bar = g_object_ref_sink (box);
  show_running (self, FALSE);
}

static void
tocsin_trial_init (TocsinTrial *self)
{
  self->evidence = tocsin_evidence_view_new ();
  adw_bin_set_child (ADW_BIN (self), self->evidence);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  make_bar (self);
}

GtkWidget *
tocsin_trial_get_bar (TocsinTrial *self)
{
  g_return_val_if_fail (TOCSIN_IS_TRIAL (self), NULL);
  return self->bar;
}

void
tocsin_trial_run (TocsinTrial *self, TocsinClient *client, GVariant *members, gint64 timeout_us)
{
  TocsinDbusTocsin1 *proxy;

  g_return_if_fail (TOCSIN_IS_TRIAL (self) && TOCSIN_IS_CLIENT (client) && members != NULL);

  tocsin_trial_reset (self);
  proxy = tocsin_client_get_proxy (client);
  if (proxy == NULL) {
    g_variant_unref (g_variant_ref_sink (members));
    say (self, TOCSIN_STATE_UNKNOWN, _ ("Tocsin’s background service is not running."));
    return;
  }
  self->cancellable = g_cancellable_new ();
  show_running (self, TRUE);
  /* With a time-out of its own: a check may take longer than calls do. */
  g_dbus_proxy_call (G_DBUS_PROXY (proxy), "Try", g_variant_new ("(@a{sv})", members),
                     G_DBUS_CALL_FLAGS_NONE,
                     (int) (timeout_us / TOCSIN_US_PER_MS) + ANSWER_GRACE_MS, self->cancellable,
                     tried_cb, g_object_ref (self));
}

gboolean
tocsin_trial_is_running (TocsinTrial *self)
{
  g_return_val_if_fail (TOCSIN_IS_TRIAL (self), FALSE);
  return self->cancellable != NULL;
}

void
tocsin_trial_reset (TocsinTrial *self)
{
  g_return_if_fail (TOCSIN_IS_TRIAL (self));

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  show_running (self, FALSE);
  gtk_widget_set_visible (self->image, FALSE);
  gtk_label_set_label (GTK_LABEL (self->summary), _ ("Check it once, before it is saved"));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  tocsin_evidence_view_set_sample (TOCSIN_EVIDENCE_VIEW (self->evidence), NULL);
}
