/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "sidebar-filter"

#include "config.h"

#include <string.h>

#include "sidebar-filter.h"

void
tocsin_sidebar_filter_clear (TocsinSidebarFilter *filter)
{
  g_return_if_fail (filter != NULL);

  g_clear_pointer (&filter->text, g_free);
  g_clear_pointer (&filter->tag, g_free);
  filter->states = 0;
}

gboolean
tocsin_sidebar_filter_is_set (const TocsinSidebarFilter *filter)
{
  g_return_val_if_fail (filter != NULL, FALSE);
  return (filter->text != NULL && *filter->text != '\0') || filter->states != 0 ||
         filter->tag != NULL;
}

/* All that a word may be found in, case folded, each on a line of its own so that no word is found
 * across two. */
static char *
fold_all (const TocsinStatus *status, const char *state_label)
{
  g_autoptr (GString) all = g_string_new (status->name);
  g_autofree char *normal = NULL;

  g_string_append_printf (all, "\n%s\n%s\n%s\n%s", status->target != NULL ? status->target : "",
                          state_label, tocsin_words_get (&tocsin_state_words, status->state),
                          status->project != NULL ? status->project : "");
  for (guint i = 0; status->tags != NULL && status->tags[i] != NULL; i++)
    g_string_append_printf (all, "\n%s", status->tags[i]);
  normal = g_utf8_normalize (all->str, -1, G_NORMALIZE_ALL);
  return g_utf8_casefold (normal != NULL ? normal : all->str, -1);
}

static gboolean
has_words (const char *text, const TocsinStatus *status, const char *state_label)
{
  g_autofree char *normal = g_utf8_normalize (text, -1, G_NORMALIZE_ALL);
  g_autofree char *folded = g_utf8_casefold (normal != NULL ? normal : text, -1);
  g_auto (GStrv) words = g_strsplit_set (folded, " \t", -1);
  g_autofree char *all = fold_all (status, state_label);

  for (guint i = 0; words[i] != NULL; i++)
    if (strstr (all, words[i]) == NULL)
      return FALSE;
  return TRUE;
}

gboolean
tocsin_sidebar_filter_matches (const TocsinSidebarFilter *filter, const TocsinStatus *status,
                               const char *state_label)
{
  g_return_val_if_fail (filter != NULL && status != NULL && state_label != NULL, FALSE);

  if (filter->states != 0 && (filter->states & (1u << status->state)) == 0)
    return FALSE;
  if (filter->tag != NULL &&
      (status->tags == NULL || !g_strv_contains ((const char *const *) status->tags, filter->tag)))
    return FALSE;
  return filter->text == NULL || *filter->text == '\0' ||
         has_words (filter->text, status, state_label);
}

int
tocsin_sidebar_key_compare (const TocsinSidebarKey *a, const TocsinSidebarKey *b)
{
  int order;

  if (a->is_problem != b->is_problem)
    return a->is_problem ? -1 : 1;
  if (a->is_problem) {
    if (a->rank != b->rank)
      return a->rank < b->rank ? -1 : 1;
    if (a->since != b->since)
      return a->since > b->since ? -1 : 1;
  } else if (g_strcmp0 (a->group_key, b->group_key) != 0) {
    if (a->group_key == NULL || b->group_key == NULL)
      return a->group_key == NULL ? 1 : -1;
    return strcmp (a->group_key, b->group_key);
  }
  order = strcmp (a->name_key, b->name_key);
  return order != 0 ? order : strcmp (a->id, b->id);
}
