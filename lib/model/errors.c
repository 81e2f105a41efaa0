/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "errors"

#include "config.h"

#include <gio/gio.h>

#include "errors.h"

/* Registered with GDBus, so that an error crosses the bus as itself. */
static const GDBusErrorEntry entries[] = {
  { TOCSIN_ERROR_FAILED, "org.tocsin.Error.Failed" },
  { TOCSIN_ERROR_INVALID, "org.tocsin.Error.Invalid" },
  { TOCSIN_ERROR_NOT_FOUND, "org.tocsin.Error.NotFound" },
  { TOCSIN_ERROR_AMBIGUOUS, "org.tocsin.Error.Ambiguous" },
  { TOCSIN_ERROR_EXISTS, "org.tocsin.Error.Exists" },
  { TOCSIN_ERROR_BUSY, "org.tocsin.Error.Busy" },
  { TOCSIN_ERROR_TOO_NEW, "org.tocsin.Error.TooNew" },
  { TOCSIN_ERROR_DAMAGED, "org.tocsin.Error.Damaged" },
  { TOCSIN_ERROR_NO_SPACE, "org.tocsin.Error.NoSpace" },
  { TOCSIN_ERROR_UNAVAILABLE, "org.tocsin.Error.Unavailable" },
};

G_STATIC_ASSERT (G_N_ELEMENTS (entries) == TOCSIN_ERROR_UNAVAILABLE + 1);

GQuark
tocsin_error_quark (void)
{
  static gsize quark;

  g_dbus_error_register_error_domain ("tocsin-error-quark", &quark, entries,
                                      G_N_ELEMENTS (entries));
  return (GQuark) quark;
}

const char *
tocsin_error_name (TocsinError code)
{
  static const char *const names[] = {
    "failed", "invalid", "not-found", "ambiguous", "exists",
    "busy",   "too-new", "damaged",   "no-space",  "unavailable",
  };

  g_return_val_if_fail ((gsize) code < G_N_ELEMENTS (names), NULL);
  return names[code];
}

gboolean
tocsin_fail (GError **error, TocsinError code, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  if (error != NULL)
    *error = g_error_new_valist (TOCSIN_ERROR, (int) code, format, args);
  va_end (args);
  return FALSE;
}
