/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "server-config.h"

G_BEGIN_DECLS

/* What the settings mean together: fills in what follows from others, reads the key, and refuses
 * what can't be. */
gboolean tocsin_server_config_check (TocsinServerConfig *config, char **environment,
                                     GError **error);

G_END_DECLS
