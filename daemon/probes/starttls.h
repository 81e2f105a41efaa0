/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "monitor.h"

G_BEGIN_DECLS

/* What is said before TLS begins on a connection that was opened in plain text: SMTP (RFC 3207),
 * IMAP (RFC 3501, 6.2.1), POP3 (RFC 2595). Pure: bytes in, bytes out. Zero-fill it, then start. */
typedef struct {
  const struct _TocsinStarttlsStep *steps; /* what is still awaited */
  guint n_lines;
  gboolean has_wanted; /* of this step: the server offers TLS */
  GString *line;       /* (owned) begun */
  char *problem;       /* (owned) (nullable) why it is refused, for people */
} TocsinStarttls;

typedef enum {
  TOCSIN_STARTTLS_WAIT,   /* for more bytes */
  TOCSIN_STARTTLS_SEND,   /* send `*reply` and go on */
  TOCSIN_STARTTLS_READY,  /* the handshake may begin */
  TOCSIN_STARTTLS_REFUSED /* `problem` says why */
} TocsinStarttlsResult;

void tocsin_starttls_start (TocsinStarttls *starttls, TocsinTlsMode mode);
void tocsin_starttls_clear (TocsinStarttls *starttls);

/* Takes what came; `*reply` is static text without a length limit to mind. */
TocsinStarttlsResult tocsin_starttls_feed (TocsinStarttls *starttls, const guint8 *bytes,
                                           gsize length, const char **reply);

G_END_DECLS
