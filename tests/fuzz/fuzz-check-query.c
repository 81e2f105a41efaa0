/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

/* A query string, as the lists of checks and flips read it. */

#define G_LOG_DOMAIN "fuzz-check-query"

#include "config.h"

#include "call.h"
#include "replay.h"

#define MOST_BYTES 8192

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *query = g_strndup ((const char *) data, MIN (size, MOST_BYTES));
  TocsinCall call = { .query = query };
  g_auto (GStrv) tags = tocsin_call_get_queries (&call, "tag");
  g_autofree char *slug = tocsin_call_get_query (&call, "slug"), *array = NULL;
  g_autoptr (GError) error = NULL;
  gint64 value = -1;

  g_assert_nonnull (tags);
  for (guint i = 0; tags[i] != NULL; i++)
    g_assert_true (g_utf8_validate (tags[i], -1, NULL));
  g_assert_true (slug == NULL || g_utf8_validate (slug, -1, NULL));
  array = tocsin_pg_array ((const char *const *) tags);
  g_assert_true (g_utf8_validate (array, -1, NULL));
  if (tocsin_call_get_query_int (&call, "limit", 1, 1000, 100, &value, &error)) {
    g_assert_cmpint (value, >=, 1);
    g_assert_cmpint (value, <=, 1000);
  } else {
    g_assert_nonnull (error);
  }
  return 0;
}
