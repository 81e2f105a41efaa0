/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "random-object"

#include "config.h"

#include <string.h>

#include "fields-private.h"
#include "incident.h"
#include "maintenance.h"
#include "monitor.h"
#include "ping.h"
#include "random-object.h"
#include "state.h"
#include "timetext.h"

#define AT(type, object, field) (*TOCSIN_FIELD_AT (type, object, field))
#define DEPTH_MOST              4

const RandomTable random_tables[] = {
  { &tocsin_monitor_fields, TOCSIN_MONITOR_HTTP },
  { &tocsin_monitor_fields, TOCSIN_MONITOR_TCP },
  { &tocsin_monitor_fields, TOCSIN_MONITOR_PING },
  { &tocsin_monitor_fields, TOCSIN_MONITOR_DNS },
  { &tocsin_monitor_fields, TOCSIN_MONITOR_HEARTBEAT },
  { &tocsin_maintenance_fields, 0 },
  { &tocsin_incident_fields, 0 },
  { &tocsin_update_fields, 0 },
  { &tocsin_sample_fields, 0 },
  { &tocsin_evidence_fields, 0 },
  { &tocsin_certificate_fields, 0 },
  { &tocsin_ping_fields, 0 },
  { &tocsin_decision_fields, 0 },
  { &tocsin_status_fields, 0 },
};
const guint n_random_tables = G_N_ELEMENTS (random_tables);

static const char *const texts[] = { "a",        "shop",       "Größe ☃ 漢字", "say \"no\"\\",
                                     "a, b",     "[1]",        "{\"a\": 1}",   "two\nlines\ttab",
                                     "true",     "-1",         "null",         " blanks ",
                                     "\x7f\x1b", "2026-11-23", "'; --",        "🐘" };

static char *
random_text (gint64 most, GRand *rand)
{
  const char *text = texts[g_rand_int_range (rand, 0, G_N_ELEMENTS (texts))];

  while (most > 0 && strlen (text) > (gsize) most)
    text = texts[0];
  return g_strdup (text);
}

static char **
random_strings (GRand *rand)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  int n = g_rand_int_range (rand, 0, 4);

  for (int i = 0; i < n; i++) {
    g_autofree char *text = random_text (0, rand);

    g_strv_builder_add (builder, text);
  }
  return g_strv_builder_end (builder);
}

static GBytes *
random_bytes (GRand *rand)
{
  gsize size = (gsize) g_rand_int_range (rand, 0, 20);
  g_autofree guint8 *data = g_malloc (size + 1);
  gboolean ascii = g_rand_boolean (rand);

  for (gsize i = 0; i < size; i++)
    data[i] = (guint8) (ascii ? g_rand_int_range (rand, 1, 128) : g_rand_int_range (rand, 0, 256));
  return size == 0 ? g_bytes_new (NULL, 0) : g_bytes_new (data, size);
}

static gint64
random_in (gint64 least, gint64 most, GRand *rand)
{
  double at = g_rand_double (rand);

  if (g_rand_int_range (rand, 0, 4) == 0)
    return g_rand_boolean (rand) ? least : most;
  return CLAMP (least + (gint64) (at * (double) (most - least)), least, most);
}

static guint
random_word (const TocsinWords *words, GRand *rand)
{
  guint value;

  do
    value = (guint) g_rand_int_range (rand, 0, (gint32) words->n_words);
  while (tocsin_words_get (words, value) == NULL);
  return value;
}

static gpointer make (const TocsinFields *fields, guint selector, guint depth, GRand *rand);

static GPtrArray *
random_objects (const TocsinFields *table, guint depth, GRand *rand)
{
  GPtrArray *objects = g_ptr_array_new ();
  int n = g_rand_int_range (rand, 0, 3);

  for (int i = 0; i < n; i++)
    g_ptr_array_add (objects, make (table, 0, depth + 1, rand));
  return objects;
}

/* Into a member that is clear. */
static void
set_member (gpointer object, const TocsinField *field, guint depth, GRand *rand)
{
  gboolean limited = field->most > field->least;

  switch (field->kind) {
  case TOCSIN_FIELD_STRING:
    AT (char *, object, field) = random_text (field->most, rand);
    break;
  case TOCSIN_FIELD_BYTES:
    AT (GBytes *, object, field) = random_bytes (rand);
    break;
  case TOCSIN_FIELD_WORD:
    AT (guint, object, field) = random_word (field->words, rand);
    break;
  case TOCSIN_FIELD_BOOL:
    AT (gboolean, object, field) = g_rand_boolean (rand);
    break;
  case TOCSIN_FIELD_INT:
    AT (gint64, object, field) = limited ? random_in (field->least, field->most, rand)
                                         : random_in (-G_MAXINT32, G_MAXINT32, rand);
    break;
  case TOCSIN_FIELD_REAL:
    AT (double, object, field) = g_rand_double_range (rand, -1e6, 1e6);
    break;
  case TOCSIN_FIELD_TIME:
    AT (gint64, object, field) = random_in (1, 4 * G_GINT64_CONSTANT (1000000000000000), rand);
    break;
  case TOCSIN_FIELD_SPAN:
  case TOCSIN_FIELD_SPAN_MS:
    AT (gint64, object, field) = limited ? random_in (field->least, field->most, rand)
                                         : random_in (0, 400 * TOCSIN_US_PER_DAY, rand);
    break;
  case TOCSIN_FIELD_SPANS_MS:
    for (guint i = 0; i < field->words->n_words; i++)
      TOCSIN_FIELD_AT (gint64, object, field)[i] = random_in (-1, TOCSIN_US_PER_HOUR, rand);
    break;
  case TOCSIN_FIELD_REALS:
    for (guint i = 0; i < field->words->n_words; i++)
      if (g_rand_boolean (rand))
        TOCSIN_FIELD_AT (double, object, field)[i] = g_rand_double (rand);
    break;
  case TOCSIN_FIELD_STRINGS:
    AT (char **, object, field) = random_strings (rand);
    break;
  case TOCSIN_FIELD_OBJECT:
    if (depth < DEPTH_MOST)
      AT (gpointer, object, field) = make (field->table, 0, depth + 1, rand);
    break;
  case TOCSIN_FIELD_OBJECTS:
    if (depth < DEPTH_MOST)
      AT (GPtrArray *, object, field) = random_objects (field->table, depth, rand);
    break;
  }
}

static gpointer
make (const TocsinFields *fields, guint selector, guint depth, GRand *rand)
{
  gpointer object = tocsin_fields_new (fields);

  if (fields->selector_offset >= 0)
    *(guint *) (gpointer) ((guint8 *) object + fields->selector_offset) = selector;
  tocsin_fields_fill (fields, object);
  for (guint i = 0; i < fields->n_rows; i++) {
    const TocsinField *field = &fields->rows[i];
    gboolean required = (field->flags & TOCSIN_FIELD_REQUIRED) != 0;

    if ((gssize) field->offset == fields->selector_offset ||
        !tocsin_fields_is_live (fields, object, field) ||
        (!required && g_rand_int_range (rand, 0, 3) == 0))
      continue;
    tocsin_field_clear (object, field);
    set_member (object, field, depth, rand);
  }
  tocsin_fields_fill (fields, object);
  return object;
}

gpointer
random_object (const RandomTable *table, GRand *rand)
{
  return make (table->fields, table->selector, 0, rand);
}
