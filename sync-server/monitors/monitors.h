/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <json-glib/json-glib.h>

#include "heartbeat.h"
#include "judge.h"
#include "monitor.h"
#include "pg.h"
#include "schedule.h"

G_BEGIN_DECLS

/* The one place that makes, edits, pauses and deletes monitors of a team: the record, a heartbeat's
 * row beside it, what the change does to deadline and state, and the audit log, in the caller's
 * transaction. The team's next sequence number is taken last, so make nothing after it that waits
 * for another lock. Errors: NOT_FOUND, INVALID, EXISTS (TOCSIN_ERROR), TOCSIN_PG_ERROR. */

/* Who changes something, for the audit log, and when. */
typedef struct {
  const char *team_id;
  const char *actor_kind; /* as the audit log has it: "user", "token", "key", "system" */
  const char *actor_id;   /* (nullable) */
  const char *actor_name; /* (nullable) */
  const char *address;    /* (nullable) */
  gint64 at_us;
  const guint8 *key;      /* (nullable) TOCSIN_SERVER_KEY_BYTES that seal secrets */
  const char *user_id;    /* (nullable) the person's, where it is one */
  JsonArray *lost;        /* (nullable) what others lose by it, as record-rows.h has it */
  JsonObject *rescued;    /* (nullable) {member: revision}, likewise */
  gint64 revision;        /* of what is made; 0: 1 */
  gboolean keeps_address; /* what is made keeps its ping_id, where nobody else has it */
} TocsinChange;

/* A monitor as the server keeps it. The members from `schedule` on are a heartbeat's. */
typedef struct {
  char *team_id;
  char *project_id;
  TocsinMonitor *monitor; /* with id, created_at, revision, slug and ping_id as stored */
  gint64 seq;
  gint64 updated_at;
  GBytes *sealed;       /* (owned) (nullable) its secrets */
  gboolean is_unsealed; /* `monitor` has them */

  TocsinSchedule *schedule;   /* (nullable) */
  TocsinHeartbeat *heartbeat; /* (nullable) */
  TocsinJudge *judge;         /* (nullable) */
  char *badge_id;             /* (nullable) */
  char *incident_id;          /* (nullable) the open one */
  gint64 n_pings;

  /* Of the API that heartbeat clients know, and not of the monitor. */
  char **channels; /* (nullable) ids */
  gboolean filter_subject;
  gboolean filter_body;
} TocsinStoredMonitor;

void tocsin_stored_monitor_free (TocsinStoredMonitor *stored);

typedef enum {
  TOCSIN_MONITORS_READ,
  TOCSIN_MONITORS_LOCK, /* until the end of the transaction; comes before any change */
} TocsinMonitorsMode;

/* Any project's of the team. NULL: NOT_FOUND, also for one that was deleted. */
TocsinStoredMonitor *tocsin_monitors_load (TocsinPg *pg, const char *team_id, const char *id,
                                           TocsinMonitorsMode mode, GError **error);

/* Puts the secrets into `monitor`, for an edit that may change some. INVALID: the server has no
 * key, or it was another one that sealed them. */
gboolean tocsin_monitors_unseal (TocsinStoredMonitor *stored, const guint8 *key, GError **error);

/* Locks the project until the end of the transaction, so that "is there one? no: make it" is done
 * by one at a time. NOT_FOUND. */
gboolean tocsin_monitors_lock_project (TocsinPg *pg, const char *team_id, const char *project_id,
                                       GError **error);

/* Makes a monitor in a project, which is locked. `stored` has project_id, monitor and what of
 * `channels`, `filter_subject` and `filter_body` is wanted; the rest is filled in: id, created_at,
 * ping_id, revision. EXISTS: the project has the slug already. */
gboolean tocsin_monitors_create (TocsinPg *pg, const TocsinChange *change,
                                 TocsinStoredMonitor *stored, GError **error);

/* The same with an id that whoever asks has made. EXISTS: there is a record of that id. */
gboolean tocsin_monitors_create_as (TocsinPg *pg, const TocsinChange *change,
                                    TocsinStoredMonitor *stored, const char *id, GError **error);

/* Makes one again that was deleted: `stored->monitor` is as it shall be and has the tombstone's id,
 * revision, created_at and ping_id. Its record's row is locked. */
gboolean tocsin_monitors_restore (TocsinPg *pg, const TocsinChange *change,
                                  TocsinStoredMonitor *stored, GError **error);

/* A heartbeat of the project by its slug, made where there is none: name and slug are `slug`, a
 * ping is due every day, an hour of grace, all channels. `*created` says whether it was. */
TocsinStoredMonitor *tocsin_monitors_find_or_create_slug (TocsinPg *pg, const TocsinChange *change,
                                                          const char *project_id, const char *slug,
                                                          gboolean *created, GError **error);

/* Replaces what `stored`, which was loaded with LOCK, has of a monitor by `edited` (id, kind and
 * ping_id stay). The heartbeat's deadline and the judge follow; `paused` that changed
 * pauses or resumes. Where nothing differs nothing is written. */
gboolean tocsin_monitors_edit (TocsinPg *pg, const TocsinChange *change,
                               TocsinStoredMonitor *stored, const TocsinMonitor *edited,
                               GError **error);

/* The same, and moves it into a project of the team. */
gboolean tocsin_monitors_edit_in (TocsinPg *pg, const TocsinChange *change,
                                  TocsinStoredMonitor *stored, const TocsinMonitor *edited,
                                  const char *project_id, GError **error);

/* An edit of `paused` alone. */
gboolean tocsin_monitors_set_paused (TocsinPg *pg, const TocsinChange *change,
                                     TocsinStoredMonitor *stored, gboolean paused, GError **error);

/* After a ping that ended a pause: the record says so too. The heartbeat's row is the caller's, and
 * is locked. */
gboolean tocsin_monitors_resume_record (TocsinPg *pg, const TocsinChange *change,
                                        const char *monitor_id, GError **error);

/* Leaves a tombstone; pings, flips and incidents go. `stored` was loaded with LOCK. */
gboolean tocsin_monitors_delete (TocsinPg *pg, const TocsinChange *change,
                                 TocsinStoredMonitor *stored, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinStoredMonitor, tocsin_stored_monitor_free)

G_END_DECLS
