/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "args.h"
#include "bus-generated.h"
#include "fields.h"

G_BEGIN_DECLS

/* How tocsinctl ends. */
typedef enum {
  TOCSIN_EXIT_FINE = 0,
  TOCSIN_EXIT_DOWN = 1,  /* something is down (status), or the daemon refused */
  TOCSIN_EXIT_USAGE = 2, /* bad usage, bad input */
  TOCSIN_EXIT_NO_DAEMON = 3,
} TocsinExit;

typedef struct _TocsinCommand TocsinCommand;

/* A command while it runs. */
typedef struct {
  const TocsinCommand *command;
  TocsinArgs args;
  TocsinDbusTocsin1 *daemon; /* (owned) (nullable) where the command needs none */
  gboolean json;
} TocsinCall;

typedef int (*TocsinCommandFunc) (TocsinCall *call, GError **error);

typedef enum {
  TOCSIN_COMMAND_NO_DAEMON = 1 << 0,  /* runs without one */
  TOCSIN_COMMAND_ANY_OPTION = 1 << 1, /* members of a monitor are options */
} TocsinCommandFlags;

struct _TocsinCommand {
  const char *name;  /* "list", "add http" */
  const char *usage; /* what follows the name */
  const char *help;  /* one line */
  const char *more;  /* (nullable) details and examples */
  const TocsinOption *options;
  guint flags;
  guint least, most; /* positional arguments */
  TocsinCommandFunc run;
};

/* Each family's commands, ended by a row of NULL. */
extern const TocsinCommand tocsin_commands_monitors[];
extern const TocsinCommand tocsin_commands_history[];
extern const TocsinCommand tocsin_commands_incidents[];
extern const TocsinCommand tocsin_commands_records[];
extern const TocsinCommand tocsin_commands_schedule[];
extern const TocsinCommand tocsin_commands_live[];
extern const TocsinCommand tocsin_commands_teams[];

/* Runs a command line; answers the exit status. */
int tocsin_ctl_run (int argc, char **argv);

/* The error in the words of a call over the bus: without GDBus' prefix. */
void tocsin_ctl_strip_error (GError *error);

/* 1..n members of a call's answer. */
gpointer tocsin_ctl_decode (const TocsinFields *fields, GVariant *variant, GError **error);

/* (element-type of `fields`), free each with tocsin_fields_free () */
GPtrArray *tocsin_ctl_decode_list (const TocsinFields *fields, GVariant *variant, GError **error);
void tocsin_ctl_free_list (const TocsinFields *fields, GPtrArray *list);

/* A monitor from `add KIND TARGET --member value …`. */
gpointer tocsin_ctl_read_monitor (TocsinCall *call, guint kind, GError **error);

G_END_DECLS
