/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "projects"

#include "config.h"

#include <json-glib/json-glib.h>
#include <sodium.h>
#include <string.h>

#include "errors.h"
#include "jsontext.h"
#include "projects.h"
#include "teams.h"
#include "token.h"
#include "users.h"

#define BADGE_SECRET_BYTES 32
#define BODY_BYTES         (1024 * 1024)

static JsonObject *
make_body (const char *id, const char *name, const char *slug)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "id", id);
  json_object_set_string_member (object, "name", name);
  json_object_set_string_member (object, "slug", slug);
  return object;
}

static gboolean
tell_audit (TocsinPg *pg, const TocsinActor *actor, const char *team_id, const char *action,
            const char *id, const char *name, GError **error)
{
  const TocsinDeed deed = { action, "project", id, name, NULL };

  return tocsin_audit_add (pg, actor, team_id, &deed, error);
}

static gboolean
explain_slug (const char *slug, GError **error)
{
  return tocsin_fail (error, TOCSIN_ERROR_EXISTS,
                      "the team has a project with the slug “%s” already: give it another", slug);
}

/* A slug of the team that is taken: looked at before, so that a violation does not end the
 * transaction; the unique index is the last word. */
static gboolean
check_slug_is_free (TocsinPg *pg, const char *team_id, const char *id, const char *slug,
                    GError **error)
{
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query (
      pg, error,
      "SELECT 1 FROM records WHERE team_id = $1::uuid AND type = 'project' AND deleted_at = 0"
      " AND body ->> 'slug' = $2 AND id <> $3::uuid",
      PG_TEXT (team_id), PG_TEXT (slug), PG_TEXT (id));

  if (rows == NULL)
    return FALSE;
  return tocsin_pg_rows_get_n (rows) == 0 || explain_slug (slug, error);
}

/* What its badges are addressed and signed with. */
static gboolean
make_badges (TocsinPg *pg, const char *team_id, const char *id, GError **error)
{
  g_autofree char *key = tocsin_project_key_new ();
  guint8 secret[BADGE_SECRET_BYTES];

  randombytes_buf (secret, sizeof secret);
  return tocsin_pg_run (pg, error, NULL,
                        "INSERT INTO project_badges (team_id, project_id, badge_key, secret)"
                        " VALUES ($1::uuid, $2::uuid, $3, $4)",
                        PG_TEXT (team_id), PG_TEXT (id), PG_TEXT (key),
                        PG_BYTES (secret, sizeof secret));
}

static gboolean
write_record (TocsinPg *pg, const TocsinActor *actor, const char *team_id,
              const TocsinRecordSave *save, JsonObject *body, GError **error)
{
  const TocsinRecordWriter writer = { actor->user_id, actor->name, actor->at_us };
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *text = NULL;
  gint64 seq;

  json_node_set_object (node, body);
  text = json_to_string (node, FALSE);
  return tocsin_record_write (pg,
                              &(TocsinRecordWrite){
                                  .team_id = team_id,
                                  .type = "project",
                                  .name = json_object_get_string_member (body, "name"),
                                  .body = text,
                                  .save = *save,
                              },
                              &writer, &seq, error);
}

static const char *const save_words[] = {
  [TOCSIN_RECORD_CREATE] = "project.create",
  [TOCSIN_RECORD_EDIT] = "project.edit",
  [TOCSIN_RECORD_RESTORE] = "project.restore",
};

/* "" where it is missing or no text, which no check lets pass. */
static const char *
get_text (JsonObject *body, const char *name)
{
  JsonNode *node = json_object_get_member (body, name);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : "";
}

gboolean
tocsin_projects_save (TocsinPg *pg, const TocsinActor *actor, const char *team_id,
                      const TocsinRecordSave *save, JsonObject *body, GError **error)
{
  const char *name, *slug;

  g_return_val_if_fail (pg != NULL && actor != NULL && team_id != NULL, FALSE);
  g_return_val_if_fail (save != NULL && body != NULL, FALSE);

  name = get_text (body, "name");
  slug = get_text (body, "slug");
  return tocsin_name_check ("name", name, error) && tocsin_slug_check (slug, error) &&
         check_slug_is_free (pg, team_id, save->id, slug, error) &&
         tell_audit (pg, actor, team_id, save_words[save->action], save->id, name, error) &&
         write_record (pg, actor, team_id, save, body, error) &&
         (save->action != TOCSIN_RECORD_CREATE || make_badges (pg, team_id, save->id, error));
}

