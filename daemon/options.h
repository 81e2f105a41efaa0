/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What tocsind was told on its command line. */
typedef enum { TOCSIN_BUS_SESSION, TOCSIN_BUS_SYSTEM, TOCSIN_BUS_NONE } TocsinBusKind;

typedef struct {
  guint bus; /* TocsinBusKind */
  char *data_dir;
  char *key_file;      /* (nullable) of the stored passwords, within `data_dir` where relative */
  char *listen_host;   /* "127.0.0.1" */
  guint16 listen_port; /* 0: any */
  gboolean listen_given;
  char **references; /* (nullable) "HOST:PORT" that tell whether this machine has a network */
  gint64 keep_samples_us, keep_hours_us; /* < 0: the store's defaults */
  char *server, *probe_token; /* (nullable) both or none: a probe of a team, from the environment */
  gboolean verbose;
  gboolean version; /* print it and end */
} TocsinOptions;

/* Reads the command line; `argv` loses what was read. FALSE with an error that says what would be
 * right. */
gboolean tocsin_options_parse (TocsinOptions *options, int *argc, char ***argv, GError **error);
void tocsin_options_clear (TocsinOptions *options);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TocsinOptions, tocsin_options_clear)

G_END_DECLS
