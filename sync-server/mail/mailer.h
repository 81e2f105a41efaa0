/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "mails.h"

G_BEGIN_DECLS

/* Sends what is queued, on a thread with a database connection of its own, by the mail server of
 * the settings. Each worker of each machine has one; each mail is sent by one of them.
 *
 * smtps:// is TLS from the start; with smtp:// STARTTLS is used where the server offers it, and a
 * password is never sent without it, but for a mail server on this machine. */
typedef struct _TocsinMailer TocsinMailer;

/* Without a mail server in the settings it does nothing. */
TocsinMailer *tocsin_mailer_new (const TocsinServerConfig *config);

/* Ends what it is at, which another one sends then. */
void tocsin_mailer_free (TocsinMailer *mailer);

G_END_DECLS
