/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "team-lists"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "sync-text.h"
#include "team-lists.h"
#include "texts.h"
#include "timetext.h"

const char *
tocsin_team_list_get_text (JsonObject *item, const char *member)
{
  JsonNode *node = json_object_get_member (item, member);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) ||
      json_node_get_value_type (node) != G_TYPE_STRING)
    return "";
  return json_node_get_string (node);
}

static gint64
get_time (JsonObject *item, const char *member)
{
  const char *text = tocsin_team_list_get_text (item, member);
  g_autoptr (GDateTime) time = *text != '\0' ? g_date_time_new_from_iso8601 (text, NULL) : NULL;

  return time != NULL ? g_date_time_to_unix (time) * TOCSIN_US_PER_S : 0;
}

static char *
say_name (JsonObject *item)
{
  const char *name = tocsin_team_list_get_text (item, "name");

  return g_strdup (*name != '\0' ? name : tocsin_team_list_get_text (item, "email"));
}

/* --- probes --- */

static void
add (GString *text, const char *more)
{
  if (*more != '\0')
    g_string_append_printf (text, "%s%s", text->len > 0 ? " · " : "", more);
}

static char *
say_probe_state (JsonObject *item, gint64 now_us)
{
  const char *state = tocsin_team_list_get_text (item, "state");
  gint64 seen_at = get_time (item, "seen_at");
  g_autofree char *time = NULL;

  if (g_str_equal (state, "online"))
    return g_strdup (_ ("Online"));
  if (g_str_equal (state, "revoked"))
    return g_strdup (_ ("Revoked"));
  if (seen_at == 0)
    return g_strdup (_ ("Not heard of yet"));
  time = tocsin_text_time (seen_at, now_us, NULL);
  /* Translators: a probe that says nothing any more, and since when. */
  return g_strdup_printf (_ ("Silent since %s"), time);
}

static char *
say_load (JsonObject *item)
{
  JsonNode *node = json_object_get_member (item, "load");
  JsonObject *load =
      node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  gint64 n;

  if (load == NULL)
    return g_strdup ("");
  n = json_object_get_int_member_with_default (load, "monitors", 0);
  return g_strdup_printf (ngettext ("%d monitor", "%d monitors", (gulong) n), (int) n);
}

static char *
say_labels (JsonObject *item)
{
  JsonNode *node = json_object_get_member (item, "labels");
  JsonArray *labels =
      node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  GString *text = g_string_new (NULL);

  for (guint i = 0; labels != NULL && i < json_array_get_length (labels); i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "",
                            json_array_get_string_element (labels, i));
  return g_string_free (text, FALSE);
}

static char *
say_probe (JsonObject *item, gint64 now_us)
{
  g_autofree char *state = say_probe_state (item, now_us);
  g_autofree char *load = say_load (item);
  g_autofree char *labels = say_labels (item);
  GString *text = g_string_new (NULL);

  add (text, state);
  add (text, load);
  add (text, labels);
  return g_string_free (text, FALSE);
}

/* --- people --- */

static char *
say_member (JsonObject *item, gint64 now_us)
{
  return g_strdup (tocsin_team_list_get_text (item, "email"));
}

static char *
say_invited (JsonObject *item)
{
  const char *email = tocsin_team_list_get_text (item, "email");

  return g_strdup (*email != '\0' ? email : _ ("Whoever has the link"));
}

static char *
say_invitation (JsonObject *item, gint64 now_us)
{
  TocsinTeam team = { .role = (char *) tocsin_team_list_get_text (item, "role") };
  g_autofree char *time = tocsin_text_time (get_time (item, "expires_at"), now_us, NULL);

  /* Translators: a role, and until when an invitation is good. */
  return g_strdup_printf (_ ("%s · good until %s"),
                          tocsin_sync_role_label (tocsin_team_get_role (&team)), time);
}

static char *
say_token (JsonObject *item, gint64 now_us)
{
  gint64 used_at = get_time (item, "used_at");
  g_autofree char *time = used_at > 0 ? tocsin_text_time (used_at, now_us, NULL) : NULL;

  /* Translators: when a token was used last. */
  return time != NULL ? g_strdup_printf (_ ("Last used: %s"), time) : g_strdup (_ ("Never used"));
}

