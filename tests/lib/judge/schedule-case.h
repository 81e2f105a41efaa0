/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

/* An expression, where and from when, and the next three times; NULL: no more. */
typedef struct {
  const char *expression;
  const char *tz;
  const char *from;
  const char *next[3];
} ScheduleCase;
