/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>
#include <openssl/ssl.h>

G_BEGIN_DECLS

/* A mail server on 127.0.0.1 that keeps what it gets. What it does is in the recipient:
 *
 *   refused@…   550 at RCPT
 *   later@…     451 at RCPT, and then takes it as any other
 *   spam@…      554 after the message
 *   cut@…       closes the connection in the middle, the first time
 *   stuck@…     never answers the end of the message
 */
typedef struct _TocsinTestSmtpServer TocsinTestSmtpServer;

/* `ctx` (transfer full) (nullable): offers STARTTLS. `user` (nullable): who must sign in, with
 * `password`, before anything is taken. */
TocsinTestSmtpServer *tocsin_test_smtp_server_new (SSL_CTX *ctx, const char *user,
                                                   const char *password);
void tocsin_test_smtp_server_free (TocsinTestSmtpServer *server);
guint16 tocsin_test_smtp_server_get_port (TocsinTestSmtpServer *server);

/* Messages that it took, and the one with number `i`: a line "FROM -> TO" and then as it came,
 * without dot-stuffing. (transfer full) */
guint tocsin_test_smtp_server_get_n_mails (TocsinTestSmtpServer *server);
char *tocsin_test_smtp_server_get_mail (TocsinTestSmtpServer *server, guint i);

/* Of the last mail. */
gboolean tocsin_test_smtp_server_was_encrypted (TocsinTestSmtpServer *server);
gboolean tocsin_test_smtp_server_was_signed_in (TocsinTestSmtpServer *server);

/* Messages that began, also those that did not end well. */
int tocsin_test_smtp_server_get_n_tries (TocsinTestSmtpServer *server);

G_END_DECLS
