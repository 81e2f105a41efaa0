/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "match"

#include "config.h"

#include <string.h>

#include "route.h"

/* Compares one segment each of a pattern and a path, both ended by a slash or the end. A parameter
 * takes any segment that is not empty and decodes to UTF-8. */
static gboolean
match_segment (const char *pattern, gsize pattern_length, const char *segment, gsize length,
               char *params[], guint *n_params)
{
  if (pattern[0] != '{')
    return pattern_length == length && memcmp (pattern, segment, length) == 0;
  if (length == 0)
    return FALSE;
  if (params != NULL) {
    char *plain = g_uri_unescape_segment (segment, segment + length, NULL);

    if (plain == NULL || !g_utf8_validate (plain, -1, NULL)) {
      g_free (plain);
      return FALSE;
    }
    params[(*n_params)++] = plain;
  }
  return TRUE;
}

/* Where `params` is NULL it only looks. */
static gboolean
match_path (const char *pattern, const char *path, char *params[], guint *n_params)
{
  while (TRUE) {
    gsize pattern_length, length;

    if (*pattern == '\0')
      return *path == '\0' || strcmp (path, "/") == 0;
    if (*path != '/')
      return FALSE;
    pattern++, path++;
    if (*pattern == '*')
      return TRUE;
    pattern_length = strcspn (pattern, "/");
    length = strcspn (path, "/");
    if (!match_segment (pattern, pattern_length, path, length, params, n_params))
      return FALSE;
    pattern += pattern_length;
    path += length;
  }
}

static gboolean
match_method (const TocsinRoute *route, const char *method)
{
  return *route->method == '*' || strcmp (route->method, method) == 0 ||
         (strcmp (method, "HEAD") == 0 && strcmp (route->method, "GET") == 0);
}

static void
free_params (char *params[], guint n_params)
{
  for (guint i = 0; i < n_params; i++)
    g_clear_pointer (&params[i], g_free);
}

static void
add_allowed (GString *allow, const TocsinRoute *route)
{
  if (allow->len > 0)
    g_string_append (allow, ", ");
  g_string_append (allow, route->method);
  if (strcmp (route->method, "GET") == 0)
    g_string_append (allow, ", HEAD");
}

TocsinMatch
tocsin_routes_match (const TocsinRoutes *tables, const char *method, const char *path,
                     const TocsinRoute **route, char *params[TOCSIN_ROUTE_PARAMS_MOST],
                     char **allow)
{
  g_autoptr (GString) allowed = g_string_new (NULL);
  guint n = 0;

  g_return_val_if_fail (tables != NULL && method != NULL && path != NULL, TOCSIN_MATCH_NONE);

  for (; tables->routes != NULL; tables++)
    for (guint i = 0; i < tables->n_routes; i++) {
      const TocsinRoute *row = &tables->routes[i];

      if (!match_path (row->path, path, NULL, NULL))
        continue;
      if (!match_method (row, method)) {
        add_allowed (allowed, row);
        continue;
      }
      if (match_path (row->path, path, params, &n)) {
        *route = row;
        return TOCSIN_MATCH_FOUND;
      }
      free_params (params, n);
      n = 0;
    }
  if (allowed->len == 0)
    return TOCSIN_MATCH_NONE;
  *allow = g_string_free (g_steal_pointer (&allowed), FALSE);
  return TOCSIN_MATCH_METHOD;
}

int
tocsin_route_find_param (const TocsinRoute *route, const char *name)
{
  gsize length = strlen (name);
  int place = 0;

  for (const char *p = strchr (route->path, '{'); p != NULL; p = strchr (p + 1, '{'), place++)
    if (strncmp (p + 1, name, length) == 0 && p[1 + length] == '}')
      return place;
  return -1;
}
