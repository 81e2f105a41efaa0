/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "sync-text"

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "editor-layout.h"
#include "maintenance.h"
#include "monitor.h"
#include "sync-text.h"
#include "texts.h"
#include "timetext.h"

#define VALUE_CHARS 80 /* of a value that is told in one line */

/* A state of a team: how it looks, how bad it is, and what it is called. */
typedef struct {
  const char *icon;
  guint badness;
  const char *text;
} Look;

static const Look looks[TOCSIN_N_TEAM_STATES] = {
  [TOCSIN_TEAM_IN_STEP] = { "emblem-ok-symbolic", 0, N_ ("In step") },
  [TOCSIN_TEAM_SYNCING] = { "emblem-synchronizing-symbolic", 1, N_ ("Syncing…") },
  [TOCSIN_TEAM_OFFLINE] = { "network-offline-symbolic", 3, N_ ("Offline") },
  [TOCSIN_TEAM_SIGNED_OUT] = { "dialog-password-symbolic", 4, N_ ("Sign in again") },
  [TOCSIN_TEAM_FORBIDDEN] = { "action-unavailable-symbolic", 4, N_ ("You are no member any more") },
};

static const Look *
look_of (const TocsinTeam *team)
{
  return &looks[MIN (team->state, G_N_ELEMENTS (looks) - 1)];
}

const char *
tocsin_sync_state_icon (const TocsinTeam *team)
{
  g_return_val_if_fail (team != NULL, NULL);

  return look_of (team)->icon;
}

const char *
tocsin_sync_role_label (TocsinRole role)
{
  static const char *const labels[] = {
    [TOCSIN_ROLE_NONE] = N_ ("Guest"),    [TOCSIN_ROLE_VIEWER] = N_ ("Viewer"),
    [TOCSIN_ROLE_EDITOR] = N_ ("Editor"), [TOCSIN_ROLE_ADMIN] = N_ ("Administrator"),
    [TOCSIN_ROLE_OWNER] = N_ ("Owner"),
  };

  g_return_val_if_fail ((guint) role < G_N_ELEMENTS (labels), NULL);

  return _ (labels[role]);
}

static char *
say_state (const TocsinTeam *team, gint64 now_us)
{
  const Look *look = look_of (team);
  g_autofree char *time = NULL;

  if (team->state != TOCSIN_TEAM_OFFLINE || team->since <= 0)
    return g_strdup (_ (look->text));
  time = now_us - team->since < TOCSIN_US_PER_DAY ? tocsin_text_clock (team->since, NULL)
                                                  : tocsin_text_time (team->since, now_us, NULL);
  /* Translators: a time such as 14:02, or a day and a time. */
  return g_strdup_printf (_ ("Offline since %s"), time);
}

char *
tocsin_sync_state_text (const TocsinTeam *team, gint64 now_us)
{
  g_autofree char *state = NULL;
  g_autofree char *waiting = NULL;

  g_return_val_if_fail (team != NULL, NULL);

  state = say_state (team, now_us);
  if (team->operations <= 0)
    return g_steal_pointer (&state);
  waiting =
      g_strdup_printf (ngettext ("%d change waits", "%d changes wait", (gulong) team->operations),
                       (int) team->operations);
  /* Translators: how a team and its server get on, and what waits: “Offline, 3 changes wait”. */
  return g_strdup_printf (_ ("%s, %s"), state, waiting);
}

const TocsinTeam *
tocsin_sync_worst (GPtrArray *teams)
{
  const TocsinTeam *worst;

  g_return_val_if_fail (teams != NULL && teams->len > 0, NULL);

  worst = teams->pdata[0];
  for (guint i = 1; i < teams->len; i++)
    if (look_of (teams->pdata[i])->badness > look_of (worst)->badness)
      worst = teams->pdata[i];
  return worst;
}

gboolean
tocsin_sync_is_trouble (const TocsinTeam *team)
{
  g_return_val_if_fail (team != NULL, FALSE);

  return look_of (team)->badness >= 3;
}

/* --- the log --- */

static const struct {
  const char *kind, *icon;
} icons[] = {
  { "signed_in", "avatar-default-symbolic" }, { "in_step", "emblem-ok-symbolic" },
  { "offline", "network-offline-symbolic" },  { "resync", "view-refresh-symbolic" },
  { "refused", "dialog-warning-symbolic" },   { "overwrote", "edit-copy-symbolic" },
  { "lost", "edit-copy-symbolic" },           { "restored", "edit-undo-symbolic" },
  { "dropped", "dialog-warning-symbolic" },   { "left", "action-unavailable-symbolic" },
};

