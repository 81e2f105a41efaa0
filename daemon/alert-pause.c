/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "alert-pause"

#include "config.h"

#include "alert-pause.h"
#include "timetext.h"

#define UNTIL_SETTING "alerts-paused-until"
#define MUTES_SETTING "mutes"
#define LOOK_MOST_S   60 /* a timer does not count while the machine sleeps; the clock does */

struct _TocsinAlertPause {
  GObject parent_instance;

  TocsinStore *store; /* (not owned) */
  gint64 until_us;    /* 0: not paused */
  GHashTable *mutes;  /* (owned) monitor id → gint64 *, both owned */
  guint look_id;
};

G_DEFINE_FINAL_TYPE (TocsinAlertPause, tocsin_alert_pause, G_TYPE_OBJECT)

enum { SIGNAL_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void schedule_look (TocsinAlertPause *self);

/* --- what is kept --- */

static void
keep_until (TocsinAlertPause *self, gint64 until_us)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, until_us);

  self->until_us = until_us;
  tocsin_store_set_setting (self->store, UNTIL_SETTING, text, NULL, NULL);
}

static void
keep_mutes (TocsinAlertPause *self)
{
  g_autoptr (GVariant) mutes = g_variant_ref_sink (tocsin_alert_pause_get_mutes (self));
  g_autofree char *text = g_variant_print (mutes, FALSE);

  tocsin_store_set_setting (self->store, MUTES_SETTING, text, NULL, NULL);
}

static void
set_mute (TocsinAlertPause *self, const char *monitor_id, gint64 until_us)
{
  gint64 *value = g_new (gint64, 1);

  *value = until_us;
  g_hash_table_insert (self->mutes, g_strdup (monitor_id), value);
}

static void
load (TocsinAlertPause *self)
{
  g_autofree char *until = tocsin_store_get_setting (self->store, UNTIL_SETTING);
  g_autofree char *mutes = tocsin_store_get_setting (self->store, MUTES_SETTING);
  g_autoptr (GVariant) value = NULL;
  GVariantIter iter;
  const char *id;
  gint64 until_us;

  if (until != NULL)
    self->until_us = MAX (g_ascii_strtoll (until, NULL, 10), 0);
  if (mutes != NULL)
    value = g_variant_parse (G_VARIANT_TYPE ("a{sx}"), mutes, NULL, NULL, NULL);
  if (value == NULL)
    return;
  g_variant_iter_init (&iter, value);
  while (g_variant_iter_next (&iter, "{&sx}", &id, &until_us))
    set_mute (self, id, until_us);
}

/* --- what is over --- */

static gboolean
drop_what_is_over (TocsinAlertPause *self, gint64 now_us)
{
  gboolean dropped = FALSE, unmuted = FALSE;
  GHashTableIter iter;
  gpointer value;

  if (self->until_us != 0 && self->until_us <= now_us) {
    keep_until (self, 0);
    dropped = TRUE;
  }
  g_hash_table_iter_init (&iter, self->mutes);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (*(gint64 *) value <= now_us) {
      g_hash_table_iter_remove (&iter);
      unmuted = TRUE;
    }
  if (unmuted)
    keep_mutes (self);
  return dropped || unmuted;
}

static gboolean
look_cb (gpointer user_data)
{
  TocsinAlertPause *self = user_data;

  self->look_id = 0;
  schedule_look (self);
  return G_SOURCE_REMOVE;
}

/* Drops what is over, and looks again when the next one is. */
static void
schedule_look (TocsinAlertPause *self)
{
  gint64 now_us = g_get_real_time (), next_us = G_MAXINT64;
  gboolean dropped = drop_what_is_over (self, now_us);
  GHashTableIter iter;
  gpointer value;

  g_clear_handle_id (&self->look_id, g_source_remove);
  if (self->until_us != 0)
    next_us = self->until_us;
  g_hash_table_iter_init (&iter, self->mutes);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    next_us = MIN (next_us, *(gint64 *) value);
  if (next_us != G_MAXINT64) {
    gint64 wait_us = MIN (next_us - now_us, LOOK_MOST_S * TOCSIN_US_PER_S);

    self->look_id = g_timeout_add ((guint) (wait_us / TOCSIN_US_PER_MS) + 1, look_cb, self);
  }
  if (dropped)
    g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/* --- life --- */

static void
tocsin_alert_pause_finalize (GObject *object)
{
  TocsinAlertPause *self = TOCSIN_ALERT_PAUSE (object);

  g_clear_handle_id (&self->look_id, g_source_remove);
  g_clear_pointer (&self->mutes, g_hash_table_unref);
  G_OBJECT_CLASS (tocsin_alert_pause_parent_class)->finalize (object);
}

static void
tocsin_alert_pause_class_init (TocsinAlertPauseClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tocsin_alert_pause_finalize;
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", TOCSIN_TYPE_ALERT_PAUSE, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tocsin_alert_pause_init (TocsinAlertPause *self)
{
  self->mutes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

TocsinAlertPause *
tocsin_alert_pause_new (TocsinStore *store)
{
  TocsinAlertPause *self;

  g_return_val_if_fail (store != NULL, NULL);

  self = g_object_new (TOCSIN_TYPE_ALERT_PAUSE, NULL);
  self->store = store;
  load (self);
  schedule_look (self);
  return self;
}

void
tocsin_alert_pause_set_until (TocsinAlertPause *self, gint64 until_us)
{
  g_return_if_fail (TOCSIN_IS_ALERT_PAUSE (self));

  if (until_us <= g_get_real_time ())
    until_us = 0;
  if (until_us == self->until_us)
    return;
  keep_until (self, until_us);
  schedule_look (self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

gint64
tocsin_alert_pause_get_until (TocsinAlertPause *self)
{
  g_return_val_if_fail (TOCSIN_IS_ALERT_PAUSE (self), 0);

  return self->until_us > g_get_real_time () ? self->until_us : 0;
}

void
tocsin_alert_pause_mute (TocsinAlertPause *self, const char *monitor_id, gint64 until_us)
{
  g_return_if_fail (TOCSIN_IS_ALERT_PAUSE (self));
  g_return_if_fail (monitor_id != NULL);

  if (until_us > g_get_real_time ())
    set_mute (self, monitor_id, until_us);
  else if (!g_hash_table_remove (self->mutes, monitor_id))
    return;
  keep_mutes (self);
  schedule_look (self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

gint64
tocsin_alert_pause_get_muted_until (TocsinAlertPause *self, const char *monitor_id)
{
  const gint64 *until;

  g_return_val_if_fail (TOCSIN_IS_ALERT_PAUSE (self), 0);
  g_return_val_if_fail (monitor_id != NULL, 0);

  until = g_hash_table_lookup (self->mutes, monitor_id);
  return until != NULL && *until > g_get_real_time () ? *until : 0;
}

GVariant *
tocsin_alert_pause_get_mutes (TocsinAlertPause *self)
{
  GVariantBuilder builder;
  GHashTableIter iter;
  gpointer id, value;

  g_return_val_if_fail (TOCSIN_IS_ALERT_PAUSE (self), NULL);

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{sx}"));
  g_hash_table_iter_init (&iter, self->mutes);
  while (g_hash_table_iter_next (&iter, &id, &value))
    g_variant_builder_add (&builder, "{sx}", id, *(gint64 *) value);
  return g_variant_builder_end (&builder);
}
