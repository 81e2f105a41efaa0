/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* What the benchmarks share: one line a figure, CPU time of other processes, a target to check. */

/* "NAME value unit, limit L, ratio R"; the ratio is such that 1 or more keeps the limit. */
void bench_print_at_least (const char *name, double value, const char *unit, double limit);
void bench_print_at_most (const char *name, double value, const char *unit, double limit);

/* A figure without a limit: a peer's. */
void bench_print (const char *name, double value, const char *unit);

/* User and system seconds that a process and its threads have had; /proc/PID/stat. */
double bench_cpu_seconds (pid_t pid);
double bench_own_cpu_seconds (void); /* finer */

/* Resident bytes; /proc/PID/status, VmRSS. */
double bench_resident_bytes (pid_t pid);

/* An HTTP server in a process of its own, on one port of the loopback addresses 127.0.0.1 to
 * 127.0.0.64, so that a limit a host is not what is measured: answers each request with 200 and a
 * few bytes, and closes. */
#define BENCH_TARGET_HOSTS 64

typedef struct {
  pid_t pid;
  guint16 port;
  guint64 *n_answered; /* shared with the process */
} BenchTarget;

void bench_target_start (BenchTarget *target);
void bench_target_stop (BenchTarget *target);

G_END_DECLS
