/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

#include "http-server.h"
#include "worker.h"

G_BEGIN_DECLS

/* A worker's HTTP side within the test, on a port of its own, and a client to ask it. */
typedef struct {
  TocsinServerConfig *config;
  TocsinWorker worker;
  TocsinHttpServer *http;
  SoupSession *session;
  char *url; /* "http://127.0.0.1:PORT" */
} TestService;

void test_service_init (TestService *service, const char *database_url);
void test_service_clear (TestService *service);

/* What came back. */
typedef struct {
  guint status;
  char *text;
  SoupMessageHeaders *headers;
} TestAnswer;

/* `headers` (nullable) are names and values, ended by NULL; `body` (nullable) is sent as it is. */
TestAnswer *test_service_ask (TestService *service, const char *method, const char *path,
                              const char *const *headers, const char *body);
/* Many at once, by one key each; in their order. (element-type TestAnswer) */
GPtrArray *test_service_ask_all (TestService *service, const char *method, const char *path,
                                 const char *const *headers, const char *const *bodies);
void test_answer_free (TestAnswer *answer);

/* The answer's text as JSON; the test fails where it is none. (transfer full) */
JsonObject *test_answer_get_json (const TestAnswer *answer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestAnswer, test_answer_free)

G_END_DECLS
