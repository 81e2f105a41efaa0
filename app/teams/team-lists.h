/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <json-glib/json-glib.h>

#include "team.h"

G_BEGIN_DECLS

/* What a server keeps of a team, beside its monitors: a table, so that another list is a row. */
typedef enum {
  TOCSIN_LIST_PROBES,
  TOCSIN_LIST_MEMBERS,
  TOCSIN_LIST_INVITATIONS,
  TOCSIN_LIST_TOKENS, /* our own, of the account */
} TocsinTeamList;

#define TOCSIN_N_SECTIONS (TOCSIN_LIST_TOKENS + 1)

typedef struct {
  const char *title; /* to be translated, as all the words here */
  const char *path;  /* below "teams/ID/"; with a slash in front: below "/api/v1" */
  const char *id;    /* the member that names an item in paths */
  TocsinRole sees, changes;
  char *(*say_title) (JsonObject *item);
  char *(*say_details) (JsonObject *item, gint64 now_us);
  gboolean has_role; /* an item's role can be changed */

  const char *remove, *remove_question, *remove_body;

  const char *make;       /* (nullable) nothing of it is made here */
  const char *make_label; /* of what is written, such as a name */
  const char *make_member;
  gboolean make_may_be_empty;
  const char *made;       /* the member of the answer that is shown once */
  const char *made_words; /* what to do with it */
} TocsinTeamListAbout;

const TocsinTeamListAbout *tocsin_team_list_get_about (TocsinTeamList list);

/* The path of the list, or of one of its items. (transfer full) */
char *tocsin_team_list_get_path (TocsinTeamList list, const char *team,
                                 const char *item /* (nullable) */);

/* A role as the server calls it. */
const char *tocsin_role_get_word (TocsinRole role);

/* "", where it is none. */
const char *tocsin_team_list_get_text (JsonObject *item, const char *member);

G_END_DECLS
