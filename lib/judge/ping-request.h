/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "monitor.h"
#include "ping.h"

G_BEGIN_DECLS

/* What a job's HTTP request means, before anybody looked for its monitor. Rules: the ping API that
 * clients know (Healthchecks). Pure: any request gives a ping request or an answer. */
typedef struct {
  char *ping_id;      /* (owned) (nullable) /ping/<uuid> */
  char *key;          /* (owned) (nullable) /ping/<key>/<slug> */
  char *slug;         /* (owned) (nullable) */
  guint kind;         /* TocsinPingKind, as the path has it */
  gint64 exit_status; /* < 0: none */
  char *rid;          /* (owned) (nullable) lower case */
  gboolean create;    /* make the monitor where there is none with this slug */
  char *method;       /* (owned) */
} TocsinPingRequest;

typedef struct {
  guint status;
  const char *text; /* static */
} TocsinPingAnswer;

/* The path is still percent-encoded; `query` (nullable) is what follows "?". FALSE: `answer` is
 * what to say. */
gboolean tocsin_ping_request_parse (TocsinPingRequest *request, const char *method,
                                    const char *path, const char *query, TocsinPingAnswer *answer);
void tocsin_ping_request_clear (TocsinPingRequest *request);

/* What the ping is for this monitor: the kind of the path, or of the keyword in the body where the
 * monitor filters, or ignored: the wrong method, paused with manual_resume, no keyword. */
TocsinPingKind tocsin_ping_request_classify (const TocsinPingRequest *request,
                                             const TocsinMonitor *monitor, GBytes *body);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TocsinPingRequest, tocsin_ping_request_clear)

G_END_DECLS
