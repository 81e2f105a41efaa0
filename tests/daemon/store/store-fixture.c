/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "store-fixture"

#include "config.h"

#include "store-fixture.h"
#include "support.h"
#include "timetext.h"
#include "uuid.h"

static void
problem_cb (const char *problem, gboolean damaged, gpointer user_data)
{
  StoreFixture *fixture = user_data;

  g_free (fixture->problem);
  fixture->problem = g_strdup (problem);
  fixture->damaged = damaged;
  fixture->n_problems++;
}

void
store_fixture_open (StoreFixture *fixture, const TocsinStoreOptions *options)
{
  g_autoptr (GError) error = NULL;

  if (fixture->dir == NULL)
    fixture->dir = tocsin_test_make_dir ();
  fixture->store = tocsin_store_open (fixture->dir, options, &error);
  g_assert_no_error (error);
  g_assert_nonnull (fixture->store);
  tocsin_store_set_problem_func (fixture->store, problem_cb, fixture);
}

void
store_fixture_reopen (StoreFixture *fixture)
{
  g_clear_pointer (&fixture->store, tocsin_store_close);
  store_fixture_open (fixture, NULL);
}

void
store_fixture_close (StoreFixture *fixture)
{
  g_clear_pointer (&fixture->store, tocsin_store_close);
  g_clear_object (&fixture->result);
  g_clear_pointer (&fixture->problem, g_free);
  g_clear_pointer (&fixture->dir, g_free);
}

void
store_fixture_done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  StoreFixture *fixture = user_data;

  g_assert_null (fixture->result);
  fixture->result = g_object_ref (result);
}

static gboolean
is_done (gpointer user_data)
{
  return ((StoreFixture *) user_data)->result != NULL;
}

GAsyncResult *
store_fixture_wait (StoreFixture *fixture)
{
  tocsin_test_wait (NULL, is_done, fixture);
  return g_steal_pointer (&fixture->result);
}

void
store_fixture_finish (StoreFixture *fixture)
{
  g_autoptr (GAsyncResult) result = store_fixture_wait (fixture);
  g_autoptr (GError) error = NULL;

  tocsin_store_finish (fixture->store, result, &error);
  g_assert_no_error (error);
}

GPtrArray *
store_fixture_list (StoreFixture *fixture)
{
  g_autoptr (GAsyncResult) result = store_fixture_wait (fixture);
  g_autoptr (GError) error = NULL;
  GPtrArray *list = tocsin_store_list_finish (fixture->store, result, &error);

  g_assert_no_error (error);
  g_assert_nonnull (list);
  return list;
}

char *
store_fixture_make_id (guint n)
{
  guint8 random[TOCSIN_UUID_RANDOM_BYTES] = { (guint8) n, (guint8) (n >> 8) };

  return tocsin_uuid_new (G_GINT64_CONSTANT (1795000000000000), random);
}

TocsinMonitor *
store_fixture_add_monitor (StoreFixture *fixture, guint n)
{
  TocsinMonitor *monitor = tocsin_monitor_new (TOCSIN_MONITOR_HTTP);

  monitor->id = store_fixture_make_id (n);
  monitor->name = g_strdup_printf ("shop %u", n);
  monitor->target = g_strdup ("https://shop.example.org/");
  tocsin_store_save_monitor (fixture->store, monitor, FALSE, store_fixture_done_cb, fixture);
  store_fixture_finish (fixture);
  return monitor;
}

void
store_fixture_add_sample (StoreFixture *fixture, const char *id, gint64 at_us,
                          gboolean keep_evidence)
{
  g_autoptr (TocsinSample) sample = tocsin_sample_new (at_us, TOCSIN_OUTCOME_OK);

  sample->latency_us = at_us % 1000000;
  if (keep_evidence) {
    tocsin_sample_fail (sample, TOCSIN_CODE_TLS_EXPIRED, "expired at %" G_GINT64_FORMAT, at_us);
    sample->evidence = tocsin_evidence_new ();
    sample->evidence->remote_address = g_strdup ("192.0.2.1");
  }
  tocsin_store_add_sample (fixture->store, id, sample, keep_evidence);
}

void
store_fixture_flush (StoreFixture *fixture)
{
  tocsin_store_flush (fixture->store, store_fixture_done_cb, fixture);
  store_fixture_finish (fixture);
}

char *
store_fixture_get_path (StoreFixture *fixture)
{
  return g_build_filename (fixture->dir, "tocsin.db", NULL);
}
