/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "fields.h"
#include "monitor.h"

G_BEGIN_DECLS

/* What the daemon answered, as models. What can't be read, such as a state of a newer daemon, is
 * logged at debug and left out. */

/* `aa{sv}`. (transfer container): objects of `fields`, each freed by `free_object`. */
GPtrArray *tocsin_decode_list (GVariant *list, const TocsinFields *fields,
                               GDestroyNotify free_object);

/* `a{sv}`. An object of `fields`, for tocsin_fields_free () or its own free function; NULL where it
 * is empty or can't be read. */
gpointer tocsin_decode_object (GVariant *members, const TocsinFields *fields);

/* A monitor without its secrets, as Get answers it; NULL where it can't be read. */
TocsinMonitor *tocsin_decode_monitor (GVariant *members);

G_END_DECLS
