/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-postgres"

#include "config.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support.h"
#include "test-postgres.h"

#define FIRST_DATABASE "tocsin"

struct _TocsinTestPostgres {
  char *programs; /* (owned) the folder of initdb and postgres */
  char *folder;   /* (owned) the cluster and its socket */
  char *data;     /* (owned) */
  char *url;      /* (owned) */
  GSubprocess *process;
  guint n_databases;
  gboolean is_durable;
};

/* --- as whom --- */

/* PostgreSQL refuses to be root's. In the child, between fork and exec. */
static void
child_setup_cb (gpointer user_data)
{
  const struct passwd *user = user_data;

  if (user != NULL &&
      (setgroups (0, NULL) != 0 || setgid (user->pw_gid) != 0 || setuid (user->pw_uid) != 0))
    _exit (126);
  prctl (PR_SET_PDEATHSIG, SIGQUIT); /* after setuid, which forgets it */
}

static struct passwd *
get_user (void)
{
  return getuid () == 0 ? getpwnam ("nobody") : NULL;
}

static GSubprocess *
spawn (const char *const *argv, const char *log_path)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (GError) error = NULL;
  GSubprocess *process;

  g_subprocess_launcher_set_child_setup (launcher, child_setup_cb, get_user (), NULL);
  g_subprocess_launcher_set_stdout_file_path (launcher, log_path);
  g_subprocess_launcher_set_flags (launcher, G_SUBPROCESS_FLAGS_STDERR_MERGE);
  g_subprocess_launcher_set_cwd (launcher, "/");
  process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
  return process;
}

/* --- the cluster --- */

static int
compare_versions (gconstpointer a, gconstpointer b)
{
  return (int) g_ascii_strtoull (*(char *const *) b, NULL, 10) -
         (int) g_ascii_strtoull (*(char *const *) a, NULL, 10);
}

/* Debian keeps each version in a folder of its own, out of PATH. (transfer full) (nullable) */
static char *
find_programs (void)
{
  static const char debian[] = "/usr/lib/postgresql";
  g_autoptr (GPtrArray) versions = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (debian, 0, NULL);
  g_autofree char *in_path = g_find_program_in_path ("initdb");
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (versions, g_strdup (name));
  g_ptr_array_sort (versions, compare_versions);
  for (guint i = 0; i < versions->len; i++) {
    g_autofree char *folder =
        g_build_filename (debian, g_ptr_array_index (versions, i), "bin", NULL);
    g_autofree char *initdb = g_build_filename (folder, "initdb", NULL);

    if (g_file_test (initdb, G_FILE_TEST_IS_EXECUTABLE))
      return g_steal_pointer (&folder);
  }
  return in_path != NULL ? g_path_get_dirname (in_path) : NULL;
}

static void
make_cluster (TocsinTestPostgres *self)
{
  g_autofree char *initdb = g_build_filename (self->programs, "initdb", NULL);
  g_autofree char *log = g_build_filename (self->folder, "initdb.log", NULL);
  const char *argv[] = { initdb,  "-D", self->data, "-U",         "tocsin", "-A",
                         "trust", "-E", "UTF8",     "--locale=C", "-N",     NULL };
  g_autoptr (GSubprocess) process = spawn (argv, log);
  g_autoptr (GError) error = NULL;

  g_subprocess_wait_check (process, NULL, &error);
  g_assert_no_error (error);
}

static gboolean
answers (gpointer user_data)
{
  TocsinTestPostgres *self = user_data;
  g_autofree char *url =
      g_strdup_printf ("postgresql:///postgres?host=%s&user=tocsin", self->folder);

  return PQping (url) == PQPING_OK;
}

void
tocsin_test_postgres_start (TocsinTestPostgres *self)
{
  g_autofree char *program = g_build_filename (self->programs, "postgres", NULL);
  g_autofree char *log = g_build_filename (self->folder, "postgres.log", NULL);
  const char *argv[] = { program,
                         "-D",
                         self->data,
                         "-k",
                         self->folder,
                         "-c",
                         "listen_addresses=",
                         "-c",
                         self->is_durable ? "fsync=on" : "fsync=off",
                         "-c",
                         "max_connections=200",
                         NULL };
  g_autoptr (GMainContext) context = g_main_context_new ();

  g_assert_null (self->process);
  self->process = spawn (argv, log);
  tocsin_test_wait (context, answers, self);
}

void
tocsin_test_postgres_stop (TocsinTestPostgres *self)
{
  g_assert_nonnull (self->process);
  g_subprocess_send_signal (self->process, SIGQUIT); /* which is “immediate shutdown” */
  g_subprocess_wait (self->process, NULL, NULL);
  g_clear_object (&self->process);
}

void
tocsin_test_postgres_make_durable (TocsinTestPostgres *self)
{
  self->is_durable = TRUE;
  tocsin_test_postgres_stop (self);
  tocsin_test_postgres_start (self);
}

pid_t
tocsin_test_postgres_get_pid (TocsinTestPostgres *self)
{
  return atoi (g_subprocess_get_identifier (self->process));
}

/* --- databases --- */

static char *
make_url (TocsinTestPostgres *self, const char *database)
{
  return g_strdup_printf ("postgresql:///%s?host=%s&user=tocsin", database, self->folder);
}

static void
make_database (TocsinTestPostgres *self, const char *name)
{
  g_autofree char *url = make_url (self, "postgres");
  g_autofree char *sql = g_strdup_printf ("CREATE DATABASE %s", name);
  PGconn *connection = PQconnectdb (url);
  PGresult *result;

  g_assert_cmpint (PQstatus (connection), ==, CONNECTION_OK);
  result = PQexec (connection, sql);
  g_assert_cmpint (PQresultStatus (result), ==, PGRES_COMMAND_OK);
  PQclear (result);
  PQfinish (connection);
}

char *
tocsin_test_postgres_make_database (TocsinTestPostgres *self)
{
  g_autofree char *name = g_strdup_printf ("other%u", ++self->n_databases);

  make_database (self, name);
  return make_url (self, name);
}

const char *
tocsin_test_postgres_get_url (TocsinTestPostgres *self)
{
  return self->url;
}

/* --- life --- */

/* In /tmp whatever TMPDIR says: the path of a socket has at most 107 bytes. */
static char *
make_folder (void)
{
  const struct passwd *user = get_user ();
  char *folder = g_strdup ("/tmp/tocsin-postgres-XXXXXX");

  g_assert_nonnull (g_mkdtemp (folder));
  if (user != NULL)
    g_assert_no_errno (chown (folder, user->pw_uid, user->pw_gid));
  return folder;
}

TocsinTestPostgres *
tocsin_test_postgres_new (void)
{
  g_autofree char *programs = find_programs ();
  TocsinTestPostgres *self;

  if (programs == NULL)
    return NULL;
  self = g_new0 (TocsinTestPostgres, 1);
  self->programs = g_steal_pointer (&programs);
  self->folder = make_folder ();
  self->data = g_build_filename (self->folder, "data", NULL);
  self->url = make_url (self, FIRST_DATABASE);
  make_cluster (self);
  tocsin_test_postgres_start (self);
  make_database (self, FIRST_DATABASE);
  return self;
}

void
tocsin_test_postgres_free (TocsinTestPostgres *self)
{
  if (self == NULL)
    return;
  if (self->process != NULL)
    tocsin_test_postgres_stop (self);
  tocsin_test_remove (self->folder);
  g_free (self->programs);
  g_free (self->folder);
  g_free (self->data);
  g_free (self->url);
  g_free (self);
}
