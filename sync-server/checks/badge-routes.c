/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "badge-routes"

#include "config.h"

#include <sodium.h>
#include <string.h>

#include "badge.h"
#include "checks-private.h"
#include "checks.h"
#include "uuid.h"

#define JSON         "application/json"
#define SECRET_BYTES 32
#define KEY_BYTES    16
#define TWO_STATES   "-2" /* behind a signature */
#define ALL_TAGS     "*"
#define CACHE        "public, max-age=30"
#define ETAG_LENGTH  32

/* --- a project's key and secret --- */

typedef struct {
  char *key;      /* (owned) */
  GBytes *secret; /* (owned) */
} Signer;

static void
clear_signer (Signer *signer)
{
  g_clear_pointer (&signer->key, g_free);
  g_clear_pointer (&signer->secret, g_bytes_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Signer, clear_signer)

static gboolean
insert_signer (TocsinCall *call, TocsinPg *pg, GError **error)
{
  guint8 secret[SECRET_BYTES], key[KEY_BYTES];
  char text[2 * KEY_BYTES + 1];

  randombytes_buf (secret, sizeof secret);
  randombytes_buf (key, sizeof key);
  sodium_bin2hex (text, sizeof text, key, sizeof key);
  return tocsin_pg_run (pg, error, NULL,
                        "INSERT INTO project_badges (team_id, project_id, badge_key, secret)"
                        " VALUES ($1::uuid, $2::uuid, $3, $4)"
                        " ON CONFLICT (team_id, project_id) DO NOTHING",
                        PG_TEXT (call->principal.team_id), PG_TEXT (call->principal.project_id),
                        PG_TEXT (text), PG_BYTES (secret, sizeof secret));
}

static TocsinPgRows *
query_signer (TocsinCall *call, TocsinPg *pg, GError **error)
{
  return tocsin_pg_query (pg, error,
                          "SELECT badge_key, secret FROM project_badges"
                          " WHERE team_id = $1::uuid AND project_id = $2::uuid",
                          PG_TEXT (call->principal.team_id), PG_TEXT (call->principal.project_id));
}

/* Made when it is asked for the first time. */
static gboolean
find_signer (TocsinCall *call, TocsinPg *pg, Signer *signer, GError **error)
{
  g_autoptr (TocsinPgRows) rows = query_signer (call, pg, error);

  if (rows != NULL && tocsin_pg_rows_get_n (rows) == 0) {
    g_clear_pointer (&rows, tocsin_pg_rows_free);
    if (!insert_signer (call, pg, error))
      return FALSE;
    rows = query_signer (call, pg, error);
  }
  if (rows == NULL)
    return FALSE;
  g_return_val_if_fail (tocsin_pg_rows_get_n (rows) == 1, FALSE);
  signer->key = g_strdup (tocsin_pg_rows_get_text (rows, 0, 0));
  signer->secret = tocsin_pg_rows_get_bytes (rows, 0, 1);
  return TRUE;
}

static char *
sign (GBytes *secret, const char *tag)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (secret, &size);

  return tocsin_badge_sign (data, size, tag);
}

/* --- the list of addresses --- */

static void
write_addresses (TocsinJsonWriter *writer, const TocsinCall *call, const Signer *signer,
                 const char *tag)
{
  g_autofree char *signature = sign (signer->secret, tag);
  g_autofree char *escaped = g_uri_escape_string (tag, NULL, FALSE);
  gboolean all = strcmp (tag, ALL_TAGS) == 0;

  for (guint form = 0; form < TOCSIN_N_BADGE_FORMS; form++)
    for (guint three = 0; three < 2; three++) {
      const char *suffix = tocsin_badge_form_get_suffix (form);
      g_autofree char *name = g_strconcat (suffix, three ? "3" : "", NULL);
      g_autofree char *url = g_strdup_printf ("%s/badge/%s/%s%s%s%s.%s", call->config->public_url,
                                              signer->key, signature, three ? "" : TWO_STATES,
                                              all ? "" : "/", all ? "" : escaped, suffix);

      tocsin_json_writer_string (writer, name, url);
    }
}

