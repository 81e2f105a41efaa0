/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "options.h"

G_BEGIN_DECLS

/* The whole daemon, from an open store to its last write. Runs the default main context until
 * SIGTERM, SIGINT or the loss of its bus name; answers the exit status. An error at the start is
 * printed. */
int tocsin_daemon_run (const TocsinOptions *options);

G_END_DECLS
