/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "command.h"

G_BEGIN_DECLS

/* `exec`: a job between two pings. Answers the job's own exit status. */
int tocsin_ctl_run_exec (TocsinCall *call, GError **error);

G_END_DECLS
