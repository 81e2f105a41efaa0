/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "teller"

#include "config.h"

#include "app-door.h"
#include "teller.h"
#include "timetext.h"

#define MUTE_US     (1 * TOCSIN_US_PER_HOUR)
#define LOOK_MOST_S 60 /* a timer does not count while the machine sleeps; the clock does */

struct _TocsinTeller {
  TocsinWatch *watch;          /* (owned) */
  TocsinAlertPause *pause;     /* (owned) */
  GDBusConnection *connection; /* (owned) */
  TocsinNotifier *notifier;    /* (owned) */
  TocsinDigest *digest;        /* (owned) */
  GHashTable *notes;           /* (owned) key → TocsinNote, what is shown */
  TocsinSettings settings;
  guint step_id;
};

static void step (TocsinTeller *teller);

/* --- steps of the digest --- */

static gboolean
step_cb (gpointer user_data)
{
  TocsinTeller *teller = user_data;

  teller->step_id = 0;
  step (teller);
  return G_SOURCE_REMOVE;
}

static gint64
get_muted_until (const char *monitor_id, gpointer user_data)
{
  return tocsin_alert_pause_get_muted_until (((TocsinTeller *) user_data)->pause, monitor_id);
}

static gint64
get_silent_until (TocsinTeller *teller, gint64 now_us)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();

  return MAX (tocsin_alert_pause_get_until (teller->pause),
              tocsin_settings_get_quiet_until (&teller->settings, zone, now_us));
}

static void
show (TocsinTeller *teller, TocsinNote *note /* (transfer full) */)
{
  if (note->close) {
    tocsin_notifier_close (teller->notifier, note->key);
    g_hash_table_remove (teller->notes, GUINT_TO_POINTER (note->key));
    tocsin_note_free (note);
    return;
  }
  tocsin_notifier_show (teller->notifier, note, teller->settings.sound);
  g_hash_table_replace (teller->notes, GUINT_TO_POINTER (note->key), note);
}

static void
step (TocsinTeller *teller)
{
  gint64 now_us = g_get_real_time (), next_us;
  const TocsinDigestRules rules = {
    .events = teller->settings.notifications ? teller->settings.events : 0,
    .urgent = teller->settings.urgent,
    .offline = tocsin_watch_is_offline (teller->watch),
    .silent_until_us = get_silent_until (teller, now_us),
    .get_muted_until = get_muted_until,
    .user_data = teller,
  };
  g_autoptr (GPtrArray) notes = tocsin_digest_step (teller->digest, &rules, now_us, &next_us);

  g_ptr_array_set_free_func (notes, NULL);
  for (guint i = 0; i < notes->len; i++)
    show (teller, notes->pdata[i]);
  g_clear_handle_id (&teller->step_id, g_source_remove);
  if (next_us != 0) {
    gint64 wait_us = CLAMP (next_us - now_us, 0, LOOK_MOST_S * TOCSIN_US_PER_S);

    teller->step_id = g_timeout_add ((guint) (wait_us / TOCSIN_US_PER_MS) + 1, step_cb, teller);
  }
}

/* --- what the watch tells --- */

static gboolean
is_ours (const char *author)
{
  return g_strcmp0 (author, g_get_user_name ()) == 0 || g_strcmp0 (author, g_get_real_name ()) == 0;
}

static void
notice_cb (TocsinWatch *watch, const TocsinNotice *notice, gpointer user_data)
{
  TocsinTeller *teller = user_data;
  g_autoptr (TocsinNotice) copy = NULL;
  TocsinState state;

  if (notice->kind == TOCSIN_NOTICE_CONFLICT) /* the app's window tells that */
    return;
  if (notice->kind == TOCSIN_NOTICE_INCIDENT) {
    if (notice->update == TOCSIN_UPDATE_ACKNOWLEDGED)
      tocsin_digest_acknowledge (teller->digest, notice->incident_id);
    if (!is_ours (notice->author))
      tocsin_digest_take (teller->digest, notice);
  } else if (notice->kind == TOCSIN_NOTICE_STEADY &&
             tocsin_watch_get_state (watch, notice->monitor_id, &state) &&
             tocsin_state_is_problem (state)) { /* it settled on the wrong side */
    copy = tocsin_fields_copy (&tocsin_notice_fields, notice);
    copy->kind = state == TOCSIN_STATE_DEGRADED ? TOCSIN_NOTICE_DEGRADED : TOCSIN_NOTICE_DOWN;
    tocsin_digest_take (teller->digest, copy);
  } else {
    tocsin_digest_take (teller->digest, notice);
  }
  step (teller);
}

static void
changed_cb (TocsinWatch *watch, const char *id, gpointer user_data)
{
  TocsinTeller *teller = user_data;
  TocsinState state;

  if (tocsin_watch_get_state (watch, id, &state) && state != TOCSIN_STATE_PAUSED &&
      state != TOCSIN_STATE_MAINTENANCE)
    return;
  if (tocsin_digest_forget (teller->digest, id))
    step (teller);
}

static void
pause_changed_cb (TocsinAlertPause *pause, gpointer user_data)
{
  step (user_data);
}

