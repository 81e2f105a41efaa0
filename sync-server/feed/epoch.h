/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "pg.h"

G_BEGIN_DECLS

/* After a backup was restored: numbers and revisions that clients have seen would be given again,
 * for something else. A new epoch makes old cursors worthless, so that all clients sync anew and
 * send what they have seen accepted and the backup does not know; revisions go on far above those
 * that were. In the caller's transaction. */
gboolean tocsin_feed_begin_epoch (TocsinPg *pg, gint64 now_us, GError **error);

/* Purges tombstones that were deleted before `before_us`, some at a time, and remembers up to which
 * number; `*n` is how many. Cursors older than that have to sync anew. */
gboolean tocsin_feed_purge (TocsinPg *pg, gint64 before_us, gint64 *n, GError **error);

G_END_DECLS
