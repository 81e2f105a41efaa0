/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "call.h"
#include "check-view.h"

G_BEGIN_DECLS

/* What the handlers of this room share. */

/* Which of the three the request speaks, by its path. */
guint tocsin_checks_get_version (const TocsinCall *call);

/* For the request's version and key; clear it. */
void tocsin_checks_init_style (const TocsinCall *call, TocsinCheckStyle *style);

/* The monitor of the path's `{check}`: a ping UUID, or, where it may be, a unique key. 404, or 403
 * where it is another project's. (transfer full) */
char *tocsin_checks_find (TocsinCall *call, TocsinPg *pg, gboolean by_unique_key, GError **error);

/* One check as it is stored now; NULL with an error. */
GString *tocsin_checks_describe (TocsinCall *call, TocsinPg *pg, const char *monitor_id,
                                 GError **error);

/* The same as the reply. */
gboolean tocsin_checks_reply (TocsinCall *call, TocsinPg *pg, guint status, const char *monitor_id,
                              GError **error);

/* --- handlers --- */

gboolean tocsin_checks_list (TocsinCall *call, TocsinPg *pg, GError **error);
gboolean tocsin_checks_get (TocsinCall *call, TocsinPg *pg, GError **error);
gboolean tocsin_checks_list_channels (TocsinCall *call, TocsinPg *pg, GError **error);
gboolean tocsin_checks_create (TocsinCall *call, TocsinPg *pg, GError **error);
gboolean tocsin_checks_update (TocsinCall *call, TocsinPg *pg, GError **error);
gboolean tocsin_checks_pause (TocsinCall *call, TocsinPg *pg, GError **error);
gboolean tocsin_checks_resume (TocsinCall *call, TocsinPg *pg, GError **error);
gboolean tocsin_checks_delete (TocsinCall *call, TocsinPg *pg, GError **error);
gboolean tocsin_checks_list_pings (TocsinCall *call, TocsinPg *pg, GError **error);
gboolean tocsin_checks_get_ping_body (TocsinCall *call, TocsinPg *pg, GError **error);
gboolean tocsin_checks_list_flips (TocsinCall *call, TocsinPg *pg, GError **error);
gboolean tocsin_checks_list_badges (TocsinCall *call, TocsinPg *pg, GError **error);
gboolean tocsin_checks_get_status (TocsinCall *call, TocsinPg *pg, GError **error);

G_END_DECLS
