/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "watch-secrets"

#include "config.h"

#include "errors.h"
#include "watch-private.h"

/* Passwords, and what is done while their key is not there. */

gboolean
tocsin_watch_has_secrets (const TocsinMonitor *monitor)
{
  g_autoptr (JsonObject) secrets =
      tocsin_fields_to_json (&tocsin_monitor_fields, monitor, TOCSIN_FIELDS_ONLY_SECRETS);

  return json_object_get_size (secrets) > 0;
}

gboolean
tocsin_watch_can_keep (TocsinWatch *self, const TocsinMonitor *monitor, GError **error)
{
  if (tocsin_store_can_seal (self->store) || !tocsin_watch_has_secrets (monitor))
    return TRUE;
  if (!self->secrets_wanted) {
    self->secrets_wanted = TRUE;
    g_signal_emit (self, tocsin_watch_signals[TOCSIN_WATCH_PROBLEM], 0);
  }
  return tocsin_fail (error, TOCSIN_ERROR_UNAVAILABLE,
                      "monitor “%s”: its password can’t be kept now: %s", monitor->name,
                      self->secrets_problem != NULL ? self->secrets_problem
                                                    : "the keyring has not answered yet");
}

/* The judge's sample says so, and nothing is sent without it: a password that is missing would only
 * be answered with a refusal that says something untrue about the target. */
void
tocsin_watch_miss_secrets (TocsinWatch *self, TocsinWatched *watched)
{
  TocsinSample *sample = tocsin_sample_new (g_get_real_time (), TOCSIN_OUTCOME_INCONCLUSIVE);

  sample->code = TOCSIN_CODE_SECRET_MISSING;
  if (tocsin_store_can_seal (self->store))
    sample->reason = g_strdup ("it waits for its password, which can’t be unsealed with this key; "
                               "restore the key, or give the password again");
  else
    sample->reason = g_strdup_printf (
        "it waits for its password: %s",
        self->secrets_problem != NULL ? self->secrets_problem : "the keyring has not answered yet");
  tocsin_watch_take_sample (self, watched, sample);
}

void
tocsin_watch_set_secrets_problem (TocsinWatch *self, const char *problem)
{
  g_return_if_fail (TOCSIN_IS_WATCH (self));

  if (g_strcmp0 (self->secrets_problem, problem) == 0)
    return;
  g_free (self->secrets_problem);
  self->secrets_problem = g_strdup (problem);
}

gboolean
tocsin_watch_wants_secrets (TocsinWatch *self)
{
  GHashTableIter iter;
  gpointer value;

  g_return_val_if_fail (TOCSIN_IS_WATCH (self), FALSE);

  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (((TocsinWatched *) value)->secrets_missing)
      return TRUE;
  return self->secrets_wanted;
}

/* The monitor is shared with checks that run: it is replaced, not changed. */
static void
unseal (TocsinWatch *self, TocsinWatched *watched)
{
  g_autoptr (TocsinMonitor) monitor = tocsin_monitor_copy (watched->monitor);

  if (!tocsin_store_load_secrets (self->store, monitor))
    return;
  g_hash_table_steal (self->by_id, watched->monitor->id); /* the key is the old monitor's */
  tocsin_watch_stop (self, watched);
  tocsin_watched_set_monitor (watched, g_steal_pointer (&monitor));
  watched->secrets_missing = FALSE;
  g_hash_table_insert (self->by_id, watched->monitor->id, watched);
  tocsin_watch_start (self, watched, TOCSIN_START_NOW);
  tocsin_watch_emit_changed (self, watched);
}

void
tocsin_watch_unseal (TocsinWatch *self)
{
  g_autoptr (GPtrArray) waiting = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  g_return_if_fail (TOCSIN_IS_WATCH (self));

  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (((TocsinWatched *) value)->secrets_missing)
      g_ptr_array_add (waiting, value);
  for (guint i = 0; i < waiting->len; i++)
    unseal (self, waiting->pdata[i]);
}
