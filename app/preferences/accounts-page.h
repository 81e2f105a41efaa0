/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <adwaita.h>

#include "client.h"

G_BEGIN_DECLS

/* The servers that somebody signed in to here, and their teams; a team opens a page of its own in
 * the preferences' window, which is what the page lies in. */
#define TOCSIN_TYPE_ACCOUNTS_PAGE (tocsin_accounts_page_get_type ())
G_DECLARE_FINAL_TYPE (TocsinAccountsPage, tocsin_accounts_page, TOCSIN, ACCOUNTS_PAGE,
                      AdwPreferencesPage)

GtkWidget *tocsin_accounts_page_new (TocsinClient *client);

G_END_DECLS
