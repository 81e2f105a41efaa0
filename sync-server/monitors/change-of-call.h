/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "call.h"
#include "monitors.h"

G_BEGIN_DECLS

/* Who asks for a change, by the request; the texts stay the call's. */
TocsinChange tocsin_change_of_call (const TocsinCall *call, const char *team_id);

G_END_DECLS
