/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

/* Operations as JSON, and what they do to a record. */

#define G_LOG_DOMAIN "fuzz-operation"

#include "config.h"

#include "jsontext.h"
#include "record-merge.h"
#include "record-pending.h"
#include "replay.h"

#define MOST_BYTES 65536

static const char present[] =
    "{\"id\": \"01900000-0000-7000-8000-000000000001\", \"type\": \"monitor\", \"revision\": 5,"
    " \"seq\": 9, \"project\": \"01900000-0000-7000-8000-0000000000b1\", \"fields\":"
    " {\"name\": 3}, \"body\": {\"name\": \"a\", \"interval_s\": 60, \"password\": \"x\"}}";

/* An operation merged a second time changes nothing. */
static void
check_merge (const TocsinRecord *record, const TocsinOperation *operation)
{
  g_auto (TocsinMerge) merge = { 0 }, again = { 0 };
  g_autoptr (TocsinRecord) then = tocsin_record_copy (record);
  const TocsinOperation *const operations[] = { operation };
  G_GNUC_UNUSED g_autoptr (TocsinRecord) shown = tocsin_record_show (record, operations, 1);

  if (!tocsin_record_merge (record, operation, &merge, NULL) || merge.members == NULL)
    return;
  g_clear_pointer (&then->body, json_object_unref);
  g_clear_pointer (&then->fields, json_object_unref);
  g_clear_pointer (&then->project, g_free);
  then->body = json_object_ref (merge.members);
  then->fields = tocsin_merge_get_fields (&merge, record, operation);
  then->revision = merge.revision;
  g_assert_true (tocsin_record_merge (then, operation, &again, NULL));
  g_assert_cmpuint (again.action, ==, TOCSIN_MERGE_NOTHING);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *) data, MIN (size, MOST_BYTES));
  g_autoptr (JsonObject) json = tocsin_json_parse_object (text, MOST_BYTES, NULL);
  g_autoptr (JsonObject) written = NULL, of_record = NULL;
  g_autoptr (TocsinOperation) operation = NULL, again = NULL;
  g_autoptr (TocsinRecord) record = NULL;

  operation = json != NULL ? tocsin_operation_from_json (json, NULL) : NULL;
  if (operation == NULL)
    return 0;
  written = tocsin_operation_to_json (operation);
  again = tocsin_operation_from_json (written, NULL);
  g_assert_nonnull (again);
  g_assert_true (again->is_delete == operation->is_delete && again->base == operation->base);
  of_record = tocsin_json_parse_object (present, sizeof present, NULL);
  record = tocsin_record_from_json (of_record, NULL);
  check_merge (record, operation);
  if (again->rescued == NULL)
    tocsin_operation_fold (again, operation);
  return 0;
}
