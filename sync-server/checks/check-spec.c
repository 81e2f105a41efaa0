/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "check-spec"

#include "config.h"

#include <string.h>

#include "check-spec.h"
#include "errors.h"
#include "jsontext.h"
#include "pg.h"
#include "schedule.h"
#include "timetext.h"
#include "zone.h"

#define PREFIX        "json validation error: "
#define SPAN_LEAST_S  60
#define SPAN_MOST_S   31536000
#define NAME_MOST     100 /* characters */
#define KEYWORDS_MOST 200
#define DESC_BYTES    4096
#define TAGS_BYTES    8192
#define TAGS_MOST     64
#define BODY_BYTES    (1024 * 1024)

typedef enum {
  KIND_TEXT,
  KIND_LINE, /* without control characters */
  KIND_SLUG,
  KIND_TAGS,
  KIND_METHODS,
  KIND_SCHEDULE,
  KIND_ZONE,
  KIND_SPAN,
  KIND_FLAG,
  KIND_UNIQUE,
  N_KINDS,
} Kind;

typedef struct {
  const char *name;
  Kind kind;
  gsize offset;
  glong most;       /* characters; 0: any number */
  gsize most_bytes; /* 0: any number */
} Row;

#define ROW(member, kind_, ...)                                                                 \
  {                                                                                             \
    .name = #member, .kind = KIND_##kind_, .offset = G_STRUCT_OFFSET (TocsinCheckSpec, member), \
    __VA_ARGS__                                                                                 \
  }
#define SPAN(stem)                                                                          \
  {                                                                                         \
    .name = #stem, .kind = KIND_SPAN, .offset = G_STRUCT_OFFSET (TocsinCheckSpec, stem##_s) \
  }

/* In this order they are looked at; the first that is wrong is told. */
static const Row rows[] = {
  ROW (channels, TEXT),
  ROW (desc, TEXT, .most_bytes = DESC_BYTES),
  ROW (failure_kw, TEXT, .most = KEYWORDS_MOST),
  ROW (filter_subject, FLAG),
  ROW (filter_body, FLAG),
  ROW (filter_http_body, FLAG),
  ROW (filter_default_fail, FLAG),
  SPAN (grace),
  ROW (manual_resume, FLAG),
  ROW (methods, METHODS),
  ROW (name, LINE, .most = NAME_MOST),
  ROW (schedule, SCHEDULE, .most = NAME_MOST),
  ROW (slug, SLUG, .most = NAME_MOST),
  ROW (start_kw, TEXT, .most = KEYWORDS_MOST),
  ROW (subject, TEXT, .most = KEYWORDS_MOST),
  ROW (subject_fail, TEXT, .most = KEYWORDS_MOST),
  ROW (success_kw, TEXT, .most = KEYWORDS_MOST),
  ROW (tags, TAGS, .most_bytes = TAGS_BYTES),
  SPAN (timeout),
  ROW (tz, ZONE),
  ROW (unique, UNIQUE),
};

static const char *const unique_words[] = { "name", "slug", "tags", "timeout", "grace", NULL };

#define AT(type, spec, row) ((type *) (gpointer) ((guint8 *) (spec) + (row)->offset))

/* --- the body --- */

JsonObject *
tocsin_check_parse_body (GBytes *body, GError **error)
{
  g_autofree char *text = NULL, *wrapped = NULL;
  g_autoptr (JsonObject) object = NULL, around = NULL;
  const char *data;
  gsize size;

  g_return_val_if_fail (body != NULL, NULL);

  data = g_bytes_get_data (body, &size);
  if (size == 0)
    return json_object_new ();
  if (memchr (data, '\0', size) == NULL) {
    text = g_strndup (data, size);
    object = tocsin_json_parse_object (text, BODY_BYTES, NULL);
    if (object != NULL)
      return g_steal_pointer (&object);
    /* What is JSON, but no object, is told apart: as the one item of a list it can be read. */
    wrapped = g_strconcat ("{\"v\":[", text, "]}", NULL);
    around = tocsin_json_parse_object (wrapped, BODY_BYTES, NULL);
  }
  if (around != NULL && json_object_get_size (around) == 1 &&
      json_array_get_length (json_object_get_array_member (around, "v")) == 1)
    tocsin_fail (error, TOCSIN_ERROR_INVALID, PREFIX "value is not an object");
  else
    tocsin_fail (error, TOCSIN_ERROR_INVALID, "could not parse request body");
  return NULL;
}

