/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

/* Records as JSON. The first byte chooses the kind of record, the rest is its text. */

#define G_LOG_DOMAIN "fuzz-record"

#include "config.h"

#include "incident.h"
#include "maintenance.h"
#include "monitor.h"
#include "ping.h"
#include "replay.h"
#include "state.h"

#define MOST_BYTES 65536

static const TocsinFields *const tables[] = {
  &tocsin_monitor_fields, &tocsin_maintenance_fields, &tocsin_incident_fields,
  &tocsin_sample_fields,  &tocsin_ping_fields,        &tocsin_status_fields,
};

/* What was read and keeps the rules is written so that it is read as the same, in both forms. */
static void
check_round_trips (const TocsinFields *fields, gconstpointer object)
{
  g_autoptr (JsonObject) json = tocsin_fields_to_json (fields, object, TOCSIN_FIELDS_WITH_SECRETS);
  g_autoptr (GVariant) variant =
      g_variant_ref_sink (tocsin_fields_to_variant (fields, object, TOCSIN_FIELDS_WITH_SECRETS));
  gpointer from_json = tocsin_fields_new (fields), from_variant = tocsin_fields_new (fields);

  g_assert_true (tocsin_fields_from_json (fields, from_json, json, 0, NULL));
  tocsin_fields_fill (fields, from_json);
  g_assert_true (tocsin_fields_equal (fields, object, from_json));
  g_assert_true (tocsin_fields_from_variant (fields, from_variant, variant, 0, NULL));
  tocsin_fields_fill (fields, from_variant);
  g_assert_true (tocsin_fields_equal (fields, object, from_variant));
  tocsin_fields_free (fields, from_json);
  tocsin_fields_free (fields, from_variant);
}

static void
try_monitor (JsonObject *json)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TocsinMonitor) monitor = tocsin_monitor_from_json (json, &error);

  g_assert_true ((monitor == NULL) == (error != NULL));
  if (monitor != NULL && tocsin_monitor_validate (monitor, &error))
    g_free (tocsin_monitor_get_host (monitor));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const TocsinFields *fields;
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GError) error = NULL;
  JsonNode *root;
  gpointer object;

  if (size < 2 || size > MOST_BYTES ||
      !json_parser_load_from_data (parser, (const char *) data + 1, (gssize) size - 1, NULL))
    return 0;
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return 0;

  fields = tables[data[0] % G_N_ELEMENTS (tables)];
  object = tocsin_fields_new (fields);
  if (tocsin_fields_from_json (fields, object, json_node_get_object (root), 0, &error)) {
    tocsin_fields_fill (fields, object);
    if (tocsin_fields_check (fields, object, &error))
      check_round_trips (fields, object);
  }
  tocsin_fields_free (fields, object);
  if (fields == &tocsin_monitor_fields)
    try_monitor (json_node_get_object (root));
  return 0;
}
