/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "pg.h"
#include "uuid.h"

G_BEGIN_DECLS

/* A team's feed: one row of numbers over all that its members see change. Who writes a record, a
 * shown state, an incident or a probe gives the row the number that it takes here, so that "all
 * after N" is all that changed since, whatever it is.
 *
 * The order of locks is the same everywhere: the row of `heartbeats` or `verdicts`, then that of
 * `records` or `incidents`, then the team's, which is taken here. Several teams' are taken in the
 * order of their ids. */

/* The team's next `n` numbers, of which `*first` is the lowest. They are in the order of commits
 * and none is ever missing, since the team's row stays locked until the end of the transaction: so
 * take them last. Whoever listens on TOCSIN_FEED_CHANNEL is told the team's id at the commit.
 * NOT_FOUND: there is no such team. */
gboolean tocsin_feed_take (TocsinPg *pg, const char *team_id, guint n, gint64 *first,
                           GError **error);

/* What NOTIFY is sent on; the payload is the team's id. */
#define TOCSIN_FEED_CHANNEL "tocsin_team"

/* --- cursors --- */

/* "EPOCH.SEQ": up to where somebody has read. The epoch is the database's own; a restore from a
 * backup makes a new one, since numbers repeat after it. */
typedef struct {
  char epoch[TOCSIN_UUID_LENGTH + 1];
  gint64 seq;
} TocsinCursor;

/* (transfer full) */
char *tocsin_cursor_print (const TocsinCursor *cursor);

/* INVALID. */
gboolean tocsin_cursor_parse (const char *text, TocsinCursor *cursor, GError **error);

/* Where a feed is now. */
typedef struct {
  TocsinCursor present;
  gint64 least; /* tombstones up to it are gone */
} TocsinFeedHead;

/* NOT_FOUND. */
gboolean tocsin_feed_read_head (TocsinPg *pg, const char *team_id, TocsinFeedHead *head,
                                GError **error);

/* Whether all that changed since `cursor` can still be told. */
gboolean tocsin_feed_head_reaches (const TocsinFeedHead *head, const TocsinCursor *cursor);

G_END_DECLS
