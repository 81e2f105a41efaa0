/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "pg.h"

G_BEGIN_DECLS

/* The days for which there are partitions of samples, as far as one thread knows. */
typedef struct _TocsinPartitions TocsinPartitions;

TocsinPartitions *tocsin_partitions_new (void);
void tocsin_partitions_free (TocsinPartitions *partitions);

/* Sees to it that the day which holds `at_us` has its partitions. Outside a transaction. */
gboolean tocsin_partitions_make (TocsinPartitions *partitions, TocsinPg *pg, gint64 at_us,
                                 GError **error);

G_END_DECLS
