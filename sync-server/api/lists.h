/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "call.h"

G_BEGIN_DECLS

/* Lists by pages: `?limit=` (1 to 1000, 100) and `?cursor=`, the `next` of the page before. The
 * answer is {"items": […], "next": CURSOR or null}. A cursor is where the page before ended, so
 * that what is added or removed meanwhile neither repeats nor hides anything else. */
typedef struct {
  gint64 limit;
  char *after; /* (owned) (nullable) the key that the cursor has */
} TocsinList;

#define TOCSIN_LIST_LIMIT      100
#define TOCSIN_LIST_LIMIT_MOST 1000

/* 400 where the query is wrong. */
gboolean tocsin_list_read (const TocsinCall *call, TocsinList *list, GError **error);
void tocsin_list_clear (TocsinList *list);

/* Replies with rows of two columns: an item's JSON, and its key, by which the query sorts. Ask for
 * one row more than the limit: whether it comes says whether there is more. */
#define TOCSIN_LIST_ROWS(list) PG_INT ((list)->limit + 1)
void tocsin_list_reply (TocsinCall *call, const TocsinList *list, const TocsinPgRows *rows);

/* A cursor of a key, for lists that are written otherwise. (transfer full) */
char *tocsin_list_make_cursor (const char *key);

/* Replies with the first column of the only row, or 404 with the sentence. */
gboolean tocsin_reply_one (TocsinCall *call, guint status, const TocsinPgRows *rows,
                           const char *missing, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TocsinList, tocsin_list_clear)

G_END_DECLS
