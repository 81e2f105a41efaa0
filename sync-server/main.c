/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "main"

#include "config.h"

#include "cli.h"

int
main (int argc, char **argv)
{
  return tocsin_cli_run (argc, argv);
}
