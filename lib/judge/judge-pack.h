/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "judge.h"

G_BEGIN_DECLS

/* A judge as a few bytes, for who keeps thousands of them and reads and writes each with every
 * sample: what tocsin_judge_fields says as JSON, without its names. */

/* (transfer full) */
GBytes *tocsin_judge_pack (const TocsinJudge *judge);

/* Any bytes: a judge or DAMAGED; TOO_NEW where a newer version wrote it. */
TocsinJudge *tocsin_judge_unpack (const guint8 *data, gsize size, GError **error);

G_END_DECLS
