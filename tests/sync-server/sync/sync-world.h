/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "test-service.h"
#include "test-team.h"

G_BEGIN_DECLS

/* A team with a service in front of it, and people with a token each: two who may edit and one who
 * may look. */
typedef struct {
  TestTeam team;
  TestService service;
  char *editor_id, *second_id;
} SyncWorld;

#define SYNC_EDITOR "tocsin_editor"
#define SYNC_SECOND "tocsin_second"
#define SYNC_VIEWER "tocsin_viewer"

void sync_world_init (SyncWorld *world, TocsinTestPostgres *postgres);
void sync_world_clear (SyncWorld *world);

/* Any request below the team's address, with a token. */
TestAnswer *sync_world_ask (SyncWorld *world, const char *token, const char *method,
                            const char *rest, const char *body);

/* POST …/sync with `operations` (nullable), an array's items; the test fails unless the answer is
 * `status`. `cursor` NULL: from the start. (transfer full) */
JsonObject *sync_world_sync (SyncWorld *world, const char *token, guint status, const char *cursor,
                             const char *operations);

/* Random, version 7. (transfer full) */
char *sync_new_id (void);

/* An operation's text: `rest` is what comes after type and record, with a new op_id. */
char *sync_make_operation (const char *type, const char *record, const char *rest);

/* Member `name` of the `i`th object of an array of the answer, as text. (transfer full) */
char *sync_get (JsonObject *answer, const char *array, guint i, const char *name);

G_END_DECLS
