/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "bare-loop"

#include "config.h"

#include <curl/curl.h>

#include "bare-loop.h"
#include "bench.h"

#define CONCURRENT 64
#define N_REQUESTS 30000

static size_t
drop_cb (char *data, size_t size, size_t n, void *user_data)
{
  return size * n;
}

static void
begin (CURLM *multi, CURL *easy, const char *url)
{
  curl_easy_setopt (easy, CURLOPT_URL, url);
  curl_easy_setopt (easy, CURLOPT_WRITEFUNCTION, drop_cb);
  curl_easy_setopt (easy, CURLOPT_FRESH_CONNECT, 1L);
  curl_easy_setopt (easy, CURLOPT_FORBID_REUSE, 1L);
  curl_easy_setopt (easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt (easy, CURLOPT_TIMEOUT_MS, 10000L);
  curl_multi_add_handle (multi, easy);
}

double
bench_bare_loop (guint16 port)
{
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u/", port);
  guint n_begun = 0, n_done = 0, n_failed = 0;
  double cpu_s;
  CURLM *multi;

  curl_global_init (CURL_GLOBAL_DEFAULT);
  multi = curl_multi_init ();
  cpu_s = bench_own_cpu_seconds ();
  for (; n_begun < CONCURRENT; n_begun++)
    begin (multi, curl_easy_init (), url);
  while (n_done < N_REQUESTS) {
    int running, waiting;
    CURLMsg *message;

    curl_multi_perform (multi, &running);
    while ((message = curl_multi_info_read (multi, &waiting)) != NULL) {
      CURL *easy = message->easy_handle;

      n_done++;
      n_failed += message->data.result != CURLE_OK;
      curl_multi_remove_handle (multi, easy);
      if (n_begun < N_REQUESTS) {
        begin (multi, easy, url);
        n_begun++;
      } else {
        curl_easy_cleanup (easy);
      }
    }
    if (n_done < N_REQUESTS)
      curl_multi_poll (multi, NULL, 0, 100, NULL);
  }
  cpu_s = bench_own_cpu_seconds () - cpu_s;
  curl_multi_cleanup (multi);
  if (n_failed > 0)
    g_error ("%u of %u requests failed", n_failed, n_done);
  return N_REQUESTS / cpu_s;
}

double
bench_bare_loop_paced (guint16 port, guint a_second, guint seconds)
{
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u/", port);
  g_autoptr (GPtrArray) idle = g_ptr_array_new ();
  gint64 began_us = g_get_monotonic_time ();
  guint n = a_second * seconds, n_begun = 0, n_done = 0;
  CURLM *multi = curl_multi_init ();
  double cpu_s = bench_own_cpu_seconds ();

  while (n_done < n) {
    gint64 due = (g_get_monotonic_time () - began_us) * a_second / G_USEC_PER_SEC;
    int running, waiting;
    CURLMsg *message;

    for (; n_begun < MIN (due, n); n_begun++)
      begin (multi,
             idle->len > 0 ? g_ptr_array_steal_index_fast (idle, idle->len - 1) : curl_easy_init (),
             url);
    curl_multi_perform (multi, &running);
    while ((message = curl_multi_info_read (multi, &waiting)) != NULL) {
      CURL *easy = message->easy_handle;

      n_done++;
      curl_multi_remove_handle (multi, easy);
      g_ptr_array_add (idle, easy);
    }
    curl_multi_poll (multi, NULL, 0, 25, NULL);
  }
  cpu_s = bench_own_cpu_seconds () - cpu_s;
  for (guint i = 0; i < idle->len; i++)
    curl_easy_cleanup (idle->pdata[i]);
  curl_multi_cleanup (multi);
  return n / cpu_s;
}
