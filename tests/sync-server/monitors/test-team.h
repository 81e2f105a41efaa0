/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "pg.h"
#include "test-postgres.h"

G_BEGIN_DECLS

#define TEST_KEY_RW   "rw000000000000000000000000000000"
#define TEST_KEY_RO   "ro000000000000000000000000000000"
#define TEST_KEY_PING "pi000000000000000000000000000000"
#define TEST_KEY_RW_2 "rw222222222222222222222222222222"

/* A database with the schema, a team of two projects, and keys of theirs: of the first one of each
 * kind, of the second TEST_KEY_RW_2. */
typedef struct {
  char *url;
  TocsinPg *pg;
  char *team_id, *project_id, *other_project_id;
} TestTeam;

void test_team_init (TestTeam *team, TocsinTestPostgres *postgres);
void test_team_clear (TestTeam *team);

/* A channel of the first project. (transfer full) its id */
char *test_team_add_channel (TestTeam *team, const char *name, const char *kind);

/* What a query without parameters says in its first row and column. (transfer full) */
char *test_team_ask (TestTeam *team, const char *sql);
void test_team_run (TestTeam *team, const char *sql);

G_END_DECLS
