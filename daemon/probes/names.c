/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "names"

#include "config.h"

#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/stat.h>

#include "names.h"
#include "resolver.h"

#define RESOLV_CONF "/etc/resolv.conf"

struct _TocsinNames {
  TocsinReactor *reactor;
  TocsinResolver *resolver; /* (owned) (nullable) as RESOLV_CONF was when it was last looked at */
  GPtrArray *retired;       /* of TocsinResolver, each until it is idle */
  struct timespec modified_at;
  ino_t inode;
  off_t size;
};

struct _TocsinNameLookup {
  TocsinNames *names;
  TocsinQuestion *question; /* (nullable) */
  TocsinTimer *timer;       /* (nullable) there was nothing to ask */
  int status;
  guint16 port;
  GArray *addresses; /* (owned) (nullable) */
  TocsinNamesDone done;
  gpointer user_data;
};

TocsinNames *
tocsin_names_new (TocsinReactor *reactor)
{
  TocsinNames *self = g_new0 (TocsinNames, 1);

  self->reactor = reactor;
  self->retired = g_ptr_array_new_with_free_func ((GDestroyNotify) tocsin_resolver_free);
  return self;
}

void
tocsin_names_free (TocsinNames *names)
{
  if (names == NULL)
    return;
  tocsin_resolver_free (names->resolver);
  g_ptr_array_unref (names->retired);
  g_free (names);
}

static void
drop_idle (TocsinNames *self)
{
  for (guint i = self->retired->len; i > 0; i--)
    if (tocsin_resolver_is_idle (self->retired->pdata[i - 1]))
      g_ptr_array_remove_index_fast (self->retired, i - 1);
}

/* (transfer none) (nullable) */
static TocsinResolver *
get_resolver (TocsinNames *self)
{
  struct stat info = { 0 };
  g_autoptr (GError) error = NULL;

  if (stat (RESOLV_CONF, &info) < 0)
    memset (&info, 0, sizeof info); /* c-ares then asks 127.0.0.1 */
  drop_idle (self);
  if (self->resolver != NULL && self->inode == info.st_ino && self->size == info.st_size &&
      memcmp (&self->modified_at, &info.st_mtim, sizeof info.st_mtim) == 0)
    return self->resolver;
  if (self->resolver != NULL)
    g_ptr_array_add (self->retired, g_steal_pointer (&self->resolver));
  self->resolver = tocsin_resolver_new (self->reactor, NULL, &error);
  if (self->resolver == NULL)
    g_debug ("%s", error->message);
  self->inode = info.st_ino;
  self->size = info.st_size;
  self->modified_at = info.st_mtim;
  return self->resolver;
}

char **
tocsin_names_list_servers (TocsinNames *names)
{
  TocsinResolver *resolver = get_resolver (names);

  return resolver != NULL ? tocsin_resolver_list_servers (resolver) : g_new0 (char *, 1);
}

static int
get_family (TocsinFamily family)
{
  static const int families[] = {
    [TOCSIN_FAMILY_ANY] = AF_UNSPEC, [TOCSIN_FAMILY_IPV4] = AF_INET, [TOCSIN_FAMILY_IPV6] = AF_INET6
  };

  return families[family];
}

static void
add_address (TocsinNameLookup *lookup, const struct sockaddr *address, socklen_t length)
{
  struct sockaddr_storage storage = { 0 };

  if ((address->sa_family != AF_INET && address->sa_family != AF_INET6) ||
      lookup->addresses->len >= TOCSIN_NAMES_ADDRESSES_MOST)
    return;
  memcpy (&storage, address, MIN (length, sizeof storage));
  if (address->sa_family == AF_INET)
    ((struct sockaddr_in *) &storage)->sin_port = htons (lookup->port);
  else
    ((struct sockaddr_in6 *) &storage)->sin6_port = htons (lookup->port);
  g_array_append_val (lookup->addresses, storage);
}

static void
finish (TocsinNameLookup *lookup, int status)
{
  TocsinNamesDone done = lookup->done;
  gpointer user_data = lookup->user_data;
  GArray *addresses = g_steal_pointer (&lookup->addresses);

  if (status == ARES_SUCCESS && addresses->len == 0)
    status = ARES_ENODATA;
  if (status != ARES_SUCCESS)
    g_clear_pointer (&addresses, g_array_unref);
  g_free (lookup);
  done (status, addresses, user_data);
}

static void
addresses_cb (int status, const struct ares_addrinfo *found, gpointer user_data)
{
  TocsinNameLookup *lookup = user_data;

  for (struct ares_addrinfo_node *node = found != NULL ? found->nodes : NULL; node != NULL;
       node = node->ai_next)
    add_address (lookup, node->ai_addr, (socklen_t) node->ai_addrlen);
  finish (lookup, status);
}

static void
timer_cb (gpointer user_data)
{
  TocsinNameLookup *lookup = user_data;

  finish (lookup, lookup->status);
}

