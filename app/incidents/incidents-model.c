/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "incidents-model"

#include "config.h"

#include "decode.h"
#include "incidents-model.h"
#include "timetext.h"

/* An incident carries what was seen, so they come in portions. */
#define PORTION 250
#define MOST    1000 /* the daemon gives no more */

/* --- a row --- */

struct _TocsinIncidentItem {
  GObject parent_instance;

  TocsinIncident *incident; /* (owned) (nullable) */
  TocsinIncidentGroup group;
};

G_DEFINE_FINAL_TYPE (TocsinIncidentItem, tocsin_incident_item, G_TYPE_OBJECT)

static void
tocsin_incident_item_finalize (GObject *object)
{
  TocsinIncidentItem *self = TOCSIN_INCIDENT_ITEM (object);

  g_clear_pointer (&self->incident, tocsin_incident_free);
  G_OBJECT_CLASS (tocsin_incident_item_parent_class)->finalize (object);
}

static void
tocsin_incident_item_class_init (TocsinIncidentItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tocsin_incident_item_finalize;
}

static void
tocsin_incident_item_init (TocsinIncidentItem *self)
{
}

const TocsinIncident *
tocsin_incident_item_get_incident (TocsinIncidentItem *self)
{
  g_return_val_if_fail (TOCSIN_IS_INCIDENT_ITEM (self), NULL);
  return self->incident;
}

TocsinIncidentGroup
tocsin_incident_item_get_group (TocsinIncidentItem *self)
{
  g_return_val_if_fail (TOCSIN_IS_INCIDENT_ITEM (self), TOCSIN_INCIDENT_GROUP_EARLIER);
  return self->group;
}

/* --- the rows --- */

struct _TocsinIncidentsModel {
  GObject parent_instance;

  TocsinClient *client;      /* (owned) */
  GCancellable *cancellable; /* (owned) */
  TocsinIncidentFilter filter;
  GPtrArray *all;  /* (owned) (element-type TocsinIncidentItem) as sorted, without heads */
  GPtrArray *rows; /* (owned) (element-type TocsinIncidentItem) */
  TocsinIncidentItem *heads[TOCSIN_INCIDENT_GROUP_EARLIER + 1]; /* (owned) */
  guint limit;
  guint n_shown;
  gboolean is_loaded, is_pending, is_stale, has_more;
};

static void tocsin_incidents_model_list_init (GListModelInterface *iface);

enum { SIGNAL_LOADED, SIGNAL_FAILED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE_WITH_CODE (TocsinIncidentsModel, tocsin_incidents_model, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      tocsin_incidents_model_list_init))

static GPtrArray *
make_rows (TocsinIncidentsModel *self)
{
  GPtrArray *rows = g_ptr_array_new_full (self->all->len + 8, g_object_unref);
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  gint64 now_us = g_get_real_time ();
  int last = -1;

  self->n_shown = 0;
  for (guint i = 0; i < self->all->len; i++) {
    TocsinIncidentItem *item = self->all->pdata[i];

    if (!tocsin_incident_filter_matches (&self->filter, item->incident))
      continue;
    item->group = tocsin_incident_get_group (item->incident, now_us, zone);
    if ((int) item->group != last)
      g_ptr_array_add (rows, g_object_ref (self->heads[item->group]));
    last = (int) item->group;
    g_ptr_array_add (rows, g_object_ref (item));
    self->n_shown++;
  }
  return rows;
}

/* Tells of what lies between the rows that are the same at both ends, so that a list that scrolled
 * down stays where it is. */
