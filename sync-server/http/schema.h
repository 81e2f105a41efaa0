/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <json-glib/json-glib.h>

#include "fields.h"

G_BEGIN_DECLS

/* What JSON of the API looks like: what comes is checked against it before a handler sees it, and
 * the OpenAPI document is made of it, so that the two can't differ. */

typedef enum {
  TOCSIN_MEMBER_STRING,
  TOCSIN_MEMBER_ID,   /* a UUID */
  TOCSIN_MEMBER_TIME, /* RFC 3339 */
  TOCSIN_MEMBER_INT,
  TOCSIN_MEMBER_NUMBER,
  TOCSIN_MEMBER_BOOL,
  TOCSIN_MEMBER_STRINGS,
  TOCSIN_MEMBER_IDS,
  TOCSIN_MEMBER_OBJECT,  /* any */
  TOCSIN_MEMBER_SCHEMA,  /* another schema's object: `of` */
  TOCSIN_MEMBER_SCHEMAS, /* an array of them */
} TocsinMemberKind;

typedef enum {
  TOCSIN_MEMBER_REQUIRED = 1 << 0, /* of a request; a reply always has all members */
  TOCSIN_MEMBER_NULLABLE = 1 << 1,
  TOCSIN_MEMBER_MAYBE = 1 << 2, /* a reply may lack it */
} TocsinMemberFlags;

typedef struct {
  const char *name;
  TocsinMemberKind kind;
  guint flags;              /* TocsinMemberFlags */
  const TocsinWords *words; /* (nullable) STRING: one of these */
  const char *help;
  const char *of; /* SCHEMA, SCHEMAS */
} TocsinMember;

typedef struct {
  const char *name; /* "Member" */
  gboolean is_request;
  const TocsinMember *members;
  guint n_members;
  const TocsinFields *fields; /* (nullable) a model, whose members it has besides */
  gboolean is_open;           /* a reply may have other members, too */
} TocsinSchema;

#define TOCSIN_SCHEMA_REQUEST(name_, members_)                      \
  {                                                                 \
    (name_), TRUE, (members_), G_N_ELEMENTS (members_), NULL, FALSE \
  }
#define TOCSIN_SCHEMA_REPLY(name_, members_)                         \
  {                                                                  \
    (name_), FALSE, (members_), G_N_ELEMENTS (members_), NULL, FALSE \
  }

/* Of all rooms; NULL where there is none of this name. */
const TocsinSchema *tocsin_schemas_find (const char *name);
/* All, ended by NULL. */
const TocsinSchema *const *tocsin_schemas_get (void);

/* 400 (TOCSIN_HTTP_ERROR) that names the member and what would be right. A schema of a model is
 * checked by whoever reads the model. */
gboolean tocsin_schema_check (const TocsinSchema *schema, JsonObject *json, GError **error);

/* JSON Schema 2020-12 of it, as OpenAPI 3.1 has it. (transfer full) */
JsonNode *tocsin_schema_describe (const TocsinSchema *schema);

/* Members of an object that was checked. NULL and `fallback` where it is absent or null. The
 * string is the object's. */
const char *tocsin_json_get_string (JsonObject *json, const char *name);
gint64 tocsin_json_get_int (JsonObject *json, const char *name, gint64 fallback);
gboolean tocsin_json_get_bool (JsonObject *json, const char *name, gboolean fallback);
char **tocsin_json_get_strings (JsonObject *json,
                                const char *name);                /* (transfer full) (nullable) */
gint64 tocsin_json_get_time (JsonObject *json, const char *name); /* 0: absent */

G_END_DECLS