/* "192.0.2.1", "2001:db8::1", "fe80::1%eth0"; no lookup, so that nothing blocks. */
static gboolean
take_address (TocsinNameLookup *lookup, const char *host, TocsinFamily family)
{
  struct addrinfo hints = { .ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM };
  struct addrinfo *found = NULL;

  if ((strchr (host, ':') == NULL && !g_hostname_is_ip_address (host)) ||
      getaddrinfo (host, NULL, &hints, &found) != 0)
    return FALSE;
  lookup->status = ARES_ENODATA;
  if (family == TOCSIN_FAMILY_ANY || get_family (family) == found->ai_family) {
    add_address (lookup, found->ai_addr, found->ai_addrlen);
    lookup->status = ARES_SUCCESS;
  }
  freeaddrinfo (found);
  return TRUE;
}

TocsinNameLookup *
tocsin_names_look_up (TocsinNames *names, const char *host, guint16 port, TocsinFamily family,
                      TocsinNamesDone done, gpointer user_data)
{
  TocsinNameLookup *lookup = g_new0 (TocsinNameLookup, 1);
  g_autofree char *ascii = NULL;
  TocsinResolver *resolver = NULL;

  lookup->names = names;
  lookup->port = port;
  lookup->done = done;
  lookup->user_data = user_data;
  lookup->addresses = g_array_new (FALSE, TRUE, sizeof (struct sockaddr_storage));
  if (!take_address (lookup, host, family)) {
    ascii = g_hostname_to_ascii (host);
    resolver = ascii != NULL ? get_resolver (names) : NULL;
    lookup->status = ascii == NULL ? ARES_EBADNAME : ARES_ECONNREFUSED;
  }
  if (resolver != NULL)
    lookup->question =
        tocsin_resolver_look_up (resolver, ascii, get_family (family), addresses_cb, lookup);
  else
    lookup->timer = tocsin_reactor_timer (names->reactor, 0, timer_cb, lookup);
  return lookup;
}

void
tocsin_name_lookup_cancel (TocsinNameLookup *lookup)
{
  if (lookup == NULL)
    return;
  tocsin_question_cancel (lookup->question);
  g_clear_pointer (&lookup->timer, tocsin_timer_remove);
  g_clear_pointer (&lookup->addresses, g_array_unref);
  g_free (lookup);
}

char *
tocsin_names_host_to_text (const struct sockaddr_storage *address)
{
  char text[NI_MAXHOST];
  socklen_t length =
      address->ss_family == AF_INET6 ? sizeof (struct sockaddr_in6) : sizeof (struct sockaddr_in);

  if (getnameinfo ((const struct sockaddr *) address, length, text, sizeof text, NULL, 0,
                   NI_NUMERICHOST) != 0)
    return g_strdup ("an unknown address");
  return g_strdup (text);
}

static const struct {
  int status;
  TocsinCode code;
  const char *before, *after; /* the name */
} failures[] = {
  { ARES_ENOTFOUND, TOCSIN_CODE_DNS_NXDOMAIN, "the name ", " does not exist" },
  { ARES_EBADNAME, TOCSIN_CODE_CONFIGURATION, "“", "” is no name that can be looked up" },
  { ARES_ETIMEOUT, TOCSIN_CODE_DNS_TIMEOUT, "no name server answered in time when asked for ", "" },
  { ARES_ESERVFAIL, TOCSIN_CODE_DNS_SERVFAIL, "the name server failed to find out about ", "" },
  { ARES_EREFUSED, TOCSIN_CODE_DNS_REFUSED, "the name server refuses to answer for ", "" },
  { ARES_ECONNREFUSED, TOCSIN_CODE_DNS_FAILED, "no name server could be reached to look up ", "" },
  { ARES_EBADRESP, TOCSIN_CODE_DNS_MALFORMED, "the name server’s answer for ", " is broken" },
  { ARES_EFORMERR, TOCSIN_CODE_DNS_MALFORMED,
    "the name server did not understand the question for ", "" },
};

void
tocsin_name_lookup_fail (int status, const char *host, TocsinFamily family, TocsinSample *sample)
{
  static const char *const families[] = {
    [TOCSIN_FAMILY_ANY] = "", [TOCSIN_FAMILY_IPV4] = "IPv4 ", [TOCSIN_FAMILY_IPV6] = "IPv6 "
  };

  if (status == ARES_ENODATA) {
    tocsin_sample_fail (
        sample, TOCSIN_CODE_DNS_NO_DATA, "%s has no %saddress%s", host, families[family],
        family != TOCSIN_FAMILY_ANY ? ", and the check is set to use that only" : "");
    return;
  }
  for (guint i = 0; i < G_N_ELEMENTS (failures); i++)
    if (failures[i].status == status) {
      tocsin_sample_fail (sample, failures[i].code, "%s%s%s", failures[i].before, host,
                          failures[i].after);
      return;
    }
  tocsin_sample_fail (sample, TOCSIN_CODE_DNS_FAILED, "the name %s could not be looked up: %s",
                      host, ares_strerror (status));
}
