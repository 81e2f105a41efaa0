/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "http-json"

#include "config.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "http-private.h"

/* json-glib before 1.10 recurses without a limit: a body of brackets would exhaust the stack. */
#define DEPTH_MOST 256

static gboolean
is_too_deep (const char *text, gsize length)
{
  guint depth = 0;
  gboolean in_string = FALSE;

  for (gsize i = 0; i < length; i++) {
    if (in_string && text[i] == '\\')
      i++;
    else if (text[i] == '"')
      in_string = !in_string;
    else if (!in_string && (text[i] == '[' || text[i] == '{') && ++depth > DEPTH_MOST)
      return TRUE;
    else if (!in_string && (text[i] == ']' || text[i] == '}') && depth > 0)
      depth--;
  }
  return FALSE;
}

/* A string as itself, anything else as JSON. (transfer full) */
static char *
node_to_text (JsonNode *node)
{
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    return g_strdup (json_node_get_string (node));
  return json_to_string (node, FALSE);
}

static gboolean
text_to_number (const char *text, double *number)
{
  char *end = NULL;

  if (*text == '\0' || g_ascii_isspace (*text))
    return FALSE;
  *number = g_ascii_strtod (text, &end);
  return *end == '\0' && isfinite (*number);
}

static gboolean
is_number (JsonNode *node)
{
  GType type = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node) : G_TYPE_NONE;

  return type == G_TYPE_INT64 || type == G_TYPE_DOUBLE;
}

/* Whether both are numbers, and how they compare: 17 and 17.0 are the same, and so are "17" and
 * 17, since on a command line all is text. */
static gboolean
compare_numbers (JsonNode *node, const char *text, const char *wanted, int *order)
{
  double a, b;

  if (!text_to_number (wanted, &b) || !text_to_number (text, &a))
    return FALSE;
  if (is_number (node) && json_node_get_value_type (node) == G_TYPE_INT64) {
    gint64 exact;

    if (g_ascii_string_to_signed (wanted, 10, G_MININT64, G_MAXINT64, &exact, NULL)) {
      gint64 own = json_node_get_int (node);

      *order = (own > exact) - (own < exact);
      return TRUE;
    }
  }
  *order = (a > b) - (a < b);
  return TRUE;
}

static gboolean
holds (const TocsinHttpPlan *plan, JsonNode *node, const char *text)
{
  const char *wanted = plan->monitor->json_value != NULL ? plan->monitor->json_value : "";
  gboolean are_numbers;
  int order = 0;

  are_numbers = compare_numbers (node, text, wanted, &order);
  switch ((TocsinCompare) plan->monitor->json_compare) {
  case TOCSIN_COMPARE_EQ:
    return are_numbers ? order == 0 : g_str_equal (text, wanted);
  case TOCSIN_COMPARE_NE:
    return are_numbers ? order != 0 : !g_str_equal (text, wanted);
  case TOCSIN_COMPARE_LT:
    return are_numbers && order < 0;
  case TOCSIN_COMPARE_LE:
    return are_numbers && order <= 0;
  case TOCSIN_COMPARE_GT:
    return are_numbers && order > 0;
  case TOCSIN_COMPARE_GE:
    return are_numbers && order >= 0;
  case TOCSIN_COMPARE_CONTAINS:
    return strstr (text, wanted) != NULL;
  case TOCSIN_COMPARE_MATCHES:
    return g_regex_match (plan->json_matches, text, 0, NULL);
  case TOCSIN_COMPARE_EXISTS:
    return TRUE;
  }
  g_assert_not_reached ();
}

static const char *const wishes[] = {
  [TOCSIN_COMPARE_EQ] = "expected",
  [TOCSIN_COMPARE_NE] = "expected anything but",
  [TOCSIN_COMPARE_LT] = "expected less than",
  [TOCSIN_COMPARE_LE] = "expected at most",
  [TOCSIN_COMPARE_GT] = "expected more than",
  [TOCSIN_COMPARE_GE] = "expected at least",
  [TOCSIN_COMPARE_CONTAINS] = "which does not contain",
  [TOCSIN_COMPARE_MATCHES] = "which does not match",
};

/* The first value that the query finds is compared. */
static void
judge_found (const TocsinHttpPlan *plan, JsonArray *found, TocsinSample *sample)
{
  g_autofree char *text = NULL, *value = NULL, *wanted = NULL;
  const TocsinMonitor *monitor = plan->monitor;
  JsonNode *node;

  if (json_array_get_length (found) == 0) {
    tocsin_sample_fail (sample, TOCSIN_CODE_JSON_MISMATCH, "JSON: nothing is at %s",
                        monitor->json_query);
    return;
  }
  node = json_array_get_element (found, 0);
  text = node_to_text (node);
  if (holds (plan, node, text))
    return;
  value = tocsin_http_quote (text, -1);
  wanted = tocsin_http_quote (monitor->json_value != NULL ? monitor->json_value : "", -1);
  tocsin_sample_fail (sample, TOCSIN_CODE_JSON_MISMATCH, "JSON: %s is %s, %s %s",
                      monitor->json_query, value, wishes[monitor->json_compare], wanted);
}

void
tocsin_http_judge_json (const TocsinHttpPlan *plan, const TocsinHttpResponse *response,
                        TocsinSample *sample)
{
  g_autoptr (JsonParser) parser = NULL;
  g_autoptr (JsonNode) found = NULL;
  g_autoptr (GError) error = NULL;
  const char *text = (const char *) response->body->data;

  if (response->body->len == 0 || response->is_body_full) {
    tocsin_sample_fail (sample, TOCSIN_CODE_JSON_INVALID, "JSON: the body is %s",
                        response->is_body_full ? "longer than the 1 MiB that is read" : "empty");
    return;
  }
  if (is_too_deep (text, response->body->len)) {
    tocsin_sample_fail (sample, TOCSIN_CODE_JSON_INVALID, "JSON: the body is nested deeper than %d",
                        DEPTH_MOST);
    return;
  }
  parser = json_parser_new_immutable ();
  if (!json_parser_load_from_data (parser, text, response->body->len, &error) ||
      json_parser_get_root (parser) == NULL) {
    g_autofree char *why = tocsin_http_quote (error != NULL ? error->message : "nothing in it", -1);

    tocsin_sample_fail (sample, TOCSIN_CODE_JSON_INVALID, "JSON: the body is none: %s", why);
    return;
  }
  found = json_path_match (plan->json_path, json_parser_get_root (parser));
  judge_found (plan, json_node_get_array (found), sample);
}
