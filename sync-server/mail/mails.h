/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "pg.h"
#include "server-config.h"

G_BEGIN_DECLS

/* Mails that wait to be sent: rows, so that who queues one in a transaction has it sent if, and
 * only if, that is committed. */

#define TOCSIN_MAIL_TRIED_US  (24 * G_GINT64_CONSTANT (3600000000)) /* then it is given up */
#define TOCSIN_MAIL_HELD_US   (5 * G_GINT64_CONSTANT (60000000))    /* by who sends it */
#define TOCSIN_MAIL_BODY_MOST 65536                                 /* bytes */

/* Whether this server has a mail server to send by. */
gboolean tocsin_mails_can_send (const TocsinServerConfig *config);

/* Queues one, of plain text, in the caller's transaction; it goes out a second later or so. INVALID
 * where the address has not the form of one, or the body is too long. */
gboolean tocsin_mails_add (TocsinPg *pg, const char *recipient, const char *subject,
                           const char *body, gint64 now_us, GError **error);

/* --- for who sends them --- */

typedef struct {
  char *id;
  char *recipient;
  char *subject;
  char *body;
  gint64 created_at;
  gint64 tries; /* with the one that is about to be */
} TocsinQueuedMail;

/* One that is due, which is now the caller's for TOCSIN_MAIL_HELD_US; `mail->id` stays NULL where
 * there is none. Nobody else gets the same one meanwhile. */
gboolean tocsin_mails_take (TocsinPg *pg, gint64 now_us, TocsinQueuedMail *mail, GError **error);

/* It is sent, and its row gone. */
gboolean tocsin_mails_done (TocsinPg *pg, const TocsinQueuedMail *mail, GError **error);

/* It was not. `reason` is kept for operators; it waits for its next turn, or is gone where
 * `is_final`, or it was tried for long enough. `given_up` says which. */
gboolean tocsin_mails_failed (TocsinPg *pg, const TocsinQueuedMail *mail, gint64 now_us,
                              const char *reason, gboolean is_final, gboolean *given_up,
                              GError **error);

/* It was not tried after all. */
gboolean tocsin_mails_put_back (TocsinPg *pg, const TocsinQueuedMail *mail, gint64 now_us,
                                GError **error);

/* How long after try `n` (1, 2, …) the next one comes. Pure. */
gint64 tocsin_mails_get_wait_us (gint64 n);

void tocsin_queued_mail_clear (TocsinQueuedMail *mail);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TocsinQueuedMail, tocsin_queued_mail_clear)

G_END_DECLS
