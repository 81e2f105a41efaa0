/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "pg.h"
#include "server-config.h"

G_BEGIN_DECLS

/* “tocsin-server doctor”: looks at what the server leans on, and says of each part whether it is as
 * it should be. What was seen are plain facts; what they mean is decided by rules over them, which
 * touch nothing. */

typedef enum {
  TOCSIN_VERDICT_OK,
  TOCSIN_VERDICT_WARN, /* it works, and will or may not one day */
  TOCSIN_VERDICT_FAIL, /* it does not */
} TocsinVerdict;

typedef struct {
  const char *part; /* static: "database" */
  TocsinVerdict verdict;
  char *text;   /* (owned) what is */
  char *advice; /* (owned) (nullable) what would be right */
} TocsinFinding;

GPtrArray *tocsin_findings_new (void); /* of TocsinFinding; it owns them */
/* `text` and `advice` (nullable) are copied. */
void tocsin_findings_add (GPtrArray *findings, const char *part, TocsinVerdict verdict,
                          const char *text, const char *advice);
/* How many are of this verdict. */
guint tocsin_findings_count (GPtrArray *findings, TocsinVerdict verdict);
/* A line each, or one JSON document. */
void tocsin_findings_write (GPtrArray *findings, gboolean json, GString *output);

/* --- rules --- */

typedef struct {
  int version; /* 150008; 0: not known */
  gint64 answer_us;
  gboolean is_replica;
  guint schema, schema_newest;
  gint64 clock_ahead_us; /* of the database's before ours */
  gint64 connections_most, connections_reserved, connections_of_others;
} TocsinDatabaseFacts;

void tocsin_doctor_judge_database (const TocsinDatabaseFacts *facts, gint64 connections_wanted,
                                   GPtrArray *findings);

typedef struct {
  const char *path; /* (nullable) where PostgreSQL stores; NULL: it is not to be seen from here */
  gint64 free_bytes, total_bytes;
  gint64 database_bytes;
} TocsinDiskFacts;

void tocsin_doctor_judge_disk (const TocsinDiskFacts *facts, GPtrArray *findings);

typedef struct {
  const char *url;      /* that was asked */
  const char *error;    /* (nullable) why there is no answer */
  long status;          /* of the answer */
  const char *server;   /* (nullable) who it says that it is */
  const char *location; /* (nullable) where it sends us */
  const char *address;  /* (nullable) that was connected to */
  gboolean is_ours;     /* it is what /healthz of this program says */
  gint64 answer_us;
} TocsinAnswerFacts;

void tocsin_doctor_judge_answer (const TocsinAnswerFacts *facts, GPtrArray *findings);

/* Of a certificate, that `name` shows, when it expires; both in µs since the epoch. */
void tocsin_doctor_judge_certificate (const char *name, gint64 expires_at, gint64 now_us,
                                      GPtrArray *findings);

typedef struct {
  const char *url;   /* smtp_url; (nullable) there is none */
  const char *error; /* (nullable) why it did not come to the end */
  gboolean is_encrypted;
  gboolean is_local;   /* on this machine */
  gboolean has_signed; /* in, with user and password */
  const char *sent_to; /* (nullable) whom a message was sent to */
} TocsinMailFacts;

void tocsin_doctor_judge_mail (const TocsinMailFacts *facts, GPtrArray *findings);

/* Whether it leads to this machine. */
gboolean tocsin_doctor_is_local_url (const char *url);

/* What can be told from the settings alone: proxies, secrets, addresses. */
void tocsin_doctor_judge_settings (const TocsinServerConfig *config, GPtrArray *findings);

/* --- looking --- */

void tocsin_doctor_look_at_database (const TocsinServerConfig *config, GPtrArray *findings);
void tocsin_doctor_look_at_public_url (const TocsinServerConfig *config, gint64 now_us,
                                       GPtrArray *findings);
void tocsin_doctor_look_at_certificate_file (const TocsinServerConfig *config, gint64 now_us,
                                             GPtrArray *findings);
/* Sends a message only where `mail_to` is not NULL. */
void tocsin_doctor_look_at_mail (const TocsinServerConfig *config, const char *mail_to,
                                 gint64 now_us, GPtrArray *findings);

G_END_DECLS
