/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "assignments"

#include "config.h"

#include <string.h>

#include "assignment.h"
#include "assignments.h"

char *
tocsin_assignments_get_version (TocsinPg *pg, const char *team_id, GError **error)
{
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query (
      pg, error,
      "SELECT coalesce ((SELECT seq FROM records WHERE team_id = $1::uuid AND type = 'monitor'"
      " ORDER BY seq DESC LIMIT 1), 0) || '.' || coalesce ((SELECT max (assigned_seq) FROM probes"
      " WHERE team_id = $1::uuid), 0)",
      PG_TEXT (team_id));

  return rows != NULL ? g_strdup (tocsin_pg_rows_get_text (rows, 0, 0)) : NULL;
}

/* --- probes --- */

typedef struct {
  TocsinPgRows *rows;     /* (owned) what the ids are in */
  GPtrArray *labels;      /* (owned) of GStrv */
  TocsinAssignee *probes; /* (owned) */
  guint n;
} Probes;

static void
clear_probes (Probes *probes)
{
  g_clear_pointer (&probes->rows, tocsin_pg_rows_free);
  g_clear_pointer (&probes->labels, g_ptr_array_unref);
  g_clear_pointer (&probes->probes, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Probes, clear_probes)

static gboolean
load_probes (TocsinPg *pg, const char *team_id, Probes *probes, GError **error)
{
  probes->rows = tocsin_pg_query (pg, error,
                                  "SELECT id, labels FROM probes WHERE team_id = $1::uuid"
                                  " AND state = 'online' ORDER BY id",
                                  PG_TEXT (team_id));
  if (probes->rows == NULL)
    return FALSE;
  probes->n = tocsin_pg_rows_get_n (probes->rows);
  probes->labels = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  probes->probes = g_new0 (TocsinAssignee, probes->n + 1);
  for (guint i = 0; i < probes->n; i++) {
    const char *id = tocsin_pg_rows_get_text (probes->rows, i, 0);
    char **labels = tocsin_pg_rows_get_array (probes->rows, i, 1);

    g_ptr_array_add (probes->labels, labels);
    probes->probes[i] = (TocsinAssignee){ .id = id,
                                          .key = tocsin_assignment_key (id),
                                          .labels = (const char *const *) labels,
                                          .is_online = TRUE };
  }
  return TRUE;
}

static gboolean
is_chosen (const Probes *probes, guint64 monitor_key, const char *const *wanted,
           const char *probe_id)
{
  guint chosen[TOCSIN_ASSIGNED_MOST];
  guint n = tocsin_assignment_choose (monitor_key, wanted, probes->probes, probes->n, chosen);

  for (guint i = 0; i < n; i++)
    if (strcmp (probes->probes[chosen[i]].id, probe_id) == 0)
      return TRUE;
  return FALSE;
}

/* --- monitors --- */

/* What is wanted is an array's text where a monitor has some. */
static TocsinPgRows *
load_monitors (TocsinPg *pg, const char *team_id, GError **error)
{
  return tocsin_pg_query (
      pg, error,
      "SELECT id, revision, CASE WHEN jsonb_typeof (body -> 'probes') = 'array'"
      " AND body -> 'probes' <> '[]'"
      " THEN ARRAY (SELECT jsonb_array_elements_text (body -> 'probes')) END"
      " FROM records WHERE team_id = $1::uuid AND type = 'monitor' AND deleted_at = 0"
      " AND body ->> 'kind' <> 'heartbeat' AND NOT coalesce ((body ->> 'paused')::boolean, false)"
      " ORDER BY id",
      PG_TEXT (team_id));
}

GArray *
tocsin_assignments_list (TocsinPg *pg, const char *team_id, const char *probe_id, GError **error)
{
  g_auto (Probes) probes = { 0 };
  g_autoptr (TocsinPgRows) rows = NULL;
  GArray *assigned;

  g_return_val_if_fail (pg != NULL && team_id != NULL && probe_id != NULL, NULL);

  if (!load_probes (pg, team_id, &probes, error))
    return NULL;
  rows = load_monitors (pg, team_id, error);
  if (rows == NULL)
    return NULL;
  assigned = g_array_new (FALSE, TRUE, sizeof (TocsinAssigned));
  for (guint i = 0; i < tocsin_pg_rows_get_n (rows); i++) {
    const char *id = tocsin_pg_rows_get_text (rows, i, 0);
    g_auto (GStrv) wanted =
        tocsin_pg_rows_is_null (rows, i, 2) ? NULL : tocsin_pg_rows_get_array (rows, i, 2);
    TocsinAssigned one = { .revision = tocsin_pg_rows_get_int (rows, i, 1) };

    if (!is_chosen (&probes, tocsin_assignment_key (id), (const char *const *) wanted, probe_id))
      continue;
    g_strlcpy (one.id, id, sizeof one.id);
    g_array_append_val (assigned, one);
  }
  return assigned;
}

gboolean
tocsin_assignments_explain (TocsinPg *pg, const char *team_id, const char *const *wanted,
                            char **why, GError **error)
{
  g_auto (Probes) probes = { 0 };
  guint chosen[TOCSIN_ASSIGNED_MOST];

  if (!load_probes (pg, team_id, &probes, error))
    return FALSE;
  *why = tocsin_assignment_choose (0, wanted, probes.probes, probes.n, chosen) == 0
             ? tocsin_assignment_explain_nobody (wanted)
             : NULL;
  return TRUE;
}
