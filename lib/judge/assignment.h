/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Which of a team's probes check a monitor. The same probes and the same monitor give the same
 * answer everywhere; monitors that any one probe may check are spread evenly, and a probe that goes
 * or comes moves only its own: rendezvous hashing (Thaler, Ravishankar: “Using name-based mappings
 * to increase hit rates”, 1998). */

/* What an id counts as in the hash. */
guint64 tocsin_assignment_key (const char *id);

typedef struct {
  const char *id;
  guint64 key;               /* tocsin_assignment_key (id) */
  const char *const *labels; /* (nullable) */
  gboolean is_online;
} TocsinAssignee;

#define TOCSIN_ASSIGNED_MOST 64 /* as many as the judge lets vote */

/* Says of `n` probes in `chosen` (places in `probes`, rising, room for TOCSIN_ASSIGNED_MOST) which
 * check the monitor, and answers how many: 0 where nobody who may do so is online. `wanted`
 * (nullable) is the monitor's member `probes`: nothing or "any" is any one, "all" is all; else ids
 * and "label:NAME", of which all check it. */
guint tocsin_assignment_choose (guint64 monitor_key, const char *const *wanted,
                                const TocsinAssignee *probes, guint n,
                                guint chosen[TOCSIN_ASSIGNED_MOST]);

/* Why nobody checks it, for people: "none of the probes with the label eu is online". (transfer
 * full) */
char *tocsin_assignment_explain_nobody (const char *const *wanted);

G_END_DECLS
