/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "help"

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "help.h"

typedef struct {
  const char *question;
  const char *answer;
} Entry;

static const Entry first_steps[] = {
  { N_ ("How do I watch something?"),
    N_ ("Press Ctrl+N and paste an address: a URL, a host with its port, a domain name, or a line "
        "of a crontab. Tocsin guesses the rest; “Try” runs the check once before anything is "
        "saved.") },
  { N_ ("Does it go on when I close the window?"),
    N_ ("Yes. Checks are run by a background service, which needs no window. Preferences, General "
        "says whether it does, and whether it starts when you log in.") },
  { N_ ("Can I use it without a display?"),
    N_ ("Yes: the command tocsinctl does all that this app does, and talks to the same service. "
        "Its manual is “man tocsinctl”.") },
};

static const Entry states[] = {
  { N_ ("When is something down?"),
    N_ ("When as many checks in a row failed as the monitor says, 3 unless you change it. After the "
        "first one it is “confirming” and checked again soon. The outage begins at the first "
        "failure. “Why” on the command line tells each decision with its reasons.") },
  { N_ ("What is “degraded”?"),
    N_ ("It answers, and rightly, but slower than the monitor allows, several times in a row.") },
  { N_ ("What is “unknown”?"),
    N_ ("Nobody is looking: the computer slept, or has no network. Then Tocsin does not guess. Such "
        "time counts neither for nor against the uptime, and charts show it hatched.") },
  { N_ ("How is uptime reckoned?"),
    N_ ("By time, not by checks: what passes between two checks is the earlier one’s. Maintenance, "
        "pauses and unknown time are left out. It is never rounded up to 100 %.") },
};

static const Entry heartbeats[] = {
  { N_ ("What is a heartbeat?"),
    N_ ("A monitor that waits: your scheduled job calls its URL each time it has run. When the call "
        "does not come in time, it is down. The page of a heartbeat has lines to paste for cron, "
        "systemd, curl, PowerShell and Python.") },
  { N_ ("Who can call it?"),
    N_ ("Jobs on this computer: the URL is one of 127.0.0.1. A team’s server takes heartbeats from "
        "everywhere.") },
};

static void
add_group (AdwPreferencesPage *page, const char *title, const Entry *entries, guint n)
{
  GtkWidget *group = adw_preferences_group_new ();

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), title);
  for (guint i = 0; i < n; i++) {
    GtkWidget *row = adw_expander_row_new ();
    GtkWidget *label = gtk_label_new (_ (entries[i].answer));

    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ (entries[i].question));
    gtk_label_set_wrap (GTK_LABEL (label), TRUE);
    gtk_label_set_xalign (GTK_LABEL (label), 0);
    gtk_widget_set_margin_start (label, 12);
    gtk_widget_set_margin_end (label, 12);
    gtk_widget_set_margin_top (label, 12);
    gtk_widget_set_margin_bottom (label, 12);
    adw_expander_row_add_row (ADW_EXPANDER_ROW (row), label);
    adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
  }
  adw_preferences_page_add (page, ADW_PREFERENCES_GROUP (group));
}

void
tocsin_help_present (GtkWindow *parent)
{
  GtkWidget *window, *page;

  g_return_if_fail (GTK_IS_WINDOW (parent));

  window = adw_preferences_window_new ();
  page = adw_preferences_page_new ();
  gtk_window_set_title (GTK_WINDOW (window), _ ("Help"));
  gtk_window_set_transient_for (GTK_WINDOW (window), parent);
  adw_preferences_page_set_title (ADW_PREFERENCES_PAGE (page), _ ("Help"));
  add_group (ADW_PREFERENCES_PAGE (page), _ ("First Steps"), first_steps,
             G_N_ELEMENTS (first_steps));
  add_group (ADW_PREFERENCES_PAGE (page), _ ("Up, Down and Between"), states,
             G_N_ELEMENTS (states));
  add_group (ADW_PREFERENCES_PAGE (page), _ ("Heartbeats"), heartbeats, G_N_ELEMENTS (heartbeats));
  adw_preferences_window_add (ADW_PREFERENCES_WINDOW (window), ADW_PREFERENCES_PAGE (page));
  gtk_window_present (GTK_WINDOW (window));
}
