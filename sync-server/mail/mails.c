/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "mails"

#include "config.h"

#include <string.h>

#include "errors.h"
#include "mails.h"
#include "timetext.h"
#include "token.h"
#include "users.h"

#define REASON_MOST_BYTES 500

gboolean
tocsin_mails_can_send (const TocsinServerConfig *config)
{
  return config->smtp_url != NULL && config->smtp_from != NULL;
}

gboolean
tocsin_mails_add (TocsinPg *pg, const char *recipient, const char *subject, const char *body,
                  gint64 now_us, GError **error)
{
  g_autofree char *address = tocsin_email_normalize (recipient, error);
  g_autofree char *id = tocsin_id_new (now_us);

  if (address == NULL)
    return FALSE;
  if (strlen (body) > TOCSIN_MAIL_BODY_MOST)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "a mail: at most %d bytes are wanted",
                        TOCSIN_MAIL_BODY_MOST);
  return tocsin_pg_run (pg, error, NULL,
                        "INSERT INTO mails (id, recipient, subject, body, created_at, due_at)"
                        " VALUES ($1::uuid, $2, $3, $4, $5, $5)",
                        PG_TEXT (id), PG_TEXT (address), PG_TEXT (subject), PG_TEXT (body),
                        PG_INT (now_us));
}

gint64
tocsin_mails_get_wait_us (gint64 n)
{
  static const gint64 waits_us[] = { 20 * TOCSIN_US_PER_S, 2 * TOCSIN_US_PER_MIN,
                                     10 * TOCSIN_US_PER_MIN, TOCSIN_US_PER_HOUR };
  gint64 last = G_N_ELEMENTS (waits_us) - 1;

  return waits_us[CLAMP (n - 1, 0, last)];
}

gboolean
tocsin_mails_take (TocsinPg *pg, gint64 now_us, TocsinQueuedMail *mail, GError **error)
{
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query (
      pg, error,
      "UPDATE mails SET due_at = $2, tries = tries + 1 WHERE id = (SELECT id FROM mails"
      " WHERE due_at <= $1 ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)"
      " RETURNING id, recipient, subject, body, created_at, tries",
      PG_INT (now_us), PG_INT (now_us + TOCSIN_MAIL_HELD_US));

  *mail = (TocsinQueuedMail){ 0 };
  if (rows == NULL)
    return FALSE;
  if (tocsin_pg_rows_get_n (rows) == 0)
    return TRUE;
  mail->id = g_strdup (tocsin_pg_rows_get_text (rows, 0, 0));
  mail->recipient = g_strdup (tocsin_pg_rows_get_text (rows, 0, 1));
  mail->subject = g_strdup (tocsin_pg_rows_get_text (rows, 0, 2));
  mail->body = g_strdup (tocsin_pg_rows_get_text (rows, 0, 3));
  mail->created_at = tocsin_pg_rows_get_int (rows, 0, 4);
  mail->tries = tocsin_pg_rows_get_int (rows, 0, 5);
  return TRUE;
}

/* `tries` tells whether it is still the caller's: who took it later counted on. */
gboolean
tocsin_mails_done (TocsinPg *pg, const TocsinQueuedMail *mail, GError **error)
{
  return tocsin_pg_run (pg, error, NULL, "DELETE FROM mails WHERE id = $1::uuid AND tries = $2",
                        PG_TEXT (mail->id), PG_INT (mail->tries));
}

gboolean
tocsin_mails_failed (TocsinPg *pg, const TocsinQueuedMail *mail, gint64 now_us, const char *reason,
                     gboolean is_final, gboolean *given_up, GError **error)
{
  gint64 due_at = now_us + tocsin_mails_get_wait_us (mail->tries);
  g_autofree char *cut = g_strndup (reason, REASON_MOST_BYTES);
  g_autofree char *text = g_utf8_make_valid (cut, -1);

  *given_up = is_final || due_at > mail->created_at + TOCSIN_MAIL_TRIED_US;
  if (*given_up)
    return tocsin_mails_done (pg, mail, error);
  return tocsin_pg_run (pg, error, NULL,
                        "UPDATE mails SET due_at = $3, error = $4 WHERE id = $1::uuid"
                        " AND tries = $2",
                        PG_TEXT (mail->id), PG_INT (mail->tries), PG_INT (due_at), PG_TEXT (text));
}

gboolean
tocsin_mails_put_back (TocsinPg *pg, const TocsinQueuedMail *mail, gint64 now_us, GError **error)
{
  return tocsin_pg_run (pg, error, NULL,
                        "UPDATE mails SET due_at = $3, tries = tries - 1 WHERE id = $1::uuid"
                        " AND tries = $2",
                        PG_TEXT (mail->id), PG_INT (mail->tries), PG_INT (now_us));
}

void
tocsin_queued_mail_clear (TocsinQueuedMail *mail)
{
  g_clear_pointer (&mail->id, g_free);
  g_clear_pointer (&mail->recipient, g_free);
  g_clear_pointer (&mail->subject, g_free);
  g_clear_pointer (&mail->body, g_free);
}
