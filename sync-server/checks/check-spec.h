/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <json-glib/json-glib.h>

#include "monitor.h"

G_BEGIN_DECLS

/* What a client of the heartbeat management API (Healthchecks' /api/v1/ to /api/v3/) wants of a
 * check. Pure: any JSON gives a specification, or the sentence that those clients know. */

typedef enum {
  TOCSIN_UNIQUE_NAME = 1 << 0,
  TOCSIN_UNIQUE_SLUG = 1 << 1,
  TOCSIN_UNIQUE_TAGS = 1 << 2,
  TOCSIN_UNIQUE_TIMEOUT = 1 << 3,
  TOCSIN_UNIQUE_GRACE = 1 << 4,
} TocsinUnique;

typedef enum { TOCSIN_FLAG_UNSET, TOCSIN_FLAG_NO, TOCSIN_FLAG_YES } TocsinFlag;

/* NULL, 0 and UNSET are: not given. */
typedef struct {
  char *channels; /* as written: "*", "", or identifiers with commas between */
  char *desc;
  char *failure_kw;
  TocsinFlag filter_subject;
  TocsinFlag filter_body;
  TocsinFlag filter_http_body;
  TocsinFlag filter_default_fail;
  gint64 grace_s;
  TocsinFlag manual_resume;
  char *methods;
  char *name;
  char *schedule;
  char *slug;
  char *start_kw;
  char *subject;
  char *subject_fail;
  char *success_kw;
  char *tags;
  gint64 timeout_s;
  char *tz;
  guint unique; /* TocsinUnique */
} TocsinCheckSpec;

/* A request's body: an object, or INVALID with the whole sentence. An empty body is {}. */
JsonObject *tocsin_check_parse_body (GBytes *body, GError **error);

/* FALSE with INVALID: "json validation error: grace is too small". Unknown members are ignored. */
gboolean tocsin_check_spec_read (TocsinCheckSpec *spec, JsonObject *json, GError **error);
void tocsin_check_spec_clear (TocsinCheckSpec *spec);

/* The tags as the text of a PostgreSQL array; NULL where none are given. (transfer full) */
char *tocsin_check_spec_get_tag_array (const TocsinCheckSpec *spec);

/* Puts into `monitor` what was given. Before version 3 a name makes the slug too; that one may be
 * taken already, which is the caller's to see. The two flags are those of e-mail. INVALID. */
gboolean tocsin_check_spec_apply (const TocsinCheckSpec *spec, guint version,
                                  TocsinMonitor *monitor, gboolean *filter_subject,
                                  gboolean *filter_body, GError **error);

/* A check may have no name, a monitor must: this one stands for none. */
#define TOCSIN_CHECK_UNNAMED "Unnamed check"

/* "Backup of Zürich!" → "backup-of-zurich". (transfer full) */
char *tocsin_check_slugify (const char *name);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TocsinCheckSpec, tocsin_check_spec_clear)

G_END_DECLS