char *
tocsin_projects_create (TocsinPg *pg, const TocsinActor *actor, const char *team_id,
                        const char *name, const char *slug, GError **error)
{
  g_autofree char *id = tocsin_id_new (actor->at_us);
  g_autofree char *made = NULL;
  g_autoptr (JsonObject) body = NULL;

  if (!tocsin_name_check ("name", name, error))
    return NULL;
  if (slug == NULL)
    slug = made = tocsin_slug_make (name);
  body = make_body (id, name, slug);
  if (!tocsin_projects_save (
          pg, actor, team_id,
          &(TocsinRecordSave){ .id = id, .revision = 1, .action = TOCSIN_RECORD_CREATE }, body,
          error))
    return NULL;
  return g_steal_pointer (&id);
}

/* {member: [old, new]}. Sets the new value. */
static void
change_member (JsonObject *body, JsonObject *changes, const char *name, const char *value)
{
  const char *was = get_text (body, name);
  JsonArray *pair;

  if (value == NULL || strcmp (was, value) == 0)
    return;
  pair = json_array_new ();
  json_array_add_string_element (pair, was);
  json_array_add_string_element (pair, value);
  json_object_set_array_member (changes, name, pair);
  json_object_set_string_member (body, name, value);
}

gboolean
tocsin_projects_edit (TocsinPg *pg, const TocsinActor *actor, const char *team_id, const char *id,
                      const char *name, const char *slug, GError **error)
{
  g_autoptr (TocsinPgRows) rows =
      tocsin_pg_query (pg, error,
                       "SELECT body, revision FROM records WHERE team_id = $1::uuid"
                       " AND id = $2::uuid AND type = 'project' AND deleted_at = 0 FOR UPDATE",
                       PG_TEXT (team_id), PG_TEXT (id));
  g_autoptr (JsonObject) body = NULL, changes = json_object_new ();

  if (rows == NULL)
    return FALSE;
  if (tocsin_pg_rows_get_n (rows) == 0)
    return tocsin_fail (error, TOCSIN_ERROR_NOT_FOUND, "no project has the id %s", id);
  body = tocsin_json_parse_object (tocsin_pg_rows_get_text (rows, 0, 0), BODY_BYTES, error);
  if (body == NULL)
    return FALSE;
  change_member (body, changes, "name", name);
  change_member (body, changes, "slug", slug);
  return tocsin_projects_save (
      pg, actor, team_id,
      &(TocsinRecordSave){ .id = id,
                           .revision = tocsin_pg_rows_get_int (rows, 0, 1) + 1,
                           .action = TOCSIN_RECORD_EDIT,
                           .changes = changes },
      body, error);
}

gboolean
tocsin_projects_delete (TocsinPg *pg, const TocsinActor *actor, const char *team_id, const char *id,
                        GError **error)
{
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query (
      pg, error,
      "SELECT name, EXISTS (SELECT 1 FROM records m WHERE m.team_id = $1::uuid"
      " AND m.project_id = $2::uuid AND m.deleted_at = 0) FROM records WHERE team_id = $1::uuid"
      " AND id = $2::uuid AND type = 'project' AND deleted_at = 0 FOR UPDATE",
      PG_TEXT (team_id), PG_TEXT (id));
  const TocsinRecordWriter writer = { actor->user_id, actor->name, actor->at_us };
  gint64 seq;

  if (rows == NULL)
    return FALSE;
  if (tocsin_pg_rows_get_n (rows) == 0)
    return tocsin_fail (error, TOCSIN_ERROR_NOT_FOUND, "no project has the id %s", id);
  if (tocsin_pg_rows_get_bool (rows, 0, 1))
    return tocsin_fail (error, TOCSIN_ERROR_EXISTS,
                        "the project has monitors: delete or move them first");
  return tell_audit (pg, actor, team_id, "project.delete", id, tocsin_pg_rows_get_text (rows, 0, 0),
                     error) &&
         tocsin_pg_run (pg, error, NULL,
                        "UPDATE project_keys SET revoked_at = $3 WHERE team_id = $1::uuid"
                        " AND project_id = $2::uuid AND revoked_at = 0",
                        PG_TEXT (team_id), PG_TEXT (id), PG_INT (actor->at_us)) &&
         tocsin_record_delete (pg, team_id, id, &writer, &seq, error);
}