/* --- the members --- */

static gboolean
refuse (const Row *row, const char *what, GError **error)
{
  return tocsin_fail (error, TOCSIN_ERROR_INVALID, PREFIX "%s %s", row->name, what);
}

static gboolean
holds (JsonNode *node, GType type)
{
  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == type;
}

static gboolean
has_control_character (const char *text)
{
  for (; *text != '\0'; text = g_utf8_next_char (text))
    if (g_unichar_iscntrl (g_utf8_get_char (text)))
      return TRUE;
  return FALSE;
}

static TocsinSchedule *
parse_schedule (const char *text, const char *tz)
{
  TocsinSchedule *schedule = tocsin_schedule_new_cron (text, tz, NULL);

  return schedule != NULL ? schedule : tocsin_schedule_new_calendar (text, tz, NULL);
}

static gboolean
check_line (const Row *row, const char *text, GError **error)
{
  return !has_control_character (text) || refuse (row, "does not match pattern", error);
}

static gboolean
check_slug (const Row *row, const char *text, GError **error)
{
  return text[strspn (text, "abcdefghijklmnopqrstuvwxyz0123456789-_")] == '\0' ||
         refuse (row, "does not match pattern", error);
}

static gboolean
check_tags (const Row *row, const char *text, GError **error)
{
  g_auto (GStrv) words = g_strsplit_set (text, " \t\r\n", -1);
  guint n = 0;

  for (guint i = 0; words[i] != NULL; i++)
    n += words[i][0] != '\0' ? 1 : 0;
  return n <= TAGS_MOST || refuse (row, "is too long", error);
}

static gboolean
check_methods (const Row *row, const char *text, GError **error)
{
  return text[0] == '\0' || strcmp (text, "POST") == 0 ||
         refuse (row, "has unexpected value", error);
}

static gboolean
check_schedule (const Row *row, const char *text, GError **error)
{
  g_autoptr (TocsinSchedule) schedule = parse_schedule (text, NULL);

  return schedule != NULL || refuse (row, "is not a valid cron or OnCalendar expression", error);
}

static gboolean
check_zone (const Row *row, const char *text, GError **error)
{
  g_autoptr (GTimeZone) zone = tocsin_zone_new (text, NULL);

  return zone != NULL || refuse (row, "is not a valid timezone", error);
}

static gboolean
read_text (TocsinCheckSpec *spec, const Row *row, JsonNode *node, GError **error)
{
  static gboolean (*const checks[N_KINDS]) (const Row *, const char *, GError **) = {
    [KIND_LINE] = check_line,       [KIND_SLUG] = check_slug,         [KIND_TAGS] = check_tags,
    [KIND_METHODS] = check_methods, [KIND_SCHEDULE] = check_schedule, [KIND_ZONE] = check_zone,
  };
  const char *text;

  if (!holds (node, G_TYPE_STRING))
    return refuse (row, row->kind == KIND_METHODS ? "has unexpected value" : "is not a string",
                   error);
  text = json_node_get_string (node);
  if ((row->most > 0 && g_utf8_strlen (text, -1) > row->most) ||
      (row->most_bytes > 0 && strlen (text) > row->most_bytes))
    return refuse (row, "is too long", error);
  if (checks[row->kind] != NULL && !checks[row->kind](row, text, error))
    return FALSE;
  *AT (char *, spec, row) = g_strdup (text);
  return TRUE;
}

/* Whole numbers only, and no text that looks like one. */
static gboolean
read_span (TocsinCheckSpec *spec, const Row *row, JsonNode *node, GError **error)
{
  gint64 value;

  if (!holds (node, G_TYPE_INT64))
    return refuse (row, "is not a number", error);
  value = json_node_get_int (node);
  if (value < SPAN_LEAST_S)
    return refuse (row, "is too small", error);
  if (value > SPAN_MOST_S)
    return refuse (row, "is too large", error);
  *AT (gint64, spec, row) = value;
  return TRUE;
}

