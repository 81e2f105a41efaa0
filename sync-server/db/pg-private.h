/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <libpq-fe.h>

#include "pg.h"

G_BEGIN_DECLS

/* Sets the error that a result, or its absence, stands for. */
gboolean tocsin_pg_check_result (TocsinPg *pg, const PGresult *result, GError **error);

G_END_DECLS
