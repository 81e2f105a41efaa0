/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "http-judge"

#include "config.h"

#include <string.h>

#include "http-private.h"

#define QUOTED_BYTES 120

char *
tocsin_http_quote (const char *text, gssize length)
{
  gsize whole = length < 0 ? strlen (text) : (gsize) length;
  g_autofree char *valid = g_utf8_make_valid (text, (gssize) MIN (whole, QUOTED_BYTES));

  /* A character that the cut left half is one replacement character at the end. */
  return g_strdup_printf ("“%s%s”", valid, whole > QUOTED_BYTES ? "…" : "");
}

typedef struct {
  const char *name; /* looked for */
  gsize name_length;
  const TocsinHttpExpectation *expectation; /* (nullable) */
  gboolean is_there, holds;
  const char *value; /* the last that was seen */
  gsize value_length;
} Search;

static gboolean
value_holds (const TocsinHttpExpectation *expectation, const char *value, gsize length)
{
  if (expectation == NULL || expectation->value == NULL)
    return TRUE;
  if (expectation->pattern != NULL) {
    g_autofree char *valid = g_utf8_make_valid (value, (gssize) length);

    return g_regex_match (expectation->pattern, valid, 0, NULL);
  }
  return strlen (expectation->value) == length && memcmp (expectation->value, value, length) == 0;
}

static gboolean
search_visit (const char *name, gsize name_length, const char *value, gsize value_length,
              gpointer user_data)
{
  Search *search = user_data;

  if (name_length != search->name_length ||
      g_ascii_strncasecmp (name, search->name, name_length) != 0)
    return TRUE;
  while (value_length > 0 && g_ascii_isspace (value[value_length - 1]))
    value_length--;
  search->is_there = TRUE;
  search->value = value;
  search->value_length = value_length;
  search->holds = value_holds (search->expectation, value, value_length);
  return !search->holds;
}

/* A redirect that is not followed says where to, and a refused login what is missing. */
static void
judge_status (const TocsinHttpPlan *plan, const TocsinHttpResponse *response, long status,
              TocsinSample *sample)
{
  const TocsinMonitor *monitor = plan->monitor;
  g_autofree char *phrase = NULL, *place = NULL;
  Search location = { .name = "location", .name_length = strlen ("location") };

  if (tocsin_status_list_has (monitor->expect_status, status))
    return;
  phrase = tocsin_http_response_get_phrase (response, status);
  if (status == 401 && monitor->auth != TOCSIN_AUTH_NONE) {
    tocsin_sample_fail (
        sample, TOCSIN_CODE_AUTH_FAILED, "401 Unauthorized: the server does not accept %s",
        monitor->auth == TOCSIN_AUTH_BEARER ? "the token" : "the user name and password");
    return;
  }
  if (status == 407 && monitor->proxy != NULL) {
    tocsin_sample_fail (
        sample, TOCSIN_CODE_PROXY_FAILED, "407 Proxy Authentication Required: the proxy %s",
        monitor->proxy_username != NULL ? "does not accept the user name and password"
                                        : "wants a user name and password");
    return;
  }
  if (status >= 300 && status < 400)
    tocsin_http_response_visit (response, search_visit, &location);
  if (location.is_there)
    place = tocsin_http_quote (location.value, (gssize) location.value_length);
  tocsin_sample_fail (sample, TOCSIN_CODE_STATUS_UNEXPECTED, "expected status %s, got %ld%s%s%s%s",
                      monitor->expect_status, status, *phrase != '\0' ? " " : "", phrase,
                      place != NULL ? " to " : "", place != NULL ? place : "");
}

static void
judge_headers (const TocsinHttpPlan *plan, const TocsinHttpResponse *response, TocsinSample *sample)
{
  for (guint i = 0; plan->expectations != NULL && i < plan->expectations->len; i++) {
    const TocsinHttpExpectation *expectation = plan->expectations->pdata[i];
    Search search = { .name = expectation->name,
                      .name_length = strlen (expectation->name),
                      .expectation = expectation };
    g_autofree char *value = NULL, *wanted = NULL;

    tocsin_http_response_visit (response, search_visit, &search);
    if (search.is_there && search.holds)
      continue;
    if (!search.is_there) {
      tocsin_sample_fail (sample, TOCSIN_CODE_HEADER_MISMATCH, "header %s is missing",
                          expectation->name);
      return;
    }
    value = tocsin_http_quote (search.value, (gssize) search.value_length);
    wanted = tocsin_http_quote (expectation->value, -1);
    tocsin_sample_fail (sample, TOCSIN_CODE_HEADER_MISMATCH, "header %s is %s, %s %s",
                        expectation->name, value,
                        expectation->pattern != NULL ? "which does not match" : "expected", wanted);
    return;
  }
}

static gboolean
body_has (const TocsinHttpResponse *response, const char *text)
{
  return memmem (response->body->data, response->body->len, text, strlen (text)) != NULL;
}

/* GRegex does not look itself where a pattern is compiled ahead, and must not see what is not
 * UTF-8: such a body is judged with its odd bytes replaced. */
static gboolean
body_matches (const TocsinHttpPlan *plan, const TocsinHttpResponse *response, gboolean *gave_up)
{
  const char *text = response->body->len > 0 ? (const char *) response->body->data : "";
  gssize length = response->body->len;
  g_autoptr (GError) error = NULL;
  g_autofree char *valid = NULL;
  gboolean matches;

  if (!g_utf8_validate (text, length, NULL)) {
    text = valid = g_utf8_make_valid (text, length);
    length = -1;
  }
  matches = g_regex_match_full (plan->matches, text, length, 0, 0, NULL, &error);
  *gave_up = error != NULL;
  return matches;
}

static void
judge_body (const TocsinHttpPlan *plan, const TocsinHttpResponse *response, TocsinSample *sample)
{
  const TocsinMonitor *monitor = plan->monitor;
  const char *part = response->is_body_full ? " (in its first 1 MiB)" : "";
  g_autofree char *quoted = NULL;
  gboolean gave_up = FALSE;

  if (monitor->contains != NULL && !body_has (response, monitor->contains)) {
    quoted = tocsin_http_quote (monitor->contains, -1);
    tocsin_sample_fail (sample, TOCSIN_CODE_BODY_MISMATCH, "the body does not contain %s%s", quoted,
                        part);
  } else if (monitor->not_contains != NULL && body_has (response, monitor->not_contains)) {
    quoted = tocsin_http_quote (monitor->not_contains, -1);
    tocsin_sample_fail (sample, TOCSIN_CODE_BODY_MISMATCH,
                        "the body contains %s, which it should not", quoted);
  } else if (plan->matches != NULL && !body_matches (plan, response, &gave_up)) {
    quoted = tocsin_http_quote (monitor->matches, -1);
    tocsin_sample_fail (sample, TOCSIN_CODE_BODY_MISMATCH,
                        gave_up ? "the expression %s was given up on: it takes too many steps%s"
                                : "the body does not match %s%s",
                        quoted, part);
  } else if (plan->json_path != NULL) {
    tocsin_http_judge_json (plan, response, sample);
  }
}

void
tocsin_http_judge (const TocsinHttpPlan *plan, const TocsinHttpResponse *response, long status,
                   TocsinSample *sample)
{
  judge_status (plan, response, status, sample);
  if (sample->outcome == TOCSIN_OUTCOME_OK)
    judge_headers (plan, response, sample);
  if (sample->outcome == TOCSIN_OUTCOME_OK)
    judge_body (plan, response, sample);
}