static gboolean
read_flag (TocsinCheckSpec *spec, const Row *row, JsonNode *node, GError **error)
{
  if (!holds (node, G_TYPE_BOOLEAN))
    return refuse (row, "is not a boolean", error);
  *AT (TocsinFlag, spec, row) = json_node_get_boolean (node) ? TOCSIN_FLAG_YES : TOCSIN_FLAG_NO;
  return TRUE;
}

static gboolean
find_unique (JsonNode *node, guint *bit)
{
  for (guint i = 0; holds (node, G_TYPE_STRING) && unique_words[i] != NULL; i++)
    if (strcmp (json_node_get_string (node), unique_words[i]) == 0) {
      *bit = 1u << i;
      return TRUE;
    }
  return FALSE;
}

static gboolean
read_unique (TocsinCheckSpec *spec, const Row *row, JsonNode *node, GError **error)
{
  JsonArray *array;
  guint bit;

  if (!JSON_NODE_HOLDS_ARRAY (node))
    return refuse (row, "is not an array", error);
  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++) {
    if (!find_unique (json_array_get_element (array, i), &bit))
      return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                          PREFIX "an item in 'unique' has unexpected value");
    spec->unique |= bit;
  }
  return TRUE;
}

gboolean
tocsin_check_spec_read (TocsinCheckSpec *spec, JsonObject *json, GError **error)
{
  static gboolean (*const readers[N_KINDS]) (TocsinCheckSpec *, const Row *, JsonNode *,
                                             GError **) = {
    [KIND_TEXT] = read_text,     [KIND_LINE] = read_text,    [KIND_SLUG] = read_text,
    [KIND_TAGS] = read_text,     [KIND_METHODS] = read_text, [KIND_SCHEDULE] = read_text,
    [KIND_ZONE] = read_text,     [KIND_SPAN] = read_span,    [KIND_FLAG] = read_flag,
    [KIND_UNIQUE] = read_unique,
  };

  g_return_val_if_fail (spec != NULL && json != NULL, FALSE);

  tocsin_check_spec_clear (spec);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    JsonNode *node = json_object_get_member (json, rows[i].name);

    if (node != NULL && !readers[rows[i].kind](spec, &rows[i], node, error)) {
      tocsin_check_spec_clear (spec);
      return FALSE;
    }
  }
  return TRUE;
}

void
tocsin_check_spec_clear (TocsinCheckSpec *spec)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (rows[i].kind < KIND_SPAN)
      g_clear_pointer (AT (char *, spec, &rows[i]), g_free);
  *spec = (TocsinCheckSpec){ 0 };
}

/* --- a specification and a monitor --- */

static const char *
get_name (const TocsinCheckSpec *spec)
{
  return *spec->name != '\0' ? spec->name : TOCSIN_CHECK_UNNAMED;
}

static char **
split_tags (const char *text)
{
  g_auto (GStrv) words = g_strsplit_set (text, " \t\r\n", -1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; words[i] != NULL; i++)
    if (words[i][0] != '\0')
      g_strv_builder_add (builder, words[i]);
  return g_strv_builder_end (builder);
}

char *
tocsin_check_spec_get_tag_array (const TocsinCheckSpec *spec)
{
  g_auto (GStrv) tags = NULL;

  g_return_val_if_fail (spec != NULL, NULL);

  if (spec->tags == NULL)
    return NULL;
  tags = split_tags (spec->tags);
  return tocsin_pg_array ((const char *const *) tags);
}

static void
set_text (char **member, const char *text)
{
  if (text == NULL)
    return;
  g_free (*member);
  *member = g_strdup (text);
}

/* Unset, not empty: the record says nothing where there is nothing. */
static void
set_optional (char **member, const char *text)
{
  if (text == NULL)
    return;
  g_free (*member);
  *member = *text != '\0' ? g_strdup (text) : NULL;
}

static void
set_flag (gboolean *member, TocsinFlag flag)
{
  if (flag != TOCSIN_FLAG_UNSET)
    *member = flag == TOCSIN_FLAG_YES;
}

