/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "point.h"

/* A random history, sorted by time: spans between samples from none to six hours, every outcome,
 * flag and shape of phases. (transfer full) */
TocsinPoint *random_points (GRand *rand, guint n, gint64 from_us);
