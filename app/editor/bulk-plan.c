/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "bulk-plan"

#include "config.h"

#include "bulk-plan.h"
#include "monitor.h"
#include "timetext.h"

/* Most monitors have the default time-out: an interval that is no longer than that is refused. */
#define TIMEOUT_DEFAULT_US (10 * TOCSIN_US_PER_S)

void
tocsin_bulk_plan_clear (TocsinBulkPlan *plan)
{
  g_clear_pointer (&plan->add_tags, g_strfreev);
  g_clear_pointer (&plan->remove_tags, g_strfreev);
  g_clear_pointer (&plan->project, g_free);
}

static gboolean
has (GPtrArray *strings, const char *string)
{
  return g_ptr_array_find_with_equal_func (strings, string, g_str_equal, NULL);
}

/* (transfer full) NULL where it is empty. */
static char **
to_strv (GPtrArray *strings)
{
  if (strings->len == 0)
    return NULL;
  g_ptr_array_add (strings, NULL);
  return g_strdupv ((char **) strings->pdata);
}

char **
tocsin_bulk_read_tags (const char *text)
{
  g_auto (GStrv) words = NULL;
  g_autoptr (GPtrArray) tags = g_ptr_array_new ();

  g_return_val_if_fail (text != NULL, NULL);

  words = g_strsplit (text, ",", -1);
  for (guint i = 0; words[i] != NULL; i++)
    if (*g_strstrip (words[i]) != '\0' && !has (tags, words[i]))
      g_ptr_array_add (tags, words[i]);
  return to_strv (tags);
}

static char **
change_tags (const TocsinBulkPlan *plan, char **before)
{
  g_autoptr (GPtrArray) tags = g_ptr_array_new ();

  for (guint i = 0; before != NULL && before[i] != NULL; i++)
    if (plan->remove_tags == NULL ||
        !g_strv_contains ((const char *const *) plan->remove_tags, before[i]))
      g_ptr_array_add (tags, before[i]);
  for (guint i = 0; plan->add_tags != NULL && plan->add_tags[i] != NULL; i++)
    if (!has (tags, plan->add_tags[i]))
      g_ptr_array_add (tags, plan->add_tags[i]);
  return to_strv (tags);
}

static gboolean
same_tags (char **a, char **b)
{
  static char *none[] = { NULL };

  return g_strv_equal ((const char *const *) (a != NULL ? a : none),
                       (const char *const *) (b != NULL ? b : none));
}

gboolean
tocsin_bulk_plan_for (const TocsinBulkPlan *plan, const TocsinStatus *status, GVariant **set,
                      char ***unset)
{
  g_autoptr (GStrvBuilder) gone = g_strv_builder_new ();
  g_auto (GStrv) tags = NULL;
  GVariantDict dict;
  guint n = 0;

  g_return_val_if_fail (plan != NULL && status != NULL, FALSE);

  g_variant_dict_init (&dict, NULL);
  if (plan->paused >= 0 && (status->state == TOCSIN_STATE_PAUSED) != (plan->paused != 0)) {
    g_variant_dict_insert (&dict, "paused", "b", plan->paused);
    n++;
  }
  if (plan->interval_us >= 0 && status->kind != TOCSIN_MONITOR_HEARTBEAT) {
    g_variant_dict_insert (&dict, "interval_us", "x", plan->interval_us);
    if (plan->interval_us <= TIMEOUT_DEFAULT_US)
      g_variant_dict_insert (&dict, "timeout_us", "x", plan->interval_us * 4 / 5);
    n++;
  }
  if (plan->project != NULL && g_strcmp0 (plan->project, status->project) != 0) {
    g_variant_dict_insert (&dict, "project", "s", plan->project);
    n++;
  }
  tags = change_tags (plan, status->tags);
  if (!same_tags (tags, status->tags)) {
    if (tags != NULL)
      g_variant_dict_insert_value (&dict, "tags",
                                   g_variant_new_strv ((const char *const *) tags, -1));
    else
      g_strv_builder_add (gone, "tags");
    n++;
  }
  if (n == 0) {
    g_variant_dict_clear (&dict);
    return FALSE;
  }
  *set = g_variant_dict_end (&dict);
  *unset = g_strv_builder_end (gone);
  return TRUE;
}