static void
apply_schedule (const TocsinCheckSpec *spec, TocsinMonitor *monitor)
{
  g_autoptr (TocsinSchedule) schedule = NULL;

  if (spec->schedule == NULL && spec->timeout_s == 0)
    return;
  monitor->period_us = -1;
  g_clear_pointer (&monitor->cron, g_free);
  g_clear_pointer (&monitor->calendar, g_free);
  if (spec->schedule == NULL) {
    monitor->period_us = spec->timeout_s * TOCSIN_US_PER_S;
    return;
  }
  schedule = tocsin_schedule_new_cron (spec->schedule, NULL, NULL);
  if (schedule != NULL)
    monitor->cron = g_strdup (spec->schedule);
  else
    monitor->calendar = g_strdup (spec->schedule);
}

/* `subject` and `subject_fail` are what `success_kw` and `failure_kw` were called before there was
 * anything else to filter. */
static void
apply_keywords (const TocsinCheckSpec *spec, TocsinMonitor *monitor, gboolean *filter_subject)
{
  set_optional (&monitor->success_kw, spec->subject);
  set_optional (&monitor->failure_kw, spec->subject_fail);
  if (spec->subject != NULL || spec->subject_fail != NULL)
    *filter_subject = monitor->success_kw != NULL || monitor->failure_kw != NULL;
  set_optional (&monitor->start_kw, spec->start_kw);
  set_optional (&monitor->success_kw, spec->success_kw);
  set_optional (&monitor->failure_kw, spec->failure_kw);
}

gboolean
tocsin_check_spec_apply (const TocsinCheckSpec *spec, guint version, TocsinMonitor *monitor,
                         gboolean *filter_subject, gboolean *filter_body, GError **error)
{
  g_return_val_if_fail (spec != NULL && monitor != NULL, FALSE);
  g_return_val_if_fail (filter_subject != NULL && filter_body != NULL, FALSE);

  if (spec->name != NULL) {
    set_text (&monitor->name, get_name (spec));
    if (version < 3) {
      g_free (monitor->slug);
      monitor->slug = tocsin_check_slugify (spec->name);
    }
  }
  set_optional (&monitor->slug, spec->slug);
  set_optional (&monitor->description, spec->desc);
  if (spec->tags != NULL) {
    g_strfreev (monitor->tags);
    monitor->tags = split_tags (spec->tags);
  }
  if (spec->grace_s != 0)
    monitor->grace_us = spec->grace_s * TOCSIN_US_PER_S;
  apply_schedule (spec, monitor);
  set_text (&monitor->tz, spec->tz);
  set_optional (&monitor->methods, spec->methods);
  set_flag (&monitor->manual_resume, spec->manual_resume);
  set_flag (&monitor->filter_http_body, spec->filter_http_body);
  set_flag (&monitor->filter_default_fail, spec->filter_default_fail);
  apply_keywords (spec, monitor, filter_subject);
  set_flag (filter_subject, spec->filter_subject);
  set_flag (filter_body, spec->filter_body);
  return tocsin_monitor_validate (monitor, error);
}

char *
tocsin_check_slugify (const char *name)
{
  g_autofree char *plain = NULL;
  g_autoptr (GString) slug = g_string_new (NULL);
  gsize skip;

  g_return_val_if_fail (name != NULL, NULL);

  plain = g_utf8_normalize (name, -1, G_NORMALIZE_ALL);
  for (const char *at = plain; at != NULL && *at != '\0'; at++) {
    if (g_ascii_isalnum (*at) || *at == '_')
      g_string_append_c (slug, g_ascii_tolower (*at));
    else if ((g_ascii_isspace (*at) || *at == '-') &&
             (slug->len == 0 || slug->str[slug->len - 1] != '-'))
      g_string_append_c (slug, '-');
  }
  g_string_truncate (slug, MIN (slug->len, NAME_MOST));
  while (slug->len > 0 && strchr ("-_", slug->str[slug->len - 1]) != NULL)
    g_string_truncate (slug, slug->len - 1);
  skip = strspn (slug->str, "-_");
  return g_strdup (slug->str + skip);
}