void
tocsin_incidents_model_refresh (TocsinIncidentsModel *self)
{
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GPtrArray) old = NULL;
  guint least, before = 0, after = 0;

  g_return_if_fail (TOCSIN_IS_INCIDENTS_MODEL (self));

  rows = make_rows (self);
  old = g_steal_pointer (&self->rows);
  least = MIN (rows->len, old->len);
  while (before < least && rows->pdata[before] == old->pdata[before])
    before++;
  while (after < least - before &&
         rows->pdata[rows->len - 1 - after] == old->pdata[old->len - 1 - after])
    after++;
  self->rows = g_ptr_array_ref (rows);
  if (before + after < MAX (rows->len, old->len))
    g_list_model_items_changed (G_LIST_MODEL (self), before, old->len - before - after,
                                rows->len - before - after);
}

/* --- what the daemon says --- */

static GHashTable *
index_items (TocsinIncidentsModel *self)
{
  GHashTable *by_id = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < self->all->len; i++) {
    TocsinIncidentItem *item = self->all->pdata[i];

    g_hash_table_insert (by_id, item->incident->id, item);
  }
  return by_id;
}

static void
take (TocsinIncidentsModel *self, GPtrArray *incidents)
{
  g_autoptr (GPtrArray) old G_GNUC_UNUSED = g_ptr_array_ref (self->all);
  g_autoptr (GHashTable) by_id = index_items (self);
  GPtrArray *all = g_ptr_array_new_full (incidents->len, g_object_unref);

  g_ptr_array_sort (incidents, tocsin_incident_compare);
  for (guint i = 0; i < incidents->len; i++) {
    TocsinIncident *incident = incidents->pdata[i];
    TocsinIncidentItem *item = g_hash_table_lookup (by_id, incident->id);

    if (item != NULL && tocsin_fields_equal (&tocsin_incident_fields, item->incident, incident)) {
      g_ptr_array_add (all, g_object_ref (item));
      continue;
    }
    item = g_object_new (TOCSIN_TYPE_INCIDENT_ITEM, NULL);
    item->incident = tocsin_incident_copy (incident);
    g_ptr_array_add (all, item);
  }
  g_ptr_array_unref (self->all);
  self->all = all;
  tocsin_incidents_model_refresh (self);
}

static void
got_incidents_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinIncidentsModel) self = user_data;
  g_autoptr (GPtrArray) incidents = NULL;
  g_autoptr (GVariant) list = NULL;
  g_autoptr (GError) error = NULL;

  self->is_pending = FALSE;
  if (!tocsin_dbus_tocsin1_call_incidents_finish (TOCSIN_DBUS_TOCSIN1 (source), &list, result,
                                                  &error)) {
    if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      g_signal_emit (self, signals[SIGNAL_FAILED], 0, tocsin_client_error_text (error));
    return;
  }
  incidents =
      tocsin_decode_list (list, &tocsin_incident_fields, (GDestroyNotify) tocsin_incident_free);
  self->is_loaded = TRUE;
  self->has_more = incidents->len >= self->limit && self->limit < MOST;
  take (self, incidents);
  g_signal_emit (self, signals[SIGNAL_LOADED], 0);
  if (self->is_stale)
    tocsin_incidents_model_load (self);
}

void
tocsin_incidents_model_load (TocsinIncidentsModel *self)
{
  TocsinDbusTocsin1 *proxy;

  g_return_if_fail (TOCSIN_IS_INCIDENTS_MODEL (self));

  proxy = tocsin_client_get_proxy (self->client);
  self->is_stale = self->is_pending;
  if (proxy == NULL || self->is_pending)
    return;
  self->is_pending = TRUE;
  tocsin_dbus_tocsin1_call_incidents (proxy, "", self->filter.from_us,
                                      g_get_real_time () + TOCSIN_US_PER_DAY, self->limit,
                                      self->cancellable, got_incidents_cb, g_object_ref (self));
}

/* --- a list model --- */

static GType
get_item_type (GListModel *model)
{
  return TOCSIN_TYPE_INCIDENT_ITEM;
}

static guint
get_n_items (GListModel *model)
{
  return TOCSIN_INCIDENTS_MODEL (model)->rows->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  GPtrArray *rows = TOCSIN_INCIDENTS_MODEL (model)->rows;

  return position < rows->len ? g_object_ref (rows->pdata[position]) : NULL;
}

