/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

/* DNS messages: any bytes are refused, or give records that are text, and that are what they are
 * compared with. The first byte is the type that was asked for. */

#define G_LOG_DOMAIN "fuzz-dns-answer"

#include "config.h"

#include "dns-answer.h"
#include "replay.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (TocsinDnsAnswer) answer = NULL;
  g_autoptr (TocsinMonitor) monitor = NULL;
  g_autoptr (TocsinSample) sample = NULL;
  g_autoptr (GError) error = NULL;
  TocsinDnsType type;

  if (size == 0)
    return 0;
  type = data[0] % (TOCSIN_DNS_PTR + 1);
  answer = tocsin_dns_answer_parse (data + 1, size - 1, type, &error);
  g_assert_true ((answer == NULL) == (error != NULL));
  if (answer == NULL) {
    g_assert_true (g_utf8_validate (error->message, -1, NULL));
    return 0;
  }
  g_assert_cmpuint (answer->n_records, <=, TOCSIN_DNS_ANSWERS_MOST);
  g_assert_cmpuint (g_strv_length (answer->records), ==, answer->n_records);
  for (guint i = 0; i < answer->n_records; i++)
    g_assert_true (g_utf8_validate (answer->records[i], -1, NULL));

  monitor = tocsin_monitor_new (TOCSIN_MONITOR_DNS);
  monitor->record_type = type;
  monitor->expect_values = g_strdupv (answer->records);
  monitor->expect_mode = TOCSIN_EXPECT_EXACT;
  sample = tocsin_sample_new (0, TOCSIN_OUTCOME_OK);
  tocsin_dns_judge (monitor, "a.b", "192.0.2.53:53", answer, sample);
  if (answer->rcode == 0 && answer->n_records > 0)
    g_assert_cmpint (sample->outcome, ==, TOCSIN_OUTCOME_OK);
  else
    g_assert_true (g_utf8_validate (sample->reason, -1, NULL));
  return 0;
}
