/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "resolver"

#include "config.h"

#include <string.h>
#include <sys/epoll.h>

#include "errors.h"
#include "resolver.h"

/* A question is asked again after 1, 2 and 4 s: a lost datagram costs a second, and a question that
 * nobody waits for any longer is gone soon. */
#define TRY_MS     1000
#define TRIES      3
#define EDNS_BYTES 1232 /* fits an unfragmented packet everywhere (DNS flag day 2020) */

struct _TocsinResolver {
  TocsinReactor *reactor;
  ares_channel ares;
  GHashTable *watches; /* of TocsinWatchFd by descriptor */
  TocsinTimer *timer;  /* (nullable) when c-ares wants to be called */
  guint n_questions;
  gboolean is_going;
};

struct _TocsinQuestion {
  TocsinResolver *resolver;
  TocsinQuestionDone message_done;    /* (nullable) one of the two; both NULL once cancelled */
  TocsinAddressesDone addresses_done; /* (nullable) */
  gpointer user_data;
  gboolean is_asking; /* within the call: what comes waits for the timer */
  TocsinTimer *timer; /* (nullable) */
  int status;         /* what waits: */
  guint8 *message;    /* (owned) (nullable) */
  gsize length;
  struct ares_addrinfo *found; /* (owned) (nullable) */
};

static void set_timer (TocsinResolver *self);

