/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "link.h"
#include "test-postgres.h"
#include "test-server.h"

G_BEGIN_DECLS

/* A team server with its database, and desktops: each a bus, a tocsind and tocsinctl, as people run
 * them. The team has an owner, an editor and a viewer, and one project, “Web”. */
typedef struct {
  TocsinTestPostgres *postgres;
  TocsinTestServer *server;
  char *url;  /* of the database */
  char *team; /* its id */
  char *site; /* of something that answers: the server's own */
} Village;

/* FALSE: there is no PostgreSQL here, and the test is skipped. */
gboolean village_init (Village *village);
void village_clear (Village *village);

/* `tocsin-server` with the words of `line`; what it printed. (transfer full) */
char *village_admin (Village *village, const char *line, ...) G_GNUC_PRINTF (2, 3);
/* The first column of the first row. (transfer full) (nullable) */
char *village_ask (Village *village, const char *sql);

typedef struct {
  Village *village;
  GSubprocess *bus, *daemon;
  Link *link; /* to the server */
  char *address, *dir;
} Desktop;

/* Its daemon runs; nobody is signed in. */
void desktop_init (Desktop *desktop, Village *village);
void desktop_clear (Desktop *desktop);
void desktop_start (Desktop *desktop);
void desktop_stop (Desktop *desktop, int signal);
/* Its wire to the server is cut, or mended and then in use again. */
void desktop_cut (Desktop *desktop);
void desktop_mend (Desktop *desktop);
/* The server's address as it knows it. (transfer full) */
char *desktop_get_server (Desktop *desktop);
/* Signs in as `email`; ended by the wait until the team is in step, so that several can be under
 * way: the server lets a device ask every five seconds. */
GSubprocess *desktop_begin_sign_in (Desktop *desktop, const char *email);
void desktop_end_sign_in (Desktop *desktop, GSubprocess *login /* (transfer full) */);

/* `tocsinctl` with the words of `line`, which goes well; what it printed. (transfer full) */
char *desktop_ctl (Desktop *desktop, const char *line, ...) G_GNUC_PRINTF (2, 3);
/* The same where it may go otherwise; `err` (nullable) is what it said then. */
int desktop_try_ctl (Desktop *desktop, char **err, const char *line, ...) G_GNUC_PRINTF (3, 4);

/* A member of a monitor, of its status or, with "monitor." before it, of its settings, as text;
 * NULL: it is not there. (transfer full) */
char *desktop_get (Desktop *desktop, const char *monitor, const char *member);
/* Waits until it is `value`; NULL: until there is no such monitor. */
void desktop_wait_for (Desktop *desktop, const char *monitor, const char *member,
                       const char *value);
/* Waits until nothing of the team waits, and it is in step. */
void desktop_wait_in_step (Desktop *desktop);
/* Whether the sync log has an entry of this kind. */
gboolean desktop_has_logged (Desktop *desktop, const char *kind);

/* A tocsind without a bus and without a person, which is a probe of the team. */
typedef struct {
  Village *village;
  GSubprocess *daemon;
  Link *link; /* to the server */
  char *dir, *token;
} Probe;

/* Makes the probe at the server, and starts its daemon. */
void probe_init (Probe *probe, Village *village, const char *name, const char *labels);
void probe_clear (Probe *probe);
void probe_start (Probe *probe);
void probe_stop (Probe *probe, int signal);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Probe, probe_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Village, village_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Desktop, desktop_clear)

G_END_DECLS
