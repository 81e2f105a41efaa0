/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "monitor-item"

#include "config.h"

#include "monitor-item.h"

struct _TocsinMonitorItem {
  GObject parent_instance;

  TocsinStatus *status; /* (owned) */
  gboolean hidden;
};

enum { SIGNAL_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TocsinMonitorItem, tocsin_monitor_item, G_TYPE_OBJECT)

static void
tocsin_monitor_item_finalize (GObject *object)
{
  TocsinMonitorItem *self = TOCSIN_MONITOR_ITEM (object);

  tocsin_status_free (self->status);
  G_OBJECT_CLASS (tocsin_monitor_item_parent_class)->finalize (object);
}

static void
tocsin_monitor_item_class_init (TocsinMonitorItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tocsin_monitor_item_finalize;
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", TOCSIN_TYPE_MONITOR_ITEM, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tocsin_monitor_item_init (TocsinMonitorItem *self)
{
}

TocsinMonitorItem *
tocsin_monitor_item_new (TocsinStatus *status)
{
  TocsinMonitorItem *self;

  g_return_val_if_fail (status != NULL && status->id != NULL, NULL);

  self = g_object_new (TOCSIN_TYPE_MONITOR_ITEM, NULL);
  self->status = status;
  return self;
}

const char *
tocsin_monitor_item_get_id (TocsinMonitorItem *self)
{
  g_return_val_if_fail (TOCSIN_IS_MONITOR_ITEM (self), NULL);
  return self->status->id;
}

const char *
tocsin_monitor_item_get_name (TocsinMonitorItem *self)
{
  g_return_val_if_fail (TOCSIN_IS_MONITOR_ITEM (self), NULL);
  return self->status->name;
}

TocsinState
tocsin_monitor_item_get_state (TocsinMonitorItem *self)
{
  g_return_val_if_fail (TOCSIN_IS_MONITOR_ITEM (self), TOCSIN_STATE_UNKNOWN);
  return self->status->state;
}

const TocsinStatus *
tocsin_monitor_item_get_status (TocsinMonitorItem *self)
{
  g_return_val_if_fail (TOCSIN_IS_MONITOR_ITEM (self), NULL);
  return self->status;
}

void
tocsin_monitor_item_set_status (TocsinMonitorItem *self, TocsinStatus *status)
{
  g_return_if_fail (TOCSIN_IS_MONITOR_ITEM (self) && status != NULL);
  g_return_if_fail (g_str_equal (self->status->id, status->id));

  tocsin_status_free (self->status);
  self->status = status;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

gboolean
tocsin_monitor_item_get_hidden (TocsinMonitorItem *self)
{
  g_return_val_if_fail (TOCSIN_IS_MONITOR_ITEM (self), FALSE);
  return self->hidden;
}

void
tocsin_monitor_item_set_hidden (TocsinMonitorItem *self, gboolean hidden)
{
  g_return_if_fail (TOCSIN_IS_MONITOR_ITEM (self));

  if (self->hidden == hidden)
    return;
  self->hidden = hidden;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}
