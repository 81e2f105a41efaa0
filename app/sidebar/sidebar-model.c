/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "sidebar-model"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "sidebar-model.h"
#include "state-look.h"

/* --- a group's head --- */

struct _TocsinSidebarGroup {
  GObject parent_instance;

  char *title; /* (owned) */
};

G_DEFINE_FINAL_TYPE (TocsinSidebarGroup, tocsin_sidebar_group, G_TYPE_OBJECT)

static void
tocsin_sidebar_group_finalize (GObject *object)
{
  g_free (TOCSIN_SIDEBAR_GROUP (object)->title);
  G_OBJECT_CLASS (tocsin_sidebar_group_parent_class)->finalize (object);
}

static void
tocsin_sidebar_group_class_init (TocsinSidebarGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tocsin_sidebar_group_finalize;
}

static void
tocsin_sidebar_group_init (TocsinSidebarGroup *self)
{
}

const char *
tocsin_sidebar_group_get_title (TocsinSidebarGroup *self)
{
  g_return_val_if_fail (TOCSIN_IS_SIDEBAR_GROUP (self), NULL);
  return self->title;
}

/* --- the rows --- */

struct _TocsinSidebarModel {
  GObject parent_instance;

  TocsinClient *client; /* (owned) */
  TocsinSidebarFilter filter;
  GPtrArray *rows;    /* (owned) (element-type GObject) */
  GHashTable *groups; /* (owned) title to TocsinSidebarGroup: they stay the same objects */
  GHashTable *keys;   /* (owned) text to its collation key: they are dear to make */
  guint n_monitors;
  guint refresh_id;
};

static void tocsin_sidebar_model_list_init (GListModelInterface *iface);

enum { SIGNAL_COUNTED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE_WITH_CODE (TocsinSidebarModel, tocsin_sidebar_model, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      tocsin_sidebar_model_list_init))

#define KEYS_MOST 20000 /* then they are forgotten: names that were once */

/* An item and what it is sorted by. */
typedef struct {
  TocsinSidebarKey key;
  TocsinMonitorItem *item;
} Candidate;

static int
compare_candidates (gconstpointer a, gconstpointer b)
{
  return tocsin_sidebar_key_compare (&((const Candidate *) a)->key, &((const Candidate *) b)->key);
}

static const char *
key_of (TocsinSidebarModel *self, const char *text)
{
  char *key;

  if (text == NULL || *text == '\0')
    return NULL;
  key = g_hash_table_lookup (self->keys, text);
  if (key == NULL) {
    g_autofree char *folded = g_utf8_casefold (text, -1);

    key = g_utf8_collate_key_for_filename (folded, -1); /* web 2 comes before web 10 */
    g_hash_table_insert (self->keys, g_strdup (text), key);
  }
  return key;
}

/* "Example Team › Web shop"; a project of this computer's own is its name. (transfer full)
 * (nullable) */
static char *
name_group (const TocsinStatus *status)
{
  gboolean has_project = status->project != NULL && *status->project != '\0';

  if (status->team_name == NULL || *status->team_name == '\0')
    return has_project ? g_strdup (status->project) : NULL;
  if (!has_project)
    return g_strdup (status->team_name);
  return g_strdup_printf (_ ("%s › %s"), status->team_name, status->project);
}

static const char *
key_of_group (TocsinSidebarModel *self, const TocsinStatus *status)
{
  g_autofree char *name = name_group (status);

  return key_of (self, name);
}

static GArray *
find_candidates (TocsinSidebarModel *self)
{
  GListModel *monitors = tocsin_client_get_monitors (self->client);
  guint n = g_list_model_get_n_items (monitors);
  GArray *candidates = g_array_sized_new (FALSE, FALSE, sizeof (Candidate), n);

  if (g_hash_table_size (self->keys) > KEYS_MOST)
    g_hash_table_remove_all (self->keys);
  for (guint i = 0; i < n; i++) {
    g_autoptr (TocsinMonitorItem) item = g_list_model_get_item (monitors, i);
    const TocsinStatus *status = tocsin_monitor_item_get_status (item);
    Candidate candidate = { .item = item };

    if (tocsin_monitor_item_get_hidden (item) ||
        !tocsin_sidebar_filter_matches (&self->filter, status,
                                        tocsin_state_get_label (status->state)))
      continue;
    candidate.key = (TocsinSidebarKey){
      .is_problem = tocsin_state_is_problem (status->state),
      .rank = tocsin_state_rank (status->state),
      .since = status->since,
      .group_key = key_of_group (self, status),
      .name_key = key_of (self, status->name),
      .id = status->id,
    };
    g_array_append_val (candidates, candidate);
  }
  g_array_sort (candidates, compare_candidates);
  return candidates;
}

static TocsinSidebarGroup *
group_for (TocsinSidebarModel *self, const char *title)
{
  TocsinSidebarGroup *group = g_hash_table_lookup (self->groups, title);

  if (group == NULL) {
    group = g_object_new (TOCSIN_TYPE_SIDEBAR_GROUP, NULL);
    group->title = g_strdup (title);
    g_hash_table_insert (self->groups, group->title, group);
  }
  return group;
}

/* (transfer full) */
static char *
title_of (const Candidate *candidate)
{
  char *name;

  if (candidate->key.is_problem)
    return g_strdup (_ ("Problems"));
  name = name_group (tocsin_monitor_item_get_status (candidate->item));
  return name != NULL ? name : g_strdup (_ ("Monitors"));
}

