/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "pg.h"
#include "server-config.h"

G_BEGIN_DECLS

/* What a command line of tocsin-server has at hand. */
typedef struct {
  const TocsinServerConfig *config;
  const char *config_path; /* (nullable) what --config said */
  TocsinPg *pg;            /* (nullable) in a transaction that is committed after success */
  gint64 now_us;
  gboolean json; /* --json */
} TocsinAdmin;

/* A command is one row. `usage` is what follows the name: "add EMAIL [--name NAME]". With a database
 * it runs in a transaction; its output is kept until that was committed. */
typedef struct {
  const char *name;  /* "user add" */
  const char *usage; /* "EMAIL" */
  const char *help;
  guint flags; /* TocsinAdminFlags */
  guint least_args, most_args;
  gboolean (*run) (TocsinAdmin *admin, char **args, GString *output, GError **error);
  const char *more; /* (nullable) lines for “COMMAND --help”, each indented by six */
} TocsinAdminCommand;

typedef enum {
  TOCSIN_ADMIN_CONFIG = 1 << 0,   /* the settings must be right */
  TOCSIN_ADMIN_DATABASE = 1 << 1, /* and the database there, with this program's schema */
} TocsinAdminFlags;

/* The rows of each file, ended by one without a name. */
extern const TocsinAdminCommand tocsin_admin_account_commands[];
extern const TocsinAdminCommand tocsin_admin_issuer_commands[];
extern const TocsinAdminCommand tocsin_admin_record_commands[];
extern const TocsinAdminCommand tocsin_admin_doctor_commands[];
extern const TocsinAdminCommand tocsin_admin_project_commands[];
extern const TocsinAdminCommand tocsin_admin_server_commands[];

/* Runs what `argv` says; answers the exit code: 0, 1 for a failure, 2 for a wrong command line. */
int tocsin_cli_run (int argc, char **argv);

G_END_DECLS
