/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gio/gio.h>

#include "digest.h"

G_BEGIN_DECLS

/* Shows notifications: through org.freedesktop.Notifications, or, within Flatpak, through the
 * portal. The server may come and go; where there is none, nothing is shown and nothing breaks. */
typedef struct _TocsinNotifier TocsinNotifier;

#define TOCSIN_ACTION_OPEN        "default"
#define TOCSIN_ACTION_ACKNOWLEDGE "ack"
#define TOCSIN_ACTION_MUTE        "mute-1h"

typedef struct {
  /* `token` (nullable) lets a window come to the front */
  void (*acted) (guint key, const char *action, const char *token, gpointer user_data);
  void (*dismissed) (guint key, gpointer user_data); /* by the user */
} TocsinNotifierFuncs;

/* The server of the session. */
TocsinNotifier *tocsin_notifier_new (GDBusConnection *connection, const TocsinNotifierFuncs *funcs,
                                     gpointer user_data);
/* The portal. */
TocsinNotifier *tocsin_notifier_new_for_portal (GDBusConnection *connection,
                                                const TocsinNotifierFuncs *funcs,
                                                gpointer user_data);
/* Whichever is right here. */
gboolean tocsin_notifier_is_sandboxed (void);

void tocsin_notifier_free (TocsinNotifier *notifier);

/* In place of the one that was shown with this key. */
void tocsin_notifier_show (TocsinNotifier *notifier, const TocsinNote *note, gboolean sound);
void tocsin_notifier_close (TocsinNotifier *notifier, guint key);
/* Those that say what is true only while somebody looks. */
void tocsin_notifier_close_all (TocsinNotifier *notifier);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinNotifier, tocsin_notifier_free)

G_END_DECLS