static gboolean
needs_groups (GArray *candidates)
{
  g_autofree char *first =
      candidates->len > 0 ? title_of (&g_array_index (candidates, Candidate, 0)) : NULL;

  return first != NULL && !g_str_equal (first, _ ("Monitors"));
}

static GPtrArray *
make_rows (TocsinSidebarModel *self, GArray *candidates)
{
  GPtrArray *rows = g_ptr_array_new_full (candidates->len + 8, g_object_unref);
  const Candidate *all = (const Candidate *) (gpointer) candidates->data;
  g_autofree char *last = NULL;
  gboolean has_groups = needs_groups (candidates);

  for (guint i = 0; i < candidates->len; i++) {
    g_autofree char *title = title_of (&all[i]);

    if (has_groups && g_strcmp0 (title, last) != 0)
      g_ptr_array_add (rows, g_object_ref (group_for (self, title)));
    g_free (last);
    last = g_steal_pointer (&title);
    g_ptr_array_add (rows, g_object_ref (all[i].item));
  }
  return rows;
}

static void
refresh (TocsinSidebarModel *self)
{
  g_autoptr (GArray) candidates = find_candidates (self);
  g_autoptr (GPtrArray) rows = make_rows (self, candidates);
  g_autoptr (GPtrArray) old = g_steal_pointer (&self->rows);
  guint least = MIN (rows->len, old->len), same_before = 0, same_after = 0;

  self->n_monitors = candidates->len;
  while (same_before < least && rows->pdata[same_before] == old->pdata[same_before])
    same_before++;
  while (same_after < least - same_before &&
         rows->pdata[rows->len - 1 - same_after] == old->pdata[old->len - 1 - same_after])
    same_after++;
  self->rows = g_ptr_array_ref (rows);
  if (same_before + same_after < MAX (rows->len, old->len))
    g_list_model_items_changed (G_LIST_MODEL (self), same_before,
                                old->len - same_before - same_after,
                                rows->len - same_before - same_after);
  g_signal_emit (self, signals[SIGNAL_COUNTED], 0);
}

static gboolean
refresh_cb (gpointer user_data)
{
  TocsinSidebarModel *self = user_data;

  self->refresh_id = 0;
  refresh (self);
  return G_SOURCE_REMOVE;
}

/* The rows are looked at anew once, before the next frame, however many monitors changed. */
static void
changed_cb (TocsinSidebarModel *self)
{
  if (self->refresh_id == 0)
    self->refresh_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, refresh_cb, self, NULL);
}

static GType
get_item_type (GListModel *model)
{
  return G_TYPE_OBJECT;
}

static guint
get_n_items (GListModel *model)
{
  return TOCSIN_SIDEBAR_MODEL (model)->rows->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  GPtrArray *rows = TOCSIN_SIDEBAR_MODEL (model)->rows;

  return position < rows->len ? g_object_ref (rows->pdata[position]) : NULL;
}

static void
tocsin_sidebar_model_list_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
tocsin_sidebar_model_finalize (GObject *object)
{
  TocsinSidebarModel *self = TOCSIN_SIDEBAR_MODEL (object);

  g_clear_handle_id (&self->refresh_id, g_source_remove);
  tocsin_sidebar_filter_clear (&self->filter);
  g_ptr_array_unref (self->rows);
  g_hash_table_unref (self->groups);
  g_hash_table_unref (self->keys);
  g_object_unref (self->client);
  G_OBJECT_CLASS (tocsin_sidebar_model_parent_class)->finalize (object);
}

static void
tocsin_sidebar_model_class_init (TocsinSidebarModelClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tocsin_sidebar_model_finalize;
  signals[SIGNAL_COUNTED] = g_signal_new ("counted", TOCSIN_TYPE_SIDEBAR_MODEL, G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tocsin_sidebar_model_init (TocsinSidebarModel *self)
{
  self->rows = g_ptr_array_new_with_free_func (g_object_unref);
  self->groups = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_object_unref);
  self->keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

TocsinSidebarModel *
tocsin_sidebar_model_new (TocsinClient *client)
{
  TocsinSidebarModel *self;

  g_return_val_if_fail (TOCSIN_IS_CLIENT (client), NULL);

  self = g_object_new (TOCSIN_TYPE_SIDEBAR_MODEL, NULL);
  self->client = g_object_ref (client);
  g_signal_connect_object (client, "monitors-changed", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  refresh (self);
  return self;
}

void
tocsin_sidebar_model_set_filter (TocsinSidebarModel *self, const TocsinSidebarFilter *filter)
{
  g_return_if_fail (TOCSIN_IS_SIDEBAR_MODEL (self) && filter != NULL);

  tocsin_sidebar_filter_clear (&self->filter);
  self->filter = *filter;
  g_clear_handle_id (&self->refresh_id, g_source_remove);
  refresh (self);
}

const TocsinSidebarFilter *
tocsin_sidebar_model_get_filter (TocsinSidebarModel *self)
{
  g_return_val_if_fail (TOCSIN_IS_SIDEBAR_MODEL (self), NULL);
  return &self->filter;
}

guint
tocsin_sidebar_model_count (TocsinSidebarModel *self)
{
  g_return_val_if_fail (TOCSIN_IS_SIDEBAR_MODEL (self), 0);
  return self->n_monitors;
}
