/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "lookup"

#include "config.h"

#include "lookup.h"

/* Shared by the thread and by who started it: each lets go of it once. */
struct _TocsinLookup {
  gatomicrefcount refs;
  GMainContext *context; /* (owned) */
  char *host;
  int family;

  int error;                  /* written by the thread, */
  struct addrinfo *addresses; /* (owned) (nullable) read once it has ended */

  TocsinLookupDone done; /* NULL once it is cancelled; belongs to the thread of `context` */
  gpointer user_data;
};

static void
lookup_unref (gpointer data)
{
  TocsinLookup *self = data;

  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_clear_pointer (&self->addresses, freeaddrinfo);
  g_main_context_unref (self->context);
  g_free (self->host);
  g_free (self);
}

static gboolean
ended_cb (gpointer user_data)
{
  TocsinLookup *self = user_data;
  TocsinLookupDone done = self->done;

  if (done == NULL)
    return G_SOURCE_REMOVE;
  self->done = NULL;
  done (self->error, self->addresses, self->user_data);
  lookup_unref (self); /* the starter's, whose handle is void now */
  return G_SOURCE_REMOVE;
}

static gpointer
run (gpointer data)
{
  TocsinLookup *self = data;
  const struct addrinfo hints = { .ai_family = self->family, .ai_socktype = SOCK_STREAM };
  g_autoptr (GMainContext) context = g_main_context_ref (self->context);
  g_autoptr (GSource) source = g_idle_source_new ();

  self->error = getaddrinfo (self->host, NULL, &hints, &self->addresses);
  if (self->error != 0)
    self->addresses = NULL;
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, ended_cb, self, lookup_unref);
  g_source_attach (source, context);
  return NULL;
}

TocsinLookup *
tocsin_lookup_start (GMainContext *context, const char *host, guint family, TocsinLookupDone done,
                     gpointer user_data)
{
  static const int families[] = {
    [TOCSIN_FAMILY_ANY] = AF_UNSPEC, [TOCSIN_FAMILY_IPV4] = AF_INET, [TOCSIN_FAMILY_IPV6] = AF_INET6
  };
  TocsinLookup *self;

  g_return_val_if_fail (host != NULL, NULL);
  g_return_val_if_fail (family < G_N_ELEMENTS (families), NULL);
  g_return_val_if_fail (done != NULL, NULL);

  self = g_new0 (TocsinLookup, 1);
  g_atomic_ref_count_init (&self->refs);
  g_atomic_ref_count_inc (&self->refs); /* one for the starter, one for the thread */
  self->context = g_main_context_ref (context);
  self->host = g_strdup (host);
  self->family = families[family];
  self->done = done;
  self->user_data = user_data;
  g_thread_unref (g_thread_new ("lookup", run, self));
  return self;
}

void
tocsin_lookup_cancel (TocsinLookup *lookup)
{
  if (lookup == NULL)
    return;
  lookup->done = NULL;
  lookup_unref (lookup);
}

void
tocsin_lookup_fail (int error, const char *host, guint family, TocsinSample *sample)
{
  switch (error) {
  case EAI_NONAME:
    tocsin_sample_fail (sample, TOCSIN_CODE_DNS_NXDOMAIN, "the name %s does not exist", host);
    break;
  case EAI_NODATA:
  case EAI_ADDRFAMILY:
    tocsin_sample_fail (sample, TOCSIN_CODE_DNS_NO_DATA, "%s has no %saddress", host,
                        family == TOCSIN_FAMILY_IPV4   ? "IPv4 "
                        : family == TOCSIN_FAMILY_IPV6 ? "IPv6 "
                                                       : "");
    break;
  case EAI_FAIL:
    tocsin_sample_fail (sample, TOCSIN_CODE_DNS_SERVFAIL,
                        "the name server could not look %s up: it reports an error of its own",
                        host);
    break;
  case EAI_AGAIN:
    tocsin_sample_fail (sample, TOCSIN_CODE_DNS_FAILED,
                        "%s could not be looked up: the name server gave no usable answer", host);
    break;
  default:
    tocsin_sample_fail (sample, TOCSIN_CODE_DNS_FAILED, "%s could not be looked up: %s", host,
                        gai_strerror (error));
    break;
  }
}
