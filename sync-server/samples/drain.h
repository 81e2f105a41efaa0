/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "intake.h"

G_BEGIN_DECLS

/* What the thread of an intake works with: a connection, and what it remembers from one transaction
 * to the next. */
typedef struct _TocsinDrainDesk TocsinDrainDesk;

TocsinDrainDesk *tocsin_drain_desk_new (const TocsinServerConfig *config);
void tocsin_drain_desk_free (TocsinDrainDesk *desk);

/* Takes all batches of `tickets` (element-type TocsinBatchTicket) in one transaction and fills in
 * their answers. FALSE: none was taken. */
gboolean tocsin_drain_run (TocsinDrainDesk *desk, GPtrArray *tickets, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinDrainDesk, tocsin_drain_desk_free)

G_END_DECLS
