/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "log"

#include "config.h"

#include <json-glib/json-glib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "timetext.h"

typedef struct {
  TocsinLogForm form;
  GLogLevelFlags levels; /* that are written */
} Settings;

static const char *
get_level_word (GLogLevelFlags level)
{
  static const struct {
    GLogLevelFlags level;
    const char *word;
  } table[] = {
    { G_LOG_LEVEL_ERROR, "error" },     { G_LOG_LEVEL_CRITICAL, "critical" },
    { G_LOG_LEVEL_WARNING, "warning" }, { G_LOG_LEVEL_MESSAGE, "notice" },
    { G_LOG_LEVEL_INFO, "info" },       { G_LOG_LEVEL_DEBUG, "debug" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if ((level & table[i].level) != 0)
      return table[i].word;
  return "info";
}

/* The fields that every entry has, and that say nothing to who reads the log. */
static gboolean
is_of_no_interest (const char *key)
{
  return g_str_has_prefix (key, "CODE_") || strcmp (key, "PRIORITY") == 0 ||
         strcmp (key, "GLIB_OLD_LOG_API") == 0;
}

char *
tocsin_log_to_json (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gint64 at_us)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  g_autofree char *at = tocsin_time_to_text (at_us);

  json_node_take_object (node, object);
  json_object_set_string_member (object, "at", at);
  json_object_set_string_member (object, "level", get_level_word (level));
  for (gsize i = 0; i < n_fields; i++) {
    g_autofree char *name = g_ascii_strdown (fields[i].key, -1);
    g_autofree char *value = NULL;

    if (is_of_no_interest (fields[i].key))
      continue;
    value = g_utf8_make_valid (fields[i].value, fields[i].length);
    json_object_set_string_member (object, strcmp (name, "glib_domain") == 0 ? "part" : name,
                                   value);
  }
  return json_to_string (node, FALSE);
}

static GLogWriterOutput
write_cb (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  const Settings *settings = user_data;
  g_autofree char *line = NULL;

  if ((level & settings->levels) == 0)
    return G_LOG_WRITER_HANDLED;
  switch (settings->form) {
  case TOCSIN_LOG_JOURNAL:
    return g_log_writer_journald (level, fields, n_fields, NULL);
  case TOCSIN_LOG_JSON:
    line = tocsin_log_to_json (level, fields, n_fields, g_get_real_time ());
    fprintf (stderr, "%s\n", line);
    return G_LOG_WRITER_HANDLED;
  case TOCSIN_LOG_AUTO:
  case TOCSIN_LOG_TEXT:
    break;
  }
  return g_log_writer_standard_streams (level, fields, n_fields, NULL);
}

static TocsinLogForm
choose_form (const TocsinServerConfig *config)
{
  if (config->log_form != TOCSIN_LOG_AUTO)
    return config->log_form;
  if (g_log_writer_is_journald (fileno (stderr)))
    return TOCSIN_LOG_JOURNAL;
  return isatty (fileno (stderr)) ? TOCSIN_LOG_TEXT : TOCSIN_LOG_JSON;
}

void
tocsin_log_init (const TocsinServerConfig *config)
{
  Settings *settings = g_new0 (Settings, 1);

  settings->form = choose_form (config);
  settings->levels =
      G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING | G_LOG_LEVEL_MESSAGE;
  if (config->verbose) {
    settings->levels |= G_LOG_LEVEL_INFO;
    if (settings->form == TOCSIN_LOG_TEXT)
      g_setenv ("G_MESSAGES_DEBUG", "all", TRUE);
  }
  g_log_writer_default_set_use_stderr (TRUE);
  g_log_set_writer_func (write_cb, settings, g_free);
}
