/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "maintenance"

#include "config.h"

#include "maintenance.h"
#include "timetext.h"

#define TYPE TocsinMaintenance
#define NAMED(name_, member, k, ...)                                                               \
  {                                                                                                \
    .name = name_, .kind = TOCSIN_FIELD_##k, .offset = G_STRUCT_OFFSET (TYPE, member), __VA_ARGS__ \
  }
#define FIELD(member, k, ...) NAMED (#member, member, k, __VA_ARGS__)

static const TocsinField rows[] = {
  FIELD (id, STRING, .flags = TOCSIN_FIELD_FIXED),
  FIELD (title, STRING, .flags = TOCSIN_FIELD_REQUIRED, .most = 400),
  FIELD (monitors, STRINGS, .most = 10000),
  FIELD (tags, STRINGS, .most = 64),
  FIELD (all, BOOL),
  FIELD (starts, STRING, .flags = TOCSIN_FIELD_REQUIRED, .most = 32),
  FIELD (tz, STRING, .fallback_text = "UTC", .most = 64),
  NAMED ("duration", duration_us, SPAN, .fallback = TOCSIN_US_PER_HOUR, .least = TOCSIN_US_PER_MIN,
         .most = 366 * TOCSIN_US_PER_DAY),
  FIELD (rrule, STRING, .most = 1000),
  FIELD (except, STRINGS, .most = 1000),
  FIELD (created_at, TIME, .flags = TOCSIN_FIELD_FIXED),
};

const TocsinFields tocsin_maintenance_fields = {
  .what = "maintenance",
  .size = sizeof (TocsinMaintenance),
  .rows = rows,
  .n_rows = G_N_ELEMENTS (rows),
  .selector_offset = TOCSIN_FIELDS_NO_SELECTOR,
  .unknown_offset = G_STRUCT_OFFSET (TocsinMaintenance, unknown),
};

TocsinMaintenance *
tocsin_maintenance_new (void)
{
  return tocsin_fields_new (&tocsin_maintenance_fields);
}

TocsinMaintenance *
tocsin_maintenance_copy (const TocsinMaintenance *maintenance)
{
  TocsinMaintenance *copy = tocsin_fields_copy (&tocsin_maintenance_fields, maintenance);

  copy->team = g_strdup (maintenance->team);
  return copy;
}

void
tocsin_maintenance_free (TocsinMaintenance *maintenance)
{
  if (maintenance != NULL)
    g_clear_pointer (&maintenance->team, g_free);
  tocsin_fields_free (&tocsin_maintenance_fields, maintenance);
}

gboolean
tocsin_maintenance_covers (const TocsinMaintenance *maintenance, const char *monitor_id,
                           char *const *tags)
{
  g_return_val_if_fail (maintenance != NULL, FALSE);

  if (maintenance->all)
    return TRUE;
  if (maintenance->monitors != NULL &&
      g_strv_contains ((const char *const *) maintenance->monitors, monitor_id))
    return TRUE;
  for (guint i = 0; tags != NULL && maintenance->tags != NULL && tags[i] != NULL; i++)
    if (g_strv_contains ((const char *const *) maintenance->tags, tags[i]))
      return TRUE;
  return FALSE;
}
