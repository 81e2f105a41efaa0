/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "incident-markdown"

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "evidence-text.h"
#include "incident-markdown.h"
#include "incident-text.h"
#include "texts.h"
#include "timetext.h"

#define FENCE_LEAST 3
#define SLUG_CHARS  40

/* --- what Markdown would read as its own --- */

/* One line whatever came: a line's end would let the text begin a block. */
static void
append_plain (GString *out, const char *text)
{
  for (const char *p = text; *p != '\0'; p++) {
    if (*p == '\n' || *p == '\r') {
      g_string_append_c (out, ' ');
      continue;
    }
    if (strchr ("\\`*_[]<>&#~|", *p) != NULL)
      g_string_append_c (out, '\\');
    g_string_append_c (out, *p);
  }
}

/* CommonMark 0.30, 4.5: a fence ends with as many backticks as it began with, so it begins with
 * more than there are in it. */
static guint
fence_length (const char *text)
{
  guint most = 0, run = 0;

  for (const char *p = text; *p != '\0'; p++) {
    run = *p == '`' ? run + 1 : 0;
    most = MAX (most, run);
  }
  return MAX (most + 1, FENCE_LEAST);
}

static void
append_indented (GString *out, const char *text, const char *indent)
{
  g_autofree char *end = g_strdup (text);
  g_auto (GStrv) lines = g_strsplit (g_strchomp (end), "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++) {
    char *line = g_strchomp (lines[i]); /* a CR, and no spaces at an end */

    g_string_append_printf (out, "%s%s\n", *line != '\0' ? indent : "", line);
  }
}

static void
append_code (GString *out, const char *text, const char *indent)
{
  g_autofree char *fence = g_strnfill (fence_length (text), '`');

  g_string_append_printf (out, "%s%s\n", indent, fence);
  append_indented (out, text, indent);
  g_string_append_printf (out, "%s%s\n", indent, fence);
}

/* --- parts --- */

static void
append_fact (GString *out, const char *label, const char *value)
{
  if (value == NULL || *value == '\0')
    return;
  g_string_append_printf (out, "- **%s:** ", label);
  append_plain (out, value);
  g_string_append_c (out, '\n');
}

static void
append_time (GString *out, const char *label, gint64 at_us, GTimeZone *zone)
{
  g_autofree char *text = at_us > 0 ? tocsin_text_time_in_full (at_us, zone) : NULL;

  append_fact (out, label, text);
}

static void
append_section (GString *out, const char *title, const char *text)
{
  if (text == NULL || *text == '\0')
    return;
  g_string_append_printf (out, "\n## %s\n\n", title);
  append_indented (out, text, "");
}

static void
append_facts (GString *out, const TocsinIncident *incident, gint64 now_us, GTimeZone *zone)
{
  g_autofree char *duration = tocsin_incident_text_duration (incident, now_us);
  const char *code = incident->code != TOCSIN_CODE_NONE
                         ? tocsin_words_get (&tocsin_code_words, incident->code)
                         : NULL;

  append_fact (out, _ ("Monitor"), incident->monitor_name);
  append_time (out, _ ("Began"), incident->began_at, zone);
  append_time (out, _ ("Confirmed"), incident->confirmed_at, zone);
  append_time (out, _ ("Acknowledged"), incident->acknowledged_at, zone);
  if (incident->ended_at != 0)
    append_time (out, _ ("Ended"), incident->ended_at, zone);
  else
    append_fact (out, _ ("Ended"), _ ("not yet"));
  append_fact (out, _ ("Duration"), duration);
  append_fact (out, _ ("Reason"), incident->reason);
  append_fact (out, _ ("Code"), code);
}

