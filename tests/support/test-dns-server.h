/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A real name server, Debian's nsd, that serves example.org with every record type and the reverse
 * zone of 192.0.2.0/24, over UDP and TCP. See test-dns-server.c for what is in them. */
typedef struct _TocsinTestNsd TocsinTestNsd;

/* At `address` (NULL: 127.0.0.1) and `port` (0: a free one). NULL where nsd is not installed. */
TocsinTestNsd *tocsin_test_nsd_new (const char *address, guint16 port);
void tocsin_test_nsd_free (TocsinTestNsd *nsd);
const char *tocsin_test_nsd_get_address (TocsinTestNsd *nsd); /* "127.0.0.1:5353" */

/* A name server that does what no real one should; what is in the first label of the name:
 *
 *   servfail refused notimp formerr nxdomain   answers with that code
 *   truncated   over UDP an answer that is cut short, over TCP 192.0.2.88
 *   garbage     a header and question that are right, then no record that could be read
 *   short       five bytes, then nothing
 *   stranger    an answer to another question, then nothing
 *   silent      nothing
 *   any other   192.0.2.77
 */
typedef struct _TocsinTestResponder TocsinTestResponder;

TocsinTestResponder *tocsin_test_responder_new (void);
void tocsin_test_responder_free (TocsinTestResponder *responder);
const char *tocsin_test_responder_get_address (TocsinTestResponder *responder);
/* Questions that came over TCP. */
int tocsin_test_responder_get_n_tcp (TocsinTestResponder *responder);

G_END_DECLS
