/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>
#include <json-glib/json-glib.h>

#include "words.h"

G_BEGIN_DECLS

/* Models are written once: a struct, and a table with a row a member. JSON, D-Bus `a{sv}`, text
 * from a command line, defaults, limits, copies and comparison all walk the table, so a new member
 * is one struct member and one row. Objects are plain structs; members that point are owned. */

typedef enum {
  TOCSIN_FIELD_STRING,   /* char *; NULL is unset */
  TOCSIN_FIELD_BYTES,    /* GBytes *; JSON: a string where it is UTF-8, else {"base64": …} */
  TOCSIN_FIELD_WORD,     /* guint, an enum; `words` */
  TOCSIN_FIELD_BOOL,     /* gboolean */
  TOCSIN_FIELD_INT,      /* gint64 */
  TOCSIN_FIELD_REAL,     /* double; NAN is unset */
  TOCSIN_FIELD_TIME,     /* gint64 µs; 0 is unset; JSON: RFC 3339, bus: x */
  TOCSIN_FIELD_SPAN,     /* gint64 µs, < 0 is unset; JSON: seconds, name + "_s"; bus: x, + "_us" */
  TOCSIN_FIELD_SPAN_MS,  /* the same in milliseconds: name + "_ms" */
  TOCSIN_FIELD_SPANS_MS, /* gint64[words->n_words] µs, < 0 is unset; JSON: an object of
                            milliseconds by word, name + "_ms"; bus: a{sx}, + "_us" */
  TOCSIN_FIELD_REALS,    /* double[words->n_words], NAN is unset and null; JSON: an object of
                            numbers by word; bus: a{sd} */
  TOCSIN_FIELD_STRINGS,  /* char **; NULL is empty */
  TOCSIN_FIELD_OBJECT,   /* pointer to an object of `table`; NULL is unset */
  TOCSIN_FIELD_OBJECTS,  /* GPtrArray * of objects of `table`; NULL is empty */
} TocsinFieldKind;

typedef enum {
  TOCSIN_FIELD_REQUIRED = 1 << 0, /* must be set and, a string, not empty */
  TOCSIN_FIELD_SECRET = 1 << 1,   /* never in logs; in JSON and on the bus only where asked for */
  TOCSIN_FIELD_FIXED = 1 << 2,    /* given at creation, refused in edits */
  TOCSIN_FIELD_NULLABLE = 1 << 3, /* JSON: an unset member is written, as null or [] */
  TOCSIN_FIELD_SPARSE = 1 << 4,   /* INT, WORD, BOOL: left out while it has its default */
} TocsinFieldFlags;

#define TOCSIN_FIELD_ITEM_BYTES 8192 /* of a string in STRINGS */

typedef struct _TocsinFields TocsinFields;

typedef struct {
  const char *name; /* without the unit: "interval" */
  TocsinFieldKind kind;
  gsize offset;
  guint flags;
  guint selectors; /* bit n: the member exists where the selector's value is n; 0: always */
  const TocsinWords *words;  /* WORD, SPANS_MS, REALS */
  const TocsinFields *table; /* OBJECT, OBJECTS */
  gint64 least, most;        /* INT, SPAN: the limits where most > least; STRING, BYTES: bytes where
                               most > 0; STRINGS, OBJECTS: how many */
  gint64 fallback;           /* the default of WORD, BOOL, INT, SPAN */
  double fallback_real;      /* and of REAL */
  const char *fallback_text; /* and of STRING */
  const char *help;          /* one phrase for the command line and the manual */
} TocsinField;

#define TOCSIN_FIELDS_NO_SELECTOR ((gssize) -1)
#define TOCSIN_FIELDS_NO_UNKNOWN  ((gssize) -1)

struct _TocsinFields {
  const char *what; /* for messages: "monitor" */
  gsize size;       /* of the struct */
  const TocsinField *rows;
  guint n_rows;
  gssize selector_offset; /* of the guint that `selectors` speaks of; -1: none */
  gssize unknown_offset;  /* of a JsonObject * that keeps members unknown here; -1: dropped */
};

typedef enum {
  TOCSIN_FIELDS_PLAIN = 0,
  TOCSIN_FIELDS_WITH_SECRETS = 1 << 0, /* secrets are written too */
  TOCSIN_FIELDS_ONLY_SECRETS = 1 << 1, /* nothing else is: what the store seals */
  TOCSIN_FIELDS_EDIT = 1 << 2,         /* reading: FIXED members are refused */
} TocsinFieldsFlags;

/* Life. New objects have the rows' defaults. */
gpointer tocsin_fields_new (const TocsinFields *fields);
gpointer tocsin_fields_copy (const TocsinFields *fields, gconstpointer object);
void tocsin_fields_free (const TocsinFields *fields, gpointer object);
gboolean tocsin_fields_equal (const TocsinFields *fields, gconstpointer a, gconstpointer b);

/* Sets every live member that is unset to its default, and clears what does not exist for this
 * object's selector. */
void tocsin_fields_fill (const TocsinFields *fields, gpointer object);

/* The row called `name`, with or without its unit ("interval", "interval_s"); NULL where there is
 * none for this object's selector. */
const TocsinField *tocsin_fields_find (const TocsinFields *fields, gconstpointer object,
                                       const char *name);

/* Whether `field` exists for this object's selector. */
gboolean tocsin_fields_is_live (const TocsinFields *fields, gconstpointer object,
                                const TocsinField *field);

/* Limits, required members, UTF-8; the error names the member. */
gboolean tocsin_fields_check (const TocsinFields *fields, gconstpointer object, GError **error);

/* JSON. Unset members are left out. Reading sets the members that are there, null unsets one; a
 * wrong type is an error, never coerced; unknown members are kept. On error the object may be half
 * changed: work on a copy. */
JsonObject *tocsin_fields_to_json (const TocsinFields *fields, gconstpointer object, guint flags);
gboolean tocsin_fields_from_json (const TocsinFields *fields, gpointer object, JsonObject *json,
                                  guint flags, GError **error);

/* D-Bus `a{sv}` (floating). */
GVariant *tocsin_fields_to_variant (const TocsinFields *fields, gconstpointer object, guint flags);
gboolean tocsin_fields_from_variant (const TocsinFields *fields, gpointer object, GVariant *variant,
                                     guint flags, GError **error);

/* One member from text, as on a command line: "30s", "true", "a,b". */
gboolean tocsin_fields_set_text (const TocsinFields *fields, gpointer object, const char *name,
                                 const char *text, GError **error);

/* Where a member lies in `object`. */
#define TOCSIN_FIELD_AT(type, object, field) \
  ((type *) (gpointer) ((guint8 *) (object) + (field)->offset))

G_END_DECLS
