/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "monitor.h"

G_BEGIN_DECLS

/* What Edit is to be told so that `before` becomes `after`: `set` (transfer floating) as a{sv}, and
 * the names of the members that go back to their defaults (transfer full). Secrets are those of
 * `after` that are set: one that it has not is left as it is, unless it is in `removed`. FALSE
 * where nothing changes; the out parameters are touched only otherwise. */
gboolean tocsin_editor_changes (const TocsinMonitor *before, const TocsinMonitor *after,
                                const char *const *removed, GVariant **set, char ***unset);

/* What Add and Try are to be told: `monitor` with its secrets; those in `removed` as empty, so that
 * Try does not take the kept ones. (transfer floating) */
GVariant *tocsin_editor_describe (const TocsinMonitor *monitor, const char *const *removed);

/* Whether `field` has the same value in both. */
gboolean tocsin_editor_is_same (const TocsinField *field, const TocsinMonitor *a,
                                const TocsinMonitor *b);

G_END_DECLS
