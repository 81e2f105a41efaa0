/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A message as it travels (RFC 5322, RFC 2045 to 2047): plain text in UTF-8. Whatever its parts are
 * made of, none of them can add a header: that is the writer's doing, not the caller's. */
typedef struct {
  const char *id;      /* unique; the Message-ID's left part */
  const char *from;    /* "Tocsin <tocsin@example.org>" or the bare address */
  const char *to;      /* an address, as tocsin_email_normalize () gives it */
  const char *subject; /* any text; what is no one line becomes one */
  const char *body;    /* any text, with lines ended by \n */
  gint64 at_us;
} TocsinMailMessage;

#define TOCSIN_MAIL_LINE_MOST_BYTES 76 /* RFC 2045, section 6.7; RFC 2047 has 75 for its words */

/* (transfer full) */
GString *tocsin_mail_format (const TocsinMailMessage *message);

/* "Tocsin <tocsin@example.org>" as the two that it is of. (transfer full) */
char *tocsin_mailbox_get_name (const char *mailbox); /* (nullable) */
char *tocsin_mailbox_get_address (const char *mailbox);

G_END_DECLS