gboolean
tocsin_checks_list_badges (TocsinCall *call, TocsinPg *pg, GError **error)
{
  g_auto (Signer) signer = { 0 };
  g_autoptr (TocsinPgRows) rows = NULL;
  TocsinJsonWriter writer;

  if (!find_signer (call, pg, &signer, error))
    return FALSE;
  rows = tocsin_pg_query (pg, error,
                          "SELECT '*' UNION SELECT unnest (tags) FROM checks"
                          " WHERE team_id = $1::uuid AND project_id = $2::uuid ORDER BY 1",
                          PG_TEXT (call->principal.team_id), PG_TEXT (call->principal.project_id));
  if (rows == NULL)
    return FALSE;
  tocsin_json_writer_init (&writer, 4096);
  tocsin_json_writer_begin_object (&writer, NULL);
  tocsin_json_writer_begin_object (&writer, "badges");
  for (guint row = 0; row < tocsin_pg_rows_get_n (rows); row++) {
    const char *tag = tocsin_pg_rows_get_text (rows, row, 0);

    tocsin_json_writer_begin_member (&writer, tag);
    tocsin_json_writer_begin_object (&writer, NULL);
    write_addresses (&writer, call, &signer, tag);
    tocsin_json_writer_end_object (&writer);
  }
  tocsin_json_writer_end_object (&writer);
  tocsin_json_writer_end_object (&writer);
  tocsin_call_reply_take (call, 200, JSON, tocsin_json_writer_take (&writer));
  return TRUE;
}

/* --- the badges themselves --- */

static void
reply_badge (TocsinCall *call, const TocsinBadge *badge, TocsinBadgeForm form, gboolean three)
{
  GString *text = tocsin_badge_write (badge, form, three);
  g_autofree char *digest =
      g_compute_checksum_for_string (G_CHECKSUM_SHA256, text->str, (gssize) text->len);
  g_autofree char *tag = g_strdup_printf ("\"%.*s\"", ETAG_LENGTH, digest);

  tocsin_call_add_header (call, "Cache-Control", CACHE);
  tocsin_call_add_header (call, "ETag", tag);
  tocsin_call_reply_take (call, 200, tocsin_badge_form_get_type (form), text);
}

static gboolean
fail_not_found (GError **error)
{
  return tocsin_http_fail (error, 404, "there is no such badge");
}

/* How many there are, are down, and are late: the same rules as tocsin_check_view_get_status (). */
#define SELECT_COUNTS                                                                       \
  "SELECT count(*), count(*) FILTER (WHERE is_down),"                                       \
  " count(*) FILTER (WHERE NOT is_down AND is_late) FROM (SELECT"                           \
  " h.status <> 'paused' AND ((h.deadline_at <> 0 AND h.deadline_at <= $3)"                 \
  "  OR (h.state <> 'confirming' AND (h.state = 'down' OR h.status = 'down'))) AS is_down," \
  " h.status <> 'paused' AND (h.state = 'confirming' OR (h.status = 'up' AND"               \
  "  CASE WHEN c.period_us >= 0 THEN h.last_ping_at + c.period_us"                          \
  "  ELSE nullif (h.deadline_at, 0) - c.grace_us END <= $3)) AS is_late"                    \
  " FROM checks c JOIN heartbeats h ON h.team_id = c.team_id AND h.monitor_id = c.monitor_id"

static gboolean
reply_counts (TocsinCall *call, const TocsinPgRows *rows, const char *label, TocsinBadgeForm form,
              gboolean three)
{
  TocsinBadge badge = { .label = label,
                        .total = (guint) tocsin_pg_rows_get_int (rows, 0, 0),
                        .down = (guint) tocsin_pg_rows_get_int (rows, 0, 1),
                        .grace = (guint) tocsin_pg_rows_get_int (rows, 0, 2) };

  reply_badge (call, &badge, form, three);
  return TRUE;
}

/* Whether the signature is that of the tag; `*three` is whether it asks for three states. */
static gboolean
check_signature (GBytes *secret, const char *tag, const char *signature, gboolean *three)
{
  g_autofree char *right = sign (secret, tag);
  const char *rest;

  if (strlen (signature) < TOCSIN_BADGE_SIGNATURE_LENGTH ||
      sodium_memcmp (right, signature, TOCSIN_BADGE_SIGNATURE_LENGTH) != 0)
    return FALSE;
  rest = signature + TOCSIN_BADGE_SIGNATURE_LENGTH;
  *three = *rest == '\0';
  return *three || strcmp (rest, TWO_STATES) == 0;
}

