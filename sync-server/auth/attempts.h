/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "pg.h"

G_BEGIN_DECLS

/* Guessing gets slower: after some failures each further one doubles the wait until the next is
 * even looked at, up to a quarter of an hour, and a day later all is forgotten. Nobody is ever
 * locked out for good. Kept for the account that was named, whether there is one or not, and for
 * the address that it came from. */

#define TOCSIN_ATTEMPTS_KEPT_US (24 * G_GINT64_CONSTANT (3600000000))

typedef struct {
  const char *account; /* (nullable) as it was typed */
  const char *address;
  gint64 now_us;
} TocsinAttempt;

/* `wait_us` > 0: it is too early. Holds both rows until the end of the transaction, so that guesses
 * at the same time come one after the other. */
gboolean tocsin_attempt_begin (TocsinPg *pg, const TocsinAttempt *attempt, gint64 *wait_us,
                               GError **error);

gboolean tocsin_attempt_failed (TocsinPg *pg, const TocsinAttempt *attempt, GError **error);

/* The account's failures are forgotten; the address's are not, or one good account would be a
 * licence to guess. */
gboolean tocsin_attempt_succeeded (TocsinPg *pg, const TocsinAttempt *attempt, GError **error);

/* How long after `n` failures; `is_address`: many people may come from one. Pure. */
gint64 tocsin_attempts_get_wait_us (gint64 n, gboolean is_address);

G_END_DECLS
