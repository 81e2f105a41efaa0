/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "db.h"

G_BEGIN_DECLS

/* The newest version of the schema, in `user_version`. */
#define TOCSIN_SCHEMA_VERSION 2

/* TOO_NEW where a newer Tocsin wrote it; changes nothing. */
gboolean tocsin_schema_is_known (TocsinDb *db, GError **error);

/* Brings a database, empty or older, up to the newest version, each step in a transaction of its
 * own with its `user_version`. TOO_NEW, and nothing touched, where a newer Tocsin wrote it. */
gboolean tocsin_schema_migrate (TocsinDb *db, GError **error);

G_END_DECLS