/* --- the table --- */

static const TocsinTeamListAbout lists[TOCSIN_N_SECTIONS] = {
  [TOCSIN_LIST_PROBES] = { .title = N_ ("Probes"),
                           .path = "probes",
                           .id = "id",
                           .sees = TOCSIN_ROLE_VIEWER,
                           .changes = TOCSIN_ROLE_ADMIN,
                           .say_title = say_name,
                           .say_details = say_probe,
                           .remove = N_ ("Revoke"),
                           .remove_question = N_ ("Revoke “%s”?"),
                           .remove_body = N_ ("It can check nothing for the team any more."),
                           .make = N_ ("New Probe"),
                           .make_label = N_ ("Name"),
                           .make_member = "name",
                           .made = "environment",
                           .made_words = N_ ("Put these lines into the probe’s environment. They "
                                             "are shown only now.") },
  [TOCSIN_LIST_MEMBERS] = { .title = N_ ("Members"),
                            .path = "members",
                            .id = "user",
                            .sees = TOCSIN_ROLE_VIEWER,
                            .changes = TOCSIN_ROLE_ADMIN,
                            .say_title = say_name,
                            .say_details = say_member,
                            .has_role = TRUE,
                            .remove = N_ ("Remove"),
                            .remove_question = N_ ("Remove “%s”?"),
                            .remove_body = N_ ("What belongs to the team goes from their "
                                               "computers.") },
  [TOCSIN_LIST_INVITATIONS] = { .title = N_ ("Invitations"),
                                .path = "invitations",
                                .id = "id",
                                .sees = TOCSIN_ROLE_ADMIN,
                                .changes = TOCSIN_ROLE_ADMIN,
                                .say_title = say_invited,
                                .say_details = say_invitation,
                                .remove = N_ ("Revoke"),
                                .remove_question = N_ ("Revoke “%s”?"),
                                .remove_body = N_ ("Its link is good for nothing then."),
                                .make = N_ ("Invite"),
                                .make_label = N_ ("Mail address, or empty for a link"),
                                .make_member = "email",
                                .make_may_be_empty = TRUE,
                                .made = "url",
                                .made_words = N_ ("Send this link to the person. It is shown only "
                                                  "now.") },
  [TOCSIN_LIST_TOKENS] = { .title = N_ ("Your Tokens"),
                           .path = "/me/tokens",
                           .id = "id",
                           .sees = TOCSIN_ROLE_NONE,
                           .changes = TOCSIN_ROLE_NONE,
                           .say_title = say_name,
                           .say_details = say_token,
                           .remove = N_ ("Revoke"),
                           .remove_question = N_ ("Revoke “%s”?"),
                           .remove_body = N_ ("Whatever uses it is refused from then on."),
                           .make = N_ ("New Token"),
                           .make_label = N_ ("Name"),
                           .make_member = "name",
                           .made = "token",
                           .made_words = N_ ("Keep this token like a password. It is shown only "
                                             "now.") },
};

const TocsinTeamListAbout *
tocsin_team_list_get_about (TocsinTeamList list)
{
  g_return_val_if_fail ((guint) list < G_N_ELEMENTS (lists), NULL);

  return &lists[list];
}

char *
tocsin_team_list_get_path (TocsinTeamList list, const char *team, const char *item)
{
  const char *path;
  g_autofree char *all = NULL;

  g_return_val_if_fail ((guint) list < G_N_ELEMENTS (lists) && team != NULL, NULL);

  path = lists[list].path;
  all = *path == '/' ? g_strconcat ("/api/v1", path, NULL)
                     : g_strconcat ("/api/v1/teams/", team, "/", path, NULL);
  return item != NULL ? g_strconcat (all, "/", item, NULL) : g_steal_pointer (&all);
}

const char *
tocsin_role_get_word (TocsinRole role)
{
  static const char *const words[] = { NULL, "viewer", "editor", "admin", "owner" };

  g_return_val_if_fail ((guint) role < G_N_ELEMENTS (words), NULL);

  return words[role];
}