const char *
tocsin_sync_news_icon (const TocsinSyncNews *news)
{
  g_return_val_if_fail (news != NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (icons); i++)
    if (g_strcmp0 (icons[i].kind, news->kind) == 0)
      return icons[i].icon;
  return "dialog-information-symbolic";
}

static gboolean
is_lost (const TocsinSyncNews *news)
{
  return g_strcmp0 (news->kind, "lost") == 0;
}

gboolean
tocsin_sync_news_is_conflict (const TocsinSyncNews *news)
{
  g_return_val_if_fail (news != NULL, FALSE);

  return news->member != NULL && (is_lost (news) || g_strcmp0 (news->kind, "overwrote") == 0);
}

/* "interval_s" as the editor calls it: "Check every". */
static const char *
label_of (const TocsinSyncNews *news)
{
  const TocsinFields *fields = g_strcmp0 (news->type, "maintenance") == 0
                                   ? &tocsin_maintenance_fields
                                   : &tocsin_monitor_fields;
  g_autofree char *name = g_strdup (news->member);
  const TocsinEditorLabel *label = tocsin_editor_find_label (fields, name);

  if (label == NULL && g_str_has_suffix (name, "_s"))
    name[strlen (name) - strlen ("_s")] = '\0';
  else if (label == NULL && g_str_has_suffix (name, "_ms"))
    name[strlen (name) - strlen ("_ms")] = '\0';
  if (label == NULL)
    label = tocsin_editor_find_label (fields, name);
  return label != NULL ? _ (label->label) : news->member;
}

char *
tocsin_sync_news_text (const TocsinSyncNews *news)
{
  const char *by;

  g_return_val_if_fail (news != NULL, NULL);

  if (!tocsin_sync_news_is_conflict (news))
    return g_strdup (news->text != NULL ? news->text : "");
  by = news->by != NULL ? news->by : _ ("Somebody");
  if (is_lost (news))
    /* Translators: a person, a setting such as “Check every”, and a monitor's name. */
    return g_strdup_printf (_ ("%s also changed “%s” of “%s”: theirs was kept"), by,
                            label_of (news), news->record_name);
  /* Translators: a person, a setting such as “Check every”, and a monitor's name. */
  return g_strdup_printf (_ ("%s also changed “%s” of “%s”: yours was kept"), by, label_of (news),
                          news->record_name);
}

const char *
tocsin_sync_news_get_other (const TocsinSyncNews *news)
{
  g_return_val_if_fail (news != NULL, NULL);

  return is_lost (news) ? news->mine : news->theirs;
}

static char *
say_value (const char *member, const char *json)
{
  g_autoptr (JsonNode) node = json != NULL ? json_from_string (json, NULL) : NULL;
  g_autofree char *text = NULL;

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return g_strdup (_ ("nothing"));
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    text = g_strdup (json_node_get_string (node));
  else if (JSON_NODE_HOLDS_VALUE (node) && g_str_has_suffix (member, "_s"))
    text = tocsin_text_span ((gint64) (json_node_get_double (node) * TOCSIN_US_PER_S));
  else if (JSON_NODE_HOLDS_VALUE (node) && g_str_has_suffix (member, "_ms"))
    text = tocsin_text_span ((gint64) (json_node_get_double (node) * TOCSIN_US_PER_MS));
  else
    text = g_strdup (json);
  if (g_utf8_strlen (text, -1) <= VALUE_CHARS)
    return g_steal_pointer (&text);
  *g_utf8_offset_to_pointer (text, VALUE_CHARS) = '\0';
  return g_strconcat (text, "…", NULL);
}

char *
tocsin_sync_news_values (const TocsinSyncNews *news)
{
  g_autofree char *mine = NULL;
  g_autofree char *theirs = NULL;

  g_return_val_if_fail (news != NULL, NULL);

  if (!tocsin_sync_news_is_conflict (news) || (news->mine == NULL && news->theirs == NULL))
    return NULL;
  mine = say_value (news->member, news->mine);
  theirs = say_value (news->member, news->theirs);
  /* Translators: the two values of a setting that two people changed. */
  return g_strdup_printf (_ ("Yours: %s · Theirs: %s"), mine, theirs);
}
