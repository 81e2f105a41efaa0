/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-smtp-server"

#include "config.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "test-listener.h"
#include "test-smtp-server.h"

#define LINE_BYTES 4096

struct _TocsinTestSmtpServer {
  TocsinTestListener *listener;
  SSL_CTX *ctx;  /* (owned) (nullable) */
  char *sign_in; /* (nullable) base64 of \0user\0password */
  GMutex lock;   /* of what follows */
  GPtrArray *mails;
  GHashTable *once; /* recipients who were put off */
  gboolean was_encrypted, was_signed_in;
  int n_tries; /* atomic */
};

typedef struct {
  TocsinTestSmtpServer *server;
  TocsinTestListener *listener;
  int fd;
  SSL *ssl; /* (nullable) */
  gboolean is_signed_in, is_over;
  char *from, *to; /* (nullable) */
} Talk;

static void
put (Talk *talk, const char *text)
{
  gsize length = strlen (text);

  while (length > 0 && !talk->is_over) {
    gssize n = talk->ssl != NULL ? SSL_write (talk->ssl, text, (int) length)
                                 : send (talk->fd, text, length, MSG_NOSIGNAL);

    talk->is_over = n <= 0;
    text += MAX (n, 0);
    length -= (gsize) MAX (n, 0);
  }
}

/* Without its end; FALSE where the other side is gone. */
static gboolean
get_line (Talk *talk, GString *line)
{
  gboolean can_read, other;
  char byte;

  g_string_set_size (line, 0);
  while (line->len < LINE_BYTES) {
    if ((talk->ssl == NULL || SSL_pending (talk->ssl) == 0) &&
        !tocsin_test_listener_poll (talk->listener, talk->fd, -1, &can_read, &other))
      return FALSE;
    if ((talk->ssl != NULL ? SSL_read (talk->ssl, &byte, 1) : recv (talk->fd, &byte, 1, 0)) != 1)
      return FALSE;
    if (byte == '\n')
      return TRUE;
    if (byte != '\r')
      g_string_append_c (line, byte);
  }
  return FALSE;
}

/* Whether it is the first time that this is asked of `to`. */
static gboolean
take_first (Talk *talk)
{
  gboolean first;

  g_mutex_lock (&talk->server->lock);
  first = g_hash_table_add (talk->server->once, g_strdup (talk->to));
  g_mutex_unlock (&talk->server->lock);
  return first;
}

static char *
get_address (const char *line)
{
  const char *open = strchr (line, '<');
  const char *close = open != NULL ? strchr (open, '>') : NULL;

  return close != NULL ? g_strndup (open + 1, (gsize) (close - open - 1)) : g_strdup ("");
}

static void
keep (Talk *talk, const GString *text)
{
  TocsinTestSmtpServer *server = talk->server;

  g_mutex_lock (&server->lock);
  g_ptr_array_add (server->mails,
                   g_strdup_printf ("%s -> %s\n%s", talk->from, talk->to, text->str));
  server->was_encrypted = talk->ssl != NULL;
  server->was_signed_in = talk->is_signed_in;
  g_mutex_unlock (&server->lock);
}

/* --- the commands --- */

static void
do_ehlo (Talk *talk, const char *line)
{
  put (talk, "250-mail.example.org\r\n");
  if (talk->server->ctx != NULL && talk->ssl == NULL)
    put (talk, "250-STARTTLS\r\n");
  if (talk->server->sign_in != NULL)
    put (talk, "250-AUTH PLAIN\r\n");
  put (talk, "250-SMTPUTF8\r\n250 8BITMIME\r\n");
}

static void
do_starttls (Talk *talk, const char *line)
{
  put (talk, "220 go ahead\r\n");
  talk->ssl = SSL_new (talk->server->ctx);
  SSL_set_fd (talk->ssl, talk->fd);
  talk->is_over = SSL_accept (talk->ssl) != 1;
}

static void
do_auth (Talk *talk, const char *line)
{
  g_autoptr (GString) answer = g_string_new (NULL);

  if (strcmp (line, "AUTH PLAIN") == 0) {
    put (talk, "334 \r\n");
    talk->is_over = talk->is_over || !get_line (talk, answer);
  } else {
    g_string_assign (answer, line + strlen ("AUTH PLAIN "));
  }
  talk->is_signed_in = g_strcmp0 (answer->str, talk->server->sign_in) == 0;
  put (talk, talk->is_signed_in ? "235 welcome\r\n" : "535 wrong user or password\r\n");
}

static void
do_mail (Talk *talk, const char *line)
{
  if (talk->server->sign_in != NULL && !talk->is_signed_in) {
    put (talk, "530 sign in first\r\n");
    return;
  }
  g_free (talk->from);
  talk->from = get_address (line);
  put (talk, "250 ok\r\n");
}

static void
do_rcpt (Talk *talk, const char *line)
{
  g_free (talk->to);
  talk->to = get_address (line);
  if (g_str_has_prefix (talk->to, "refused@"))
    put (talk, "550 no such mailbox\r\n");
  else if (g_str_has_prefix (talk->to, "later@") && take_first (talk))
    put (talk, "451 come back later\r\n");
  else
    put (talk, "250 ok\r\n");
}

