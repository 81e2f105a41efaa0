/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "audit.h"
#include "pg.h"

G_BEGIN_DECLS

/* How the desktop and the command line sign in: the device authorization grant (RFC 8628), with
 * refresh tokens that are used once (RFC 9700, section 4.14). In the caller's transaction. */

#define TOCSIN_DEVICE_KEPT_S     900
#define TOCSIN_DEVICE_INTERVAL_S 5
#define TOCSIN_ACCESS_KEPT_S     3600
#define TOCSIN_REFRESH_KEPT_DAYS 180

typedef struct {
  char *device_code; /* (owned) */
  char *user_code;   /* (owned) */
} TocsinDeviceFlight;

gboolean tocsin_device_begin (TocsinPg *pg, const char *name, char **scopes, const char *address,
                              gint64 now_us, TocsinDeviceFlight *flight, GError **error);
void tocsin_device_flight_clear (TocsinDeviceFlight *flight);

/* What the confirm page tells of a flight that is pending. */
typedef struct {
  char *name;
  char **scopes;
  char *address; /* (nullable) */
  gint64 created_at;
} TocsinDeviceRequest;

/* NOT_FOUND: no pending flight has the code, which is normalized. */
gboolean tocsin_device_find (TocsinPg *pg, const char *user_code, gint64 now_us,
                             TocsinDeviceRequest *request, GError **error);
void tocsin_device_request_clear (TocsinDeviceRequest *request);

/* The person's word. NOT_FOUND as before. */
gboolean tocsin_device_decide (TocsinPg *pg, const TocsinActor *actor, const char *user_code,
                               const char *user_id, gboolean grant, GError **error);

typedef struct {
  char *access_token;  /* (owned) */
  char *refresh_token; /* (owned) */
  char **scopes;       /* (owned) */
} TocsinDeviceTokens;

/* `refusal` is one of RFC 8628's words ("authorization_pending", "slow_down", …) where there are no
 * tokens; then TRUE too, since what it notes is to be committed. */
gboolean tocsin_device_poll (TocsinPg *pg, const char *device_code, gint64 now_us,
                             TocsinDeviceTokens *tokens, const char **refusal, GError **error);

/* New tokens for a refresh token. One that was used before ends all of its family. */
gboolean tocsin_device_refresh (TocsinPg *pg, const char *refresh_token, gint64 now_us,
                                TocsinDeviceTokens *tokens, const char **refusal, GError **error);

/* Ends the family of either token (RFC 7009); one that is unknown is no error. */
gboolean tocsin_device_revoke (TocsinPg *pg, const char *token, gint64 now_us, GError **error);

void tocsin_device_tokens_clear (TocsinDeviceTokens *tokens);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TocsinDeviceFlight, tocsin_device_flight_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TocsinDeviceRequest, tocsin_device_request_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TocsinDeviceTokens, tocsin_device_tokens_clear)

G_END_DECLS
