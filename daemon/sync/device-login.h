/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "server-client.h"

G_BEGIN_DECLS

/* Signing in by the device flow (RFC 8628): this machine gets a code, a person types it into the
 * server's page, and this machine asks until that is done. */
#define TOCSIN_TYPE_DEVICE_LOGIN (tocsin_device_login_get_type ())
G_DECLARE_FINAL_TYPE (TocsinDeviceLogin, tocsin_device_login, TOCSIN, DEVICE_LOGIN, GObject)

/* What a person is shown. */
typedef struct {
  char *user_code;
  char *url, *url_complete; /* where it is typed in; with the code in it already */
  gint64 expires_at;        /* µs */
} TocsinDeviceCode;

/* `client`: without a token yet. It gets one when the wait ends well. */
TocsinDeviceLogin *tocsin_device_login_new (TocsinServerClient *client);
TocsinServerClient *tocsin_device_login_get_client (TocsinDeviceLogin *self);

/* Asks for a code; `device_name` is what the person sees. */
void tocsin_device_login_begin (TocsinDeviceLogin *self, const char *device_name,
                                GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data);
const TocsinDeviceCode *tocsin_device_login_begin_finish (TocsinDeviceLogin *self,
                                                          GAsyncResult *result, GError **error);

/* Ends when the person agreed; UNAVAILABLE: denied, or the code ran out. */
void tocsin_device_login_wait (TocsinDeviceLogin *self, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data);
gboolean tocsin_device_login_wait_finish (TocsinDeviceLogin *self, GAsyncResult *result,
                                          GError **error);

const TocsinDeviceCode *tocsin_device_login_get_code (TocsinDeviceLogin *self);
gboolean tocsin_device_login_is_waiting (TocsinDeviceLogin *self);

/* The tokens that it got, and the id of the person. (transfer none) */
const char *tocsin_device_login_get_user (TocsinDeviceLogin *self);
const char *tocsin_device_login_get_access (TocsinDeviceLogin *self);
const char *tocsin_device_login_get_refresh (TocsinDeviceLogin *self);

G_END_DECLS
