/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Requests to a team server with a token, on the main thread. An access token that has run out is
 * renewed with its refresh token (RFC 6749, section 6), once for all requests that need it; a
 * probe's token has none and does not run out. */
#define TOCSIN_TYPE_SERVER_CLIENT (tocsin_server_client_get_type ())
G_DECLARE_FINAL_TYPE (TocsinServerClient, tocsin_server_client, TOCSIN, SERVER_CLIENT, GObject)

#define TOCSIN_SERVER_REPLY_BYTES (64 * 1024 * 1024) /* of an answer at most */

typedef struct {
  guint status; /* HTTP */
  GBytes *body;
  JsonNode *json; /* (nullable) the body, where it is JSON */
  char *etag;     /* (nullable) */
} TocsinServerReply;

void tocsin_server_reply_free (TocsinServerReply *reply);
/* The member of a reply that is an object; NULL where it is none. */
JsonObject *tocsin_server_reply_get_object (const TocsinServerReply *reply);
/* FALSE where the status says that it was refused: the server's sentence as UNAVAILABLE (5xx, 429)
 * or INVALID. */
gboolean tocsin_server_reply_check (const TocsinServerReply *reply, GError **error);

/* A server's address as people write it, without a slash at its end: https, or http on this
 * machine. INVALID says what would be right. (transfer full) */
char *tocsin_server_address_parse (const char *text, GError **error);

/* Tokens changed, and are to be kept; or were refused for good (access NULL). */
typedef void (*TocsinServerTokens) (const char *access, const char *refresh, gpointer user_data);

TocsinServerClient *tocsin_server_client_new (const char *address);
void tocsin_server_client_set_tokens (TocsinServerClient *self, const char *access,
                                      const char *refresh);
void tocsin_server_client_set_tokens_func (TocsinServerClient *self, TocsinServerTokens func,
                                           gpointer user_data);
const char *tocsin_server_client_get_address (TocsinServerClient *self);
const char *tocsin_server_client_get_access (TocsinServerClient *self);  /* (nullable) */
const char *tocsin_server_client_get_refresh (TocsinServerClient *self); /* (nullable) */
gboolean tocsin_server_client_is_signed_in (TocsinServerClient *self);

/* `path` begins with a slash. `body` (nullable) is of the MIME type `type`. `etag` (nullable) is
 * sent as If-None-Match. Ends with the reply, whatever its status, or UNAVAILABLE: the server can't
 * be reached. */
void tocsin_server_client_call (TocsinServerClient *self, const char *method, const char *path,
                                GBytes *body, const char *type, const char *etag,
                                GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data);
/* The same with a JSON body (nullable). */
void tocsin_server_client_call_json (TocsinServerClient *self, const char *method, const char *path,
                                     JsonNode *json, GCancellable *cancellable,
                                     GAsyncReadyCallback callback, gpointer user_data);
TocsinServerReply *tocsin_server_client_call_finish (TocsinServerClient *self, GAsyncResult *result,
                                                     GError **error);

/* A GET whose answer does not end; ends with its stream, which is read without a limit of time.
 * A status other than 200 is an error: INVALID, or NOT_FOUND for 401, 403 and 404. */
void tocsin_server_client_open (TocsinServerClient *self, const char *path, const char *last_id,
                                GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data);
GInputStream *tocsin_server_client_open_finish (TocsinServerClient *self, GAsyncResult *result,
                                                GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinServerReply, tocsin_server_reply_free)

G_END_DECLS