static gboolean
reply_tag (TocsinCall *call, TocsinPg *pg, const char *signature, const char *tag,
           TocsinBadgeForm form, GError **error)
{
  g_autoptr (TocsinPgRows) project = NULL, rows = NULL;
  g_autoptr (GBytes) secret = NULL;
  gboolean all = strcmp (tag, ALL_TAGS) == 0, three;

  project = tocsin_pg_query (pg, error,
                             "SELECT b.secret, b.team_id, b.project_id, r.name"
                             " FROM project_badges b JOIN records r"
                             " ON r.team_id = b.team_id AND r.id = b.project_id"
                             " WHERE b.badge_key = $1 AND r.deleted_at = 0",
                             PG_TEXT (tocsin_call_get_param (call, "key")));
  if (project == NULL)
    return FALSE;
  if (tocsin_pg_rows_get_n (project) == 0)
    return fail_not_found (error);
  secret = tocsin_pg_rows_get_bytes (project, 0, 0);
  if (!check_signature (secret, tag, signature, &three))
    return fail_not_found (error);
  rows = tocsin_pg_query (pg, error,
                          SELECT_COUNTS " WHERE c.team_id = $1::uuid AND c.project_id = $2::uuid"
                                        " AND ($4::text IS NULL OR $4 = ANY (c.tags))) s",
                          PG_TEXT (tocsin_pg_rows_get_text (project, 0, 1)),
                          PG_TEXT (tocsin_pg_rows_get_text (project, 0, 2)), PG_INT (call->at_us),
                          PG_TEXT (all ? NULL : tag));
  return rows != NULL &&
         reply_counts (call, rows, all ? tocsin_pg_rows_get_text (project, 0, 3) : tag, form,
                       three);
}

static gboolean
get_tag_badge (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const char *file = tocsin_call_get_param (call, "file");
  g_autofree char *tag = NULL;
  TocsinBadgeForm form;
  gsize length;

  if (!tocsin_badge_split (file, &form, &length))
    return fail_not_found (error);
  tag = g_strndup (file, length);
  return reply_tag (call, pg, tocsin_call_get_param (call, "signature"), tag, form, error);
}

static gboolean
get_project_badge (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const char *file = tocsin_call_get_param (call, "file");
  g_autofree char *signature = NULL;
  TocsinBadgeForm form;
  gsize length;

  if (!tocsin_badge_split (file, &form, &length))
    return fail_not_found (error);
  signature = g_strndup (file, length);
  return reply_tag (call, pg, signature, ALL_TAGS, form, error);
}

static gboolean
get_check_badge (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const char *file = tocsin_call_get_param (call, "file");
  const char *states = tocsin_call_get_param (call, "states");
  gboolean three = strcmp (states, "3") == 0;
  g_autoptr (TocsinPgRows) check = NULL, rows = NULL;
  g_autofree char *id = NULL;
  TocsinBadgeForm form;
  gsize length;

  if (!tocsin_badge_split (file, &form, &length) || (!three && strcmp (states, "2") != 0))
    return fail_not_found (error);
  id = g_strndup (file, length);
  if (!tocsin_uuid_is_valid (id))
    return fail_not_found (error);
  check = tocsin_pg_query (pg, error,
                           "SELECT h.team_id, h.monitor_id, r.name FROM heartbeats h"
                           " JOIN records r ON r.team_id = h.team_id AND r.id = h.monitor_id"
                           " WHERE h.badge_id = $1::uuid",
                           PG_TEXT (id));
  if (check == NULL)
    return FALSE;
  if (tocsin_pg_rows_get_n (check) == 0)
    return fail_not_found (error);
  rows = tocsin_pg_query (
      pg, error, SELECT_COUNTS " WHERE c.team_id = $1::uuid AND c.monitor_id = $2::uuid) s",
      PG_TEXT (tocsin_pg_rows_get_text (check, 0, 0)),
      PG_TEXT (tocsin_pg_rows_get_text (check, 0, 1)), PG_INT (call->at_us));
  return rows != NULL &&
         reply_counts (call, rows, tocsin_pg_rows_get_text (check, 0, 2), form, three);
}

#define ROW(path_, handler_)                                                                    \
  {                                                                                             \
    .method = "GET", .path = path_, .access = TOCSIN_ACCESS_ANYONE, .style = TOCSIN_STYLE_TEXT, \
    .flags = TOCSIN_ROUTE_READ | TOCSIN_ROUTE_CORS, .handler = handler_,                        \
  }

static const TocsinRoute routes[] = {
  ROW ("/badge/{key}/{signature}/{file}", get_tag_badge),
  ROW ("/badge/{key}/{file}", get_project_badge),
  ROW ("/b/{states}/{file}", get_check_badge),
};

const TocsinRoutes tocsin_badge_routes = TOCSIN_ROUTES (routes);
