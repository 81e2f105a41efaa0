/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "call.h"

G_BEGIN_DECLS

#define TOCSIN_REPLAY_KEPT_US (24 * G_GINT64_CONSTANT (3600000000)) /* for which answers are kept */

/* Runs the route's handler once for each Idempotency-Key of a caller (draft-ietf-httpapi-
 * idempotency-key-header): the answer is stored in the same transaction, and told again to who
 * sends the same again. The key with another request gets 422. Without the header it just runs. */
gboolean tocsin_replay_handle (TocsinCall *call, TocsinPg *pg, GError **error);

G_END_DECLS
