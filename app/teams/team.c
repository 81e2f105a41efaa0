/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "team"

#include "config.h"

#include "team.h"

static const char *const team_states[] = { "in_step", "syncing", "offline", "signed_out",
                                           "forbidden" };
static const TocsinWords team_state_words = TOCSIN_WORDS ("state of a team", team_states);
G_STATIC_ASSERT (G_N_ELEMENTS (team_states) == TOCSIN_N_TEAM_STATES);

static const char *const roles[] = { "none", "viewer", "editor", "admin", "owner" };
static const TocsinWords role_words = TOCSIN_WORDS ("role", roles);

#define FIELD(member, k, ...)                                                            \
  {                                                                                      \
    .name = #member, .kind = TOCSIN_FIELD_##k, .offset = G_STRUCT_OFFSET (TYPE, member), \
    __VA_ARGS__                                                                          \
  }
#define TABLE(what_)                                                                          \
  {                                                                                           \
    .what = what_, .size = sizeof (TYPE), .rows = ROWS, .n_rows = G_N_ELEMENTS (ROWS),        \
    .selector_offset = TOCSIN_FIELDS_NO_SELECTOR, .unknown_offset = TOCSIN_FIELDS_NO_UNKNOWN, \
  }

#define TYPE TocsinTeam
#define ROWS team_rows
static const TocsinField ROWS[] = {
  FIELD (id, STRING),      FIELD (name, STRING),
  FIELD (slug, STRING),    FIELD (role, STRING),
  FIELD (since, TIME),     FIELD (state, WORD, .words = &team_state_words),
  FIELD (synced_at, TIME), FIELD (operations, INT),
  FIELD (refused, INT),    FIELD (outbox_bytes, INT),
  FIELD (dropped, INT),    FIELD (checks_here, BOOL),
  FIELD (probe, STRING),   FIELD (problem, STRING),
};
const TocsinFields tocsin_team_fields = TABLE ("team");
#undef TYPE
#undef ROWS

#define TYPE TocsinAccount
#define ROWS account_rows
static const TocsinField ROWS[] = {
  FIELD (id, STRING),
  FIELD (server, STRING),
  FIELD (email, STRING),
  FIELD (name, STRING),
  FIELD (state, STRING),
  FIELD (problem, STRING),
  FIELD (teams, OBJECTS, .table = &tocsin_team_fields),
};
const TocsinFields tocsin_account_fields = TABLE ("account");
#undef TYPE
#undef ROWS

#define TYPE TocsinProbe
#define ROWS probe_rows
static const TocsinField ROWS[] = {
  FIELD (id, STRING),      FIELD (name, STRING),  FIELD (kind, STRING),  FIELD (state, STRING),
  FIELD (labels, STRINGS), FIELD (seen_at, TIME), FIELD (monitors, INT), FIELD (here, BOOL),
};
const TocsinFields tocsin_probe_fields = TABLE ("probe");
#undef TYPE
#undef ROWS

#define TYPE TocsinProject
#define ROWS project_rows
static const TocsinField ROWS[] = {
  FIELD (id, STRING),
  FIELD (name, STRING),
};
const TocsinFields tocsin_project_fields = TABLE ("project");
#undef TYPE
#undef ROWS

#define TYPE TocsinSeen
#define ROWS seen_rows
static const TocsinField ROWS[] = {
  FIELD (probe, STRING), FIELD (probe_name, STRING), FIELD (code, STRING), FIELD (at, TIME),
  FIELD (failed, INT),   FIELD (good, INT),          FIELD (slow, INT),    FIELD (here, BOOL),
};
const TocsinFields tocsin_seen_fields = TABLE ("vote");
#undef TYPE
#undef ROWS

#define TYPE TocsinSyncNews
#define ROWS news_rows
static const TocsinField ROWS[] = {
  FIELD (at, TIME),       FIELD (team, STRING),        FIELD (kind, STRING), FIELD (text, STRING),
  FIELD (record, STRING), FIELD (record_name, STRING), FIELD (type, STRING), FIELD (member, STRING),
  FIELD (mine, STRING),   FIELD (theirs, STRING),      FIELD (by, STRING),
};
const TocsinFields tocsin_sync_news_fields = TABLE ("entry of the log");
#undef TYPE
#undef ROWS

void
tocsin_account_free (TocsinAccount *account)
{
  tocsin_fields_free (&tocsin_account_fields, account);
}

void
tocsin_probe_free (TocsinProbe *probe)
{
  tocsin_fields_free (&tocsin_probe_fields, probe);
}

void
tocsin_project_free (TocsinProject *project)
{
  tocsin_fields_free (&tocsin_project_fields, project);
}

void
tocsin_seen_free (TocsinSeen *seen)
{
  tocsin_fields_free (&tocsin_seen_fields, seen);
}

void
tocsin_sync_news_free (TocsinSyncNews *news)
{
  tocsin_fields_free (&tocsin_sync_news_fields, news);
}

TocsinRole
tocsin_team_get_role (const TocsinTeam *team)
{
  guint role = TOCSIN_ROLE_NONE;

  g_return_val_if_fail (team != NULL, TOCSIN_ROLE_NONE);

  if (team->role != NULL)
    tocsin_words_find (&role_words, team->role, &role, NULL);
  return role;
}

gboolean
tocsin_team_may_edit (const TocsinTeam *team)
{
  return tocsin_team_get_role (team) >= TOCSIN_ROLE_EDITOR;
}

GPtrArray *
tocsin_teams_list (GPtrArray *accounts)
{
  GPtrArray *all = g_ptr_array_new ();

  for (guint i = 0; accounts != NULL && i < accounts->len; i++) {
    const TocsinAccount *account = accounts->pdata[i];

    for (guint j = 0; account->teams != NULL && j < account->teams->len; j++)
      g_ptr_array_add (all, account->teams->pdata[j]);
  }
  return all;
}

const TocsinTeam *
tocsin_teams_find (GPtrArray *accounts, const char *id)
{
  g_autoptr (GPtrArray) all = tocsin_teams_list (accounts);

  for (guint i = 0; i < all->len; i++) {
    const TocsinTeam *team = all->pdata[i];

    if (g_strcmp0 (team->id, id) == 0)
      return team;
  }
  return NULL;
}
