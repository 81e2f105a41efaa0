/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Clients that ping without a pause, each ping with a mark of its own as its user agent, and go to
 * another server where one does not answer. What they say is random: success, fail, start, log. */
typedef struct _Load Load;

typedef struct {
  GPtrArray *taken;   /* (owned) marks of the pings that were answered OK */
  guint n_told_later; /* 503 with Retry-After */
  guint n_cut;        /* the connection ended before the answer */
  guint n_odd;        /* any other answer */
} LoadResult;

/* `ports` and `ping_ids` must outlive it. */
Load *load_start (char *const *ping_ids, const guint16 *ports, guint n_ports, guint n_clients);

/* Answered OK, and told later, until now. */
guint load_get_n_taken (Load *load);
guint load_get_n_told_later (Load *load);

void load_stop (Load *load, LoadResult *result);
void load_result_clear (LoadResult *result);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (LoadResult, load_result_clear)

G_END_DECLS
