/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "fields.h"
#include "sample.h"

G_BEGIN_DECLS

#define TOCSIN_INCIDENT_UPDATES    1000
#define TOCSIN_INCIDENT_TEXT_BYTES 65536

/* A step in an incident's timeline. */
typedef enum {
  TOCSIN_UPDATE_OPENED,
  TOCSIN_UPDATE_STATE, /* the monitor's state changed meanwhile */
  TOCSIN_UPDATE_NOTE,
  TOCSIN_UPDATE_ACKNOWLEDGED,
  TOCSIN_UPDATE_CAUSE,
  TOCSIN_UPDATE_RESOLUTION,
  TOCSIN_UPDATE_CLOSED,
} TocsinUpdateKind;

extern const TocsinWords tocsin_update_kind_words;

typedef struct {
  gint64 at_us;
  guint kind;           /* TocsinUpdateKind */
  char *text;           /* (owned) (nullable) */
  char *author;         /* (owned) (nullable) who wrote it; NULL is Tocsin */
  TocsinSample *sample; /* (owned) (nullable) what was seen */
} TocsinUpdate;

extern const TocsinFields tocsin_update_fields;

/* An outage with its timeline. */
typedef struct {
  char *id;
  char *monitor_id;
  char *monitor_name;     /* as it was called when it opened */
  gint64 began_at;        /* of the first failed sample */
  gint64 confirmed_at;    /* when it opened */
  gint64 ended_at;        /* 0: open; of the first of the good samples that closed it */
  guint code;             /* TocsinCode of the sample that opened it */
  char *reason;           /* (nullable) its sentence */
  gint64 acknowledged_at; /* 0: not */
  char *root_cause;       /* (nullable) written by people */
  char *resolution;       /* (nullable) */
  GPtrArray *updates;     /* (owned) (nullable) (element-type TocsinUpdate) oldest first */
} TocsinIncident;

/* {id, monitor_id, monitor_name, began_at, confirmed_at, ended_at, code, reason, …, updates []} */
extern const TocsinFields tocsin_incident_fields;

TocsinIncident *tocsin_incident_new (void);
TocsinIncident *tocsin_incident_copy (const TocsinIncident *incident);
void tocsin_incident_free (TocsinIncident *incident);

/* Adds to the timeline; `sample` is copied. The last one wins where there are too many: the second
 * oldest goes, the first, which opened it, stays. */
void tocsin_incident_add_update (TocsinIncident *incident, gint64 at_us, TocsinUpdateKind kind,
                                 const char *text, const char *author, const TocsinSample *sample);

/* How long it lasted until it ended or, where it is open, until `now_us`. */
gint64 tocsin_incident_get_duration_us (const TocsinIncident *incident, gint64 now_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinIncident, tocsin_incident_free)

G_END_DECLS