gboolean
tocsin_projects_get (TocsinPg *pg, const char *text, char **team_id, char **project_id,
                     GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text, "/", 2);
  const char *team = parts[0] != NULL && parts[1] != NULL ? parts[0] : NULL;
  const char *project = team != NULL ? parts[1] : text;
  g_autoptr (TocsinPgRows) rows =
      tocsin_pg_query (pg, error,
                       "SELECT r.team_id, r.id FROM records r JOIN teams t ON t.id = r.team_id"
                       " WHERE r.type = 'project' AND r.deleted_at = 0"
                       " AND (r.body ->> 'slug' = $1 OR r.id::text = lower ($1))"
                       " AND ($2::text IS NULL OR t.slug = $2 OR t.id::text = lower ($2)) LIMIT 2",
                       PG_TEXT (project), PG_TEXT (team));

  if (rows == NULL)
    return FALSE;
  if (tocsin_pg_rows_get_n (rows) == 0)
    return tocsin_fail (error, TOCSIN_ERROR_NOT_FOUND, "there is no project “%s”", text);
  if (tocsin_pg_rows_get_n (rows) > 1)
    return tocsin_fail (error, TOCSIN_ERROR_AMBIGUOUS,
                        "several teams have a project “%s”: say TEAM/%s", text, text);
  *team_id = g_strdup (tocsin_pg_rows_get_text (rows, 0, 0));
  *project_id = g_strdup (tocsin_pg_rows_get_text (rows, 0, 1));
  return TRUE;
}

/* --- keys --- */

static gboolean
tell_audit_of_key (TocsinPg *pg, const TocsinActor *actor, const char *team_id, const char *action,
                   const char *id, const char *project_id, GError **error)
{
  g_autofree char *detail = g_strdup_printf ("{\"project\": \"%s\"}", project_id);
  const TocsinDeed deed = { action, "key", id, NULL, detail };

  return tocsin_audit_add (pg, actor, team_id, &deed, error);
}

char *
tocsin_keys_create (TocsinPg *pg, const TocsinActor *actor, const char *team_id,
                    const char *project_id, TocsinKeyKind kind, char **key, GError **error)
{
  g_autofree char *id = tocsin_id_new (actor->at_us);
  g_autofree char *secret = tocsin_project_key_new ();
  guint8 hash[TOCSIN_HASH_BYTES];
  gint64 n = 0;

  tocsin_hash_secret (secret, hash);
  if (!tocsin_pg_run (
          pg, error, &n,
          "INSERT INTO project_keys (team_id, project_id, id, hash, kind, created_at)"
          " SELECT team_id, id, $3::uuid, $4, $5, $6 FROM records"
          " WHERE team_id = $1::uuid AND id = $2::uuid AND type = 'project'"
          " AND deleted_at = 0",
          PG_TEXT (team_id), PG_TEXT (project_id), PG_TEXT (id), PG_BYTES (hash, sizeof hash),
          PG_TEXT (tocsin_words_get (&tocsin_key_kind_words, kind)), PG_INT (actor->at_us)))
    return NULL;
  if (n == 0) {
    tocsin_fail (error, TOCSIN_ERROR_NOT_FOUND, "no project has the id %s", project_id);
    return NULL;
  }
  if (!tell_audit_of_key (pg, actor, team_id, "key.create", id, project_id, error))
    return NULL;
  *key = g_steal_pointer (&secret);
  return g_steal_pointer (&id);
}

gboolean
tocsin_keys_revoke (TocsinPg *pg, const TocsinActor *actor, const char *team_id,
                    const char *project_id, const char *id, GError **error)
{
  gint64 n = 0;

  if (!tocsin_pg_run (pg, error, &n,
                      "UPDATE project_keys SET revoked_at = $4 WHERE team_id = $1::uuid"
                      " AND project_id = $2::uuid AND id = $3::uuid AND revoked_at = 0",
                      PG_TEXT (team_id), PG_TEXT (project_id), PG_TEXT (id), PG_INT (actor->at_us)))
    return FALSE;
  if (n == 0)
    return tocsin_fail (error, TOCSIN_ERROR_NOT_FOUND, "no key of the project has the id %s", id);
  return tell_audit_of_key (pg, actor, team_id, "key.revoke", id, project_id, error);
}
