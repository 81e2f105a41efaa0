/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "notifier"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "notifier-private.h"

static void
clear_button (gpointer data)
{
  g_free (((TocsinNoteButton *) data)->label);
}

static void
add_button (GArray *buttons, const char *action, const char *label)
{
  TocsinNoteButton button = { action, g_strdup (label) };

  g_array_append_val (buttons, button);
}

GArray *
tocsin_note_get_buttons (const TocsinNote *note)
{
  GArray *buttons = g_array_new (FALSE, FALSE, sizeof (TocsinNoteButton));
  gboolean is_problem = note->kind == TOCSIN_NOTICE_DOWN || note->kind == TOCSIN_NOTICE_DEGRADED ||
                        note->kind == TOCSIN_NOTICE_FLAPPING;

  g_array_set_clear_func (buttons, clear_button);
  add_button (buttons, TOCSIN_ACTION_OPEN, _ ("Open"));
  if (is_problem && note->incidents->len > 0)
    add_button (buttons, TOCSIN_ACTION_ACKNOWLEDGE, _ ("Acknowledge"));
  if (is_problem && note->monitors->len > 0)
    add_button (buttons, TOCSIN_ACTION_MUTE, _ ("Mute 1 h"));
  return buttons;
}

gboolean
tocsin_notifier_is_sandboxed (void)
{
  return g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS);
}

void
tocsin_notifier_free (TocsinNotifier *notifier)
{
  GDBusConnection *connection;

  if (notifier == NULL)
    return;
  connection = notifier->connection;
  notifier->klass->free (notifier);
  g_object_unref (connection);
}

void
tocsin_notifier_show (TocsinNotifier *notifier, const TocsinNote *note, gboolean sound)
{
  g_return_if_fail (notifier != NULL);
  g_return_if_fail (note != NULL && !note->close);

  notifier->klass->show (notifier, note, sound);
}

void
tocsin_notifier_close (TocsinNotifier *notifier, guint key)
{
  g_return_if_fail (notifier != NULL);

  notifier->klass->close (notifier, key);
}

void
tocsin_notifier_close_all (TocsinNotifier *notifier)
{
  g_return_if_fail (notifier != NULL);

  notifier->klass->close_all (notifier);
}
