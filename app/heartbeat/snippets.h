/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "monitor.h"

G_BEGIN_DECLS

/* Ready-made lines that make a job ping its heartbeat. */
typedef enum {
  TOCSIN_SNIPPET_CRONTAB,
  TOCSIN_SNIPPET_SYSTEMD,
  TOCSIN_SNIPPET_CURL,
  TOCSIN_SNIPPET_POWERSHELL,
  TOCSIN_SNIPPET_PYTHON,
  TOCSIN_SNIPPET_EXEC,
  TOCSIN_N_SNIPPETS,
} TocsinSnippet;

/* "systemd timer"; names of programs are not translated. */
const char *tocsin_snippet_get_label (TocsinSnippet snippet);

/* The text for `monitor`, a heartbeat, and its `url`: the schedule is the monitor's where the
 * language can say it, else a comment says what it is. The job itself is the placeholder
 * /path/to/job. (transfer full) */
char *tocsin_snippet_to_text (TocsinSnippet snippet, const TocsinMonitor *monitor, const char *url);

G_END_DECLS