static void
do_data (Talk *talk, const char *line)
{
  g_autoptr (GString) text = g_string_new (NULL), part = g_string_new (NULL);

  g_atomic_int_inc (&talk->server->n_tries);
  put (talk, "354 go ahead\r\n");
  if (g_str_has_prefix (talk->to, "cut@") && take_first (talk)) {
    talk->is_over = TRUE;
    return;
  }
  for (;;) {
    if (!get_line (talk, part)) {
      talk->is_over = TRUE;
      return;
    }
    if (strcmp (part->str, ".") == 0)
      break;
    g_string_append_printf (text, "%s\n", part->str + (part->str[0] == '.' ? 1 : 0));
  }
  if (g_str_has_prefix (talk->to, "stuck@")) {
    tocsin_test_listener_wait (talk->listener, talk->fd);
    talk->is_over = TRUE;
    return;
  }
  if (g_str_has_prefix (talk->to, "spam@")) {
    put (talk, "554 no\r\n");
    return;
  }
  keep (talk, text);
  put (talk, "250 taken\r\n");
}

static void
do_nothing (Talk *talk, const char *line)
{
  put (talk, "250 ok\r\n");
}

static void
do_quit (Talk *talk, const char *line)
{
  put (talk, "221 bye\r\n");
  talk->is_over = TRUE;
}

static const struct {
  const char *verb;
  void (*run) (Talk *talk, const char *line);
} commands[] = {
  { "EHLO", do_ehlo },       { "HELO", do_nothing },    { "STARTTLS", do_starttls },
  { "AUTH PLAIN", do_auth }, { "MAIL FROM:", do_mail }, { "RCPT TO:", do_rcpt },
  { "DATA", do_data },       { "RSET", do_nothing },    { "NOOP", do_nothing },
  { "QUIT", do_quit },
};

static void
do_command (Talk *talk, const char *line)
{
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_ascii_strncasecmp (line, commands[i].verb, strlen (commands[i].verb)) == 0) {
      commands[i].run (talk, line);
      return;
    }
  put (talk, "502 what?\r\n");
}

static void
serve (TocsinTestListener *listener, int fd, gpointer user_data)
{
  Talk talk = { .server = user_data, .listener = listener, .fd = fd };
  g_autoptr (GString) line = g_string_new (NULL);

  put (&talk, "220 mail.example.org\r\n");
  while (!talk.is_over && get_line (&talk, line))
    do_command (&talk, line->str);
  SSL_free (talk.ssl);
  g_free (talk.from);
  g_free (talk.to);
  close (fd);
}

/* --- the server --- */

TocsinTestSmtpServer *
tocsin_test_smtp_server_new (SSL_CTX *ctx, const char *user, const char *password)
{
  TocsinTestSmtpServer *server = g_new0 (TocsinTestSmtpServer, 1);

  server->ctx = ctx;
  if (user != NULL) {
    g_autoptr (GString) plain = g_string_new (NULL);

    g_string_append_c (plain, '\0');
    g_string_append (plain, user);
    g_string_append_c (plain, '\0');
    g_string_append (plain, password);
    server->sign_in = g_base64_encode ((const guchar *) plain->str, plain->len);
  }
  g_mutex_init (&server->lock);
  server->mails = g_ptr_array_new_with_free_func (g_free);
  server->once = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  server->listener = tocsin_test_listener_new (serve, server);
  return server;
}

void
tocsin_test_smtp_server_free (TocsinTestSmtpServer *server)
{
  if (server == NULL)
    return;
  tocsin_test_listener_free (server->listener);
  SSL_CTX_free (server->ctx);
  g_free (server->sign_in);
  g_mutex_clear (&server->lock);
  g_ptr_array_unref (server->mails);
  g_hash_table_unref (server->once);
  g_free (server);
}

guint16
tocsin_test_smtp_server_get_port (TocsinTestSmtpServer *server)
{
  return tocsin_test_listener_get_port (server->listener);
}

guint
tocsin_test_smtp_server_get_n_mails (TocsinTestSmtpServer *server)
{
  guint n;

  g_mutex_lock (&server->lock);
  n = server->mails->len;
  g_mutex_unlock (&server->lock);
  return n;
}

char *
tocsin_test_smtp_server_get_mail (TocsinTestSmtpServer *server, guint i)
{
  char *mail;

  g_mutex_lock (&server->lock);
  mail = i < server->mails->len ? g_strdup (g_ptr_array_index (server->mails, i)) : NULL;
  g_mutex_unlock (&server->lock);
  return mail;
}

gboolean
tocsin_test_smtp_server_was_encrypted (TocsinTestSmtpServer *server)
{
  return server->was_encrypted;
}

gboolean
tocsin_test_smtp_server_was_signed_in (TocsinTestSmtpServer *server)
{
  return server->was_signed_in;
}

int
tocsin_test_smtp_server_get_n_tries (TocsinTestSmtpServer *server)
{
  return g_atomic_int_get (&server->n_tries);
}