static void
timer_cb (gpointer user_data)
{
  TocsinResolver *self = user_data;

  self->timer = NULL;
  ares_process_fd (self->ares, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
  set_timer (self);
}

static void
set_timer (TocsinResolver *self)
{
  struct timeval left, *next = ares_timeout (self->ares, NULL, &left);

  g_clear_pointer (&self->timer, tocsin_timer_remove);
  if (next != NULL)
    self->timer = tocsin_reactor_timer (
        self->reactor, g_get_monotonic_time () + next->tv_sec * G_USEC_PER_SEC + next->tv_usec,
        timer_cb, self);
}

static void
socket_cb (int fd, guint32 events, gpointer user_data)
{
  TocsinResolver *self = user_data;
  gboolean can_read = (events & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0;
  gboolean can_write = (events & EPOLLOUT) != 0;

  ares_process_fd (self->ares, can_read ? fd : ARES_SOCKET_BAD, can_write ? fd : ARES_SOCKET_BAD);
  set_timer (self);
}

/* c-ares tells what it waits for; nothing any longer before it closes a socket. */
static void
socket_state_cb (void *data, ares_socket_t fd, int readable, int writable)
{
  TocsinResolver *self = data;
  TocsinWatchFd *watch = g_hash_table_lookup (self->watches, GINT_TO_POINTER (fd));
  guint32 events = (readable ? EPOLLIN : 0u) | (writable ? EPOLLOUT : 0u);

  if (events == 0) {
    if (watch != NULL)
      tocsin_watch_fd_remove (watch);
    g_hash_table_remove (self->watches, GINT_TO_POINTER (fd));
  } else if (watch != NULL) {
    tocsin_watch_fd_modify (watch, events);
  } else {
    g_hash_table_insert (self->watches, GINT_TO_POINTER (fd),
                         tocsin_reactor_watch (self->reactor, fd, events, socket_cb, self));
  }
}

TocsinResolver *
tocsin_resolver_new (TocsinReactor *reactor, const char *server, GError **error)
{
  g_autoptr (GHashTable) watches = g_hash_table_new (NULL, NULL);
  TocsinResolver *self = g_new0 (TocsinResolver, 1);
  /* With a server of its own every answer counts, also one that says that it failed. */
  struct ares_options options = {
    .flags = ARES_FLAG_EDNS | (server != NULL ? ARES_FLAG_NOCHECKRESP | ARES_FLAG_NOALIASES : 0),
    .timeout = TRY_MS,
    .tries = TRIES,
    .ednspsz = EDNS_BYTES,
    .sock_state_cb = socket_state_cb,
    .sock_state_cb_data = self,
  };
  int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_EDNSPSZ |
             ARES_OPT_SOCK_STATE_CB;
  int status;

  self->reactor = reactor;
#ifdef ARES_OPT_QUERY_CACHE
  mask |= ARES_OPT_QUERY_CACHE; /* of no entries: a check asks, it does not remember */
#endif
  status = ares_init_options (&self->ares, &options, mask);
  if (status == ARES_SUCCESS && server != NULL) {
    status = ares_set_servers_ports_csv (self->ares, server);
    if (status != ARES_SUCCESS)
      ares_destroy (self->ares);
  }
  if (status != ARES_SUCCESS) {
    tocsin_fail (error, TOCSIN_ERROR_FAILED, "%s can't be asked: %s",
                 server != NULL ? server : "the system’s name server", ares_strerror (status));
    g_free (self);
    return NULL;
  }
  self->watches = g_steal_pointer (&watches);
  return self;
}

void
tocsin_resolver_free (TocsinResolver *resolver)
{
  if (resolver == NULL)
    return;
  resolver->is_going = TRUE;
  ares_destroy (resolver->ares); /* answers every question with ARES_EDESTRUCTION */
  g_assert (resolver->n_questions == 0 && g_hash_table_size (resolver->watches) == 0);
  g_clear_pointer (&resolver->timer, tocsin_timer_remove);
  g_hash_table_unref (resolver->watches);
  g_free (resolver);
}

gboolean
tocsin_resolver_is_idle (TocsinResolver *resolver)
{
  return resolver->n_questions == 0;
}

char **
tocsin_resolver_list_servers (TocsinResolver *resolver)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  struct ares_addr_port_node *servers = NULL;

  if (ares_get_servers_ports (resolver->ares, &servers) != ARES_SUCCESS)
    return g_strv_builder_end (builder);
  for (struct ares_addr_port_node *server = servers; server != NULL; server = server->next) {
    char address[INET6_ADDRSTRLEN];
    g_autofree char *text = NULL;
    int port = server->udp_port != 0 ? server->udp_port : 53;

    ares_inet_ntop (server->family, &server->addr, address, sizeof address);
    text = g_strdup_printf (server->family == AF_INET6 ? "[%s]:%d" : "%s:%d", address, port);
    g_strv_builder_add (builder, text);
  }
  ares_free_data (servers);
  return g_strv_builder_end (builder);
}

static void
free_question (TocsinQuestion *question)
{
  question->resolver->n_questions--;
  if (question->found != NULL)
    ares_freeaddrinfo (question->found);
  g_free (question->message);
  g_free (question);
}

static void
deliver_cb (gpointer user_data)
{
  TocsinQuestion *question = user_data;

  question->timer = NULL;
  if (question->message_done != NULL)
    question->message_done (question->status, question->message, question->length,
                            question->user_data);
  else if (question->addresses_done != NULL)
    question->addresses_done (question->status, question->found, question->user_data);
  free_question (question);
}

/* Whether the answer is to be called back now; else it waits, or nobody does. */
static gboolean
is_wanted_now (TocsinQuestion *question, int status)
{
  question->status = status;
  if (question->resolver->is_going ||
      (question->message_done == NULL && question->addresses_done == NULL)) {
    g_clear_pointer (&question->timer, tocsin_timer_remove);
    free_question (question);
    return FALSE;
  }
  if (!question->is_asking)
    return TRUE;
  question->timer = tocsin_reactor_timer (question->resolver->reactor, 0, deliver_cb, question);
  return FALSE;
}

static void
message_cb (void *data, int status, int timeouts, unsigned char *message, int length)
{
  TocsinQuestion *question = data;

  if (message != NULL && length > 0 && question->is_asking) {
    question->message = g_memdup2 (message, (gsize) length);
    question->length = (gsize) length;
  }
  if (!is_wanted_now (question, status))
    return;
  question->message_done (status, length > 0 ? message : NULL, (gsize) MAX (length, 0),
                          question->user_data);
  free_question (question);
}

static void
addresses_cb (void *data, int status, int timeouts, struct ares_addrinfo *found)
{
  TocsinQuestion *question = data;

  question->found = found;
  if (!is_wanted_now (question, status))
    return;
  question->addresses_done (status, found, question->user_data);
  free_question (question);
}

static TocsinQuestion *
ask (TocsinResolver *self, gpointer user_data)
{
  TocsinQuestion *question = g_new0 (TocsinQuestion, 1);

  question->resolver = self;
  question->user_data = user_data;
  question->is_asking = TRUE;
  self->n_questions++;
  return question;
}

TocsinQuestion *
tocsin_resolver_query (TocsinResolver *resolver, const char *name, guint16 type,
                       TocsinQuestionDone done, gpointer user_data)
{
  TocsinQuestion *question;

  g_return_val_if_fail (done != NULL, NULL);

  question = ask (resolver, user_data);
  question->message_done = done;
  ares_query (resolver->ares, name, 1 /* IN */, type, message_cb, question);
  question->is_asking = FALSE;
  set_timer (resolver);
  return question;
}

TocsinQuestion *
tocsin_resolver_look_up (TocsinResolver *resolver, const char *host, int family,
                         TocsinAddressesDone done, gpointer user_data)
{
  struct ares_addrinfo_hints hints = { .ai_family = family, .ai_socktype = SOCK_STREAM };
  TocsinQuestion *question;

  g_return_val_if_fail (done != NULL, NULL);

  question = ask (resolver, user_data);
  question->addresses_done = done;
  ares_getaddrinfo (resolver->ares, host, NULL, &hints, addresses_cb, question);
  question->is_asking = FALSE;
  set_timer (resolver);
  return question;
}

void
tocsin_question_cancel (TocsinQuestion *question)
{
  if (question == NULL)
    return;
  question->message_done = NULL;
  question->addresses_done = NULL;
  if (question->timer != NULL) {
    tocsin_timer_remove (question->timer);
    free_question (question);
  }
}
