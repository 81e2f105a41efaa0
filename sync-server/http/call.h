/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

#include "principal.h"
#include "route.h"
#include "server-config.h"

G_BEGIN_DECLS

typedef struct _TocsinWorker TocsinWorker;

/* A request and the reply to it. It belongs to one thread at a time: the HTTP thread until the
 * route is known and the body is there, the pool's while the handler runs, and the HTTP thread
 * again for sending. */
struct _TocsinCall {
  const TocsinServerConfig *config;
  TocsinWorker *worker; /* what else there is in this process */
  const TocsinRoute *route;
  SoupServerMessage *message; /* (owned) handlers read its request headers only */

  const char *method;
  char *path;                             /* as it came, percent-encoded */
  char *query;                            /* (nullable) as it came */
  char *params[TOCSIN_ROUTE_PARAMS_MOST]; /* decoded */
  GBytes *body;                           /* never NULL */
  gint64 body_bytes;                      /* as it was sent, before a cut */
  char *remote_address;                   /* behind a trusted proxy the client's */
  const char *scheme;                     /* "https" also where a trusted proxy said so */
  char request_id[24];
  gint64 at_us; /* when its head was there */
  TocsinPrincipal principal;

  guint status;             /* 0: none yet */
  GBytes *reply;            /* (nullable) */
  const char *reply_type;   /* static */
  GPtrArray *reply_headers; /* pairs of name and value */
  JsonObject *json;         /* (owned) (nullable) of the body, once it was asked for */
  GHashTable *fields;       /* (owned) (nullable) of a form, once it was asked for */
  gpointer room;            /* a direct handler's own */
};

/* --- the request --- */

/* A parameter of the path: "team". NULL where the route has none of this name. */
const char *tocsin_call_get_param (const TocsinCall *call, const char *name);

/* The first value of a member of the query, decoded; NULL: it is not there. (transfer full) */
char *tocsin_call_get_query (const TocsinCall *call, const char *name);
/* All values. (transfer full) */
char **tocsin_call_get_queries (const TocsinCall *call, const char *name);
/* A whole number between the limits, or `fallback` where it is absent; else 400. */
gboolean tocsin_call_get_query_int (const TocsinCall *call, const char *name, gint64 least,
                                    gint64 most, gint64 fallback, gint64 *value, GError **error);

const char *tocsin_call_get_header (const TocsinCall *call, const char *name);
/* (transfer full) (nullable) */
char *tocsin_call_get_cookie (const TocsinCall *call, const char *name);

/* What the cookie of a session is called: "__Host-tocsin" where browsers come by https. */
const char *tocsin_call_get_session_cookie_name (const TocsinServerConfig *config);

/* The body as a JSON object, the call's own; 400 where it is none. An empty body is {}. */
JsonObject *tocsin_call_get_json (TocsinCall *call, GError **error);

/* A field of an application/x-www-form-urlencoded body, the call's own; NULL: not there. */
const char *tocsin_call_get_field (TocsinCall *call, const char *name);

/* --- the reply --- */

/* `type` is static. `text` is copied. */
void tocsin_call_reply_text (TocsinCall *call, guint status, const char *type, const char *text);
void tocsin_call_reply_take (TocsinCall *call, guint status, const char *type, GString *text);
void tocsin_call_reply_bytes (TocsinCall *call, guint status, const char *type, GBytes *bytes);
void tocsin_call_reply_json (TocsinCall *call, guint status, JsonNode *node); /* takes node */
void tocsin_call_reply_nothing (TocsinCall *call);                            /* 204 */
/* 303 See Other, for forms. */
void tocsin_call_redirect (TocsinCall *call, const char *location);

/* Header values are cleaned of line ends. */
void tocsin_call_add_header (TocsinCall *call, const char *name, const char *value);

/* ETag of an object with a revision; and If-Match against it: 412 where it is another. */
void tocsin_call_set_revision (TocsinCall *call, gint64 revision);
gboolean tocsin_call_check_revision (const TocsinCall *call, gint64 revision, GError **error);

/* --- errors --- */

/* Its codes are HTTP statuses. */
#define TOCSIN_HTTP_ERROR (tocsin_http_error_quark ())
GQuark tocsin_http_error_quark (void);

/* Sets `error` and answers FALSE. The sentence is for people: what was wrong, what would be
 * right. */
gboolean tocsin_http_fail (GError **error, guint status, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

/* The status that an error of any domain stands for; 500 for those that tell nobody anything. */
guint tocsin_http_status_of (const GError *error);

/* Sets the reply that tells `error` in the route's style; statuses of 500 are logged and not
 * explained. */
void tocsin_call_reply_error (TocsinCall *call, const GError *error);

/* --- life --- */

/* Sends the reply. On the HTTP thread, once; the call is gone then. */
void tocsin_call_finish (TocsinCall *call);
void tocsin_call_free (TocsinCall *call);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinCall, tocsin_call_free)

G_END_DECLS
