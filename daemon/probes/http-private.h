/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>
#include <json-glib/json-glib.h>

#include "lookup.h"
#include "probe-private.h"
#include "transfer.h"

G_BEGIN_DECLS

#define TOCSIN_HTTP_HEAD_BYTES (64 * 1024) /* of response headers that are kept */

/* An expected header: there, equal to `value`, or matched by `pattern`. */
typedef struct {
  char *name;
  char *value;     /* (nullable) as written by the user */
  GRegex *pattern; /* (nullable) */
} TocsinHttpExpectation;

/* What the checks of one monitor need, made once for each of its revisions, so that a check
 * compiles and copies nothing. */
typedef struct {
  grefcount refs;
  TocsinMonitor *monitor;          /* (owned) so that its address stays its own */
  char *problem;                   /* (nullable) why it can't run */
  char *url;                       /* host in ASCII */
  char *host;                      /* for sentences; without brackets */
  struct curl_slist *headers;      /* (nullable) */
  struct curl_slist *open_headers; /* (nullable) without the secret ones */
  struct curl_slist *connect_to;   /* (nullable) */
  GRegex *matches;                 /* (nullable) */
  JsonPath *json_path;             /* (nullable) */
  GRegex *json_matches;            /* (nullable) */
  GPtrArray *expectations;         /* (nullable) of TocsinHttpExpectation */
  gboolean judges_body;
  gboolean is_plain; /* a GET with nothing special: its options are those of any other such */
  gboolean was_used; /* since plans were last swept */
} TocsinHttpPlan;

TocsinHttpPlan *tocsin_http_plan_new (TocsinMonitor *monitor);
TocsinHttpPlan *tocsin_http_plan_ref (TocsinHttpPlan *plan);
void tocsin_http_plan_unref (TocsinHttpPlan *plan);
/* Whether `location`, of a redirect, leads to another origin, which must not see secret headers. */
gboolean tocsin_http_plan_is_left_by (const TocsinHttpPlan *plan, const char *location);
void tocsin_http_plan_apply (const TocsinHttpPlan *plan, CURL *easy);
/* What differs between two that are plain. */
void tocsin_http_plan_apply_plain (const TocsinHttpPlan *plan, CURL *easy);

/* What came of the last response; its buffers are used again and again. */
typedef struct {
  GString *head;    /* status line and header lines, as they came */
  GByteArray *body; /* all of it where it is judged, else what evidence shows */
  gint64 body_bytes;
  gboolean is_head_whole;
  gboolean is_body_full; /* the most that is read was reached */
  gboolean has_cookies;  /* libcurl's jar has to be emptied */
  gsize keep_bytes;
} TocsinHttpResponse;

TocsinHttpResponse *tocsin_http_response_new (void);
void tocsin_http_response_free (TocsinHttpResponse *response);
void tocsin_http_response_clear (TocsinHttpResponse *response);
size_t tocsin_http_response_header_cb (char *bytes, size_t size, size_t n, void *response);
size_t tocsin_http_response_body_cb (char *bytes, size_t size, size_t n, void *response);
/* The reason phrase: the usual one, else what the server said. "" for none. (transfer full) */
char *tocsin_http_response_get_phrase (const TocsinHttpResponse *response, long status);
/* Calls for each header with name and value; stops where `visit` answers FALSE. */
typedef gboolean (*TocsinHttpVisit) (const char *name, gsize name_length, const char *value,
                                     gsize value_length, gpointer user_data);
void tocsin_http_response_visit (const TocsinHttpResponse *response, TocsinHttpVisit visit,
                                 gpointer user_data);

/* Judges a whole response by the plan: leaves `sample` alone, or fails it. Pure. */
void tocsin_http_judge (const TocsinHttpPlan *plan, const TocsinHttpResponse *response, long status,
                        TocsinSample *sample);
/* The JSON part, FALSE with code and sentence where it does not hold. */
void tocsin_http_judge_json (const TocsinHttpPlan *plan, const TocsinHttpResponse *response,
                             TocsinSample *sample);
/* “text”, cut where it is long, made valid. (transfer full) */
char *tocsin_http_quote (const char *text, gssize length);

/* A check in flight. */
typedef struct {
  TocsinRun run;
  TocsinHttpPlan *plan;         /* (owned) */
  TocsinTransfer *transfer;     /* (owned) (nullable) */
  TocsinHttpResponse *response; /* (owned) (nullable) */
  TocsinHandshake handshake;
  TocsinLookup *lookup; /* (owned) (nullable) finds out why libcurl's own found nothing */
  char *tls_problem;    /* (owned) (nullable) why TLS could not be set up */
} TocsinHttpRun;

/* A transfer that ended with `result` other than OK, or that ran out of time → code, sentence. */
void tocsin_http_fail (TocsinHttpRun *run, CURLcode result);
void tocsin_http_time_out (TocsinHttpRun *run);
/* Whom the request that failed was for; after a redirect another than the monitor's. (transfer
 * full) */
char *tocsin_http_get_host (TocsinHttpRun *run);

/* Facts for a good sample, everything for a failed one. After judging. */
void tocsin_http_collect (TocsinHttpRun *run, CURLcode result);
/* The URL without user and password. (transfer full) */
char *tocsin_http_strip_userinfo (const char *url);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinHttpPlan, tocsin_http_plan_unref)

G_END_DECLS
