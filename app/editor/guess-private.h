/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "guess.h"

G_BEGIN_DECLS

/* Each answers NULL where `text`, which has no blanks around it, is none of its. */

/* A schedule with what runs by it: "every 5 minutes backup", "0 3 * * * backup.sh", "@daily",
 * "Mon..Fri 03:00". */
TocsinMonitor *tocsin_guess_schedule (const char *text);

/* A command line that tests something itself: "curl -H 'Accept: text/html' https://example.org",
 * "ping -c 3 example.org", "dig mx example.org", "nc db.example.org 5432". */
TocsinMonitor *tocsin_guess_command (const char *text);

/* Some other command, or whatever has blanks in it: a job that is to ping. */
TocsinMonitor *tocsin_guess_job (const char *text);

/* Puts what `url` says into `monitor`, a http one: target, name, and name and password before @. */
gboolean tocsin_guess_set_url (TocsinMonitor *monitor, const char *url);

G_END_DECLS
