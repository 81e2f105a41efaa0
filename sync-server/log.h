/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "server-config.h"

G_BEGIN_DECLS

/* Sends GLib's log where the settings say: the journal, JSON lines or text on standard error. "auto"
 * is the journal where standard error is connected to it, text on a terminal, JSON else. */
void tocsin_log_init (const TocsinServerConfig *config);

/* One line of JSON for a log entry. (transfer full) */
char *tocsin_log_to_json (GLogLevelFlags level, const GLogField *fields, gsize n_fields,
                          gint64 at_us);

G_END_DECLS
