/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "doctor-findings"

#include "config.h"

#include <json-glib/json-glib.h>

#include "doctor.h"

static const char *const verdict_words[] = { "ok", "warn", "fail" };

static void
free_finding (gpointer data)
{
  TocsinFinding *finding = data;

  g_free (finding->text);
  g_free (finding->advice);
  g_free (finding);
}

GPtrArray *
tocsin_findings_new (void)
{
  return g_ptr_array_new_with_free_func (free_finding);
}

void
tocsin_findings_add (GPtrArray *findings, const char *part, TocsinVerdict verdict, const char *text,
                     const char *advice)
{
  TocsinFinding *finding = g_new0 (TocsinFinding, 1);

  finding->part = part;
  finding->verdict = verdict;
  finding->text = g_strdup (text);
  finding->advice = g_strdup (advice);
  g_ptr_array_add (findings, finding);
}

guint
tocsin_findings_count (GPtrArray *findings, TocsinVerdict verdict)
{
  guint n = 0;

  for (guint i = 0; i < findings->len; i++)
    n += ((TocsinFinding *) g_ptr_array_index (findings, i))->verdict == verdict;
  return n;
}

static void
write_line (const TocsinFinding *finding, GString *output)
{
  g_string_append_printf (output, "%-4s  %-11s  %s", verdict_words[finding->verdict], finding->part,
                          finding->text);
  if (finding->advice != NULL)
    g_string_append_printf (output, ". What helps: %s", finding->advice);
  g_string_append_c (output, '\n');
}

static void
write_json (GPtrArray *findings, GString *output)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;

  json_builder_begin_array (builder);
  for (guint i = 0; i < findings->len; i++) {
    const TocsinFinding *finding = g_ptr_array_index (findings, i);

    json_builder_begin_object (builder);
    json_builder_set_member_name (builder, "part");
    json_builder_add_string_value (builder, finding->part);
    json_builder_set_member_name (builder, "verdict");
    json_builder_add_string_value (builder, verdict_words[finding->verdict]);
    json_builder_set_member_name (builder, "text");
    json_builder_add_string_value (builder, finding->text);
    json_builder_set_member_name (builder, "advice");
    json_builder_add_string_value (builder, finding->advice); /* null where there is none */
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, TRUE);
  g_string_append_printf (output, "%s\n", text);
}

void
tocsin_findings_write (GPtrArray *findings, gboolean json, GString *output)
{
  if (json) {
    write_json (findings, output);
    return;
  }
  for (guint i = 0; i < findings->len; i++)
    write_line (g_ptr_array_index (findings, i), output);
}
