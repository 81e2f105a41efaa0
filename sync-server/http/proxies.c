/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "proxies"

#include "config.h"

#include <string.h>

#include "proxies.h"

#define NETWORK_BYTES 8 /* of an IPv6 address: what one subscriber has */

struct _TocsinProxies {
  GPtrArray *masks; /* (owned) of GInetAddressMask */
};

static gboolean
is_trusted (const TocsinProxies *proxies, const char *text)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (text);

  for (guint i = 0; address != NULL && i < proxies->masks->len; i++)
    if (g_inet_address_mask_matches (g_ptr_array_index (proxies->masks, i), address))
      return TRUE;
  return FALSE;
}

/* The last of "client, proxy, proxy" that is no trusted proxy. (transfer full) (nullable) */
static char *
find_client (const TocsinProxies *proxies, const char *forwarded)
{
  g_auto (GStrv) parts = g_strsplit (forwarded, ",", 64);

  for (guint i = g_strv_length (parts); i-- > 0;) {
    const char *text = g_strstrip (parts[i]);

    if (!g_hostname_is_ip_address (text))
      return NULL;
    if (i == 0 || !is_trusted (proxies, text))
      return g_strdup (text);
  }
  return NULL;
}

void
tocsin_proxies_apply (const TocsinProxies *proxies, TocsinCall *call)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (call->message);
  const char *forwarded = soup_message_headers_get_list (headers, "X-Forwarded-For");
  const char *scheme = soup_message_headers_get_one (headers, "X-Forwarded-Proto");
  char *client;

  if (proxies->masks->len == 0 || !is_trusted (proxies, call->remote_address))
    return;
  client = forwarded != NULL ? find_client (proxies, forwarded) : NULL;
  if (client != NULL) {
    g_free (call->remote_address);
    call->remote_address = client;
  }
  if (scheme != NULL)
    call->scheme = g_ascii_strcasecmp (scheme, "https") == 0 ? "https" : "http";
}

char *
tocsin_proxies_make_limit_key (const char *address, const char *credential)
{
  g_autoptr (GInetAddress) parsed = g_inet_address_new_from_string (address);
  const guint8 *bytes;

  if (credential != NULL)
    return g_strconcat ("c:", credential, NULL);
  if (parsed == NULL || g_inet_address_get_family (parsed) != G_SOCKET_FAMILY_IPV6)
    return g_strconcat ("a:", address, NULL);
  bytes = g_inet_address_to_bytes (parsed);
  return g_strdup_printf ("a:%02x%02x%02x%02x%02x%02x%02x%02x", bytes[0], bytes[1], bytes[2],
                          bytes[3], bytes[4], bytes[5], bytes[6], bytes[NETWORK_BYTES - 1]);
}

TocsinProxies *
tocsin_proxies_new (const TocsinServerConfig *config)
{
  TocsinProxies *proxies = g_new0 (TocsinProxies, 1);
  char **texts = config->trusted_proxies;

  proxies->masks = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; texts != NULL && texts[i] != NULL; i++)
    g_ptr_array_add (proxies->masks, g_inet_address_mask_new_from_string (texts[i], NULL));
  return proxies;
}

void
tocsin_proxies_free (TocsinProxies *proxies)
{
  if (proxies == NULL)
    return;
  g_ptr_array_unref (proxies->masks);
  g_free (proxies);
}
