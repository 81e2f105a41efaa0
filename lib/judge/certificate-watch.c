/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "certificate-watch"

#include "config.h"

#include "certificate-watch.h"
#include "timetext.h"

#define DAYS_MOST 36500u

gint64
tocsin_certificate_threshold (const char *days, gint64 not_after, gint64 now_us)
{
  gint64 left_us = not_after - now_us, found = -1;
  const char *at = days;

  while (at != NULL && *at != '\0') {
    char *end = NULL;
    gint64 threshold = (gint64) MIN (g_ascii_strtoull (at, &end, 10), DAYS_MOST);

    if (end == at) /* "none", or a separator */
      end = (char *) at + 1;
    else if (left_us < threshold * TOCSIN_US_PER_DAY && (found < 0 || threshold < found))
      found = threshold;
    at = end;
  }
  return found;
}

gboolean
tocsin_certificate_is_news (const char *days, gint64 not_after, gint64 now_us, gint64 *told)
{
  gint64 threshold;
  gboolean is_news;

  g_return_val_if_fail (told != NULL, FALSE);

  threshold = tocsin_certificate_threshold (days, not_after, now_us);
  is_news = threshold >= 0 && (*told < 0 || threshold < *told);
  *told = threshold;
  return is_news;
}
