/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Writes compact JSON straight into a string, without nodes: for lists of thousands of objects.
 * Commas are its own business. `name` is NULL within an array and at the top; it is the program's
 * own word and is not escaped, values are. Initialise with the room that the text may need. */
typedef struct {
  GString *text; /* (owned) */
  gboolean needs_comma;
} TocsinJsonWriter;

void tocsin_json_writer_init (TocsinJsonWriter *writer, gsize room_bytes);
void tocsin_json_writer_clear (TocsinJsonWriter *writer);

/* The text; the writer is empty then. (transfer full) */
GString *tocsin_json_writer_take (TocsinJsonWriter *writer);

void tocsin_json_writer_begin_object (TocsinJsonWriter *writer, const char *name);
void tocsin_json_writer_end_object (TocsinJsonWriter *writer);
void tocsin_json_writer_begin_array (TocsinJsonWriter *writer, const char *name);
void tocsin_json_writer_end_array (TocsinJsonWriter *writer);

/* NULL is null. What is not UTF-8 becomes U+FFFD. */
void tocsin_json_writer_string (TocsinJsonWriter *writer, const char *name, const char *value);
void tocsin_json_writer_int (TocsinJsonWriter *writer, const char *name, gint64 value);
void tocsin_json_writer_bool (TocsinJsonWriter *writer, const char *name, gboolean value);
void tocsin_json_writer_null (TocsinJsonWriter *writer, const char *name);
/* With at most `digits` (0 to 6) behind the point. */
void tocsin_json_writer_seconds (TocsinJsonWriter *writer, const char *name, gint64 span_us,
                                 guint digits);

/* RFC 3339, "2026-11-23T04:18:18.5Z"; 0 is null. */
void tocsin_json_writer_time (TocsinJsonWriter *writer, const char *name, gint64 at_us);

typedef enum {
  TOCSIN_ISO_SECONDS,      /* "2026-11-23T04:18:18+00:00" */
  TOCSIN_ISO_MICROSECONDS, /* "2026-11-23T04:18:18.113073+00:00", six digits or none */
} TocsinIsoForm;

/* ISO 8601 as Python's isoformat () writes it, which clients of heartbeats expect; 0 is null. */
void tocsin_json_writer_iso_time (TocsinJsonWriter *writer, const char *name, gint64 at_us,
                                  TocsinIsoForm form);

/* What is JSON already: a value, or members ("\"a\":1,\"b\":2") of the object that is open. */
void tocsin_json_writer_value (TocsinJsonWriter *writer, const char *name, const char *json);
void tocsin_json_writer_members (TocsinJsonWriter *writer, const char *json);

/* A member whose name is somebody's text: it is escaped. The value follows, without a name. */
void tocsin_json_writer_begin_member (TocsinJsonWriter *writer, const char *name);

/* A string value in parts, for URLs: begin, any number of parts, end. */
void tocsin_json_writer_begin_string (TocsinJsonWriter *writer, const char *name);
void tocsin_json_writer_part (TocsinJsonWriter *writer, const char *part);
/* One that has nothing to escape, as UUIDs and our own words have not. */
void tocsin_json_writer_plain_part (TocsinJsonWriter *writer, const char *part, gsize n_bytes);
void tocsin_json_writer_end_string (TocsinJsonWriter *writer);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TocsinJsonWriter, tocsin_json_writer_clear)

G_END_DECLS