static void
tocsin_incidents_model_list_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

/* --- life --- */

static void
tocsin_incidents_model_finalize (GObject *object)
{
  TocsinIncidentsModel *self = TOCSIN_INCIDENTS_MODEL (object);

  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  g_object_unref (self->client);
  tocsin_incident_filter_clear (&self->filter);
  g_ptr_array_unref (self->all);
  g_ptr_array_unref (self->rows);
  for (guint i = 0; i < G_N_ELEMENTS (self->heads); i++)
    g_object_unref (self->heads[i]);
  G_OBJECT_CLASS (tocsin_incidents_model_parent_class)->finalize (object);
}

static void
tocsin_incidents_model_class_init (TocsinIncidentsModelClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tocsin_incidents_model_finalize;
  signals[SIGNAL_LOADED] = g_signal_new ("loaded", TOCSIN_TYPE_INCIDENTS_MODEL, G_SIGNAL_RUN_LAST,
                                         0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_FAILED] = g_signal_new ("failed", TOCSIN_TYPE_INCIDENTS_MODEL, G_SIGNAL_RUN_LAST,
                                         0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
tocsin_incidents_model_init (TocsinIncidentsModel *self)
{
  self->limit = PORTION;
  self->cancellable = g_cancellable_new ();
  self->all = g_ptr_array_new_with_free_func (g_object_unref);
  self->rows = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < G_N_ELEMENTS (self->heads); i++) {
    self->heads[i] = g_object_new (TOCSIN_TYPE_INCIDENT_ITEM, NULL);
    self->heads[i]->group = i;
  }
}

TocsinIncidentsModel *
tocsin_incidents_model_new (TocsinClient *client)
{
  TocsinIncidentsModel *self;

  g_return_val_if_fail (TOCSIN_IS_CLIENT (client), NULL);

  self = g_object_new (TOCSIN_TYPE_INCIDENTS_MODEL, NULL);
  self->client = g_object_ref (client);
  return self;
}

void
tocsin_incidents_model_set_filter (TocsinIncidentsModel *self, TocsinIncidentFilter *filter)
{
  gboolean wants_load;

  g_return_if_fail (TOCSIN_IS_INCIDENTS_MODEL (self) && filter != NULL);

  wants_load = filter->from_us != self->filter.from_us;
  tocsin_incident_filter_clear (&self->filter);
  self->filter = *filter;
  *filter = (TocsinIncidentFilter){ 0 };
  tocsin_incidents_model_refresh (self);
  if (wants_load)
    tocsin_incidents_model_load (self);
}

guint
tocsin_incidents_model_count (TocsinIncidentsModel *self)
{
  g_return_val_if_fail (TOCSIN_IS_INCIDENTS_MODEL (self), 0);
  return self->n_shown;
}

guint
tocsin_incidents_model_count_all (TocsinIncidentsModel *self)
{
  g_return_val_if_fail (TOCSIN_IS_INCIDENTS_MODEL (self), 0);
  return self->all->len;
}

gboolean
tocsin_incidents_model_is_loaded (TocsinIncidentsModel *self)
{
  g_return_val_if_fail (TOCSIN_IS_INCIDENTS_MODEL (self), FALSE);
  return self->is_loaded;
}

gboolean
tocsin_incidents_model_has_more (TocsinIncidentsModel *self)
{
  g_return_val_if_fail (TOCSIN_IS_INCIDENTS_MODEL (self), FALSE);
  return self->has_more;
}

void
tocsin_incidents_model_load_more (TocsinIncidentsModel *self)
{
  g_return_if_fail (TOCSIN_IS_INCIDENTS_MODEL (self));

  self->limit = MIN (self->limit + PORTION, MOST);
  tocsin_incidents_model_load (self);
}
