/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "check-members"

#include "config.h"

#include <string.h>

#include "check-members.h"
#include "check-spec.h"
#include "json-writer.h"
#include "timetext.h"

#define UNIQUE_KEY_LENGTH 40
#define MEMBERS_BYTES     512

static const char *
or_empty (const char *text)
{
  return text != NULL ? text : "";
}

static void
write_tags (TocsinJsonWriter *writer, char *const *tags)
{
  tocsin_json_writer_begin_string (writer, "tags");
  for (guint i = 0; tags != NULL && tags[i] != NULL; i++) {
    if (i > 0)
      tocsin_json_writer_part (writer, " ");
    tocsin_json_writer_part (writer, tags[i]);
  }
  tocsin_json_writer_end_string (writer);
}

static void
write_keywords (TocsinJsonWriter *writer, const TocsinMonitor *monitor, gboolean filter_subject)
{
  const char *success = or_empty (monitor->success_kw), *failure = or_empty (monitor->failure_kw);

  tocsin_json_writer_string (writer, "subject", filter_subject ? success : "");
  tocsin_json_writer_string (writer, "subject_fail", filter_subject ? failure : "");
  tocsin_json_writer_string (writer, "start_kw", or_empty (monitor->start_kw));
  tocsin_json_writer_string (writer, "success_kw", success);
  tocsin_json_writer_string (writer, "failure_kw", failure);
}

static void
write_schedule (TocsinJsonWriter *writer, const TocsinMonitor *monitor)
{
  if (monitor->period_us >= 0) {
    tocsin_json_writer_int (writer, "timeout", monitor->period_us / TOCSIN_US_PER_S);
    return;
  }
  tocsin_json_writer_string (writer, "schedule",
                             monitor->cron != NULL ? monitor->cron : monitor->calendar);
  tocsin_json_writer_string (writer, "tz", monitor->tz);
}

char *
tocsin_check_make_members (const TocsinMonitor *monitor, gboolean filter_subject,
                           gboolean filter_body)
{
  TocsinJsonWriter writer;

  g_return_val_if_fail (monitor != NULL, NULL);

  tocsin_json_writer_init (&writer, MEMBERS_BYTES);
  tocsin_json_writer_string (
      &writer, "name", strcmp (monitor->name, TOCSIN_CHECK_UNNAMED) != 0 ? monitor->name : "");
  tocsin_json_writer_string (&writer, "slug", or_empty (monitor->slug));
  write_tags (&writer, monitor->tags);
  tocsin_json_writer_string (&writer, "desc", or_empty (monitor->description));
  tocsin_json_writer_int (&writer, "grace", monitor->grace_us / TOCSIN_US_PER_S);
  tocsin_json_writer_bool (&writer, "manual_resume", monitor->manual_resume);
  tocsin_json_writer_string (&writer, "methods", or_empty (monitor->methods));
  write_keywords (&writer, monitor, filter_subject);
  tocsin_json_writer_bool (&writer, "filter_subject", filter_subject);
  tocsin_json_writer_bool (&writer, "filter_body", filter_body);
  tocsin_json_writer_bool (&writer, "filter_http_body", monitor->filter_http_body);
  tocsin_json_writer_bool (&writer, "filter_default_fail", monitor->filter_default_fail);
  write_schedule (&writer, monitor);
  return g_string_free (tocsin_json_writer_take (&writer), FALSE);
}

char *
tocsin_check_make_unique_key (const char *ping_id)
{
  g_autofree char *lower = NULL, *text = NULL, *digest = NULL;

  g_return_val_if_fail (ping_id != NULL, NULL);

  lower = g_ascii_strdown (ping_id, -1);
  text = g_strconcat ("tocsin check ", lower, NULL);
  digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
  return g_strndup (digest, UNIQUE_KEY_LENGTH);
}
