/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

/* What every fuzz target defines, under the name that libFuzzer wants. */
int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);