/* What is down already was told before we came; its end is still to be told. */
static void
remember_problems (TocsinTeller *teller)
{
  g_autoptr (GPtrArray) problems = tocsin_watch_list_problems (teller->watch);

  for (guint i = 0; i < problems->len; i++) {
    const TocsinStatus *status = problems->pdata[i];
    g_autoptr (TocsinNotice) notice = tocsin_notice_new (
        status->state == TOCSIN_STATE_DOWN ? TOCSIN_NOTICE_DOWN : TOCSIN_NOTICE_DEGRADED,
        status->since);

    notice->monitor_id = g_strdup (status->id);
    notice->monitor_name = g_strdup (status->name);
    notice->incident_id = g_strdup (status->incident_id);
    tocsin_digest_remember (teller->digest, notice);
  }
}

/* --- what the user does --- */

static void
open_note (TocsinTeller *teller, const TocsinNote *note, const char *token)
{
  if (note->kind == TOCSIN_NOTICE_INCIDENT && note->incidents->len == 1)
    tocsin_app_door_open (teller->connection, "show-incident", note->incidents->pdata[0], token);
  else if (note->monitors->len == 1)
    tocsin_app_door_open (teller->connection, "show-monitor", note->monitors->pdata[0], token);
  else
    tocsin_app_door_open (teller->connection, NULL, NULL, token);
}

static void
acknowledged_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!tocsin_watch_change_finish (TOCSIN_WATCH (source), result, &error))
    g_warning ("an incident was not acknowledged: %s", error->message);
}

static void
acknowledge_note (TocsinTeller *teller, const TocsinNote *note)
{
  for (guint i = 0; i < note->incidents->len; i++)
    tocsin_watch_update_incident (teller->watch, note->incidents->pdata[i],
                                  TOCSIN_UPDATE_ACKNOWLEDGED, NULL, g_get_user_name (),
                                  acknowledged_cb, NULL);
}

static void
mute_note (TocsinTeller *teller, const TocsinNote *note)
{
  for (guint i = 0; i < note->monitors->len; i++)
    tocsin_alert_pause_mute (teller->pause, note->monitors->pdata[i], g_get_real_time () + MUTE_US);
}

static void
acted_cb (guint key, const char *action, const char *token, gpointer user_data)
{
  TocsinTeller *teller = user_data;
  g_autoptr (TocsinNote) note = NULL;

  if (g_str_equal (action, TOCSIN_ACTION_OPEN)) {
    const TocsinNote *shown = g_hash_table_lookup (teller->notes, GUINT_TO_POINTER (key));

    if (shown != NULL)
      open_note (teller, shown, token);
    return;
  }
  if (!g_hash_table_steal_extended (teller->notes, GUINT_TO_POINTER (key), NULL,
                                    (gpointer *) &note))
    return;
  tocsin_digest_dismiss (teller->digest, key);
  tocsin_notifier_close (teller->notifier, key);
  if (g_str_equal (action, TOCSIN_ACTION_ACKNOWLEDGE))
    acknowledge_note (teller, note);
  else if (g_str_equal (action, TOCSIN_ACTION_MUTE))
    mute_note (teller, note);
}

static void
dismissed_cb (guint key, gpointer user_data)
{
  TocsinTeller *teller = user_data;

  tocsin_digest_dismiss (teller->digest, key);
  g_hash_table_remove (teller->notes, GUINT_TO_POINTER (key));
}

/* --- life --- */

static const TocsinNotifierFuncs notifier_funcs = { acted_cb, dismissed_cb };

TocsinTeller *
tocsin_teller_new (TocsinWatch *watch, TocsinAlertPause *pause, GDBusConnection *connection,
                   gboolean sandboxed)
{
  TocsinTeller *teller = g_new0 (TocsinTeller, 1);

  teller->watch = g_object_ref (watch);
  teller->pause = g_object_ref (pause);
  teller->connection = g_object_ref (connection);
  teller->notifier = sandboxed
                         ? tocsin_notifier_new_for_portal (connection, &notifier_funcs, teller)
                         : tocsin_notifier_new (connection, &notifier_funcs, teller);
  teller->digest = tocsin_digest_new ();
  teller->notes = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) tocsin_note_free);
  teller->settings = (TocsinSettings) TOCSIN_SETTINGS_DEFAULT;
  remember_problems (teller);
  g_signal_connect (watch, "notice", G_CALLBACK (notice_cb), teller);
  g_signal_connect (watch, "changed", G_CALLBACK (changed_cb), teller);
  g_signal_connect (pause, "changed", G_CALLBACK (pause_changed_cb), teller);
  return teller;
}

/* What it says is true only while somebody looks, so its notifications go with it. */
void
tocsin_teller_free (TocsinTeller *teller)
{
  if (teller == NULL)
    return;
  g_signal_handlers_disconnect_by_data (teller->watch, teller);
  g_signal_handlers_disconnect_by_data (teller->pause, teller);
  g_clear_handle_id (&teller->step_id, g_source_remove);
  tocsin_notifier_close_all (teller->notifier);
  tocsin_notifier_free (teller->notifier);
  tocsin_digest_free (teller->digest);
  g_hash_table_unref (teller->notes);
  g_object_unref (teller->connection);
  g_object_unref (teller->pause);
  g_object_unref (teller->watch);
  g_free (teller);
}

void
tocsin_teller_set_settings (TocsinTeller *teller, const TocsinSettings *settings)
{
  g_return_if_fail (teller != NULL);
  g_return_if_fail (settings != NULL);

  teller->settings = *settings;
  step (teller);
}