static void
append_evidence (GString *out, const TocsinSample *sample, gint64 now_us)
{
  g_autofree char *outcome = tocsin_evidence_text_outcome (sample);

  g_string_append_printf (out, "\n  - **%s:** ", _ ("Outcome"));
  append_plain (out, outcome);
  g_string_append_c (out, '\n');
  for (guint i = 0; i < tocsin_n_evidence_facts; i++) {
    const TocsinEvidenceFact *fact = &tocsin_evidence_facts[i];
    g_autofree char *text = fact->write (sample, now_us);

    if (text == NULL || *text == '\0')
      continue;
    g_string_append_printf (out, "  - **%s:**", _ (fact->label));
    if (fact->is_long || strchr (text, '\n') != NULL) {
      g_string_append (out, "\n\n");
      append_code (out, text, "    ");
    } else {
      g_string_append_c (out, ' ');
      append_plain (out, text);
      g_string_append_c (out, '\n');
    }
  }
}

static void
append_update (GString *out, const TocsinUpdate *update, gint64 now_us, GTimeZone *zone)
{
  g_autofree char *at = tocsin_text_time_in_full (update->at_us, zone);
  gboolean by_people = update->author != NULL && *update->author != '\0';

  g_string_append_printf (out, "- **%s · %s**", at, tocsin_update_kind_get_label (update->kind));
  if (by_people) {
    g_string_append (out, " · ");
    append_plain (out, update->author);
  }
  if (update->text != NULL && *update->text != '\0' && by_people) {
    g_string_append (out, "\n\n");
    append_indented (out, update->text, "  ");
  } else if (update->text != NULL && *update->text != '\0') {
    g_string_append (out, ": ");
    append_plain (out, update->text);
    g_string_append_c (out, '\n');
  } else {
    g_string_append_c (out, '\n');
  }
  if (update->sample != NULL)
    append_evidence (out, update->sample, now_us);
}

/* --- the document --- */

char *
tocsin_incident_to_markdown (const TocsinIncident *incident, gint64 now_us, GTimeZone *zone)
{
  g_autoptr (GString) out = g_string_new ("# ");
  g_autofree char *sentence = NULL;

  g_return_val_if_fail (incident != NULL, NULL);

  sentence = tocsin_incident_text_sentence (incident, now_us);
  append_plain (out, sentence);
  g_string_append (out, "\n\n");
  append_facts (out, incident, now_us, zone);
  append_section (out, _ ("Root Cause"), incident->root_cause);
  append_section (out, _ ("Resolution"), incident->resolution);
  if (incident->updates != NULL && incident->updates->len > 0)
    g_string_append_printf (out, "\n## %s\n\n", _ ("Timeline"));
  for (guint i = 0; incident->updates != NULL && i < incident->updates->len; i++)
    append_update (out, incident->updates->pdata[i], now_us, zone);
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* Letters and digits of any script, and hyphens for all between them. */
static char *
make_slug (const char *name)
{
  g_autofree char *lower = g_utf8_strdown (name, -1);
  g_autoptr (GString) slug = g_string_new (NULL);
  guint n = 0;

  for (const char *p = lower; *p != '\0' && n < SLUG_CHARS; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (g_unichar_isalnum (c)) {
      g_string_append_unichar (slug, c);
      n++;
    } else if (slug->len > 0 && slug->str[slug->len - 1] != '-') {
      g_string_append_c (slug, '-');
    }
  }
  if (slug->len > 0 && slug->str[slug->len - 1] == '-')
    g_string_truncate (slug, slug->len - 1);
  return g_string_free (g_steal_pointer (&slug), FALSE);
}

char *
tocsin_incident_make_file_name (const TocsinIncident *incident, GTimeZone *zone)
{
  g_autoptr (GTimeZone) local = zone == NULL ? g_time_zone_new_local () : NULL;
  g_autoptr (GDateTime) utc = NULL;
  g_autoptr (GDateTime) began = NULL;
  g_autofree char *slug = NULL;
  g_autofree char *day = NULL;

  g_return_val_if_fail (incident != NULL, NULL);

  utc = g_date_time_new_from_unix_utc (incident->began_at / TOCSIN_US_PER_S);
  began = g_date_time_to_timezone (utc, zone != NULL ? zone : local);
  day = g_date_time_format (began, "%Y-%m-%d");
  slug = make_slug (incident->monitor_name != NULL ? incident->monitor_name : "");
  return g_strdup_printf ("incident%s%s-%s.md", *slug != '\0' ? "-" : "", slug, day);
}
