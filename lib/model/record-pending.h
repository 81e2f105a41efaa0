/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "record.h"

G_BEGIN_DECLS

/* What a client does with operations that wait: it has the server's records as they were told last
 * (the base) and shows them with its own operations over them. */

/* The record as it is shown; NULL: there is none, or it is deleted. `base` (nullable) and
 * `operations` in their order, all of one record. (transfer full) */
TocsinRecord *tocsin_record_show (const TocsinRecord *base,
                                  const TocsinOperation *const *operations, guint n_operations);

/* What makes `after` of `before` (both nullable), bodies with secrets and, of a monitor, the
 * project's id as "project". NULL where nothing differs. (transfer full) without op_id */
TocsinOperation *tocsin_operation_new_diff (TocsinRecordType type, const char *record, gint64 base,
                                            JsonObject *before, JsonObject *after);

/* The body after the operation; NULL: it is deleted. `body` (nullable). (transfer full) */
JsonObject *tocsin_operation_apply (const TocsinOperation *operation, JsonObject *body);

/* Makes one of two operations on a record, `later` into `operation`, which was never sent (one that
 * was may have been taken) and is no rescue, which must arrive even where a deletion after it
 * is refused. A deletion stays one even of a record that was never told of: an operation before it
 * may be on its way. */
void tocsin_operation_fold (TocsinOperation *operation, const TocsinOperation *later);

/* After the answer to the operation before it on the same record: what that one wrote is no
 * conflict with `operation`, which was made on top of it. `now` (nullable) is the record as it was
 * told with the answer. */
void tocsin_operation_follow (TocsinOperation *operation, const TocsinAnswer *answer,
                              const TocsinRecord *now);

/* --- after 410 `resync_required` ---
 *
 * The client asks for all from `cursor: null`, keeps its operations and, where the cursor's epoch
 * is no longer the server's, because a backup was restored, sends what it has seen accepted and the
 * server no longer has:
 *  1. for each record of its old base: tocsin_record_rescue (old, now, forked), where `now` is the
 *     record in the new snapshot; what it answers gets an op_id and goes before what waits;
 *  2. for each operation that waits on a record that the snapshot lacks:
 *     tocsin_operation_complete (). */

/* `now` (nullable). `forked` is the number of the team's feed up to which the old epoch is that of
 * the server: "forked" of the 410's problem. NULL: nothing was lost. Deletions that the backup does
 * not know are not made again. (transfer full) without op_id */
TocsinOperation *tocsin_record_rescue (const TocsinRecord *old, const TocsinRecord *now,
                                       gint64 forked);

/* Makes the operation say all of the record that it was made on, since the server may have none to
 * merge it with. `old` (nullable). */
void tocsin_operation_complete (TocsinOperation *operation, const TocsinRecord *old);

G_END_DECLS
